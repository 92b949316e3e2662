"""What holds for every provider, over real sockets. What differs stands in its ``cases.py``."""

import dataclasses
import logging
import socket

import pytest

from generations.providers.client import Client
from generations.providers.registry import ADAPTERS, adapter
from generations.providers.types import (
    Broken,
    Busy,
    Forged,
    Gone,
    MediaFile,
    Moderated,
    ProviderError,
    Refused,
    Remote,
    Uncertain,
    Unreachable,
    Unsupported,
)
from tests.providers.contract import KEY, cases_of
from tests.providers.stub import Answer

PICTURE = MediaFile("boat.png", "image/png", 1280, 720, b"\x89PNG not really")
LOST = [
    Answer(how="reset"),
    Answer(how="cut"),
    Answer(how="silent"),
    Answer(how="endless"),
    Answer(500, b"<html>oops</html>"),
    Answer(502, b""),
    Answer(503, b'{"unheard": "of"}'),
    Answer(504, b"[]"),
    Answer(200, b""),
    Answer(200, b"<html>welcome</html>"),
    Answer(200, b"null"),
    Answer(200, b"[1, 2]"),
    Answer(200, b"{}"),
    Answer(200, b'"text"'),
    Answer(200, b"\xff\xfe\x00"),
    Answer(200, b'{"a": ' * 5000),
    Answer(200, b'{"Resp": null, "video_id": null, "id": [], "request_id": {}}'),
    Answer(302, b"", {"Location": "/elsewhere"}),
]


def named(answer):
    return f"{answer.status}-{answer.how}-{answer.body[:12]!r}"


@pytest.fixture(params=ADAPTERS)
def cases(request):
    return cases_of(request.param)


@pytest.fixture
def client(cases, stub):
    return Client(cases.provider, cases.access(stub.url), allow_private=True)


def clean(error, caplog):
    """No key in what is shown, kept or logged."""
    texts = [str(error), repr(error), error.said, repr(error.exchange), caplog.text]
    assert not [one for one in texts if KEY in one]


def test_each_adapter_is_who_it_says():
    assert [adapter(one).id for one in ADAPTERS] == list(ADAPTERS)


def test_submits_once_with_the_key(cases, client, stub):
    stub.answer = cases.submitted
    for ask in cases.asks:
        stub.seen.clear()
        accepted, exchange = client.submit(ask)
        (seen,) = stub.seen
        assert accepted.remote_id == cases.remote_id
        assert seen.method == "POST"
        assert seen.path.startswith("/base/")
        assert seen.headers[cases.key_header.lower()] == cases.key_value
        assert exchange.status == stub.answer.status
        assert exchange.sent
        assert KEY not in repr(exchange)
        assert KEY not in repr(client)
        assert KEY not in repr(ask)


def test_an_option_nobody_can_tell_is_refused_unsent(cases, client, stub):
    for ask in cases.asks:
        brief = dataclasses.replace(ask.brief, options={**ask.brief.options, "wobble": 3})
        with pytest.raises(Unsupported) as caught:
            client.submit(dataclasses.replace(ask, brief=brief))
        assert caught.value.field == "wobble"
        assert caught.value.exchange.status is None
        with pytest.raises(Unsupported):
            adapter(cases.provider).submit(dataclasses.replace(ask, brief=brief))
    assert not stub.seen


def test_what_the_catalogue_forbids_is_refused_unsent(cases, client, stub):
    ask = cases.asks[0]
    longer = dataclasses.replace(ask.brief, options={**ask.brief.options, "duration": 999})
    for brief in (
        longer,
        dataclasses.replace(ask.brief, model="v0"),
        dataclasses.replace(ask.brief, operation="extend"),
        dataclasses.replace(ask.brief, prompt="x" * 100_000),
        dataclasses.replace(ask.brief, options={}),
    ):
        with pytest.raises(Unsupported):
            client.submit(dataclasses.replace(ask, brief=brief))
    with pytest.raises(Unsupported):
        client.submit(dataclasses.replace(ask, remote_model="another"))
    assert not stub.seen


@pytest.mark.parametrize("answer", LOST, ids=named)
def test_a_lost_answer_to_submit_is_uncertain(cases, client, stub, impatient, caplog, answer):
    caplog.set_level(logging.DEBUG)
    stub.answer = answer
    with pytest.raises(Uncertain) as caught:
        client.submit(cases.asks[0])
    assert stub.methods() == ["POST"]
    assert caught.value.exchange is not None
    clean(caught.value, caplog)


@pytest.mark.parametrize("answer", LOST, ids=named)
def test_a_lost_answer_to_a_look_is_never_final(cases, client, stub, impatient, answer):
    stub.answer = answer
    try:
        report, _ = client.check(cases.job)
    except (Busy, Broken, Gone, Uncertain) as error:
        assert error.exchange is not None
    else:
        assert not report.final
    assert len(stub.seen) == 1


def test_nobody_listens(cases, caplog):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: a connection is refused
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        client = Client(cases.provider, cases.access(url), allow_private=True)
        with pytest.raises(Unreachable) as caught:
            client.submit(cases.asks[0])
        with pytest.raises(Unreachable):
            client.check(cases.job)
    clean(caught.value, caplog)


