"""What is true of Pixazo alone. Source: contract sheet pixazo."""

from decimal import Decimal

import pytest

from generations.providers.faults import retry_after
from generations.providers.pixazo.adapter import ENDPOINTS, Pixazo
from generations.providers.types import (
    Access,
    Barred,
    Broken,
    Busy,
    Charge,
    Gone,
    Handle,
    Job,
    Moderated,
    NoBalance,
    Refused,
    Remote,
    Response,
    Uncertain,
    Unsupported,
)
from tests.providers.captured import PAYLOADS, ask, captured

pixazo = Pixazo()
LINK = Handle("link", "https://studio.example/media/boat.webp?signed")
ID = "pixverse-v6-image-to-video_019d0000-0000-7000-8000-000000000001"
STATUS = f"https://gateway.pixazo.ai/v2/requests/status/{ID}"
ACCESS = Access("https://gateway.pixazo.ai", "a-key")


def v6(**more):
    options = {"duration": 5, "quality": "720p", "audio": True} | more
    return ask("v6", "pixverse-v6-image-to-video", handle=LINK, **options)


def test_each_product_has_its_own_address():
    paths = {name: endpoint.path for name, endpoint in ENDPOINTS.items()}
    assert paths == {
        "pixverse-v6-image-to-video": "/pixverse-v6-image-to-video/v1/"
        "pixverse-v6-image-to-video-request",
        "pixverse-v6-text-to-video": "/pixverse-v6-text-to-video/v1/"
        "pixverse-v6-text-to-video-request",
        "pixverse": "/pixverse/v1/pixverse-request",
        "pixverse-i2v": "/pixverse-i2v/v1/pixverse-i2v-request",
    }


def test_v6_image_to_video_is_told_everything():
    request = pixazo.submit(v6(seed=7, negative_prompt="fog", multi_clip=True))
    assert (request.method, request.pays) == ("POST", True)
    assert request.path == ENDPOINTS["pixverse-v6-image-to-video"].path
    assert request.json == {
        "prompt": "a paper boat on a canal",
        "duration": 5,
        "resolution": "720p",
        "generate_audio_switch": True,
        "seed": 7,
        "negative_prompt": "fog",
        "generate_multi_clip_switch": True,
        "image_url": LINK.value,
    }


def test_the_duration_is_text_in_v5_6_image_to_video_and_a_number_elsewhere():
    silent = {"quality": "720p", "audio": False}
    image = pixazo.submit(ask("v5.6", "pixverse-i2v", handle=LINK, duration=10, **silent))
    text = pixazo.submit(ask("v5.6", "pixverse", duration=10, aspect_ratio="1:1", **silent))
    assert image.json["duration"] == "10"
    assert text.json["duration"] == 10
    assert "generate_audio_switch" not in text.json


def test_sound_cannot_be_told_to_v5_6():
    with pytest.raises(Unsupported, match="audio"):
        pixazo.submit(
            ask("v5.6", "pixverse-i2v", handle=LINK, duration=5, quality="720p", audio=True)
        )


@pytest.mark.parametrize("option", ["aspect_ratio", "style", "motion_mode"])
def test_what_it_cannot_be_told_is_refused(option):
    with pytest.raises(Unsupported, match=option.replace("_", " ")):
        pixazo.submit(v6(**{option: "x"}))


def test_a_picture_goes_as_a_link_only():
    with pytest.raises(Unsupported):
        pixazo.submit(
            ask(
                "v6",
                "pixverse-v6-image-to-video",
                handle=Handle("data_uri", "data:image/png;base64,AA=="),
                duration=5,
                quality="720p",
                audio=False,
            )
        )


def test_the_webhook_is_asked_for_in_a_header():
    given = ask(
        "v6",
        "pixverse-v6-text-to-video",
        callback_url="https://studio.example/callbacks/1",
        duration=5,
        quality="720p",
        aspect_ratio="16:9",
        audio=True,
    )
    assert pixazo.submit(given).headers == {"X-Webhook-URL": "https://studio.example/callbacks/1"}
    assert pixazo.submit(v6()).headers == {}


