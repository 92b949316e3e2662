"""useapi's operations beyond text and image: a file that plays, and what is refused."""

import time

import pytest

from tests.sandbox.media import clip, picture, speech
from tests.sandbox.speakers import png, probe, speaker

ROOT = "/v2/pixverse"
SMALL = {"duration": 1, "quality": "360p"}
T = 302_325_299_692_608


class House:
    """One account with inputs of every kind."""

    def __init__(self, sandbox):
        self.who = speaker(sandbox, "useapi")
        self.words = {
            "P0": self.who.upload(png()).json()["result"][0]["path"],
            "P1": self.who.upload(png(200, 100)).json()["result"][0]["path"],
            "CLIP": self.who.upload(clip(2, rate=24), "video/mp4").json()["path"],
            "TRACK": self.who.upload(speech(2.5), "audio/wav").json()["path"],
            "EARLIER": self.who.done("Earlier", preview_mode=True)[0],
        }

    def post(self, path, body, **more):
        body = {name: self.words.get(value, value) if isinstance(value, str) else value
                for name, value in body.items()}  # fmt: skip
        return self.who.call("POST", f"{ROOT}/{path}", json=body, **more)

    def get(self, path):
        return self.who.call("GET", f"{ROOT}/{path}")


@pytest.fixture(scope="module")
def house(sandbox):
    one = House(sandbox)
    sandbox.world.set_limit("useapi", one.who.key, 100_000)
    yield one
    one.who.session.close()


FRAMES = {"model": "v6", "first_frame_path": "P0", "last_frame_path": "P1", **SMALL}
STEPS = {"frame_1_path": "P0", "frame_2_path": "P1", "frame_3_path": "P0", "quality": "360p",
         "duration_1_to_2": "2", "duration_2_to_3": 1}  # fmt: skip
FUSION = {"prompt": "@image1 sits on @image2", "frame_1_path": "P0", "frame_2_path": "P1",
          "aspect_ratio": "16:9", **SMALL}  # fmt: skip
SEEDANCE = {"model": "seedance-2.0", "prompt": "@image1 like @video1 to @audio1", "duration": 4,
            "frame_1_path": "P0", "video_1_path": "CLIP", "audio_1_path": "TRACK",
            "quality": "480p"}  # fmt: skip
