"""The sample team: every price it shows is what the sandbox charges."""

import re
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

import pytest

from accounts import ledger
from accounts.models import AuditLine, TeamRole
from accounts.money import DOLLAR
from generations.catalogue.loader import providers
from generations.catalogue.quote import find_row, price
from generations.catalogue.types import (
    MASK_SELECTION,
    Brief,
    Formula,
    Input,
    Price,
    PriceRow,
    Terms,
)
from generations.demo import make_sandbox_team
from generations.demo_prices import rows_for
from generations.models import ProjectRole, TeamPrice
from generations.offers import price_row
from generations.sandbox.money import Tariff, started
from tests.accounts.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(settings):
    settings.SANDBOX_URL = "http://127.0.0.1:9900"
    return make_sandbox_team(person("Ada"))


def test_a_team_with_a_project_and_play_money(project):
    ada = project.created_by
    assert ada.memberships.get().role == TeamRole.OWNER
    assert project.memberships.get(user=ada).role == ProjectRole.PRODUCER
    assert ledger.standing(project.team, play=True).left_micros == 50 * DOLLAR
    assert ledger.standing(project.team).limit_micros is None


def test_five_accounts_in_the_sandbox(project):
    shapes = {"easyrouter": r"sk-sandbox-\w{24}", "useapi": r"user:1-sandbox-\w{24}"}
    accounts = {one.provider: one for one in project.team.provider_accounts.all()}
    assert set(accounts) == set(providers())
    for provider, account in accounts.items():
        assert account.play
        assert account.base_url == f"http://127.0.0.1:9900/{provider}"
        assert re.fullmatch(shapes.get(provider, r"sandbox-\w{24}"), account.key)
        assert account.rate() is not None
    assert accounts["useapi"].extra == {"email": "sandbox@example.org"}


def test_no_key_is_in_the_audit(project):
    text = " ".join(f"{line.target} {line.facts}" for line in AuditLine.objects.all())
    assert "sandbox-" not in text


EVERY = [
    pytest.param(name, one, id=f"{name}-{one.operation}-{one.model}")
    for name, room in providers().items()
    for one in room.offerings
]
# What changes the price at the sandbox, or what a published price asks to be left out.
SWITCHES = ("preview", "off_peak", "multi_clip", "auto_sound", "sound", "speech")
CLIP = Input("source", "1", "video/mp4", 9, 640, 360, kind="video", ms=7040)
TRACK = Input("voice_track", "2", "audio/mpeg", 9, 0, 0, kind="audio", ms=11_000)
FRAMES = tuple(Input("frame", str(one), "image/png", 9, 640, 360) for one in range(4))


@pytest.fixture(scope="module")
def terms():
    """The sample team's terms at each provider, all rows of them."""
    return {
        name: Terms(name, name, name, play=True, usd_per_unit=Decimal(1), rows=tuple(
            PriceRow(
                one.operation, one.model, one.formula, one.amount, room.unit, one.quality or None,
                one.audio, ours=True, when=one.when,
            )
            for one in rows_for(room)
        ))
        for name, room in providers().items()
    }  # fmt: skip


def switched(offering):
    """Every plain combination, with none, each and some of the switches that may be told."""
    told = [
        {name: True if offering.options[name].values else "Hello there, sailor."}
        for name in SWITCHES
        if name in offering.options
    ]
    both = [a | b for a, b in combinations(told, 2)]
    for options in offering.plain_combinations():
        ratio = offering.options.get("aspect_ratio")
        if ratio and options.get("aspect_ratio", ratio.default) != ratio.default:
            continue  # the shape never has a price
        yield from ({**options, **more} for more in [{}, *told, *both])


def inputs(offering, options):
    """What goes in, as far as it is counted."""
    kinds = {spec.kind for spec in offering.inputs}
    spoken = "speech" in options and any("speech" in names for names in offering.one_of)
    found = (CLIP,) if "video" in kinds and offering.operation != "fusion" else ()
    if offering.model == "v6-omni":
        found = (replace(CLIP, role="video_reference"),) * 2
    if offering.operation == "multi_transition":
        found = FRAMES[:2] if len(offering.options) < 20 else FRAMES
    if any(spec.role == "voice_track" for spec in offering.inputs) and not spoken:
        found = (*found, TRACK)
    return found


