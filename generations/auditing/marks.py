"""What the audit keeps of each clip, and how many charges of a month agree: for scorecards.

The months are counted in the transaction that keeps the mark, so that a scorecard of years reads
few rows; only the days at the ends of a period are counted clip by clip.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from accounts.reckoning import Drift, one_moment
from generations.models import Audited, AuditedMonth, Generation, ProviderAccount
from generations.spend.period import cover

# How many charges were told, and how many of them are as they should be.
type Counts = tuple[int, int]
# Of an account, in the month that begins on this day.
type Key = tuple[int, dt.date]

_COUNTS = {"told": Count("agrees"), "agree": Count("agrees", filter=Q(agrees=True))}


@transaction.atomic
def keep(generation: Generation, fields: dict[str, Any]) -> None:
    """Keep what the audit saw of one clip, instead of what it saw before; what is not told stays.

    ``fields`` has at least ``account_id``, ``at`` and ``agrees``.
    """
    rows = Audited.objects.select_for_update()
    old = rows.filter(pk=generation.pk).first()
    if old is None:
        try:
            with transaction.atomic():
                Audited.objects.create(generation=generation, **fields)
        except IntegrityError:
            # Somebody else audited it at the same moment.
            old = rows.get(pk=generation.pk)
    if old is not None:
        Audited.objects.filter(pk=old.pk).update(**fields)
    change: dict[Key, list[int]] = defaultdict(lambda: [0, 0])
    seen = [(old.account_id, old.at, old.agrees, -1)] if old is not None else []
    for account, at, agrees, more in (
        *seen,
        (fields["account_id"], fields["at"], fields["agrees"], 1),
    ):
        if agrees is not None:
            counts = change[account, timezone.localdate(at).replace(day=1)]
            counts[0] += more
            counts[1] += more * agrees
    # In one order, so that two who move clips between the same months do not wait for each other.
    for key, (told, agree) in sorted(change.items()):
        if told or agree:
            _count(key, told, agree)


def _count(key: Key, told: int, agree: int) -> None:
    """Add to a month; the first to touch it makes it, and who comes second at once adds to that."""
    account, month = key
    rows = AuditedMonth.objects.filter(account=account, month=month)
    grown = {"told": F("told") + told, "agree": F("agree") + agree}
    if rows.update(**grown):
        return
    try:
        with transaction.atomic():
            AuditedMonth.objects.create(account_id=account, month=month, told=told, agree=agree)
    except IntegrityError:
        rows.update(**grown)


def checked(accounts: Collection[int], start: dt.datetime, end: dt.datetime) -> dict[int, Counts]:
    """By account, of what ended from ``start`` to before ``end``, both midnights. Three queries
    at most.
    """
    last = timezone.localdate(end - dt.timedelta(microseconds=1))
    found: dict[int, Counts] = {}
    sums: Any
    for whole, first, until in cover(timezone.localdate(start), last):
        if whole:
            months = AuditedMonth.objects.filter(account__in=accounts)
            months = months.filter(month__gte=first, month__lte=until).order_by()
            sums = months.values_list("account_id").annotate(Sum("told"), Sum("agree"))
        else:
            after = _midnight(until + dt.timedelta(days=1))
            rows = Audited.objects.filter(account__in=accounts, at__gte=_midnight(first))
            # Grouped as the index is sorted.
            sums = rows.filter(at__lt=after).order_by().values_list("account_id")
            sums = sums.annotate(**_COUNTS)
        for account, told, agree in sums:
            have = found.get(account, (0, 0))
            found[account] = (have[0] + told, have[1] + agree)
    return found


def check() -> list[tuple[int, Drift]]:
    """Months that are not as the marks say: team and difference. Looked at again at one moment."""
    if not list(_differences()):
        return []
    with one_moment():
        return list(_differences())


@transaction.atomic
def remake() -> None:
    """Count all months again. Nobody audits meanwhile."""
    AuditedMonth.objects.all().delete()
    AuditedMonth.objects.bulk_create(
        AuditedMonth(account_id=account, month=month, told=told, agree=agree)
        for (account, month), (told, agree) in _counted().items()
    )


def _counted() -> dict[Key, Counts]:
    rows = Audited.objects.filter(agrees__isnull=False).order_by()
    months = rows.annotate(month=TruncMonth("at")).values_list("account_id", "month")
    return {
        (account, timezone.localdate(month)): (told, agree)
        for account, month, told, agree in months.annotate(**_COUNTS)
    }


def _differences() -> Iterator[tuple[int, Drift]]:
    wanted = _counted()
    kept = AuditedMonth.objects.values_list("account_id", "month", "told", "agree")
    found = {(account, month): (told, agree) for account, month, told, agree in kept}
    for key in sorted({*wanted, *found}):
        should, has = wanted.get(key, (0, 0)), found.get(key, (0, 0))
        if should == has:
            continue
        account = ProviderAccount.objects.only("team_id", "name").get(pk=key[0])
        where = f"charges audited in {key[1]:%Y-%m}: {account.name}"
        for name, one, other in zip(("told", "agreeing"), should, has, strict=True):
            if one != other:
                yield account.team_id, Drift(where, f"the number of those {name}", one, other)


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))
