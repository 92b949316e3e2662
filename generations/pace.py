"""How long to wait, as pure functions of seconds; and what was measured, from finished rows."""

from __future__ import annotations

import time
from collections.abc import Iterable
from statistics import median

from django.db.models import F
from django.utils import timezone

from .catalogue.types import Pace
from .models import Generation, ProviderAccount, State

# Account, operation, model, and whether it was asked for off peak.
Key = tuple[int, str, str, bool]
# The last of these as a query's own column, where the whole brief is not needed.
OFF_PEAK = F("brief_json__options__off_peak")


def times(account: ProviderAccount, *, off_peak: bool) -> Pace:
    """The provider's usual and longest times for a job of this account."""
    return account.catalogue.pace.at(off_peak=off_peak)


def next_look(age: float, typical: float | None, refresh: float) -> float:
    """Seconds until the next look at a job of this age.

    With a measured typical time: nothing in its first half, often around it, seldom long after.
    Without one: a steady pace that slows with age. ``refresh`` is how often the provider itself
    learns something new; looking thrice in that time is as good as always.
    """
    floor = max(1.0, refresh / 3)
    if typical is None:
        return max(floor, min(age / 4, 5.0) if age < 300 else slow(age))
    if age < typical / 2:
        return max(floor, typical / 2 - age)
    if age < typical * 2 or age < typical + 30:
        return max(floor, min(typical / 20, 3.0))
    return max(floor, slow(age))


def slow(age: float) -> float:
    """Seconds between looks at something late: a twentieth of its age, from 3 s to 10 min."""
    return min(max(age / 20, 3.0), 600.0)


def back_off(tries: int, *, base: float = 2.0, most: float = 120.0) -> float:
    """Seconds before try number ``tries + 1``: doubles from ``base`` up to ``most``."""
    doublings = min(max(tries - 1, 0), 20)
    return min(base * float(1 << doublings), most)


_remembered: dict[frozenset[int], tuple[float, dict[Key, float]]] = {}
KEPT_S, MOST_KEPT = 60, 200


def usual(accounts: Iterable[int]) -> dict[Key, float]:
    """As ``measured``, for pages that only say what to expect: looked up once a minute."""
    now, which = time.monotonic(), frozenset(accounts)
    if not which:
        return {}
    until, known = _remembered.get(which, (0.0, {}))
    if now > until:
        if len(_remembered) >= MOST_KEPT:
            _remembered.clear()
        known = measured(which)
        _remembered[which] = (now + KEPT_S, known)
    return known


# So many times the usual time, and at least a minute, is much longer than usual.
MUCH, LATE_S = 3, 60.0


def is_late(row: Generation, account: ProviderAccount, *, off_peak: bool) -> bool:
    """Does it run so long that whoever waits should be told?"""
    age = age_of(row)
    if age <= LATE_S:
        return False
    key = (row.account_id, row.operation, row.model, off_peak)
    typical = usual([row.account_id]).get(key, times(account, off_peak=off_peak).typical_s)
    return age > MUCH * typical


def is_overdue(row: Generation, account: ProviderAccount, *, off_peak: bool) -> bool:
    """Does it run longer than it ever should?"""
    return age_of(row) > times(account, off_peak=off_peak).longest_s


def age_of(row: Generation) -> float:
    return (timezone.now() - (row.submitted_at or row.created_at)).total_seconds()


def measured(accounts: Iterable[int]) -> dict[Key, float]:
    """Median seconds from submission to done, of the newest 400 clips of these accounts."""
    rows = (
        Generation.objects.filter(
            account__in=list(accounts), state=State.SUCCEEDED, made_at__isnull=False
        )
        .exclude(submitted_at=None)
        .order_by("-id")
        .values_list(
            "account_id", "operation", "model", OFF_PEAK, F("made_at") - F("submitted_at")
        )[:400]
    )
    times: dict[Key, list[float]] = {}
    for account, operation, model, off_peak, took in rows:
        key = (account, operation, model, bool(off_peak))
        times.setdefault(key, []).append(took.total_seconds())
    return {key: median(values) for key, values in times.items()}
