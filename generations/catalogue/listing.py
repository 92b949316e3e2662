"""Everything that is offered: each combination with its price, or why it has none. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .briefs import Brief
from .offerings import Offering
from .prices import PriceRow
from .quote import charged_units, find_row, find_unknown
from .sellers import Provider
from .spread import fitting
from .words import Formula, Value

# Texts that a price may ask for: with one, a combination is listed once more.
TEXTS = ("sound", "speech")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the catalogue; empty: all of it."""

    provider: str = ""
    operation: str = ""
    model: str = ""

    def offerings(self, provider: Provider) -> list[Offering]:
        if self.provider not in ("", provider.id):
            return []
        return [
            one
            for one in provider.offerings
            if self.operation in ("", one.operation) and self.model in ("", one.model)
        ]


def lines(providers: Mapping[str, Provider], wanted: Wanted) -> Iterator[dict[str, Any]]:
    """One fact sheet for each combination of values that are listed, as plain data."""
    for provider in providers.values():
        for offering in wanted.offerings(provider):
            yield from _lines(provider, offering)


def _lines(provider: Provider, offering: Offering) -> Iterator[dict[str, Any]]:
    prices, unknown = fitting(offering, provider.prices), fitting(offering, provider.unknown)
    conditions = [row.when for row in prices] + [row.when for row in unknown]
    asked = {name for when in conditions for name, _ in when}
    spoken = any(row.formula is Formula.PER_15_BYTES for row in prices)
    texts = [
        name
        for name in TEXTS
        if name in offering.options and (name in asked or (spoken and name == "speech"))
    ]
    for options in offering.combinations():
        for told in ("", *texts):
            given: dict[str, Value] = {**options, **({told: "…"} if told else {})}
            brief = Brief(offering.operation, offering.model, "", given)
            row = find_row(prices, brief)
            yield {
                "provider": provider.id,
                "operation": offering.operation,
                "model": offering.model,
                "remote_model": offering.remote_model,
                "options": options,
                "told": told,
                "price": _price(provider, row, brief) if row else None,
                "unknown": None if row else _reason(provider, brief),
            }


def _reason(provider: Provider, brief: Brief) -> str:
    found = find_unknown(provider, brief)
    return found.reason if found else "nobody publishes it"


def _price(provider: Provider, row: PriceRow, brief: Brief) -> dict[str, Any]:
    """Amounts as text, for no float may hold money; ``units`` where the options tell how many."""
    counted = row.formula in (Formula.PER_CLIP, Formula.PER_SECOND)
    return {
        "formula": row.formula.value,
        "amount": str(row.amount),
        "unit": row.unit,
        "units": str(charged_units(provider, row, brief)) if counted else None,
        "usd_per_unit": None if provider.usd_per_unit is None else str(provider.usd_per_unit),
        "read_on": row.read_on.isoformat() if row.read_on else None,
        "source": row.source,
    }
