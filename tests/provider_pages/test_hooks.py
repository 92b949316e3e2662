"""Webhooks: good ones make us look, everything else changes nothing."""

import base64
import hashlib
import hmac
import json
import time
import uuid
from urllib.parse import quote

import pytest
from django.urls import reverse
from django.utils import timezone

from generations.media.links import _callbacks
from generations.models import CallbackReceipt, State

from .conftest import make_account

SECRET = "whsec-0123456789"


@pytest.fixture
def pixazo(team, owner, sandbox):
    return make_account(team, owner, sandbox, "pixazo", rate=None)


@pytest.fixture
def pixverse(team, owner, sandbox):
    return make_account(team, owner, sandbox, "pixverse", secrets={"webhook_secret": SECRET})


def address(account, token):
    return reverse("hook", args=[account.uuid, _callbacks().sign(str(token))])


def pixazo_says(client, account, token, remote_id="pixverse_1", status="COMPLETED"):
    body = {"request_id": remote_id, "status": status, "output": {}}
    return client.post(address(account, token), body, content_type="application/json")


def pixverse_says(client, account, body, secret=SECRET, age=0, **headers):
    text, stamp, nonce = json.dumps(body), str(int(time.time()) - age), "n" * 32
    signed = f"{stamp}\n{nonce}\n{quote(text, safe='')}"
    signature = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()
    return client.post(
        reverse("hook_registered", args=[account.uuid]),
        text,
        content_type="application/json",
        headers={
            "Webhook-Timestamp": stamp,
            "Webhook-Nonce": nonce,
            "Webhook-Signature": base64.b64encode(signature).decode(),
            **headers,
        },
    )


def is_due(generation):
    generation.refresh_from_db()
    return generation.due_at is not None and generation.due_at <= timezone.now()


def test_a_good_one_is_kept_and_makes_us_look(client, pixazo, make_generation):
    generation, attempt = make_generation(pixazo, remote_id="pixverse_1")
    answer = pixazo_says(client, pixazo, attempt.token)
    assert answer.status_code == 200
    receipt = CallbackReceipt.objects.get()
    assert (receipt.account, receipt.remote_id, receipt.word) == (pixazo, "pixverse_1", "COMPLETED")
    assert is_due(generation)
    assert generation.state == State.RUNNING


def test_a_repeat_changes_nothing(client, pixazo, make_generation):
    generation, attempt = make_generation(pixazo, remote_id="pixverse_1")
    pixazo_says(client, pixazo, attempt.token)
    type(generation).objects.update(due_at=None)
    assert pixazo_says(client, pixazo, attempt.token).status_code == 200
    assert CallbackReceipt.objects.count() == 1
    assert not is_due(generation)


def test_a_lost_reply_is_healed_by_the_signed_address(client, pixazo, make_generation):
    generation, attempt = make_generation(pixazo, State.UNCERTAIN)
    pixazo_says(client, pixazo, attempt.token)
    attempt.refresh_from_db()
    assert attempt.remote_id == "pixverse_1"
    assert is_due(generation)
    assert generation.state == State.RUNNING


def test_another_remote_id_than_the_known_one_is_ignored(client, pixazo, make_generation):
    generation, attempt = make_generation(pixazo, remote_id="pixverse_1")
    assert pixazo_says(client, pixazo, attempt.token, "pixverse_666").status_code == 200
    attempt.refresh_from_db()
    assert attempt.remote_id == "pixverse_1"
    assert not is_due(generation)
    assert not CallbackReceipt.objects.exists()


def test_a_lost_reply_does_not_take_the_id_of_another_attempt(client, pixazo, make_generation):
    make_generation(pixazo, remote_id="pixverse_1")
    generation, attempt = make_generation(pixazo, State.UNCERTAIN)
    pixazo_says(client, pixazo, attempt.token, "pixverse_1")
    attempt.refresh_from_db()
    generation.refresh_from_db()
    assert (attempt.remote_id, generation.state) == ("", State.UNCERTAIN)


def test_a_token_of_another_account_is_refused(
    client, pixazo, team, owner, sandbox, make_generation
):
    other = make_account(team, owner, sandbox, "pixazo", name="other", rate=None)
    generation, attempt = make_generation(other, State.UNCERTAIN)
    assert pixazo_says(client, pixazo, attempt.token).status_code == 400
    assert not CallbackReceipt.objects.exists()
    generation.refresh_from_db()
    assert generation.state == State.UNCERTAIN


