"""What is true of PixVerse alone. Source: contract sheet pixverse."""

import json
import time
from decimal import Decimal
from urllib.parse import quote, quote_plus

import pytest

from generations.providers.pixverse.adapter import PixVerse
from generations.providers.pixverse.faults import CODES, family
from generations.providers.types import (
    Access,
    Broken,
    Busy,
    Charge,
    Forged,
    Gone,
    Handle,
    Job,
    MediaFile,
    Moderated,
    ProviderError,
    Refused,
    Remote,
    Response,
    Uncertain,
    Unsupported,
)
from tests.providers.captured import PAYLOADS, ask, captured
from tests.providers.pixverse.cases import PAIRS, SECRET, sign

pixverse = PixVerse()
ID = "412345678901234567"
PICTURE = Handle("img_id", "123450001")
ACCESS = Access("https://app-api.pixverse.ai", "a-key", {"webhook_secret": SECRET})
BODY = (PAYLOADS / "pixverse/webhook.json").read_bytes()


def answer(status=200, **body):
    return Response(status, {}, json.dumps(body).encode())


def test_text_to_video():
    options = {"duration": 5, "quality": "720p", "aspect_ratio": "21:9", "audio": False}
    request = pixverse.submit(ask("v6", "v6", **options, seed=7))
    assert (request.method, request.pays) == ("POST", True)
    assert request.path == "/openapi/v2/video/text/generate"
    assert request.headers == {"Ai-trace-id": "job-17"}
    assert request.json == {
        "model": "v6",
        "prompt": "a paper boat on a canal",
        "duration": 5,
        "quality": "720p",
        "aspect_ratio": "21:9",
        "generate_audio_switch": False,
        "seed": 7,
    }


def test_image_to_video_sends_the_id_as_a_bare_number_and_no_ratio():
    given = ask("v6", "v6", handle=Handle("img_id", ID), duration=5, quality="720p", audio=True)
    request = pixverse.submit(given)
    assert request.path == "/openapi/v2/video/img/generate"
    assert f'"img_id": {ID}' in json.dumps(request.json)
    assert "aspect_ratio" not in request.json
    with pytest.raises(Unsupported, match="aspect ratio"):
        pixverse.submit(ask("v6", "v6", handle=PICTURE, duration=5, aspect_ratio="1:1"))


def test_silent_models_are_not_told_about_sound():
    given = ask("v4.5", "v4.5", duration=5, quality="540p", aspect_ratio="1:1", audio=False)
    assert "generate_audio_switch" not in pixverse.submit(given).json
    with pytest.raises(Unsupported):
        pixverse.submit(ask("v5", "v5", duration=5, quality="540p", audio=True))


def test_negative_prompt_is_for_the_models_whose_schema_has_it():
    options = {"duration": 5, "quality": "540p", "aspect_ratio": "1:1", "negative_prompt": "fog"}
    assert pixverse.submit(ask("v5", "v5", **options)).json["negative_prompt"] == "fog"
    with pytest.raises(Unsupported):
        pixverse.submit(ask("v6", "v6", **options))


@pytest.mark.parametrize(
    "handle", [Handle("link", "https://x.example/a.png"), Handle("path", "upload/a.png")]
)
def test_only_its_own_picture_ids(handle):
    with pytest.raises(Unsupported):
        pixverse.submit(ask("v6", "v6", handle=handle, duration=5, quality="720p"))


def test_webhook_id_is_a_number():
    options = {"duration": 5, "quality": "720p", "aspect_ratio": "1:1"}
    request = pixverse.submit(ask("v6", "v6", settings={"webhook_id": " 77 "}, **options))
    assert request.json["webhook_id"] == 77
    with pytest.raises(Broken, match="webhook id"):
        pixverse.submit(ask("v6", "v6", settings={"webhook_id": "hook"}, **options))


def test_a_fresh_trace_id_for_each_call_but_submit():
    picture = MediaFile("a.png", "image/png", 9, 9, b"x")
    made = [pixverse.check(Job(ID)), pixverse.check(Job(ID)), pixverse.balance(ACCESS)]
    made += [pixverse.upload(picture), pixverse.probe(ACCESS)]
    assert len({one.headers["Ai-trace-id"] for one in made}) == 5
    assert made[0].path == f"/openapi/v2/video/result/{ID}"
    assert made[3].files == {"image": ("a.png", b"x", "image/png")}


