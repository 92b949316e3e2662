"""What the Spend pages ask the database. Sums come from few rows; never from a scan of clips."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, Count, F, Max, Q, QuerySet, Sum
from django.db.models.functions import Cast, Coalesce

from accounts.models import Purse, Scope
from generations.catalogue.words import PICTURES
from generations.models import (
    Generation,
    SpendDay,
    SpendLine,
    SpendMonth,
    SpendPrompt,
    SpendSome,
    State,
)
from generations.models.generations import FINAL

from .conditions import Condition
from .figures import KEPT
from .period import cover
from .totals import MOVING, SUMMED

# What one may narrow a view to, and group it by.
DIMENSIONS = ("project", "user", "account", "model", "operation")
MOST_PROMPTS = 100
# From so many days on, those that cost most are looked for among so many that may have.
YEARS, CANDIDATES = 150, 250
LIVE = [state for state in State if state not in FINAL]
_MOVES = ~Q(operation__in=sorted(PICTURES))
_SUMS: dict[str, Any] = {name: Sum(name) for name in KEPT}
_SUMS[MOVING] = Coalesce(Sum("micros", filter=_MOVES), 0)
# Of large numbers PostgreSQL makes sums without an end, which take ten times as long to read.
_SUMS = {name: Cast(one, BigIntegerField()) for name, one in _SUMS.items()}

type Row = tuple[tuple[Any, ...], dict[str, int]]
# Its digest, its newest clip and its sums.
type OfPrompt = tuple[str, int | None, dict[str, int]]


@dataclass(frozen=True, slots=True)
class View:
    """What is looked at. ``projects``: only these may be seen; None: all of the team."""

    team_id: int
    play: bool
    start: dt.date
    end: dt.date
    projects: frozenset[int] | None = None
    project: int | None = None
    user: int | None = None
    account: int | None = None
    model: str = ""
    operation: str = ""
    prompt: str = ""

    @property
    def narrow(self) -> dict[str, Any]:
        """What it is narrowed to, but for the days."""
        wanted = {name: getattr(self, name) for name in (*DIMENSIONS, "prompt")}
        found = {name: value for name, value in wanted.items() if value}
        if self.projects is not None:
            found["project__in"] = self.projects
        return found

    def days(self, start: dt.date, end: dt.date) -> View:
        return replace(self, start=start, end=end)


def sums(
    view: View, *by: str, only: Condition | None = None, of: Collection[str] = SUMMED
) -> list[Row]:
    """The view's sums, grouped; one row for each group that has any. Three queries at most.

    ``only``: of the lines for which this holds, and of these only ``conditions.SAID``.
    ``of``: the figures that are wanted, for each costs time; the others are nought.
    """
    found: dict[tuple[Any, ...], dict[str, int]] = {}
    for model, start, end in _pieces(view, only):
        rows = _rows(model, view.days(start, end))
        if only:
            rows = _only(rows, only)
        for key, figures in _summed(rows, by, of):
            if key not in found:
                found[key] = figures
                continue
            have = found[key]
            for name in of:
                have[name] += figures[name]
    return list(found.items())


def by_day(view: View, by: str, of: Collection[str] = SUMMED) -> list[Row]:
    """Grouped by day and one more thing. One query."""
    model = SpendLine if view.prompt else SpendDay
    return _summed(_rows(model, view), ("day", by), of)


def prompts(view: View) -> list[tuple[str, str, dict[str, int]]]:
    """The prompts that cost most: digest, words, sums. Four queries at most."""
    found = _candidates(view)
    if found is None:
        found = _of_prompts(view, _dearest(view))
    texts = Generation.objects.filter(pk__in=[newest for _, newest, _ in found if newest])
    words = dict(texts.values_list("pk", "prompt"))
    return [(prompt, words.get(newest or 0, ""), sums) for prompt, newest, sums in found]


def _candidates(view: View) -> list[OfPrompt] | None:
    """The dearest of those that may be; None where that does not say which are.

    Some days' lines are read from an index alone. Of years, nobody reads them all: a prompt
    cannot have cost more in them than ever, so whoever costs more than the next candidate can
    is among the dearest.
    """
    if view.narrow or (view.end - view.start).days < YEARS:
        return None
    most = SpendPrompt.objects.filter(team=view.team_id, play__in=[view.play])
    ranked = most.order_by("-most_micros", "prompt").values_list("prompt", "most_micros")
    some = list(ranked[: CANDIDATES + 1])
    found = _of_prompts(view, [prompt for prompt, _ in some[:CANDIDATES]])
    found = sorted(found, key=lambda one: (-one[2]["micros"], one[0]))[:MOST_PROMPTS]
    if len(some) <= CANDIDATES:
        return found
    if len(found) == MOST_PROMPTS and found[-1][2]["micros"] > some[-1][1]:
        return found
    return None


def _dearest(view: View) -> list[str]:
    """By all lines of the view."""
    summed = _rows(SpendLine, view).values_list("prompt").annotate(sum_micros=Sum("micros"))
    return [prompt for prompt, _ in summed.order_by("-sum_micros", "prompt")[:MOST_PROMPTS]]


def _of_prompts(view: View, prompts: list[str]) -> list[OfPrompt]:
    rows = _rows(SpendLine, view).filter(prompt__in=prompts)
    rows = rows.values_list("prompt").annotate(newest=Max("generation"))
    return [(*key, figures) for key, figures in _summed(rows, ("prompt", "newest"), SUMMED)]


def lines(view: View) -> QuerySet[SpendLine]:
    """What is behind the view's figures, the newest first."""
    rows: QuerySet[SpendLine] = _rows(SpendLine, view)
    return rows.order_by("-day", "-pk")


