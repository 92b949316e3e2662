"""What each dialect refuses, with its own words and codes."""

import base64
import time

import pytest

from tests.sandbox.speakers import png, speaker

PIXVERSE = [
    ({"prompt": None}, 400011),
    ({"prompt": ""}, 400011),
    ({"prompt": 5}, 400013),
    ({"prompt": "x" * 5001}, 400018),
    ({"model": "v5", "duration": 5, "prompt": "x" * 2049, "generate_audio_switch": None}, 400018),
    ({"negative_prompt": "x" * 2049}, 400019),
    ({"model": "pixverse-v6"}, 400017),
    ({"duration": "5"}, 400013),
    ({"duration": 16}, 400017),
    ({"duration": 0}, 400017),
    ({"duration": True}, 400013),
    ({"quality": "480p"}, 400017),
    ({"aspect_ratio": None}, 400011),
    ({"aspect_ratio": "5:4"}, 400017),
    ({"model": "v5.6", "duration": 5, "aspect_ratio": "21:9"}, 400017),
    ({"model": "v5.6", "duration": 7}, 400017),
    ({"model": "v5.6", "duration": 10, "quality": "1080p"}, 400017),
    ({"model": "v5", "duration": 10}, 400017),
    ({"model": "v4.5", "duration": 8, "quality": "1080p"}, 400017),
    ({"model": "v5", "duration": 5, "generate_audio_switch": True}, 400017),
    ({"model": "c1", "generate_multi_clip_switch": True}, 400017),
    ({"model": "v6", "thinking_type": "auto"}, 400017),
    ({"model": "v6", "motion_mode": "normal"}, 400017),
    ({"model": "v4", "duration": 8, "motion_mode": "fast"}, 400017),
    ({"model": "v4", "duration": 5, "quality": "1080p", "motion_mode": "fast"}, 400017),
    ({"model": "v4", "duration": 5, "style": "anime"}, 400017),
    ({"model": "v6", "camera_movement": "zoom_in"}, 400017),
    ({"seed": -1}, 400017),
    ({"seed": 2**31}, 400017),
    ({"seed": "7"}, 400013),
    ({"generate_audio_switch": "true"}, 400013),
    ({"img_id": 5}, 400013),
    ({"something": 1}, 400013),
    ({"webhook_id": 1}, 400017),
    ({"webhook_id": "1"}, 400013),
]
WORLDROUTER = [
    ({"model": "v6"}, 400, "unsupported_model"),
    ({"model": "pixverse-v5"}, 400, "unsupported_model"),
    ({"aspect_ratio": None}, 400, "400013"),
    ({"duration": 16}, 400, "400013"),
    ({"duration": "5"}, 400, "400013"),
    ({"quality": "480p"}, 400, "400013"),
    ({"prompt": None}, 400, "400013"),
    ({"prompt": "x" * 5001}, 400, "400018"),
    ({"motion_mode": "fast"}, 400, "400013"),
    ({"webhook_id": 1}, 400, "400013"),
]
PIXAZO = [
    ("pixverse-v6-text-to-video", {"duration": "5"}),
    ("pixverse-v6-text-to-video", {"duration": 16}),
    ("pixverse-v6-text-to-video", {"resolution": "2160p"}),
    ("pixverse-v6-text-to-video", {"seed": 1}),
    ("pixverse-v6-text-to-video", {"prompt": None}),
    ("pixverse-v6-text-to-video", {"style": "day"}),
    ("pixverse-v6-image-to-video", {}),
    ("pixverse-v6-image-to-video", {"image_url": "data:image/png;base64,AAAA"}),
    ("pixverse-v6-image-to-video", {"image_url": "http://x.example/a.png", "aspect_ratio": "1:1"}),
    ("pixverse", {"resolution": "720p", "duration": 5}),
    ("pixverse", {"resolution": "720p", "duration": 8, "aspect_ratio": "16:9"}),
    ("pixverse", {"resolution": "360p", "duration": 5, "aspect_ratio": "16:9"}),
    ("pixverse-i2v", {"resolution": "720p", "duration": 5, "image_url": "http://x.example/a.png"}),
    ("pixverse-i2v", {"resolution": "720p", "duration": "8", "image_url": "http://x.example/a"}),
    ("pixverse-i2v", {"resolution": "2160p", "duration": "5", "image_url": "http://x.example/a"}),
]
EASYROUTER = [
    ({"model": "PixVerse/v999"}, 400, 'unknown model: \\"v999\\"'),
    ({"model": "pixverse/v6"}, 400, "unknown model"),
    ({"model": "v6"}, 400, "unknown model"),
    ({"prompt": None}, 400, "prompt is required"),
    ({"prompt": "x" * 2049}, 400, "prompt"),
    ({"duration": 16}, 400, "combination 360p / 16s not supported"),
    ({"duration": "5"}, 400, "duration"),
    ({"seconds": "5"}, 400, "seconds"),
    ({"resolution": "720p"}, 400, "resolution"),
    ({"size": "800x600"}, 400, "size"),
    ({"image": "ftp://x.example/a.png"}, 400, "image"),
    ({"image": "data:image/png;base64,!!!!"}, 400, "image"),
    ({"images": ["http://x.example/a", "http://x.example/b"]}, 400, "one image"),
    ({"metadata": {"seed": "7"}}, 500, "build_request_failed"),
    ({"metadata": {"what": 1}}, 400, "what"),
    ({"metadata": {"img_id": 5}}, 400, "img_id"),
    ({"metadata": {"motion_mode": "fast"}}, 400, "fast motion"),
    (
        {"model": "PixVerse/v5", "duration": 5, "metadata": {"generate_audio_switch": True}},
        400,
        'model \\"v5\\" does not support audio generation',
    ),
    (
        {"model": "PixVerse/v4", "duration": 8, "metadata": {"motion_mode": "fast"}},
        400,
        "V4/V4.5/V3.5 fast motion only supports 360p/540p/720p at 5s",
    ),
    (
        {
            "model": "PixVerse/v4",
            "duration": 5,
            "size": "1080p",
            "metadata": {"motion_mode": "fast"},
        },
        400,
        "V4/V4.5/V3.5 fast motion only supports 360p/540p/720p at 5s",
    ),
    (
        {"model": "PixVerse/v5.6", "duration": 10, "size": "1080p"},
        400,
        "combination 1080p / 10s not supported",
    ),
]
USEAPI = [
    ({"model": "seedance-2.0"}, 400),
    ({"prompt": None}, 400),
    ({"prompt": "x" * 5001}, 400),
    ({"duration": 16}, 400),
    ({"model": "v5.5", "duration": 9, "quality": "1080p"}, 400),
    ({"quality": "480p"}, 400),
    ({"aspect_ratio": "5:4"}, 400),
    ({"model": "v5", "duration": 5, "audio": True}, 400),
    ({"model": "v5.5", "duration": 5, "multi_shot": True}, 400),
    ({"seed": 0}, 400),
    ({"maxJobs": 9}, 400),
    ({"replyRef": "x" * 1025}, 400),
    ({"first_frame_path": "upload/nothing.png"}, 400),
    ({"negative_prompt": "x"}, 400),
    ({"email": "stranger@example.org"}, 404),
]


