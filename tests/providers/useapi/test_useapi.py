"""What is true of useapi.net alone. Source: contract sheet useapi."""

import json
from decimal import Decimal

import pytest

from generations.providers.types import (
    Access,
    Barred,
    Broken,
    Busy,
    Charge,
    Gone,
    Handle,
    Job,
    MediaFile,
    Moderated,
    NoBalance,
    Refused,
    Remote,
    Response,
    Uncertain,
    Unsupported,
)
from generations.providers.useapi.adapter import UseApi
from tests.providers.captured import PAYLOADS, ask, captured

useapi = UseApi()
ID = "user:7-pixverse:bot@example.org-video:4411"
PATH = Handle("path", "upload/5b1c.png")
SETTINGS = {"email": "bot@example.org"}
ACCESS = Access("https://api.useapi.net/v2/pixverse", "user:7-key", SETTINGS)
OPTIONS = {"duration": 5, "quality": "720p", "audio": True}


def test_text_to_video():
    request = useapi.submit(
        ask(
            "v6",
            "v6",
            callback_url="https://studio.example/callbacks/1",
            settings=SETTINGS | {"max_jobs": "3"},
            aspect_ratio="16:9",
            seed=1,
            **OPTIONS,
        )
    )
    assert (request.method, request.path, request.pays) == ("POST", "/videos/create", True)
    assert request.json == {
        "model": "v6",
        "prompt": "a paper boat on a canal",
        "duration": 5,
        "quality": "720p",
        "aspect_ratio": "16:9",
        "audio": True,
        "seed": 1,
        "email": "bot@example.org",
        "maxJobs": 3,
        "replyUrl": "https://studio.example/callbacks/1",
        "replyRef": "job-17",
    }


def test_image_to_video_has_a_path_and_no_ratio():
    body = useapi.submit(ask("c1", "pixverse-c1", handle=PATH, **OPTIONS)).json
    assert body["first_frame_path"] == "upload/5b1c.png"
    assert body["model"] == "pixverse-c1"
    assert not {"aspect_ratio", "email", "maxJobs", "replyUrl"} & set(body)
    with pytest.raises(Unsupported, match="aspect ratio"):
        useapi.submit(ask("v6", "v6", handle=PATH, aspect_ratio="1:1", **OPTIONS))


@pytest.mark.parametrize("model", ["v5", "v5-fast"])
def test_the_audio_field_is_sent_to_toggling_models_only(model):
    options = {"duration": 5, "quality": "540p"}
    assert "audio" not in useapi.submit(ask(model, model, handle=PATH, audio=False, **options)).json
    with pytest.raises(Unsupported, match="audio"):
        useapi.submit(ask(model, model, handle=PATH, audio=True, **options))


@pytest.mark.parametrize("option", ["negative_prompt", "style", "motion_mode"])
def test_what_was_removed_there_is_refused(option):
    with pytest.raises(Unsupported, match=option.replace("_", " ")):
        useapi.submit(ask("v6", "v6", handle=PATH, **OPTIONS, **{option: "x"}))


@pytest.mark.parametrize("number", ["0", "9", "many", "12", "-1"])
def test_jobs_at_once_must_be_1_to_8(number):
    with pytest.raises(Unsupported) as caught:
        useapi.submit(ask("v6", "v6", handle=PATH, settings={"max_jobs": number}, **OPTIONS))
    assert caught.value.field == "max_jobs"


def test_accepted_with_and_without_a_charge():
    charged = useapi.accepted(captured("useapi/submitted"))
    assert charged.remote_id == ID
    assert charged.charge == Charge(Decimal(35), "plan credits")
    assert useapi.accepted(captured("useapi/submitted_silent")).charge is None


