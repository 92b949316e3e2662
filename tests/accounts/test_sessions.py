"""Where one is signed in, and ending it."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts import sessions

from .people import person

pytestmark = pytest.mark.django_db
PAGE = "/accounts/sessions/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"


@pytest.fixture(autouse=True)
def plain_static(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    cache.clear()


def browser(user, agent: str = FIREFOX) -> Client:
    """Signs in as a person does."""
    made = Client(headers={"user-agent": agent})
    given = {"login": user.email, "password": "correct horse battery"}
    assert made.post("/accounts/login/", given).status_code == 302
    return made


def is_in(client) -> bool:
    return client.get(PAGE).status_code == 200


def test_every_browser_is_listed_with_this_one_first():
    ada = person()
    browser(ada, PHONE)
    text = browser(ada).get(PAGE).content.decode()
    assert (
        text.index("Firefox on Windows") < text.index("this one") < text.index("Safari on iPhone")
    )
    browser(person("Ben"), "Chrome Linux")
    assert "Chrome" not in browser(ada).get(PAGE).content.decode()


def test_one_is_ended_at_once():
    ada = person()
    phone, desk = browser(ada, PHONE), browser(ada)
    row = UserSession.objects.get(session_key=phone.session.session_key)
    desk.post(f"{PAGE}{row.pk}/end/")
    assert not is_in(phone)
    assert is_in(desk)


def test_nobody_ends_somebody_elses():
    theirs = browser(person("Ben"))
    row = UserSession.objects.get()
    assert browser(person()).post(f"{PAGE}{row.pk}/end/").status_code == 404
    assert is_in(theirs)


def test_all_others_are_ended_and_this_one_stays():
    ada = person()
    phone, tablet, desk = browser(ada, PHONE), browser(ada, "iPad Safari"), browser(ada)
    theirs = browser(person("Ben"))
    answer = desk.post(f"{PAGE}end-others/", follow=True)
    assert "2 others signed out" in answer.content.decode()
    assert [is_in(one) for one in (phone, tablet, desk, theirs)] == [False, False, True, True]


def test_after_a_new_password_this_one_is_still_listed():
    ada = person()
    phone, desk = browser(ada, PHONE), browser(ada)
    new = {"password1": "a longer horse battery", "password2": "a longer horse battery"}
    desk.post("/accounts/password/change/", {"oldpassword": "correct horse battery", **new})
    text = desk.get(PAGE).content.decode()
    assert "this one" in text
    assert "iPhone" not in text
    assert not is_in(phone)


def test_being_seen_is_written_down_seldom(client, monkeypatch, django_assert_num_queries):
    client.force_login(person())
    client.get("/nowhere/")  # the first request asks whether anybody exists
    with django_assert_num_queries(3):  # the session, the person, the membership
        client.get("/t/x/projects/")
    long_ago = timezone.now() - timedelta(hours=2)
    UserSession.objects.update(last_seen_at=long_ago)
    client.get("/t/x/projects/")
    assert UserSession.objects.get().last_seen_at == long_ago
    later = sessions.time.time() + sessions.NOTED_EVERY_S + 1
    monkeypatch.setattr(sessions.time, "time", lambda: later)
    client.get("/t/x/projects/")
    assert UserSession.objects.get().last_seen_at > long_ago


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (FIREFOX, "Firefox on Windows"),
        (PHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X) Chrome/140 Safari/5 Edg/140", "Edge on macOS"),
        ("", "A browser"),
    ],
)
def test_browsers_by_name(agent, device):
    assert sessions.device_of(agent) == device