@pytest.mark.parametrize("changes, code", PIXVERSE)
def test_pixverse_refuses(pixverse, changes, code):
    reply = pixverse.text(**{"prompt": "x"} | changes)
    assert (reply.status_code, reply.json()["ErrCode"]) == (200, code), reply.text
    assert reply.json()["Resp"] is None
    assert pixverse.mine() == []


@pytest.mark.parametrize("changes, status, said", WORLDROUTER)
def test_worldrouter_refuses(worldrouter, changes, status, said):
    changes = {"prompt": "x"} | changes
    reply = worldrouter.text(**changes)
    assert (reply.status_code, said in reply.text) == (status, True), reply.text
    assert worldrouter.mine() == []


@pytest.mark.parametrize("endpoint, changes", PIXAZO)
def test_pixazo_refuses(pixazo, endpoint, changes):
    reply = pixazo.text(**{"prompt": "x", "endpoint": endpoint} | changes)
    assert (reply.status_code, reply.json()["error"]) == (400, "Bad Request"), reply.text
    assert pixazo.mine() == []


@pytest.mark.parametrize("changes, status, said", EASYROUTER)
def test_easyrouter_refuses(easyrouter, changes, status, said):
    reply = easyrouter.text(**{"prompt": "x"} | changes)
    assert (reply.status_code, said in reply.text) == (status, True), reply.text
    assert easyrouter.mine() == []
    assert easyrouter.charged() == 0


