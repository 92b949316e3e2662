"""The team's page: people, roles, budgets, audit."""

import re

import pytest

from accounts import ledger
from accounts.models import AuditLine, Membership, TeamRole, User

from .people import join, person, team

pytestmark = pytest.mark.django_db
OWNER, AUDITOR, MEMBER = TeamRole


@pytest.fixture(autouse=True)
def plain_static(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def olga(client):
    user = person("Olga", email="olga@example.org")
    client.force_login(user)
    return user


@pytest.fixture
def crew(olga):
    return team(olga, slug="crew")


def add(client, **fields):
    given = {"email": "ben@example.org", "name": "", "role": MEMBER}
    return client.post("/t/crew/team/add/", {**given, **fields})


def test_an_existing_person_is_added_by_e_mail(client, crew):
    ben = person("Ben", email="ben@example.org")
    answer = add(client, email="Ben@Example.org", role=AUDITOR)
    assert answer.headers["Location"] == "/t/crew/team/"
    assert crew.memberships.get(user=ben).role == AUDITOR
    assert AuditLine.objects.get().facts == {"role": "auditor"}


def test_a_new_person_gets_a_password_that_is_shown_once(client, crew):
    answer = add(client, name="Ben")
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    password = re.search(r'class="secret">([^<]+)<', answer.content.decode())[1]
    ben = User.objects.get(email="ben@example.org")
    assert ben.check_password(password)
    assert crew.memberships.filter(user=ben, role=MEMBER).exists()
    assert password not in client.get("/t/crew/team/").content.decode()
    assert password not in str([line.facts for line in AuditLine.objects.all()])
    assert {line.verb for line in AuditLine.objects.all()} == {"person.made", "member.added"}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Enter a name to add them"),
        ({"email": "no address", "name": "Kept Name"}, "valid email"),
        ({"email": "", "name": "Kept Name"}, "required"),
        ({"name": "Kept Name", "role": "emperor"}, "not one of the available"),
        ({"name": "sk-abcdefgh"}, "looks like a key"),
        ({"email": "olga@example.org"}, "in this team already"),
    ],
)
def test_bad_input_is_said_and_kept(client, crew, fields, words):
    answer = add(client, **fields)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    for typed in fields.values():
        assert typed in answer.content.decode()
    assert Membership.objects.count() == 1
    assert User.objects.count() == 1


def test_somebody_who_was_switched_off_is_not_added(client, crew):
    person("Ben", email="ben@example.org", is_active=False)
    assert "switched off" in add(client).content.decode()


def test_roles_change_and_the_last_owner_stays(client, crew, olga):
    mine = crew.memberships.get(user=olga)
    assert "needs an owner" in role(client, mine, MEMBER).content.decode()
    ben = join(crew, person("Ben"))
    assert role(client, ben, OWNER).status_code == 302
    assert role(client, mine, MEMBER).status_code == 302
    mine.refresh_from_db()
    assert mine.role == MEMBER
    assert client.get(f"/t/crew/team/{ben.pk}/").status_code == 403


def role(client, member, role):
    return client.post(f"/t/crew/team/{member.pk}/role/", {"role": role})


def test_people_leave_and_the_last_owner_cannot(client, crew, olga):
    ben = join(crew, person("Ben"))
    client.post(f"/t/crew/team/{ben.pk}/remove/")
    assert not Membership.objects.filter(pk=ben.pk).exists()
    mine = crew.memberships.get(user=olga)
    answer = client.post(f"/t/crew/team/{mine.pk}/remove/", follow=True)
    assert "needs an owner" in answer.content.decode()
    assert crew.memberships.get() == mine


def test_a_member_of_another_team_is_not_found(client, crew):
    stranger = join(team(), person())
    for path in ("", "role/", "budget/", "remove/"):
        address = f"/t/crew/team/{stranger.pk}/{path}"
        answer = client.post(address) if path else client.get(address)
        assert answer.status_code == 404
    assert Membership.objects.filter(pk=stranger.pk).exists()


