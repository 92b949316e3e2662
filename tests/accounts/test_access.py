"""Who gets through the team's door: a table of people and roles."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse

from accounts.access import team_view
from accounts.models import TeamRole

from .people import join, person, team

pytestmark = pytest.mark.django_db
OWNER, AUDITOR, MEMBER = TeamRole.OWNER, TeamRole.AUDITOR, TeamRole.MEMBER


@team_view()
def anybody(request, **rest):
    return HttpResponse(f"{request.team.slug} {request.role} {rest}")


@team_view(OWNER)
def owners(request):
    return HttpResponse()


@team_view(OWNER, AUDITOR)
def overseers(request):
    return HttpResponse()


def outcome(view, user, rf, **kwargs):
    request = rf.get("/t/crew/x/")
    request.user = user
    try:
        return view(request, team=kwargs.pop("team", "crew"), **kwargs).status_code
    except Http404:
        return 404
    except PermissionDenied:
        return 403


@pytest.fixture
def crew():
    return team(slug="crew")


@pytest.mark.parametrize(
    ("role", "to_anybody", "to_owners", "to_overseers"),
    [
        (OWNER, 200, 200, 200),
        (AUDITOR, 200, 403, 200),
        (MEMBER, 200, 403, 403),
        (None, 404, 404, 404),
    ],
)
def test_the_table(crew, rf, role, to_anybody, to_owners, to_overseers):
    user = person()
    team(user, slug="another")
    if role:
        join(crew, user, role)
    assert outcome(anybody, user, rf) == to_anybody
    assert outcome(owners, user, rf) == to_owners
    assert outcome(overseers, user, rf) == to_overseers


def test_nobody_is_sent_to_sign_in(crew, rf):
    assert outcome(anybody, AnonymousUser(), rf) == 302


def test_a_team_that_does_not_exist(crew, rf):
    assert outcome(anybody, person(), rf, team="nowhere") == 404


def test_a_superuser_is_a_stranger_too(crew, rf):
    assert outcome(anybody, person(is_superuser=True, is_staff=True), rf) == 404


def test_what_the_view_gets(crew, rf, django_assert_num_queries):
    user = person()
    membership = join(crew, user, AUDITOR)
    request = rf.get("/")
    request.user = user
    with django_assert_num_queries(1):
        answer = anybody(request, team="crew", page=3)
    assert answer.content.decode() == "crew auditor {'page': 3}"
    assert request.membership == membership
    assert request.team == crew
    with django_assert_num_queries(0):
        assert request.membership.user == user
