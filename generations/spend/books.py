"""The one door to the ledger for what is made: who settles keeps the sums, in one transaction.

Only ``hold`` goes to the ledger itself, for nothing is summed while money is held. A test holds
the rest of the studio to it (tests/spend/test_books.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Model

from accounts import ledger
from accounts.models import Movement
from generations.catalogue.types import Quote
from generations.models import (
    Generation,
    ProviderAccount,
    Selection,
    SpendDay,
    SpendFacts,
    SpendLine,
    SpendMonth,
    SpendPrompt,
    SpendSome,
)

from .conditions import SAID, holds
from .figures import KEPT, NOTHING, Figures
from .measure import measure
from .reading import Read, read

# What money is held for: its uuid is the subject in the ledger.
type Sold = Generation | Selection


def freezer(quote: Quote, account: ProviderAccount) -> Callable[..., object]:
    """What keeps, with each clip asked for by this quote, what it will be measured against."""
    found = measure(quote, str(account.uuid))
    cheapest = account
    if found.cheapest_account not in ("", str(account.uuid)):
        cheapest = ProviderAccount.objects.only("pk").get(uuid=found.cheapest_account)
    return partial(
        SpendFacts.objects.create,
        published_micros=found.published,
        book_source=found.source[:300],
        book_read_on=found.read_on,
        cheapest_micros=found.cheapest,
        cheapest_account_id=cheapest.pk if found.cheapest_account else None,
        on_failure=found.on_failure.value,
        on_moderation=found.on_moderation.value,
    )


@transaction.atomic
def settle(sold: Sold, micros: int, **facts: Any) -> list[Movement]:
    """As ``ledger.settle``; the state must stand already."""
    written = ledger.settle(str(sold.uuid), micros, **facts)
    enter(sold)
    return written


@transaction.atomic
def release(sold: Sold, note: str = "") -> Movement | None:
    """As ``ledger.release``; the state must stand already."""
    written = ledger.release(str(sold.uuid), note)
    enter(sold)
    return written


@transaction.atomic
def adjust(sold: Sold, micros: int, *, reason: str, note: str, **facts: Any) -> Movement:
    """As ``ledger.adjust``; it counts on today, whenever the clip was made."""
    written = ledger.adjust(str(sold.uuid), micros, reason=reason, note=note, **facts)
    enter(sold)
    return written


def enter(sold: Sold) -> None:
    """Bring its lines, and the sums they are in, to where its rows say they should be.

    In the transaction that changed the rows, after the ledger: it lets one at a time through.
    """
    for row in read(type(sold), [sold.pk]):
        lines = {one.day: one for one in SpendLine.objects.filter(subject=sold.uuid)}
        is_new, most = not lines, 0
        # A day on which a charge was taken back again has a line, and nothing should stand in it.
        for day in sorted({*row.days, *lines}):
            wanted, line = row.days.get(day, NOTHING), lines.get(day)
            have = {name: getattr(line, name) for name in KEPT} if line else NOTHING
            change = {name: wanted[name] - have[name] for name in KEPT}
            most += max(0, wanted["micros"]) - max(0, have["micros"])
            if line is None:
                SpendLine.objects.create(**row.line(day), **wanted)
            elif any(change.values()):
                SpendLine.objects.filter(pk=line.pk).update(**wanted)
            if any(change.values()):
                _add(SpendDay, row, {"day": day}, change)
                _add(SpendMonth, row, {"day": day.replace(day=1)}, change)
                _add_some(row, day.replace(day=1), have, wanted)
        if most or (is_new and row.days):
            whose = {name: row.key[name] for name in ("team_id", "play")}
            _grow(SpendPrompt, whose | {"prompt": row.prompt}, {"most_micros": most})


def _add(model: type[SpendDay | SpendMonth], row: Read, day: dict[str, Any], more: Figures) -> None:
    changed = {name: value for name, value in more.items() if value}
    _grow(model, row.key | day, changed, provider=row.provider)


def _add_some(row: Read, month: dt.date, have: Figures, wanted: Figures) -> None:
    """A line that changed may have to be summed elsewhere: other conditions hold for it."""
    changes: dict[int, Figures] = {}
    for figures, sign in ((have, -1), (wanted, 1)):
        if bits := holds(figures):
            some = changes.setdefault(bits, dict.fromkeys(SAID, 0))
            for name in SAID:
                some[name] += sign * figures[name]
    key = {name: value for name, value in row.key.items() if name != "unit"}
    for bits, change in changes.items():
        _grow(SpendSome, key | {"day": month, "holds": bits}, change)


def _grow(model: type[Model], key: dict[str, Any], more: Figures, **told: Any) -> None:
    """Add to one sum; the first to touch it makes it, and who comes second at once adds to that."""
    sums = model._base_manager.filter(**key)
    grown = {name: F(name) + value for name, value in more.items()}
    if sums.update(**grown):
        return
    try:
        with transaction.atomic():
            model._base_manager.create(**key, **told, **more)
    except IntegrityError:
        sums.update(**grown)
