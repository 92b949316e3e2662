"""Purses: what is held and spent this month in each scope. The check is the update that takes.

Purses of a team are always touched in one order, the team's own first. So whoever has the team's
purse has them all, parallel requests queue there, and nothing can deadlock.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from .models import Budget, Movement, Purse, Scope, Team
from .money import format_usd

type PurseRows = QuerySet[Purse]

WHOSE = {
    Scope.TEAM: "The team's",
    Scope.PROJECT: "The project's",
    Scope.PERSON: "Your",
    Scope.ACCOUNT: "The provider account's",
}


class OverBudget(Exception):
    """A budget has less left than was asked; nothing was taken. ``str()`` is for people.

    ``taken``: what this very request had set aside there before, and takes back with its failure.
    """

    def __init__(self, purse: Purse, asked_micros: int, taken: int = 0) -> None:
        self.purse, self.scope = purse, Scope(purse.scope)
        left = (purse.left_micros or 0) + taken
        self.left_micros = max(0, left)
        self.asked_micros = asked_micros
        month = calendar.month_name[int(purse.month[5:])]
        kind = "play budget" if purse.play else "budget"
        how = f"is over by {format_usd(-left)}" if left < 0 else f"has {format_usd(left)} left"
        super().__init__(
            f"{WHOSE[self.scope]} {month} {kind} {how}; this needs {format_usd(asked_micros)}."
        )

    def of_all(self, held: int, takes: int) -> OverBudget:
        """The same for a request of several takes, of which the first ``held`` found room."""
        return OverBudget(self.purse, self.asked_micros * takes, self.asked_micros * held)


@dataclass(frozen=True, slots=True)
class Standing:
    """A scope's budget in one month. No limit: ``limit_micros`` and ``left_micros`` are None.

    ``left_micros`` is below zero where more was charged, or the limit was lowered.
    """

    limit_micros: int | None
    held_micros: int
    spent_micros: int
    left_micros: int | None
    month: str


def share_used(one: Standing | Purse) -> int:
    """How much of the limit is held or spent, in whole percents; 0 without a limit."""
    used = one.held_micros + one.spent_micros
    return 100 * used // one.limit_micros if one.limit_micros else 0


def month_of(when: dt.datetime) -> str:
    """The month, as ``YYYY-MM``, that a moment belongs to in the studio's time zone."""
    return timezone.localtime(when).strftime("%Y-%m")


def scopes(movement: Movement) -> Iterator[tuple[Scope, str]]:
    """The purses that a movement moves, in the order in which they are always touched."""
    yield Scope.TEAM, ""
    if movement.project:
        yield Scope.PROJECT, movement.project
    if movement.user_id:
        yield Scope.PERSON, str(movement.user_id)
    if movement.account:
        yield Scope.ACCOUNT, movement.account


def take(hold: Movement) -> None:
    """Set the hold's amount aside in all its purses. Raises OverBudget: the caller rolls back."""
    for scope, key in scopes(hold):
        purse = _of(hold, scope, key)
        if _take(purse, hold.micros):
            continue
        found = opened(hold.team_id, scope, key, play=hold.play, month=hold.month)
        if not _take(purse, hold.micros):
            found.refresh_from_db()
            raise OverBudget(found, hold.micros)


def give(hold: Movement, *, held: int, spent: int) -> None:
    """Change what is held and spent in all purses of a hold; what was charged is never refused."""
    for scope, key in scopes(hold):
        _of(hold, scope, key).update(
            held_micros=F("held_micros") + held, spent_micros=F("spent_micros") + spent
        )


def queue_at(hold: Movement) -> None:
    """Wait until nobody else moves this team's money of that month; ends with the transaction."""
    locked = _of(hold, Scope.TEAM, "").select_for_update()
    if not locked.first():
        opened(hold.team_id, Scope.TEAM, "", play=hold.play, month=hold.month)
        locked.get()


def open_all(movement: Movement) -> None:
    """Make the purses of a movement that are not there yet."""
    for scope, key in scopes(movement):
        opened(movement.team_id, scope, key, play=movement.play, month=movement.month)


def opened(team_id: int, scope: Scope, key: str, *, play: bool, month: str) -> Purse:
    """The purse; made with the budget of today when it is the first of its month."""
    identity = {"team_id": team_id, "scope": scope, "key": key, "play": play}
    if purse := Purse.objects.filter(**identity, month=month).first():
        return purse
    limit = Budget.objects.filter(**identity).values_list("limit_micros", flat=True).first()
    return Purse.objects.get_or_create(**identity, month=month, defaults={"limit_micros": limit})[0]


# Asked on every page: the ORM takes ten times as long to word it as a database to answer it.
_STANDINGS = """
SELECT scope, "key", play, TRUE, limit_micros, held_micros, spent_micros FROM accounts_purse
WHERE team_id = %(team)s AND month = %(month)s AND ({places})
UNION ALL
SELECT scope, "key", play, FALSE, limit_micros, 0, 0 FROM accounts_budget
WHERE team_id = %(team)s AND ({places})
"""


def standings(
    team: Team, *, scope: str = Scope.TEAM, key: str = "", month: str | None = None
) -> dict[bool, Standing]:
    """How a scope's budgets stand, real money and play money (True). One query.

    This month unless told otherwise. Before its purse is opened, a month begins with the budget.
    """
    return standings_at(team, [(scope, key)], month=month)[0]


def standings_at(
    team: Team, places: Sequence[tuple[str, str]], *, month: str | None = None
) -> list[dict[bool, Standing]]:
    """``standings`` of several scopes, each with its key, in their order. One query."""
    today = month_of(timezone.now())
    month = month or today
    which: dict[str, Any] = {"team": team.pk, "month": month}
    for number, (scope, key) in enumerate(places):
        which |= {f"scope{number}": str(scope), f"key{number}": key}
    asked = [f'scope = %(scope{n})s AND "key" = %(key{n})s' for n in range(len(places))]
    with connection.cursor() as cursor:
        cursor.execute(_STANDINGS.format(places=" OR ".join(asked)), which)
        found = {(scope, key, bool(play), bool(opened)): rest
                 for scope, key, play, opened, *rest in cursor}  # fmt: skip
    told = []
    for scope, key in places:
        rows = {}
        for play in (False, True):
            place = (str(scope), key, play)
            budget = found.get((*place, False)) if month >= today else None
            limit, held, spent = found.get((*place, True)) or budget or (None, 0, 0)
            left = None if limit is None else limit - held - spent
            rows[play] = Standing(limit, held, spent, left, month)
        told.append(rows)
    return told


def standing(
    team: Team,
    *,
    scope: str = Scope.TEAM,
    key: str = "",
    play: bool = False,
    month: str | None = None,
) -> Standing:
    """How a scope's budget of one kind of money stands. One query."""
    return standings(team, scope=scope, key=key, month=month)[play]


def _take(purse: PurseRows, micros: int) -> bool:
    enough = Q(limit_micros=None) | Q(
        limit_micros__gte=F("held_micros") + F("spent_micros") + micros
    )
    return purse.filter(enough).update(held_micros=F("held_micros") + micros) == 1


def _of(movement: Movement, scope: Scope, key: str) -> PurseRows:
    return Purse.objects.filter(
        team_id=movement.team_id, scope=scope, key=key, play=movement.play, month=movement.month
    )
