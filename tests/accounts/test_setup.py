"""The first start: one code, one administrator."""

import os
import stat
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache

from accounts import setup
from accounts.models import AuditLine, User

from .people import person

pytestmark = pytest.mark.django_db
GOOD = {"email": "Ada@Example.org", "name": "Ada", "password": "correct horse battery"}


@pytest.fixture(autouse=True)
def fresh(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    monkeypatch.delenv("SETUP_CODE", raising=False)
    cache.clear()
    yield tmp_path
    cache.clear()


def press(client, **fields):
    return client.post("/setup/", {**GOOD, "code": setup.setup_code() or "", **fields})


def test_the_code_is_made_on_demand_and_kept_private(fresh):
    code = setup.setup_code()
    assert len(code) == 10
    assert setup.setup_code() == code
    assert stat.S_IMODE(os.stat(fresh / "setup_code").st_mode) == 0o600


def test_the_link_for_the_terminal(settings):
    settings.PUBLIC_URL = "https://studio.example.org"
    assert setup.link() == f"https://studio.example.org/setup/?code={setup.setup_code()}"


def test_no_code_and_no_link_once_somebody_exists(fresh):
    person()
    assert setup.setup_code() is None
    assert setup.link() is None
    assert not (fresh / "setup_code").exists()


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/t/x/projects/", "/nowhere/"])
def test_every_page_leads_to_set_up(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/setup/")


def test_the_health_page_does_not(client):
    assert client.get("/healthz").status_code in (200, 404)


def test_the_check_is_made_once(client, django_assert_num_queries):
    client.force_login(person())
    client.get("/setup/")
    client.get("/t/x/projects/")
    with django_assert_num_queries(3):  # the session, the person, the membership
        client.get("/t/x/projects/")


def test_the_page_takes_the_code_from_the_link(client):
    answer = client.get(urlsplit(setup.link()).path + "?code=abc")
    assert b'value="abc"' in answer.content


def test_the_first_administrator(client, fresh):
    answer = press(client)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/welcome/")
    ada = User.objects.get()
    assert (ada.email, ada.is_superuser, ada.is_staff) == ("ada@example.org", True, True)
    assert client.session["_auth_user_id"] == str(ada.pk)
    assert not (fresh / "setup_code").exists()
    assert AuditLine.objects.get().verb == "setup.done"
    assert client.get("/welcome/").status_code == 200


def test_the_code_may_be_typed_carelessly(client):
    assert press(client, code=f" {setup.setup_code().upper()} ").status_code == 302


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("code", "wrong", b"This is not the code."),
        ("code", "", b"This field is required"),
        ("email", "not an address", b"valid email"),
        ("name", "", b"This field is required"),
        ("name", "sk-abcdefgh", b"looks like a key"),
        ("password", "short", b"too short"),
        ("password", "1234567890", b"too common"),
        ("password", "ada@example.org", b"too similar"),
    ],
)
def test_bad_input_is_said_and_nothing_typed_is_lost(client, field, value, words):
    answer = press(client, **{field: value})
    assert answer.status_code == 200
    assert words in answer.content
    for kept in {"email", "name"} - {field}:
        assert GOOD[kept].encode() in answer.content
    assert GOOD["password"].encode() not in answer.content
    assert not User.objects.exists()


def test_five_wrong_codes_close_the_door_for_a_minute(client):
    for _ in range(5):
        assert b"This is not the code" in press(client, code="wrong").content
    assert b"Too many wrong codes" in press(client).content
    assert not User.objects.exists()
    cache.delete(setup._WAIT)  # the minute has passed
    assert press(client).status_code == 302


def test_afterwards_the_page_is_gone(client):
    person()
    assert press(client).headers["Location"] == "/"
    assert client.get("/setup/").headers["Location"] == "/"
    assert User.objects.count() == 1


def test_somebody_was_faster(client, monkeypatch):
    code = setup.setup_code()
    cache.add(setup._TAKEN, 1, 10)
    answer = client.post("/setup/", {**GOOD, "code": code})
    assert answer.headers["Location"] == "/"
    assert not User.objects.exists()


def test_the_table_has_the_last_word():
    person()
    with pytest.raises(setup.TooLate):
        setup.make_first("b@example.org", "B", "correct horse battery")
    assert User.objects.count() == 1
