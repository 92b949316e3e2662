"""The address one signs in with."""

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import AuditLine, User

from .people import person

pytestmark = pytest.mark.django_db
PAGE = "/accounts/email/"
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def plain_static(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    cache.clear()


def signed_in(user) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    return client


def change(client, email, password=PASSWORD):
    return client.post(PAGE, {"email": email, "password": password})


def test_it_is_changed_and_signs_in():
    ada = person(email="ada@example.org")
    client = signed_in(ada)
    assert "ada@example.org" in client.get(PAGE).content.decode()
    assert change(client, "Ada@Studio.example").status_code == 302
    ada.refresh_from_db()
    assert ada.email == "ada@studio.example"
    assert client.get(PAGE).status_code == 200
    assert signed_in(ada).get(PAGE).status_code == 200
    old = Client()
    old.post("/accounts/login/", {"login": "ada@example.org", "password": PASSWORD})
    assert old.get(PAGE).status_code == 302
    line = AuditLine.objects.get(verb="person.email")
    assert line.facts == {"before": "ada@example.org", "after": "ada@studio.example"}


def test_somebody_elses_is_not_taken_and_not_told_without_the_password():
    person("Ben", email="ben@example.org")
    ada = person(email="ada@example.org")
    client = signed_in(ada)
    told = change(client, "ben@example.org", "wrong").content.decode()
    assert "not your password" in told
    assert "cannot be used" not in told
    assert "cannot be used here" in change(client, "Ben@example.org").content.decode()
    ada.refresh_from_db()
    assert ada.email == "ada@example.org"


@pytest.mark.parametrize(
    ("email", "password", "words"),
    [
        ("no address", PASSWORD, "valid email"),
        ("new@example.org", "wrong", "not your password"),
        ("ada@example.org", PASSWORD, "your e-mail already"),
    ],
)
def test_bad_input_is_said(email, password, words):
    client = signed_in(person(email="ada@example.org"))
    assert words in change(client, email, password).content.decode()


def test_tries_are_counted():
    client = signed_in(person())
    for _ in range(10):
        change(client, "new@example.org", "wrong")
    answer = change(client, "new@example.org")
    assert answer.headers["Location"] == PAGE
    assert "Too many tries" in client.get(PAGE).content.decode()
    assert not User.objects.filter(email="new@example.org").exists()
