"""A view's sums by person, account and unit: from them come the totals and half the tables."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from generations.catalogue.loader import providers

from .asked import Asked
from .queries import Row, sums
from .totals import Total, total

# What can be one thing more: so a page reads its rows once for its totals and its table.
MORE = ("project", "model", "operation")
_PAIR = ("person", "account")


@dataclass(frozen=True)
class Summed:
    """``places`` says what stands where in a row's key: person, account, unit and one thing more.

    ``amounts`` are what was charged by person and account, in millionths of a provider's unit.
    """

    rows: list[Row]
    places: tuple[str, ...]
    amounts: dict[tuple[Any, Any], dict[tuple[str, str], int]] = field(default_factory=dict)

    @cached_property
    def total(self) -> Total:
        return total(one.figures for one in self.pairs.values())

    @cached_property
    def pairs(self) -> dict[tuple[Any, ...], Total]:
        """The totals of each person at each account."""
        return _grouped(self.rows, [self.places.index(name) for name in _PAIR])

    def by(self, name: str) -> dict[Any, Total]:
        """The totals of each person, account or what else has a place."""
        rows, places = self.rows, self.places
        if name in _PAIR:
            rows, places = [(key, one.figures) for key, one in self.pairs.items()], _PAIR
        return {key: one for (key,), one in _grouped(rows, [places.index(name)]).items()}

    def units(self, *, account: Any = None, user: Any = None) -> str:
        """What was charged in providers' own units, each for itself: ``120 credits + 0.4 USD``.

        One provider's credits are not another's, so more than one provider is only counted.
        """
        found: dict[tuple[str, str], int] = defaultdict(int)
        some = self.amounts
        if None not in (account, user):
            some = {(user, account): self.amounts.get((user, account), {})}
        for (person, place), amounts in some.items():
            if account in (None, place) and user in (None, person):
                for unit, count in amounts.items():
                    found[unit] += count
        if len({whose for whose, _ in found if whose}) > 1:
            return f"in {len(found)} providers’ own units"
        return " + ".join(_amount(count, unit) for (_, unit), count in sorted(found.items()))


def _grouped(rows: list[Row], places: list[int]) -> dict[tuple[Any, ...], Total]:
    groups: dict[tuple[Any, ...], list[dict[str, int]]] = defaultdict(list)
    for key, figures in rows:
        groups[tuple(key[place] for place in places)].append(figures)
    return {key: total(some) for key, some in groups.items()}


def summed(asked: Asked, by: str = "") -> Summed:
    """All sums that the view needs; and those of the table ``by`` in the same query."""
    more = (by,) if by in MORE else ()
    rows = sums(asked.view, "user", "account", "unit", *more)
    places = ("person", "account", "unit", *more)
    return Summed(rows, places, _amounts(asked, rows))


def _amounts(asked: Asked, rows: list[Row]) -> dict[tuple[Any, Any], dict[tuple[str, str], int]]:
    known, whose = providers(), {one.pk: one.more for one in asked.choices["account"]}
    found: dict[tuple[Any, Any], dict[tuple[str, str], int]] = {}
    for (person, place, unit, *_), figures in rows:
        if not figures["unit_millionths"]:
            continue
        provider = "" if unit == "USD" else whose.get(place, "")
        words = known[provider].unit_words(unit) if provider in known else unit
        amounts = found.setdefault((person, place), {})
        amounts[provider, words] = amounts.get((provider, words), 0) + figures["unit_millionths"]
    return found


def _amount(millionths: int, unit: str) -> str:
    text = f"{(Decimal(millionths) / 1_000_000).normalize():,f}"
    return f"{text} {unit or 'units'}"
