"""The end of a month: what is still open, one file for each project, and the close."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Count, Max, Sum
from django.utils.text import slugify

from accounts import closing
from accounts.models import MonthClose, Movement, Purse, Scope, Team, User
from generations.models import (
    Discrepancy,
    Found,
    Generation,
    Project,
    ProviderAccount,
    Selection,
    State,
)
from generations.models.generations import FINAL
from generations.spend.exports import csv_lines

from . import journal, month_sums
from .month_sums import bounds

SUMMARY = "summary.csv"
HEAD = (
    "when (UTC)",
    "kind",
    "USD",
    "units",
    "unit",
    "USD a unit",
    "money",
    "project",
    "person",
    "account",
    "operation",
    "model",
    "prompt",
    "clip",
    "note",
    "corrects",
    "reference",
    "held then USD",
    "charged then USD",
)
LIVE = [one for one in State if one not in FINAL and one != State.UNCERTAIN]
SUMS = (
    "project",
    "project id",
    "money",
    "charged USD",
    "of it corrections of closed months USD",
    "came back USD",
    "released USD",
    "movements",
)
CHUNK = 2000
# Never added to each other.
MONEY = {False: "real", True: "play"}


class Damaged(Exception):
    """A kept file is no longer the one whose digest was written down."""


@dataclass(frozen=True, slots=True)
class Open:
    """What is not over yet in a month. Micro-dollars held; the rest are counts.

    Mask selections are counted with the clips: ``uncertain`` ones and ``running`` ones.
    """

    held_micros: int
    held_play_micros: int
    uncertain: int
    running: int
    discrepancies: int
    risk_micros: int

    @property
    def may_close(self) -> bool:
        return not (self.held_micros or self.held_play_micros)

    @property
    def is_clean(self) -> bool:
        return self.may_close and not self.discrepancies

    def to_json(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in self.__slots__}


def still_open(team: Team, month: str) -> Open:
    start, end = bounds(month)
    held = {
        row["play"]: row["sum"]
        for row in Purse.objects.filter(team=team, scope=Scope.TEAM, month=month)
        .order_by()
        .values("play")
        .annotate(sum=Sum("held_micros"))
    }
    # Each by an index of its own, for there are few of these among all of a team's clips.
    clips = Generation.objects.filter(team=team, created_at__gte=start, created_at__lt=end)
    unknown = clips.filter(state=State.UNCERTAIN, charged_micros=None)
    asked = clips.filter(question__gt="").exclude(state=State.UNCERTAIN)
    masks = Selection.objects.filter(project__team=team, charged_micros=None)
    masks = masks.filter(created_at__gte=start, created_at__lt=end)
    # As a list, so that it is a key of the index on SQLite too (see spend/queries.py).
    cases = Discrepancy.objects.filter(team=team, is_open__in=[True])
    cases = cases.filter(at__gte=start, at__lt=end)
    return Open(
        held_micros=held.get(False) or 0,
        held_play_micros=held.get(True) or 0,
        uncertain=unknown.count() + asked.count() + masks.filter(state=Found.UNCERTAIN).count(),
        running=clips.filter(state__in=LIVE, charged_micros=None).count()
        + masks.filter(state__in=(Found.QUEUED, Found.SENDING)).count(),
        discrepancies=cases.count(),
        risk_micros=cases.filter(play=False).aggregate(sum=Sum("risk_micros"))["sum"] or 0,
    )


def close(actor: User | None, team: Team, month: str) -> MonthClose:
    """Freeze a month and keep its files. Raises closing.CannotClose."""
    bounds(month)
    stamp = _stamp(team, month)
    ready = _write(team, month)

    def files() -> dict[str, bytes]:
        # Made before anybody had to wait for it; again if something moved meanwhile.
        return ready if _stamp(team, month) == stamp else _write(team, month)

    row, _ = closing.close(actor, team, month, files, {"open": still_open(team, month).to_json()})
    return row


def _stamp(team: Team, month: str) -> tuple[int, int]:
    """Movements are only added: as many with the same last one are the same."""
    rows = Movement.objects.filter(team=team, month=month)
    found = rows.aggregate(count=Count("pk"), last=Max("pk"))
    return found["count"], found["last"] or 0


def _write(team: Team, month: str) -> dict[str, bytes]:
    made = dict(_files(team, month))
    for name, body in made.items():
        _store(team, month, name, body)
    return made


def kept(row: MonthClose, name: str) -> bytes:
    """A file of a closed month. Raises KeyError for a stranger, Damaged if it was changed."""
    wanted = row.counts["files"][name]
    with default_storage.open(_path(row.team, row.month, name)) as file:
        body: bytes = file.read()
    if hashlib.sha256(body).hexdigest() != wanted:
        raise Damaged(f"{name} of {row.month} is not the file that was closed")
    return body


def months(team: Team) -> list[dict[str, Any]]:
    """Every month that has movements, the newest first, with sums and its close."""
    closes = {one.month: one for one in team.closes.select_related("by")}
    rows = Purse.objects.filter(team=team, scope=Scope.TEAM).order_by("-month")
    found: dict[str, dict[str, Any]] = {}
    for one in rows:
        month = found.setdefault(one.month, {"month": one.month, "close": closes.get(one.month)})
        kind = "play" if one.play else "real"
        month[kind] = one.spent_micros
        month[f"held_{kind}"] = one.held_micros
    return list(found.values())


def _files(team: Team, month: str) -> Iterator[tuple[str, bytes]]:
    """One CSV for each project, and the sums of all of them with a total for each kind of money."""
    names = {str(one.uuid): one.name for one in Project.objects.filter(team=team)}
    rows = Movement.objects.filter(team=team, month=month)
    projects = sorted(set(rows.order_by().values_list("project", flat=True)))
    sums: list[list[Any]] = [list(SUMS)]
    for project in projects:
        mine = rows.filter(project=project)
        name = names.get(project, "no project")
        file = f"{month}-{slugify(name)[:40] or 'project'}-{project[:8] or 'none'}.csv"
        yield file, _csv(_lines(team, mine, name))
        sums += _summed(mine, name, project)
    sums += _summed(rows, "total", "")
    yield SUMMARY, _csv(iter(sums))


def _lines(team: Team, rows: Any, project: str) -> Iterator[list[Any]]:
    """All movements of a project as they were written, each with what was held and charged after
    it in the project's month, and their totals.
    """
    yield list(HEAD)
    accounts = {
        str(one.uuid): one.name for one in ProviderAccount.objects.filter(team=team).only(*_NAMES)
    }
    ordered = rows.select_related("user").order_by("pk")
    last = 0
    held: dict[str, int] = defaultdict(int)
    totals: dict[str, int] = defaultdict(int)
    while some := list(ordered.filter(pk__gt=last)[:CHUNK]):
        last = some[-1].pk
        clips = _about([one.subject for one in some])
        for one in some:
            money = MONEY[one.play]
            of_held, of_charged = journal.step(one)
            held[money] += of_held
            totals[money] += of_charged
            clip = clips.get(one.subject, {})
            yield [
                one.at.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S"),
                one.get_kind_display(),
                _usd(one.micros),
                _plain(one.units),
                one.unit,
                _plain(one.rate),
                money,
                project,
                str(one.user or ""),
                accounts.get(one.account, one.account),
                clip.get("operation", ""),
                clip.get("model", ""),
                clip.get("prompt", "")[:200],
                one.subject,
                one.note,
                one.corrects,
                one.key,
                _usd(held[money]),
                _usd(totals[money]),
            ]
    for money in sorted(totals):
        yield ["", "total charged", _usd(totals[money]), "", "", "", money, project]


_NAMES = ("uuid", "name")


def _about(subjects: list[str]) -> dict[str, dict[str, Any]]:
    """What these movements were for, by subject; a mask selection has neither model nor prompt."""
    masks = Selection.objects.filter(uuid__in=set(subjects)).values_list("uuid", flat=True)
    found: dict[str, dict[str, Any]] = {str(one): {"operation": "mask_selection"} for one in masks}
    rows = Generation.objects.filter(uuid__in=set(subjects))
    for row in rows.values("uuid", "operation", "model", "prompt"):
        found[str(row["uuid"])] = dict(row)
    return found


def _summed(rows: Any, name: str, project: str) -> Iterator[list[Any]]:
    """A row of SUMS for each kind of money that moved."""
    for one in month_sums.moved(rows):
        amounts = (one.micros, one.corrections_micros, one.refunded_micros, one.released_micros)
        yield [name, project, MONEY[one.play], *map(_usd, amounts), one.movements]


def _csv(rows: Iterator[list[Any]]) -> bytes:
    return "".join(csv_lines(rows)).encode()


def _usd(micros: int) -> Decimal:
    return Decimal(micros).scaleb(-6)


def _plain(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount.normalize():f}"


def _store(team: Team, month: str, name: str, body: bytes) -> None:
    path = _path(team, month, name)
    if default_storage.exists(path):  # of a close that did not come to its end
        default_storage.delete(path)
    default_storage.save(path, ContentFile(body))


def _path(team: Team, month: str, name: str) -> str:
    return f"closes/{team.uuid}/{month}/{name}"