def charged(tariff, provider, brief, offering):
    """What the sandbox's own function says of the brief."""
    options, speech = brief.options, ""
    if brief.operation in ("lip_sync", "avatar"):
        speech = options.get("speech", "")
    goes_in = [one for one in brief.inputs if one.kind != "image"]
    heard = [one for one in goes_in if one.kind == "audio"]
    source = 0 if speech else sum(started(one.ms / 1000) for one in heard or goes_in)
    factors = [name for name in ("preview", "off_peak") if options.get(name)]
    factors += [f"detail_{options['detail']}"] if "detail" in options else []
    seconds = options.get("duration", 0)
    if brief.operation == "multi_transition":
        ways = range(1, len(brief.inputs))
        seconds = sum(options.get(f"seconds_{way}", 5) for way in ways)
    if brief.operation == "template":
        seconds = 5  # the template's own
    return tariff.price(
        provider,
        brief.operation,
        brief.model,
        str(options.get("quality", "360p" if brief.operation == "template" else "any")),
        seconds,
        audio=bool(options.get("audio", offering.implied.get("audio", False))),
        source=source,
        speech=speech,
        factors=tuple(factors),
    )


@pytest.mark.parametrize(("provider", "offering"), EVERY)
def test_every_combination_costs_what_the_sandbox_charges(terms, provider, offering):
    """Nothing is unknown, and nothing is a surprise."""
    tariff, room, seen = Tariff(), providers()[provider], 0
    named = (None, offering.operation), (None, offering.model)
    mine = terms[provider]
    rows = [
        r for r in mine.rows if (r.operation or None) in named[0] and (r.model or None) in named[1]
    ]
    mine = replace(mine, rows=tuple(rows))
    for options in switched(offering):
        brief = Brief(offering.operation, offering.model, "x", options, inputs(offering, options))
        found = price(room, brief, mine)
        assert isinstance(found, Price), (options, found)
        assert found.units == charged(tariff, provider, brief, offering), (options, found)
        seen += 1
    assert seen


@pytest.mark.parametrize(("provider", "offering"), EVERY)
def test_published_prices_are_not_covered(terms, provider, offering):
    """A row of ours stands before a published one, so there is none where one is published."""
    rows = [one for one in terms[provider].rows if one.model in ("", offering.model)]
    for options in switched(offering):
        brief = Brief(offering.operation, offering.model, "x", options, inputs(offering, options))
        if row := find_row(providers()[provider].prices, brief):
            spoken = row.formula is Formula.PER_15_BYTES
            ours = [one for one in rows if one.fits(brief)]
            assert not [one for one in ours if (one.formula is Formula.PER_15_BYTES) is spoken]


def test_the_seconds_between_frames_are_added_up(terms):
    room, tariff = providers()["pixverse"], Tariff()
    for seconds in ({"seconds_1": 1}, {"seconds_1": 5, "seconds_2": 6}, {"seconds_1": 30}):
        frames = FRAMES[: len(seconds) + 1]
        brief = Brief("multi_transition", "v5", "", {"quality": "720p", **seconds}, frames)
        found = price(room, brief, terms["pixverse"])
        expected = tariff.price("pixverse", "multi_transition", "v5", "720p", sum(seconds.values()))
        assert found.units == expected


def test_finding_masks_has_its_price(terms):
    brief = Brief(MASK_SELECTION, "pixverse", "")
    assert price(providers()["pixverse"], brief, terms["pixverse"]).units == 2


def test_the_rows_are_those(project):
    """What is written into the database is what is tested above."""
    made = TeamPrice.objects.filter(account__provider="useapi")
    rows = [price_row(one) for one in made]
    expected = rows_for(providers()["useapi"])
    assert len(rows) == len(expected)
    assert {
        (r.operation, r.model, r.quality or "", r.audio, r.when, r.formula, r.amount) for r in rows
    } == {(r.operation, r.model, r.quality, r.audio, r.when, r.formula, r.amount) for r in expected}


def test_the_number_of_rows_stays_small(project):
    assert TeamPrice.objects.count() < 800


def test_a_second_sample_team_gets_its_own_address(project):
    other = make_sandbox_team(project.created_by)
    assert other.team.slug == "sample-team-2"
