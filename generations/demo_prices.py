"""What the sandbox charges where the catalogue has no price, as few rows of the team's own. Pure.

Each row is a box of conditions within which every brief costs by the row and none has a published
price. So rows may overlap, and it does not matter which of them a quote finds.
"""

from __future__ import annotations

import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from generations.catalogue.loader import providers
from generations.catalogue.types import (
    MASK_SELECTION,
    Brief,
    Formula,
    Offering,
    Operation,
    PriceRow,
    Provider,
    Value,
    When,
    conditions,
)

# The sandbox's own tariff, read as data: its head explains its form.
TARIFF = Path(__file__).parent / "sandbox" / "tariff.toml"
# Switches that multiply the amount.
SWITCHES = ("preview", "off_peak")

type Cost = tuple[Formula, Decimal]


@dataclass(frozen=True, slots=True)
class Row:
    """A price of the sandbox's; empty conditions mean any."""

    operation: str
    model: str
    quality: str
    audio: bool | None
    when: When
    formula: Formula
    amount: Decimal

    def agrees(self, other: Row) -> bool:
        """Does ``other`` say the same wherever this one holds?"""
        mine, asked = dict(self.when), dict(other.when)
        return (
            (self.formula, self.amount) == (other.formula, other.amount)
            and other.quality in ("", self.quality)
            and other.audio in (None, self.audio)
            and all(name in mine and _within(mine[name], asked[name]) for name in asked)
        )

    def is_strange_to(self, offering: Offering) -> bool:
        """Can no brief of this offering meet the conditions?"""
        quality, audio = offering.options.get("quality"), offering.options.get("audio")
        told = [name for name, wanted in self.when if wanted not in (False, "")]
        seconds = "duration" in offering.options or offering.operation == Operation.MULTI_TRANSITION
        return (
            bool(self.quality and (quality is None or self.quality not in quality.values))
            or any(_apart(wanted, offering, name) for name, wanted in self.when)
            or bool(self.audio and audio is None and not offering.implied.get("audio"))
            or any(name != "seconds" and name not in offering.options for name in told)
            or ("seconds" in told and offering.operation != Operation.MULTI_TRANSITION)
            or (self.formula is Formula.PER_SECOND and not seconds)
            or (self.formula is Formula.PER_15_BYTES and "speech" not in offering.options)
        )


def _within(mine: Any, asked: Any) -> bool:
    some = mine if isinstance(mine, tuple) else (mine,)
    return set(some) <= set(asked if isinstance(asked, tuple) else (asked,))


def _apart(wanted: Any, offering: Offering, name: str) -> bool:
    """Are these lengths none of the offering's?"""
    option = offering.options.get(name)
    return isinstance(wanted, tuple) and option is not None and not {*wanted} & {*option.values}


@cache
def tariff(provider: str) -> Mapping[str, Any]:
    """The sandbox's price list of one provider; empty for one that it does not know."""
    found: Mapping[str, Any] = tomllib.loads(TARIFF.read_text(encoding="utf-8")).get(provider, {})
    return found


@cache
def rows_at(provider: str) -> tuple[Row, ...]:
    """``rows_for``, remembered: every sample team has the same."""
    return tuple(rows_for(providers()[provider]))


def rows_for(provider: Provider) -> list[Row]:
    """A price for all that the provider offers and nobody publishes."""
    found = {(one.operation, one.model): list(_boxes(provider, one)) for one in provider.offerings}
    left = {key: list(rows) for key, rows in found.items()}
    shared = [
        row
        for field in ("operation", "model")
        for group in _groups(provider, by="model" if field == "operation" else "operation")
        for row in _shared(group, found, left, field)
    ]
    return [*shared, *(row for rows in left.values() for row in rows), *_masks(provider)]


type Found = dict[tuple[str, str], list[Row]]


def _groups(provider: Provider, by: str) -> Iterable[list[Offering]]:
    groups: dict[str, list[Offering]] = defaultdict(list)
    for one in provider.offerings:
        groups[getattr(one, by)].append(one)
    return groups.values()


