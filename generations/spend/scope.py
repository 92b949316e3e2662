"""Whose spend a person may see: all of a team's, that of the projects one produces, one's own."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied

from accounts.access import TeamRequest
from accounts.models import TeamRole
from generations.models import ProjectMembership, ProjectRole


@dataclass(frozen=True, slots=True)
class Scope:
    """``projects``: these alone; ``user``: one's own alone. Both None: everything of the team."""

    projects: frozenset[int] | None = None
    user: int | None = None

    @property
    def is_own(self) -> bool:
        return self.user is not None


def scope(request: TeamRequest, *, own: bool = False) -> Scope:
    """What this person may see; ``own`` asks for one's own spend. Raises PermissionDenied to those
    who may not see any money. One query at most.
    """
    if request.role is not TeamRole.MEMBER:
        return Scope(user=request.user.pk) if own else Scope()
    rows = ProjectMembership.objects.filter(user=request.user, project__team=request.team)
    roles = rows.exclude(role=ProjectRole.VIEWER).values_list("project_id", "role")
    mine = list(roles)
    if not mine:
        raise PermissionDenied("Your role in this team does not show money.")
    produced = frozenset(pk for pk, role in mine if role == ProjectRole.PRODUCER)
    return Scope(user=request.user.pk) if own or not produced else Scope(projects=produced)
