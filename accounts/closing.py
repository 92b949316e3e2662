"""Closing a month: from then on no movement is written into it, and it reads the same for ever.

A month can be closed when it is over and nothing is held in it. What is corrected later is an
adjustment in the month in which it is written.
"""

from __future__ import annotations

import calendar
import datetime as dt
import hashlib
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from . import audit
from .models import MonthClose, Purse, Scope, Team, User
from .purses import month_of, opened

# A file of the month: its name, and what is in it.
type Files = dict[str, bytes]


class Closed(Exception):
    """What was asked lies in a month that is closed. ``str()`` is for people."""

    def __init__(self, month: str) -> None:
        self.month = month
        super().__init__(
            f"{named(month)} is closed and cannot change. Choose a later day; corrections count "
            "in the month in which they are entered."
        )


class CannotClose(Exception):
    """The month cannot be closed yet; the words say why."""


def named(month: str) -> str:
    """``2026-10`` as people say it: October 2026."""
    return f"{calendar.month_name[int(month[5:])]} {month[:4]}"


def is_closed(team_id: int, month: str) -> bool:
    return MonthClose.objects.filter(team=team_id, month=month).exists()


def refuse_closed(team_id: int, when: dt.date | dt.datetime) -> None:
    """Raise Closed if this day lies in a closed month of the team."""
    month = month_of(when) if isinstance(when, dt.datetime) else f"{when:%Y-%m}"
    if is_closed(team_id, month):
        raise Closed(month)


def held_in(team: Team, month: str) -> int:
    """What is still held in a month, of both kinds of money: micro-dollars, to know if any is."""
    rows = Purse.objects.filter(team=team, scope=Scope.TEAM, month=month)
    return int(rows.aggregate(sum=Sum("held_micros"))["sum"] or 0)


def close(
    actor: User | None,
    team: Team,
    month: str,
    files: Callable[[], Files],
    counts: dict[str, Any],
) -> tuple[MonthClose, Files]:
    """Freeze a month. Raises CannotClose while it runs, holds money or is closed already.

    ``files`` is asked once nobody can write into the month any more.
    """
    if month >= month_of(timezone.now()):
        raise CannotClose(f"{named(month)} is not over yet.")
    with transaction.atomic():
        for play in (False, True):
            # Whoever moves money of this month has this row first (purses.queue_at).
            opened(team.pk, Scope.TEAM, "", play=play, month=month)
        same = Purse.objects.filter(team=team, scope=Scope.TEAM, key="", month=month)
        list(same.select_for_update().order_by("pk"))
        if is_closed(team.pk, month):
            raise CannotClose(f"{named(month)} is closed already.")
        if held_in(team, month):
            words = "Money is still held in it. Resolve what is uncertain or still runs first."
            raise CannotClose(f"{named(month)} cannot be closed. {words}")
        made = files()
        sums = {name: hashlib.sha256(body).hexdigest() for name, body in sorted(made.items())}
        row = MonthClose.objects.create(
            team=team,
            month=month,
            by=actor,
            digest=digest(sums),
            counts={**counts, "files": sums},
        )
        audit.record(actor, "month.closed", month, team=team, files=len(made), sha256=row.digest)
    return row, made


def digest(sums: dict[str, str]) -> str:
    """One SHA-256 over all files: of lines like those of ``sha256sum``, ordered by name."""
    lines = "".join(f"{sums[name]}  {name}\n" for name in sorted(sums))
    return hashlib.sha256(lines.encode()).hexdigest()
