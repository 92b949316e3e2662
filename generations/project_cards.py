"""A team's projects as their list shows them: what is in each, who works there, its money."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.utils import timezone

from accounts.ledger import month_of
from accounts.models import Budget, Membership, Purse, Scope, TeamRole
from generations.access import Need, allowed, visible_projects
from generations.models import Generation, Project, ProjectMembership, Upload


@dataclass(frozen=True, slots=True)
class Money:
    """This month's, of one kind, in micro-dollars; no limit is None."""

    play: bool
    limit_micros: int | None
    held_micros: int = 0
    spent_micros: int = 0

    @property
    def left_micros(self) -> int | None:
        if self.limit_micros is None:
            return None
        return self.limit_micros - self.held_micros - self.spent_micros


@dataclass(frozen=True, slots=True)
class Seen:
    """One project as a person sees it; ``is_own``: their personal space."""

    row: Project
    role: str
    may_produce: bool
    is_own: bool
    latest: dt.datetime | None
    clips: int = 0
    uploads: int = 0
    people: int = 0
    money: tuple[Money, ...] = ()


def seen(member: Membership) -> list[Seen]:
    """Every project that a member may look at, the newest first. A fixed number of queries."""
    newest = Generation.objects.filter(project=OuterRef("pk")).order_by("-id")
    found = visible_projects(member).annotate(latest=Subquery(newest.values("created_at")[:1]))
    rows = list(found.select_related("created_by", "personal_of").order_by("-created_at", "-pk"))
    clips = _counted(Generation.objects.filter(deleted_at=None), rows)
    uploads = _counted(Upload.objects.all(), rows)
    people = _counted(ProjectMembership.objects.all(), rows)
    spends = [one for one in rows if _sees_money(member, one)]
    money = _money(member, spends)
    return [
        Seen(
            row,
            _role(member, row),
            allowed(member.role, vars(row)["project_role"]) is Need.PRODUCE,
            row.personal_of_id == member.user_id,
            vars(row)["latest"],
            clips.get(row.pk, 0),
            uploads.get(row.pk, 0),
            people.get(row.pk, 0),
            money.get(str(row.uuid), ()),
        )
        for row in rows
    ]


def _role(member: Membership, row: Project) -> str:
    """What somebody is in it, in a word; owners and auditors are that everywhere."""
    return str(vars(row)["project_role"] or member.role)


def _sees_money(member: Membership, row: Project) -> bool:
    may = allowed(member.role, vars(row)["project_role"])
    return member.role == TeamRole.AUDITOR or (may is not None and may >= Need.CREATE)


def _counted(things: Any, rows: Sequence[Project]) -> dict[int, int]:
    """How many of them are in each, read from an index alone."""
    found = things.filter(project__in=[one.pk for one in rows]).order_by()
    return dict(found.values_list("project").annotate(Count("pk")))


def _money(member: Membership, rows: Sequence[Project]) -> dict[str, tuple[Money, ...]]:
    """How the budgets stand this month: by the purses, and by the limits of those not opened."""
    same: dict[str, Any] = {"team": member.team_id, "scope": Scope.PROJECT}
    same["key__in"] = [str(one.uuid) for one in rows]
    found: dict[tuple[str, bool], Money] = {
        (one.key, one.play): Money(one.play, one.limit_micros)
        for one in Budget.objects.filter(**same)
    }
    for one in Purse.objects.filter(**same, month=month_of(timezone.now())):
        now = Money(one.play, one.limit_micros, one.held_micros, one.spent_micros)
        found[one.key, one.play] = now
    by_key: dict[str, list[Money]] = defaultdict(list)
    for (key, _), money in sorted(found.items()):
        if money.limit_micros is not None or money.held_micros or money.spent_micros:
            by_key[key].append(money)
    return {key: tuple(some) for key, some in by_key.items()}
