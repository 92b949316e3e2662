"""What an account was charged between two moments, and what was corrected.

Whole days come from the months and days of Spend, which are few rows whatever the years; only the
parts of days at both ends are read from the movements.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from itertools import batched
from typing import Any

from django.db.models import (
    Case,
    Count,
    DecimalField,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Concat
from django.utils import timezone

from accounts.models import Kind, Movement
from generations.models import ProviderAccount, SpendDay, SpendMonth
from generations.spend.period import cover

# A part of a charge that was more than its hold: no correction.
OVER = Q(key__endswith=":over")
DAY = dt.timedelta(days=1)
# The least part of a unit that is kept.
LEAST = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Charged:
    """What was settled (``micros``) and corrected later (``adjusted_micros``, refunds below zero).

    ``units`` and ``adjusted_units`` are that in the account's own unit, at the rates at which it
    was sold; ``untold_micros`` and ``untold_adjusted_micros`` is what no such rate tells in units.
    ``jobs`` took something.
    """

    units: Decimal = Decimal(0)
    untold_micros: int = 0
    micros: int = 0
    adjusted_units: Decimal = Decimal(0)
    untold_adjusted_micros: int = 0
    adjusted_micros: int = 0
    jobs: int = 0

    def __add__(self, other: Charged) -> Charged:
        return Charged(
            *(getattr(self, one.name) + getattr(other, one.name) for one in fields(self))
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
    late = F("micros") - F("settled_micros")
    for whole, start, end in cover(first, last):
        rows: QuerySet[Any] = SpendMonth.objects.all() if whole else SpendDay.objects.all()
        rows = rows.filter(team=account.team_id, play__in=[account.play], account=account)
        sums = rows.filter(day__gte=start, day__lte=end).aggregate(
            units=_sum("unit_millionths", own),
            corrected=_sum("corrected_millionths", own),
            untold=_sum("untold_micros", own),
            untold_late=_sum("untold_corrected_micros", own),
            foreign=_sum("settled_micros", ~own),
            foreign_late=_sum(late, ~own),
            settled=_sum("settled_micros"),
            late=_sum(late),
            jobs=_sum("charges"),
        )
        told = {name: int(value) for name, value in sums.items()}
        found += Charged(
            units=_units(told["units"] - told["corrected"]),
            untold_micros=told["untold"] + told["foreign"],
            micros=told["settled"],
            adjusted_units=_units(told["corrected"]),
            untold_adjusted_micros=told["untold_late"] + told["foreign_late"],
            adjusted_micros=told["late"],
            jobs=told["jobs"],
        )
    return found


def lately(accounts: Sequence[ProviderAccount], today: dt.date) -> dict[tuple[int, int], Charged]:
    """Settled in the last 7 and 30 days, today among them, by account and days. One query."""
    spans = {days: today - (days - 1) * DAY for days in (7, 30)}
    names = ("unit_millionths", "corrected_millionths", "untold_micros", "settled_micros")
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
        for days, told in zip(spans, batched(figures, len(names)), strict=True):
            units, corrected, untold, settled = (int(one) for one in told)
            if unit != known[account].catalogue.unit:
                units, corrected, untold = 0, 0, settled
            found[account, days] += Charged(
                units=_units(units - corrected), untold_micros=untold, micros=settled
            )
    return found


def _moved(account: ProviderAccount, **when: dt.datetime) -> Charged:
    """By account, kind and time there is an index: say the kind too. Two queries."""
    rows = Movement.objects.filter(account=str(account.uuid), play=account.play, **when)
    rows = rows.filter(kind__in=(Kind.SETTLE, Kind.ADJUST))
    settle, adjust = Q(kind=Kind.SETTLE), Q(kind=Kind.ADJUST)
    own = Q(unit=account.catalogue.unit, units__isnull=False)
    sums = rows.aggregate(
        charged=Sum("units", filter=settle & own),
        settled=_sum("micros", settle | (adjust & OVER)),
        corrected=Sum("units", filter=adjust & ~OVER & own),
        late=_sum("micros", adjust & ~OVER),
        jobs=Count("pk", filter=settle & Q(micros__gt=0)),
    )
    found = Charged(
        units=sums["charged"] or Decimal(0),
        micros=int(sums["settled"]),
        adjusted_units=sums["corrected"] or Decimal(0),
        adjusted_micros=int(sums["late"]),
        jobs=int(sums["jobs"]),
    )
    for settled, rate, micros in _in_dollars(account, rows.exclude(own)):
        units, untold = Decimal(0), micros
        if rate:
            units, untold = (Decimal(micros) / 1_000_000 / rate).quantize(LEAST), 0
        found += (
            Charged(units=units, untold_micros=untold)
            if settled
            else Charged(adjusted_units=units, untold_adjusted_micros=untold)
        )
    return found


def _in_dollars(
    account: ProviderAccount, rows: QuerySet[Movement]
) -> list[tuple[int, Decimal | None, int]]:
    """What was told in dollars only: settled or corrected, the rate it was sold at, the sum.

    The rate is that of the charge; of the hold, where the charge named no unit.
    """
    unit = account.catalogue.unit
    charge, hold = (
        Movement.objects.filter(key=Concat(Value(f"{kind.value}:"), OuterRef("subject")))
        for kind in (Kind.SETTLE, Kind.HOLD)
    )
    rows = rows.annotate(
        charged_in=Coalesce(Subquery(charge.values("unit")[:1]), Value("")),
        rate_sold=Case(
            When(charged_in=unit, then=Subquery(charge.values("rate")[:1])),
            When(charged_in="", then=Subquery(hold.filter(unit=unit).values("rate")[:1])),
            output_field=DecimalField(max_digits=18, decimal_places=9),
        ),
        settled=Case(When(Q(kind=Kind.SETTLE) | OVER, then=1), default=0),
    )
    # More than its hold: where the charge itself was told in units, that is in them already.
    rows = rows.exclude(OVER & Q(charged_in=unit))
    sums = rows.order_by().values_list("settled", "rate_sold").annotate(sum=Sum("micros"))
    return list(sums)


def _units(millionths: int) -> Decimal:
    return Decimal(millionths) / 1_000_000


def _sum(what: Any, which: Q | None = None) -> Coalesce:
    return Coalesce(Sum(what, filter=which), 0)


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))
