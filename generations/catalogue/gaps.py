"""Which clips have no price, said so that a person can enter one. Pure."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from .briefs import Brief
from .loader import providers
from .offerings import Offering
from .options import condition_words
from .prices import PriceRow
from .quote import find_unknown
from .sellers import Provider
from .spread import Kind, fitting, kinds
from .words import MASK_SELECTION, Formula, Value, Wanted

LENGTHS = ("duration", "seconds")
# So many switches together are looked at: whoever prices each pair has priced them all.
AT_ONCE = 2
NOT_PUBLISHED = "nobody publishes it"


@dataclass(frozen=True, slots=True)
class Gap:
    """Clips of one offering that lack a price. ``qualities``: empty where none is told.

    ``when`` are the further conditions that a price for exactly these would have.
    """

    qualities: tuple[str, ...]
    every_quality: bool
    when: dict[str, Wanted]
    reason: str

    @property
    def title(self) -> str:
        """ "720p and 1080p, with off peak"; "any clip" where nothing is told apart."""
        qualities = "" if self.every_quality else " and ".join(self.qualities)
        asked = [condition_words(name, one) for name, one in self.when.items()]
        words = ", ".join(one for one in (qualities, *asked) if one)
        return words[:1].upper() + words[1:] or "Any clip"

    @property
    def audio(self) -> str:
        """As the form of a price has it."""
        return {None: "", True: "yes", False: "no"}[self.when.get("audio")]  # type: ignore[index]

    @property
    def conditions(self) -> str:
        """The rest as JSON, for that form's ``when``."""
        rest = {name: one for name, one in self.when.items() if name != "audio"}
        return json.dumps(rest) if rest else ""


@dataclass(frozen=True, slots=True)
class Missing:
    """An operation with a model for which prices are missing."""

    operation: str
    model: str
    gaps: tuple[Gap, ...]
    formulas: tuple[str, ...]

    @property
    def summary(self) -> str:
        """What is missing, in one line."""
        first, *rest = [gap.title for gap in self.gaps]
        return f"{first}; {len(rest)} more" if rest else first


@lru_cache(maxsize=128)
def missing_at(provider: str, rows: tuple[PriceRow, ...]) -> tuple[Missing, ...]:
    """``missing``, remembered: an account's rows seldom change, and its pages are often seen."""
    return tuple(missing(providers()[provider], rows))


def missing(provider: Provider, rows: Iterable[PriceRow]) -> list[Missing]:
    """By operation and model, what neither a published price nor a row of the team's own has."""
    own = list(rows)
    found = []
    for offering in provider.offerings:
        if gaps := gaps_of(provider, offering, own):
            found.append(Missing(offering.operation, offering.model, gaps, countable(offering)))
    if any("mask" in one.options and one.one_of for one in provider.offerings):
        found += _masks(provider, own)
    return sorted(found, key=lambda one: (one.operation, one.model))


def countable(offering: Offering) -> tuple[str, ...]:
    """The formulas by which a clip of this offering can be counted."""
    kinds_in = {spec.kind for spec in offering.inputs}
    seconds = "duration" in offering.options or "seconds_1" in offering.options
    found = [Formula.PER_SECOND] if seconds else []
    if kinds_in & {"video", "audio"}:
        found += [Formula.PER_SOURCE_SECOND, Formula.PER_SOURCE_5_SECONDS]
    if "speech" in offering.options:
        found.append(Formula.PER_15_BYTES)
    return tuple(one.value for one in (*found, Formula.PER_CLIP))


def _masks(provider: Provider, own: list[PriceRow]) -> Iterator[Missing]:
    """The charged step before a swap."""
    brief = Brief(MASK_SELECTION, "pixverse", "")
    priced = (row for row in (*own, *provider.prices) if row.operation == MASK_SELECTION)
    if not any(row.fits(brief) for row in priced):
        gap = Gap((), every_quality=True, when={}, reason=_reason(provider, brief))
        yield Missing(brief.operation, brief.model, (gap,), (Formula.PER_CLIP.value,))