@pytest.mark.parametrize("changes, status", USEAPI)
def test_useapi_refuses(useapi, changes, status):
    reply = useapi.text(**{"prompt": "x"} | changes)
    assert (reply.status_code, "error" in reply.json()) == (status, True), reply.text
    assert useapi.mine() == []


BAD_KEYS = {
    "pixverse": (200, "Invalid API-KEY"),
    "worldrouter": (401, "invalid_api_key"),
    "pixazo": (401, "statusCode"),
    "easyrouter": (401, "new_api_error"),
    "useapi": (401, "Unauthorized"),
}


@pytest.mark.parametrize("provider", BAD_KEYS)
@pytest.mark.parametrize("key", ["", "real-looking-key", "user:real", "sk-real"])
def test_strange_keys(sandbox, provider, key):
    who = speaker(sandbox, provider)
    who.key = key
    with who.session:
        reply = who.text("x")
    status, said = BAD_KEYS[provider]
    assert (reply.status_code, said in reply.text) == (status, True)


def test_poor_keys(sandbox):
    wanted = {"pixverse": 200, "worldrouter": 402, "pixazo": 402, "easyrouter": 402, "useapi": 412}
    for provider, status in wanted.items():
        who = speaker(sandbox, provider, "poor")
        with who.session:
            assert who.text("Too dear").status_code == status
        assert who.mine() == []


LIMITS = {"pixverse": 5, "worldrouter": 10, "pixazo": 20, "easyrouter": 20, "useapi": 5}


def test_too_many_at_once(anyone):
    limit = LIMITS[anyone.name]
    for number in range(limit):
        assert anyone.remote_id(anyone.text(f"Job {number} [never]"))
    refusal = anyone.text("One more")
    assert "44" in refusal.text if anyone.name == "pixverse" else refusal.status_code == 429
    assert len(anyone.mine()) == limit
    wide = speaker(anyone.sandbox, anyone.name, "wide")
    with wide.session:
        for number in range(limit + 1):
            assert wide.remote_id(wide.text(f"Job {number} [never]"))


def test_another_keys_job_is_not_shown(anyone):
    remote_id = anyone.remote_id(anyone.text("Mine"))
    other = speaker(anyone.sandbox, anyone.name)
    with other.session:
        reply = other.status(remote_id)
    wanted = {"pixverse": 200, "worldrouter": 403, "pixazo": 404, "easyrouter": 400, "useapi": 404}
    assert reply.status_code == wanted[anyone.name]
    if anyone.name == "pixverse":
        assert reply.json()["ErrCode"] == 500008


# Dialect by dialect


def test_pixverse_trace_ids(pixverse):
    first = pixverse.text("Once", headers={"Ai-trace-id": "same"})
    again = pixverse.text("Once", headers={"Ai-trace-id": "same"})
    assert pixverse.remote_id(first) == pixverse.remote_id(again)
    assert len(pixverse.mine()) == 1
    assert pixverse.mine()[0]["token"] == "same"
    missing = pixverse.call("GET", "/openapi/v2/account/balance", headers={"Ai-trace-id": None})
    assert missing.json()["ErrCode"] == 400011
    assert pixverse.remote_id(first) > 2**53
    assert len(str(pixverse.remote_id(first))) == 18


