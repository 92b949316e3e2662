"""What is true of EasyRouter alone. Source: contract sheet easyrouter."""

import pytest

from generations.providers.easyrouter.adapter import EasyRouter
from generations.providers.menu import catalogue
from generations.providers.types import (
    Access,
    Barred,
    Broken,
    Busy,
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
from tests.providers.captured import ask, captured

easyrouter = EasyRouter()
ID = "task_EXAMPLE0000000000000000000000001"
DATA = Handle("data_uri", "data:image/png;base64,AA==")
ACCESS = Access("https://easyrouter.io", "sk-key")


def test_text_to_video_tells_the_resolution_once():
    options = {"duration": 4, "quality": "540p", "aspect_ratio": "21:9", "audio": True}
    given = ask("v6", "PixVerse/v6", **options, seed=0, negative_prompt="fog")
    request = easyrouter.submit(given)
    assert (request.method, request.path, request.pays) == ("POST", "/v1/videos", True)
    assert request.json == {
        "model": "PixVerse/v6",
        "prompt": "a paper boat on a canal",
        "duration": 4,
        "metadata": {
            "quality": "540p",
            "aspect_ratio": "21:9",
            "generate_audio_switch": True,
            "seed": 0,
            "negative_prompt": "fog",
        },
    }


@pytest.mark.parametrize("handle", [DATA, Handle("link", "https://studio.example/boat.png")])
def test_a_picture_travels_inside_or_as_a_link(handle):
    given = ask("v5", "PixVerse/v5", handle=handle, duration=5, quality="720p", audio=False)
    body = easyrouter.submit(given).json
    assert body["image"] == handle.value
    assert body["metadata"] == {"quality": "720p"}


def test_a_foreign_image_id_is_refused():
    with pytest.raises(Unsupported):
        easyrouter.submit(
            ask("v5", "PixVerse/v5", handle=Handle("img_id", "9"), duration=5, quality="720p")
        )


@pytest.mark.parametrize("model", ["v5", "v4.5", "v4", "v3.5"])
def test_sound_is_told_to_four_models_only(model):
    options = {"duration": 5, "quality": "720p", "aspect_ratio": "16:9"}
    silent = easyrouter.submit(ask(model, f"PixVerse/{model}", audio=False, **options))
    assert "generate_audio_switch" not in silent.json["metadata"]
    with pytest.raises(Unsupported, match="audio"):
        easyrouter.submit(ask(model, f"PixVerse/{model}", audio=True, **options))


@pytest.mark.parametrize("option", ["motion_mode", "style", "camera_movement", "water_mark"])
def test_what_is_not_offered_is_refused(option):
    options = {"duration": 5, "quality": "720p", "aspect_ratio": "16:9", option: "x"}
    with pytest.raises(Unsupported, match=option.replace("_", " ")):
        easyrouter.submit(ask("v4.5", "PixVerse/v4.5", **options))


def test_a_ratio_goes_with_text_only():
    with pytest.raises(Unsupported, match="aspect ratio"):
        easyrouter.submit(
            ask("v5", "PixVerse/v5", handle=DATA, duration=5, quality="720p", aspect_ratio="1:1")
        )


MATRIX = [
    *((model, "1080p", 15, True) for model in ("c1", "v6")),
    *((model, "1080p", 8, True) for model in ("v5.6", "v5.5", "v5")),
    *((model, "720p", 10, True) for model in ("v5.6", "v5.5")),
    *((model, "1080p", 10, False) for model in ("v5.6", "v5.5", "v5")),
    ("v5", "360p", 10, False),
    *((model, "1080p", 5, True) for model in ("v4.5", "v4", "v3.5")),
    *((model, "720p", 8, True) for model in ("v4.5", "v4", "v3.5")),
    *((model, "1080p", 8, False) for model in ("v4.5", "v4", "v3.5")),
    *((model, "720p", 7, False) for model in ("v5.6", "v5.5", "v5", "v4.5", "v4", "v3.5")),
]


@pytest.mark.parametrize(("model", "quality", "duration", "legal"), MATRIX)
@pytest.mark.parametrize("operation", ["text_to_video", "image_to_video"])
def test_the_matrix_of_the_sheet(operation, model, quality, duration, legal):
    offering = catalogue("easyrouter").offering(operation, model)
    found = [
        one
        for one in offering.combinations()
        if one["quality"] == quality and one["duration"] == duration
    ]
    assert bool(found) is legal


def test_the_server_renews_its_answers_every_15_seconds():
    assert catalogue("easyrouter").pace.refresh_s == 15


def test_accepted():
    accepted = easyrouter.accepted(captured("easyrouter/submitted"))
    assert (accepted.remote_id, accepted.report, accepted.charge) == (ID, None, None)


REFUSALS = [
    (400, "refused", Refused, "combination 1080p / 10s not supported"),
    (400, "sensitive", Moderated, "sensitive words"),
    (401, "bad_key", Barred, "does not accept the key: Invalid token"),
    (402, "no_balance_402", NoBalance, "insufficient user quota"),
    (403, "no_balance_402", NoBalance, "balance is too small"),
    (403, "no_balance_403", NoBalance, "balance is too small"),
    (403, "no_model", Broken, "no access to this model"),
    (404, "bad_key", Broken, ""),
    (413, "refused", Refused, "too large"),
    (429, "too_many", Busy, ""),
    (500, "build_failed", Broken, "cannot unmarshal"),
    (501, "bad_key", Broken, ""),
    (500, "refused", Uncertain, ""),
    (502, "refused", Uncertain, ""),
    (503, "bad_key", Uncertain, ""),
    (504, "refused", Uncertain, ""),
]


@pytest.mark.parametrize(("status", "name", "error", "said"), REFUSALS)
def test_errors_of_a_paying_request(status, name, error, said):
    with pytest.raises(error) as caught:
        easyrouter.accepted(captured(f"easyrouter/{name}", status))
    assert type(caught.value) is error
    assert said in caught.value.said


SHAPES = [
    (b'{"code": "c", "message": "flat", "data": null}', "flat", "c"),
    (b'{"error": {"message": "wrapped", "type": "new_api_error", "code": "c"}}', "wrapped", "c"),
    (b'{"error": {"message": "content", "type": "server_error"}}', "content", ""),
    (b'{"error": "bare"}', "bare", ""),
    (b"plain words", "plain words", ""),
    (b"", "HTTP 400", ""),
]


@pytest.mark.parametrize(("body", "said", "code"), SHAPES)
def test_every_shape_of_an_error_is_read(body, said, code):
    with pytest.raises(Refused) as caught:
        easyrouter.accepted(Response(400, {}, body))
    assert (caught.value.said, caught.value.code) == (said, code)


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"<html>", b'{"status": "queued"}'])
def test_a_good_status_without_an_id_is_uncertain(body):
    with pytest.raises(Uncertain):
        easyrouter.accepted(Response(200, {}, body))