_OCCURRING = {"user": "user_id", "model": "model", "operation": "operation"}
# From each to the next by an index of its own: twenty steps, and not the sums of all years.
_NEXT = """
{name}s(one) AS (
  SELECT MIN({column}) FROM generations_spendmonth WHERE team_id = %s AND play = %s
  UNION ALL
  SELECT (SELECT MIN({column}) FROM generations_spendmonth
          WHERE team_id = %s AND play = %s AND {column} > {name}s.one)
  FROM {name}s WHERE one IS NOT NULL
)"""
_FOUND = "SELECT '{name}', CAST(one AS VARCHAR(40)) FROM {name}s WHERE one IS NOT NULL"
_STEPS = (_NEXT.format(name=name, column=column) for name, column in _OCCURRING.items())
_ALL = " UNION ALL ".join(_FOUND.format(name=name) for name in _OCCURRING)
_OCCUR = f"WITH RECURSIVE {','.join(_STEPS)} {_ALL}"


def occurring(view: View) -> dict[str, list[Any]]:
    """The people, models and operations that anything was ever paid for, within what is allowed.
    One query.
    """
    found: dict[str, set[Any]] = {name: set() for name in _OCCURRING}
    if view.projects is None:
        with connection.cursor() as cursor:
            cursor.execute(_OCCUR, [view.team_id, view.play] * 2 * len(_OCCURRING))
            for name, value in cursor:
                found[name].add(int(value) if name == "user" else value)
        return {name: sorted(values) for name, values in found.items()}
    rows = SpendMonth.objects.filter(team=view.team_id, play__in=[view.play])
    rows = rows.filter(project__in=view.projects)
    for values in rows.order_by().values_list(*_OCCURRING).distinct():
        for name, value in zip(_OCCURRING, values, strict=True):
            found[name].add(value)
    return {name: sorted(values) for name, values in found.items()}


@dataclass(frozen=True, slots=True)
class Held:
    """Money set aside now, whenever it was, for clips ``running`` and of ``unknown`` outcome."""

    micros: int
    running: int
    unknown: int


def held(view: View) -> Held:
    """What is held now in what the view is narrowed to; its days do not matter. Three queries."""
    uncertain = Count("pk", filter=Q(state=State.UNCERTAIN))
    live, asked = (
        rows.aggregate(micros=Sum("price_micros"), all=Count("pk"), uncertain=uncertain)
        for rows in under_way(view)
    )
    micros = _purse(view)
    if micros is None:
        micros = (live["micros"] or 0) + (asked["micros"] or 0)
    return Held(micros, live["all"] - live["uncertain"], live["uncertain"] + asked["all"])


def under_way(view: View) -> tuple[QuerySet[Generation], QuerySet[Generation]]:
    """The clips whose money is held, within the view but for its days and its prompt.

    Two lists, each short by an index of its own: what is not final, and failures of which nobody
    knows whether they were charged.
    """
    narrow = {name: value for name, value in view.narrow.items() if name != "prompt"}
    rows = Generation.objects.filter(team=view.team_id, play=view.play, **narrow)
    live = rows.filter(state__in=LIVE, charged_micros=None)
    # What is final may have been moved since: its money is held where it was asked for.
    payer = {name.replace("project", "payer"): value for name, value in narrow.items()}
    asked = Generation.objects.filter(team=view.team_id, play=view.play, question="charge")
    return live, asked.annotate(payer=Coalesce("paid_by_id", "project_id")).filter(**payer)


def _purse(view: View) -> int | None:
    """By the ledger's purses, where one kind of purse says it; else None."""
    narrow = {name: value for name, value in view.narrow.items() if name != "project__in"}
    rows = Purse.objects.filter(team=view.team_id, play=view.play)
    if not narrow and view.projects is None:
        rows = rows.filter(scope=Scope.TEAM)
    elif narrow.keys() == {"user"} and view.projects is None:
        rows = rows.filter(scope=Scope.PERSON, key=str(view.user))
    else:
        return None
    return int(rows.aggregate(sum=Sum("held_micros"))["sum"] or 0)


def _pieces(view: View, only: Condition | None) -> list[tuple[Any, dt.date, dt.date]]:
    """The tables that have the view's sums in the fewest rows, and which of their days."""
    if view.prompt:
        return [(SpendLine, view.start, view.end)]
    month, day = (SpendSome, SpendLine) if only else (SpendMonth, SpendDay)
    pieces = cover(view.start, view.end)
    return [(month if whole else day, start, end) for whole, start, end in pieces]


def _only(rows: Any, only: Condition) -> Any:
    """The rows of lines, or of sums of such, for which a condition holds."""
    if rows.model is SpendSome:
        return rows.annotate(bit=F("holds").bitand(only.bit)).filter(bit__gt=0)
    return rows.filter(only.where)


def _rows(model: Any, view: View) -> Any:
    # The money as a list: "NOT play", as one word of it would be said, is no key to SQLite.
    rows = model.objects.filter(team=view.team_id, play__in=[view.play], **view.narrow)
    return rows.filter(day__gte=view.start, day__lte=view.end).order_by()


def _summed(rows: Any, by: tuple[str, ...], of: Collection[str]) -> list[Row]:
    wanted = {f"sum_{name}": _SUMS[name] for name in of}
    if not by:
        return [((), _figures(rows.aggregate(**wanted)))]
    width = len(by)
    nothing = dict.fromkeys(SUMMED, 0)
    return [
        (values[:width], nothing | dict(zip(of, map(int, values[width:]), strict=True)))
        for values in rows.values_list(*by).annotate(**wanted)
    ]


def _figures(row: dict[str, Any]) -> dict[str, int]:
    return {name: int(row.get(f"sum_{name}") or 0) for name in SUMMED}
