"""Which offers of an account change with its rates, prices and ceiling. Pure, no database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from .gaps import LENGTHS, switches_of
from .offerings import Offering
from .options import condition_words
from .quote import counted_words, find_row, to_micros
from .sellers import Provider, Terms
from .spread import Kind, fitting, kinds
from .types import MASK_SELECTION, Brief, Value


@dataclass(frozen=True, slots=True)
class Tariff:
    """What an offer costs: micro-dollars for one of what is counted; None: nobody knows.

    A ceiling is no price: so much is held until the provider tells one.
    """

    micros: int | None
    counted: str = ""
    is_ceiling: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One offer, told apart by operation, model, quality, sound and length, before and after."""

    operation: str
    model: str
    title: str
    before: Tariff
    after: Tariff

    @property
    def kind(self) -> str:
        """priced, lost, dearer, cheaper or counted (in another way)."""
        was, now = self.before, self.after
        if was.micros is None or (was.is_ceiling and not now.is_ceiling):
            return "priced"
        if now.micros is None or (now.is_ceiling and not was.is_ceiling):
            return "lost"
        if was.counted != now.counted:
            return "counted"
        return "dearer" if now.micros > was.micros else "cheaper"


def changes(provider: Provider, before: Terms, after: Terms) -> list[Change]:
    """Every offer whose price is another one."""
    touched = set(before.rows) ^ set(after.rows)
    asked = {name for row in touched for name, _ in row.when}
    # A rate or a ceiling may touch each of them, a price only those that it speaks of.
    every = (before.usd_per_unit, before.ceiling) != (after.usd_per_unit, after.ceiling)
    found: list[Change] = []
    for offering in provider.offerings:
        if every or fitting(offering, touched):
            found += _of(provider, offering, before, after, asked)
    masks = Brief(MASK_SELECTION, "pixverse", "")
    if any("mask" in one.options for one in provider.offerings):
        was, now = (tariff(provider, terms, masks) for terms in (before, after))
        if was != now:
            found.append(Change(masks.operation, masks.model, "", was, now))
    return _ordered(provider, found)


def _ordered(provider: Provider, found: list[Change]) -> list[Change]:
    """By operation as the catalogue has them, the newest model first: it is the one in use."""
    place = {one.operation: n for n, one in reversed(list(enumerate(provider.offerings)))}
    found.sort(key=lambda one: one.model, reverse=True)
    return sorted(found, key=lambda one: place.get(one.operation, len(provider.offerings)))


def tariff(provider: Provider, terms: Terms, brief: Brief) -> Tariff:
    """By the row that a quote would take, for one of what that row counts."""
    row = find_row(terms.rows, brief) or find_row(provider.prices, brief)
    if row is not None:
        rate = Decimal(1) if row.unit == "USD" else terms.usd_per_unit
        if rate is not None:
            return Tariff(to_micros(row.amount, rate), counted_words(row, brief))
    if terms.ceiling is not None:
        return Tariff(terms.ceiling, is_ceiling=True)
    return Tariff(None)


def _of(
    provider: Provider, offering: Offering, before: Terms, after: Terms, asked: set[str]
) -> Iterator[Change]:
    # Only what speaks of this offering: an account may have hundreds of rows for others.
    was_rows, now_rows, published = (
        tuple(fitting(offering, rows)) for rows in (before.rows, after.rows, provider.prices)
    )
    known = replace(provider, prices=published)
    was, now = replace(before, rows=was_rows), replace(after, rows=now_rows)
    for kind in kinds(offering, [*was_rows, *now_rows, *published]):
        # A switch that the change does not speak of stays off: it has a price of its own.
        if set(switches_of(offering, kind)) - asked:
            continue
        first, second = tariff(known, was, kind.brief), tariff(known, now, kind.brief)
        if first != second:
            title = _title(offering, kind)
            yield Change(offering.operation, offering.model, title, first, second)


def _title(offering: Offering, kind: Kind) -> str:
    """ "720p, silent, 5 or 8 s": what its kind is told apart by."""
    parts = [_part(offering, name, values) for name, values in kind.told.items()]
    words = ", ".join(one for one in parts if one)
    return words[:1].upper() + words[1:]


def _part(offering: Offering, name: str, values: Iterable[Value | None]) -> str:
    told = tuple(one for one in values if one is not None)
    option = offering.options.get(name)
    if not told or (option is not None and len(told) == len(option.values)):
        return ""
    if name == "audio":
        return "with sound" if told[0] else "silent"
    if name in LENGTHS and len(told) > 2:
        return f"{told[0]} to {told[-1]} s"
    one = told[0] if len(told) == 1 else told
    if name in LENGTHS:
        return condition_words(name, (one,) if not isinstance(one, tuple) else one)
    return condition_words(name, one) if one else ""


def summed(found: Iterable[Change]) -> Mapping[str, int]:
    """How many of each kind of change."""
    counts: dict[str, int] = {}
    for one in found:
        counts[one.kind] = counts.get(one.kind, 0) + 1
    return counts
