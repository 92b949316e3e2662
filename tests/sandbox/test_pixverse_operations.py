"""The platform's operations beyond text and image: a file that plays, and what is refused."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.sandbox.media import clip, picture, speech
from tests.sandbox.speakers import png, probe, speaker

ROOT = "/openapi/v2"
BASE = {"model": "v6", "prompt": "x", "duration": 1, "quality": "360p"}


class Studio:
    """One account with inputs of every kind."""

    def __init__(self, sandbox):
        self.who = speaker(sandbox, "pixverse", "wall")
        self.pictures = [self.who.upload(png(*size)).json()["Resp"]["img_id"] for size in SIZES]
        self.clip = self.media("a.mp4", clip(2), "video/mp4")
        self.track = self.media("a.wav", speech(2.5), "audio/wav")
        self.earlier, _ = self.who.done("Earlier")

    def media(self, name, content, kind):
        reply = self.post("/media/upload", files={"file": (name, content, kind)})
        return reply.json()["Resp"]["media_id"]

    def post(self, path, body=None, **more):
        return self.who.call("POST", ROOT + path, json=body, **more)

    def get(self, path):
        return self.who.call("GET", ROOT + path)

    def masked(self):
        reply = self.post("/video/mask/selection", {"video_media_id": self.clip})
        assert reply.json()["ErrCode"] == 0, reply.text
        return reply.json()["Resp"]

    def fill(self, body):
        """Put real ids where a test names them by a word."""
        words = {
            "P0": self.pictures[0], "P1": self.pictures[1], "CLIP": self.clip,
            "TRACK": self.track, "EARLIER": self.earlier,
        }  # fmt: skip
        if isinstance(body, dict):
            return {name: self.fill(value) for name, value in body.items()}
        if isinstance(body, list):
            return [self.fill(value) for value in body]
        return words.get(body, body) if isinstance(body, str) else body


SIZES = ((300, 400), (200, 100))


@pytest.fixture(scope="module")
def studio(sandbox):
    one = Studio(sandbox)
    sandbox.world.set_limit("pixverse", one.who.key, 1000)
    yield one
    one.who.session.close()


ALBUM = [{"img_id": "P0", "type": "subject", "ref_name": "cat"},
         {"img_id": "P1", "type": "background", "ref_name": "room"}]  # fmt: skip
OMNI = {
    **BASE, "duration": 0, "aspect_ratio": "auto", "reference_mode": "omni",
    "prompt": "@cat as in @walk", "image_references": ALBUM[:1],
    "video_references": [{"ref_name": "walk", "video_media_id": "CLIP"}],
}  # fmt: skip
FRAMES = {"first_frame_img": "P0", "last_frame_img": "P1"}
MULTI = [{"img_id": "P0", "duration": 1, "prompt": "Zoom"}, {"img_id": "P1", "duration": 1},
         {"img_id": "P0"}]  # fmt: skip
TTS = {"lip_sync_tts_speaker_id": "7", "lip_sync_tts_content": "Welcome aboard, all of you."}
T = 302_325_299_692_608
TEMPLATE = {**BASE, "duration": 5, "prompt": ""}
# path, body, seconds, size, sound, credits
STORIES = {
    "transition": ("transition", {**BASE, **FRAMES}, 1, (480, 640), False, 5),
    "multi_transition": (
        "multi_transition",
        {"model": "v5", "quality": "540p", "multi_transition": MULTI}, 2, (768, 1024), False, 45,
    ),
    "fusion": (
        "fusion",
        {**BASE, "prompt": "@cat sleeps in @room softly", "aspect_ratio": "16:9",
         "image_references": ALBUM}, 1, (640, 360), False, 5,
    ),
    "omni": ("fusion", OMNI, 2, (640, 360), False, 20),
    "extend": (
        "extend", {**BASE, "source_video_id": "EARLIER", "seed": 1}, 1, (640, 360), False, 5,
    ),
    "extend an upload": (
        "extend", {**BASE, "video_media_id": "CLIP", "seed": 1}, 1, (320, 180), False, 5,
    ),
    "lip_sync": (
        "lip_sync", {"video_media_id": "CLIP", "audio_media_id": "TRACK"}, 2, (320, 180), True, 12,
    ),
    "lip_sync by words": (
        "lip_sync", {"source_video_id": "EARLIER", **TTS}, 1, (640, 360), True, 8,
    ),
    "sound_effect": (
        "sound_effect", {"source_video_id": "EARLIER", "sound_effect_content": "rain"},
        1, (640, 360), True, 10,
    ),
    "restyle": (
        "restyle", {"video_media_id": "CLIP", "restyle_id": 322004186061696, "seed": 5},
        2, (320, 180), False, 18,
    ),
    "mimic": (
        "mimic", {"video_media_id": "CLIP", "img_id": "P0", "quality": "360p"},
        2, (480, 640), False, 18,
    ),
    "modify": (
        "modify",
        {"video_media_id": "CLIP", "prompt": "add @img0 here", "img_ids": ["P1"],
         "quality": "360p"}, 2, (640, 360), False, 16,
    ),
    "upscale": ("upscale", {"source_video_id": "EARLIER"}, 1, (1280, 720), False, 6),
    "avatar": (
        "avatar", {"img_id": "P0", "quality": "360p", "audio_media_id": "TRACK"},
        2.5, (480, 640), True, 18,
    ),
    "template": (
        "img", {**TEMPLATE, "template_id": T, "img_id": "P0"}, 5, (480, 640), False, 45,
    ),
    "template of two": (
        "img",
        {**TEMPLATE, "template_id": T + 100, "img_ids": ["P0", "P1"],
         "sound_effect_switch": True}, 5, (480, 640), True, 45,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", STORIES)
def test_from_submit_to_a_file(studio, name):
    path, body, seconds, size, sound, credits = STORIES[name]
    reply = studio.post(f"/video/{path}/generate", studio.fill(body))
    assert reply.json()["ErrCode"] == 0, reply.text
    assert reply.json()["Resp"]["credits"] == credits
    ended = studio.who.ended(studio.who.remote_id(reply))
    resp = ended.json()["Resp"]
    assert (resp["status"], resp["outputWidth"], resp["outputHeight"]) == (1, *size)
    assert resp["has_audio"] is sound
    film = probe(studio.who.session.get(resp["url"]).content)
    assert film["size"] == size
    assert film["seconds"] == pytest.approx(seconds, abs=0.1)
    assert bool(film["audio"]) is sound


def test_masks_and_swap(studio):
    before = studio.who.charged()
    resp = studio.masked()
    assert studio.who.charged() == before + 2
    assert (resp["credits"], resp["keyframe_id"]) == (2, 1)
    assert [one["mask_id"] for one in resp["mask_info"]] == ["0", "1", "2"]
    for url in (resp["keyframe_url"], *(one["mask_url"] for one in resp["mask_info"])):
        assert picture(studio.who.session.get(url).content) == ("PNG", (320, 180))
    body = {"video_media_id": studio.clip, "keyframe_id": 1, "mask_id": "0",
            "img_id": studio.pictures[0], "quality": "360p"}  # fmt: skip
    reply = studio.post("/video/swap/generate", body)
    assert reply.json()["Resp"]["credits"] == 16
    assert studio.who.state(studio.who.ended(studio.who.remote_id(reply))) == "done"
    for change in ({"mask_id": "3"}, {"keyframe_id": 2}):
        assert studio.post("/video/swap/generate", body | change).json()["ErrCode"] == 500008
    more = {
        "prompt": "@selection0 becomes @img0",
        "mask_ids": ["0"],
        "keyframe_ids": 1,
        "img_ids": [studio.pictures[0]],
        "quality": "540p",
        "video_media_id": studio.clip,
    }
    assert studio.post("/video/modify/generate", more).json()["ErrCode"] == 0
    assert studio.post("/video/modify/generate", more | {"keyframe_ids": 5}).json()["ErrCode"]
    for body in ({"video_media_id": studio.clip, "keyframe_id": 99}, {"video_media_id": 1}, {}):
        assert studio.post("/video/mask/selection", body).json()["ErrCode"]


def test_image_templates(studio):
    body = {"img_ids": [studio.pictures[0]], "template_id": T + 200}
    reply = studio.post("/image/template/generate", body)
    assert reply.json()["Resp"]["credits"] == 10
    image_id = reply.json()["Resp"]["image_id"]
    assert studio.get(f"/video/result/{image_id}").json()["ErrCode"] == 500008
    while (resp := studio.get(f"/image/result/{image_id}").json()["Resp"])["status"] == 5:
        pass
    assert (resp["image_id"], resp["status"], resp["template_id"]) == (image_id, 1, T + 200)
    reply = studio.who.session.get(resp["url"])
    assert reply.headers["Content-Type"] == "image/png"
    assert picture(reply.content) == ("PNG", (resp["outputWidth"], resp["outputHeight"]))
    for change in ({"template_id": T}, {"template_id": 5}, {"img_ids": []}, {"img_ids": ["1"]},
                   {"img_ids": studio.pictures}, {"x": 1}):  # fmt: skip
        assert studio.post("/image/template/generate", body | change).json()["ErrCode"]


LIP = {"video_media_id": "CLIP", "audio_media_id": "TRACK"}
STYLE = {"video_media_id": "CLIP", "restyle_prompt": "ink"}
AVATAR = {"img_id": "P0", "quality": "360p", **TTS}
FUSE = STORIES["fusion"][1]
EXTEND = STORIES["extend"][1]
MODIFY = STORIES["modify"][1]
NINE = [{"img_id": "P0", "type": "subject", "ref_name": f"r{n}"} for n in range(11)]
STEPS = STORIES["multi_transition"][1]
REFUSED = [
    ("transition", {**BASE, **FRAMES, "last_frame_img": None}, 400011),
    ("transition", {**BASE, **FRAMES, "last_frame_img": 5}, 400032),
    ("transition", {**BASE, **FRAMES, "last_frame_img": "5"}, 400013),
    ("transition", {**BASE, **FRAMES, "aspect_ratio": "16:9"}, 400013),
    ("transition", {**BASE, **FRAMES, "webhook_id": 1}, 400013),
    ("transition", {**BASE, **FRAMES, "model": "v5", "duration": 10}, 400017),
    ("transition", {**BASE, **FRAMES, "generate_multi_clip_switch": True}, 400017),
    ("multi_transition", {**STEPS, "model": "v6"}, 400017),
    ("multi_transition", {**STEPS, "multi_transition": MULTI[:1]}, 400017),
    ("multi_transition", {**STEPS, "multi_transition": MULTI[:1] * 8}, 400017),
    ("multi_transition", {**STEPS, "multi_transition": MULTI[:2]}, 400017),
    ("multi_transition", {**STEPS, "multi_transition": [{"img_id": "P0"}] * 2}, 400011),
    ("multi_transition",
     {**STEPS, "multi_transition": [{"img_id": "P0", "duration": 31}, {"img_id": "P0"}]}, 400017),
    ("multi_transition", {**STEPS, "duration": 5}, 400013),
    ("fusion", {**FUSE, "model": "v4"}, 400017),
    ("fusion", {**FUSE, "image_references": None}, 400011),
    ("fusion", {**FUSE, "image_references": NINE[:8], "prompt": "x"}, 400017),
    ("fusion", {**FUSE, "image_references": NINE, "prompt": "x", "reference_mode": "omni"}, 400017),
    ("fusion", {**FUSE, "model": "v5", "duration": 5, "image_references": NINE[:4],
                "prompt": "x"}, 400017),
    ("fusion", {**FUSE, "prompt": "@dog sleeps"}, 400017),
    ("fusion", {**FUSE, "prompt": "@cat, sleep"}, 400017),
    ("fusion", {**FUSE, "image_references": [ALBUM[0], ALBUM[0]], "prompt": "x"}, 400017),
    ("fusion", {**FUSE, "image_references": [ALBUM[0] | {"ref_name": "ö" * 16}], "prompt": "x"},
     400017),
    ("fusion", {**FUSE, "image_references": [ALBUM[0] | {"type": "hero"}], "prompt": "x"}, 400017),
    ("fusion", {**FUSE, "image_references": [{"img_id": "P0", "ref_name": "cat"}]}, 400011),
    ("fusion", {**FUSE, "model": "v5.5", "duration": 5, "generate_audio_switch": True}, 400017),
    ("fusion", {**FUSE, "aspect_ratio": "auto"}, 400017),
    ("fusion", {**OMNI, "duration": 5}, 400017),
    ("fusion", {**OMNI, "reference_mode": None}, 400011),
    ("fusion", {**OMNI, "model": "c1"}, 400017),
    ("fusion", {**OMNI, "video_references": OMNI["video_references"] * 3}, 400017),
    ("fusion", {**OMNI, "video_references": [{"ref_name": "walk"}]}, 400011),
    ("extend", {**EXTEND, "video_media_id": "CLIP"}, 400017),
    ("extend", {**EXTEND, "source_video_id": None}, 400011),
    ("extend", {**EXTEND, "source_video_id": 5}, 500008),
    ("extend", {**EXTEND, "seed": None}, 400011),
    ("extend", {**EXTEND, "model": "c1"}, 400017),
    ("extend", {**EXTEND, "model": "v5.6", "duration": 5}, 400017),
    ("extend", {**EXTEND, "aspect_ratio": "16:9"}, 400013),
    ("lip_sync", {**LIP, **TTS}, 400017),
    ("lip_sync", {"video_media_id": "CLIP"}, 400011),
    ("lip_sync", {"video_media_id": "CLIP", "lip_sync_tts_speaker_id": "7"}, 400011),
    ("lip_sync", {"video_media_id": "CLIP", **TTS, "lip_sync_tts_content": "x" * 201}, 400018),
    ("lip_sync", {"video_media_id": "CLIP", **TTS, "lip_sync_tts_speaker_id": "99"}, 400017),
    ("lip_sync", {**LIP, "audio_media_id": "CLIP"}, 500008),
    ("lip_sync", {**LIP, "video_media_id": "TRACK"}, 500008),
    ("lip_sync", {**LIP, "quality": "360p"}, 400013),
    ("sound_effect", {"video_media_id": "CLIP", "prompt": "rain"}, 400013),
    ("sound_effect", {"sound_effect_content": "rain"}, 400011),
    ("restyle", {**STYLE, "restyle_id": 322004186061696}, 400017),
    ("restyle", {"video_media_id": "CLIP"}, 400011),
    ("restyle", {"video_media_id": "CLIP", "restyle_id": 1}, 500008),
    ("restyle", {**STYLE, "restyle_prompt": "x" * 5001}, 400018),
    ("mimic", {"video_media_id": "CLIP", "img_id": "P0", "quality": "1080p"}, 400017),
    ("mimic", {"video_media_id": "CLIP", "quality": "360p"}, 400011),
    ("modify", {**MODIFY, "quality": "1080p"}, 400017),
    ("modify", {**MODIFY, "prompt": "@img1 there"}, 400017),
    ("modify", {**MODIFY, "prompt": "@selection0 away"}, 400017),
    ("modify", {**MODIFY, "mask_ids": ["9"]}, 500008),
    ("modify", {**MODIFY, "img_ids": ["P0"] * 4}, 400017),
    ("swap", {"video_media_id": "CLIP", "img_id": "P0", "quality": "360p", "mask_id": "0"}, 400011),
    ("swap", {"video_media_id": "CLIP", "img_id": "P0", "quality": "1080p", "mask_id": "0",
              "keyframe_id": 1}, 400017),
    ("upscale", {"video_media_id": "CLIP", "quality": "2160p"}, 400013),
    ("upscale", {}, 400011),
    ("avatar", {**AVATAR, "audio_media_id": "TRACK"}, 400017),
    ("avatar", {**AVATAR, "prompt": "hello"}, 400013),
    ("avatar", {**AVATAR, "quality": "480p"}, 400017),
    ("img", {**TEMPLATE, "template_id": T}, 400011),
    ("img", {**TEMPLATE, "template_id": T, "img_ids": ["P0", "P1"]}, 400017),
    ("img", {**TEMPLATE, "template_id": T + 100, "img_id": "P0"}, 400017),
    ("img", {**TEMPLATE, "template_id": T + 103, "img_id": "P0", "quality": "720p"}, 500071),
    ("img", {**TEMPLATE, "template_id": T + 104, "img_id": "P0"}, 500070),
    ("img", {**TEMPLATE, "template_id": T + 200, "img_id": "P0"}, 500008),
    ("img", {**BASE, "img_ids": ["P0"]}, 400013),
]  # fmt: skip


@pytest.mark.parametrize("path, body, code", REFUSED)
def test_refused(studio, path, body, code):
    made = len(studio.who.mine())
    body = {name: value for name, value in studio.fill(body).items() if value is not None}
    reply = studio.post(f"/video/{path}/generate", body)
    assert (reply.status_code, reply.json()["ErrCode"]) == (200, code), reply.text
    assert len(studio.who.mine()) == made


def test_media_uploads(studio, outside):
    def code(name, content, kind):
        return studio.post("/media/upload", files={"file": (name, content, kind)}).json()["ErrCode"]

    reply = studio.post("/media/upload", files={"file": ("a.mp4", clip(2), "video/mp4")})
    resp = reply.json()["Resp"]
    assert (resp["media_type"], resp["width"], resp["height"]) == ("video", 320, 180)
    assert studio.who.session.get(resp["url"]).content == clip(2)
    assert code("a.webm", clip(1, codec="libvpx", container="webm"), "video/webm") == 0
    assert code("a.mkv", clip(1), "video/x-matroska") == 500032
    assert code("a.avi", clip(1, container="avi", codec="mpeg4"), "video/mp4") == 500032
    assert code("a.mp4", clip(1, (1922, 100)), "video/mp4") == 500033
    assert code("a.mp4", clip(31, (64, 64), rate=2), "video/mp4") == 400017
    assert code("a.wav", speech(31), "audio/wav") == 400017
    assert code("a.mp4", clip(2)[:300], "video/mp4") == 500031
    assert code("a.mp4", clip(1) + b"\0" * 50 * 1024 * 1024, "video/mp4") == 500030
    by_url = {"file_url": (None, outside.url + "/nothing.mp4")}
    assert studio.post("/media/upload", files=by_url).json()["ErrCode"] == 500042
    assert studio.post("/media/upload", files={"media_type": (None, "video")}).json()["ErrCode"]


def test_lists(studio):
    page = studio.get("/video/tts_speaker?page_num=1&page_size=10&speaker_type=all").json()["Resp"]
    assert (page["total"], len(page["data"]), page["data"][6]) == (
        15, 10, {"speaker_id": "7", "name": "Harper"},
    )  # fmt: skip
    rest = studio.get("/video/tts_speaker?page_num=2&page_size=10").json()["Resp"]
    assert rest["data"][-1]["speaker_id"] == "Auto"
    assert studio.get("/video/lip_sync/tts_list?page_num=1&page_size=20").json()["Resp"]["data"]
    assert studio.get("/video/lip_sync/tts_list").json()["ErrCode"] == 400011
    assert studio.get("/video/tts_speaker?page_size=7").json()["ErrCode"] == 400017
    assert studio.get("/video/restyle/list?page_num=1&page_size=10").json()["Resp"]["total"] == 12
    lists = "/video/effects/templates/list"
    found = []
    for number in range(1, 9):
        items = studio.get(f"{lists}?page={number}&pageSize=10").json()["Resp"]["effect_items"]
        if not items:
            break
        found += items
    assert len({one["template_id"] for one in found}) == len(found) == 29
    still = studio.get(f"{lists}?type=2").json()["Resp"]["effect_items"]
    assert 0 < len(still) < len(found)
    assert studio.get(f"{lists}?pageSize=30").json()["ErrCode"] == 400017


def test_custom_voices(studio):
    body = {"name": "Narrator", "audio_media_id": studio.track}
    own = studio.post("/video/tts_speaker", body).json()["Resp"]["speaker_id"]
    listed = studio.get("/video/tts_speaker?speaker_type=custom").json()["Resp"]["data"]
    assert {"speaker_id": own, "name": "Narrator"} in listed
    say = {"source_video_id": studio.earlier, **TTS, "lip_sync_tts_speaker_id": own}
    assert studio.post("/video/lip_sync/generate", say).json()["ErrCode"] == 0
    assert studio.who.call("DELETE", f"{ROOT}/video/tts_speaker/{own}").json()["ErrCode"] == 0
    assert studio.post("/video/lip_sync/generate", say).json()["ErrCode"] == 400017
    assert studio.post("/video/tts_speaker", {"name": "x"}).json()["ErrCode"] == 400011


def test_usage_detail(studio):
    now = datetime.now(UTC)
    span = {
        "start_time": (now - timedelta(days=1)).strftime("%Y-%m-%d %H:%M:%S"),
        "end_time": (now + timedelta(minutes=5)).strftime("%Y-%m-%d %H:%M:%S"),
    }

    def ask(**more):
        return studio.post("/account/billing/usage-detail", more).json()

    studio.masked()
    first = ask(**span, limit=1)["Resp"]
    assert first["items"][0]["creation_type"] == "swap_mask"
    assert first["items"][0]["credits"] == 2
    assert first["has_more"]
    second = ask(cursor=first["next_cursor"])["Resp"]
    assert second["items"][0]["id"] < first["items"][0]["id"]
    masks = ask(**span, limit=100, creation_type=["swap_mask"])["Resp"]["items"]
    assert {one["creation_type"] for one in masks} == {"swap_mask"}
    studio.who.sandbox.fault("fail", provider="pixverse")
    failed = studio.who.remote_id(
        studio.post("/video/upscale/generate", {"source_video_id": studio.earlier})
    )
    studio.who.ended(failed)
    back = ask(**span, limit=100, credits_status="refund")["Resp"]["items"]
    assert str(back[0]["creation_id"]) == str(failed)
    assert {one["credits_status"] for one in back} == {"refund"}
    for wrong in (
        {"limit": 5}, {**span, "limit": 101}, {**span, "end_time": "2020-01-01 00:00:00"},
        {**span, "start_time": "2020-01-01 00:00:00"}, {**span, "creation_type": ["film"]},
        {**span, "credits_status": "x"}, {**span, "start_time": "today"}, {"cursor": "x"},
    ):  # fmt: skip
        assert ask(**wrong)["ErrCode"] in (400011, 400017), wrong


def test_faults_reach_every_operation(studio):
    body = {"source_video_id": studio.earlier}
    for word, code in (("refuse", 400017), ("busy", 500044), ("no-balance", 500090)):
        for path in ("upscale/generate", "mask/selection"):
            studio.who.sandbox.fault(word, provider="pixverse")
            assert studio.post(f"/video/{path}", body).json()["ErrCode"] == code
    studio.who.sandbox.fault("fail", provider="pixverse")
    before = studio.who.charged()
    reply = studio.post("/video/upscale/generate", body)
    assert studio.who.state(studio.who.ended(studio.who.remote_id(reply))) == "failed"
    assert studio.who.charged() == before
    spoken = {**body, "lip_sync_tts_speaker_id": "7", "lip_sync_tts_content": "x [moderate-now]"}
    assert studio.post("/video/lip_sync/generate", spoken).json()["ErrCode"] == 500063
    stranger = speaker(studio.who.sandbox, "pixverse")
    with stranger.session:
        reply = stranger.call("POST", f"{ROOT}/video/upscale/generate", json=body)
    assert reply.json()["ErrCode"] == 500008