@pytest.mark.parametrize("remote_id", ["", "../x", "1/2", "12a", "٣", "-1", "1" * 21])
def test_a_strange_id_never_reaches_a_path(remote_id):
    with pytest.raises(Broken):
        pixverse.check(Job(remote_id))


def test_accepted():
    accepted = pixverse.accepted(captured("pixverse/submitted"))
    assert accepted.remote_id == ID
    assert accepted.charge == Charge(Decimal(45), "credits")
    singular = answer(ErrCode=0, ErrMsg="ok", Resp={"video_id": "9", "credit": 3})
    assert pixverse.accepted(singular).charge == Charge(Decimal(3), "credits")
    without = answer(ErrCode=0, ErrMsg="ok", Resp={"video_id": 9})
    assert pixverse.accepted(without).charge is None


@pytest.mark.parametrize("video_id", [0, None, "", True, -4, 1.5, "x", [1]])
def test_a_success_without_an_id_is_uncertain(video_id):
    with pytest.raises(Uncertain):
        pixverse.accepted(answer(ErrCode=0, ErrMsg="ok", Resp={"video_id": video_id}))


@pytest.mark.parametrize(
    ("status", "state", "known"),
    [
        (1, Remote.SUCCEEDED, True),
        (2, Remote.WAITING, True),
        (3, Remote.RUNNING, True),
        (5, Remote.RUNNING, True),
        (6, Remote.FAILED, True),
        (7, Remote.MODERATED, True),
        (8, Remote.FAILED, True),
        (9, Remote.WAITING, True),
        (10, Remote.RUNNING, True),
        (0, Remote.RUNNING, False),
        (4, Remote.RUNNING, False),
        (99, Remote.RUNNING, False),
    ],
)
def test_statuses(status, state, known):
    resp = {"id": 1, "status": status, "url": "https://media.pixverse.ai/a.mp4", "credits": 60}
    report = pixverse.report(answer(ErrCode=0, ErrMsg="", Resp=resp))
    assert (report.state, report.known, report.word) == (state, known, str(status))
    succeeded = state is Remote.SUCCEEDED
    assert report.links == (("https://media.pixverse.ai/a.mp4",) if succeeded else ())
    assert report.charge == (Charge(Decimal(60), "credits") if succeeded else None)


@pytest.mark.parametrize(("said", "seed"), [(7, 7), ("7", 7), (0, None), (-1, None), (None, None)])
def test_the_seed_that_it_took(said, seed):
    resp = {"status": 1, "url": "https://media.pixverse.ai/a.mp4", "seed": said}
    assert pixverse.report(answer(ErrCode=0, ErrMsg="", Resp=resp)).seed == seed


@pytest.mark.parametrize("url", ["", None, 7, "ftp://x.example/a"])
def test_done_without_a_link_is_looked_at_again(url):
    report = pixverse.report(answer(ErrCode=0, ErrMsg="", Resp={"status": 1, "url": url}))
    assert (report.final, report.known) == (False, False)


@pytest.mark.parametrize("row", CODES, ids=lambda row: row.code or row.words)
def test_every_listed_code_in_both_spellings(row):
    code = int(row.code or 31)
    for body in (
        {"ErrCode": code, "ErrMsg": f"x {row.words}", "Resp": None},
        {"err_code": code, "err_msg": f"x {row.words}", "resp": None},
    ):
        for status in (200, 400, 500):
            with pytest.raises(row.error) as caught:
                pixverse.accepted(answer(status, **body))
            assert type(caught.value) is row.error
            assert caught.value.said.startswith(row.ours)
            assert caught.value.code == str(code)


