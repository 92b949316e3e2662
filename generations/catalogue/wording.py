"""The catalogue's facts as short words for tables: options, inputs, files, prices. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import groupby

from .gaps import gaps_of
from .offerings import Offering
from .options import Option, condition_words
from .prices import PriceRow
from .sellers import MediaRules, Provider
from .slots import InputSpec
from .spread import fitting
from .words import PICTURES, Formula, Value

COUNTED = {
    Formula.PER_SECOND: "a second",
    Formula.PER_CLIP: "a clip",
    Formula.PER_SOURCE_SECOND: "a started second of what goes in",
    Formula.PER_SOURCE_5_SECONDS: "for each started 5 s of what goes in",
    Formula.PER_15_BYTES: "for each started 15 bytes of speech",
}
PARTS = re.compile(r"(seconds|prompt|mask)_(\d+)")


def option_words(offering: Offering) -> Iterator[str]:
    """Each option with what it may be; those that may be left out end with a question mark."""
    done = set()
    for name, option in offering.options.items():
        hit = PARTS.fullmatch(name)
        head = hit[1] if hit else name
        if head in done:
            continue
        last = _last(offering, head) if hit else ""
        shown = f"`{name}`" + (f" to `{last}`" if last and last != name else "")
        done.add(head if hit else name)
        left_out = "" if option.default is not None or _is_needed(offering, name) else "?"
        values = _values(option)
        yield f"{shown}{left_out} {values}".rstrip()
    if "audio" in offering.implied:
        yield "always with sound" if offering.implied["audio"] else "always silent"
    for rule in offering.forbidden:
        some = [_listed([_value(name, one) for one in values]) for name, values in rule.items()]
        yield f"not {' with '.join(some)}"
    if offering.total:
        yield f"all seconds together {offering.total[0]} to {offering.total[1]}"


def _last(offering: Offering, head: str) -> str:
    return [one for one in offering.options if re.fullmatch(rf"{head}_\d+", one)][-1]


def _is_needed(offering: Offering, name: str) -> bool:
    return any(names == (name,) for names in offering.one_of)


def _values(option: Option) -> str:
    if option.listed:
        return f"from the list {option.listed.replace('_', ' ')}"
    if set(option.values) == {True, False}:
        return "on or off"
    if option.values:
        return _listed([_value(option.name, one) for one in _span(option)])
    if option.minimum is not None and option.maximum is not None:
        return f"{option.minimum} to {option.maximum}"
    return f"text of {option.max_length}" if option.max_length else ""


def _span(option: Option) -> list[Value]:
    """A run of whole numbers as its ends."""
    values = list(option.values)
    if len(values) > 3 and all(type(one) is int for one in values):
        numbers = [int(one) for one in values]
        if numbers == list(range(numbers[0], numbers[-1] + 1)):
            return [f"{numbers[0]} to {numbers[-1]}"]
    return values


def _value(name: str, value: Value) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    seconds = name == "duration" or name.startswith("seconds")
    return f"{value} s" if seconds else str(value)


def _listed(words: list[str]) -> str:
    """``5, 8, 10 s``: the unit once."""
    if len(words) > 1 and all(one.endswith(" s") for one in words):
        words = [*(one.removesuffix(" s") for one in words[:-1]), words[-1]]
    return ", ".join(words)


def input_words(offering: Offering) -> Iterator[str]:
    """The prompt and each role, with limits of their own."""
    if offering.prompt != "none":
        left_out = "?" if offering.prompt == "optional" else ""
        yield f"prompt{left_out} of {offering.prompt_max}"
    for spec in offering.inputs:
        yield _slot(spec)
    for names in offering.one_of:
        if len(names) > 1:
            yield f"either {' or '.join(one.replace('_', ' ') for one in names)}"
    for names in offering.together:
        yield f"{' and '.join(one.replace('_', ' ') for one in names)} together"


def _slot(spec: InputSpec) -> str:
    left_out = "?" if spec.minimum == 0 else ""
    many = f"{max(spec.minimum, 1)} to {spec.maximum} " if spec.maximum > 1 else ""
    limits = [
        f"named, {' or '.join(spec.types)}" if spec.types else "named" if spec.named else "",
        "made by the account itself" if spec.own else "",
        f"{spec.min_seconds} s or more" if spec.min_seconds else "",
        f"{spec.max_seconds} s" if spec.max_seconds else "",
        f"{spec.total_seconds} s together" if spec.total_seconds else "",
        _megabytes(spec.max_bytes) if spec.max_bytes else "",
        f"{spec.max_side} px" if spec.max_side else "",
        kinds(spec.mimes) if spec.mimes else "",
    ]
    told = ", ".join(one for one in limits if one)
    return f"`{spec.role}`{left_out} {many}{spec.kind}" + (f" ({told})" if told else "")


def media_words(rules: MediaRules) -> str:
    """What a provider takes of one kind of file."""
    limits = [
        kinds(rules.mimes),
        _megabytes(rules.max_bytes),
        f"{rules.max_side} px a side" if rules.max_side else "",
        f"{rules.max_seconds} s" if rules.max_seconds else "",
    ]
    return ", ".join(one for one in limits if one)


def kinds(mimes: Iterable[str]) -> str:
    """JPEG, PNG; several names of one kind count once."""
    words = {"quicktime": "MOV", "mpeg": "MP3", "vnd.wave": "WAV", "wave": "WAV", "mp4": "MP4"}
    short = (mime.partition("/")[2].removeprefix("x-") for mime in mimes)
    return ", ".join(dict.fromkeys(words.get(one, one.upper()) for one in short))


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:,.0f} MB".replace(",", " ")


def price_words(provider: Provider, offering: Offering) -> Iterator[tuple[str, PriceRow | None]]:
    """What it costs, each line with a row that says where it was read; or why nobody knows."""
    rows = fitting(offering, provider.prices)

    def page(row: PriceRow) -> tuple[str, str, str]:
        return row.formula.value, repr(row.when), row.source

    for _, some in groupby(sorted(rows, key=page), key=page):
        group = list(some)
        first = group[0]
        asked = [condition_words(name, one) for name, one in first.when if one]
        when = f"{', '.join(asked)}: " if asked else ""
        amounts = "; ".join(_amounts(group))
        unit = provider.unit_words(first.unit)
        counted = COUNTED[first.formula]
        if offering.operation in PICTURES and first.formula is Formula.PER_CLIP:
            counted = "a picture"
        yield f"{when}{unit} {counted}: {amounts}", first
    for gap in gaps_of(provider, offering, ()):
        which = "" if gap.every_quality and not gap.when else f" ({lower(gap.title)})"
        yield f"not published{which}: {gap.reason}", None


def lower(title: str) -> str:
    return title[:1].lower() + title[1:]


def _amounts(rows: list[PriceRow]) -> Iterator[str]:
    """``360p 5 s 35 or 80 with sound, 8 s 70``: by quality, then by length."""
    cells: dict[str, dict[int | None, dict[bool | None, Decimal]]] = {}
    for row in rows:
        lengths = cells.setdefault(row.quality or "", {})
        lengths.setdefault(row.duration, {})[row.audio] = row.amount
    for quality, lengths in cells.items():
        some = [
            f"{f'{seconds} s ' if seconds else ''}{_sounds(sounds)}"
            for seconds, sounds in lengths.items()
        ]
        yield f"{quality} {', '.join(some)}".strip()


def _sounds(amounts: dict[bool | None, Decimal]) -> str:
    if None in amounts:
        return _plain(amounts[None])
    words = [_plain(amounts[False])] if False in amounts else []
    if True in amounts:
        words.append(f"{_plain(amounts[True])} with sound")
    return " or ".join(words)


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"