def _shared(group: list[Offering], found: Found, left: Found, field: str) -> list[Row]:
    """The rows that hold for the whole group; taken out of what is ``left``."""
    bare = [{_without(row, field): row for row in found[_key(one)]} for one in group]
    times = Counter(row for rows in bare for row in rows)
    general = [
        row
        for row, often in times.items()
        if often > 1
        and all(
            row in rows
            or row.is_strange_to(one)
            or any(row.agrees(its) for its in found[_key(one)])
            for one, rows in zip(group, bare, strict=True)
        )
    ]
    gone = set(general)
    before = [row for one in group for row in left[_key(one)]]
    for one in group:
        left[_key(one)] = [row for row in left[_key(one)] if _without(row, field) not in gone]
    still = {_without(row, field) for row in before}
    return [row for row in general if row in still]


def _key(one: Offering) -> tuple[str, str]:
    return one.operation, one.model


def _without(row: Row, field: str) -> Row:
    return replace(row, operation="") if field == "operation" else replace(row, model="")


def _masks(provider: Provider) -> Iterator[Row]:
    """The charged step before a swap, which is no operation of its own."""
    for row in tariff(provider.id).get("rows", ()):
        if MASK_SELECTION in row["operations"]:
            brief = Brief(MASK_SELECTION, row["models"][0], "")
            if not any(one.fits(brief) for one in provider.prices):
                amount = Decimal(row["amounts"]["any"]["0"]["silent"])
                yield Row(*(brief.operation, brief.model), "", None, (), Formula.PER_CLIP, amount)


def _boxes(provider: Provider, offering: Offering) -> Iterator[Row]:
    """The rows of one offering; qualities that all cost the same share them."""
    quality = offering.options.get("quality")
    qualities = [str(one) for one in quality.values] if quality else [""]
    boxes = {one: list(_of_quality(provider, offering, one)) for one in qualities}
    bare = [[replace(row, quality="") for row in rows] for rows in boxes.values()]
    if all(rows == bare[0] for rows in bare):
        yield from bare[0]
    else:
        for rows in boxes.values():
            yield from rows


def _of_quality(provider: Provider, offering: Offering, quality: str) -> Iterator[Row]:
    """Silent and with sound, or one row for both where they cost the same."""
    silent, loud = (
        list(_of_sound(provider, offering, quality, audio=audio)) for audio in (False, True)
    )
    any_sound = [replace(row, audio=None) for row in silent]
    implied = offering.implied.get("audio")
    if any_sound == [replace(row, audio=None) for row in loud]:
        yield from any_sound
    elif "audio" in offering.options:
        values = offering.options["audio"].values
        yield from (row for row in (*silent, *loud) if row.audio in values)
    elif implied:
        yield from (replace(row, audio=None) for row in loud)  # true also where it is not told
    else:
        yield from silent if implied is False else any_sound


def _of_sound(
    provider: Provider, offering: Offering, quality: str, *, audio: bool
) -> Iterator[Row]:
    published = [
        row
        for row in provider.prices
        if row.operation in ("", offering.operation) and row.model in ("", offering.model)
    ]
    extras = _extras(offering, published)
    for switches, factor in _switched(provider, offering):
        start = {"quality": quality} if quality else {}
        fixed: dict[str, Value] = {**start, "audio": audio, **switches}
        plain: dict[Cost, list[int]] = defaultdict(list)
        beside: dict[Cost, list[int]] = defaultdict(list)
        lengths = list(_lengths(offering, fixed))
        for seconds in lengths:
            for cost in _charged(provider, offering, quality, seconds, audio=audio):
                brief = _brief(offering, fixed, seconds, cost[0])
                sold = any(row.fits(brief) for row in published if _counts(row, cost[0]))
                (beside if sold else plain)[cost].append(seconds)
        for costs, more in ((plain, [""]), (beside, extras)):
            for (formula, amount), some in costs.items():
                for extra in more:
                    when: dict[str, Any] = {**switches, **({extra: True} if extra else {})}
                    if len(some) < len(lengths):
                        when[_LENGTH.get(offering.operation, "duration")] = some
                    row = (offering.operation, offering.model, quality, audio, conditions(when))
                    yield Row(*row, formula, amount * factor)


