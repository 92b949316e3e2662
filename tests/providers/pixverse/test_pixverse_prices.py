"""What PixVerse's operations cost in its credits. Contract sheet pixverse, section 6."""

from decimal import Decimal

import pytest

from generations.catalogue.quote import price
from generations.catalogue.types import Terms
from generations.providers.menu import catalogue
from tests.providers.captured import ask
from tests.providers.native_asks import asked, given

OWN, UPLOAD = "412345678901234", "987650001"
A, B = "123450001", "123450002"
SOURCE = given("source", OWN, "remote_id")
MODEL_FREE = "pixverse"


@pytest.mark.parametrize(
    ("model", "options", "units"),
    [
        ("v6", {"duration": 15, "quality": "1080p", "audio": True}, 345),
        ("v6", {"duration": 5, "quality": "720p", "audio": False}, 45),
        ("v5.6", {"duration": 5, "quality": "540p", "audio": True}, 90),
        ("v5.6", {"duration": 5, "quality": "360p", "audio": True}, 80),
        ("v5.5", {"duration": 8, "quality": "540p", "audio": True}, 100),
        ("v5", {"duration": 8, "quality": "1080p"}, 240),
        ("v3.5", {"duration": 5, "quality": "1080p"}, 120),
    ],
)
def test_prices(model, options, units):
    terms = Terms("1", "a", "pixverse", play=False, usd_per_unit=Decimal("0.01"))
    found = price(catalogue("pixverse"), ask(model, model, **options).brief, terms)
    assert (found.units, found.micros) == (units, units * 10_000)


def units(operation, model, *files, **more):
    brief = asked("pixverse", operation, model, *files, **more).brief
    terms = Terms("1", "a", "pixverse", play=False, usd_per_unit=Decimal("0.01"))
    found = price(catalogue("pixverse"), brief, terms)
    return getattr(found, "units", None)


def test_prices_of_operations():
    frames = given("first_frame", A), given("last_frame", B)
    cat = given("reference", A, name="cat", type="subject")
    walk = given("video_reference", UPLOAD, "media_id", name="walk")
    track = given("voice_track", "987650002", "media_id")
    silent = {"duration": 10, "quality": "720p", "audio": False}
    assert units("transition", "v6", *frames, prompt="x", **silent) == 90
    assert units("extend", "v6", SOURCE, prompt="x", **silent) == 90
    assert units("extend", "v5", SOURCE, prompt="x", duration=8, quality="1080p") == 240
    ratio = {"aspect_ratio": "1:1"}
    assert units("fusion", "v6", cat, prompt="@cat", **silent, **ratio) == 90
    omni = {"quality": "1080p", "audio": True, **ratio}
    assert units("fusion", "v6-omni", walk, prompt="@walk", **omni) == 230
    assert units("fusion", "v4.5", cat, prompt="@cat", duration=8, quality="720p", **ratio) == 120
    assert units("fusion", "v5", cat, prompt="@cat", duration=8, quality="720p", **ratio) is None
    assert units("lip_sync", MODEL_FREE, SOURCE, track) == 20
    speech = {"voice": "7", "speech": "Welcome aboard!!"}
    assert units("lip_sync", MODEL_FREE, SOURCE, **speech) == 8
    assert units("sound_effect", MODEL_FREE, SOURCE, keep_sound=False) == 10
    files = given("image", A), given("motion", UPLOAD, "media_id")
    assert units("motion_control", MODEL_FREE, *files, quality="720p") == 60
    assert units("upscale", MODEL_FREE, SOURCE) is None
