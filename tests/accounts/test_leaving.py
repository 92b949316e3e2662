"""Leaving a team, handing it over, and accounts that are switched off."""

import pytest
from django.core.cache import cache
from django.test import Client

from accounts import invitations, ledger, teams
from accounts.models import AuditLine, Membership, Purse, Scope, TeamRole
from tests.accounts.people import bill

from .people import join, person, team

pytestmark = pytest.mark.django_db
OWNER, AUDITOR, MEMBER = TeamRole


@pytest.fixture(autouse=True)
def plain_static(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    cache.clear()


@pytest.fixture
def olga(client):
    user = person("Olga")
    client.force_login(user)
    return user


@pytest.fixture
def crew(olga):
    return team(olga, slug="crew")


def press(client, member, what, **given):
    return client.post(f"/t/crew/team/{member.pk}/{what}/", given, follow=True).content.decode()


def signed_in(user) -> Client:
    made = Client()
    made.force_login(user)
    return made


def test_a_member_leaves_by_themselves(crew):
    ben = join(crew, person("Ben"))
    theirs = signed_in(ben.user)
    assert theirs.post("/t/crew/team/leave/").headers["Location"] == "/"
    assert theirs.get("/t/crew/team/").status_code == 404
    assert AuditLine.objects.get(verb="member.left").actor == ben.user


def test_the_last_owner_cannot_leave(client, crew, olga):
    answer = client.post("/t/crew/team/leave/", follow=True)
    assert "needs an owner" in answer.content.decode()
    assert crew.memberships.get(user=olga).role == OWNER


def test_an_owner_who_is_switched_off_is_no_owner_to_stay_behind(client, crew):
    join(crew, person("Otto", is_active=False), OWNER)
    assert "needs an owner" in client.post("/t/crew/team/leave/", follow=True).content.decode()


def test_a_team_is_handed_over_in_one_step(client, crew, olga):
    ben = join(crew, person("Ben"))
    _, token = invitations.invite(olga, crew)
    assert "Ben is now an owner" in press(client, ben, "hand-over")
    roles = dict(crew.memberships.values_list("user__name", "role"))
    assert roles == {"Olga": MEMBER, "Ben": OWNER}
    assert AuditLine.objects.filter(verb="ownership.handed_over").count() == 1
    # What only an owner may give goes with the right.
    assert Client().get(f"/join/{token}/").status_code == 410


def test_a_team_is_handed_to_nobody_who_cannot_sign_in_nor_to_oneself(client, crew, olga):
    gone = join(crew, person("Ben", is_active=False))
    for member in (gone, crew.memberships.get(user=olga)):
        assert "Choose somebody else" in press(client, member, "hand-over")
    assert crew.memberships.get(role=OWNER).user == olga


def test_switched_off_is_signed_out_at_once_everywhere(client, crew):
    ben = join(crew, person("Ben"))
    theirs = [signed_in(ben.user), signed_in(ben.user)]
    assert theirs[0].get("/t/crew/team/").status_code == 200
    assert "signed out and cannot sign in" in press(client, ben, "switch")
    for one in theirs:
        assert "/accounts/login/" in one.get("/t/crew/team/").headers["Location"]
    given = {"login": ben.user.email, "password": "correct horse battery"}
    Client().post("/accounts/login/", given)
    assert AuditLine.objects.filter(verb="account.switched_off").count() == 1
    # On again: the password is as it was, the old browsers stay out.
    press(client, ben, "switch", on="1")
    assert "/accounts/login/" in theirs[0].get("/t/crew/team/").headers["Location"]
    again = Client()
    assert again.post("/accounts/login/", given).status_code == 302
    assert again.get("/t/crew/team/").status_code == 200


def test_the_money_of_somebody_switched_off_stays_right(client, crew):
    ben = join(crew, person("Ben"))
    theirs = bill(crew, ben.user, "clip")
    ledger.hold(theirs, 200_000)
    press(client, ben, "switch")
    purse = Purse.objects.filter(team=crew, scope=Scope.PERSON, key=str(ben.user.pk))
    assert purse.get().held_micros == 200_000
    ledger.settle("clip", 150_000)
    assert (purse.get().held_micros, purse.get().spent_micros) == (0, 150_000)


def test_the_last_owner_is_not_switched_off(crew, olga):
    admin = person("Root", is_superuser=True)
    join(crew, admin)
    mine = crew.memberships.get(user=olga)
    with pytest.raises(teams.CannotChange, match="needs an owner"):
        teams.switch_off(admin, mine)
    olga.refresh_from_db()
    assert olga.is_active


def test_an_account_that_others_rely_on_is_not_ours_to_switch(client, crew, olga):
    ben = join(crew, person("Ben"))
    join(team(person("Otto")), ben.user)
    root = join(crew, person("Root", is_superuser=True))
    for member in (ben, root, crew.memberships.get(user=olga)):
        assert "Only an administrator" in press(client, member, "switch")
        member.user.refresh_from_db()
        assert member.user.is_active
        assert 'id="switch"' not in client.get(f"/t/crew/team/{member.pk}/").content.decode()


def test_an_owner_of_all_their_teams_may(client, crew, olga):
    ben = join(crew, person("Ben"))
    join(team(olga), ben.user)
    press(client, ben, "switch")
    ben.user.refresh_from_db()
    assert not ben.user.is_active
    assert AuditLine.objects.filter(verb="account.switched_off").count() == 2
    assert "switched off" in client.get("/t/crew/team/").content.decode()


def test_their_open_invitations_end(client, crew):
    ben = join(crew, person("Ben"), OWNER)
    _, token = invitations.invite(ben.user, crew)
    press(client, ben, "switch")
    assert Client().get(f"/join/{token}/").status_code == 410
    assert Membership.objects.filter(pk=ben.pk).exists()