_LENGTH = {Operation.MULTI_TRANSITION.value: "seconds"}


def _brief(offering: Offering, fixed: Mapping[str, Value], seconds: int, formula: Formula) -> Brief:
    """As far as published prices look at it."""
    multi = offering.operation == Operation.MULTI_TRANSITION
    more: dict[str, Value] = {"seconds_1" if multi else "duration": seconds} if seconds else {}
    if formula is Formula.PER_15_BYTES:
        more["speech"] = "x"
    return Brief(offering.operation, offering.model, "", {**fixed, **more})


def _extras(offering: Offering, published: list[PriceRow]) -> list[str]:
    """What a published price asks to be left out, beside the switches that have a factor."""
    asked = {name for row in published for name, _ in row.when}
    return sorted(name for name in asked - set(SWITCHES) if name in offering.options)


def _lengths(offering: Offering, fixed: Mapping[str, Value]) -> Iterator[int]:
    """Every length that can be told with these; 0 where none is."""
    if offering.operation == Operation.MULTI_TRANSITION:
        low, high = offering.total or (1, 30)
        yield from range(low, high + 1)
    elif "duration" in offering.options:
        for one in offering.options["duration"].values:
            if not offering.forbids({**fixed, "duration": one}):
                yield int(one)
    else:
        yield 0


def _switched(provider: Provider, offering: Offering) -> Iterator[tuple[dict[str, Value], Decimal]]:
    """Every way to set what multiplies the amount. A switch that a model has elsewhere is off."""
    factors = {name: Decimal(one) for name, one in tariff(provider.id).get("factors", {}).items()}
    known = {
        name for one in provider.offerings if one.model == offering.model for name in one.options
    }
    choices: list[list[tuple[str, Value, Decimal]]] = []
    for name in SWITCHES:
        if name in factors and name in known:
            choices.append([(name, False, Decimal(1))])
            if name in offering.options:
                choices[-1].append((name, True, factors[name]))
    if "detail" in offering.options:
        values = offering.options["detail"].values
        choices.append([("detail", one, factors[f"detail_{one}"]) for one in values])
    for chosen in product(*choices):
        factor = Decimal(1)
        for _, _, times in chosen:
            factor *= times
        yield {name: value for name, value, _ in chosen}, factor


def _charged(
    provider: Provider, offering: Offering, quality: str, seconds: int, *, audio: bool
) -> Iterator[Cost]:
    """What the tariff says: the first row that fits, one of a speech and one of all else.

    Between two lengths a clip costs what the longer one does.
    """
    word, sound = quality or "any", "audio" if audio else "silent"
    goes_in = any(spec.kind != "image" for spec in offering.inputs)
    found: dict[bool, Cost] = {}
    for row in tariff(provider.id).get("rows", ()):
        if offering.model not in row["models"] or offering.operation not in row["operations"]:
            continue
        cell, formula = row["amounts"].get(word), Formula(row["formula"])
        if cell is None:
            continue
        if formula is Formula.PER_CLIP:
            for length in sorted(map(int, cell)):
                if seconds <= length and sound in cell[str(length)]:
                    found.setdefault(False, (formula, Decimal(cell[str(length)][sound])))
        elif sound in cell and (seconds if formula is Formula.PER_SECOND else goes_in):
            spoken = formula is Formula.PER_15_BYTES
            found.setdefault(spoken, (formula, Decimal(cell[sound])))
    yield from found.values()


def _counts(row: PriceRow, formula: Formula) -> bool:
    """Speech is sold apart from all else."""
    return (row.formula is Formula.PER_15_BYTES) is (formula is Formula.PER_15_BYTES)
