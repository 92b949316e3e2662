"""Lines and sums beside what they are made of, in parts that each take a moment and little memory.

A part reads without a lock. What differs is read again at one moment, so that something which was
settled between two queries is no difference.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import batched
from typing import Any
from uuid import UUID

from django.db.models import Case, F, Sum, When
from django.utils import timezone

from accounts.models import Kind, Movement, Team
from accounts.reckoning import Drift, one_moment
from generations.models import (
    Generation,
    Selection,
    SpendDay,
    SpendLine,
    SpendMonth,
    SpendPrompt,
    SpendSome,
)

from .conditions import SAID, held_bits
from .figures import KEPT, NOTHING, Figures
from .period import month_end
from .reading import Read, read
from .words import Names, figure_words

# How many lines, or things that money was held for, are looked at by one query.
CHUNK = 1000
BOTH = (False, True)
# By what sums differ, within a team and a day.
WHOSE = ("play", "project_id", "user_id", "account_id", "model", "operation", "unit")
SOME = (*(name for name in WHOSE if name != "unit"), "holds")
# The prompts of a team in sixteen parts, by the first letter of their digests; or all at once.
SLICES, WHOLE = "0123456789abcdef", ("",)

type Key = tuple[Any, ...]
type Sums = dict[Key, Figures]


@dataclass(frozen=True, slots=True)
class Part:
    """The days and the month of ``first``, a month's first day; else the prompts of ``slice``."""

    team_id: int
    first: dt.date | None = None
    slice: str = ""


def parts(slices: Iterable[str], until: dt.datetime | None = None) -> list[Part]:
    """All parts; of the teams that there were ``until`` then, up to its month: always the same."""
    teams = Team.objects.order_by("pk")
    if until:
        teams = teams.filter(created_at__lte=until)
    some = list(teams.values_list("pk", flat=True))
    months = [Part(team, first) for team in some for first in _months(team, until)]
    return [*months, *(Part(team, slice=one) for team in some for one in slices)]


def check_part(part: Part) -> list[Drift]:
    """Days and month against the lines, and lines against what was held; or prompts likewise."""
    return _twice(partial(_month if part.first else _prompts, part))


def check_lines(subjects: Collection[str]) -> list[tuple[str, Drift]]:
    """The lines of these subjects against their movements and rows: subject and difference."""
    uuids = [UUID(one) for one in subjects]
    return _twice(partial(_of_subjects, uuids))


def differences(rows: Collection[Read]) -> Iterator[tuple[str, Drift]]:
    """Where the lines of these differ from what they should say."""
    kept: dict[Any, dict[Any, SpendLine]] = defaultdict(dict)
    for line in SpendLine.objects.filter(subject__in=[one.subject for one in rows]):
        kept[line.subject][line.day] = line
    for row in rows:
        have = kept[row.subject]
        for day in sorted({*row.days, *have}):
            found = {name: getattr(have[day], name) for name in KEPT} if day in have else NOTHING
            for drift in _differ(f"spend of {row.subject} on {day}", row.days.get(day), found):
                yield str(row.subject), drift


@dataclass(frozen=True, slots=True)
class Month:
    """What the sums of a month should be: ``some`` are those of lines that are alike."""

    days: Sums = field(default_factory=dict)
    month: Sums = field(default_factory=dict)
    some: Sums = field(default_factory=dict)
    providers: dict[int, str] = field(default_factory=dict)


def month_sums(team_id: int, first: dt.date) -> Month:
    """By the lines of a month, and the accounts' providers."""
    rows = _of_days(SpendLine, team_id, first, month_end(first)).annotate(holds=held_bits())
    grouped = rows.values_list(*WHOSE, "day", "provider", "holds").annotate(
        **{f"sum_{name}": Sum(name) for name in KEPT}
    )
    found = Month()
    for values in grouped.iterator():
        whose, (day, provider, bits, *sums) = values[: len(WHOSE)], values[len(WHOSE) :]
        figures = dict(zip(KEPT, sums, strict=True))
        _add(found.days, (*whose, day), figures)
        _add(found.month, (*whose, first), figures)
        if bits:
            *narrow, _unit = whose
            _add(found.some, (*narrow, bits, first), {name: figures[name] for name in SAID})
        found.providers[whose[WHOSE.index("account_id")]] = provider
    return found


def _add(sums: Sums, key: Key, figures: Figures) -> None:
    have = sums.setdefault(key, dict.fromkeys(figures, 0))
    for name, more in figures.items():
        have[name] += more


