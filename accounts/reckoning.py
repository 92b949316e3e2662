"""Sums every purse and every subject again from the movements, and says where they differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from django.db import connection, transaction
from django.db.models import Count, F, Min, Q, Sum
from django.db.models.functions import Coalesce

from .closing import is_closed
from .models import Kind, Movement, Purse
from .purses import scopes

type Place = tuple[int, str, str, bool, str]


@dataclass(frozen=True, slots=True)
class Drift:
    """Something that does not add up. ``str()`` is one line for an operator."""

    where: str
    what: str
    expected: int
    found: int

    def __str__(self) -> str:
        return f"{self.where}: {self.what} should be {self.expected} and is {self.found}"


# What others keep of the movements: each says where it differs from them (see ``also``).
_OTHERS: list[Callable[[], Iterable[Drift]]] = []


def check() -> list[Drift]:
    """Everything that does not add up, at one moment; empty when all does."""
    with one_moment():
        return [*_purses(), *_subjects(), *(drift for other in _OTHERS for drift in other())]


def also(other: Callable[[], Iterable[Drift]]) -> None:
    """Let ``check`` look at somebody else's sums of the movements too."""
    if other not in _OTHERS:
        _OTHERS.append(other)


@contextmanager
def one_moment() -> Iterator[None]:
    """All queries inside see the same state, whatever is being written meanwhile."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def check_purses(team_id: int, month: str) -> list[Drift]:
    """The purses of one team's month alone. So much can be looked at while work goes on."""
    which = {"team_id": team_id, "month": month}
    found = list(_purses(**which))
    if not found:
        return found
    # Something may have moved between two queries: only what stands still counts.
    with one_moment():
        return list(_purses(**which))


def check_subjects(subjects: Iterable[str]) -> list[tuple[str, Drift]]:
    """These subjects alone, each with what does not add up about it."""
    which = {"subject__in": list(subjects)}
    found = list(_subjects(**which))
    return [(one.where.removeprefix("subject "), one) for one in found]


def _purses(**which: Any) -> Iterator[Drift]:
    expected = _expected(**which)
    for purse in Purse.objects.filter(**which).order_by("pk"):
        place = (purse.team_id, purse.scope, purse.key, purse.play, purse.month)
        held, spent = expected.pop(place, (0, 0))
        if purse.held_micros != held:
            yield Drift(_words(place), "held", held, purse.held_micros)
        if purse.spent_micros != spent:
            yield Drift(_words(place), "spent", spent, purse.spent_micros)
    for place, (held, spent) in expected.items():
        yield Drift(_words(place), "held, in a purse that is missing,", held, 0)
        yield Drift(_words(place), "spent, in a purse that is missing,", spent, 0)


def _expected(**which: Any) -> dict[Place, tuple[int, int]]:
    """What each purse should hold and have spent, by the movements."""
    sums: dict[Place, tuple[int, int]] = defaultdict(lambda: (0, 0))
    rows = (
        Movement.objects.filter(**which)
        .order_by()
        .values("team_id", "project", "user_id", "account", "play", "month")
        .annotate(**_SUMS)
    )
    for row in cast(Iterable[dict[str, Any]], rows):
        open_, spent = row.pop("hold") - row.pop("back"), row.pop("spent")
        row.pop("settle")
        for scope, key in scopes(Movement(**row)):
            place = (row["team_id"], str(scope), key, row["play"], row["month"])
            held, so_far = sums[place]
            sums[place] = (held + open_, so_far + spent)
    return sums


def _of(*kinds: Kind) -> Coalesce:
    return Coalesce(Sum("micros", filter=Q(kind__in=kinds)), 0)


_SUMS = {
    "hold": _of(Kind.HOLD),
    "settle": _of(Kind.SETTLE),
    "back": _of(Kind.SETTLE, Kind.RELEASE),
    "spent": _of(Kind.SETTLE, Kind.ADJUST),
}


def _subjects(**which: Any) -> Iterator[Drift]:
    """A subject has one hold; once anything followed, settled and released make up the hold."""
    rows = (
        Movement.objects.filter(**which)
        .order_by()
        .values("subject")
        .annotate(
            holds=Count("pk", filter=Q(kind=Kind.HOLD)),
            after=Count("pk", filter=~Q(kind=Kind.HOLD)),
            bills=Count("month", distinct=True),
            first=Min("pk"),
            **_SUMS,
        )
        .filter(~Q(holds=1) | Q(after__gt=0) & ~Q(hold=F("back")) | Q(spent__lt=0) | ~Q(bills=1))
        .order_by("first")
    )
    for row in cast(Iterable[dict[str, Any]], rows):
        where = f"subject {row['subject']}"
        if row["holds"] != 1:
            yield Drift(where, "the number of holds", 1, row["holds"])
        if row["after"] and row["hold"] != row["back"]:
            yield Drift(where, "settled and released together", row["hold"], row["back"])
        if row["spent"] < 0:
            yield Drift(where, "charged, at least,", 0, row["spent"])
        if row["bills"] != 1 and not _corrected_later(row["subject"]):
            yield Drift(where, "the number of months", 1, row["bills"])


def _corrected_later(subject: str) -> bool:
    """Are all other months later ones, of adjustments, and is the month of the hold closed?"""
    rows = list(Movement.objects.filter(subject=subject).order_by("pk"))
    first = rows[0]
    others = [one for one in rows if one.month != first.month]
    late = all(one.kind == Kind.ADJUST and one.month > first.month for one in others)
    return late and is_closed(first.team_id, first.month)


def _words(place: Place) -> str:
    team, scope, key, play, month = place
    name = f"{scope} {key}".strip()
    return f"purse of team {team}, {name}, {month}{' (play)' if play else ''}"
