"""Who may do what in a project: team role, project role and need, as one table."""

import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils import timezone

from accounts.models import TeamRole
from generations.access import Need, newest_project, project_view, visible_projects
from generations.models import Project, ProjectMembership, ProjectRole
from tests.accounts.people import join, person, team

pytestmark = pytest.mark.django_db
OWNER, AUDITOR, MEMBER = TeamRole
PRODUCER, CREATOR, VIEWER = ProjectRole
LOOK, CREATE, PRODUCE = Need


def view_for(need):
    @project_view(need)
    def view(request, **rest):
        return HttpResponse(str(rest))

    return view


@pytest.fixture
def crew():
    return team(person("Olga"), slug="crew")


@pytest.fixture
def film(crew):
    return Project.objects.create(team=crew, name="Film", created_by=crew.members.get())


def member(film, team_role, project_role):
    user = person()
    if team_role:
        join(film.team, user, team_role)
    if project_role:
        ProjectMembership.objects.create(project=film, user=user, role=project_role)
    return user


def enter(rf, user, film, need, **kwargs):
    request = rf.get("/")
    request.user = user
    given = {"team": film.team.slug, "project": film.uuid, **kwargs}
    try:
        return request, view_for(need)(request, **given).status_code
    except Http404:
        return request, 404
    except PermissionDenied:
        return request, 403


TABLE = [
    # team role, project role: look, create, produce; may; sees money
    (OWNER, None, (200, 200, 200), PRODUCE, True),
    (OWNER, VIEWER, (200, 200, 200), PRODUCE, True),
    (AUDITOR, None, (200, 403, 403), LOOK, True),
    (AUDITOR, PRODUCER, (200, 403, 403), LOOK, True),
    (AUDITOR, CREATOR, (200, 403, 403), LOOK, True),
    (MEMBER, PRODUCER, (200, 200, 200), PRODUCE, True),
    (MEMBER, CREATOR, (200, 200, 403), CREATE, True),
    (MEMBER, VIEWER, (200, 403, 403), LOOK, False),
    (MEMBER, None, (404, 404, 404), None, None),
    (None, None, (404, 404, 404), None, None),
    # A role in a project is worth nothing to somebody who has left the team.
    (None, PRODUCER, (404, 404, 404), None, None),
]


@pytest.mark.parametrize(("team_role", "project_role", "statuses", "may", "money"), TABLE)
def test_the_table(rf, film, team_role, project_role, statuses, may, money):
    user = member(film, team_role, project_role)
    for need, expected in zip(Need, statuses, strict=True):
        request, status = enter(rf, user, film, need)
        assert status == expected, need
        if status == 200:
            assert request.may is may
            assert request.may_create == (may >= CREATE)
            assert request.sees_money is money
            assert (request.team, request.project) == (film.team, film)
            assert request.role is team_role


def test_another_teams_address_does_not_open_the_project(rf, film):
    user = member(film, MEMBER, CREATOR)
    other = team(user)
    assert enter(rf, user, film, LOOK, team=other.slug)[1] == 404


def test_a_project_that_does_not_exist(rf, film):
    user = member(film, OWNER, None)
    assert enter(rf, user, film, LOOK, project=uuid.uuid4())[1] == 404


def test_a_role_in_another_project_opens_nothing(rf, film):
    user = member(film, MEMBER, None)
    other = Project.objects.create(team=film.team, name="Ad", created_by=user)
    ProjectMembership.objects.create(project=other, user=user, role=PRODUCER)
    assert enter(rf, user, film, LOOK)[1] == 404


def test_nobody_is_sent_to_sign_in(rf, film):
    assert enter(rf, AnonymousUser(), film, LOOK)[1] == 302


def test_nothing_is_made_in_an_archived_project(rf, film):
    film.archived_at = timezone.now()
    film.save()
    user = member(film, OWNER, None)
    request, status = enter(rf, user, film, LOOK)
    assert status == 200
    assert request.may_create is False
    assert enter(rf, user, film, CREATE)[1] == 403
    assert enter(rf, user, film, PRODUCE)[1] == 200


def test_two_queries(rf, film, django_assert_num_queries):
    request = rf.get("/")
    request.user = member(film, MEMBER, CREATOR)
    with django_assert_num_queries(2):
        view_for(CREATE)(request, team="crew", project=film.uuid)
    with django_assert_num_queries(0):
        assert request.project.team == request.team


@pytest.mark.parametrize(
    ("team_role", "project_role", "seen"),
    [
        (OWNER, None, ["Film", "Other"]),
        (AUDITOR, None, ["Film", "Other"]),
        (MEMBER, VIEWER, ["Film"]),
        (MEMBER, None, []),
    ],
)
def test_the_list(film, team_role, project_role, seen):
    Project.objects.create(team=film.team, name="Other", created_by=film.created_by)
    foreign = team(person())
    Project.objects.create(team=foreign, name="Foreign", created_by=film.created_by)
    user = member(film, team_role, project_role)
    rows = visible_projects(user.memberships.get()).order_by("name")
    assert [row.name for row in rows] == seen


def test_the_newest_that_one_may_see(film):
    later = Project.objects.create(team=film.team, name="Later", created_by=film.created_by)
    assert newest_project(film.created_by) == later
    viewer = member(film, MEMBER, VIEWER)
    assert newest_project(viewer) == film
    assert newest_project(member(film, MEMBER, None)) is None
    left = member(film, None, PRODUCER)
    assert newest_project(left) is None
    film.archived_at = timezone.now()
    film.save()
    assert newest_project(viewer) is None