def _reason(provider: Provider, brief: Brief) -> str:
    unknown = find_unknown(provider, brief)
    return unknown.reason if unknown else NOT_PUBLISHED


def gaps_of(provider: Provider, offering: Offering, own: Iterable[PriceRow]) -> tuple[Gap, ...]:
    """What of one offering has no price, neither published nor the team's own."""
    rows = fitting(offering, [*own, *provider.prices])
    option = offering.options.get("quality")
    every = tuple(str(one) for one in option.values) if option else ()
    # The same conditions and reason in several qualities are one gap.
    told: dict[tuple[str, str], tuple[dict[str, Wanted], list[str]]] = {}
    groups: dict[str, list[tuple[Kind, bool]]] = defaultdict(list)
    of_quality: dict[Value | None, list[PriceRow]] = {}
    for kind in kinds(offering, [*rows, *fitting(offering, provider.unknown)]):
        switches = switches_of(offering, kind)
        if len(switches) > AT_ONCE:
            continue
        quality = kind.brief.options.get("quality")
        if quality not in of_quality:
            of_quality[quality] = [row for row in rows if row.quality in (None, quality)]
        priced = any(row.fits(kind.brief) for row in of_quality[quality])
        groups[repr((kind.told.get("quality"), switches))].append((kind, priced))
    for group in groups.values():
        lacking = [kind for kind, priced in group if not priced]
        for when in _lengths(offering, lacking, whole=len(lacking) == len(group)):
            reason = _reason(provider, lacking[0].brief)
            _, qualities = told.setdefault((repr(when), reason), (when, []))
            qualities += [str(one) for one in lacking[0].told.get("quality", every) if one]
    gaps = [
        Gap(
            tuple(one for one in every if one in qualities),
            every_quality=set(every) == set(qualities),
            when=when,
            reason=reason,
        )
        for (_, reason), (when, qualities) in told.items()
    ]
    return tuple(gap for gap in gaps if not any(_is_part(gap, other) for other in gaps))


def _is_part(gap: Gap, other: Gap) -> bool:
    """Is everything that lacks a price here told by the other already?"""
    wider = other.when.items() <= gap.when.items() and set(gap.qualities) <= set(other.qualities)
    return wider and (other.when, other.qualities) != (gap.when, gap.qualities)


def switches_of(offering: Offering, kind: Kind) -> dict[str, Wanted]:
    """What this kind asks for beside quality, sound and length."""
    found: dict[str, Wanted] = {}
    for name, values in kind.told.items():
        option = offering.options.get(name)
        told = tuple(one for one in values if one is not None)
        if name in ("quality", "audio", *LENGTHS) or not told or option is None:
            continue
        if option.default is None:
            found[name] = True
        elif len(told) < len(option.values):
            found[name] = told[0] if len(told) == 1 else told
    return found


def _lengths(offering: Offering, lacking: list[Kind], *, whole: bool) -> list[dict[str, Wanted]]:
    """The conditions of these kinds: by sound and length, unless all of them lack a price."""
    if not lacking:
        return []
    switches = switches_of(offering, lacking[0])
    if whole:
        return [switches]
    by_sound: dict[tuple[Value | None, ...], set[int]] = defaultdict(set)
    for kind in lacking:
        some = next((kind.told[name] for name in LENGTHS if name in kind.told), ())
        by_sound[kind.told.get("audio", ())] |= {int(one) for one in some if one}
    name = "duration" if "duration" in offering.options else "seconds"
    found = []
    for sound, seconds in by_sound.items():
        when = dict(switches)
        if len(by_sound) == 1 and len(sound) == 1:
            when["audio"] = bool(sound[0])
        if seconds:
            when[name] = tuple(sorted(seconds))
        if when not in found:
            found.append(when)
    return found