def test_pixverse_balance_and_refund(pixverse):
    def left():
        resp = pixverse.call("GET", "/openapi/v2/account/balance").json()["Resp"]
        return resp["credit_monthly"] + resp["credit_package"]

    assert left() == 16000
    remote_id = pixverse.remote_id(pixverse.text("Sorry [fail] [never]"))
    assert left() == 15995
    pixverse.sandbox.world.jobs.find("pixverse", str(remote_id)).ends = 0
    pixverse.sandbox.world.life.finish(pixverse.sandbox.world.jobs.find("pixverse", str(remote_id)))
    assert left() == 16000


def test_pixverse_uploads(pixverse, outside):
    def code(*args, **more):
        return pixverse.upload(*args, **more).json()["ErrCode"]

    for file_format, content_type in (("PNG", "png"), ("JPEG", "jpeg"), ("WEBP", "webp")):
        assert code(png(file_format=file_format), "a", f"image/{content_type}") == 0
    assert code(png(file_format="GIF"), "a.gif", "image/gif") == 500032
    assert code(png(file_format="GIF"), "a.png", "image/png") == 500032
    assert code(png()[:200], "a.png") == 500031
    assert code(b"\0" * 20 * 1024 * 1024, "a.png") == 500030
    assert code(png(10001, 1), "a.png") == 500030
    refused = pixverse.upload(png(), "[moderate].png")
    assert (refused.status_code, refused.json()["err_code"]) == (500, 500052)
    by_url = {"image_url": (None, outside.url + "/picture.png")}
    reply = pixverse.call("POST", "/openapi/v2/image/upload", files=by_url)
    assert reply.json()["Resp"]["img_id"]
    shown = pixverse.session.get(reply.json()["Resp"]["img_url"])
    assert shown.headers["Content-Type"] == "image/png"
    by_url = {"image_url": (None, outside.url + "/nothing.png")}
    reply = pixverse.call("POST", "/openapi/v2/image/upload", files=by_url)
    assert reply.json()["ErrCode"] == 500042
    body = {"model": "v6", "prompt": "x", "duration": 1, "quality": "360p", "img_id": 1}
    assert (
        pixverse.call("POST", "/openapi/v2/video/img/generate", json=body).json()["ErrCode"]
        == 400032
    )


def test_worldrouter_uploads_and_charges(worldrouter):
    assert worldrouter.upload(b"\0" * 20 * 1024 * 1024).status_code == 413
    assert worldrouter.upload(png()).json()["Resp"]["img_id"]
    first = worldrouter.text("x").json()["Resp"]
    assert first["credits"] == 2.5
    assert first["credits_unit"] == "worldrouter"
    assert worldrouter.charged() == 0
    worldrouter.ended(first["video_id"])
    # Booked a moment after it is done, by the sandbox's own clock.
    for _ in range(50):
        if worldrouter.charged():
            break
        time.sleep(0.1)
    assert worldrouter.charged() == 2.5
    assert len(str(first["video_id"])) == 15


def test_pixazo_unknown_models_and_pictures(pixazo, outside):
    reply = pixazo.text("x", endpoint="pixverse-c1-text-to-video")
    assert reply.status_code == 400
    assert reply.json()["error"] == "Model not found"
    accepted = pixazo.text("x")
    assert accepted.status_code == 202
    assert accepted.json()["status"] == "QUEUED"
    away = pixazo.image("x", b"", outside.url + "/nothing.png")
    ended = pixazo.ended(pixazo.remote_id(away)).json()
    assert (ended["status"], ended["output"]) == ("FAILED", None)
    assert "404" in ended["error"]
    changes = {"resolution": "720p", "duration": "5", "image_url": outside.url + "/picture.png"}
    assert pixazo.text("x", endpoint="pixverse-i2v", **changes).status_code == 202


