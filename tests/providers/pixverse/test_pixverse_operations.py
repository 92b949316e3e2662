"""Every operation's body as the sheet prints it."""

import pytest

from generations.providers.menu import catalogue
from generations.providers.pixverse.adapter import PixVerse
from generations.providers.pixverse.parts import seed_of
from tests.providers.native_asks import TOKEN, asked, given, sample_ask

pixverse = PixVerse()
OWN, UPLOAD = "412345678901234", "987650001"
A, B, C = "123450001", "123450002", "123450003"
SOURCE = given("source", OWN, "remote_id")
MODEL_FREE = "pixverse"


def body_of(operation, model, *files, **more):
    return pixverse.submit(asked("pixverse", operation, model, *files, **more)).json


def test_template():
    files = given("image", A)
    options = {"template": 302325299692608, "quality": "540p", "audio": False}
    assert body_of("template", MODEL_FREE, files, **options) == {
        "template_id": 302325299692608,
        "img_id": 123450001,
        "model": "v6",
        "prompt": "",
        "duration": 5,
        "quality": "540p",
        "sound_effect_switch": False,
    }
    several = body_of("template", MODEL_FREE, files, given("image", B), prompt="hi", **options)
    assert (several["img_ids"], several["prompt"]) == ([123450001, 123450002], "hi")
    assert "img_id" not in several


def test_transition():
    frames = given("first_frame", A), given("last_frame", B)
    options = {"duration": 5, "quality": "720p", "audio": True}
    assert body_of("transition", "v6", *frames, prompt="Dawn turns to dusk", **options) == {
        "model": "v6",
        "first_frame_img": 123450001,
        "last_frame_img": 123450002,
        "prompt": "Dawn turns to dusk",
        "duration": 5,
        "quality": "720p",
        "generate_audio_switch": True,
    }


def test_multi_transition():
    frames = given("frame", A), given("frame", B)
    options = {"quality": "540p", "seconds_1": 3, "prompt_1": "Zoom"}
    assert body_of("multi_transition", "v5", *frames, **options) == {
        "model": "v5",
        "quality": "540p",
        "multi_transition": [
            {"img_id": 123450001, "duration": 3, "prompt": "Zoom"},
            {"img_id": 123450002},
        ],
    }
    options |= {"seconds_2": 27}
    longest = body_of("multi_transition", "v5", *frames, given("frame", C), **options)
    assert [one.get("duration") for one in longest["multi_transition"]] == [3, 27, None]
    found = catalogue("pixverse").offering("multi_transition", "v5")
    brief = asked("pixverse", "multi_transition", "v5", *frames, given("frame", C), **options).brief
    brief.options["seconds_2"] = 28
    assert [one.field for one in found.problems(brief)] == ["seconds_1"]


def test_fusion():
    files = (
        given("reference", A, name="cat", type="subject"),
        given("reference", B, name="room", type="background"),
    )
    options = {"duration": 5, "quality": "720p", "aspect_ratio": "16:9", "audio": False}
    body = body_of("fusion", "c1", *files, prompt="@cat sleeps in @room, softly @cat", **options)
    assert body == {
        "model": "c1",
        "image_references": [
            {"type": "subject", "img_id": 123450001, "ref_name": "cat"},
            {"type": "background", "img_id": 123450002, "ref_name": "room"},
        ],
        "prompt": "@cat sleeps in @room , softly @cat ",
        "duration": 5,
        "quality": "720p",
        "aspect_ratio": "16:9",
        "generate_audio_switch": False,
    }


def test_fusion_with_videos_is_omni():
    files = (
        given("video_reference", UPLOAD, "media_id", name="walk"),
        given("video_reference", OWN, "remote_id", name="run"),
        given("reference", A, name="cat", type="subject"),
    )
    options = {"quality": "720p", "aspect_ratio": "auto", "audio": True, "seed": 3}
    prompt = "@cat does @walk then @run fast"
    assert body_of("fusion", "v6-omni", *files, prompt=prompt, **options) == {
        "model": "v6",
        "reference_mode": "omni",
        "video_references": [
            {"ref_name": "walk", "video_media_id": 987650001},
            {"ref_name": "run", "source_video_id": 412345678901234},
        ],
        "image_references": [{"type": "subject", "img_id": 123450001, "ref_name": "cat"}],
        "prompt": prompt,
        "duration": 0,
        "quality": "720p",
        "aspect_ratio": "auto",
        "generate_audio_switch": True,
        "seed": 3,
    }
    alone = body_of(
        "fusion",
        "v6-omni",
        files[0],
        prompt="@walk",
        quality="360p",
        aspect_ratio="1:1",
        audio=False,
    )
    assert "image_references" not in alone


@pytest.mark.parametrize(
    ("model", "most"), [("v4.5", 3), ("v5", 3), ("v5.5", 7), ("v5.6", 7), ("v6", 7), ("c1", 7)]
)
def test_references_by_model(model, most):
    (spec,) = catalogue("pixverse").offering("fusion", model).inputs
    assert (spec.minimum, spec.maximum, spec.name_bytes) == (1, most, 30)


