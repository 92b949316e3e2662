"""What a clip is measured against is frozen when it is asked for."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from generations.catalogue.loader import providers
from generations.catalogue.quote import price, quote
from generations.catalogue.types import Brief, Formula, PriceRow, Terms
from generations.spend.measure import measure

OPTIONS = {"quality": "720p", "duration": 5, "aspect_ratio": "16:9", "audio": False}
BRIEF = Brief("text_to_video", "v6", "a boat", OPTIONS)


def terms(provider: str, **more) -> Terms:
    usual = {"usd_per_unit": Decimal("0.01"), "has_address": True}
    return Terms(provider, provider.title(), provider, **{"play": False, **usual, **more})


def own(amount: str) -> PriceRow:
    return PriceRow("", "", Formula.PER_CLIP, Decimal(amount), "USD", ours=True)


def test_the_published_price_is_told_without_the_teams_own():
    team = terms("pixverse", rows=(own("0.01"),))
    found = measure(quote(BRIEF, [team]), "pixverse")
    book = price(providers()["pixverse"], BRIEF, replace(team, rows=()))
    assert found.published == book.micros != 10_000
    assert (found.source, found.read_on) == (book.source, book.read_on)
    assert found.cheapest == 10_000


def test_a_rate_that_is_not_known_leaves_it_unpublished():
    team = terms("pixverse", usd_per_unit=None, rows=(own("0.01"),))
    assert measure(quote(BRIEF, [team]), "pixverse").published is None


def test_the_cheapest_is_one_that_can():
    dear, cheap = terms("pixverse", rows=(own("0.5"),)), terms("worldrouter", rows=(own("0.2"),))
    found = measure(quote(BRIEF, [dear, cheap]), "pixverse")
    assert (found.cheapest, found.cheapest_account) == (200_000, "worldrouter")
    off = replace(cheap, trouble="switched off")
    found = measure(quote(BRIEF, [dear, off]), "pixverse")
    assert (found.cheapest, found.cheapest_account) == (500_000, "pixverse")


def test_play_money_and_ceilings_are_no_rivals():
    dear = terms("pixverse", rows=(own("0.5"),))
    play = terms("worldrouter", play=True, rows=(own("0.1"),))
    ceiling = terms("useapi", usd_per_unit=None, ceiling=1)
    found = measure(quote(BRIEF, [dear, play, ceiling]), "pixverse")
    assert (found.cheapest, found.cheapest_account) == (500_000, "pixverse")


def test_of_equals_the_chosen_one_is_the_cheapest():
    both = [terms("pixverse", rows=(own("0.5"),)), terms("worldrouter", rows=(own("0.5"),))]
    for name in ("pixverse", "worldrouter"):
        assert measure(quote(BRIEF, both), name).cheapest_account == name


def test_the_policy_is_kept_with_it():
    found = measure(quote(BRIEF, [terms("easyrouter")]), "easyrouter")
    assert found.on_failure == providers()["easyrouter"].charged_on_failure
