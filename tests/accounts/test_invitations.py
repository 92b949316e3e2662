"""Invitations: one link, one person, once; and nothing told to strangers."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts import invitations, teams
from accounts.models import AuditLine, Invitation, Membership, TeamRole, User
from generations.models import Project
from generations.projects import make_project, set_role
from pixstudio.logging import redact

from .people import join, person, team

pytestmark = pytest.mark.django_db
OWNER, AUDITOR, MEMBER = TeamRole
GOOD = {"email": "ben@example.org", "name": "Ben", "password": "correct horse battery"}


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
def olga(client):
    user = person("Olga", email="olga@example.org")
    client.force_login(user)
    return user


@pytest.fixture
def crew(olga):
    return team(olga, slug="crew")


@pytest.fixture
def stranger():
    return Client()


def ask(client, **fields):
    return client.post("/t/crew/team/invite/", {"role": MEMBER, "days": "7", **fields})


def path_in(text: str) -> str:
    return re.search(r"/join/[^/\s<]+/", text)[0]


def link(olga, crew, **fields) -> str:
    return f"/join/{invitations.invite(olga, crew, **fields)[1]}/"


def test_an_owner_makes_a_link_that_is_shown_once_and_kept_as_a_digest(client, crew):
    answer = ask(client)
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    path = path_in(answer.content.decode())
    token = path.split("/")[2]
    row = Invitation.objects.get()
    assert token not in client.get("/t/crew/team/").content.decode()
    assert token.split(":")[0] not in str(Invitation.objects.values().get())
    assert timedelta(days=6.9) < row.expires_at - timezone.now() < timedelta(days=7)
    assert AuditLine.objects.get().verb == "invitation.made"
    assert token not in str(AuditLine.objects.values().get())


def test_a_stranger_signs_up_and_is_in(client, crew, stranger):
    path = path_in(ask(client, role=AUDITOR).content.decode())
    assert "Crew" in stranger.get(path).content.decode()
    answer = stranger.post(path, GOOD)
    assert answer.headers["Location"] == "/t/crew/projects/"
    assert stranger.get("/t/crew/projects/").status_code == 200
    ben = User.objects.get(email="ben@example.org")
    assert crew.memberships.get(user=ben).role == AUDITOR
    assert ben.check_password(GOOD["password"])
    line = AuditLine.objects.get(verb="member.joined")
    assert (line.actor, line.facts) == (ben, {"role": "auditor", "invited_by": "Olga"})


def test_roles_in_projects_come_with_it(client, crew, olga, stranger):
    film = Project.objects.create(team=crew, name="Film", created_by=olga)
    gone = Project.objects.create(team=crew, name="Gone", created_by=olga)
    chosen = {f"project_{film.uuid}": "creator", f"project_{gone.uuid}": "producer"}
    path = path_in(ask(client, **chosen).content.decode())
    gone.archived_at = timezone.now()
    gone.save()
    stranger.post(path, GOOD)
    ben = User.objects.get(email="ben@example.org")
    rows = ben.project_memberships.values_list("project__name", "role")
    assert list(rows) == [("Film", "creator")]


def test_another_teams_project_cannot_be_given(client, crew):
    other = person("Otto")
    theirs = Project.objects.create(team=team(other), name="Theirs", created_by=other)
    ask(client, **{f"project_{theirs.uuid}": "producer"})
    assert Invitation.objects.get().projects == {}


def test_somebody_signed_in_joins_with_one_press(crew, olga, stranger):
    path = link(olga, crew)
    ben = person("Ben")
    stranger.force_login(ben)
    assert "You join as" in stranger.get(path).content.decode()
    assert not Membership.objects.filter(user=ben).exists()
    assert stranger.post(path).headers["Location"] == "/t/crew/projects/"
    assert Membership.objects.get(user=ben).role == MEMBER


def test_a_member_stays_what_they_are_and_the_link_stays_good(client, crew, olga):
    path = link(olga, crew)
    assert client.post(path).headers["Location"] == "/t/crew/projects/"
    assert crew.memberships.get(user=olga).role == OWNER
    assert invitations.open_ones(crew).count() == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"used_at": timezone.now()}, "has been used already"),
        ({"revoked_at": timezone.now()}, "was withdrawn"),
        ({"expires_at": timezone.now() - timedelta(seconds=1)}, "has expired"),
    ],
)
def test_a_link_that_is_over_says_so_and_lets_nobody_in(crew, olga, stranger, change, words):
    path = link(olga, crew)
    Invitation.objects.update(**change)
    ben = person("Benno")
    signed_in = Client()
    signed_in.force_login(ben)
    for answer in (
        stranger.get(path),
        stranger.post(path, GOOD),
        signed_in.get(path),
        signed_in.post(path),
    ):
        assert answer.status_code == 410
        assert words in answer.content.decode()
    assert crew.memberships.count() == 1
    assert not User.objects.filter(email=GOOD["email"]).exists()


def test_a_link_works_once(crew, olga):
    path = link(olga, crew)
    assert Client().post(path, GOOD).status_code == 302
    assert Client().post(path, {**GOOD, "email": "cem@example.org"}).status_code == 410
    assert crew.memberships.count() == 2


def test_of_two_who_press_at_once_one_is_let_in(crew, olga):
    one, _ = invitations.invite(olga, crew)
    same = Invitation.objects.get(pk=one.pk)
    invitations.accept(one, person("Ben"))
    with pytest.raises(invitations.Over):
        invitations.accept(same, person("Cem"))
    assert crew.memberships.count() == 2


@pytest.mark.parametrize("token", ["nothing", "abc:def", "a" * 32])
def test_a_made_up_link_is_none_of_ours(crew, stranger, token):
    answer = stranger.get(f"/join/{token}/")
    assert answer.status_code == 404
    assert "not one of ours" in answer.content.decode()


def test_a_stranger_learns_the_name_of_the_team_and_no_more(crew, olga, stranger):
    Project.objects.create(team=crew, name="Secret film", created_by=olga)
    path = link(olga, crew, email="ben@example.org")
    text = stranger.get(path).content.decode()
    assert "Crew" in text
    for secret in ("Olga", "olga@", "ben@", "Secret film", "crew/"):
        assert secret not in text


def test_an_invitation_by_e_mail_is_for_that_person_alone(crew, olga, stranger):
    path = link(olga, crew, email="Ben@example.org")
    cem = person("Cem", email="cem@example.org")
    # Whether somebody else is here is not even looked up.
    for email in ("cem@example.org", "nobody@example.org"):
        text = stranger.post(path, {**GOOD, "email": email}).content.decode()
        assert "made for another e-mail" in text
        assert "cannot be used" not in text
    signed_in = Client()
    signed_in.force_login(cem)
    assert "made for another e-mail" in signed_in.post(path).content.decode()
    assert crew.memberships.count() == 1
    assert stranger.post(path, {**GOOD, "email": "Ben@Example.org"}).status_code == 302


def test_tries_with_one_link_are_counted(crew, olga, stranger):
    path = link(olga, crew)
    person("Cem", email="cem@example.org")
    for _ in range(10):
        assert stranger.post(path, {**GOOD, "email": "cem@example.org"}).status_code == 200
    answer = stranger.post(path, GOOD)
    assert answer.status_code == 429
    assert "Too many tries" in answer.content.decode()
    assert not User.objects.filter(email=GOOD["email"]).exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"email": "no address"}, "valid email"),
        ({"name": ""}, "required"),
        ({"name": "sk-abcdefgh"}, "looks like a key"),
        ({"password": "short"}, "too short"),
        ({"password": "ben@example.org"}, "too similar"),
    ],
)
def test_bad_input_is_said_and_uses_nothing_up(crew, olga, stranger, fields, words):
    answer = stranger.post(link(olga, crew), {**GOOD, **fields})
    assert words in answer.content.decode()
    assert GOOD["password"] not in answer.content.decode()
    assert invitations.open_ones(crew).exists()
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"email": "no address"}, "valid email"),
        ({"email": "olga@example.org"}, "in the team already"),
        ({"role": "emperor"}, "not one of the available"),
        ({"role": OWNER}, "never invited by an open link"),
        ({"days": "9999"}, "not one of the available"),
    ],
)
def test_a_bad_invitation_is_not_made(client, crew, fields, words):
    assert words in ask(client, **fields).content.decode()
    assert not Invitation.objects.exists()


def test_open_ones_are_listed_and_revoked(client, crew, olga, stranger):
    path = link(olga, crew, email="ben@example.org")
    assert "ben@example.org" in client.get("/t/crew/team/").content.decode()
    uuid = Invitation.objects.get().uuid
    client.post(f"/t/crew/team/invite/{uuid}/revoke/")
    client.post(f"/t/crew/team/invite/{uuid}/revoke/")
    assert AuditLine.objects.filter(verb="invitation.revoked").count() == 1
    assert "until" not in client.get("/t/crew/team/").content.decode().split("invitations")[1][:900]
    assert stranger.get(path).status_code == 410


def test_members_see_no_invitations(crew, olga, stranger):
    link(olga, crew, email="ben@example.org")
    stranger.force_login(join(crew, person("Mia")).user)
    assert "ben@example.org" not in stranger.get("/t/crew/team/").content.decode()


@pytest.mark.parametrize("change", ["demote", "remove"])
def test_who_may_invite_no_more_leaves_no_open_link_behind(crew, olga, stranger, change):
    second = join(crew, person("Otto"), OWNER)
    path = link(second.user, crew)
    if change == "demote":
        teams.change_role(olga, second, MEMBER)
    else:
        teams.remove_member(olga, second)
    assert stranger.get(path).status_code == 410


def test_mail_is_sent_where_there_is_a_server(client, crew, settings, stranger):
    settings.SENDS_MAIL = True
    settings.PUBLIC_URL = "https://studio.example.org"
    answer = ask(client, email="ben@example.org")
    assert answer.status_code == 302
    (sent,) = mail.outbox
    assert sent.to == ["ben@example.org"]
    assert "https://studio.example.org/join/" in sent.body
    assert stranger.get(path_in(sent.body)).status_code == 200


def test_a_mail_that_fails_shows_the_link(client, crew, settings, monkeypatch):
    settings.SENDS_MAIL = True

    def fail(*_, **__):
        raise OSError("no route")

    monkeypatch.setattr(invitations, "send_mail", fail)
    text = ask(client, email="ben@example.org").content.decode()
    assert "could not be sent" in text
    assert path_in(text)


def test_a_press_from_another_site_is_refused(crew, olga):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(link(olga, crew), GOOD).status_code == 403
    assert invitations.open_ones(crew).exists()


def test_no_log_prints_a_link():
    assert redact("Too Many Requests: /join/abc-DEF_123:sig_nature/") == (
        "Too Many Requests: /join/[redacted]/"
    )


@pytest.fixture
def film(crew, olga):
    return make_project(olga, crew, "Film")


@pytest.fixture
def pia(crew, film, olga):
    """She produces the film; the ad is none of hers."""
    member = join(crew, person("Pia"))
    set_role(olga, film, member, "producer")
    return member


def test_a_producer_invites_members_into_her_projects_alone(client, crew, olga, film, pia):
    advert = make_project(olga, crew, "Advert")
    client.force_login(pia.user)
    page = client.get("/t/crew/team/invite/").content.decode()
    assert "Film" in page
    assert "Advert" not in page
    given = {f"project_{film.uuid}": "creator", f"project_{advert.uuid}": "producer"}
    answer = client.post("/t/crew/team/invite/", {"days": "7", "role": OWNER, **given})
    token = re.search(r"/join/([^<]+)/<", answer.content.decode())[1]
    one = Invitation.objects.get()
    assert (one.role, one.projects) == (MEMBER, {str(film.uuid): "creator"})
    ben = person("Ben")
    client.force_login(ben)
    client.post(f"/join/{token}/")
    assert Membership.objects.get(user=ben).role == MEMBER
    assert film.memberships.get(user=ben).role == "creator"
    assert not advert.memberships.filter(user=ben).exists()


def test_a_producer_gives_a_role_in_some_project(client, crew, film, pia):
    client.force_login(pia.user)
    answer = client.post("/t/crew/team/invite/", {"days": "7"})
    assert "at least one of your projects" in answer.content.decode()
    assert not Invitation.objects.exists()


def test_a_producer_revokes_her_own_alone(client, crew, olga, film, pia):
    hers, _ = invitations.invite(pia.user, crew, projects={str(film.uuid): "viewer"})
    others, _ = invitations.invite(olga, crew)
    client.force_login(pia.user)
    page = client.get("/t/crew/team/invite/").content.decode()
    assert str(hers.uuid) in page
    assert str(others.uuid) not in page
    for one, status in ((hers, 302), (others, 403)):
        answer = client.post(f"/t/crew/team/invite/{one.uuid}/revoke/")
        assert answer.status_code == status
    assert list(invitations.open_ones(crew)) == [others]


def test_who_produces_no_more_invites_no_more(client, crew, olga, film, pia):
    _, token = invitations.invite(pia.user, crew, projects={str(film.uuid): "viewer"})
    set_role(olga, film, pia, "creator")
    client.force_login(pia.user)
    assert client.get("/t/crew/team/invite/").status_code == 403
    client.force_login(person("Ben"))
    assert client.get(f"/join/{token}/").status_code == 410


def test_throttles_see_the_address_before_the_proxy(client, crew, olga, settings):
    settings.ACCOUNT_RATE_LIMITS = {"join": "1/m/ip"}
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    client.logout()

    def tried(address):
        headers = {"X-Forwarded-For": f"6.6.6.6, {address}"}
        return client.post("/join/nothing/", headers=headers).status_code

    assert [tried("10.1.1.1"), tried("10.1.1.1"), tried("10.2.2.2")] == [404, 429, 404]