STATES = [
    ("waiting", Remote.WAITING, 0),
    ("unknown", Remote.WAITING, 0),
    ("running", Remote.RUNNING, 30),
    ("done", Remote.SUCCEEDED, 100),
    ("failed", Remote.FAILED, 100),
    ("timeout", Remote.FAILED, 100),
    ("moderated", Remote.MODERATED, 100),
]


@pytest.mark.parametrize(("name", "state", "progress"), STATES)
def test_states(name, state, progress):
    report = easyrouter.report(captured(f"easyrouter/{name}"))
    assert (report.state, report.progress, report.known) == (state, progress, True)


def test_the_link_is_read_only_of_a_completed_task():
    assert easyrouter.report(captured("easyrouter/done")).links == (
        "https://media.pixverse.ai/example/clip.mp4",
    )
    failed = easyrouter.report(captured("easyrouter/failed"))
    assert (failed.links, failed.said) == ((), "generation failed")


def test_completed_without_a_link_leaves_the_content_route():
    assert easyrouter.report(Response(200, {}, b'{"status": "completed"}')).links == ()
    assert easyrouter.content(Job(ID)).path == f"/v1/videos/{ID}/content"


def test_an_undocumented_word_counts_as_running():
    report = easyrouter.report(Response(200, {}, b'{"status": "paused"}'))
    assert (report.state, report.known) == (Remote.RUNNING, False)


LOOKS = [
    (400, "not_found", Gone),
    (400, "refused", Broken),
    (401, "bad_key", Barred),
    (403, "no_model", Broken),
    (429, "too_many", Busy),
    (500, "refused", Busy),
]


@pytest.mark.parametrize(("status", "name", "error"), LOOKS)
def test_errors_of_a_look(status, name, error):
    with pytest.raises(error) as caught:
        easyrouter.report(captured(f"easyrouter/{name}", status))
    assert type(caught.value) is error


def test_probe():
    assert easyrouter.probe(ACCESS).path.startswith("/v1/videos/task_")
    easyrouter.read_probe(captured("easyrouter/not_found", 400))
    with pytest.raises(Broken):
        easyrouter.read_probe(captured("easyrouter/bad_key", 401))
    with pytest.raises(Broken):
        easyrouter.read_probe(captured("easyrouter/refused", 400))


def test_no_webhooks_no_uploads_no_balance():
    assert easyrouter.balance(ACCESS) is None
    assert easyrouter.search(Job(ID), ACCESS) is None
    with pytest.raises(Unsupported):
        easyrouter.callback({}, b"{}", ACCESS)