@pytest.mark.parametrize("signed", ["nonsense", "6f1c54a6-2d2a-4a5e-9d43-3b0f6f6f2b11.abcdef"])
def test_a_forged_address_is_refused(client, pixazo, signed):
    url = reverse("hook", args=[pixazo.uuid, signed])
    answer = client.post(url, {"request_id": "x"}, content_type="application/json")
    assert answer.status_code == 400
    assert not CallbackReceipt.objects.exists()


def test_a_signed_token_that_nobody_has_is_refused(client, pixazo):
    assert pixazo_says(client, pixazo, uuid.uuid4()).status_code == 400


@pytest.mark.parametrize("body", [b"not json", b"[]", b"{}", b"\xff\xfe", b'{"request_id": null}'])
def test_an_unreadable_one_is_refused(client, pixazo, make_generation, body):
    _, attempt = make_generation(pixazo, remote_id="pixverse_1")
    answer = client.post(address(pixazo, attempt.token), body, content_type="application/json")
    assert answer.status_code == 400
    assert not CallbackReceipt.objects.exists()


def test_a_provider_that_does_not_sign_must_use_its_signed_address(client, pixazo, make_generation):
    generation, _ = make_generation(pixazo, remote_id="pixverse_1")
    url = reverse("hook_registered", args=[pixazo.uuid])
    body = {"request_id": "pixverse_1", "status": "COMPLETED"}
    assert client.post(url, body, content_type="application/json").status_code == 400
    assert not is_due(generation)


def test_an_unknown_account(client, owner):
    answer = client.post(reverse("hook_registered", args=[uuid.uuid4()]), {"a": 1})
    assert answer.status_code == 404


def test_too_large_or_empty(client, pixazo, make_generation):
    _, attempt = make_generation(pixazo, remote_id="pixverse_1")
    url = address(pixazo, attempt.token)
    big = json.dumps({"request_id": "pixverse_1", "status": "x" * 256_000})
    assert client.post(url, big, content_type="application/json").status_code == 413
    assert client.post(url, b"", content_type="application/json").status_code == 413


def test_only_post(client, pixazo):
    assert client.get(reverse("hook_registered", args=[pixazo.uuid])).status_code == 405


def test_pixverse_signed(client, pixverse, make_generation):
    generation, _ = make_generation(pixverse, remote_id="412345678901234567")
    answer = pixverse_says(client, pixverse, {"id": "412345678901234567", "status": 1})
    assert (answer.status_code, answer.content) == (200, b"ok")
    assert is_due(generation)


def test_pixverse_forged_or_old(client, pixverse, make_generation):
    generation, _ = make_generation(pixverse, remote_id="4123")
    body = {"id": "4123", "status": 1}
    assert pixverse_says(client, pixverse, body, secret="wrong").status_code == 400
    assert pixverse_says(client, pixverse, body, age=3600).status_code == 400
    assert not CallbackReceipt.objects.exists()
    assert not is_due(generation)


def test_pixverse_heals_by_our_trace(client, pixverse, make_generation):
    generation, attempt = make_generation(pixverse, State.UNCERTAIN)
    body = {"id": "4123", "status": 1}
    pixverse_says(client, pixverse, body, **{"Ai-Trace-Id": str(attempt.token)})
    attempt.refresh_from_db()
    generation.refresh_from_db()
    assert (attempt.remote_id, generation.state) == ("4123", State.RUNNING)


def test_pixverse_of_an_unknown_video_is_kept_for_later(client, pixverse):
    assert pixverse_says(client, pixverse, {"id": "999", "status": 1}).status_code == 200
    assert CallbackReceipt.objects.get().remote_id == "999"


def test_it_asks_little_of_the_database(
    client, pixazo, make_generation, django_assert_max_num_queries
):
    _, attempt = make_generation(pixazo, remote_id="pixverse_1")
    with django_assert_max_num_queries(14):
        pixazo_says(client, pixazo, attempt.token)


def test_healthz(client, db):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")


def test_healthz_without_a_database(client, db, monkeypatch):
    from django.db import DatabaseError

    from generations.views import health

    class Down:
        def cursor(self):
            raise DatabaseError("gone")

    monkeypatch.setattr(health, "connection", Down())
    assert client.get("/healthz").status_code == 503
