"""What the catalogue can say of files, of parts and of prices beyond a single value."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from generations.catalogue.loader import _prices, _unknown
from generations.catalogue.quote import find_row
from generations.catalogue.types import Brief, Input, InputSpec, Offering, Option

CLIP = Input("motion", "1", "video/mp4", 1_000_000, 1280, 720, kind="video", ms=5000)
MOTION = InputSpec(
    "motion",
    "video",
    maximum=3,
    min_seconds=2,
    max_seconds=15,
    total_seconds=15,
    max_bytes=50_000_000,
    max_side=1920,
)

AMISS = [
    ({"ms": 1999}, "of 2 s at least"),
    ({"ms": 15_001}, "of 15 s at most"),
    ({"size": 50_000_001}, "up to 50 MB"),
    ({"height": 1921}, "up to 1920 px"),
]


@pytest.mark.parametrize(("change", "words"), AMISS)
def test_limits_of_one_file(change, words):
    assert MOTION.problem([CLIP]) is None
    found = MOTION.problem([CLIP, replace(CLIP, **change)])
    assert found.field == "motion"
    assert words in found.text


def test_a_limit_of_all_together():
    assert MOTION.problem([CLIP, CLIP, CLIP]) is None
    assert "15 s of motion" in MOTION.problem([replace(CLIP, ms=5001), CLIP, CLIP]).text


def test_a_clip_of_its_own():
    spec = InputSpec("source", "video", own=True)
    assert "that it made" in spec.problem([replace(CLIP, role="source")]).text
    assert spec.problem([replace(CLIP, role="source", clip="a-clip")]) is None


def test_a_part_needs_its_frames():
    options = {name: Option(name, minimum=1, maximum=5) for name in ("seconds_1", "seconds_2")}
    offering = Offering(
        "multi_transition",
        "v5",
        "v5",
        10,
        options,
        inputs=(InputSpec("frame", "image", minimum=2, maximum=7),),
        prompt="none",
    )
    frames = tuple(Input("frame", str(one), "image/png", 9, 9, 9) for one in range(2))
    brief = Brief("multi_transition", "v5", "", {"seconds_1": 3}, frames)
    assert not offering.problems(brief)
    (problem,) = offering.problems(replace(brief, options={"seconds_2": 3}))
    assert (problem.field, problem.text) == ("seconds_2", "seconds 2 needs 3 frames")


PRICE = {
    "operations": [],
    "models": ["v6"],
    "formula": "per_second",
    "read_on": dt.date(2026, 4, 5),
    "source": "https://example.org",
}


PLAIN = {"off_peak": False, "sound": ""}


def test_a_price_may_hang_on_a_switch():
    rows = [
        *_prices({**PRICE, "amount": {"720p": "7"}, "when": {**PLAIN}}, "credits"),
        *_prices(
            {**PRICE, "amount": {"720p": "5.6"}, "when": {"preview": True, **PLAIN}}, "credits"
        ),
    ]
    for options, amount in (
        ({}, "7"),
        ({"preview": False}, "7"),
        ({"preview": True}, "5.6"),
        ({"preview": True, "off_peak": True}, None),
        ({"sound": "rain"}, None),
    ):
        brief = Brief("text_to_video", "v6", "x", {"quality": "720p", "duration": 5, **options})
        row = find_row(rows, brief)
        assert (row and row.amount) == (amount and Decimal(amount))


def test_so_may_an_unknown_price():
    (missing,) = _unknown(
        {"operations": [], "models": ["v6"], "when": {"off_peak": True}, "reason": "by plan"}
    )
    assert missing.fits(Brief("text_to_video", "v6", "x", {"off_peak": True}))
    assert not missing.fits(Brief("text_to_video", "v6", "x"))