def test_extend():
    options = {"duration": 5, "quality": "720p", "audio": False}
    assert body_of("extend", "v6", SOURCE, prompt="Keep gliding", seed=1, **options) == {
        "source_video_id": 412345678901234,
        "model": "v6",
        "prompt": "Keep gliding",
        "duration": 5,
        "quality": "720p",
        "generate_audio_switch": False,
        "seed": 1,
    }
    upload = given("source", UPLOAD, "media_id")
    body = body_of("extend", "v5", upload, prompt="On", duration=8, quality="1080p")
    assert body["video_media_id"] == 987650001
    assert body["seed"] == seed_of(TOKEN)
    assert "source_video_id" not in body
    assert 0 <= seed_of("job-18") <= 2147483647


def test_lip_sync():
    options = {"voice": "7", "speech": "Welcome aboard."}
    assert body_of("lip_sync", MODEL_FREE, SOURCE, **options) == {
        "source_video_id": 412345678901234,
        "lip_sync_tts_speaker_id": "7",
        "lip_sync_tts_content": "Welcome aboard.",
    }
    track = given("voice_track", "987650002", "media_id")
    assert body_of("lip_sync", MODEL_FREE, SOURCE, track) == {
        "source_video_id": 412345678901234,
        "audio_media_id": 987650002,
    }


def test_a_voice_needs_a_text_and_no_track_beside_it():
    track = given("voice_track", "987650002", "media_id")
    for operation, file in (("lip_sync", SOURCE), ("avatar", given("image", A))):
        quality = {"quality": "720p"} if operation == "avatar" else {}
        for files, options in (
            ((file,), {"voice": "7"}),
            ((file,), {"speech": "hi"}),
            ((file,), {}),
            ((file, track), {"voice": "7", "speech": "hi"}),
        ):
            with pytest.raises(AssertionError, match="voice"):
                asked("pixverse", operation, MODEL_FREE, *files, **options, **quality)


def test_avatar():
    track = given("voice_track", "987650002", "media_id")
    assert body_of("avatar", MODEL_FREE, given("image", A), track, quality="720p") == {
        "img_id": 123450001,
        "quality": "720p",
        "audio_media_id": 987650002,
    }


def test_sound_effect():
    assert body_of("sound_effect", MODEL_FREE, SOURCE, sound="soft rain", keep_sound=True) == {
        "source_video_id": 412345678901234,
        "sound_effect_content": "soft rain",
        "original_sound_switch": True,
    }
    assert "sound_effect_content" not in body_of(
        "sound_effect", MODEL_FREE, SOURCE, keep_sound=False
    )


def test_restyle():
    assert body_of("restyle", MODEL_FREE, SOURCE, restyle=1001, seed=5) == {
        "source_video_id": 412345678901234,
        "restyle_id": 1001,
        "seed": 5,
    }
    assert body_of("restyle", MODEL_FREE, SOURCE, prompt="as clay") == {
        "source_video_id": 412345678901234,
        "restyle_prompt": "as clay",
    }
    with pytest.raises(AssertionError, match="exactly one"):
        asked("pixverse", "restyle", MODEL_FREE, SOURCE, prompt="as clay", restyle=1001)


def test_swap():
    image = given("image", C)
    options = {"keyframe": 1, "mask": "0", "quality": "720p"}
    assert body_of("swap", MODEL_FREE, SOURCE, image, **options) == {
        "source_video_id": 412345678901234,
        "keyframe_id": 1,
        "mask_id": "0",
        "img_id": 123450003,
        "quality": "720p",
    }


@pytest.mark.parametrize("operation", ["swap", "motion_control", "modify"])
def test_these_end_at_720p(operation):
    found = catalogue("pixverse").offering(operation, MODEL_FREE)
    assert found.options["quality"].values == ("360p", "540p", "720p")


def test_motion_control():
    files = given("image", A), given("motion", UPLOAD, "media_id")
    assert body_of("motion_control", MODEL_FREE, *files, quality="720p") == {
        "video_media_id": 987650001,
        "img_id": 123450001,
        "quality": "720p",
    }


def test_modify():
    files = given("source", UPLOAD, "media_id"), given("image", C)
    options = {"mask": "0", "keyframe": 1, "quality": "540p"}
    prompt = "@selection0 becomes @img0"
    body = body_of("modify", MODEL_FREE, *files, prompt=prompt, **options)
    assert body == {
        "video_media_id": 987650001,
        "prompt": prompt,
        "img_ids": [123450003],
        "mask_ids": ["0"],
        "keyframe_ids": 1,
        "quality": "540p",
    }
    options |= {"mask_2": "4", "mask_3": "2"}
    more = body_of("modify", MODEL_FREE, *files, prompt=prompt, **options)
    assert more["mask_ids"] == ["0", "4", "2"]
    with pytest.raises(AssertionError, match="@img1 names"):
        asked("pixverse", "modify", MODEL_FREE, *files, prompt="@img1", **options)


def test_upscale():
    assert body_of("upscale", MODEL_FREE, SOURCE) == {"source_video_id": 412345678901234}


def test_image_template():
    request = pixverse.submit(
        asked("pixverse", "image_template", MODEL_FREE, given("image", A), template=377378608924544)
    )
    assert request.path == "/openapi/v2/image/template/generate"
    assert request.json == {"img_ids": [123450001], "template_id": 377378608924544}


def test_webhooks_are_told_of_two_operations_only():
    for found in catalogue("pixverse").offerings:
        ask = sample_ask(found)
        told = pixverse.submit(
            type(ask)(ask.brief, ask.remote_model, TOKEN, ask.handles, "", {"webhook_id": "77"})
        ).json
        ticked = found.operation in ("text_to_video", "image_to_video")
        assert told.get("webhook_id") == (77 if ticked else None)
