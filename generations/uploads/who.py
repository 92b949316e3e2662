"""Which uploads a person sees, and what they may do with each."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Membership
from generations.access import Need, allowed, visible_projects
from generations.models import Project, Upload


@dataclass(frozen=True, slots=True)
class Reader:
    """A member of a team, and what they may do in each project that they see. One query."""

    member: Membership
    rows: tuple[Project, ...]
    may_in: dict[int, Need]

    @classmethod
    def of(cls, member: Membership) -> Reader:
        rows = tuple(visible_projects(member).order_by("name", "pk"))
        found = {}
        for row in rows:
            may = allowed(member.role, vars(row)["project_role"]) or Need.LOOK
            found[row.pk] = Need.LOOK if row.archived_at else may
        return cls(member, rows, found)

    @property
    def makes_in(self) -> list[Project]:
        """The projects into which they may put something."""
        return [row for row in self.rows if self.may_in[row.pk] >= Need.CREATE]

    @property
    def may_create(self) -> bool:
        return bool(self.makes_in)

    def project(self, text: str) -> Project | None:
        """The visible project that the address or a form names."""
        try:
            key = UUID(text)
        except ValueError:
            return None
        return next((row for row in self.rows if row.uuid == key), None)

    def may_change(self, upload: Upload) -> bool:
        return self.may_in.get(upload.project_id, Need.LOOK) >= Need.CREATE

    def may_remove(self, upload: Upload) -> bool:
        """One's own; those of others, producers and owners."""
        need = Need.CREATE if upload.user_id == self.member.user_id else Need.PRODUCE
        return self.may_in.get(upload.project_id, Need.LOOK) >= need

    def visible(self) -> QuerySet[Upload]:
        return Upload.objects.filter(project__in=list(self.may_in))