OTHER = {"prompt": "x", "model": "seedance-2.0", "duration": 4, "quality": "480p"}
TALL, LOW = (480, 640), (640, 360)
# path, body, seconds, size, sound, credits
STORIES = {
    "third-party": ("create", OTHER, 4, (854, 480), False, 80),
    "native audio": (
        "create", {**OTHER, "model": "seedance-2.5"}, 4, (854, 480), True, 140,
    ),
    "first frame": ("create", {"frame_1_path": "P0", **SMALL}, 1, TALL, False, 4),
    "multi shot": (
        "create", {"prompt": "x", "multi_shot": True, "audio": True, **SMALL}, 1, LOW, True, 4,
    ),
    "inline speech": (
        "create",
        {"prompt": "x", "lip_sync_tts_prompt": "hello", "lip_sync_tts_speaker_id": "2", **SMALL},
        1, LOW, True, 4,
    ),
    "template": ("create", {"template_id": T, "first_frame_path": "P0"}, 5, TALL, False, 30),
    "template of two": (
        "create",
        {"template_id": str(T + 102), "frame_1_path": "P0", "frame_2_path": "P1",
         "auto_sound": True}, 5, TALL, True, 30,
    ),
    "transition": ("create-frames", FRAMES, 1, TALL, False, 4),
    "multi_transition": ("create-transition", STEPS, 3, TALL, False, 12),
    "fusion": ("create-fusion", FUSION, 1, LOW, False, 5),
    "fusion of everything": ("create-fusion", SEEDANCE, 4, (854, 480), True, 80),
    "motion_control": (
        "motion-control", {"frame_1_path": "P0", "video_1_path": "CLIP", "quality": "360p"},
        2, TALL, False, 10,
    ),
    "extend": ("extend", {"video_id": "EARLIER", "audio": True, **SMALL}, 1, LOW, True, 4),
    "extend an upload": ("extend", {"video_path": "CLIP", **SMALL}, 1, LOW, False, 4),
    "modify": (
        "modify", {"video_path": "CLIP", "prompt": "snow", "quality": "360p"}, 2, LOW, False, 10,
    ),
    "restyle": (
        "restyle", {"video_id": "EARLIER", "restyle_id": 322004186061696}, 1, LOW, False, 5,
    ),
    "upscale": ("upscale", {"video_id": "EARLIER"}, 1, (1280, 720), False, 6),
    "lip_sync": (
        "lipsync", {"video_path": "CLIP", "audio_path": "TRACK"}, 2, (320, 180), True, 9,
    ),
    "lip_sync by words": (
        "lipsync", {"video_id": "EARLIER", "prompt": "hello there everybody", "speaker_id": "2"},
        1, LOW, True, 6,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", STORIES)
def test_from_submit_to_a_file(house, name):
    path, body, seconds, size, sound, credits = STORIES[name]
    reply = house.post(f"videos/{path}", {"replyRef": name, **body})
    assert reply.status_code == 200, reply.text
    assert reply.json()["cost_credits"] == credits
    said = house.who.ended(house.who.remote_id(reply)).json()
    assert (said["video_status"], said["output_width"], said["output_height"]) == (1, *size)
    assert said["replyRef"] == name
    film = probe(house.who.session.get(said["url"]).content)
    assert (film["size"], bool(film["audio"])) == (size, sound)
    assert film["seconds"] == pytest.approx(seconds, abs=0.1)
    if name == "upscale":
        assert (said["upscaled"], said["original_video_id"]) == (1, house.words["EARLIER"])


REFUSED = [
    ("create", {**OTHER, "seed": 1}),
    ("create", {**OTHER, "preview_mode": True}),
    ("create", {**OTHER, "off_peak_mode": True}),
    ("create", {**OTHER, "duration": 3}),
    ("create", {**OTHER, "duration": None}),
    ("create", {**OTHER, "quality": "360p"}),
    ("create", {**OTHER, "aspect_ratio": "3:2"}),
    ("create", {**OTHER, "model": "seedance-2.0-standard"}),
    ("create", {**OTHER, "model": "veo-3.1-fast", "quality": "720p", "duration": 5}),
    ("create", {**OTHER, "model": "veo-3.1-fast", "quality": "720p", "audio": False}),
    ("create", {**OTHER, "model": "minimax-h3", "duration": 5, "quality": "720p"}),
    ("create", {**OTHER, "model": "seedance-2.5", "audio": True}),
    ("create", {**OTHER, "model": "grok-imagine", "audio": False}),
    ("create", {**OTHER, "model": "grok-imagine-1.5"}),
    ("create", {"prompt": "x", "first_frame_path": "P0", "frame_1_path": "P0", **SMALL}),
    ("create", {"prompt": "x", "first_frame_path": "P0", "last_frame_path": "P1", **SMALL}),
    ("create", {"prompt": "x", "lip_sync_tts_prompt": "x" * 141, **SMALL}),
    ("create", {"prompt": "x", "lip_sync_tts_speaker_id": "99", **SMALL}),
    ("create", {"template_id": T, "first_frame_path": "P0", "model": "v6"}),
    ("create", {"template_id": T}),
    ("create", {"template_id": 5, "first_frame_path": "P0"}),
    ("create", {"template_id": T + 100, "first_frame_path": "P0"}),
    ("create", {"template_id": T + 102, "frame_1_path": "P0", "frame_3_path": "P0"}),
    ("create", {"template_id": T + 103, "first_frame_path": "P0", "quality": "720p"}),
    ("create-frames", {**FRAMES, "last_frame_path": None}),
    ("create-frames", {**FRAMES, "aspect_ratio": "16:9"}),
    ("create-frames", {**FRAMES, "multi_shot": False}),
    ("create-frames", {**FRAMES, "model": "v5-fast"}),
    ("create-frames", {**FRAMES, "model": "grok-imagine"}),
    ("create-frames", {**FRAMES, "first_frame_path": "CLIP"}),
    ("create-transition", {**STEPS, "frame_2_path": None}),
    ("create-transition", {**STEPS, "frame_5_path": "P0"}),
    ("create-transition", {**STEPS, "duration_3_to_4": "2"}),
    ("create-transition", {**STEPS, "duration_1_to_2": "11"}),
    ("create-transition", {**STEPS, "duration_1_to_2": "two"}),
    ("create-transition", {**STEPS, "model": "v5.6"}),
    ("create-transition", {**STEPS, "model": "v6"}),
    ("create-transition", {**STEPS, "duration": 5}),
    ("create-fusion", {**FUSION, "prompt": None}),
    ("create-fusion", {**FUSION, "prompt": "@image3"}),
    ("create-fusion", {**FUSION, "model": "v6"}),
    ("create-fusion", {**FUSION, "frame_4_path": "P0"}),
    ("create-fusion", {**FUSION, "audio": True}),
    ("create-fusion", {**FUSION, "video_1_path": "CLIP"}),
    ("create-fusion", {**FUSION, "model": "v5", "frame_3_path": "P0", "frame_4_path": "P0"}),
    ("create-fusion", {**SEEDANCE, "video_2_path": None, "video_3_path": "CLIP"}),
    ("create-fusion", {**SEEDANCE, "prompt": "@video2"}),
    ("motion-control", {"frame_1_path": "P0", "video_1_path": "CLIP", "prompt": "x"}),
    ("motion-control", {"frame_1_path": "P0", "video_1_path": "CLIP", "quality": "1080p"}),
    ("motion-control", {"frame_1_path": "P0", "video_1_path": "CLIP", "model": "v6"}),
    ("motion-control", {"frame_1_path": "P0"}),
    ("extend", {"video_id": "EARLIER", "video_path": "CLIP", **SMALL}),
    ("extend", SMALL),
    ("extend", {"video_path": "CLIP", "model": "v5", "audio": True, **SMALL}),
    ("extend", {"video_path": "CLIP", "model": "v5.6", **SMALL}),
    ("extend", {"video_path": "CLIP", "model": "grok-imagine", "duration": 1, "quality": "480p"}),
    ("extend", {"video_path": "CLIP", "aspect_ratio": "1:1", **SMALL}),
    ("modify", {"video_path": "CLIP", "prompt": "x", "model": "v6"}),
    ("modify", {"video_path": "CLIP"}),
    ("modify", {"video_path": "CLIP", "prompt": "x", "image_1_path": "P0"}),
    ("restyle", {"video_path": "CLIP"}),
    ("restyle", {"video_path": "CLIP", "restyle_id": 1}),
    ("restyle", {"video_path": "CLIP", "prompt": "x" * 2049}),
    ("upscale", {"video_path": "CLIP"}),
    ("upscale", {"video_id": "EARLIER", "email": "sandbox@example.org"}),
    ("upscale", {"video_id": "EARLIER", "off_peak_mode": False}),
    ("lipsync", {"video_path": "CLIP"}),
    ("lipsync", {"video_path": "CLIP", "audio_path": "TRACK", "prompt": "x"}),
    ("lipsync", {"video_path": "CLIP", "prompt": "x"}),
    ("lipsync", {"video_path": "CLIP", "prompt": "x", "speaker_id": "99"}),
    ("lipsync", {"video_path": "CLIP", "prompt": "x" * 201, "speaker_id": "1"}),
    ("lipsync", {"video_path": "CLIP", "audio_path": "CLIP"}),
]


@pytest.mark.parametrize("path, body", REFUSED)
def test_refused(house, path, body):
    made = len(house.who.mine())
    body = {name: value for name, value in body.items() if value is not None}
    reply = house.post(f"videos/{path}", body)
    assert (reply.status_code, "error" in reply.json()) == (400, True), reply.text
    assert len(house.who.mine()) == made


def test_unknown_clips(house):
    nobody = house.words["EARLIER"][:-3] + "000"
    assert house.post("videos/upscale", {"video_id": nobody}).status_code == 404
    running = house.who.remote_id(house.who.text("x [never]"))
    assert house.post("videos/upscale", {"video_id": running}).status_code == 400
    c1 = house.who.done("x", model="pixverse-c1")[0]
    assert house.post("videos/upscale", {"video_id": c1}).status_code == 400


def awaited(house, image_id):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        reply = house.get(f"images/{image_id}")
        assert reply.status_code == 200
        if reply.json()["image_status_final"]:
            return reply.json()
    raise AssertionError(reply.text)


@pytest.mark.parametrize(
    "body, size, credits",
    [
        ({"aspect_ratio": "16:9"}, (1280, 720), 5),
        ({"model": "nano-banana-2", "quality": "512p", "image_path_1": "P0"}, (682, 910), 4),
        ({"model": "kling-o3", "aspect_ratio": "21:9"}, (1920, 822), 8),
        (
            {"model": "gpt-image-2.0", "detail_level": "high", "aspect_ratio": "1:2"},
            (960, 1920), 16,
        ),
    ],
)  # fmt: skip
def test_pictures(house, body, size, credits):
    before = house.who.charged()
    (image_id,) = house.post("images/create", {"prompt": "tea cup", **body}).json()["success_ids"]
    assert "-image:" in image_id
    said = awaited(house, image_id)
    assert (said["image_status_name"], said["output_width"], said["output_height"]) == (
        "COMPLETED", *size,
    )  # fmt: skip
    reply = house.who.session.get(said["image_url"])
    assert reply.headers["Content-Type"] == "image/webp"
    assert picture(reply.content) == ("WEBP", size)
    assert house.who.charged() == before + credits
    assert house.get(f"videos/{image_id}").status_code == 404


def test_several_pictures_and_their_list(house):
    body = {"prompt": "tea cups", "create_count": 3, "seed": 7}
    made = house.post("images/create", body).json()["success_ids"]
    assert len(set(made)) == 3
    listed = house.get("images?limit=3").json()
    assert {one["image_id"] for one in listed["data"]} == set(made)
    assert listed["total"] >= listed["next_offset"] == 3
    videos = house.get("videos/?limit=1000").json()["data"]
    assert not {one["video_id"] for one in videos} & set(made)
    slow = house.post("images/create", {"prompt": "x [slow]"}).json()["success_ids"][0]
    said = house.get(f"images/{slow}")
    assert (said.status_code, said.json()["image_status_final"]) == (200, False)
    tracked = {one["id"]: one["type"] for one in house.get("scheduler").json()}
    assert tracked[slow] == "image"


def test_a_template_that_gives_a_picture(house):
    reply = house.post("videos/create", {"template_id": T + 200, "first_frame_path": "P0"})
    assert reply.json()["cost_credits"] == 15
    image_id = reply.json()["image_id"]
    assert awaited(house, image_id)["image_url"]
    assert house.get(f"videos/{image_id}").json()["image_id"] == image_id


@pytest.mark.parametrize(
    "body",
    [
        {"prompt": None}, {"model": "dall-e"}, {"quality": "2160p"}, {"aspect_ratio": "auto"},
        {"model": "kling-3.0", "aspect_ratio": "5:4"}, {"detail_level": "low"},
        {"model": "gpt-image-2.0"}, {"create_count": 5}, {"image_path_2": "P0"},
        {"model": "kling-3.0", "image_path_1": "P0", "image_path_2": "P0"},
        {"image_path_1": "CLIP"}, {"off_peak_mode": True}, {"seed": 0},
    ],
)  # fmt: skip
def test_pictures_refused(house, body):
    body = {"prompt": "x"} | body
    body = {name: value for name, value in body.items() if value is not None}
    assert house.post("images/create", body).status_code == 400


def test_lists(house):
    items = house.get("videos/effects?email=sandbox@example.org").json()["items"]
    hug = next(one for one in items if one["template_id"] == T + 100)
    assert (hug["effect_type"], hug["template_type"]) == ("2", 1)
    assert hug["video_base_cost"] + hug["fixed_cost"] == 30
    assert len(house.get("videos/effects/?limit=5&offset=3").json()["items"]) == 5
    voices = house.get("videos/voices").json()["tts_list"]
    assert (len(voices), voices[0]["speaker_id"], voices[0]["display_name"]) == (14, "1", "Emily")
    sample = house.who.session.get(voices[0]["url"])
    assert (sample.status_code, sample.headers["Content-Type"]) == (200, "audio/mpeg")
    style = house.get("videos/restyles?limit=2").json()["items"][0]
    assert style["restyle_id"] == 322004186061696
    assert picture(house.who.session.get(style["thumbnail_url"]).content)[0] == "PNG"
    assert house.who.session.get(f"{house.who.sandbox.url}/media/sample/x.txt").status_code == 404


def test_files(house):
    assert house.words["CLIP"].startswith("upload/")
    assert house.who.upload(clip(1), "audio/mpeg").status_code == 400
    assert house.who.upload(speech(1), "video/mp4").status_code == 400
    assert house.who.upload(b"no film", "video/mp4").status_code == 400
    reply = house.who.upload(clip(1, codec="libvpx", container="webm"), "video/webm").json()
    assert house.who.session.get(reply["url"]).status_code == 200


def test_limits_of_references(house):
    short = house.who.upload(clip(1, rate=24), "video/mp4").json()["path"]
    slow = house.who.upload(clip(2, rate=12), "video/mp4").json()["path"]
    long = house.who.upload(clip(9, (64, 64), rate=24), "video/mp4").json()["path"]
    for change in ({"video_1_path": short}, {"video_1_path": slow},
                   {"video_1_path": long, "video_2_path": long}):  # fmt: skip
        assert house.post("videos/create-fusion", {**SEEDANCE, **change}).status_code == 400
    track = house.who.upload(speech(61), "audio/wav").json()["path"]
    body = {"video_path": "CLIP", "audio_path": track}
    assert house.post("videos/lipsync", body).status_code == 400


def test_off_peak_jobs_are_found_only_in_the_list(house, outside):
    body = {"video_path": "CLIP", "prompt": "snow", "quality": "360p", "off_peak_mode": True}
    reply = house.post("videos/modify", {**body, "replyUrl": outside.url, "replyRef": "night"})
    remote_id = house.who.remote_id(reply)
    assert reply.json()["cost_credits"] == 7
    assert remote_id not in {one["id"] for one in house.get("scheduler").json()}
    assert house.get(f"videos/{remote_id}").status_code == 404
    listed = {one["video_id"]: one for one in house.get("videos/?limit=100").json()["data"]}
    assert listed[remote_id]["video_status_final"] is False
    assert house.who.state(house.who.ended(remote_id)) == "done"
    assert outside.received == []


def test_erasing_and_untracking(house):
    remote_id, _ = house.who.done("Away")
    assert house.who.call("DELETE", f"{ROOT}/videos/{remote_id}").status_code == 204
    assert house.get(f"videos/{remote_id}").status_code == 404
    running = house.who.remote_id(house.who.text("x [slow]"))
    assert running in {one["id"] for one in house.get("scheduler").json()}
    assert house.who.call("DELETE", f"{ROOT}/scheduler/{running}").status_code == 204
    assert running not in {one["id"] for one in house.get("scheduler").json()}
    assert house.who.call("DELETE", f"{ROOT}/scheduler/{running}").status_code == 404


def test_faults_reach_every_operation(house):
    for word, status in (("refuse", 400), ("no-balance", 412), ("locked", 596), ("busy", 429)):
        house.who.sandbox.fault(word, provider="useapi")
        assert house.post("videos/upscale", {"video_id": "EARLIER"}).status_code == status
    failed = house.post("images/create", {"prompt": "x [fail]"}).json()["success_ids"][0]
    assert awaited(house, failed)["image_status"] == 8
    form = {"video_path": house.words["CLIP"], "prompt": "a", "quality": "360p", "seed": "7"}
    multipart = {name: (None, value) for name, value in form.items()}
    reply = house.who.call("POST", f"{ROOT}/videos/modify", files=multipart)
    assert reply.status_code == 200, reply.text
