"""Does a provider's balance agree with our books? In its own unit; dollars stand beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from django.db.models import Count, Q, Sum
from django.utils import timezone

from generations.causes import Cause
from generations.models import (
    BalanceSnapshot,
    Discrepancy,
    Generation,
    ProviderAccount,
    State,
    TopUp,
)

from .charged import Charged, between
from .rates import Rates, rates_of, units_of, worth
from .rules import Amount, step_of
from .runway import Running, running_at

NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Reconciled:
    """One account from one known balance to another. Amounts in the provider's unit.

    ``gap`` is what the balance has more than our books say. ``unexplained`` is the part of it
    that jobs which ran at either end cannot account for. ``…_converted``: some of it was told in
    dollars only and sold at no known rate; it was turned into units by the rate of its own day.

    Dollars are what was moved, and of a balance or top-up what it was worth on its day: a rate
    entered later changes none of them.
    """

    opening: BalanceSnapshot
    closing: BalanceSnapshot
    topups: list[TopUp]
    topped: Decimal
    topped_micros: int | None
    charged: Decimal
    charged_micros: int
    charged_converted: bool
    jobs: int
    adjusted: Decimal
    adjusted_micros: int
    adjusted_converted: bool
    running_then: Running
    running_now: Running
    opening_rate: Decimal | None
    rate: Decimal | None
    open_cases: int
    open_risk: int

    @property
    def expected(self) -> Decimal:
        return self.opening.amount + self.topped - self.charged - self.adjusted

    @property
    def went(self) -> Decimal:
        """What was charged, as it changes the balance."""
        return -self.charged

    @property
    def went_micros(self) -> int:
        return -self.charged_micros

    @property
    def came_back_micros(self) -> int:
        return -self.adjusted_micros

    @property
    def came_back(self) -> Decimal:
        """What was corrected later, as it changes the balance: a refund is above zero."""
        return -self.adjusted

    @property
    def opening_micros(self) -> int | None:
        return worth(self.opening.amount, self.opening_rate)

    @property
    def rate_changed(self) -> bool:
        """Then the dollars, each of its own day, need not add up; the units do."""
        return self.opening_rate != self.rate

    @property
    def gap(self) -> Decimal:
        return self.closing.amount - self.expected

    @property
    def unexplained(self) -> Decimal:
        low, high = -self.running_now.units, self.running_then.units
        if low <= self.gap <= high:
            return NONE
        return self.gap - (low if self.gap < low else high)

    @property
    def agrees(self) -> bool:
        worth = self.usd(self.closing.amount)
        step = step_of(Amount(self.closing.amount, self.closing.unit, worth))
        return abs(self.unexplained) < step

    def usd(self, units: Decimal) -> int | None:
        """Micro-dollars of an amount, at the rate of the period's end."""
        return worth(units, self.rate)


def reconcile(account: ProviderAccount, start: dt.datetime, end: dt.datetime) -> Reconciled | None:
    """From the balance known at ``start`` (or the first after it) to the last before ``end``.

    None where fewer than two balances are known.
    """
    known = account.snapshots.believed().filter(at__lte=end)
    opening = known.filter(at__lte=start).last() or known.first()
    closing = known.last()
    if opening is None or closing is None or opening.pk == closing.pk:
        return None
    topups = list(
        account.topups.believed()
        .filter(opening.topped_after)
        .exclude(closing.topped_after)
        .select_related("by")
    )
    rates = rates_of(account)
    opening_rate, rate = rates.on(opening.at), rates.on(closing.at)
    moved = between(account, opening.at, closing.at)
    charged, adjusted = _in_units(account, moved, rates, opening.at, closing.at)
    cases = Discrepancy.objects.filter(account=account, is_open=True)
    risk = cases.aggregate(count=Count("pk"), risk=Sum("risk_micros"))
    return Reconciled(
        opening=opening,
        closing=closing,
        topups=topups,
        topped=sum((one.amount for one in topups), NONE),
        topped_micros=_sum_of(worth(one.amount, rates.on(one.at)) for one in topups),
        charged=charged,
        charged_micros=moved.micros,
        charged_converted=bool(moved.untold_micros),
        jobs=moved.jobs,
        adjusted=adjusted,
        adjusted_micros=moved.adjusted_micros,
        adjusted_converted=bool(moved.untold_adjusted_micros),
        running_then=running_at(account, opening.at, opening_rate),
        running_now=running_at(account, closing.at, rate),
        opening_rate=opening_rate,
        rate=rate,
        open_cases=risk["count"],
        open_risk=risk["risk"] or 0,
    )


def _in_units(
    account: ProviderAccount, moved: Charged, rates: Rates, start: dt.datetime, end: dt.datetime
) -> tuple[Decimal, Decimal]:
    """What was charged and corrected, in units; what was sold at no rate, by that of its day."""
    parts, charged, adjusted = [(moved, rates.on(end))], NONE, NONE
    changes = rates.changes(start, end)
    if changes and (moved.untold_micros or moved.untold_adjusted_micros):
        ends = pairwise((start, *changes, end))
        parts = [(between(account, *one), rates.on(one[0])) for one in ends]
    for part, rate in parts:
        charged += part.units + (units_of(part.untold_micros, rate) or NONE)
        adjusted += part.adjusted_units + (units_of(part.untold_adjusted_micros, rate) or NONE)
    return charged, adjusted


def _sum_of(amounts: Iterable[int | None]) -> int | None:
    """None as soon as one of them is not known."""
    some = list(amounts)
    return None if None in some else sum(one or 0 for one in some)


@dataclass(frozen=True, slots=True)
class Observed:
    """What a provider publishes of one kind of bad end (yes, no, unknown), and what was seen.

    ``known``: those that are settled, ``charged`` of them were; ``open``: nobody can tell yet.
    """

    published: str
    known: int
    charged: int
    open: int


def policy(account: ProviderAccount, days: int = 90) -> dict[str, Observed]:
    """Failures and refusals of the last days: what is published, how many, how many charged."""
    since = timezone.now() - dt.timedelta(days=days)
    rows = Generation.objects.filter(
        account=account, state__in=(State.FAILED, State.MODERATED), finished_at__gte=since
    )
    # Refused before a job was made is no failure of a job.
    failed = Q(state=State.FAILED, cause=Cause.FAILED)
    moderated = Q(state=State.MODERATED)
    told = account.catalogue
    seen = rows.aggregate(**_seen("failed", failed), **_seen("moderated", moderated))
    return {
        "failure": _observed(seen, "failed", told.charged_on_failure.value),
        "moderation": _observed(seen, "moderated", told.charged_on_moderation.value),
    }


def _seen(name: str, which: Q) -> dict[str, Count]:
    return {
        f"{name}_known": Count("pk", filter=which & Q(charged_micros__isnull=False)),
        f"{name}_charged": Count("pk", filter=which & Q(charged_micros__gt=0)),
        f"{name}_open": Count("pk", filter=which & Q(charged_micros=None)),
    }


def _observed(seen: dict[str, int], name: str, published: str) -> Observed:
    counts = {which: seen[f"{name}_{which}"] for which in ("known", "charged", "open")}
    return Observed(published, **counts)
