"""What the Spend pages ask the database. Sums come from few rows; never from a scan of clips."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from accounts.models import Purse, Scope
from generations.catalogue.words import PICTURES
from generations.models import Generation, SpendDay, SpendLine, SpendMonth, State
from generations.models.generations import FINAL

from .figures import NAMES
from .period import cover
from .totals import MOVING, SUMMED

# What one may narrow a view to, and group it by.
DIMENSIONS = ("project", "user", "account", "model", "operation")
MOST_PROMPTS = 100
# From so many days on, all of a team's lines are little more than those of the days.
YEARS = 150
LIVE = [state for state in State if state not in FINAL]
_SUMS: dict[str, Any] = {name: Sum(name) for name in NAMES}
_SUMS[MOVING] = Sum("micros", filter=~Q(operation__in=sorted(PICTURES)))

type Row = tuple[tuple[Any, ...], dict[str, int]]


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


def sums(view: View, *by: str, only: Q | None = None) -> list[Row]:
    """The view's sums, grouped; one row for each group that has any. Three queries at most.

    ``only``: of the lines for which this holds; that alone is told by the lines themselves.
    """
    found: dict[tuple[Any, ...], dict[str, int]] = {}
    pieces = [(SpendLine, view.start, view.end)] if only else _pieces(view)
    for model, start, end in pieces:
        rows = _rows(model, view.days(start, end))
        for key, figures in _summed(rows.filter(only) if only else rows, by):
            have = found.setdefault(key, dict.fromkeys(SUMMED, 0))
            for name in SUMMED:
                have[name] += figures[name]
    return list(found.items())


def by_day(view: View, by: str) -> list[Row]:
    """Grouped by day and one more thing. One query."""
    model = SpendLine if view.prompt else SpendDay
    return _summed(_rows(model, view), ("day", by))


def prompts(view: View) -> list[tuple[str, str, dict[str, int]]]:
    """The prompts that cost most: digest, words, sums. Three queries.

    The first reads the days' lines from an index alone; the others only those of these prompts.
    """
    ranked = _of_each_prompt(view)
    top = [row["prompt"] for row in ranked.order_by("-sum_micros", "prompt")[:MOST_PROMPTS]]
    rows = _rows(SpendLine, view).filter(prompt__in=top).values("prompt")
    found = list(rows.annotate(newest=Max("generation"), **_named(_SUMS)))
    texts = Generation.objects.filter(pk__in=[row["newest"] for row in found if row["newest"]])
    words = dict(texts.values_list("pk", "prompt"))
    return [(row["prompt"], words.get(row["newest"], ""), _figures(row)) for row in found]


def _of_each_prompt(view: View) -> Any:
    """``sum_micros`` of each, from an index alone.

    Of some days by the one that begins with the day. Of years by the one that begins with the
    prompt, which needs no sorting; so nothing may ask for days there before they are summed.
    """
    if view.narrow or (view.end - view.start).days < YEARS:
        return _rows(SpendLine, view).values("prompt").annotate(sum_micros=Sum("micros"))
    days = Q(day__gte=view.start, day__lte=view.end)
    rows = SpendLine.objects.filter(team=view.team_id, play__in=[view.play]).order_by()
    summed = rows.values("prompt").annotate(sum_micros=Sum("micros", filter=days))
    return summed.filter(sum_micros__isnull=False)


def lines(view: View) -> QuerySet[SpendLine]:
    """What is behind the view's figures, the newest first."""
    rows: QuerySet[SpendLine] = _rows(SpendLine, view)
    return rows.order_by("-day", "-pk")


def occurring(view: View) -> dict[str, list[Any]]:
    """The people, models and operations that anything was ever paid for, within what is allowed."""
    rows = SpendMonth.objects.filter(team=view.team_id, play__in=[view.play])
    if view.projects is not None:
        rows = rows.filter(project__in=view.projects)
    names = ("user", "model", "operation")
    found: dict[str, set[Any]] = defaultdict(set)
    for values in rows.order_by().values_list(*names).distinct():
        for name, value in zip(names, values, strict=True):
            found[name].add(value)
    return {name: sorted(found[name]) for name in names}


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


def _pieces(view: View) -> list[tuple[Any, dt.date, dt.date]]:
    """The tables that have the view's sums in the fewest rows, and which of their days."""
    if view.prompt:
        return [(SpendLine, view.start, view.end)]
    pieces = cover(view.start, view.end)
    return [(SpendMonth if whole else SpendDay, start, end) for whole, start, end in pieces]


def _rows(model: Any, view: View) -> Any:
    # The money as a list: "NOT play", as one word of it would be said, is no key to SQLite.
    rows = model.objects.filter(team=view.team_id, play__in=[view.play], **view.narrow)
    return rows.filter(day__gte=view.start, day__lte=view.end).order_by()


def _summed(rows: Any, by: tuple[str, ...]) -> list[Row]:
    grouped = (
        rows.values(*by).annotate(**_named(_SUMS)) if by else [rows.aggregate(**_named(_SUMS))]
    )
    return [(tuple(row[name] for name in by), _figures(row)) for row in grouped]


def _named(sums: dict[str, Any]) -> dict[str, Any]:
    return {f"sum_{name}": one for name, one in sums.items()}


def _figures(row: dict[str, Any]) -> dict[str, int]:
    return {name: int(row[f"sum_{name}"] or 0) for name in SUMMED}