def test_a_private_address_is_refused_unsent(cases, stub):
    client = Client(cases.provider, cases.access(stub.url))
    for call in (lambda: client.submit(cases.asks[0]), lambda: client.check(cases.job)):
        with pytest.raises(Broken, match="private"):
            call()
    assert not stub.seen


@pytest.mark.parametrize(("status", "error"), [(401, Broken), (403, Broken), (429, Busy)])
@pytest.mark.parametrize("body", [b"", b"{}", b"<html>", b"[]", b'{"error": {"x": 1}}'])
def test_the_door_of_any_provider(cases, client, stub, caplog, status, error, body):
    stub.answer = Answer(status, body, {"Retry-After": "7"})
    with pytest.raises(error) as caught:
        client.submit(cases.asks[0])
    clean(caught.value, caplog)
    if status == 429:
        assert caught.value.retry_after == 7
    with pytest.raises(error):
        client.check(cases.job)
    with pytest.raises((Broken, Busy)):
        client.probe() if status != 403 else client.check(cases.job)


def test_a_moved_address_is_not_followed(cases, client, stub):
    for status in (301, 307, 308):
        stub.seen.clear()
        stub.answer = Answer(status, b"", {"Location": f"{stub.url}/base/other"})
        with pytest.raises(Broken):
            client.submit(cases.asks[0])
        with pytest.raises(Broken):
            client.probe()
        assert len(stub.seen) == 2


def test_what_the_provider_says_no_to(cases, client, stub, caplog):
    for answer, error in cases.refusals:
        stub.answer = answer
        with pytest.raises(ProviderError) as caught:
            client.submit(cases.asks[0])
        assert isinstance(caught.value, error), answer
        assert caught.value.said
        clean(caught.value, caplog)
    kinds = {error for _, error in cases.refusals}
    assert Moderated in kinds or cases.provider == "pixazo"
    assert Refused in kinds


def test_the_key_in_an_answer_is_hidden(cases, client, stub, caplog):
    """Some servers repeat what they were sent."""
    for status in (400, 401, 403, 500):
        echo = f'{{"message": "key {KEY}", "ErrCode": 400017, "ErrMsg": "{KEY}"}}'
        stub.answer = Answer(status, echo.encode())
        with pytest.raises(ProviderError) as caught:
            client.submit(cases.asks[0])
        clean(caught.value, caplog)
        assert "[hidden]" in caught.value.exchange.got


@pytest.mark.parametrize("state", Remote)
def test_looks(cases, client, stub, state):
    if state not in cases.looks:
        assert state in (Remote.WAITING, Remote.MODERATED)
        return
    stub.answer = cases.looks[state]
    report, exchange = client.check(cases.job)
    assert (report.state, report.known) == (state, True)
    assert bool(report.links) == (state is Remote.SUCCEEDED)
    assert exchange.status == stub.answer.status
    (seen,) = stub.seen
    assert seen.method == "GET"
    assert seen.headers[cases.key_header.lower()] == cases.key_value


def test_an_unknown_word_means_running(cases, client, stub):
    stub.answer = cases.strange
    report, _ = client.check(cases.job)
    assert (report.state, report.known, report.final) == (Remote.RUNNING, False, False)


def test_a_foreign_poll_url_is_not_asked(cases, client, stub):
    stub.answer = cases.looks[Remote.RUNNING]
    client.check(dataclasses.replace(cases.job, poll_url="https://elsewhere.example/steal"))
    assert len(stub.seen) == 1


def test_upload(cases, client, stub):
    if cases.uploaded is None:
        assert client.upload(PICTURE) == (None, None)
        assert not stub.seen
        return
    stub.answer = cases.uploaded
    handle, exchange = client.upload(PICTURE)
    assert (handle.form, handle.value) == cases.handle
    assert PICTURE.body in stub.seen[0].body
    assert "not really" not in exchange.sent


@pytest.mark.parametrize("answer", LOST, ids=named)
def test_a_lost_answer_to_an_upload(cases, client, stub, impatient, answer):
    stub.answer = answer
    if cases.uploaded is not None:
        with pytest.raises((Busy, Broken, Uncertain)):
            client.upload(PICTURE)
        assert len(stub.seen) == 1


def test_probe(cases, client, stub):
    stub.answer = cases.probe
    exchange = client.probe()
    assert (exchange.method, len(stub.seen)) == ("GET", 1)


def test_webhooks(cases, client, stub):
    if cases.webhook is None:
        with pytest.raises(Unsupported):
            client.callback({}, b"{}")
        return
    headers, body = cases.webhook(cases.settings)
    assert client.callback(headers, body).remote_id == cases.remote_id
    for junk in (b"", b"{}", b"[]", b"\xff", b'{"id": {}}'):
        with pytest.raises((Forged, Broken)):
            client.callback(headers, junk)
    if cases.signed:
        with pytest.raises(Forged):
            client.callback(headers, body.replace(b"1", b"2"))
        with pytest.raises(Forged):
            client.callback({}, body)
    assert not stub.seen
