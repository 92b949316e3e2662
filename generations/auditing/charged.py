"""What an account was charged between two moments, and what was corrected.

Whole days come from the months and days of Spend, which are few rows whatever the years; only the
parts of days at both ends are read from the movements.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Kind, Movement
from generations.models import ProviderAccount, SpendDay, SpendMonth
from generations.spend.period import cover

# A part of a charge that was more than its hold: no correction.
OVER = Q(key__endswith=":over")
DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Charged:
    """``units`` are the account's own. ``untold_micros`` were charged in dollars only, and
    ``adjusted_micros`` are later corrections, refunds below zero. ``jobs`` took something.
    """

    units: Decimal = Decimal(0)
    untold_micros: int = 0
    adjusted_micros: int = 0
    jobs: int = 0

    def __add__(self, other: Charged) -> Charged:
        return Charged(
            self.units + other.units,
            self.untold_micros + other.untold_micros,
            self.adjusted_micros + other.adjusted_micros,
            self.jobs + other.jobs,
        )


def between(account: ProviderAccount, start: dt.datetime, end: dt.datetime) -> Charged:
    """After ``start``, until ``end``. Seven queries at most."""
    first, last = (timezone.localdate(one) for one in (start, end))
    if last - first < 2 * DAY:
        return _moved(account, at__gt=start, at__lte=end)
    return (
        _moved(account, at__gt=start, at__lt=_midnight(first + DAY))
        + of_days(account, first + DAY, last - DAY)
        + _moved(account, at__gte=_midnight(last), at__lte=end)
    )


def of_days(account: ProviderAccount, first: dt.date, last: dt.date) -> Charged:
    """Of whole days, both with them. Three queries at most."""
    found = Charged()
    own = Q(unit=account.catalogue.unit)
    for whole, start, end in cover(first, last):
        rows: QuerySet[Any] = SpendMonth.objects.all() if whole else SpendDay.objects.all()
        rows = rows.filter(team=account.team_id, play__in=[account.play], account=account)
        sums = rows.filter(day__gte=start, day__lte=end).aggregate(
            units=_sum("unit_millionths", own),
            untold=_sum("untold_micros", own),
            foreign=_sum("settled_micros", ~own),
            adjusted=_sum(F("micros") - F("settled_micros")),
            jobs=_sum("charges"),
        )
        units = Decimal(sums["units"]) / 1_000_000
        untold = int(sums["untold"] + sums["foreign"])
        found += Charged(units, untold, int(sums["adjusted"]), int(sums["jobs"]))
    return found


def lately(accounts: Sequence[ProviderAccount], today: dt.date) -> dict[tuple[int, int], Charged]:
    """Of the last 7 and 30 days, today among them, by account and days. One query."""
    spans = {days: today - (days - 1) * DAY for days in (7, 30)}
    names = ("unit_millionths", "untold_micros", "settled_micros")
    rows = SpendDay.objects.filter(
        team__in={one.team_id for one in accounts},
        play__in={one.play for one in accounts},
        day__range=(min(spans.values()), today),
        account__in=accounts,
    )
    sums = rows.order_by().values_list("account_id", "play", "unit").annotate(
        **{
            f"{name}_{days}": _sum(name, Q(day__gte=first))
            for days, first in spans.items()
            for name in names
        }
    )  # fmt: skip
    known = {one.pk: one for one in accounts}
    found = {(one.pk, days): Charged() for one in accounts for days in spans}
    for account, play, unit, *figures in sums:
        if play != known[account].play:
            continue
        for place, days in enumerate(spans):
            units, untold, settled = figures[3 * place : 3 * place + 3]
            own = unit == known[account].catalogue.unit
            found[account, days] += (
                Charged(Decimal(units) / 1_000_000, int(untold))
                if own
                else Charged(untold_micros=int(settled))
            )
    return found


def _moved(account: ProviderAccount, **when: dt.datetime) -> Charged:
    """By account, kind and time there is an index: say the kind too. Two queries at most."""
    rows = Movement.objects.filter(account=str(account.uuid), play=account.play, **when)
    settle, adjust = Q(kind=Kind.SETTLE), Q(kind=Kind.ADJUST)
    own = Q(unit=account.catalogue.unit, units__isnull=False)
    sums = rows.filter(kind__in=(Kind.SETTLE, Kind.ADJUST)).aggregate(
        own=Sum("units", filter=settle & own),
        untold=_sum("micros", settle & ~own),
        adjusted=_sum("micros", adjust & ~OVER),
        jobs=Count("pk", filter=settle & Q(micros__gt=0)),
        foreign=Count("pk", filter=settle & ~own),
        over=Count("pk", filter=adjust & OVER),
    )
    more = 0
    if sums["foreign"] and sums["over"]:
        # What such a charge was more than its hold is told in dollars only as well.
        foreign = rows.filter(settle & ~own).values("subject")
        more = rows.filter(adjust & OVER, subject__in=foreign).aggregate(sum=_sum("micros"))["sum"]
    untold = int(sums["untold"] + more)
    units = sums["own"] or Decimal(0)
    return Charged(units, untold, int(sums["adjusted"]), int(sums["jobs"]))


def _sum(what: Any, which: Q | None = None) -> Coalesce:
    return Coalesce(Sum(what, filter=which), 0)


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))
