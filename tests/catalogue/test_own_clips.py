"""A clip that the account made itself: told by its id it passes no upload, and its maker counts."""

from dataclasses import replace

import pytest

from generations.catalogue.loader import providers
from generations.catalogue.quote import offer
from generations.catalogue.types import Brief, Input, Terms

MINE = "11111111-2222-4333-8444-555555555555"
LARGE = Input(
    "source", "", "video/mp4", 90_000_000, 3840, 2160, "video", 45_000, clip="c", account=MINE
)


def wrong(provider, operation, model, one, **options):
    terms = Terms(MINE, "mine", provider, play=True, usd_per_unit=None, ceiling=1, has_address=True)
    options = {name: value for name, value in options.items() if value is not None}
    brief = Brief(operation, model, "", options, (one,))
    return [one.text for one in offer(brief, terms).problems]


@pytest.mark.parametrize("operation", ["sound_effect", "upscale"])
def test_no_upload_limits_for_what_is_not_uploaded(operation):
    found = {"keep_sound": False} if operation == "sound_effect" else {}
    assert not wrong("pixverse", operation, "pixverse", LARGE, **found)
    theirs = replace(LARGE, account="another")
    texts = wrong("pixverse", operation, "pixverse", theirs, **found)
    assert [text for text in texts if "50 MB" in text]
    assert [text for text in texts if "1920 px" in text]
    assert [text for text in texts if "30 s" in text]


@pytest.mark.parametrize("provider", ["pixverse", "worldrouter"])
def test_extend_has_limits_of_its_own(provider):
    options = {"duration": 5, "quality": "540p", "audio": False}
    good = replace(LARGE, width=1920, height=1080, ms=39_000)
    assert not wrong(provider, "extend", "v6", good, **options)
    for bad, words in (({"width": 3840}, "1920 px"), ({"ms": 40_000}, "39 s")):
        (text,) = wrong(provider, "extend", "v6", replace(good, **bad), **options)
        assert words in text


def test_useapi_uploads_motion_also_of_its_own():
    """Only a source is told by its id there."""
    motion = replace(LARGE, role="motion", mime="video/x-flv")
    texts = wrong("useapi", "motion_control", "v5.6", motion, quality="360p")
    assert [text for text in texts if "MP4" in text]


@pytest.mark.parametrize(
    ("model", "good"),
    [("v6", True), ("v5-fast", True), ("c1", False), ("kling-v3", False), ("seedance-2.0", False)],
)
def test_useapi_upscales_its_own_models_only(model, good):
    found = providers()["useapi"].offering("upscale", "pixverse")
    problems = found.problems(Brief("upscale", "pixverse", "", {}, (replace(LARGE, model=model),)))
    assert [one.field for one in problems] == ([] if good else ["source"])