def prompt_sums(part: Part) -> dict[tuple[bool, str], int]:
    """By the lines: the most that each prompt of a slice can have cost."""
    above = Case(When(micros__gt=0, then=F("micros")), default=0)
    rows = _sliced(SpendLine, part).values_list("play", "prompt").annotate(most=Sum(above))
    return {(play, prompt): most for play, prompt, most in rows.iterator()}


def _months(team_id: int, until: dt.datetime | None) -> Iterator[dt.date]:
    """From the first that anything is kept of; each end is one look into an index."""
    ends: list[dt.date] = []
    for model in (SpendLine, SpendDay, SpendMonth, SpendSome):
        for play in BOTH:
            rows = model._base_manager.filter(team=team_id, play__in=[play])
            for order in ("day", "-day"):
                ends += rows.order_by(order).values_list("day", flat=True)[:1]
    if not ends:
        return
    first, last = min(ends).replace(day=1), max(ends)
    if until:
        last = min(last, timezone.localdate(until))
    while first <= last:
        yield first
        first += dt.timedelta(days=calendar.monthrange(first.year, first.month)[1])


def _twice[T](look: Callable[[], Iterable[T]]) -> list[T]:
    """What differs while everything stands still, looked for only where something differs."""
    found = list(look())
    if not found:
        return found
    with one_moment():
        return list(look())


def _of_subjects(uuids: list[UUID]) -> Iterator[tuple[str, Drift]]:
    for model in (Generation, Selection):
        pks = model._base_manager.filter(uuid__in=uuids).values_list("pk", flat=True)
        for some in batched(pks, CHUNK):
            yield from differences(list(read(model, some)))


def _month(part: Part) -> Iterator[Drift]:
    first = part.first or dt.date.min
    names = Names(part.team_id)
    sums = month_sums(part.team_id, first)
    for model, whose, kept, wanted in (
        (SpendDay, WHOSE, KEPT, sums.days),
        (SpendMonth, WHOSE, KEPT, sums.month),
        (SpendSome, SOME, SAID, sums.some),
    ):
        last = month_end(first) if model is SpendDay else first
        rows = _of_days(model, part.team_id, first, last)
        for values in rows.values_list(*whose, "day", *kept).iterator():
            key, found = values[: len(whose) + 1], values[len(whose) + 1 :]
            named = dict(zip(kept, found, strict=True))
            yield from _differ(partial(names.of_sum, model, key), wanted.pop(key, None), named)
        for key, expected in wanted.items():
            yield from _differ(partial(names.of_sum, model, key), expected, NOTHING)
    yield from _of_nothing(_of_days(SpendLine, part.team_id, first, month_end(first)))


def _of_nothing(lines: Any) -> Iterator[Drift]:
    """The lines of what no money was ever held for."""
    subjects = lines.values_list("subject", flat=True).distinct()
    for some in batched(subjects.iterator(), CHUNK):
        keys = {f"hold:{one}": one for one in some}
        held = Movement.objects.filter(key__in=list(keys), kind=Kind.HOLD)
        for key in keys.keys() - set(held.values_list("key", flat=True)):
            yield Drift(f"spend of {keys[key]}", "the number of lines, with no hold,", 0, 1)


def _prompts(part: Part) -> Iterator[Drift]:
    wanted = prompt_sums(part)
    for play, prompt, found in (
        _sliced(SpendPrompt, part).values_list("play", "prompt", "most_micros").iterator()
    ):
        expected = wanted.pop((play, prompt), 0)
        if expected != found:
            yield Drift(_of_prompt(play, prompt), "at most charged", expected, found)
    for play, prompt in wanted:
        yield Drift(_of_prompt(play, prompt), "the number of sums", 1, 0)


def _of_prompt(play: bool, prompt: str) -> str:  # noqa: FBT001 - a column, not a switch
    return f"spend of the prompt {prompt}{' (play)' if play else ''}"


def _of_days(model: Any, team_id: int, first: dt.date, last: dt.date) -> Any:
    rows = model.objects.filter(team=team_id, play__in=BOTH, day__gte=first, day__lte=last)
    return rows.order_by()


def _sliced(model: Any, part: Part) -> Any:
    rows = model.objects.filter(team=part.team_id, play__in=BOTH).order_by()
    # Digests are hexadecimal: "g" comes after all that begin with the slice and an "f".
    return rows.filter(prompt__gte=part.slice, prompt__lt=f"{part.slice}g")


def _differ(
    where: str | Callable[[], str], wanted: Figures | None, found: Figures
) -> Iterator[Drift]:
    """``where`` may cost queries, so it is only asked for where something differs."""
    expected = wanted or NOTHING
    for name in KEPT:
        if name not in expected or name not in found:
            continue
        if expected[name] != found[name]:
            place = where if isinstance(where, str) else where()
            yield Drift(place, figure_words(name), expected[name], found[name])
