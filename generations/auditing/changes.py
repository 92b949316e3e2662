"""Who changed what in a team, as a person asks for it: filters in the address, newest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.audit import SYSTEM
from accounts.audit_words import AREAS
from accounts.models import AuditLine, Team
from generations.spend.period import Period, period

PAGE = 50
ANY = "any"
# What stands for the studio itself where a person is chosen.
STUDIO = "studio"
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """What one address asks for. ``period`` is None for all times."""

    team: Team
    area: str = ""
    person: str = ""
    words: str = ""
    period: Period | None = None
    params: dict[str, str] = field(default_factory=dict)

    @property
    def filtered(self) -> bool:
        return bool(self.area or self.person or self.words or self.period)


def asked(team: Team, params: Mapping[str, str]) -> Asked:
    """Read an address; what nobody knows in it is left out."""
    told, person = params.get("period", ""), params.get("person", "")
    wanted = None
    if told and told != ANY or params.get("from") or params.get("to"):
        wanted = period(params, timezone.localdate())
    area = params.get("area", "")
    return Asked(
        team=team,
        area=area if area in AREAS else "",
        person=person if person == STUDIO or (person.isdecimal() and len(person) < 19) else "",
        words=" ".join(params.get("q", "").split())[:LONGEST],
        period=wanted,
        params={name: value for name, value in params.items() if value and name != "after"},
    )


def rows(wanted: Asked) -> QuerySet[AuditLine]:
    """All that fit, the newest first."""
    return AuditLine.objects.filter(_where(wanted)).order_by("-at", "-pk")


def page(wanted: Asked, after: str) -> tuple[list[AuditLine], str]:
    """One page of them, and where the next begins ("": that was the last)."""
    found = rows(wanted)
    if edge := _edge(after):
        found = found.filter(edge)
    some = list(found[: PAGE + 1])
    if len(some) <= PAGE:
        return some, ""
    end = some[PAGE - 1]
    return some[:PAGE], f"{end.at.isoformat()}~{end.pk}"


def _edge(after: str) -> Q | None:
    moment, _, last = after.partition("~")
    try:
        at = parse_datetime(moment)
    except ValueError:
        return None
    if at is None or timezone.is_naive(at) or not (last.isdecimal() and len(last) < 19):
        return None
    # The first condition says again what the others say: by it an index is entered.
    return Q(at__lte=at) & (Q(at__lt=at) | Q(pk__lt=int(last)))


def _where(wanted: Asked) -> Q:
    found = Q(team=wanted.team)
    if wanted.area:
        beginnings = AREAS[wanted.area][1]
        found &= reduce(or_, (Q(verb__startswith=f"{one}.") for one in beginnings))
    if wanted.person == STUDIO:
        found &= Q(actor=None, actor_name=SYSTEM)
    elif wanted.person:
        found &= Q(actor=int(wanted.person))
    if wanted.words:
        # By its name, or a clip by the id in its address.
        found &= Q(target__icontains=wanted.words) | Q(facts__generation=wanted.words)
    if wanted.period:
        start, end = wanted.period.start, wanted.period.end + dt.timedelta(days=1)
        found &= Q(at__gte=_midnight(start), at__lt=_midnight(end))
    return found


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))
