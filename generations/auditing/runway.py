"""How long what is left at a provider lasts, and what is held of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from accounts.models import Kind, Movement, Purse, Scope
from generations.models import ProviderAccount, UnitRate

from .charged import Charged, lately
from .rates import units_of

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
        units = _held(one, micros, rate, now) if moved and micros else units_of(micros, rate)
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
    running = running_at(account, now, rate)
    older = units_of(max(0, micros - running.micros), rate) or NONE
    return running.units + older


def _burnt(found: Charged, rate: Decimal | None) -> Decimal:
    return found.units + (units_of(found.untold_micros, rate) or NONE)


def _movements(
    account: ProviderAccount, start: dt.datetime, end: dt.datetime
) -> QuerySet[Movement]:
    """By account, kind and time there is an index: say the kind too."""
    rows = Movement.objects.filter(account=str(account.uuid), at__gt=start, at__lte=end)
    return rows.filter(play=account.play)


def running_at(account: ProviderAccount, moment: dt.datetime, rate: Decimal | None) -> Running:
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
    other = units_of(int(found["other"] or 0), rate) or NONE
    return Running(found["count"], (found["own"] or NONE) + other, int(found["all"] or 0))
