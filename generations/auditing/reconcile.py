"""Does a provider's balance agree with our books? In its own unit; dollars stand beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from accounts.models import Kind, Movement, Purse, Scope
from generations.causes import Cause
from generations.models import (
    BalanceSnapshot,
    Discrepancy,
    Generation,
    ProviderAccount,
    State,
    TopUp,
    UnitRate,
)

from .charged import Charged, between, lately
from .gather import rate_on
from .rules import Amount, step_of

NONE = Decimal(0)
# So far back a hold is looked for; what is held longer is counted by the rate of today.
HOLDS = dt.timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Running:
    """What was held and not settled at a moment: the provider may have taken it already."""

    count: int
    units: Decimal
    micros: int


@dataclass(frozen=True, slots=True)
class Reconciled:
    """One account from one known balance to another. Amounts in the provider's unit.

    ``gap`` is what the balance has more than our books say. ``unexplained`` is the part of it
    that jobs which ran at either end cannot account for. ``converted``: some charges were told in
    dollars only, and were turned into units by the rate.
    """

    opening: BalanceSnapshot
    closing: BalanceSnapshot
    topups: list[TopUp]
    topped: Decimal
    charged: Decimal
    jobs: int
    adjusted: Decimal
    converted: bool
    running_then: Running
    running_now: Running
    rate: Decimal | None
    open_cases: int
    open_risk: int

    @property
    def expected(self) -> Decimal:
        return self.opening.amount + self.topped - self.charged - self.adjusted

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
        return None if self.rate is None else int(units * self.rate * 1_000_000)


@dataclass(frozen=True, slots=True)
class Runway:
    """How long what is left lasts. Units; ``days`` None where nothing is burnt.

    ``balance`` is the one last known, ``at`` then, with what was ``topped_up`` since.
    """

    balance: Decimal | None
    topped_up: Decimal
    at: dt.datetime | None
    burn_7: Decimal
    burn_30: Decimal
    held_micros: int
    held_units: Decimal | None

    @property
    def days_7(self) -> int | None:
        return self._days(self.burn_7 / 7)

    @property
    def days_30(self) -> int | None:
        return self._days(self.burn_30 / 30)

    @property
    def is_short(self) -> bool:
        """Do the holds exceed what is left? Then running jobs may not all be paid."""
        return self.balance is not None and (self.held_units or NONE) > self.balance

    @property
    def is_low(self) -> bool:
        days = [one for one in (self.days_7, self.days_30) if one is not None]
        return bool(days) and min(days) < 7

    def _days(self, burn: Decimal) -> int | None:
        if self.balance is None or burn <= 0:
            return None
        return max(0, int(self.balance / burn))


def reconcile(account: ProviderAccount, start: dt.datetime, end: dt.datetime) -> Reconciled | None:
    """From the balance known at ``start`` (or the first after it) to the last before ``end``.

    None where fewer than two balances are known.
    """
    known = BalanceSnapshot.objects.filter(account=account, at__lte=end).in_order()
    opening = known.filter(at__lte=start).last() or known.first()
    closing = known.last()
    if opening is None or closing is None or opening.pk == closing.pk:
        return None
    topups = list(
        account.topups.filter(opening.topped_after)
        .exclude(closing.topped_after)
        .select_related("by")
        .order_by("at", "pk")
    )
    rate = rate_on(account, closing.at)
    moved = between(account, opening.at, closing.at)
    cases = Discrepancy.objects.filter(account=account, is_open=True)
    risk = cases.aggregate(count=Count("pk"), risk=Sum("risk_micros"))
    return Reconciled(
        opening=opening,
        closing=closing,
        topups=topups,
        topped=sum((one.amount for one in topups), NONE),
        charged=moved.units + (_units(moved.untold_micros, rate) or NONE),
        jobs=moved.jobs,
        adjusted=_units(moved.adjusted_micros, rate) or NONE,
        converted=bool(moved.untold_micros or moved.adjusted_micros),
        running_then=_running(account, opening.at, rate),
        running_now=_running(account, closing.at, rate),
        rate=rate,
        open_cases=risk["count"],
        open_risk=risk["risk"] or 0,
    )


def runways(accounts: Sequence[ProviderAccount]) -> list[Runway]:
    """One for each of one team's accounts, in their order. Three queries, and one more for each
    that holds something and whose rate has changed lately.
    """
    now, today = timezone.now(), timezone.localdate()
    rates: dict[int, list[UnitRate]] = {one.pk: [] for one in accounts}
    for row in UnitRate.objects.filter(account__in=accounts).order_by("since", "pk"):
        rates[row.account_id].append(row)
    keys = [str(one.uuid) for one in accounts]
    purses = Purse.objects.filter(
        team__in={one.team_id for one in accounts}, scope=Scope.ACCOUNT, key__in=keys
    )
    sums = purses.order_by().values_list("key", "play").annotate(sum=Sum("held_micros"))
    held = {(key, play): int(micros) for key, play, micros in sums}
    burnt = lately(accounts, today)
    found = []
    for one in accounts:
        dated = [row for row in rates[one.pk] if row.since <= today]
        rate = dated[-1].usd_per_unit if dated else one.catalogue.usd_per_unit
        micros = held.get((str(one.uuid), one.play), 0)
        moved = any(row.since >= today - HOLDS for row in rates[one.pk])
        units = _held(one, micros, rate, now) if moved and micros else _units(micros, rate)
        found.append(
            Runway(
                balance=one.left,
                topped_up=one.topped_up,
                at=one.balance_at,
                burn_7=_burnt(burnt[one.pk, 7], rate),
                burn_30=_burnt(burnt[one.pk, 30], rate),
                held_micros=micros,
                held_units=units,
            )
        )
    return found


def _held(account: ProviderAccount, micros: int, rate: Decimal | None, now: dt.datetime) -> Decimal:
    """What is held, in units: by the rates it was sold at, for that of today has changed lately."""
    running = _running(account, now, rate)
    older = _units(max(0, micros - running.micros), rate) or NONE
    return running.units + older


def _burnt(found: Charged, rate: Decimal | None) -> Decimal:
    return found.units + (_units(found.untold_micros, rate) or NONE)


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


def _movements(
    account: ProviderAccount, start: dt.datetime, end: dt.datetime
) -> QuerySet[Movement]:
    """By account, kind and time there is an index: say the kind too."""
    rows = Movement.objects.filter(account=str(account.uuid), at__gt=start, at__lte=end)
    return rows.filter(play=account.play)


def _running(account: ProviderAccount, moment: dt.datetime, rate: Decimal | None) -> Running:
    """Held and not ended at a moment."""
    start = moment - HOLDS
    held = _movements(account, start, moment).filter(kind=Kind.HOLD)
    over = _movements(account, start, moment).filter(kind__in=(Kind.SETTLE, Kind.RELEASE))
    own = Q(unit=account.catalogue.unit, units__isnull=False)
    found = held.exclude(subject__in=over.values("subject")).aggregate(
        count=Count("pk"),
        own=Sum("units", filter=own),
        other=Sum("micros", filter=~own),
        all=Sum("micros"),
    )
    other = _units(int(found["other"] or 0), rate) or NONE
    return Running(found["count"], (found["own"] or NONE) + other, int(found["all"] or 0))


def _units(micros: int, rate: Decimal | None) -> Decimal | None:
    if not rate:
        return None
    return (Decimal(micros) / 1_000_000 / rate).quantize(Decimal("0.000001"), ROUND_CEILING)
