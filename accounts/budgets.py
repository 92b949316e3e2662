"""Budgets: limits a month that a team sets itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from . import audit
from .forecast import month_end
from .models import Budget, Movement, Purse, Scope, Team, User
from .purses import Standing, month_of, opened, scopes, standing, standings


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A budget that has less left this month than something needs. Micro-dollars."""

    scope: Scope
    key: str
    left_micros: int
    short_micros: int


@dataclass(frozen=True, slots=True)
class Stand:
    """One budget this month: how it stands, where the pace leads, what next month begins with.

    ``month_end_micros`` is None while it is too early to say.
    """

    play: bool
    now: Standing
    month_end_micros: int | None
    onwards_micros: int | None

    @property
    def kind(self) -> str:
        return "play" if self.play else "real"

    @property
    def is_only_now(self) -> bool:
        """Is this month's limit another one than that of the months that follow?"""
        return self.now.limit_micros != self.onwards_micros

    @property
    def is_over(self) -> bool:
        """Would the month end above the limit, at this pace?"""
        limit, end = self.now.limit_micros, self.month_end_micros
        return limit is not None and end is not None and end > limit


def set_budget(
    actor: User,
    team: Team,
    *,
    scope: str,
    key: str = "",
    play: bool = False,
    limit_micros: int | None,
    name: str = "",
    only_now: bool = False,
) -> None:
    """Limit a scope from this month on; ``None`` lifts the limit. Writes an audit line.

    A limit below what is held and spent already is allowed: it stops what comes next.
    ``only_now``: for this month alone; the next ones begin with what they would have had.
    """
    if limit_micros is not None and limit_micros < 0:
        raise ValueError("A budget cannot be negative.")
    scope = Scope(scope)
    same: dict[str, Any] = {"team": team, "scope": scope, "key": key, "play": play}
    month = month_of(timezone.now())
    with transaction.atomic():
        # The purse first: whoever opens it at the same moment waits, and then sees this limit.
        now = opened(team.pk, scope, key, play=play, month=month)
        before = Purse.objects.select_for_update().get(pk=now.pk).limit_micros
        later = Budget.objects.filter(**same).values_list("limit_micros", flat=True).first()
        purses = Purse.objects.filter(**same, month__gte=month)
        facts: dict[str, Any] = {"before": before, "after": limit_micros, "play": play}
        if only_now:
            purses.filter(month=month).update(limit_micros=limit_micros)
            facts["only"] = month
        else:
            purses.update(limit_micros=limit_micros)
            _set_later(same, limit_micros)
            if later != before:
                facts["month"], facts["later"] = month, {"before": later, "after": limit_micros}
        if before != limit_micros or not (only_now or later == limit_micros):
            audit.record(actor, "budget.set", name or _name(scope, key), team=team, **facts)


def _set_later(same: dict[str, Any], limit_micros: int | None) -> None:
    """What each month begins with."""
    if limit_micros is None:
        Budget.objects.filter(**same).delete()
    else:
        Budget.objects.update_or_create(**same, defaults={"limit_micros": limit_micros})


def limits(team: Team, scope: str, key: str = "") -> dict[str, int]:
    """The limits of a scope: ``real`` and ``play``, each where there is one."""
    rows = Budget.objects.filter(team=team, scope=scope, key=key)
    return {"play" if row.play else "real": row.limit_micros for row in rows}


def set_limits(
    actor: User,
    team: Team,
    scope: str,
    key: str,
    wanted: Mapping[str, Any],
    name: str = "",
) -> None:
    """Set the limits of a scope, ``real`` and ``play``; the audit calls it by ``name``.

    What was pressed holds at once, so a limit of this month alone ends with it; ``only``: for
    this month alone.
    """
    only_now = bool(wanted.get("only"))
    with transaction.atomic():
        now, later = standings(team, scope=scope, key=key), limits(team, scope, key)
        for word, play in (("real", False), ("play", True)):
            if word not in wanted:
                continue
            there = {
                now[play].limit_micros,
                now[play].limit_micros if only_now else later.get(word),
            }
            if there == {wanted[word]}:
                continue
            set_budget(
                actor,
                team,
                scope=scope,
                key=key,
                play=play,
                limit_micros=wanted[word],
                name=name,
                only_now=only_now,
            )


