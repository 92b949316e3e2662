"""Lines and sums against the movements and generations: compared, and made again from them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import batched
from typing import Any

from django.db import connection, transaction
from django.db.models import Sum
from django.db.models.functions import TruncMonth

from accounts.ledger import Drift
from generations.models import Generation, Selection, SpendDay, SpendLine, SpendMonth

from .figures import NAMES, NOTHING, Figures
from .reading import Read, read
from .writing import write

CHUNK = 1000
WHOSE = ("team_id", "play", "project_id", "user_id", "account_id", "model", "operation", "unit")

# What a line says beside its figures.
_LINE = (*WHOSE, "day", "provider", "subject", "generation_id", "prompt")

type Key = tuple[Any, ...]


def check() -> Iterator[Drift]:
    """Everything that is not as the movements and generations say. In the caller's transaction."""
    lines = 0
    for rows in _chunks():
        kept: dict[Any, dict[Any, SpendLine]] = {}
        for line in SpendLine.objects.filter(subject__in=[one.subject for one in rows]):
            kept.setdefault(line.subject, {})[line.day] = line
        for row in rows:
            have = kept.get(row.subject, {})
            lines += len(have)
            yield from _of_one(row, have)
    if extra := SpendLine.objects.count() - lines:
        yield Drift("spend lines", "those of nothing that was settled", 0, extra)
    for model in (SpendDay, SpendMonth):
        yield from _of_sums(model)


@transaction.atomic
def rebuild() -> int:
    """Make all lines and sums again; how many lines there are. Nobody settles meanwhile."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {SpendLine._meta.db_table} IN EXCLUSIVE MODE")
    for model in (SpendLine, SpendDay, SpendMonth):
        model.objects.all().delete()
    for rows in _chunks():
        lines = ((row.line(day), now) for row in rows for day, now in row.days.items())
        write(
            SpendLine,
            (*_LINE, *NAMES),
            ((*(line[name] for name in _LINE), *now.values()) for line, now in lines),
        )
    for model in (SpendDay, SpendMonth):
        sums = _wanted(model).items()
        made = ((*key, provider, *now.values()) for key, (now, provider) in sums)
        write(model, (*WHOSE, "day", "provider", *NAMES), made)
    return SpendLine.objects.count()


def _chunks() -> Iterator[list[Read]]:
    """All that may have a line, so many at a time."""
    for model in (Generation, Selection):
        pks = model.objects.order_by("pk").values_list("pk", flat=True)
        for some in batched(pks.iterator(CHUNK), CHUNK):
            yield list(read(model, some))


def _of_one(row: Read, have: dict[Any, SpendLine]) -> Iterator[Drift]:
    for day in {*row.days, *have}:
        wanted, line = row.days.get(day, NOTHING), have.get(day)
        found = {name: getattr(line, name) for name in NAMES} if line else NOTHING
        yield from _differences(f"spend of {row.subject} on {day}", wanted, found)


def _of_sums(model: type[SpendDay | SpendMonth]) -> Iterator[Drift]:
    wanted = _wanted(model)
    name = model._meta.verbose_name
    for values in model.objects.values_list(*WHOSE, "day", *NAMES).iterator():
        key, rest = values[: len(WHOSE) + 1], values[len(WHOSE) + 1 :]
        found = dict(zip(NAMES, rest, strict=True))
        yield from _differences(f"{name} {key}", wanted.pop(key, (NOTHING, ""))[0], found)
    for key, (expected, _) in wanted.items():
        yield from _differences(f"{name} {key}", expected, NOTHING)


def _differences(where: str, wanted: Figures, found: Figures) -> Iterator[Drift]:
    for name in NAMES:
        if wanted[name] != found[name]:
            yield Drift(where, name.replace("_", " "), wanted[name], found[name])


def _wanted(model: type[SpendDay | SpendMonth]) -> dict[Key, tuple[Figures, str]]:
    """What each sum should be, by the lines, with the provider that its account is at."""
    rows = SpendLine.objects.order_by()
    day = "day"
    if model is SpendMonth:
        rows, day = rows.annotate(month=TruncMonth("day")), "month"
    grouped = rows.values_list(*WHOSE, day, "provider").annotate(
        **{f"sum_{name}": Sum(name) for name in NAMES}
    )
    found = {}
    for values in grouped.iterator():
        key, rest = values[: len(WHOSE) + 1], values[len(WHOSE) + 1 :]
        found[key] = (dict(zip(NAMES, rest[1:], strict=True)), rest[0])
    return found
