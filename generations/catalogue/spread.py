"""The briefs of an offering as far as prices tell them apart: one of each kind. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from .briefs import Brief
from .offerings import Offering
from .options import Option
from .prices import PriceRow, Unknown, meets
from .words import Formula, Operation, Value, Wanted

PARTS = "seconds"  # of all ways between frames together; told here by the first way alone


@dataclass(frozen=True, slots=True)
class Kind:
    """Briefs that every row treats alike. ``told``: what each option that matters may be in it."""

    brief: Brief
    told: Mapping[str, tuple[Value | None, ...]]


def kinds(offering: Offering, rows: Iterable[PriceRow | Unknown]) -> Iterator[Kind]:
    """One brief of each kind that these rows tell apart. None in ``told`` is what is not told."""
    asked = _asked(offering, rows)
    start = {name: one.default for name, one in offering.options.items() if one.default is not None}
    classes = {name: _classes(offering, name, wanted) for name, wanted in asked.items()}
    for chosen in product(*classes.values()):
        told = dict(zip(classes, chosen, strict=True))
        options = _allowed(offering, start, told)
        if options is not None:
            yield Kind(Brief(offering.operation, offering.model, "", options), told)


def fitting[T: (PriceRow, Unknown)](offering: Offering, rows: Iterable[T]) -> list[T]:
    """The rows that speak of this operation and model."""
    return [
        row
        for row in rows
        if row.operation in ("", offering.operation) and row.model in ("", offering.model)
    ]


def _asked(offering: Offering, rows: Iterable[PriceRow | Unknown]) -> dict[str, set[Wanted]]:
    """What the rows ask of each option that the offering has."""
    asked: dict[str, set[Wanted]] = {}
    for row in rows:
        found = [*row.when, ("quality", row.quality)]
        if isinstance(row, PriceRow):
            found += [("audio", row.audio), ("duration", row.duration)]
            if row.formula is Formula.PER_15_BYTES:
                found.append(("speech", True))
        for name, wanted in found:
            if wanted is not None and (name in offering.options or _is_parts(offering, name)):
                asked.setdefault(name, set()).add(wanted)
    return asked


def _is_parts(offering: Offering, name: str) -> bool:
    return name == PARTS and offering.operation == Operation.MULTI_TRANSITION


def _classes(
    offering: Offering, name: str, wanted: Iterable[Wanted]
) -> list[tuple[Value | None, ...]]:
    """The values that no row tells apart, together."""
    option = offering.options.get("seconds_1" if name == PARTS else name)
    low, high = offering.total or (1, 30)
    values = range(low, high + 1) if name == PARTS else _values(option)
    tests = sorted(wanted, key=repr)
    found: dict[tuple[bool, ...], list[Value | None]] = {}
    for value in values:
        found.setdefault(tuple(meets(value, one) for one in tests), []).append(value)
    return [tuple(some) for some in found.values()]


def _values(option: Option | None) -> list[Value | None]:
    """Everything the option may be, as far as a price could ask; None: it is left out."""
    if option is None:
        return [None]
    some: list[Value | None] = list(option.values) or ["x"]
    return some if option.default is not None else [None, *(one for one in some if one)]


def _allowed(
    offering: Offering,
    start: Mapping[str, Value],
    told: Mapping[str, tuple[Value | None, ...]],
) -> dict[str, Value] | None:
    """The first of these combinations that the offering does not forbid."""
    names = ["seconds_1" if name == PARTS else name for name in told]
    for values in product(*told.values()):
        pairs = zip(names, values, strict=True)
        options = {**start, **{name: one for name, one in pairs if one is not None}}
        if not offering.forbids(options):
            return options
    return None
