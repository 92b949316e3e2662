"""Custom voices: what is told, and what is made of answers that nobody documents. Sheet 2.12."""

from __future__ import annotations

import json

import pytest

from generations.providers.pixverse.adapter import PixVerse
from generations.providers.types import (
    Access,
    Gone,
    Handle,
    Moderated,
    Refused,
    Response,
    Uncertain,
    Unsupported,
)

pixverse = PixVerse()
ACCESS = Access("https://app-api.pixverse.ai", "a-key")


def answer(**body):
    return Response(200, {}, json.dumps(body).encode())


def test_what_is_sent():
    request = pixverse.voice("Narrator", Handle("media_id", "987650002"), "a-token")
    assert (request.method, request.path) == ("POST", "/openapi/v2/video/tts_speaker")
    assert request.headers == {"Ai-trace-id": "a-token"}
    assert request.json == {"name": "Narrator", "audio_media_id": 987650002}
    assert request.pays, "told once, on a connection of its own"


@pytest.mark.parametrize("form", ["link", "data_uri", "img_id", "remote_id"])
def test_only_an_uploaded_recording_can_be_told(form):
    with pytest.raises(Unsupported):
        pixverse.voice("Narrator", Handle(form, "987650002"), "a-token")


@pytest.mark.parametrize(
    ("resp", "id"),
    [
        ({"speaker_id": "500001", "name": "Narrator"}, "500001"),
        ({"speaker_id": 412345678901234567}, "412345678901234567"),
        ({"name": "Narrator"}, ""),
        ({}, ""),
    ],
)
def test_an_answer_may_name_the_id_or_not(resp, id):
    assert pixverse.read_voice(answer(ErrCode=0, ErrMsg="", Resp=resp)).id == id


@pytest.mark.parametrize(
    ("code", "error"),
    [(400017, Refused), (500063, Moderated), (500100, Uncertain), (99999, Uncertain)],
)
def test_refusals_are_certain_and_errors_of_theirs_are_not(code, error):
    with pytest.raises(error):
        pixverse.read_voice(answer(ErrCode=code, ErrMsg="no", Resp=None))


def test_withdrawing():
    request = pixverse.drop_voice("a/b 7")
    assert request.method == "DELETE"
    assert request.path == "/openapi/v2/video/tts_speaker/a%2Fb%207"
    assert request.headers["Ai-trace-id"]
    assert pixverse.read_drop(answer(ErrCode=0, ErrMsg="", Resp={})) is None
    with pytest.raises(Gone):
        pixverse.read_drop(answer(ErrCode=500008, ErrMsg="not found", Resp=None))


def test_the_account_s_own_voices_are_a_list_of_their_own():
    request = pixverse.listing(pixverse.own_voices, 2, ACCESS)
    assert request.path == "/openapi/v2/video/tts_speaker"
    assert request.params == {"page_num": "2", "page_size": "100", "speaker_type": "custom"}
