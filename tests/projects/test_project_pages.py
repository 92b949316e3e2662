"""Projects: the list, a new one, settings, roles, budget, archive."""

import pytest

from accounts import ledger
from accounts.models import AuditLine, TeamRole
from generations.models import Project, ProjectRole
from generations.projects import archive, make_project, personal_space
from tests.accounts.people import join, person, team

pytestmark = pytest.mark.django_db
OWNER, AUDITOR, MEMBER = TeamRole
PRODUCER, CREATOR, VIEWER = ProjectRole


@pytest.fixture(autouse=True)
def plain_static(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def olga(client):
    user = person("Olga")
    client.force_login(user)
    return user


@pytest.fixture
def crew(olga):
    return team(olga, slug="crew")


@pytest.fixture
def film(crew, olga):
    return make_project(olga, crew, "Film")


def at(project, path=""):
    return f"/t/crew/projects/{project.uuid}/{path}"


@pytest.mark.parametrize("role", [OWNER, MEMBER])
def test_owners_and_who_makes_clips_make_projects_and_produce_them(client, crew, film, role):
    user = person("Ben")
    join(crew, user, role)
    if role == MEMBER:
        film.memberships.create(user=user, role=CREATOR)
    client.force_login(user)
    answer = client.post("/t/crew/projects/new/", {"name": "Ad"})
    project = Project.objects.get(name="Ad")
    assert answer.headers["Location"] == f"/t/crew/p/{project.uuid}/"
    assert project.memberships.get(user=user).role == PRODUCER
    assert AuditLine.objects.filter(actor=user).get().verb == "project.made"


@pytest.mark.parametrize("role", [VIEWER, None])
def test_who_may_only_look_begins_nothing(client, crew, film, role):
    user = join(crew, person("Ben")).user
    if role:
        film.memberships.create(user=user, role=role)
    client.force_login(user)
    seen = client.get("/t/crew/projects/").content.decode()
    assert "projects/new/" not in seen
    assert "projects/own/" not in seen
    for path in ("new", "own"):
        assert client.post(f"/t/crew/projects/{path}/", {"name": "Ad"}).status_code == 403
    assert Project.objects.get() == film


def test_auditors_make_none(client, crew):
    client.force_login(join(crew, person("Ben"), AUDITOR).user)
    assert client.post("/t/crew/projects/new/", {"name": "Film"}).status_code == 403
    assert b"projects/new/" not in client.get("/t/crew/projects/").content
    assert not Project.objects.exists()


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "sk-abcdefgh"])
def test_a_bad_name_is_said(client, crew, film, name):
    for path in ("/t/crew/projects/new/", at(film, "rename/")):
        answer = client.post(path, {"name": name})
        assert answer.status_code == 200
        assert b"errorlist" in answer.content
    assert Project.objects.get().name == "Film"


def test_the_list_shows_what_one_may_see(client, crew, film, olga):
    make_project(olga, crew, "Secret")
    ben = join(crew, person("Ben"))
    film.memberships.create(user=ben.user, role=VIEWER)
    client.force_login(ben.user)
    page = client.get("/t/crew/projects/").content.decode()
    assert "Film" in page
    assert "Secret" not in page
    assert "settings/" not in page


def test_an_empty_list_offers_the_next_action(client, crew):
    page = client.get("/t/crew/projects/").content.decode()
    assert "No project yet" in page
    assert "/t/crew/projects/new/" in page


def test_rename_archive_restore(client, film):
    client.post(at(film, "rename/"), {"name": "Film II"})
    client.post(at(film, "archive/"))
    client.post(at(film, "archive/"))
    film.refresh_from_db()
    assert film.name == "Film II"
    assert film.archived_at
    page = client.get("/t/crew/projects/").content.decode()
    assert "Archived (1)" in page
    assert client.get(at(film, "settings/")).status_code == 200
    client.post(at(film, "restore/"))
    film.refresh_from_db()
    assert film.archived_at is None
    verbs = [line.verb for line in AuditLine.objects.order_by("pk")]
    assert verbs == ["project.made", "project.renamed", "project.archived", "project.restored"]


def test_roles_in_a_project(client, crew, film):
    ben = join(crew, person("Ben"))
    for role in (CREATOR, VIEWER, ""):
        client.post(at(film, f"people/{ben.pk}/"), {"role": role})
        client.post(at(film, f"people/{ben.pk}/"), {"role": role})
        assert getattr(film.memberships.filter(user=ben.user).first(), "role", "") == role
    facts = [one.facts for one in AuditLine.objects.filter(verb="project.role").order_by("pk")]
    assert facts == [
        {"before": "", "after": "creator"},
        {"before": "creator", "after": "viewer"},
        {"before": "viewer", "after": ""},
    ]


def test_an_unknown_role_changes_nothing(client, crew, film):
    ben = join(crew, person("Ben"))
    client.post(at(film, f"people/{ben.pk}/"), {"role": "emperor"})
    assert not film.memberships.filter(user=ben.user).exists()


def test_only_members_of_the_team_get_roles(client, film):
    stranger = join(team(), person())
    assert client.post(at(film, f"people/{stranger.pk}/"), {"role": CREATOR}).status_code == 404


def test_the_projects_budget(client, crew, film):
    client.post(at(film, "budget/"), {"real": "12.5", "play": ""})
    standing = ledger.standing(crew, scope="project", key=str(film.uuid))
    assert standing.limit_micros == 12_500_000
    bad = client.post(at(film, "budget/"), {"real": "lots", "play": "3"}).content.decode()
    assert 'value="lots"' in bad
    assert 'value="3"' in bad


