"""The gateway's operations beyond text and image."""

import pytest

from tests.sandbox.media import clip, speech
from tests.sandbox.speakers import png, probe, speaker

ROOT = "/openapi/v2"
BASE = {"model": "pixverse-v6", "prompt": "x", "duration": 1, "quality": "360p"}
ALBUM = [{"img_id": "P0", "type": "subject", "ref_name": "robot"},
         {"img_id": "P1", "type": "background", "ref_name": "attic"}]  # fmt: skip
TRANSITION = {**BASE, "first_frame_img": "P0", "last_frame_img": "P1", "aspect_ratio": "16:9",
              "motion_mode": "normal", "generate_audio_switch": False}  # fmt: skip
FUSION = {**BASE, "image_references": ALBUM, "aspect_ratio": "16:9",
          "prompt": "@robot tidies the @attic"}  # fmt: skip
EXTEND = {**BASE, "source_video_id": "EARLIER", "generate_audio_switch": True}


class House:
    def __init__(self, sandbox):
        self.who = speaker(sandbox, "worldrouter")
        self.words = {
            "P0": self.who.upload(png()).json()["Resp"]["img_id"],
            "P1": self.who.upload(png(200, 100)).json()["Resp"]["img_id"],
            "CLIP": self.media("a.mp4", clip(2), "video/mp4").json()["Resp"]["media_id"],
            "EARLIER": self.who.done("Earlier")[0],
        }

    def media(self, name, content, kind):
        files = {"file": (name, content, kind)}
        return self.who.call("POST", ROOT + "/media/upload", files=files)

    def post(self, operation, body):
        body = self.fill({name: value for name, value in body.items() if value is not None})
        return self.who.call("POST", f"{ROOT}/video/{operation}/generate", json=body)

    def fill(self, body):
        if isinstance(body, dict):
            return {name: self.fill(value) for name, value in body.items()}
        if isinstance(body, list):
            return [self.fill(value) for value in body]
        return self.words.get(body, body) if isinstance(body, str) else body


@pytest.fixture(scope="module")
def house(sandbox):
    one = House(sandbox)
    sandbox.world.set_limit("worldrouter", one.who.key, 1000)
    yield one
    one.who.session.close()


@pytest.mark.parametrize(
    "operation, body, size, sound, credits",
    [
        ("transition", TRANSITION, (480, 640), False, 2.5),
        ("fusion", FUSION, (640, 360), False, 2.5),
        ("fusion", {**FUSION, "model": "pixverse-c1"}, (640, 360), False, 3),
        ("extend", EXTEND, (640, 360), True, 3.5),
        ("extend", {**BASE, "video_media_id": "CLIP"}, (320, 180), False, 2.5),
    ],
)
def test_from_submit_to_a_file(house, operation, body, size, sound, credits):
    reply = house.post(operation, body)
    assert reply.json()["ErrCode"] == 0, reply.text
    ended = house.who.ended(house.who.remote_id(reply)).json()["Resp"]
    assert (ended["outputWidth"], ended["outputHeight"]) == size
    assert (ended["credits"], ended["has_audio"]) == (credits, sound)
    film = probe(house.who.session.get(ended["url"]).content)
    assert (film["size"], bool(film["audio"])) == (size, sound)
    assert film["seconds"] == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize(
    "operation, body, code",
    [
        ("transition", {**TRANSITION, "last_frame_img": None}, 400013),
        ("transition", {**TRANSITION, "last_frame_img": 5}, 400032),
        ("transition", {**TRANSITION, "motion_mode": "fast"}, 400013),
        ("fusion", {**FUSION, "image_references": []}, 400013),
        ("fusion", {**FUSION, "image_references": ALBUM * 4, "prompt": "x"}, 400013),
        ("fusion", {**FUSION, "image_references": [ALBUM[0]] * 2, "prompt": "x"}, 400013),
        ("fusion", {**FUSION, "prompt": "@cat"}, 400013),
        ("fusion", {**FUSION, "aspect_ratio": None}, 400013),
        ("fusion", {**FUSION, "motion_mode": "normal"}, 400013),
        ("fusion", {**FUSION, "video_references": []}, 400013),
        ("extend", {**EXTEND, "video_media_id": "CLIP"}, 400013),
        ("extend", {**EXTEND, "source_video_id": None}, 400013),
        ("extend", {**EXTEND, "source_video_id": 5}, 500008),
        ("extend", {**EXTEND, "aspect_ratio": "16:9"}, 400013),
        ("extend", {**EXTEND, "model": "pixverse-c1"}, 400013),
    ],
)
def test_refused(house, operation, body, code):
    made = len(house.who.mine())
    reply = house.post(operation, body)
    assert (reply.status_code, reply.json().get("ErrCode")) == (400, code), reply.text
    assert len(house.who.mine()) == made


def test_media_uploads(house):
    resp = house.media("a.wav", speech(1), "audio/wav").json()["Resp"]
    assert resp["media_type"] == "audio"
    assert house.media("a.mp4", clip(1, (1922, 100)), "video/mp4").json()["ErrCode"] == 500033
    assert house.media("a.txt", b"x", "text/plain").json()["ErrCode"] == 500032
    over = clip(1) + b"\0" * 50 * 1024 * 1024
    assert house.media("a.mp4", over, "video/mp4").json()["ErrCode"] == 500030
    assert house.who.call("POST", ROOT + "/media/upload").json()["ErrCode"] == 400013


def test_the_gateways_own_limit(house):
    reply = house.media("a.mp4", b"\0" * (200 * 1024 * 1024), "video/mp4")
    assert (reply.status_code, reply.json()["detail"]["code"]) == (413, "413001")


def test_a_foreign_input_is_denied(house):
    stranger = speaker(house.who.sandbox, "worldrouter")
    with stranger.session:
        for operation, body in (("transition", TRANSITION), ("extend", EXTEND)):
            path = f"{ROOT}/video/{operation}/generate"
            reply = stranger.call("POST", path, json=house.fill(body))
            assert reply.status_code == 403
            assert reply.json()["detail"]["code"] == "media_resource_access_denied"
