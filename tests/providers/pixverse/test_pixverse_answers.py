"""Answers that only some operations have: pictures, uploads, masks and lists. Sheet pixverse."""

import json
from decimal import Decimal

import pytest

from generations.providers.pixverse.adapter import PixVerse
from generations.providers.types import (
    Access,
    Broken,
    Charge,
    Entry,
    Handle,
    Job,
    Mask,
    MediaFile,
    Moderated,
    NoBalance,
    Remote,
    Response,
    Uncertain,
    Unsupported,
)
from tests.providers.captured import captured

pixverse = PixVerse()
OWN, UPLOAD = "412345678901234", "987650001"
ACCESS = Access("https://app-api.pixverse.ai", "a-key")


def answer(status=200, **body):
    return Response(status, {}, json.dumps(body).encode())


def test_a_picture_is_looked_at_by_its_own_route():
    accepted = pixverse.accepted(captured("pixverse/submitted_picture"))
    assert accepted.remote_id == "512345678901234567"
    assert accepted.charge == Charge(Decimal(8), "credits")
    request = pixverse.check(Job(accepted.remote_id, accepted.poll_url))
    assert request.path == "/openapi/v2/image/result/512345678901234567"
    assert pixverse.check(Job("5")).path == "/openapi/v2/video/result/5"
    report = pixverse.report(captured("pixverse/done_picture"))
    assert (report.state, report.links) == (
        Remote.SUCCEEDED,
        ("https://media.pixverse.ai/r.png",),
    )
    with pytest.raises(Broken):
        pixverse.check(Job("../x", accepted.poll_url))


@pytest.mark.parametrize("kind", ["video", "audio"])
def test_media_upload(kind):
    request = pixverse.upload(MediaFile("a.bin", f"{kind}/mp4", 0, 0, b"x", kind, 5000))
    assert request.path == "/openapi/v2/media/upload"
    assert request.files == {"file": ("a.bin", b"x", f"{kind}/mp4")}
    assert pixverse.handle(captured("pixverse/uploaded_media")) == Handle("media_id", "987650001")
    with pytest.raises(Uncertain):
        pixverse.handle(answer(ErrCode=0, ErrMsg="", Resp={"url": "https://x.example"}))


def test_masks():
    request = pixverse.masks(Handle("media_id", UPLOAD), 12, "a-token")
    assert (request.method, request.pays) == ("POST", True)
    assert request.path == "/openapi/v2/video/mask/selection"
    assert request.headers == {"Ai-trace-id": "a-token"}
    assert request.json == {"video_media_id": 987650001, "keyframe_id": 12}
    own = pixverse.masks(Handle("remote_id", OWN), 1, "a-token")
    assert own.json == {"source_video_id": 412345678901234, "keyframe_id": 1}
    with pytest.raises(Unsupported):
        pixverse.masks(Handle("link", "https://x.example/a.mp4"), 1, "a-token")


def test_read_masks():
    masks = pixverse.read_masks(captured("pixverse/masks"))
    assert (masks.keyframe, masks.picture) == (1, "https://media.pixverse.ai/k.png")
    assert masks.charge == Charge(Decimal(2), "credits")
    assert masks.masks == (
        Mask("0", "person", "https://media.pixverse.ai/m.png"),
        Mask("1", "1", ""),
    )
    nothing = {"keyframe_id": 3, "mask_info": None}
    assert pixverse.read_masks(answer(ErrCode=0, ErrMsg="", Resp=nothing)).masks == ()
    for code, error in ((500090, NoBalance), (500063, Moderated), (99999, Uncertain)):
        with pytest.raises(error):
            pixverse.read_masks(answer(ErrCode=code, ErrMsg="no", Resp=None))
    with pytest.raises(Uncertain):
        pixverse.read_masks(answer(ErrCode=0, ErrMsg="", Resp={}))


@pytest.mark.parametrize(
    ("name", "path", "params"),
    [
        ("voices", "tts_speaker", {"page_num": "2", "page_size": "100", "speaker_type": "all"}),
        ("restyles", "restyle/list", {"page_num": "2", "page_size": "100"}),
        ("templates", "effects/templates/list", {"page": "2", "pageSize": "100", "type": "1"}),
        (
            "image_templates",
            "effects/templates/list",
            {"page": "2", "pageSize": "100", "type": "2"},
        ),
    ],
)
def test_lists(name, path, params):
    request = pixverse.listing(name, 2, ACCESS)
    assert (request.method, request.path) == ("GET", f"/openapi/v2/video/{path}")
    assert request.params == params
    assert "Ai-trace-id" in request.headers


def test_read_voices():
    rows, more = pixverse.read_listing("voices", captured("pixverse/voices"))
    assert (rows, more) == ([Entry("7", "Harper"), Entry("Auto", "Auto")], False)


def test_read_restyles():
    rows, _ = pixverse.read_listing("restyles", captured("pixverse/restyles"))
    assert rows == [
        Entry("1001", "Clay", "https://media.pixverse.ai/clay.webp"),
        Entry("1002", "1002"),
    ]


def test_read_templates():
    rows, more = pixverse.read_listing("templates", captured("pixverse/templates"))
    facts = {"images": "2", "qualities": "360p, 540p", "prompt": "folds and flies"}
    assert rows == [
        Entry("302325299692608", "Paper plane", "https://media.pixverse.ai/t.mp4", facts),
        Entry("302325299692609", "302325299692609"),
    ]
    assert not more


def test_a_full_page_has_a_next_one():
    page = {"effect_items": [{"template_id": number} for number in range(1, 101)]}
    rows, more = pixverse.read_listing("templates", answer(ErrCode=0, ErrMsg="", Resp=page))
    assert (len(rows), more) == (100, True)
    assert pixverse.read_listing("templates", answer(ErrCode=712008, ErrMsg="no")) == ([], False)
    assert pixverse.listing("operas", 1, ACCESS) is None
    with pytest.raises(Broken):
        pixverse.read_listing("voices", answer(ErrCode=400012, ErrMsg="no", Resp=None))
