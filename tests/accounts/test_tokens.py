"""Tokens: made by somebody who proved who they are, shown once, and over when they should be."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts import teams, tokens
from accounts.models import ApiToken, AuditLine, Membership, TeamRole

from .people import join, person, team
from .test_second_factor import PASSWORD, with_app

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def plain_static(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def olga():
    return person("Olga")


@pytest.fixture
def crew(olga):
    return team(olga, slug="crew")


def signed_in(user) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    return client


def proven(user) -> Client:
    """A browser that has just entered the password once more."""
    client = signed_in(user)
    answer = client.get("/accounts/tokens/new/")
    if answer.status_code == 302:
        client.post(answer.headers["Location"], {"password": PASSWORD})
    return client


GIVEN = {"name": "Nightly report", "team": "crew", "scopes": ["read"], "days": "30"}


def test_one_is_shown_once_and_kept_as_a_digest(crew, olga):
    client = proven(olga)
    page = client.post("/accounts/tokens/new/", GIVEN).content.decode()
    text = re.search(r'tabindex="0">(pxs_[\w-]{43})<', page)[1]
    row = ApiToken.objects.get()
    assert text not in str(vars(row))
    assert row.hint == text[-4:]
    assert tokens.found(text)[0] == row
    assert 29 <= (row.expires_at - timezone.now()).days <= 30
    shown = client.get("/accounts/tokens/").content.decode()
    assert "Nightly report" in shown
    assert text not in shown
    line = AuditLine.objects.get(verb="access.made")
    assert text not in str(vars(line))
    assert line.team == crew


def test_a_browser_that_proved_nothing_makes_none(crew, olga):
    client = Client()
    client.force_login(olga)
    answer = client.post("/accounts/tokens/new/", GIVEN)
    assert "reauthenticate" in answer.headers["Location"]
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": ""}, "This field is required"),
        ({"scopes": []}, "Choose at least one"),
        ({"scopes": ["everything"]}, "not one of the available choices"),
        ({"team": "others"}, "not one of the available choices"),
        ({"days": "7000"}, "not one of the available choices"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(crew, olga, change, said):
    team(person("Eve"), slug="others")
    page = proven(olga).post("/accounts/tokens/new/", GIVEN | change).content.decode()
    assert said in page
    assert change.get("name", "Nightly report") in page
    assert not ApiToken.objects.exists()


def test_it_is_revoked_by_its_person_or_an_owner_of_the_team_alone(crew, olga):
    ben, carl = (join(crew, person(name)).user for name in ("Ben", "Carl"))
    row, text = tokens.make(ben, crew, name="Mine", scopes=["read"], days=None)
    carls, olgas = signed_in(carl), signed_in(olga)
    assert carls.post(f"/accounts/tokens/{row.uuid}/revoke/").status_code == 404
    assert carls.post(f"/t/crew/team/tokens/{row.uuid}/revoke/").status_code == 403
    assert tokens.found(text)
    assert "Mine" in olgas.get("/t/crew/team/").content.decode()
    olgas.post(f"/t/crew/team/tokens/{row.uuid}/revoke/")
    assert tokens.found(text) is None
    row, text = tokens.make(ben, crew, name="Mine", scopes=["read"], days=None)
    signed_in(ben).post(f"/accounts/tokens/{row.uuid}/revoke/")
    assert tokens.found(text) is None
    lines = AuditLine.objects.filter(verb="access.revoked").order_by("pk")
    assert [(one.actor, one.facts["of"]) for one in lines] == [(olga, ben.email), (ben, ben.email)]


def test_an_expired_one_lets_nobody_in(crew, olga):
    row, text = tokens.make(olga, crew, name="Old", scopes=["read"], days=1)
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert tokens.found(text) is None
    assert not tokens.of(olga).exists()


def test_who_leaves_or_is_switched_off_takes_their_tokens_along(crew, olga):
    ben, carl, dora = (join(crew, person(name)) for name in ("Ben", "Carl", "Dora"))
    texts = [
        tokens.make(one.user, crew, name="T", scopes=["read"], days=None)[1]
        for one in (ben, carl, dora)
    ]
    teams.leave(ben)
    teams.remove_member(olga, carl)
    teams.switch_off(olga, dora)
    assert [tokens.found(one) for one in texts] == [None] * 3
    assert AuditLine.objects.filter(verb="access.revoked").count() == 3
    # Let in again, they have none: what was over stays over.
    Membership.objects.create(team=crew, user=ben.user, role=TeamRole.MEMBER)
    assert tokens.found(texts[0]) is None


def test_it_stops_with_its_person_even_where_nobody_revoked_it(crew, olga):
    ben = join(crew, person("Ben"))
    _, text = tokens.make(ben.user, crew, name="T", scopes=["read"], days=None)
    ben.user.is_active = False
    ben.user.save()
    assert tokens.found(text) is None


def test_nobody_has_too_many(crew, olga, monkeypatch):
    monkeypatch.setattr(tokens, "MOST", 1)
    client = proven(olga)
    client.post("/accounts/tokens/new/", GIVEN)
    page = client.post("/accounts/tokens/new/", GIVEN).content.decode()
    assert "Revoke one" in page
    assert ApiToken.objects.count() == 1


def test_somebody_with_an_app_may_make_one_too(crew, olga):
    client, _ = with_app(olga)
    answer = client.post("/accounts/tokens/new/", GIVEN)
    assert "The token is ready" in answer.content.decode()
