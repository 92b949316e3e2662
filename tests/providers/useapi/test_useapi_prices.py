"""useapi.net's published prices, in plan credits."""

import pytest

from generations.catalogue.quote import find_row, find_unknown
from generations.providers.menu import catalogue
from generations.providers.types import Handle
from tests.providers.captured import ask

PATH = Handle("path", "upload/5b1c.png")

PRICES = [
    ("v6", 7, "1080p", True, 98),
    ("v6", 7, "1080p", False, 98),
    ("v5.5", 5, "360p", False, 20),
    ("v5.5", 8, "540p", True, 80),
    ("v5.5", 10, "540p", False, 60),
    ("v5", 5, "360p", False, 20),
    ("v5.5", 3, "360p", False, None),
    ("v5.5", 5, "720p", False, None),
    ("v5.6", 5, "540p", False, None),
    ("c1", 5, "540p", False, None),
]


BESIDE = [
    ({}, 35),
    ({"preview": False, "off_peak": False, "auto_sound": False}, 35),
    ({"preview": True}, 28),
    ({"off_peak": True}, None),
    ({"preview": True, "off_peak": True}, None),
    ({"auto_sound": True}, None),
    ({"sound": "rain"}, None),
    ({"speech": "Hello.", "voice": "2"}, None),
    ({"multi_clip": True}, 35),
]


@pytest.mark.parametrize(("beside", "units"), BESIDE)
def test_what_stands_beside_it_changes_the_price(beside, units):
    options = {"duration": 5, "quality": "720p", "audio": True, **beside}
    brief = ask("v6", "v6", handle=PATH, **options).brief
    found = find_row(catalogue("useapi").prices, brief)
    assert (found and found.units(brief)) == units
    assert found or find_unknown(catalogue("useapi"), brief)


OTHERS = [
    ("seedance-2.0", "1080p", 6, 540),
    ("seedance-2.0", "2160p", 4, 800),
    ("seedance-2.5", "720p", 10, 750),
    ("minimax-h3", "768p", 6, 180),
    ("minimax-h3", "1440p", 6, None),
    ("kling-v3", "720p", 5, None),
]


@pytest.mark.parametrize(("model", "quality", "duration", "units"), OTHERS)
def test_prices_of_models_of_others(model, quality, duration, units):
    brief = ask(model, model, handle=PATH, quality=quality, duration=duration).brief
    found = find_row(catalogue("useapi").prices, brief)
    assert (found and found.units(brief)) == units
    assert found or find_unknown(catalogue("useapi"), brief)


def test_why_a_price_is_not_known():
    def why(**options):
        options = {"duration": 5, "quality": "720p", **options}
        return find_unknown(
            catalogue("useapi"), ask("v6", "v6", handle=PATH, **options).brief
        ).reason

    assert "plan" in why(off_peak=True)
    assert "added sound" in why(auto_sound=True)


@pytest.mark.parametrize(("model", "duration", "quality", "audio", "units"), PRICES)
def test_prices_in_plan_credits(model, duration, quality, audio, units):
    options = {"duration": duration, "quality": quality, "audio": audio}
    brief = ask(model, model, handle=PATH, **options).brief
    found = find_row(catalogue("useapi").prices, brief)
    assert (found and found.units(brief)) == units
    assert found or find_unknown(catalogue("useapi"), brief)


def test_the_credit_has_no_published_rate():
    assert catalogue("useapi").usd_per_unit is None
