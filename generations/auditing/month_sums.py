"""What a month came to: its movements by kind, and what was corrected after it was closed."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Kind, Movement, Team
from generations.models import Generation, SpendMonth

# So many corrections stand on a page; all of them stand in the file of the month they count in.
MOST = 50


def bounds(month: str) -> tuple[dt.datetime, dt.datetime]:
    """The first moment of a month and of the next. Raises ValueError for no month."""
    first = dt.date.fromisoformat(f"{month}-01")
    days = calendar.monthrange(first.year, first.month)[1]
    ends = (first, first + dt.timedelta(days=days))
    start, end = (timezone.make_aware(dt.datetime.combine(day, dt.time())) for day in ends)
    return start, end


@dataclass(frozen=True, slots=True)
class Moved:
    """What one kind of money came to in some movements of a month, in micro-dollars.

    ``micros`` is what was charged: asked - released - still held + added - refunded. ``added`` was
    charged beyond what was held, or later; ``corrections_micros`` is what of all that corrects
    months that were closed.
    """

    play: bool
    asked_micros: int
    released_micros: int
    settled_micros: int
    added_micros: int
    refunded_micros: int
    corrections_micros: int
    movements: int

    @property
    def micros(self) -> int:
        return self.settled_micros + self.added_micros - self.refunded_micros

    @property
    def held_micros(self) -> int:
        return self.asked_micros - self.released_micros - self.settled_micros


def moved(rows: QuerySet[Movement]) -> list[Moved]:
    """The sums of some movements: real money, then play money; only what there is. One query."""

    def of(which: Q) -> Coalesce:
        return Coalesce(Sum("micros", filter=which), 0)

    adjusted = Q(kind=Kind.ADJUST)
    sums = (
        rows.order_by()
        .values("play")
        .annotate(
            asked_micros=of(Q(kind=Kind.HOLD)),
            released_micros=of(Q(kind=Kind.RELEASE)),
            settled_micros=of(Q(kind=Kind.SETTLE)),
            added_micros=of(adjusted & Q(micros__gt=0)),
            refunded_micros=-of(adjusted & Q(micros__lt=0)),
            corrections_micros=of(adjusted & Q(corrects__gt="")),
            movements=Count("pk"),
        )
    )
    found: Any = sums.order_by("play")
    return [Moved(**one) for one in found]


@dataclass(frozen=True, slots=True)
class Charged:
    """One kind of money in a month.

    ``moved`` counts clips in the month in which they were asked for, as budgets and the files of
    the close do; ``by_day_micros`` counts each charge on its day, as Spend does.
    """

    moved: Moved
    by_day_micros: int


def charged(team: Team, month: str) -> list[Charged]:
    """Real money, then play money; only what there is. Two queries."""
    start, _ = bounds(month)
    sums = {one.play: one for one in moved(Movement.objects.filter(team=team, month=month))}
    days = SpendMonth.objects.filter(team=team, day=timezone.localdate(start)).order_by()
    by_day = dict(days.values_list("play").annotate(sum=Sum("micros")))
    return [
        Charged(sums.get(play, Moved(play, 0, 0, 0, 0, 0, 0, 0)), by_day.get(play, 0))
        for play in sorted({*sums, *by_day})
    ]


@dataclass(frozen=True, slots=True)
class Correction:
    """An adjustment of a clip, or of a mask selection, whose month was closed.

    ``start`` is the first moment of the other month: the one in which it counts where one looks
    at the closed month, else the one that it corrects.
    """

    movement: Movement
    start: dt.datetime
    generation: Generation | None


@dataclass(frozen=True, slots=True)
class Corrections:
    """The newest of them, how many there are, and micro-dollars of real and of play money."""

    rows: list[Correction]
    count: int
    sums: list[tuple[bool, int]]


def since(team: Team, month: str) -> Corrections:
    """What was corrected of a month after its close; it counts in other months. Three queries."""
    return _corrections(Movement.objects.filter(team=team, corrects=month), "month")


def within(team: Team, month: str) -> Corrections:
    """What counts in a month and corrects earlier ones. Three queries."""
    rows = Movement.objects.filter(team=team, corrects__gt="", month=month)
    return _corrections(rows, "corrects")


def _corrections(rows: QuerySet[Movement], other: str) -> Corrections:
    sums = rows.order_by().values("play").annotate(sum=Sum("micros"), count=Count("pk"))
    found = list(sums.order_by("play"))
    some = list(rows.order_by("-pk")[:MOST]) if found else []
    about = Generation.objects.filter(uuid__in={one.subject for one in some})
    clips = {str(one.uuid): one for one in about.select_related("project")} if some else {}
    return Corrections(
        [Correction(one, bounds(getattr(one, other))[0], clips.get(one.subject)) for one in some],
        sum(one["count"] for one in found),
        [(one["play"], one["sum"]) for one in found],
    )
