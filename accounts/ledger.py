"""The ledger's verbs: hold, settle, release, adjust. Movements are written once, each has a key.

Every verb may run twice: the second time it finds the movements of the first. All of them work
inside the caller's transaction, or in one of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from .closing import is_closed, named
from .models import Kind, Movement, Team, User
from .purses import (
    OverBudget,
    Standing,
    give,
    month_of,
    open_all,
    queue_at,
    standing,
    standings,
    standings_at,
    take,
)
from .reckoning import Drift, check

__all__ = [
    "Bill",
    "Drift",
    "Misused",
    "OverBudget",
    "Standing",
    "adjust",
    "check",
    "held",
    "hold",
    "month_of",
    "movements",
    "release",
    "settle",
    "standing",
    "standings",
    "standings_at",
]


class Misused(Exception):
    """A verb that does not fit what the ledger knows of the subject. A mistake of ours."""


@dataclass(frozen=True, slots=True)
class Bill:
    """What money is for, and whose. ``subject``, ``project``, ``account`` are opaque ids.

    An empty ``project`` or ``account`` has no purse. ``play`` is sandbox money.
    """

    team: Team
    user: User
    subject: str
    project: str
    account: str
    play: bool
    month: str


def hold(
    bill: Bill,
    micros: int,
    *,
    units: Decimal | None = None,
    unit: str = "",
    rate: Decimal | None = None,
    note: str = "",
) -> Movement:
    """Set the worst case aside in every purse of the bill. Same subject, same movement.

    Raises OverBudget, having taken nothing, when a budget has less left; Misused when the
    subject is held already for another amount.
    """
    movement = Movement(
        key=f"hold:{bill.subject}", kind=Kind.HOLD, micros=_whole(micros), **_bill_fields(bill)
    )
    movement.units, movement.unit, movement.rate, movement.note = units, unit, rate, note[:300]
    with transaction.atomic():
        queue_at(movement)
        if done := Movement.objects.filter(key=movement.key).first():
            return _same(done, movement)
        _refuse_closed(movement)
        take(movement)
        movement.save(force_insert=True)
    return movement


def settle(
    subject: str,
    micros: int,
    *,
    units: Decimal | None = None,
    unit: str = "",
    rate: Decimal | None = None,
    note: str = "",
) -> list[Movement]:
    """Charge what it cost: the held part is settled, the rest released, an excess adjusted.

    The excess is charged whatever the budget says, for the provider has taken it. A second call
    changes nothing and returns what the first one wrote. Raises Misused without an open hold.
    """
    total = _whole(micros)
    with transaction.atomic():
        first = _held_for(subject)
        if first is None:
            raise Misused(f"{subject} cannot be settled: nothing was held for it")
        done = list(movements(subject).filter(~Q(kind=Kind.HOLD)))
        if any(one.kind == Kind.SETTLE for one in done):
            keys = (f"settle:{subject}", f"release:{subject}", _over(subject))
            return [one for one in done if one.key in keys]
        if done:
            raise Misused(f"{subject} cannot be settled: its hold was released")
        within = min(total, first.micros)
        give(first, held=-first.micros, spent=total)
        written = [_follow(first, Kind.SETTLE, within, note, units=units, unit=unit, rate=rate)]
        if within < first.micros:
            written.append(_follow(first, Kind.RELEASE, first.micros - within, note))
        if within < total:
            excess = total - within
            written.append(_follow(first, Kind.ADJUST, excess, note, key=_over(subject)))
        return written


def release(subject: str, note: str = "") -> Movement | None:
    """Give the whole hold back. Nothing happens where it is settled, released or was never held."""
    with transaction.atomic():
        first = _held_for(subject)
        if first is None:
            return None
        done = {one.kind: one for one in movements(subject)}
        if Kind.SETTLE in done or Kind.RELEASE in done:
            return done.get(Kind.RELEASE) if Kind.SETTLE not in done else None
        give(first, held=-first.micros, spent=0)
        return _follow(first, Kind.RELEASE, first.micros, note)


def adjust(
    subject: str,
    micros: int,
    *,
    reason: str,
    note: str,
    units: Decimal | None = None,
    unit: str = "",
    rate: Decimal | None = None,
) -> Movement:
    """Correct what was charged, up or down, once for each ``reason`` (a short word).

    For a finished subject: a late charge, a refund, a resolved exception. It counts in the month
    of the hold; once that is closed, in the month of today. Raises Misused while the hold is
    open, and when the subject's charge would fall below zero.
    """
    with transaction.atomic():
        first = _held_for(subject)
        if first is None or held(subject):
            raise Misused(f"{subject} cannot be adjusted: it is not finished")
        key = f"adjust:{subject}:{reason}"
        if done := Movement.objects.filter(key=key).first():
            return done
        if charged(subject) + micros < 0:
            raise Misused(f"{subject} cannot be adjusted by {micros}: less was charged")
        corrects = ""
        if _is_closed(first):
            first, corrects = _billed_now(first), first.month
        give(first, held=0, spent=micros)
        told: dict[str, Any] = {"units": units, "unit": unit, "rate": rate}
        return _follow(first, Kind.ADJUST, micros, note, key=key, corrects=corrects, **told)


def held(subject: str) -> int:
    """What is still set aside for a subject."""
    return _sum(subject, Kind.HOLD) - _sum(subject, Kind.SETTLE, Kind.RELEASE)


def charged(subject: str) -> int:
    """What a subject has cost so far."""
    return _sum(subject, Kind.SETTLE, Kind.ADJUST)


def movements(subject: str) -> QuerySet[Movement]:
    """All lines about a subject, oldest first."""
    return Movement.objects.filter(subject=subject).order_by("pk")


def _bill_fields(bill: Bill) -> dict[str, Any]:
    return {one.name: getattr(bill, one.name) for one in fields(bill)}


def _held_for(subject: str) -> Movement | None:
    """The hold, once nobody else moves its money."""
    first = Movement.objects.filter(key=f"hold:{subject}").first()
    if first:
        queue_at(first)
    return first


def _billed_now(first: Movement) -> Movement:
    """The same bill in the month of today, for corrections of a closed one. Never saved."""
    names = [one.name for one in fields(Bill) if one.name not in ("team", "user", "month")]
    same = {name: getattr(first, name) for name in names}
    month = month_of(timezone.now())
    now = Movement(team_id=first.team_id, user_id=first.user_id, month=month, **same)
    # A month is closed only after it is over, so this purse comes after the one that we hold.
    queue_at(now)
    open_all(now)
    return now


def _is_closed(movement: Movement) -> bool:
    """The month of today never is: so a request asks the database nothing more."""
    over = movement.month < month_of(timezone.now())
    return over and is_closed(movement.team_id, movement.month)


def _refuse_closed(movement: Movement) -> None:
    """A closed month takes no movement, whatever asks for it."""
    if _is_closed(movement):
        raise Misused(f"{named(movement.month)} is closed: nothing can be written into it")


def _follow(
    first: Movement,
    kind: Kind,
    micros: int,
    note: str,
    *,
    key: str = "",
    corrects: str = "",
    units: Decimal | None = None,
    unit: str = "",
    rate: Decimal | None = None,
) -> Movement:
    _refuse_closed(first)
    return Movement.objects.create(
        key=key or f"{kind.value}:{first.subject}",
        kind=kind,
        team_id=first.team_id,
        user_id=first.user_id,
        subject=first.subject,
        project=first.project,
        account=first.account,
        play=first.play,
        month=first.month,
        micros=micros,
        units=units,
        unit=unit,
        rate=rate,
        note=note[:300],
        corrects=corrects,
    )


def _same(done: Movement, asked: Movement) -> Movement:
    if (done.team_id, done.micros, done.play) != (asked.team_id, asked.micros, asked.play):
        raise Misused(f"{done.subject} is held already, for {done.micros} micro-dollars")
    return done


def _over(subject: str) -> str:
    return f"adjust:{subject}:over"


def _sum(subject: str, *kinds: Kind) -> int:
    rows = Movement.objects.filter(subject=subject, kind__in=kinds)
    return int(rows.aggregate(sum=Coalesce(Sum("micros"), 0))["sum"])


def _whole(micros: int) -> int:
    if type(micros) is not int:
        raise TypeError(f"money is whole micro-dollars, not {micros!r}")
    if micros < 0:
        raise ValueError(f"{micros} micro-dollars: an amount cannot be negative")
    return micros