@pytest.mark.parametrize("cost", [b"null", b'"35"', b"-1", b"true", b"NaN"])
def test_a_senseless_charge_is_not_believed(cost):
    body = b'{"video_id": "user:7-pixverse:a@b.io-video:1", "cost_credits": %s}' % cost
    assert useapi.accepted(Response(200, {}, body)).charge is None


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"<html>", b'{"error": "strange"}'])
def test_a_good_status_without_an_id_is_uncertain(body):
    with pytest.raises(Uncertain):
        useapi.accepted(Response(200, {}, body))


REFUSALS = [
    (400, "refused", Refused, "duration must be 1-15 for v6"),
    (400, "error_object", Refused, "bad ratio"),
    (401, "bad_key", Barred, "does not accept the token"),
    (402, "no_subscription", Barred, "subscription is missing or has ended"),
    (403, "bad_key", Broken, "another useapi.net user"),
    (404, "refused", Broken, "not set up"),
    (412, "no_balance", NoBalance, "All Credits have been used up"),
    (422, "refused_moderated", Moderated, "AI moderator"),
    (429, "busy", Busy, "is busy executing 5 tasks"),
    (596, "pending_error", Barred, "set it up again at useapi.net"),
    (500, "refused", Uncertain, ""),
    (504, "refused", Uncertain, ""),
]


@pytest.mark.parametrize(("status", "name", "error", "said"), REFUSALS)
def test_errors_of_a_paying_request(status, name, error, said):
    with pytest.raises(error) as caught:
        useapi.accepted(captured(f"useapi/{name}", status))
    assert type(caught.value) is error
    assert said in caught.value.said


def test_busy_means_slots_and_keeps_the_e_mail_to_itself():
    with pytest.raises(Busy) as caught:
        useapi.accepted(captured("useapi/busy", 429, retry_after="20"))
    assert (caught.value.slots, caught.value.retry_after) == (True, 20.0)
    assert "@" not in caught.value.said


def test_ids_travel_raw():
    assert useapi.check(Job(ID)).path == f"/videos/{ID}"
    odd = "user:7-pixverse:a.b+c'd@x-y.io-video:1"
    assert useapi.check(Job(odd)).path == f"/videos/{odd}"
    assert useapi.check(Job("../x?y")).path == "/videos/..%2Fx%3Fy"


def test_404_means_still_running():
    report = useapi.report(captured("useapi/still_running", 404))
    assert (report.state, report.known) == (Remote.RUNNING, True)


STATES = [
    ("waiting", Remote.WAITING, True),
    ("running", Remote.RUNNING, True),
    ("nine", Remote.RUNNING, True),
    ("done", Remote.SUCCEEDED, True),
    ("done_too_early", Remote.RUNNING, True),
    ("moderated", Remote.MODERATED, True),
    ("failed", Remote.FAILED, True),
    ("error_in_200", Remote.FAILED, True),
    ("strange", Remote.RUNNING, False),
]


@pytest.mark.parametrize(("name", "state", "known"), STATES)
def test_states(name, state, known):
    report = useapi.report(captured(f"useapi/{name}"))
    assert (report.state, report.known) == (state, known)
    assert bool(report.links) is (name == "done")


@pytest.mark.parametrize("change", [{"video_status": "1"}, {"video_status": None}])
def test_a_status_may_be_text_or_only_a_name(change):
    report = useapi.report(_changed("done", change))
    assert report.state is Remote.SUCCEEDED


@pytest.mark.parametrize("change", [{"url": ""}, {"output_width": None}, {"url": None}])
def test_done_needs_a_width_and_a_link(change):
    report = useapi.report(_changed("done", change))
    assert (report.state, report.links) == (Remote.RUNNING, ())


@pytest.mark.parametrize(("said", "seed"), [(4242, 4242), (0, None), ("7", None), (None, None)])
def test_the_seed_that_it_took(said, seed):
    assert useapi.report(_changed("done", {"seed": said})).seed == seed


def _changed(name, change):
    body = json.loads((PAYLOADS / f"useapi/{name}.json").read_text()) | change
    return Response(200, {}, json.dumps(body).encode())


