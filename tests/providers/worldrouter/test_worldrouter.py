"""What is true of WorldRouter alone. Source: contract sheet worldrouter."""

import json
from decimal import Decimal

import pytest

from generations.catalogue.types import Input
from generations.providers.menu import catalogue
from generations.providers.types import (
    Access,
    Broken,
    Busy,
    Charge,
    Gone,
    Handle,
    Job,
    MediaFile,
    NoBalance,
    ProviderError,
    Refused,
    Response,
    Unsupported,
)
from generations.providers.worldrouter.adapter import WorldRouter
from generations.providers.worldrouter.requests import nearest_ratio
from tests.providers.captured import ask, captured
from tests.providers.native_asks import asked, given

worldrouter = WorldRouter()
ID = "400000000000001"
PICTURE = Handle("img_id", "1001")
ACCESS = Access("https://inference-api.worldrouter.ai", "a-key")


def answer(status=200, **body):
    return Response(status, {}, json.dumps(body).encode())


def test_text_to_video_by_its_own_model_name():
    options = {"duration": 2, "quality": "360p", "aspect_ratio": "1:1", "audio": False}
    request = worldrouter.submit(ask("v6", "pixverse-v6", **options))
    assert (request.method, request.pays) == ("POST", True)
    assert request.path == "/openapi/v2/video/text/generate"
    assert request.headers == {"Ai-trace-id": "job-17"}
    assert request.json == {
        "model": "pixverse-v6",
        "prompt": "a paper boat on a canal",
        "duration": 2,
        "quality": "360p",
        "aspect_ratio": "1:1",
        "generate_audio_switch": False,
    }


def test_image_to_video_is_explicit_about_the_ratio():
    options = {"duration": 3, "quality": "540p", "audio": False}
    request = worldrouter.submit(ask("c1", "pixverse-c1", handle=PICTURE, **options))
    assert request.path == "/openapi/v2/video/img/generate"
    assert request.json == {
        "model": "pixverse-c1",
        "img_id": 1001,
        "prompt": "a paper boat on a canal",
        "duration": 3,
        "quality": "540p",
        "aspect_ratio": "16:9",
        "motion_mode": "normal",
        "generate_audio_switch": False,
    }


@pytest.mark.parametrize(
    ("width", "height", "ratio"),
    [
        (1280, 720, "16:9"),
        (720, 1280, "9:16"),
        (1000, 1000, "1:1"),
        (1010, 1000, "1:1"),
        (1000, 1500, "2:3"),
        (1500, 1000, "3:2"),
        (4000, 3000, "4:3"),
        (3000, 4000, "3:4"),
        (2520, 1080, "21:9"),
        (9000, 1000, "21:9"),
        (1000, 9000, "9:16"),
    ],
)
def test_nearest_ratio(width, height, ratio):
    assert nearest_ratio(Input("image", "1", "image/png", 9, width, height)) == ratio


def test_a_picture_without_a_size_is_refused():
    for image in (None, Input("image", "1", "image/png", 9, 0, 0)):
        with pytest.raises(Unsupported):
            nearest_ratio(image)


@pytest.mark.parametrize("option", [{"seed": 1}, {"negative_prompt": "fog"}])
def test_what_may_not_be_forwarded_is_refused(option):
    with pytest.raises(Unsupported):
        worldrouter.submit(
            ask("v6", "pixverse-v6", duration=2, quality="360p", aspect_ratio="1:1", **option)
        )


def test_the_charge_is_what_is_recorded_at_success():
    assert worldrouter.accepted(captured("worldrouter/submitted")).charge is None
    report = worldrouter.report(captured("worldrouter/done"))
    assert report.charge == Charge(Decimal(5), "worldrouter")
    assert report.links == ("https://media.pixverse.ai/example/out.mp4",)
    resp = {"id": 1, "status": 1, "url": "https://media.pixverse.ai/a.mp4", "credits": 5}
    assert worldrouter.report(answer(ErrCode=0, Resp=resp)).charge is None
    failed = {"status": 8, "credits": 5, "credits_unit": "worldrouter"}
    assert worldrouter.report(answer(ErrCode=0, Resp=failed)).charge.amount == 5
    assert worldrouter.report(captured("worldrouter/failed")).charge is None
    other = {**resp, "credits_unit": "dollars"}
    assert worldrouter.report(answer(ErrCode=0, Resp=other)).charge is None


def test_detail_comes_before_error_comes_before_errcode():
    low, many = "pixverse_balance_too_low", "pixverse_too_many_pending_tasks"
    for body, error in (
        ({"detail": {"code": low}, "error": {"code": many}, "ErrCode": 400013}, NoBalance),
        ({"error": {"code": many}, "ErrCode": 400013}, Busy),
        ({"ErrCode": 400013, "ErrMsg": "x"}, Refused),
    ):
        with pytest.raises(error):
            worldrouter.accepted(answer(400, **body))


