"""Pixazo's published prices, and what is not offered for their sake."""

from decimal import Decimal

import pytest

from generations.catalogue.quote import find_row, find_unknown, price
from generations.catalogue.types import Terms
from generations.providers.menu import catalogue
from generations.providers.types import Handle
from tests.providers.captured import ask

LINK = Handle("link", "https://studio.example/boat.webp")

PRICES = [
    (5, "720p", False, 225_000),
    (5, "720p", True, 300_000),
    (15, "1080p", True, 1_725_000),
]


@pytest.mark.parametrize(("duration", "quality", "audio", "micros"), PRICES)
def test_v6_prices_have_a_silent_and_a_sounding_row(duration, quality, audio, micros):
    options = {"duration": duration, "quality": quality, "audio": audio}
    brief = ask("v6", "pixverse-v6-image-to-video", handle=LINK, **options).brief
    terms = Terms("1", "Pixazo", "pixazo", play=False, usd_per_unit=Decimal(1), has_address=True)
    assert price(catalogue("pixazo"), brief, terms).micros == micros


def test_several_shots_in_one_clip_have_no_published_price():
    options = {"duration": 5, "quality": "720p", "audio": True}
    room = catalogue("pixazo")
    for multi_clip in (False, True):
        told = {**options, "multi_clip": multi_clip}
        brief = ask("v6", "pixverse-v6-image-to-video", handle=LINK, **told).brief
        assert (find_row(room.prices, brief) is None) is multi_clip
        assert bool(find_unknown(room, brief)) or not multi_clip


@pytest.mark.parametrize(
    ("operation", "model"), [("lip_sync", "pixverse"), ("text_to_video", "c1")]
)
def test_what_has_no_documented_field_is_not_offered(operation, model):
    assert catalogue("pixazo").offering(operation, model) is None


def test_the_contradictory_resolutions_are_not_offered():
    values = catalogue("pixazo").offering("image_to_video", "v6").options["quality"].values
    assert values == ("360p", "720p", "1080p")