def set_alerts(actor: User, team: Team, percents: list[int]) -> None:
    """At which shares of any budget of the team somebody is told. Writes an audit line."""
    before = team.alert_percents
    if before == percents:
        return
    with transaction.atomic():
        Team.objects.filter(pk=team.pk).update(alert_percents=percents)
        said = {"before": _percents(before), "after": _percents(percents)}
        audit.record(actor, "alerts.set", "Thresholds of budgets", team=team, **said)
    team.alert_percents = percents


def _percents(found: list[int]) -> str:
    return ", ".join(f"{one} %" for one in found) or "none"


def add_to_month(
    actor: User, team: Team, scope: Scope, key: str, *, play: bool, more_micros: int, name: str = ""
) -> None:
    """Raise this month's limit, and no other month's. Nothing happens where there is none."""
    if more_micros <= 0:
        raise ValueError("A budget is raised by more than nothing.")
    month = month_of(timezone.now())
    with transaction.atomic():
        purse = opened(team.pk, scope, key, play=play, month=month)
        rows = Purse.objects.filter(pk=purse.pk, limit_micros__isnull=False)
        if not rows.update(limit_micros=F("limit_micros") + more_micros):
            return
        after = int(rows.values_list("limit_micros", flat=True).get() or 0)
        facts = {"before": after - more_micros, "after": after, "play": play, "only": month}
        audit.record(actor, "budget.raised", name or _name(scope, key), team=team, **facts)


def wait_for(team: Team, *, play: bool) -> None:
    """From here to the end of the transaction nobody else moves this month's money."""
    month = month_of(timezone.now())
    purse = opened(team.pk, Scope.TEAM, "", play=play, month=month)
    Purse.objects.select_for_update().get(pk=purse.pk)


def shortfalls(bill: Movement, micros: int) -> list[Shortfall]:
    """The budgets that a bill, never saved, would pass if this much were held for it now."""
    found = []
    for scope, key in scopes(bill):
        now = standing(bill.team, scope=scope, key=key, play=bill.play, month=bill.month)
        if now.left_micros is not None and now.left_micros < micros:
            found.append(Shortfall(scope, key, now.left_micros, micros - now.left_micros))
    return found


def tightest(bill: Movement) -> tuple[Scope, int] | None:
    """Of the budgets that a bill, never saved, would take from, the one with least left.

    None where none of them is limited. Two queries.
    """
    places = dict.fromkeys(scopes(bill))
    same: dict[str, Any] = {"team": bill.team, "play": bill.play}
    same |= {"scope__in": [scope for scope, _ in places], "key__in": [key for _, key in places]}
    limits_ = Budget.objects.filter(**same)
    left: dict[tuple[str, str], int | None] = {
        (one.scope, one.key): one.limit_micros for one in limits_
    }
    purses = Purse.objects.filter(**same, month=bill.month)
    left |= {(one.scope, one.key): one.left_micros for one in purses}
    found = [
        (micros, scope) for scope, key in places if (micros := left.get((scope, key))) is not None
    ]
    if not found:
        return None
    micros, scope = min(found, key=lambda one: one[0])
    return scope, micros


def stands(
    team: Team, scope: str, key: str = "", kinds: tuple[str, ...] = ("real", "play")
) -> list[Stand]:
    """How a scope stands this month, for each kind of money that it has anything of."""
    onwards = limits(team, scope, key)
    found, known = [], standings(team, scope=scope, key=key)
    for kind in kinds:
        now = known[kind == "play"]
        is_limited = now.limit_micros is not None or kind in onwards
        if not (is_limited or now.held_micros or now.spent_micros):
            continue
        end = month_end(now.spent_micros, now.held_micros)
        found.append(Stand(kind == "play", now, end, onwards.get(kind)))
    return found


def _name(scope: Scope, key: str) -> str:
    return f"{scope.label} {key}".strip()
