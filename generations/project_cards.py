"""A team's projects as their list shows them: what is in each, who works there, its money."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from accounts.ledger import month_of
from accounts.models import Budget, Membership, Purse, Scope, TeamRole
from generations.access import Need, allowed, visible_projects
from generations.models import Generation, Project

# As far as is counted.
MOST = 1000


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
    """One project as a person sees it; ``is_own``: their personal space.

    ``clips`` and ``uploads`` end at MOST and one more, which says that there are more than MOST.
    """

    row: Project
    role: str
    may_produce: bool
    is_own: bool
    latest: dt.datetime | None
    clips: int = 0
    uploads: int = 0
    people: int = 0
    money: tuple[Money, ...] = ()

    @property
    def clips_said(self) -> str:
        return _said(self.clips)

    @property
    def uploads_said(self) -> str:
        return _said(self.uploads)


def _said(count: int) -> str:
    """1,000+ where there are more than were counted."""
    return f"{MOST:,}+" if count > MOST else f"{count:,}"


def seen(member: Membership) -> list[Seen]:
    """Every project that a member may look at, the newest first. A fixed number of queries."""
    newest = Generation.objects.filter(project=OuterRef("pk")).order_by("-id")
    found = visible_projects(member).annotate(latest=Subquery(newest.values("created_at")[:1]))
    rows = list(found.select_related("created_by", "personal_of").order_by("-created_at", "-pk"))
    counts = _counts(member.team_id)
    spends = [one for one in rows if _sees_money(member, one)]
    money = _money(member, spends)
    return [
        Seen(
            row,
            _role(member, row),
            allowed(member.role, vars(row)["project_role"]) is Need.PRODUCE,
            row.personal_of_id == member.user_id,
            vars(row)["latest"],
            *counts.get(row.pk, (0, 0, 0)),
            money=money.get(str(row.uuid), ()),
        )
        for row in rows
    ]


def _role(member: Membership, row: Project) -> str:
    """What somebody is in it, in a word; owners and auditors are that everywhere."""
    return str(vars(row)["project_role"] or member.role)


def _sees_money(member: Membership, row: Project) -> bool:
    may = allowed(member.role, vars(row)["project_role"])
    return member.role == TeamRole.AUDITOR or (may is not None and may >= Need.CREATE)


# Results and uploads to the thousandth and one more: all of a large team take too long to count.
_COUNTS = """
SELECT id,
  (SELECT COUNT(*) FROM (SELECT 1 FROM generations_generation AS clip
   WHERE clip.project_id = project.id AND clip.deleted_at IS NULL LIMIT %(most)s) AS clips),
  (SELECT COUNT(*) FROM (SELECT 1 FROM generations_upload AS file
   WHERE file.project_id = project.id LIMIT %(most)s) AS files),
  (SELECT COUNT(*) FROM generations_projectmembership AS member
   WHERE member.project_id = project.id)
FROM generations_project AS project WHERE team_id = %(team)s
"""


def _counts(team: int) -> dict[int, tuple[int, int, int]]:
    """How many results, uploads and people each project has, read from indexes alone."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"team": team, "most": MOST + 1})
        return {key: (clips, uploads, people) for key, clips, uploads, people in cursor}


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
