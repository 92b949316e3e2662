"""What an account's prices look like to people: published ones grouped, own ones, and a filter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from generations.account_prices import when_words
from generations.catalogue.quote import to_micros
from generations.catalogue.types import PriceRow, Provider, condition_words
from generations.models import ProviderAccount, TeamPrice


@dataclass(frozen=True, slots=True)
class Filter:
    """Which prices a person wants to see; empty: all."""

    operation: str = ""
    model: str = ""

    def __bool__(self) -> bool:
        return bool(self.operation or self.model)

    def shows(self, operation: str, model: str) -> bool:
        """A price for any operation or model is a price for the wanted one."""
        return (not self.operation or operation in ("", self.operation)) and (
            not self.model or model in ("", self.model)
        )


@dataclass(frozen=True, slots=True)
class Own:
    """One of the team's own prices, with its conditions in words."""

    row: TeamPrice
    conditions: str


@dataclass(slots=True)
class Line:
    """One published amount; ``micros`` is it in USD where the rate is known."""

    quality: str
    sound: str
    duration: int | None
    amount: Decimal
    unit: str
    micros: int | None
    operations: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Group:
    """The published amounts of one model from one page."""

    model: str
    formula: str
    read_on: dt.date | None
    source: str
    when: str
    lines: list[Line] = field(default_factory=list)


def published(
    provider: Provider, rate: Decimal | None, wanted: Filter | None = None
) -> list[Group]:
    """The catalogue's rows by model and source; operations that cost the same share a line."""
    groups: dict[tuple[object, ...], Group] = {}
    lines: dict[tuple[object, ...], Line] = {}
    for row in provider.prices:
        if wanted and not wanted.shows(row.operation, row.model):
            continue
        page = (row.model, row.formula, row.read_on, row.source, row.when)
        if page not in groups:
            formula = row.formula.value.replace("_", " ")
            words = ", ".join(_asked(row))
            facts = (row.model or "all models", formula, row.read_on, row.source, words)
            groups[page] = Group(*facts)
        cell = (*page, row.quality, row.audio, row.duration, row.amount, row.unit)
        if cell not in lines:
            lines[cell] = _line(row, rate)
            groups[page].lines.append(lines[cell])
        lines[cell].operations.append(row.operation.replace("_", " ") or "everything")
    return list(groups.values())


def own(account: ProviderAccount) -> list[TeamPrice]:
    """The team's own rows that hold, newest first."""
    rows = account.prices.filter(withdrawn_at=None).select_related("entered_by")
    return list(rows.order_by("-since", "-pk"))


def by_model(rows: Iterable[TeamPrice], wanted: Filter) -> list[tuple[str, list[Own]]]:
    """The team's own rows under their models, as many as a page holds of each."""
    found: dict[str, list[Own]] = {}
    for row in rows:
        if wanted.shows(row.operation, row.model):
            found.setdefault(row.model, []).append(Own(row, _conditions(row)))
    return sorted(found.items())


def _conditions(row: TeamPrice) -> str:
    parts = [row.operation.replace("_", " ") or "everything", row.quality]
    parts.append({None: "", True: "with sound", False: "silent"}[row.audio])
    parts.append(f"{row.duration} s" if row.duration else "")
    return ", ".join(part for part in [*parts, *when_words(row)] if part)


def _asked(row: PriceRow) -> list[str]:
    """What it asks for; what must be left out is said by its own price."""
    return [condition_words(name, wanted) for name, wanted in row.when if wanted]


def _line(row: PriceRow, rate: Decimal | None) -> Line:
    known = Decimal(1) if row.unit == "USD" else rate
    return Line(
        quality=row.quality or "",
        sound={None: "", True: "with sound", False: "silent"}[row.audio],
        duration=row.duration,
        amount=row.amount,
        unit=row.unit,
        micros=None if known is None else to_micros(row.amount, known),
    )
