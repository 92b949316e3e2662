"""Who may do what in a project: team role, project role and need, as one table."""

import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils import timezone

from accounts.models import TeamRole
from generations.access import Need, home_project, may_begin, project_view, visible_projects
from generations.models import (
    Generation,
    Project,
    ProjectMembership,
    ProjectRole,
    ProviderAccount,
)
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


def test_who_was_given_nothing_to_make_begins_nothing_and_makes_nothing(rf, film):
    """Whoever may only look could otherwise spend in a project of their own."""
    viewer = member(film, MEMBER, VIEWER)
    row = viewer.memberships.get()
    assert may_begin(row) is False
    mine = {"team": film.team, "created_by": viewer}
    ad = Project.objects.create(name="Ad", **mine)
    space = Project.objects.create(name="Mine", personal_of=viewer, **mine)
    for one in (ad, space):
        ProjectMembership.objects.create(project=one, user=viewer, role=PRODUCER)
    assert may_begin(row) is False
    assert enter(rf, viewer, space, CREATE)[1] == 403
    assert enter(rf, viewer, space, LOOK)[1] == 200
    ProjectMembership.objects.filter(project=film, user=viewer).update(role=CREATOR)
    assert may_begin(row) is True
    assert enter(rf, viewer, space, CREATE)[1] == 200


@pytest.mark.parametrize(
    ("team_role", "project_role", "begins"),
    [
        (OWNER, None, True),
        (AUDITOR, None, False),
        (MEMBER, PRODUCER, True),
        (MEMBER, CREATOR, True),
        (MEMBER, VIEWER, False),
        (MEMBER, None, False),
    ],
)
def test_who_begins_projects(film, team_role, project_role, begins):
    assert may_begin(member(film, team_role, project_role).memberships.get()) is begins


def test_one_goes_on_where_one_worked(film):
    viewer = member(film, MEMBER, CREATOR)
    other = Project.objects.create(team=film.team, name="Other", created_by=film.created_by)
    ProjectMembership.objects.create(project=other, user=viewer, role=CREATOR)
    owner = film.created_by
    ProjectMembership.objects.create(project=film, user=owner, role=PRODUCER)
    assert (home_project(viewer), home_project(owner)) == (other, film)
    account = ProviderAccount.objects.create(
        team=film.team, provider="pixverse", name="A", base_url="https://x.example", concurrency=1
    )
    Generation.objects.create(
        team=film.team, project=film, user=viewer, account=account, form_token=uuid.uuid4(),
        brief_json={}, operation="text_to_video", model="v6", prompt="p", price={}, price_micros=1,
    )  # fmt: skip
    assert home_project(viewer) == film
    film.archived_at = timezone.now()
    film.save()
    assert (home_project(viewer), home_project(owner)) == (other, other)


def test_the_newest_that_one_may_see(film):
    later = Project.objects.create(team=film.team, name="Later", created_by=film.created_by)
    assert home_project(film.created_by) == later
    viewer = member(film, MEMBER, VIEWER)
    assert home_project(viewer) == film
    assert home_project(member(film, MEMBER, None)) is None
    left = member(film, None, PRODUCER)
    assert home_project(left) is None
    film.archived_at = timezone.now()
    film.save()
    assert home_project(viewer) is None