LOOKS = [
    (400, "refused", Broken),
    (401, "bad_key", Barred),
    (402, "no_subscription", Barred),
    (410, "refused", Gone),
    (429, "busy", Busy),
    (500, "refused", Busy),
    (596, "pending_error", Barred),
]


@pytest.mark.parametrize(("status", "name", "error"), LOOKS)
def test_errors_of_a_look(status, name, error):
    with pytest.raises(error) as caught:
        useapi.report(captured(f"useapi/{name}", status))
    assert type(caught.value) is error


def test_an_upload_is_raw_bytes_for_one_account():
    request = useapi.upload_to(MediaFile("u.png", "image/png", 2, 2, b"bytes"), ACCESS)
    assert (request.method, request.path, request.pays) == ("POST", "/files/", False)
    assert request.params == {"email": "bot@example.org"}
    assert request.headers == {"Content-Type": "image/png"}
    assert request.body == b"bytes"
    assert useapi.upload(MediaFile("u.png", "image/png", 2, 2, b"bytes")).params == {}


def test_the_handle_is_a_path():
    handle = useapi.handle(captured("useapi/uploaded"))
    assert (handle.form, handle.value, handle.expires_at) == ("path", "upload/5b1c.png", None)
    assert useapi.handle(Response(200, {}, b'{"path": "upload/v.mp4"}')).value == "upload/v.mp4"


@pytest.mark.parametrize("body", [b"", b"{}", b'{"result": []}', b'{"result": [{"path": ""}]}'])
def test_an_upload_without_a_path_is_uncertain(body):
    with pytest.raises(Uncertain):
        useapi.handle(Response(200, {}, body))


def test_an_upload_may_be_answered_with_an_error():
    with pytest.raises(Refused, match="too small"):
        useapi.handle(Response(200, {}, b'{"result": [{"path": "", "err_msg": "too small"}]}'))


def test_an_upload_may_be_refused():
    with pytest.raises(Moderated):
        useapi.handle(captured("useapi/refused_moderated", 422))


PLAN = {
    "plan_name": "Premium - Monthly",
    "gen_simultaneously": "5",
    "off_peak_discount": "0.7",
    "preview_mode_discount": "0.8",
}


def test_the_balance_is_a_sum_with_its_parts():
    assert useapi.balance(ACCESS).params == {"email": "bot@example.org"}
    balance = useapi.read_balance(captured("useapi/features"))
    assert (balance.amount, balance.unit) == (Decimal(12510), "plan credits")
    assert balance.parts == {
        "credit_daily": "60",
        "credit_monthly": "12450",
        "credit_package": "0",
        **PLAN,
    }
    with pytest.raises(Broken):
        useapi.read_balance(Response(200, {}, b'{"plan_name": "Pro"}'))
    with pytest.raises(Broken):
        useapi.read_probe(captured("useapi/bad_key", 401))


def test_callback_brings_the_token():
    body = (PAYLOADS / "useapi/webhook.json").read_bytes()
    callback = useapi.callback({}, body, ACCESS)
    assert (callback.remote_id, callback.token, callback.word) == (ID, "job-17", "COMPLETED")
    assert useapi.callback({}, body, ACCESS).event == callback.event
    assert useapi.callback_answer == (200, "ok")
    with pytest.raises(Broken):
        useapi.callback({}, b"{}", ACCESS)


def test_a_lost_job_is_found_by_its_token_while_it_runs():
    request = useapi.search(Job("", token="job-17"), ACCESS)
    assert (request.path, request.pays) == ("/scheduler/", False)
    answer = captured("useapi/scheduler")
    assert useapi.found(answer, Job("", token="job-17")) == ID
    assert useapi.found(answer, Job("", token="job-18")) is None
    assert useapi.found(answer, Job("", token="")) is None
    assert useapi.found(Response(200, {}, b"{}"), Job("", token="job-17")) is None
