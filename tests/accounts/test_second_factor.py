"""The second factor: an authenticator app, recovery codes, and teams that ask for it."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import AuditLine, TeamRole

from .people import join, person, team

pytestmark = pytest.mark.django_db
OWNER, AUDITOR, MEMBER = TeamRole
HERE = "/accounts/security/"
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def plain_static(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    cache.clear()
    yield
    cache.clear()


def code_of(secret: str, step: int = 0) -> str:
    """The code that an app shows now, or some steps of 30 seconds later."""
    counters = list(totp.yield_hotp_counters_from_time())
    counter = counters[len(counters) // 2] + step
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def sign_in(user) -> tuple[Client, object]:
    client = Client()
    return client, client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})


def prove(client) -> None:
    """Enters the password once more, as the page "Is it you?" asks."""
    answer = client.get(f"{HERE}totp/activate/")
    assert "Is it you?" in client.get(answer.headers["Location"]).content.decode()
    client.post(answer.headers["Location"], {"password": PASSWORD})


def with_app(user) -> tuple[Client, str]:
    """Adds an authenticator app as a person does; the browser and the app's key."""
    client, _ = sign_in(user)
    prove(client)
    text = client.get(f"{HERE}totp/activate/").content.decode()
    secret = re.search(r'<code class="secret long" tabindex="0">(\w+)<', text)[1]
    answer = client.post(f"{HERE}totp/activate/", {"code": code_of(secret)})
    assert answer.status_code == 302
    return client, secret


def test_an_app_is_added_and_recovery_codes_come_with_it():
    ada = person()
    client, _ = with_app(ada)
    assert set(Authenticator.objects.values_list("type", flat=True)) == {"totp", "recovery_codes"}
    text = client.get(f"{HERE}recovery-codes/").content.decode()
    assert len(re.findall(r"<li><code>\d{8}</code></li>", text)) == 10
    assert "10 left" in client.get(HERE).content.decode()
    assert client.get(f"{HERE}recovery-codes/download/").content.count(b"\n") >= 9


def test_keys_are_kept_encrypted():
    _, secret = with_app(person())
    assert secret not in str(list(Authenticator.objects.values()))


def test_a_wrong_code_adds_nothing():
    client, _ = sign_in(person())
    prove(client)
    client.get(f"{HERE}totp/activate/")
    answer = client.post(f"{HERE}totp/activate/", {"code": "000000"})
    assert "This code is not right" in answer.content.decode()
    assert not Authenticator.objects.exists()


def test_signing_in_asks_for_the_code_and_lets_nobody_in_before():
    ada = person()
    _, secret = with_app(ada)
    client, answer = sign_in(ada)
    assert answer.headers["Location"].startswith(f"{HERE}authenticate/")
    assert "/accounts/login/" in client.get("/accounts/sessions/").headers["Location"]
    wrong = client.post(f"{HERE}authenticate/", {"code": "000000"})
    assert "This code is not right" in wrong.content.decode()
    assert client.post(f"{HERE}authenticate/", {"code": code_of(secret, 1)}).status_code == 302
    assert client.get("/accounts/sessions/").status_code == 200


def test_a_recovery_code_signs_in_once():
    ada = person()
    browser, _ = with_app(ada)
    text = browser.get(f"{HERE}recovery-codes/").content.decode()
    code = re.search(r"<li><code>(\d{8})</code>", text)[1]
    client, _ = sign_in(ada)
    assert client.post(f"{HERE}authenticate/", {"code": code}).status_code == 302
    assert client.get("/accounts/sessions/").status_code == 200
    again, _ = sign_in(ada)
    answer = again.post(f"{HERE}authenticate/", {"code": code})
    assert "This code is not right" in answer.content.decode()


def test_the_app_is_removed_only_by_somebody_who_proved_it_is_them():
    ada = person()
    with_app(ada)
    other = Client()
    other.force_login(ada)  # a browser that never entered a password here
    answer = other.post(f"{HERE}totp/deactivate/")
    assert "reauthenticate" in answer.headers["Location"]
    assert "Is it you?" in other.get(answer.headers["Location"]).content.decode()
    assert Authenticator.objects.filter(type="totp").exists()
    client, _ = with_app(person("Ben"))
    assert client.get(f"{HERE}totp/deactivate/").status_code == 200
    assert client.post(f"{HERE}totp/deactivate/").status_code == 302
    assert not Authenticator.objects.filter(user__name="Ben").exists()


def test_a_team_asks_for_it_and_members_without_are_led_there():
    olga = person("Olga")
    crew = team(olga, slug="crew")
    ben = join(crew, person("Ben")).user
    theirs = Client()
    theirs.force_login(ben)
    mine, _ = with_app(olga)
    text = mine.get("/t/crew/team/").content.decode()
    assert "Without one: Ben." in text
    mine.post("/t/crew/team/second-factor/", {"needed": "1"})
    assert mine.get("/t/crew/team/").status_code == 200
    for path in ("team/", "projects/", "spend/"):
        answer = theirs.get(f"/t/crew/{path}")
        assert answer.headers["Location"] == HERE
    said = theirs.get(HERE).content.decode()
    assert "Crew asks its members for a second factor" in said
    # A stranger learns no more than before.
    stranger = Client()
    stranger.force_login(person("Eve"))
    assert stranger.get("/t/crew/team/").status_code == 404
    ready, _ = with_app(ben)
    assert ready.get("/t/crew/projects/").status_code == 200
    mine.post("/t/crew/team/second-factor/")
    assert AuditLine.objects.filter(verb="team.second_factor").count() == 2


def test_htmx_is_led_there_too():
    crew = team(person("Olga"), slug="crew")
    crew.needs_code = True
    crew.save()
    theirs = Client()
    theirs.force_login(join(crew, person("Ben")).user)
    answer = theirs.get("/t/crew/projects/", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == HERE


def test_an_owner_without_one_asks_nobody(client):
    olga = person("Olga")
    crew = team(olga, slug="crew")
    client.force_login(olga)
    answer = client.post("/t/crew/team/second-factor/", {"needed": "1"}, follow=True)
    assert "to your own account first" in answer.content.decode()
    crew.refresh_from_db()
    assert not crew.needs_code


def test_an_administrator_takes_it_off_for_somebody_who_lost_everything(capsys):
    ada = person()
    with_app(ada)
    call_command("forget_second_factor", ada.email)
    assert "password alone" in capsys.readouterr().out
    _, answer = sign_in(ada)
    assert answer.headers["Location"] == "/"
    assert AuditLine.objects.get().verb == "second_factor.removed"
    with pytest.raises(CommandError, match="no second factor"):
        call_command("forget_second_factor", ada.email)
    with pytest.raises(CommandError, match="Nobody"):
        call_command("forget_second_factor", "nobody@example.org")