def test_the_teams_budget_real_and_play(client, crew):
    client.post("/t/crew/team/budget/", {"real": "1,200", "play": "0.25"})
    assert ledger.standing(crew).limit_micros == 1_200_000_000
    assert ledger.standing(crew, play=True).limit_micros == 250_000
    page = client.get("/t/crew/team/").content.decode()
    assert 'value="1,200.00"' in page
    assert "no limit → $1,200.00" in page
    client.post("/t/crew/team/budget/", {"real": "", "play": "0.25"})
    assert ledger.standing(crew).limit_micros is None


@pytest.mark.parametrize("typed", ["0,25", "much", "-3", "0.0000001"])
def test_a_bad_budget_is_said_and_kept(client, crew, typed):
    answer = client.post("/t/crew/team/budget/", {"real": typed, "play": "7.5"})
    page = answer.content.decode()
    assert "errorlist" in page
    assert f'value="{typed}"' in page
    assert 'value="7.5"' in page
    assert ledger.standing(crew, play=True).limit_micros is None


def test_a_persons_budget(client, crew):
    ben = join(crew, person("Ben"))
    client.post(f"/t/crew/team/{ben.pk}/budget/", {"real": "5", "play": ""})
    key = str(ben.user_id)
    assert ledger.standing(crew, scope="person", key=key).limit_micros == 5_000_000
    assert AuditLine.objects.get().target == "Ben"
    assert 'value="5.00"' in client.get(f"/t/crew/team/{ben.pk}/").content.decode()


def test_members_see_the_people_and_not_the_money(client, crew, olga):
    ledger_line = AuditLine.objects.create(
        team=crew, actor_name="X", verb="x.y", target="for other eyes"
    )
    client.force_login(join(crew, person("Ben")).user)
    page = client.get("/t/crew/team/").content.decode()
    assert "Olga" in page
    assert ledger_line.target not in page
    assert "team/add/" not in page


def test_auditors_see_the_audit_and_change_nothing(client, crew):
    AuditLine.objects.create(team=crew, actor_name="X", verb="x.y", target="seen")
    AuditLine.objects.create(team=team(), actor_name="X", verb="x.y", target="another team's")
    client.force_login(join(crew, person("Ben"), AUDITOR).user)
    page = client.get("/t/crew/team/").content.decode()
    assert "seen" in page
    assert 'href="/t/crew/audit/changes/"' in page
    assert "another team's" not in page
    assert "team/add/" not in page


@pytest.mark.parametrize("who", [AUDITOR, MEMBER, None])
def test_only_owners_change(client, crew, who):
    ben = join(crew, person("Ben"))
    user = person("Cy")
    if who:
        join(crew, user, who)
    client.force_login(user)
    before = AuditLine.objects.count()
    for path in ("add/", "budget/", f"{ben.pk}/role/", f"{ben.pk}/budget/", f"{ben.pk}/remove/"):
        answer = client.post(f"/t/crew/team/{path}", {"role": OWNER, "email": user.email})
        assert answer.status_code == (403 if who else 404)
    ben.refresh_from_db()
    assert ben.role == MEMBER
    assert AuditLine.objects.count() == before


def test_names_are_not_markup(client, crew):
    join(crew, person("<script>x</script>"))
    page = client.get("/t/crew/team/").content.decode()
    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page


def test_the_page_asks_a_fixed_number_of_queries(client, crew, django_assert_max_num_queries):
    for _ in range(20):
        join(crew, person())
    client.get("/t/crew/team/")
    with django_assert_max_num_queries(20):
        client.get("/t/crew/team/")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("9" * 400, "An amount can be $1,000,000,000.00 at most."),
        ("0." + "1" * 400, "An amount can have six decimals at most."),
        ("x" * 400, "Write dollars with a point for the cents"),
    ],
)
def test_a_very_long_amount_is_refused_in_our_words(client, typed, said):
    olga = person("Olga")
    crew = team(olga)
    client.force_login(olga)
    page = client.post(f"/t/{crew.slug}/team/budget/", {"real": typed, "play": ""})
    assert said in page.content.decode()
    assert f'value="{typed}"' in page.content.decode()