def test_easyrouter_first_looks_and_content(easyrouter):
    reply = easyrouter.text("x [slow]")
    remote_id = easyrouter.remote_id(reply)
    assert reply.json()["status"] == "queued"
    assert remote_id.startswith("task_")
    assert len(remote_id) == 37
    job = easyrouter.sandbox.world.jobs.find("easyrouter", remote_id)
    job.born = easyrouter.sandbox.world.clock.now() + 100
    assert easyrouter.status(remote_id).json()["status"] == "unknown"
    early = easyrouter.content(remote_id)
    assert early.status_code == 400
    assert "NOT_START" in early.json()["error"]["message"]
    missing = easyrouter.status("task_none")
    assert (missing.status_code, missing.json()["code"]) == (400, "task_not_exist")
    assert easyrouter.content("task_none").status_code == 404
    done, _ = easyrouter.done("y")
    answer = easyrouter.content(done)
    assert answer.headers["Content-Type"] == "video/mp4"
    part = easyrouter.call("GET", f"/v1/videos/{done}/content", headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, b"ftyp")


def test_easyrouter_takes_pictures_and_sizes(easyrouter):
    address = "data:image/png;base64," + base64.b64encode(png(200, 100)).decode()
    reply = easyrouter.text("x", image=address, size=None, metadata={"quality": "540p"})
    ended = easyrouter.ended(easyrouter.remote_id(reply)).json()
    assert ended["size"] == "1024x512"
    reply = easyrouter.text("x", size="360p", resolution="720P", model="PixVerse/V6")
    assert easyrouter.ended(easyrouter.remote_id(reply)).json()["size"] == "1280x720"


def test_useapi_list_and_raw_ids(useapi):
    remote_id = useapi.remote_id(useapi.text("x [never]", replyRef="r1"))
    assert useapi.status(remote_id).status_code == 404
    encoded = remote_id.replace(":", "%3A").replace("@", "%40")
    assert useapi.status(encoded).status_code == 400
    # Without encoding anything the client sends the id as it is.
    (row,) = useapi.call("GET", "/v2/pixverse/videos/").json()["data"]
    assert (row["video_status"], row["output_width"]) in ((9, 0), (10, 0))
    assert row["url"]
    assert useapi.session.get(row["url"]).status_code == 404
    (tracked,) = useapi.call("GET", "/v2/pixverse/scheduler/").json()
    assert (tracked["id"], tracked["replyRef"]) == (remote_id, "r1")


def test_useapi_accounts_and_gates(useapi):
    root = "/v2/pixverse"
    known = useapi.call("GET", root + "/accounts").json()
    assert list(known) == ["sandbox@example.org"]
    assert useapi.call("GET", root + "/accounts/who@example.org").status_code == 404
    body = {"email": "b@example.org", "password": "p", "maxJobs": 2}
    assert useapi.call("POST", root + "/accounts/b@example.org", json=body).status_code == 201
    assert useapi.call("GET", root + "/features").status_code == 400
    plan = useapi.call("GET", root + "/features/?email=b@example.org").json()
    assert plan["plan_name"].startswith("Premium")
    assert plan["gen_simultaneously"] == 5
    useapi.text("x [never]", maxJobs=1)
    busy = useapi.text("y", maxJobs=1)
    assert busy.status_code == 429
    assert busy.json()["error"] == "Account sandbox@example.org is busy executing 1 tasks."
    for _ in range(4):
        useapi.text("x [never]")
    plan_full = useapi.text("y", maxJobs=8)
    assert plan_full.json()["error"] == "Reached the limit for concurrent generations."
    assert useapi.text("z", off_peak_mode=True).ok
    free = useapi.call("GET", root + "/scheduler/available").json()["available"]
    assert {row["email"]: row["available"] for row in free}["sandbox@example.org"] == 0


def test_useapi_multipart_discounts_and_short_base(useapi):
    form = {"prompt": "x", "quality": "360p", "duration": "5", "audio": "true", "seed": "7"}
    fields = {name: (None, value) for name, value in form.items()}
    reply = useapi.call("POST", "/videos/create", files=fields)
    assert reply.json()["cost_credits"] == 20
    reply = useapi.text("x", duration=5, preview_mode=True)
    assert reply.json()["cost_credits"] == 16
    assert useapi.upload(b"no picture").status_code == 400
    assert useapi.upload(png(), "text/plain").status_code == 400
    path = useapi.upload(png()).json()["result"][0]["path"]
    assert path.startswith("upload/")
    assert useapi.text("x", first_frame_path=path, aspect_ratio="16:9").status_code == 400