@pytest.mark.parametrize(
    ("code", "submit", "look"),
    [
        (99999, Uncertain, Busy),
        (500100, Uncertain, Busy),
        (500008, Refused, Gone),
        (500064, Refused, Gone),
        (400998, Refused, Refused),
        (799998, Refused, Refused),
        (500998, Broken, Broken),
        (42, Uncertain, Uncertain),
    ],
)
def test_the_same_code_means_less_to_a_look(code, submit, look):
    given = answer(ErrCode=code, ErrMsg="no", Resp=None)
    for read, error in ((pixverse.accepted, submit), (pixverse.report, look)):
        with pytest.raises(ProviderError) as caught:
            read(given)
        assert type(caught.value) is error


def test_slots_and_rate_are_told_apart():
    with pytest.raises(Busy) as caught:
        pixverse.accepted(answer(ErrCode=500044, ErrMsg="limit", Resp=None))
    assert caught.value.slots
    with pytest.raises(Busy) as caught:
        pixverse.accepted(Response(429, {"retry-after": "7"}, b""))
    assert (caught.value.slots, caught.value.retry_after) == (False, 7)


def test_families_are_of_six_digits():
    assert not family("4000") and not family("70000000") and not family("")


def test_upload():
    assert pixverse.handle(captured("pixverse/uploaded")) == PICTURE
    older = answer(ErrCode=0, ErrMsg="", Resp={"ImgID": 8, "ImgUrl": "https://x.example"})
    assert pixverse.handle(older) == Handle("img_id", "8")
    with pytest.raises(Moderated, match="did not pass"):
        pixverse.handle(captured("pixverse/upload_moderated", 500))


def test_balance_is_the_sum():
    balance = pixverse.read_balance(captured("pixverse/balance"))
    assert (balance.amount, balance.unit) == (Decimal(16000), "credits")
    assert balance.parts == {"credit_monthly": "15000", "credit_package": "1000"}
    with pytest.raises(Broken):
        pixverse.read_balance(answer(ErrCode=0, ErrMsg="", Resp={}))


def pairs(keys, encode):
    return "&".join(f"{key}={encode(PAIRS[key])}" for key in keys)


def plain(text):
    return quote(text, safe="")


IN_ORDER = list(json.loads(BODY))


@pytest.mark.parametrize("encode", [plain, quote_plus])
@pytest.mark.parametrize(
    "reading",
    [
        lambda encode: pairs(sorted(PAIRS), encode),
        lambda encode: pairs(IN_ORDER, encode),
        lambda encode: encode(BODY.decode()),
    ],
    ids=["sorted", "in order", "raw"],
)
def test_three_readings_of_the_signature(reading, encode):
    headers = {name.lower(): text for name, text in sign(SECRET, reading(encode)).items()}
    callback = pixverse.callback(headers, BODY, ACCESS)
    assert (callback.remote_id, callback.token, callback.word) == (ID, "job-17", "1")
    assert callback.event == f"{ID}:1"
    with pytest.raises(Forged):
        pixverse.callback(headers, BODY.replace(b"10.50", b"10.5"), ACCESS)
    with pytest.raises(Forged):
        pixverse.callback(headers, BODY, Access("https://x.example", "a-key"))
    with pytest.raises(Forged):
        other = Access("https://x.example", "a-key", {"webhook_secret": "other"})
        pixverse.callback(headers, BODY, other)


@pytest.mark.parametrize(("age", "good"), [(290, True), (-290, True), (310, False), (-310, False)])
def test_age_of_a_webhook(age, good):
    signed = sign(SECRET, pairs(IN_ORDER, plain), int(time.time()) - age)
    headers = {name.lower(): text for name, text in signed.items()}
    if good:
        assert pixverse.callback(headers, BODY, ACCESS).remote_id == ID
    else:
        with pytest.raises(Forged):
            pixverse.callback(headers, BODY, ACCESS)


@pytest.mark.parametrize("timestamp", ["", "soon", "1e9", "-5", "٣" * 10, "9" * 5000])
def test_a_strange_timestamp_is_forged(timestamp):
    signed = sign(SECRET, pairs(IN_ORDER, plain), timestamp)
    headers = {name.lower(): text for name, text in signed.items()}
    with pytest.raises(Forged):
        pixverse.callback(headers, BODY, ACCESS)


def test_its_webhooks_want_exactly_ok():
    assert pixverse.callback_answer == (200, "ok")
