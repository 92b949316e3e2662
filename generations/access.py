"""Who may do what in a project. The first line of a view says so."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from functools import wraps
from typing import Concatenate
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Exists, F, FilteredRelation, Q, QuerySet, Value, When
from django.http import Http404, HttpResponse

from accounts.access import TeamRequest, enter
from accounts.models import Membership, TeamRole, User
from generations.models import Generation, Project, ProjectMembership, ProjectRole


class Need(IntEnum):
    """What one may do in a project; each includes those before it."""

    LOOK = 1
    CREATE = 2
    PRODUCE = 3


MAY = {
    ProjectRole.VIEWER: Need.LOOK,
    ProjectRole.CREATOR: Need.CREATE,
    ProjectRole.PRODUCER: Need.PRODUCE,
}


class ProjectRequest(TeamRequest):
    """A request of somebody who may at least look at ``project``.

    ``sees_money``: prices, charges and budgets; all but viewers do.
    """

    project: Project
    may: Need
    may_create: bool
    sees_money: bool


type ProjectView[**P] = Callable[Concatenate[ProjectRequest, P], HttpResponse]


def project_view[**P](need: Need) -> Callable[[ProjectView[P]], Callable[..., HttpResponse]]:
    """Let people through who may do ``need``; reads ``team`` and ``project`` from the address.

    404 to those who may not even look, 403 to those who may do less, and for making anything in
    an archived project. Two queries.
    """

    def decorate(view: ProjectView[P]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def inner(
            request: ProjectRequest, team: str, project: UUID, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            enter(request, team)
            _enter_project(request, project)
            if request.may < need:
                raise PermissionDenied("Your role in this project does not allow this.")
            if need is Need.CREATE and request.project.archived_at:
                raise PermissionDenied("This project is archived. Restore it to go on.")
            return view(request, *args, **kwargs)

        return inner

    return decorate


def allowed(team_role: str, project_role: str | None) -> Need | None:
    """What the two roles together allow in a project; None: not even to look."""
    if team_role == TeamRole.OWNER:
        return Need.PRODUCE
    if team_role == TeamRole.AUDITOR:
        return Need.LOOK
    return MAY[ProjectRole(project_role)] if project_role else None


def given(user: int, team: int) -> QuerySet[ProjectMembership]:
    """The roles that others gave a person: in projects of the team that somebody else began.

    What one begins oneself gives a right to nothing else, or whoever may only look would take it.
    """
    rows = ProjectMembership.objects.filter(user=user, project__team=team)
    return rows.filter(project__personal_of=None).exclude(project__created_by=user)


def may_begin(member: Membership) -> bool:
    """May they begin projects, and have a space of their own? Who may only look may not."""
    if member.role != TeamRole.MEMBER:
        return member.role == TeamRole.OWNER
    return given(member.user_id, member.team_id).exclude(role=ProjectRole.VIEWER).exists()


def visible_projects(member: Membership) -> QuerySet[Project]:
    """The projects of a team that a member may look at, with ``project_role`` beside each.

    In their own space somebody who may create nowhere else only looks, too.
    """
    rows = Project.objects.filter(team_id=member.team_id).alias(
        mine=FilteredRelation("memberships", condition=Q(memberships__user_id=member.user_id))
    )
    making = given(member.user_id, member.team_id).exclude(role=ProjectRole.VIEWER)
    only_looks = Q(personal_of=member.user_id) & ~Exists(making)
    rows = rows.annotate(
        project_role=Case(When(only_looks, then=Value(ProjectRole.VIEWER)), default=F("mine__role"))
    )
    return rows if member.role != TeamRole.MEMBER else rows.filter(mine__isnull=False)


def home_project(user: User) -> Project | None:
    """Where a person goes on: the live project in which they made something last, over all teams.

    Else the newest that they have a role in, else the newest that they may look at.
    """
    everywhere = Q(
        team__memberships__user=user,
        team__memberships__role__in=[TeamRole.OWNER, TeamRole.AUDITOR],
    )
    mine = Q(team__memberships__user=user, memberships__user=user)
    own = Q(personal_of=None) | Q(personal_of=user)
    rows = Project.objects.filter(own, everywhere | mine, archived_at=None)
    rows = rows.select_related("team").order_by("-created_at", "-pk")
    made = Generation.objects.filter(user=user).order_by("-pk").values_list("project", flat=True)
    last = rows.filter(pk__in=list(made[:1])).first()
    return last or rows.filter(mine).first() or rows.first()


def _enter_project(request: ProjectRequest, uuid: UUID) -> None:
    row = visible_projects(request.membership).filter(uuid=uuid).first()
    if row is None:
        raise Http404("No such project.")
    may = allowed(request.role, vars(row)["project_role"])
    if may is None:
        raise Http404("No such project.")
    row.team = request.team
    request.project = row
    request.may = may
    request.may_create = may >= Need.CREATE and row.archived_at is None
    request.sees_money = may >= Need.CREATE or request.role is TeamRole.AUDITOR
