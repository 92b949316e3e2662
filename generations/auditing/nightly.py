"""Once a day all books are summed again, piece by piece, and the result is kept.

First every purse, what scorecards count, every movement and what Spend has of it, then Spend's
days, months and prompts. It only reads, in short pieces with no lock, so a million movements hold
nobody up. Whoever runs the pieces may die between them: the next day, or two hours later, it begins
anew. What does not add up is an audit line of its team, a notice to its owners and a critical line
in the log.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from dataclasses import dataclass

from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from accounts import audit, notices
from accounts.models import AuditLine, Kind, Membership, Movement, Purse, Team, TeamRole
from accounts.reckoning import Drift, check_purses, check_subjects
from generations import queue
from generations.models import Heartbeat
from generations.spend import checking

from . import marks

log = logging.getLogger(__name__)

NAME = "ledger"
CHECKED, DRIFT = "ledger.checked", "ledger.drift"
# At night, where there is one; a check that did not end is begun again after so long.
HOUR, AGAIN = 3, dt.timedelta(hours=2)
# Older results are no result: is dispatch running?
STALE = dt.timedelta(hours=50)
# Seconds of one piece, movements of one query, and how many drifts of one check are told.
PIECE_S, CHUNK, MOST = 10.0, 2000, 100
# So the words for what is no money begin.
COUNT = "the number of"

notices.register("books_drift", "The books of a team do not add up", mail=True)


@dataclass(frozen=True, slots=True)
class Standing:
    """How the last whole check went, for a team's own page. ``at`` is None before the first."""

    at: dt.datetime | None
    movements: int
    drifts: list[AuditLine]

    @property
    def is_stale(self) -> bool:
        return self.at is not None and timezone.now() - self.at > STALE


def due() -> bool:
    """Is it night, and was nothing begun today; or was something begun and never ended?"""
    beat = Heartbeat.objects.filter(name=NAME).first()
    if beat is None or beat.rung_at is None:
        return True
    now = timezone.now()
    if (beat.answered_at is None or beat.answered_at < beat.rung_at) and now - beat.rung_at > AGAIN:
        return True
    here = timezone.localtime(now)
    return here.hour >= HOUR and timezone.localtime(beat.rung_at).date() < here.date()


def begin() -> None:
    """Write down that it begins, and ring for the first piece."""
    Heartbeat.objects.update_or_create(name=NAME, defaults={"rung_at": timezone.now()})
    queue.ring("check_books", 0)


def piece(after: int) -> int | None:
    """Check for some seconds from this movement on; where to go on, None at the last one."""
    end = time.monotonic() + PIECE_S
    if after == 0:
        _tell([(team, one) for team, month in _months() for one in check_purses(team, month)])
        _tell(marks.check())
    last = Movement.objects.aggregate(last=Max("pk"))["last"] or 0
    while after < last:
        after = _chunk(after)
        if time.monotonic() > end and after < last:
            return after
    return None


def sums(after: int) -> int | None:
    """After the movements: check Spend's sums for some seconds, from this part of them on."""
    end = time.monotonic() + PIECE_S
    parts = checking.parts(checking.SLICES, _began())
    for place, part in enumerate(parts[after:], after + 1):
        _tell([(part.team_id, one) for one in checking.check_part(part)])
        if time.monotonic() > end and place < len(parts):
            return place
    _over()
    return None


def standing(team: Team) -> Standing:
    """What the last whole check found for this team. Two queries."""
    rows = AuditLine.objects.filter(team=None, verb=CHECKED).order_by("-at")
    last = rows.first()
    if last is None:
        return Standing(None, 0, [])
    began = dt.datetime.fromisoformat(last.facts["began"])
    drifts = AuditLine.objects.filter(team=team, at__gte=began, verb=DRIFT).order_by("-at")
    return Standing(last.at, last.facts["movements"], list(drifts[:MOST]))


def _months() -> list[tuple[int, str]]:
    """Every month of every team, whether it has movements, purses or only one of them."""
    rows = Movement.objects.order_by().values_list("team_id", "month").distinct()
    purses = Purse.objects.order_by().values_list("team_id", "month").distinct()
    return sorted({*rows, *purses})


def _chunk(after: int) -> int:
    """The subjects of the next movements; the last of these."""
    rows = Movement.objects.filter(pk__gt=after).order_by("pk")
    some = list(rows.values_list("pk", "subject", "team_id", "kind")[:CHUNK])
    if not some:
        return after
    teams = {subject: team for _, subject, team, _ in some}
    found = check_subjects(teams)
    # A subject has one hold: so all that came of it is compared with Spend's lines once.
    found += checking.check_lines([subject for _, subject, _, kind in some if kind == Kind.HOLD])
    _tell([(teams[subject], one) for subject, one in found])
    return some[-1][0]


def _tell(found: list[tuple[int, Drift]]) -> None:
    if not found:
        return
    began = _began()
    known = set(
        AuditLine.objects.filter(verb=DRIFT, at__gte=began).values_list("target", "facts__what")
    )
    teams = Team.objects.in_bulk({team for team, _ in found})
    for team, one in found:
        # A subject may come up in several pieces.
        if (one.where[:100], one.what) in known or len(known) >= MOST:
            continue
        known.add((one.where[:100], one.what))
        log.critical("the ledger does not add up: %s", one)
        facts = {"what": one.what, "expected": str(one.expected), "found": str(one.found)}
        facts["unit"] = "" if one.what.startswith(COUNT) else "micro-dollars"
        audit.record(None, DRIFT, one.where, team=teams[team], **facts)
    for team_id in teams:
        _warn(teams[team_id], began)


def _warn(team: Team, began: dt.datetime) -> None:
    owners = Membership.objects.filter(team=team, role=TeamRole.OWNER)
    notices.tell(
        list(owners.values_list("user_id", flat=True)),
        team,
        "books_drift",
        f"books_drift:{began.date()}",
        "The nightly check found books that do not add up. Tell whoever runs this studio.",
        reverse("audit", args=[team.slug]),
    )


def _over() -> None:
    """The end: kept for pages, whether anything was found or not."""
    now, began = timezone.now(), _began()
    drifts = AuditLine.objects.filter(verb=DRIFT, at__gte=began).count()
    said = "The books do not add up" if drifts else "The books add up"
    audit.record(
        None,
        CHECKED,
        said,
        movements=Movement.objects.count(),
        differences=drifts,
        began=began.isoformat(),
    )
    Heartbeat.objects.filter(name=NAME).update(answered_at=now)


def _began() -> dt.datetime:
    beat = Heartbeat.objects.filter(name=NAME).first()
    return beat.rung_at if beat is not None and beat.rung_at else timezone.now()