def test_headers_carry_the_key():
    assert pixazo.headers(ACCESS)["Ocp-Apim-Subscription-Key"] == "a-key"


@pytest.mark.parametrize("status", [200, 201, 202])
def test_any_2xx_with_a_request_id_is_accepted(status):
    accepted = pixazo.accepted(captured("pixazo/submitted", status))
    assert (accepted.remote_id, accepted.poll_url) == (ID, STATUS)
    assert accepted.report is None
    assert accepted.charge is None


def test_a_result_at_once_is_taken():
    report = pixazo.accepted(captured("pixazo/submitted_at_once", 202)).report
    assert report.state is Remote.SUCCEEDED
    assert len(report.links) == 1


def test_a_failure_at_once_is_taken():
    accepted = pixazo.accepted(captured("pixazo/error", 202))
    assert accepted.report.state is Remote.FAILED
    assert accepted.charge == Charge(Decimal(0), "USD")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'{"status": "QUEUED"}', b"[" * 99999])
def test_a_good_status_without_an_id_is_uncertain(body):
    with pytest.raises(Uncertain):
        pixazo.accepted(Response(202, {}, body))


REFUSALS = [
    (400, "no_model", Refused, "Model 'pixverse-v6-image-to-video' not found"),
    (401, "bad_key", Barred, "does not accept the key"),
    (402, "no_balance", NoBalance, "Your wallet does not have enough balance."),
    (403, "bad_key", Broken, "forbids"),
    (404, "not_found", Broken, "does not know the address"),
    (422, "failed", Moderated, "could not make it"),
    (429, "too_many", Busy, "Rate limit"),
    (418, "not_found", Broken, "Resource not found"),
    (500, "not_found", Uncertain, ""),
    (502, "not_found", Uncertain, ""),
    (302, "not_found", Uncertain, ""),
    (408, "not_found", Uncertain, ""),
]


@pytest.mark.parametrize(("status", "name", "error", "said"), REFUSALS)
def test_errors_of_a_paying_request(status, name, error, said):
    with pytest.raises(error) as caught:
        pixazo.accepted(captured(f"pixazo/{name}", status))
    assert type(caught.value) is error
    assert said in caught.value.said


def test_retry_after_is_honoured():
    with pytest.raises(Busy) as caught:
        pixazo.accepted(captured("pixazo/too_many", 429, retry_after="7"))
    assert (caught.value.retry_after, caught.value.slots) == (7.0, False)


WAITS = [("", None), ("soon", None), ("1.5", 1.5), ("9" * 30, 3600.0)]
DATES = [("Wed, 21 Oct 2020 07:28:00 GMT", 0.0), ("Wed, 21 Oct 2099 07:28:00 GMT", 3600.0)]


@pytest.mark.parametrize(("text", "seconds"), [*WAITS, *DATES])
def test_retry_after_is_a_number_or_a_date(text, seconds):
    assert retry_after(Response(429, {"retry-after": text}, b"")) == seconds


def test_a_body_may_be_plain_text_but_no_web_page_is_shown():
    with pytest.raises(Refused, match="no such field"):
        pixazo.accepted(Response(400, {}, b"no such field"))
    with pytest.raises(Refused, match="HTTP 400"):
        pixazo.accepted(Response(400, {}, b"<html>Bad Request</html>"))


@pytest.mark.parametrize("poll_url", ["", STATUS, f"http://127.0.0.1:8900/pixazo{STATUS[25:]}"])
def test_the_usual_polling_url_hangs_on_the_base_url(poll_url):
    assert pixazo.check(Job(ID, poll_url)).path == f"/v2/requests/status/{ID}"


def test_another_polling_url_is_used_as_it_is():
    url = f"https://gateway.pixazo.ai/pixverse/v1/result/{ID}"
    assert pixazo.check(Job(ID, url)).path == url