@pytest.mark.parametrize(
    ("team_role", "project_role", "status"),
    [
        (AUDITOR, None, 403),
        (MEMBER, CREATOR, 403),
        (MEMBER, VIEWER, 403),
        (MEMBER, None, 404),
        (None, None, 404),
    ],
)
def test_only_producers_change_a_project(client, crew, film, team_role, project_role, status):
    user = person("Ben")
    other = join(crew, person("Cy"))
    if team_role:
        join(crew, user, team_role)
    if project_role:
        film.memberships.create(user=user, role=project_role)
    client.force_login(user)
    before = AuditLine.objects.count()
    assert client.get(at(film, "settings/")).status_code == status
    paths = ("rename/", "archive/", "restore/", "budget/", f"people/{other.pk}/")
    for path in paths:
        given = {"name": "Mine", "real": "1", "role": PRODUCER}
        assert client.post(at(film, path), given).status_code == status
    film.refresh_from_db()
    assert (film.name, film.archived_at) == ("Film", None)
    assert AuditLine.objects.count() == before


def test_a_producer_does(client, crew, film):
    ben = join(crew, person("Ben"))
    film.memberships.create(user=ben.user, role=PRODUCER)
    client.force_login(ben.user)
    assert client.get(at(film, "settings/")).status_code == 200
    # Who gives the role away is led back to where one may be.
    answer = client.post(at(film, f"people/{ben.pk}/"), {"role": VIEWER})
    assert answer.headers["Location"] == "/t/crew/projects/"


def test_the_list_asks_a_fixed_number_of_queries(client, crew, olga, django_assert_max_num_queries):
    for number in range(12):
        project = make_project(olga, crew, f"Film {number}")
        if number % 2:
            archive(olga, project)
    client.get("/t/crew/projects/")
    with django_assert_max_num_queries(18):
        client.get("/t/crew/projects/")


def test_of_large_projects_the_list_says_more_than(client, film, olga, monkeypatch):
    monkeypatch.setattr("generations.project_cards.MOST", 2)
    for name in "abc":
        film.uploads.create(
            user=olga,
            name=name,
            file=name,
            digest=name,
            mime="image/png",
            size=1,
            width=1,
            height=1,
        )
    page = client.get("/t/crew/projects/").content.decode()
    assert '<span class="num">2+</span> uploads ' in page


def test_the_list_says_what_is_in_each_and_what_is_left(client, crew, film, olga):
    film.uploads.create(
        user=olga, name="a.png", file="a", digest="a", mime="image/png", size=1, width=1, height=1
    )
    client.post(at(film, "budget/"), {"real": "12.5", "play": ""})
    page = client.get("/t/crew/projects/").content.decode()
    assert '<span class="num">0</span> results' in page
    assert '<span class="num">1</span> upload ' in page
    assert "$12.50" in page
    ben = join(crew, person("Ben"))
    film.memberships.create(user=ben.user, role=VIEWER)
    client.force_login(ben.user)
    assert "$12.50" not in client.get("/t/crew/projects/").content.decode()


def test_an_own_space_is_its_persons_and_its_money_the_teams(client, crew, olga, film):
    ben, carl = (join(crew, person(name)).user for name in ("Ben", "Carl"))
    film.memberships.create(user=ben, role=CREATOR)
    audrey = join(crew, person("Audrey"), AUDITOR).user
    client.force_login(ben)
    assert "Open my own space" in client.get("/t/crew/projects/").content.decode()
    where = client.post("/t/crew/projects/own/").headers["Location"]
    assert client.post("/t/crew/projects/own/").headers["Location"] == where
    space = Project.objects.exclude(pk=film.pk).get()
    assert (space.personal_of, space.name) == (ben, "Ben’s own space")
    assert client.get(where).status_code == 200
    client.force_login(carl)
    assert client.get(where).status_code == 404
    assert "Ben" not in client.get("/t/crew/projects/").content.decode()
    for user in (olga, audrey):
        client.force_login(user)
        assert "Own spaces of others" in client.get("/t/crew/projects/").content.decode()
        assert client.get(where).status_code == 200
        # Home leads to no stranger's own space.
        assert client.get("/").headers["Location"] == f"/t/crew/p/{film.uuid}/"
    client.force_login(audrey)
    assert client.post("/t/crew/projects/own/").status_code == 403


def test_nobody_else_gets_a_role_in_an_own_space(client, crew, olga):
    ben, carl = (join(crew, person(name)) for name in ("Ben", "Carl"))
    space = personal_space(ben.user, crew)
    client.force_login(olga)
    answer = client.post(at(space, f"people/{carl.pk}/"), {"role": CREATOR}, follow=True)
    assert "personal space" in answer.content.decode()
    assert not space.memberships.filter(user=carl.user).exists()


def test_a_whole_space_becomes_a_project_of_the_team(client, crew, film):
    ben, carl = (join(crew, person(name)) for name in ("Ben", "Carl"))
    film.memberships.create(user=ben.user, role=CREATOR)
    space = personal_space(ben.user, crew)
    client.force_login(ben.user)
    assert "Move to the team" in client.get(at(space, "settings/")).content.decode()
    empty = client.post(at(space, "give/"), {"name": ""})
    assert "errorlist" in empty.content.decode()
    client.post(at(space, "give/"), {"name": "Sea film"})
    space.refresh_from_db()
    assert (space.personal_of, space.name) == (None, "Sea film")
    assert space.memberships.get().user == ben.user
    client.post(at(space, f"people/{carl.pk}/"), {"role": VIEWER})
    client.force_login(carl.user)
    assert "Sea film" in client.get("/t/crew/projects/").content.decode()
    assert AuditLine.objects.filter(verb="project.given_to_team").count() == 1
    # And the next time there is a new space.
    assert personal_space(ben.user, crew) != space
