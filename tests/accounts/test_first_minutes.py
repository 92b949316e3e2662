"""Welcome, home, sign-in and out."""

import uuid

import pytest
from django.core.cache import cache

from accounts import ledger
from accounts.models import Team, TeamRole
from generations import lifecycle
from generations.demo import PLAY_BUDGET
from generations.models import Project
from generations.projects import make_project
from generations.samples import add_samples

from .people import join, person, team

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def plain_static(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.SANDBOX_URL = "http://127.0.0.1:9900"


@pytest.fixture
def admin(client):
    user = person("Ada", is_superuser=True, is_staff=True)
    client.force_login(user)
    return user


def test_one_press_makes_the_sample_team(client, admin):
    assert b"Start with the sandbox" in client.get("/welcome/").content
    answer = client.post("/welcome/sandbox/")
    project = Project.objects.get()
    assert answer.headers["Location"] == f"/t/sample-team/p/{project.uuid}/"
    assert client.get("/").headers["Location"] == f"/t/sample-team/p/{project.uuid}/"


def test_the_sample_project_is_not_empty(client, admin):
    address = client.post("/welcome/sandbox/").headers["Location"]
    project = Project.objects.get()
    rows = list(project.generations.select_related("account"))
    assert len({one.account.provider for one in rows}) == len(rows) == 4
    assert len({one.brief.options["aspect_ratio"] for one in rows}) == 4
    assert all(one.play and one.state == "queued" for one in rows)
    # The first budget is there for one's own clips, and so is the first prompt.
    held = ledger.standing(project.team, play=True).held_micros
    assert 0 < held < PLAY_BUDGET / 100
    page = client.get(address).content.decode()
    assert "These are samples" in page
    assert "A paper kite" in page
    assert len(add_samples(project, admin)) == 4
    assert project.generations.count() == 4


def test_after_the_first_own_clip_samples_are_clips_as_any(client, admin):
    address = client.post("/welcome/sandbox/").headers["Location"]
    project = Project.objects.get()
    one = project.generations.first()
    lifecycle.request(
        project=project, user=admin, brief=one.brief, account=one.account, form_token=uuid.uuid4()
    )
    page = client.get(address).content.decode()
    assert "These are samples" not in page
    assert "A paper kite" not in page


def test_without_a_sandbox_the_page_says_how_to_start_one(client, admin, settings):
    settings.SANDBOX_URL = ""
    assert b"make run" in client.get("/welcome/").content
    assert client.post("/welcome/sandbox/").headers["Location"] == "/welcome/"
    assert not Team.objects.exists()


def test_start_empty(client, admin):
    answer = client.post("/welcome/empty/", {"team": "Big Films & Co", "project": "Film"})
    assert answer.headers["Location"] == "/t/big-films-co/providers/"
    assert Project.objects.get().memberships.get().user == admin


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "sk-abcdefgh"])
def test_a_bad_name_loses_nothing(client, admin, name):
    answer = client.post("/welcome/empty/", {"team": name, "project": "My first film"})
    assert answer.status_code == 200
    assert b"My first film" in answer.content
    assert b"errorlist" in answer.content
    assert not Team.objects.exists()


@pytest.mark.parametrize("name", ["映画", "!!!"])
def test_a_name_without_latin_letters_gets_an_address_too(client, admin, name):
    client.post("/welcome/empty/", {"team": name, "project": "Film"})
    client.post("/welcome/empty/", {"team": name, "project": "Film"})
    assert set(Team.objects.values_list("slug", flat=True)) == {"team", "team-2"}


@pytest.mark.parametrize("path", ["/welcome/sandbox/", "/welcome/empty/"])
def test_only_administrators_begin_teams(client, path):
    client.force_login(person("Ben"))
    assert client.post(path, {"team": "T", "project": "P"}).headers["Location"] == "/"
    assert client.get("/welcome/").headers["Location"] == "/"
    assert not Team.objects.exists()


def test_home_of_an_administrator_without_a_team(client, admin):
    assert client.get("/").headers["Location"] == "/welcome/"


def test_home_of_somebody_without_a_team(client):
    user = person("Ben")
    client.force_login(user)
    answer = client.get("/")
    assert b"You are in no team yet" in answer.content
    assert user.email.encode() in answer.content


def test_home_of_a_member_without_a_project(client):
    user = person("Ben")
    join(team(slug="crew"), user)
    client.force_login(user)
    assert client.get("/").headers["Location"] == "/t/crew/projects/"


def test_home_lists_the_teams_on_request(client):
    user = person("Ben")
    crew = team(user, slug="crew")
    join(team(slug="other"), user, TeamRole.AUDITOR)
    make_project(user, crew, "Film")
    client.force_login(user)
    page = client.get("/?choose=1").content
    assert b"/t/crew/projects/" in page
    assert b"/t/other/projects/" in page


def test_home_asks_for_sign_in(client):
    person()
    assert client.get("/").headers["Location"] == "/accounts/login/?next=/"


def test_sign_in_by_e_mail_and_out(client):
    user = person("Ben")
    page = client.get("/accounts/login/?next=/t/x/team/")
    assert b'name="next"' in page.content
    assert b'type="email"' in page.content
    answer = client.post("/accounts/login/", {"login": user.email, "password": "wrong password"})
    assert answer.status_code == 200
    assert user.email.encode() in answer.content
    given = {"login": user.email.upper(), "password": "correct horse battery"}
    assert client.post("/accounts/login/", given).headers["Location"] == "/"
    assert client.get("/accounts/logout/").status_code == 200
    assert client.post("/accounts/logout/").status_code == 302
    assert "_auth_user_id" not in client.session


def test_guessing_passwords_is_slowed(client):
    cache.clear()
    user = person("Ben")
    for _ in range(5):
        client.post("/accounts/login/", {"login": user.email, "password": "wrong password"})
    given = {"login": user.email, "password": "correct horse battery"}
    answer = client.post("/accounts/login/", given)
    assert b"Too many failed login attempts" in answer.content
    cache.clear()


def test_nobody_signs_up_alone(client):
    person()
    assert b"People are added by their team" in client.get("/accounts/signup/").content


def test_change_password(client):
    user = person("Ben")
    client.force_login(user)
    assert b"Change password" in client.get("/accounts/password/change/").content
    new = "another horse battery"
    wrong = {"oldpassword": "no", "password1": new, "password2": new}
    assert client.post("/accounts/password/change/", wrong).status_code == 200
    right = {**wrong, "oldpassword": "correct horse battery"}
    assert client.post("/accounts/password/change/", right).status_code == 302
    user.refresh_from_db()
    assert user.check_password(new)


def test_reset_password_by_mail(client, mailoutbox):
    user = person("Ben")
    assert client.get("/accounts/password/reset/").status_code == 200
    answer = client.post("/accounts/password/reset/", {"email": user.email}, follow=True)
    assert b"Look into your mail" in answer.content
    link = next(w for w in mailoutbox[0].body.split() if "/password/reset/key/" in w)
    page = client.get("/" + link.split("/", 3)[3], follow=True)
    assert b"Choose a new password" in page.content
    new = "another horse battery"
    path = page.redirect_chain[-1][0]
    done = client.post(path, {"password1": new, "password2": new}, follow=True)
    assert b"Your new password is saved" in done.content
    user.refresh_from_db()
    assert user.check_password(new)


def test_a_used_link_says_so(client):
    person()
    page = client.get("/accounts/password/reset/key/1-bad/")
    assert b"This link no longer works" in page.content
