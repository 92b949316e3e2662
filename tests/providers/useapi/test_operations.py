"""The body of every operation. Source: contract sheet useapi, sections 2.4 to 2.18."""

import pytest

from generations.catalogue.types import Brief
from generations.providers.menu import catalogue
from generations.providers.types import Ask, Unsupported
from tests.providers.useapi.samples import CLIP, SAMPLES, files, made, useapi


@pytest.mark.parametrize("name", SAMPLES)
def test_bodies(name):
    request, path, body = SAMPLES[name]
    assert (request.method, request.path, request.pays) == ("POST", path, True)
    assert request.json == {**body, "replyRef": "job-17"}


WHOLE = {"duration": 5, "quality": "720p", "audio": True}


def test_all_that_a_clip_can_be_told():
    body = made(
        "text_to_video",
        "v6",
        prompt="x",
        aspect_ratio="16:9",
        multi_clip=True,
        preview=True,
        auto_sound=True,
        sound="soft rain",
        speech="Welcome.",
        voice="2",
        **WHOLE,
    ).json
    assert (
        body.items()
        >= {
            "multi_shot": True,
            "preview_mode": True,
            "auto_sound": True,
            "sound_effect_prompt": "soft rain",
            "lip_sync_tts_prompt": "Welcome.",
            "lip_sync_tts_speaker_id": "2",
        }.items()
    )


def test_an_off_peak_job_calls_nobody():
    link = {"callback": "https://studio.example/callbacks/1"}
    by_day = made("extend", "v6", ("source", CLIP), **WHOLE, **link)
    by_night = made("extend", "v6", ("source", CLIP), off_peak=True, **WHOLE, **link)
    assert "replyUrl" in by_day.json
    assert "replyUrl" not in by_night.json
    assert by_night.json["off_peak_mode"] is True


def test_upscale_goes_to_the_account_of_the_clip():
    settings = {"email": "bot@example.org", "max_jobs": "3"}
    body = made("upscale", "pixverse", ("source", CLIP), settings=settings).json
    assert body == {"video_id": CLIP, "maxJobs": 3, "replyRef": "job-17"}
    body = made(
        "modify", "v5.5", ("source", CLIP), prompt="x", quality="540p", settings=settings
    ).json
    assert body["email"] == "bot@example.org"


def test_only_an_own_clip_is_upscaled():
    inputs, handles = files(("source", "upload/v.mp4"))
    brief = Brief("upscale", "pixverse", "", {}, inputs)
    assert (
        "that it made"
        in catalogue("useapi").offering("upscale", "pixverse").problems(brief)[0].text
    )
    with pytest.raises(Unsupported) as caught:
        useapi.submit(Ask(brief, "", "job-17", handles))
    assert caught.value.field == "source"


def fused(prompt, *names):
    pairs = [("reference", f"upload/{one}.png", one) for one in names]
    inputs, handles = files(*pairs)
    options = {"duration": 5, "quality": "720p", "aspect_ratio": "16:9"}
    brief = Brief("fusion", "c1", prompt, options, inputs)
    return useapi.submit(Ask(brief, "pixverse-c1", "job-17", handles)).json["prompt"]


def test_names_become_numbers_at_once():
    """A name may be the beginning of another, or look like a number of theirs."""
    assert (
        fused("@robot2, @robot and @robot.", "robot", "robot2") == "@image2, @image1 and @image1."
    )
    assert fused("@image2 beside @image1", "image2", "image1") == "@image1 beside @image2"
    assert fused("me@robots.example @robot", "robot") == "me@robots.example @image1"


def test_a_prompt_that_grows_too_long_is_refused():
    found = catalogue("useapi").offering("fusion", "c1")
    inputs, _ = files(("reference", "upload/a.png", "a"))
    options = {"duration": 5, "quality": "720p", "aspect_ratio": "16:9"}
    brief = Brief("fusion", "c1", "@a " + "x" * 2045, options, inputs)
    assert [one.field for one in found.problems(brief)] == ["prompt"]
    assert len(fused("@a " + "x" * 2040, "a")) == 2048


MODELS = {
    "told": {
        "v6",
        "c1",
        "v5.6",
        "v5.5",
        "seedance-2.0",
        "seedance-2.0-fast",
        "kling-o3",
        "kling-v3",
    },
    "implied": {
        "veo-3.1-standard",
        "veo-3.1-fast",
        "happyhorse-1.0",
        "seedance-2.5",
        "minimax-h3",
        "gemini-omni-flash",
    },
}


def test_three_rules_of_sound():
    """Sheet 3.2: a switch, always on, or no word of it."""
    for one in catalogue("useapi").offerings:
        if one.operation == "image_to_video":
            assert ("audio" in one.options) is (one.model in MODELS["told"]), one.model
            assert (one.implied.get("audio") is True) is (one.model in MODELS["implied"]), one.model


def test_models_of_others_have_no_switches_of_pixverse():
    natives = {"v6", "c1", "v5.6", "v5.5", "v5", "v5-fast", "pixverse"}
    for one in catalogue("useapi").offerings:
        if one.model not in natives and one.operation != "image":
            assert not {"seed", "preview", "off_peak", "multi_clip"} & set(one.options), one.model
            assert one.options["duration"].default
            assert one.options["quality"].default
    assert not {one.model for one in catalogue("useapi").offerings} & {"sora-2", "sora-2-pro"}
