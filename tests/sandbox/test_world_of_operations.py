"""What holds for the operations of all dialects: restarts, benches, prices, broken inputs."""

import pytest

from generations.sandbox.dialects.useapi.models import MODELS, PAINTERS
from generations.sandbox.money import Tariff, started
from generations.sandbox.server import Sandbox
from tests.sandbox.media import clip
from tests.sandbox.speakers import SPEAKERS, png, probe, speaker

ROOT = "/openapi/v2"


def upload(who, content):
    files = {"file": ("a.mp4", content, "video/mp4")}
    return who.call("POST", ROOT + "/media/upload", files=files).json()["Resp"]["media_id"]


def ask(who, path, body):
    return who.call("POST", f"{ROOT}/video/{path}", json=body).json()


def test_masks_chains_and_uploads_survive_a_restart(tmp_path):
    with Sandbox(port=0, speed=400, data_dir=tmp_path) as first:
        who = speaker(first, "pixverse")
        with who.session:
            media, face = upload(who, clip(1)), who.upload(png()).json()["Resp"]["img_id"]
            assert ask(who, "mask/selection", {"video_media_id": media})["ErrCode"] == 0
            early = ask(who, "upscale/generate", {"video_media_id": media})["Resp"]["video_id"]
            who.ended(early)
            slow = {"source_video_id": early, "restyle_prompt": "ink [slow]"}
            later = ask(who, "restyle/generate", slow)["Resp"]["video_id"]
    for film in tmp_path.glob("sandbox-media/*.mp4"):
        if not film.name.startswith("upload"):
            film.unlink()
    with Sandbox(port=0, speed=400, data_dir=tmp_path) as second:
        who = SPEAKERS["pixverse"](second, who.key)
        with who.session:
            # The clips were lost; the restyled one is drawn again from the upscaled one.
            link = who.link(who.ended(later))
            assert probe(who.session.get(link).content)["size"] == (640, 360)
            body = {"video_media_id": media, "keyframe_id": 1, "mask_id": "1", "img_id": face}
            assert ask(who, "swap/generate", {**body, "quality": "360p"})["ErrCode"] == 0


def test_benches_share_one_file_for_every_operation(sandbox):
    who = speaker(sandbox, "pixverse", "wide")
    with who.session:
        media = upload(who, clip(1))
        ids = [
            ask(who, f"{one}/generate", {"video_media_id": media})["Resp"]["video_id"]
            for one in ("sound_effect", "sound_effect")
        ]
        for remote_id in ids:
            who.ended(remote_id)
    found = [sandbox.world.jobs.find("pixverse", str(one)).clip for one in ids]
    assert found[0] == found[1]


def test_a_source_that_breaks_half_way_is_a_failed_job(sandbox):
    who = speaker(sandbox, "pixverse")
    with who.session:
        media = upload(who, clip(1))
        name = sandbox.world.shelf.uploads[media].name
        sandbox.world.shelf.path(name).write_bytes(b"broken")
        made = ask(who, "upscale/generate", {"video_media_id": media})["Resp"]["video_id"]
        assert who.state(who.ended(made)) == "failed"
        assert who.charged() == 0


@pytest.mark.parametrize("operation", ["text_to_video", "image_to_video", "transition", "fusion"])
def test_every_model_of_useapi_has_a_price(operation):
    tariff = Tariff()
    for row in MODELS.values():
        if (operation == "transition" and not row.frames) or (
            operation == "fusion" and not row.images
        ):
            continue
        for quality in row.qualities:
            for seconds in {row.lengths[0], row.longest(quality)}:
                for audio in (False, True):
                    if audio and row.audio == "refused" and not row.sounds:
                        continue
                    menu = (operation, row.name, quality, seconds)
                    assert tariff.price("useapi", *menu, audio=audio) > 0, menu


def test_every_painter_has_a_price():
    for name, painter in PAINTERS.items():
        for quality in painter.qualities:
            assert Tariff().price("useapi", "image", name, quality, 0) > 0


def test_what_is_counted():
    price = Tariff().price
    assert price("pixverse", "lip_sync", "pixverse", "any", 0, source=3) == 12
    assert price("pixverse", "lip_sync", "pixverse", "any", 0, speech="ö" * 8) == 8
    assert price("pixverse", "sound_effect", "pixverse", "any", 0, source=8) == 20
    assert price("pixverse", "modify", "pixverse", "720p", 0, source=4) == 48
    assert price("pixverse", "fusion", "v6", "720p", 0, audio=True, source=5) == 120
    assert price("pixverse", "multi_transition", "v5", "720p", 10) == 132
    assert price("pixverse", "multi_transition", "v4", "360p", 30, factors=("fast",)) == 540
    assert [started(one) for one in (0, 0.2, 1, 1.03, 1.2)] == [0, 1, 1, 1, 2]
    with pytest.raises(LookupError):
        price("pixverse", "extend", "c1", "360p", 5)
