"""All lines and sums at once: compared with the movements and generations, made again from them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import batched

from django.db import connection, transaction

from accounts.ledger import Drift
from generations.models import (
    Generation,
    Selection,
    SpendDay,
    SpendLine,
    SpendMonth,
    SpendPrompt,
    SpendSome,
)

from . import checking
from .checking import CHUNK, SOME, WHOSE, Sums
from .conditions import SAID
from .figures import KEPT
from .reading import Read, read
from .writing import write

# What a line says beside its figures.
_LINE = ("team_id", *WHOSE, "day", "provider", "subject", "generation_id", "prompt")


def check() -> Iterator[Drift]:
    """Everything that is not as the movements and generations say. In the caller's transaction."""
    for rows in _chunks():
        yield from (drift for _, drift in checking.differences(rows))
    for part in checking.parts(checking.WHOLE):
        yield from checking.check_part(part)


@transaction.atomic
def rebuild() -> int:
    """Make all lines and sums again; how many lines there are. Nobody settles meanwhile."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {SpendLine._meta.db_table} IN EXCLUSIVE MODE")
    for model in (SpendLine, SpendDay, SpendMonth, SpendSome, SpendPrompt):
        model._base_manager.all().delete()
    for rows in _chunks():
        lines = ((row.line(day), now) for row in rows for day, now in row.days.items())
        write(
            SpendLine,
            (*_LINE, *KEPT),
            ((*(line[name] for name in _LINE), *now.values()) for line, now in lines),
        )
    for part in checking.parts(checking.WHOLE):
        _make(part)
    return SpendLine.objects.count()


def _make(part: checking.Part) -> None:
    """The sums of one part, by the lines."""
    if part.first:
        found = checking.month_sums(part.team_id, part.first)
        _write(SpendDay, part, found.days, found.providers)
        _write(SpendMonth, part, found.month, found.providers)
        some = ((part.team_id, *key, *now.values()) for key, now in found.some.items())
        write(SpendSome, ("team_id", *SOME, "day", *SAID), some)
        return
    sums = checking.prompt_sums(part).items()
    columns = ("team_id", "play", "prompt", "most_micros")
    write(SpendPrompt, columns, ((part.team_id, *key, most) for key, most in sums))


def _write(
    model: type[SpendDay | SpendMonth], part: checking.Part, sums: Sums, providers: dict[int, str]
) -> None:
    place = WHOSE.index("account_id")
    made = ((part.team_id, *key, providers[key[place]], *now.values()) for key, now in sums.items())
    write(model, ("team_id", *WHOSE, "day", "provider", *KEPT), made)


def _chunks() -> Iterator[list[Read]]:
    """All that may have a line, so many at a time."""
    for model in (Generation, Selection):
        pks = model.objects.order_by("pk").values_list("pk", flat=True)
        for some in batched(pks.iterator(CHUNK), CHUNK):
            yield list(read(model, some))
