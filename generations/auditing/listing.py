"""Discrepancies as a person asks for them: filters in the address, by money at risk, in pages."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from accounts.models import Team
from generations.models import Discrepancy
from generations.spend.period import Period, period

from .rules import Mismatch
from .words import label, tone

PAGE = 50
# So many lines of an export are read at once; of the first, few, so that they leave at once.
FIRST, BATCH = 50, 500
STATES = {"open": "Open", "resolved": "Resolved", "all": "All"}
ANY = "any"


@dataclass(frozen=True, slots=True)
class Asked:
    """What one address asks for. ``period`` is None for all times."""

    team: Team
    play: bool
    state: str = "open"
    cause: str = ""
    account: str = ""
    project: str = ""
    person: str = ""
    period: Period | None = None
    params: dict[str, str] = field(default_factory=dict)

    @property
    def filtered(self) -> bool:
        return bool(self.cause or self.account or self.project or self.person or self.period)


@dataclass(frozen=True, slots=True)
class Sums:
    """How many cases, the money at ``risk`` in open ones; of resolved ones what it was, and how
    much came ``back``."""

    count: int
    risk: int
    was: int
    back: int


@dataclass(frozen=True, slots=True)
class OfCause(Sums):
    """The sums of one cause."""

    cause: str
    current: bool = False

    @property
    def label(self) -> str:
        return label(self.cause)

    @property
    def tone(self) -> str:
        return tone(self.cause)


def asked(team: Team, params: Mapping[str, str], *, play: bool) -> Asked:
    """Read an address; what nobody knows in it is left out."""
    state = params.get("state", "open")
    cause = params.get("cause", "")
    told = params.get("period", "")
    wanted = None
    if told and told != ANY or params.get("from") or params.get("to"):
        wanted = period(params, timezone.localdate())
    return Asked(
        team=team,
        play=play,
        state=state if state in STATES else "open",
        cause=cause if cause in set(Mismatch) else "",
        account=_uuid(params.get("account", "")),
        project=_uuid(params.get("project", "")),
        person=person if (person := params.get("person", "")).isdecimal() else "",
        period=wanted,
        params={name: value for name, value in params.items() if value and name != "after"},
    )


def rows(wanted: Asked) -> QuerySet[Discrepancy]:
    """All that fit, the most money at risk first."""
    found = Discrepancy.objects.filter(_where(wanted))
    if wanted.cause:
        found = found.filter(cause=wanted.cause)
    found = found.select_related(
        "account", "generation__project", "selection", "project", "user", "by"
    )
    found = found.defer(
        "account__key",
        "account__secrets",
        "generation__brief_json",
        "selection__masks",
        "selection__exchange",
    )
    return found.order_by("-risk_micros", "-pk")


def page(wanted: Asked, after: str) -> tuple[list[Discrepancy], str]:
    """One page of them, and where the next begins ("": that was the last)."""
    found = rows(wanted)
    risk, _, last = after.partition(":")
    if risk.lstrip("-").isdecimal() and last.isdecimal() and len(after) < 40:
        found = _behind(found, int(risk), int(last))
    some = list(found[: PAGE + 1])
    if len(some) <= PAGE:
        return some, ""
    end = some[PAGE - 1]
    return some[:PAGE], f"{end.risk_micros}:{end.pk}"


def every(wanted: Asked) -> Iterator[Discrepancy]:
    """All that fit, some at a time: first which, then all about those.

    In one query PostgreSQL would join and sort them all before the first line could leave.
    """
    found = rows(wanted)
    some, count = found, FIRST
    while keys := list(some.values_list("risk_micros", "pk")[:count]):
        read = {one.pk: one for one in found.filter(pk__in=[pk for _, pk in keys])}
        yield from (read[pk] for _, pk in keys if pk in read)
        some, count = _behind(found, *keys[-1]), BATCH


def _behind(found: QuerySet[Discrepancy], risk: int, last: int) -> QuerySet[Discrepancy]:
    """Those after a place in the order."""
    return found.filter(Q(risk_micros__lt=risk) | Q(pk__lt=last), risk_micros__lte=risk)


def by_cause(wanted: Asked) -> list[OfCause]:
    """Of all that fit but for the cause: the sums of each, most money first. One query."""
    found = Discrepancy.objects.filter(_where(wanted)).order_by().values("cause")
    sums = found.annotate(
        count=Count("pk"),
        risk=Sum("risk_micros", filter=Q(is_open=True), default=0),
        was=Sum("risk_micros", filter=Q(is_open=False), default=0),
        back=Sum("refund_micros", filter=Q(is_open=False), default=0),
    )
    told = [OfCause(**one, current=one["cause"] == wanted.cause) for one in sums]
    return sorted(told, key=lambda one: (-one.risk, -one.was, one.cause))


def total(sums: Iterable[Sums]) -> Sums:
    found = list(sums)
    return Sums(
        sum(one.count for one in found),
        sum(one.risk for one in found),
        sum(one.was for one in found),
        sum(one.back for one in found),
    )


def _where(wanted: Asked) -> Q:
    which: dict[str, Any] = {"team": wanted.team, "play": wanted.play}
    if wanted.state != "all":
        which["is_open__in"] = [wanted.state == "open"]
    if wanted.account:
        which["account__uuid"] = wanted.account
    if wanted.project:
        which["project__uuid"] = wanted.project
    if wanted.person:
        which["user"] = int(wanted.person)
    if wanted.period:
        start, end = wanted.period.start, wanted.period.end + dt.timedelta(days=1)
        which["at__gte"], which["at__lt"] = _midnight(start), _midnight(end)
    return Q(**which)


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def _uuid(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return ""