def test_an_error_wrapper_beside_errcode_zero_is_no_success():
    with pytest.raises(ProviderError):
        worldrouter.accepted(answer(402, ErrCode=0, detail={"code": "x"}, Resp={"video_id": 1}))


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (answer(403, detail={"code": "media_resource_access_denied"}), Broken),
        (answer(ErrCode=500008, ErrMsg="not found", Resp=None), Gone),
        (answer(404, detail="Not Found"), Gone),
        (answer(ErrCode=99999, ErrMsg="unknown", Resp=None), Busy),
        (answer(500, detail="oops"), Busy),
    ],
)
def test_looks_that_fail(given, error):
    with pytest.raises(ProviderError) as caught:
        worldrouter.report(given)
    assert type(caught.value) is error


@pytest.mark.parametrize(
    "given",
    [
        captured("worldrouter/not_found"),
        captured("worldrouter/running"),
        captured("worldrouter/no_balance", 402),
        answer(403, detail={"code": "media_resource_access_denied", "message": "x"}),
        answer(404, ErrCode=500008, ErrMsg="not found"),
        answer(400, ErrCode=400013, ErrMsg="Invalid field type or value"),
    ],
)
def test_a_good_key(given):
    assert worldrouter.read_probe(given) is None


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (answer(401, detail="Unauthorized"), Broken),
        (answer(401, ErrCode=500008, ErrMsg="x"), Broken),
        (answer(403, detail="Forbidden"), Broken),
        (answer(404, detail="Not Found"), Broken),
        (answer(200, ErrCode=10001, ErrMsg="auth"), Broken),
        (answer(429, detail="slow"), Busy),
        (answer(502), Busy),
    ],
)
def test_a_bad_key_or_door(given, error):
    with pytest.raises(error):
        worldrouter.read_probe(given)


def test_probe_makes_nothing():
    request = worldrouter.probe(ACCESS)
    assert (request.method, request.path) == ("GET", "/openapi/v2/video/result/1")
    assert not request.pays


def test_no_webhooks_no_balance_no_list():
    with pytest.raises(Unsupported):
        worldrouter.callback({}, b"{}", ACCESS)
    assert worldrouter.balance(ACCESS) is None
    assert worldrouter.search(Job(ID), ACCESS) is None
    assert worldrouter.content(Job(ID)) is None


def test_no_price_is_claimed():
    room = catalogue("worldrouter")
    assert not room.prices
    assert room.usd_per_unit is None


def body_of(operation, model, *files, **more):
    request = worldrouter.submit(asked("worldrouter", operation, model, *files, **more))
    return request.path.removeprefix("/openapi/v2/video/"), request.json


def test_transition():
    frames = given("first_frame", "1001"), given("last_frame", "1002")
    options = {"duration": 5, "quality": "540p", "audio": False}
    assert body_of("transition", "v6", *frames, prompt="Ice melts", **options) == (
        "transition/generate",
        {
            "model": "pixverse-v6",
            "first_frame_img": 1001,
            "last_frame_img": 1002,
            "prompt": "Ice melts",
            "duration": 5,
            "quality": "540p",
            "aspect_ratio": "16:9",
            "motion_mode": "normal",
            "generate_audio_switch": False,
        },
    )


def test_fusion():
    files = (
        given("reference", "1001", name="robot", type="subject"),
        given("reference", "1002", name="attic", type="background"),
    )
    options = {"duration": 5, "quality": "540p", "aspect_ratio": "16:9", "audio": False}
    prompt = "@robot tidies the @attic at dusk"
    assert body_of("fusion", "v6", *files, prompt=prompt, **options) == (
        "fusion/generate",
        {
            "model": "pixverse-v6",
            "image_references": [
                {"type": "subject", "img_id": 1001, "ref_name": "robot"},
                {"type": "background", "img_id": 1002, "ref_name": "attic"},
            ],
            "prompt": prompt,
            "duration": 5,
            "quality": "540p",
            "aspect_ratio": "16:9",
            "generate_audio_switch": False,
        },
    )


@pytest.mark.parametrize(
    ("form", "field"), [("remote_id", "source_video_id"), ("media_id", "video_media_id")]
)
def test_extend(form, field):
    options = {"duration": 3, "quality": "360p", "audio": False}
    source = given("source", ID, form)
    assert body_of("extend", "v6", source, prompt="The marble drops", **options) == (
        "extend/generate",
        {
            "model": "pixverse-v6",
            field: 400000000000001,
            "prompt": "The marble drops",
            "duration": 3,
            "quality": "360p",
            "generate_audio_switch": False,
        },
    )


def test_only_v6_extends():
    found = [one.model for one in catalogue("worldrouter").offerings if one.operation == "extend"]
    assert found == ["v6"]


def test_media_upload():
    request = worldrouter.upload(MediaFile("a.mp4", "video/mp4", 640, 360, b"x", "video", 5000))
    assert request.path == "/openapi/v2/media/upload"
    assert request.files == {"file": ("a.mp4", b"x", "video/mp4")}
    assert worldrouter.handle(captured("worldrouter/uploaded_media")) == Handle("media_id", "2001")