def test_a_strange_id_does_not_leave_its_place():
    assert pixazo.check(Job("../../x?y")).path == "/v2/requests/status/..%2F..%2Fx%3Fy"
    assert pixazo.check(Job(ID, "http://[")).path == f"/v2/requests/status/{ID}"
    assert pixazo.check(Job(ID, "file:///etc/passwd")).path == f"/v2/requests/status/{ID}"


STATES = [
    ("waiting", Remote.WAITING, "QUEUED"),
    ("running", Remote.RUNNING, "PROCESSING"),
    ("done", Remote.SUCCEEDED, "COMPLETED"),
    ("done_bare_string", Remote.SUCCEEDED, "COMPLETED"),
    ("failed", Remote.FAILED, "FAILED"),
    ("error", Remote.FAILED, "ERROR"),
]


@pytest.mark.parametrize(("name", "state", "word"), STATES)
def test_status_words_in_any_case(name, state, word):
    payload = (PAYLOADS / f"pixazo/{name}.json").read_bytes()
    for body in (payload, payload.replace(word.encode(), word.lower().encode())):
        report = pixazo.report(Response(200, {}, body))
        assert (report.state, report.word, report.known) == (state, word, True)
        assert bool(report.links) is (state is Remote.SUCCEEDED)


def test_error_is_free_and_of_failed_nothing_is_known():
    error = pixazo.report(captured("pixazo/error"))
    failed = pixazo.report(captured("pixazo/failed"))
    assert error.charge == Charge(Decimal(0), "USD")
    assert error.said == "ERROR: Description of the error"
    assert failed.charge is None
    assert failed.said == "FAILED: the model could not make it"


def test_a_failure_that_speaks_of_moderation_is_called_so():
    report = pixazo.report(captured("pixazo/moderated"))
    assert (report.state, report.word, report.charge) == (Remote.MODERATED, "FAILED", None)


def test_an_unknown_word_counts_as_running():
    report = pixazo.report(captured("pixazo/cancelled"))
    assert (report.state, report.word, report.known) == (Remote.RUNNING, "CANCELLED", False)


def test_completed_without_a_file_is_not_the_end():
    report = pixazo.report(Response(200, {}, b'{"status": "COMPLETED", "output": null}'))
    assert (report.state, report.known) == (Remote.RUNNING, False)


LOOKS = [(401, Broken), (403, Broken), (404, Gone), (429, Busy), (500, Busy), (503, Busy)]


@pytest.mark.parametrize(("status", "error"), LOOKS)
def test_errors_of_a_look(status, error):
    with pytest.raises(error):
        pixazo.report(captured("pixazo/not_found", status))


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}"])
def test_an_unreadable_look_is_uncertain(body):
    with pytest.raises(Uncertain):
        pixazo.report(Response(200, {}, body))


def test_probe():
    request = pixazo.probe(ACCESS)
    assert (request.method, request.pays) == ("GET", False)
    for status in (200, 400, 403, 404):
        pixazo.read_probe(captured("pixazo/not_found", status))
    with pytest.raises(Broken):
        pixazo.read_probe(captured("pixazo/bad_key", 401))
    with pytest.raises(Busy):
        pixazo.read_probe(captured("pixazo/too_many", 429))


def test_callback_repeats_share_their_event():
    body = (PAYLOADS / "pixazo/done.json").read_bytes()
    first, again = (pixazo.callback({}, body, ACCESS) for _ in range(2))
    assert first == again
    assert (first.remote_id, first.event, first.word) == (ID, f"{ID}:COMPLETED", "COMPLETED")


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"request_id": null}', b"\xff"])
def test_an_unreadable_callback(body):
    with pytest.raises(Broken):
        pixazo.callback({}, body, ACCESS)


def test_no_uploads_no_balance_no_search():
    assert pixazo.balance(ACCESS) is None
    assert pixazo.search(Job(ID), ACCESS) is None
    assert pixazo.content(Job(ID)) is None
