"""Which prompts a person sees, and what they may do with each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Q, QuerySet

from accounts.models import Membership, TeamRole
from generations.access import Need, allowed, visible_projects
from generations.models import Project, ProjectMembership, ProjectRole, Prompt


@dataclass(frozen=True, slots=True)
class Reader:
    """A member of a team. ``projects``: what they may do in each project that they see.

    ``here`` is what they may do with the team's own prompts: as much as in the project where
    they may do most, of those that others began. One query.
    """

    member: Membership
    projects: dict[int, Need]
    rows: tuple[Project, ...]
    here: Need

    @classmethod
    def of(cls, member: Membership) -> Reader:
        rows = tuple(visible_projects(member).order_by("name", "pk"))
        found = {}
        for row in rows:
            may = allowed(member.role, vars(row)["project_role"]) or Need.LOOK
            found[row.pk] = Need.LOOK if row.archived_at else may
        others = [row.pk for row in rows if row.created_by_id != member.user_id]
        here = max((found[key] for key in others), default=Need.LOOK)
        if member.role == TeamRole.OWNER:
            here = Need.PRODUCE
        if member.role == TeamRole.AUDITOR:
            here = Need.LOOK
        return cls(member, found, rows, here)

    def may(self, prompt: Prompt) -> Need:
        if prompt.project_id is None:
            return self.here
        return self.projects.get(prompt.project_id, Need.LOOK)

    @property
    def may_create(self) -> bool:
        """Anywhere at all?"""
        return self.here >= Need.CREATE or bool(self.makes_in)

    @property
    def sees_all(self) -> bool:
        return self.member.role != TeamRole.MEMBER

    @property
    def makes_in(self) -> list[Project]:
        """The projects in which they may make something."""
        return [row for row in self.rows if self.projects[row.pk] >= Need.CREATE]

    @property
    def pays_in(self) -> list[int] | None:
        """The projects whose money they may see; None: all of the team's."""
        if self.sees_all:
            return None
        roles = {row.pk: allowed(self.member.role, vars(row)["project_role"]) for row in self.rows}
        return [key for key, may in roles.items() if may and may >= Need.CREATE]

    def visible(self) -> QuerySet[Prompt]:
        rows = Prompt.objects.filter(team=self.member.team_id)
        if self.sees_all:
            return rows
        return rows.filter(Q(project=None) | Q(project__in=list(self.projects)))


def usable(project: Project) -> QuerySet[Prompt]:
    """What one may take in a project: the team's own prompts and the project's."""
    rows = Prompt.objects.filter(Q(project=None) | Q(project=project), archived_at=None)
    return rows.filter(team=project.team_id)


def seers(prompt: Prompt, people: Iterable[int]) -> list[int]:
    """Those of them who see the prompt: its project's people, owners and auditors."""
    members = Membership.objects.filter(team=prompt.team_id, user__in=list(people))
    if prompt.project_id is not None:
        inside = Q(user__project_memberships__project=prompt.project_id)
        members = members.filter(inside | ~Q(role=TeamRole.MEMBER))
    return sorted(set(members.values_list("user_id", flat=True)))


def deciders(prompt: Prompt) -> list[int]:
    """Who may approve its versions: owners, its project's producers, or any for the team's own."""
    makers = ProjectMembership.objects.filter(role=ProjectRole.PRODUCER)
    if prompt.project_id is not None:
        makers = makers.filter(project=prompt.project_id)
    else:
        # As Reader.here: what one began oneself gives no right to the team's own prompts.
        makers = makers.filter(project__team=prompt.team_id, project__archived_at=None)
        makers = makers.exclude(project__created_by=F("user"))
    producers = Q(role=TeamRole.MEMBER, user__in=makers.values("user"))
    members = Membership.objects.filter(team=prompt.team_id)
    rows = members.filter(Q(role=TeamRole.OWNER) | producers)
    return sorted(rows.values_list("user_id", flat=True))


def as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
