"""Passkeys without a browser: who may add one, what the sign-in page offers, what counts."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from accounts import second_factor

from .people import join, person, team
from .test_second_factor import HERE, PASSWORD, sign_in

pytestmark = pytest.mark.django_db
KEYS = f"{HERE}webauthn/"


@pytest.fixture(autouse=True)
def plain_static(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    cache.clear()
    yield
    cache.clear()


def test_only_somebody_who_proved_who_they_are_adds_one():
    ada = person()
    client = Client()
    client.force_login(ada)
    answer = client.get(f"{KEYS}add/")
    assert "reauthenticate" in answer.headers["Location"]
    client.post(answer.headers["Location"], {"password": PASSWORD})
    page = client.get(f"{KEYS}add/").content.decode()
    assert '"creation_options"' in page
    assert 'data-passkey="add"' in page
    # What no browser would answer adds nothing, and says so.
    for made_up in ("", "{}", '{"id": "x"}', "no json"):
        answer = client.post(f"{KEYS}add/", {"name": "Mine", "credential": made_up})
        assert answer.status_code == 200
        assert 'role="alert"' in answer.content.decode()
    assert not Authenticator.objects.exists()


def test_the_sign_in_page_asks_for_any_passkey_of_this_address():
    person()
    page = Client().get("/accounts/login/").content.decode()
    assert 'data-passkey="login"' in page
    asked = Client().get(f"{KEYS}login/", headers={"Accept": "application/json"})
    options = asked.json()["request_options"]["publicKey"]
    assert options["rpId"] == "testserver"
    assert options["userVerification"] == "required"
    client = Client()
    answer = client.post(f"{KEYS}login/", {"credential": '{"id": "x"}'})
    assert answer.headers["Location"] == "/accounts/login/"
    assert client.get("/t/crew/team/").status_code == 302


def test_a_key_counts_as_a_second_factor():
    olga = person("Olga")
    crew = team(olga, slug="crew")
    ben = join(crew, person("Ben")).user
    assert not second_factor.has(ben)
    Authenticator.objects.create(
        user=ben, type=Authenticator.Type.WEBAUTHN, data={"name": "Key", "credential": {}}
    )
    assert second_factor.has(ben)
    assert second_factor.without(crew) == [olga]
    client = Client()
    client.force_login(ben)
    assert "Key" in client.get(KEYS).content.decode()
    assert "You have 1." in client.get(HERE).content.decode()
    # And is taken off with everything else by an administrator.
    assert second_factor.forget(None, ben)
    assert not second_factor.has(ben)


def test_no_other_persons_key_is_reached():
    ada, ben = person(), person("Ben")
    row = Authenticator.objects.create(
        user=ada, type=Authenticator.Type.WEBAUTHN, data={"name": "Key", "credential": {}}
    )
    client, _ = sign_in(ben)
    for path in ("edit/", "remove/"):
        assert client.get(f"{KEYS}keys/{row.pk}/{path}").status_code in (302, 404)
        client.post(f"{KEYS}keys/{row.pk}/{path}", {"name": "Mine"})
    row.refresh_from_db()
    assert row.data["name"] == "Key"
