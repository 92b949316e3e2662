"""Prices for people: equal ones share a line, an unknown one goes when each clip has a price."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from generations import offers, price_book
from generations.account_prices import price_words
from generations.account_rules import parse_amount
from generations.catalogue.gaps import missing
from generations.catalogue.loader import providers
from generations.catalogue.types import Formula, Offering, Option, PriceRow, Unknown
from generations.forms.prices import PriceForm, RateForm
from generations.models import TeamPrice


@pytest.fixture
def provider():
    """Two models; nobody publishes what c1 costs at 720p."""
    options = {
        "quality": Option("quality", ("360p", "720p"), default="360p"),
        "duration": Option("duration", (5, 8), default=5),
    }
    offerings = tuple(
        Offering(operation, model, model, 2000, options, {"audio": False})
        for operation in ("text_to_video", "image_to_video")
        for model in ("v6", "c1")
    )
    row = PriceRow("text_to_video", "v6", Formula.PER_SECOND, Decimal(5), "credits", "360p")
    rows = [replace(row, read_on=dt.date(2026, 1, 1), source="https://provider.example/pricing")]
    rows.append(replace(rows[0], operation="image_to_video"))
    rows.append(replace(rows[0], quality="720p", amount=Decimal(9)))
    unknown = (Unknown("", "c1", "720p", "not on the page"),)
    return replace(
        providers()["pixverse"], offerings=offerings, prices=tuple(rows), unknown=unknown
    )


def own(**conditions):
    return TeamPrice(formula="per_clip", amount=Decimal(1), unit="USD", **conditions)


def test_a_unit_is_called_as_on_all_pages(account):
    router = providers()["worldrouter"]
    options = PriceForm(provider=router).fields["unit"].choices
    assert options == [("worldrouter", "WorldRouter credits"), ("USD", "USD")]


def test_a_note_is_no_key():
    given = {"rate-usd_per_unit": "0.01", "rate-since": "2026-11-01", "rate-note": "sk-abcdefgh"}
    form = RateForm(given)
    assert form.errors == {"note": ["This looks like a key or a password. Say it without."]}


def test_who_read_a_published_price_is_said(client, owner, account):
    client.force_login(owner)
    page = client.get(f"/t/{account.team.slug}/providers/{account.uuid}/").content.decode()
    assert "by PixStudio’s authors</span>" in page


def test_operations_of_one_price_share_a_line(provider):
    (group,) = price_book.published(provider, Decimal("0.005"))
    first, second = group.lines
    assert first.operations == ["text to video", "image to video"]
    assert (first.micros, second.micros) == (25_000, 45_000)
    assert group.source.startswith("https://")


def test_a_filter_shows_prices_of_one_model_or_operation(provider):
    def shown(**wanted):
        groups = price_book.published(provider, None, price_book.Filter(**wanted))
        return [line.operations for group in groups for line in group.lines]

    assert shown(model="c1") == []
    assert shown(model="v6", operation="image_to_video") == [["image to video"]]
    rows = [own(model="v6"), own(model="c1"), own()]
    found = price_book.by_model(rows, price_book.Filter(model="c1"))
    assert [model for model, _ in found] == ["", "c1"]


def test_conditions_in_words():
    row = own(model="v6", when={"preview": True, "off_peak": False, "duration": [6, 7, 8, 9]})
    assert price_words(row, providers()["pixverse"]) == (
        "1 USD per clip: v6, 6 to 9 s, without off peak, with preview"
    )


def test_without_a_rate_no_dollars_are_told(provider):
    (group,) = price_book.published(provider, None)
    assert {line.micros for line in group.lines} == {None}


@pytest.mark.parametrize(
    ("rows", "left"),
    [
        # by operation: v6 from a picture at 720p, c1 from both at all qualities
        ([], ["image_to_video c1", "image_to_video v6", "text_to_video c1"]),
        ([own(model="v6")], ["image_to_video c1", "text_to_video c1"]),
        (
            [own(model="c1", duration=5)],
            ["image_to_video c1", "image_to_video v6", "text_to_video c1"],
        ),
        ([own(model="c1", operation="text_to_video")], ["image_to_video c1", "image_to_video v6"]),
        ([own(model="c1", duration=5), own(model="c1", duration=8)], ["image_to_video v6"]),
        ([own(quality="720p")], ["image_to_video c1", "text_to_video c1"]),
        ([own(audio=False)], []),
        ([own(audio=True)], ["image_to_video c1", "image_to_video v6", "text_to_video c1"]),
        ([own()], []),
    ],
)
def test_a_gap_goes_only_when_every_clip_has_a_price(provider, rows, left):
    found = missing(provider, [offers.price_row(one) for one in rows])
    assert [f"{one.operation} {one.model}" for one in found] == left


def test_a_gap_says_what_lacks_a_price_and_why(provider):
    rows = [offers.price_row(own(model="c1", quality="360p"))]
    gaps = {f"{one.operation} {one.model}": one.gaps for one in missing(provider, rows)}
    (gap,) = gaps["text_to_video c1"]
    assert (gap.title, gap.reason) == ("720p", "not on the page")
    rows.append(offers.price_row(own(model="c1", quality="720p", duration=5)))
    gaps = {f"{one.operation} {one.model}": one.gaps for one in missing(provider, rows)}
    (gap,) = gaps["text_to_video c1"]
    assert (gap.title, gap.conditions) == ("720p, 8 s", '{"duration": [8]}')


def test_switches_that_nobody_prices_are_gaps_of_their_own():
    room = providers()["useapi"]
    found = {(one.operation, one.model): one for one in missing(room, [])}
    clip = found["text_to_video", "v6"]
    titles = {gap.title: gap.conditions for gap in clip.gaps}
    assert titles["With off peak"] == '{"off_peak": true}'
    assert titles["With speech"] == '{"speech": true}'
    assert "per_second" in clip.formulas
    assert found["upscale", "pixverse"].formulas[0] == "per_source_second"
    own_rows = [
        offers.price_row(own(operation="text_to_video", model="v6", when={name: True}))
        for name in ("off_peak", "speech", "sound", "auto_sound")
    ]
    assert ("text_to_video", "v6") not in {
        (one.operation, one.model) for one in missing(room, own_rows)
    }


@pytest.mark.parametrize("provider_id", sorted(providers()))
def test_every_gap_can_be_filled_as_its_form_says(provider_id):
    """What the inline form of a gap posts is a price that the form takes and that fills it."""
    room = providers()[provider_id]
    for one in missing(room, []):
        for gap in one.gaps:
            typed = {
                "price-operation": one.operation,
                "price-model": one.model,
                "price-quality": "" if gap.every_quality else gap.qualities[0],
                "price-audio": gap.audio,
                "price-when": gap.conditions,
                "price-formula": one.formulas[0],
                "price-amount": "1",
                "price-unit": room.unit,
                "price-since": "2026-01-01",
            }
            form = PriceForm(typed, provider=room)
            assert form.is_valid(), (one, gap, form.errors)
            row = TeamPrice(**form.cleaned_data)
            if gap.every_quality:
                after = missing(room, [offers.price_row(row)])
                left = {(m.operation, m.model): m.gaps for m in after}
                assert gap.title not in [
                    each.title for each in left.get((one.operation, one.model), ())
                ]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("0.25", "0.25"),
        ("$3", "3"),
        (" 12.500000 ", "12.5"),
        ("0", "0"),
        ("999999999999", None),
        ("16,000", "16000"),
        ("1,234,567.5", "1234567.5"),
    ],
)
def test_amounts(text, amount):
    assert parse_amount(text, places=6) == Decimal(amount or text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1,5",
        "0,005",
        "1,00",
        "16,0000",
        ",000",
        "0,000.5,0",
        "1e5",
        "NaN",
        "-1",
        "1.",
        ".5",
        "٣",
        "0.0000001",
        "1000000000000",
        "1 2",
    ],
)
def test_what_is_no_amount(text):
    with pytest.raises(ValueError, match=r"\.$"):
        parse_amount(text, places=6)


@pytest.mark.parametrize("text", ["$5", "$ 5", "-$5"])
def test_dollars_are_no_credits(text):
    with pytest.raises(ValueError, match=r"counts credits, not dollars.*\$"):
        parse_amount(text, places=6, unit="credits", below_zero=True)


@pytest.mark.parametrize("text", ["-1,000.5", "−1,000.5"])
def test_an_amount_may_be_below_zero_only_where_that_means_something(text):
    assert parse_amount(text, places=6, below_zero=True) == Decimal("-1000.5")
    with pytest.raises(ValueError, match="cannot be negative"):
        parse_amount(text, places=6)


def test_a_price_in_credits_takes_no_dollars():
    room = providers()["pixverse"]
    given = {"price-formula": "per_clip", "price-since": "2026-11-01", "price-amount": "$5"}
    form = PriceForm(given | {"price-unit": room.unit}, provider=room)
    assert "not dollars" in str(form.errors["amount"])
    form = PriceForm(given | {"price-unit": "USD"}, provider=room)
    assert form.is_valid(), form.errors
