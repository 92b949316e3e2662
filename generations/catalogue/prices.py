"""What a brief costs: dated rows, and prices that nobody publishes. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .briefs import Brief
from .words import Formula, Value, Wanted, When


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A dated price. ``None`` in a condition means: whatever the brief says. Amount in ``unit``.

    ``when`` holds further conditions, option by option ("seconds" are those of all ways between
    frames together). A price by the bytes of a speech is for a brief that has one, a price by the
    second for one that tells its seconds.
    """

    operation: str
    model: str
    formula: Formula
    amount: Decimal
    unit: str
    quality: str | None = None
    audio: bool | None = None
    duration: int | None = None
    read_on: dt.date | None = None
    source: str = ""
    ours: bool = False
    when: When = ()

    def fits(self, brief: Brief) -> bool:
        options = brief.options
        return (
            self.operation in ("", brief.operation)
            and self.model in ("", brief.model)
            and self.quality in (None, options.get("quality"))
            and self.audio in (None, bool(options.get("audio", False)))
            and self.duration in (None, options.get("duration"))
            and (self.formula is not Formula.PER_15_BYTES or "speech" in options)
            and (self.formula is not Formula.PER_SECOND or brief.seconds > 0)
            and _holds(self.when, brief)
        )

    def units(self, brief: Brief) -> Decimal:
        """What the brief costs in the row's unit."""
        return self.amount * self.times(brief)

    def times(self, brief: Brief) -> int:
        """How often the amount is counted."""
        match self.formula:
            case Formula.PER_SECOND:
                return brief.seconds
            case Formula.PER_SOURCE_SECOND:
                return max(1, brief.source_seconds)
            case Formula.PER_SOURCE_5_SECONDS:
                return max(1, -(-brief.source_seconds // 5))
            case Formula.PER_15_BYTES:
                spoken = str(brief.options.get("speech", ""))
                return max(1, -(-len(spoken.encode()) // 15))
            case Formula.PER_CLIP:
                return 1


@dataclass(frozen=True, slots=True)
class Unknown:
    """A price that nobody publishes, said out loud."""

    operation: str
    model: str
    quality: str | None
    reason: str
    when: When = ()

    def fits(self, brief: Brief) -> bool:
        return (
            self.operation in ("", brief.operation)
            and self.model in ("", brief.model)
            and self.quality in (None, brief.options.get("quality"))
            and _holds(self.when, brief)
        )


@dataclass(frozen=True, slots=True)
class Price:
    """What one take costs as sold: micro-dollars, and the provider's own unit beside them."""

    micros: int
    units: Decimal | None
    unit: str
    rate: Decimal | None
    formula: str
    source: str
    read_on: dt.date | None
    is_ceiling: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "micros": self.micros,
            "units": None if self.units is None else str(self.units),
            "unit": self.unit,
            "rate": None if self.rate is None else str(self.rate),
            "formula": self.formula,
            "source": self.source,
            "read_on": None if self.read_on is None else self.read_on.isoformat(),
            "is_ceiling": self.is_ceiling,
        }


def conditions(data: Mapping[str, Any]) -> When:
    """What a price's ``when`` asks, as read from a data file or a row of a team's own."""
    pairs = data.items()
    return tuple(
        sorted((name, tuple(value) if isinstance(value, list) else value) for name, value in pairs)
    )


def _holds(when: When, brief: Brief) -> bool:
    return all(meets(_told(brief, name), wanted) for name, wanted in when)


def _told(brief: Brief, name: str) -> Value | None:
    return brief.seconds if name == "seconds" else brief.options.get(name)


def meets(told: Value | None, wanted: Wanted) -> bool:
    """Is what was told (None: nothing) what a price asks?"""
    if isinstance(wanted, tuple):
        return told in wanted
    if isinstance(wanted, bool) or wanted == "":
        return bool(told) is bool(wanted)
    return told == wanted
