"""All budgets of a team this month, as one person may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from accounts.budgets import Stand
from accounts.forecast import month_end
from accounts.models import Budget, Membership, Purse, Scope, Team, TeamRole, User
from accounts.purses import Standing, month_of, share_used

from . import who

ORDER = (Scope.TEAM, Scope.PROJECT, Scope.PERSON, Scope.ACCOUNT)


@dataclass(frozen=True, slots=True)
class Line:
    """One budget: how it stands, and where it is set (empty where this person may not)."""

    scope: Scope
    name: str
    stand: Stand
    reached: int
    url: str

    @property
    def percent(self) -> int:
        return share_used(self.stand.now)


def lines(member: Membership) -> list[Line]:
    """Owners and auditors see all; who makes clips sees those that a clip of theirs may empty.

    These are the team's, their own, those of the projects in which they may spend or which they
    produce, those that they set, and the limits of provider accounts. A scope without a limit
    stands there while anything is held or spent. Thirteen queries at most.
    """
    team = member.team
    month = month_of(timezone.now())
    found = _stands(team, month)
    set_here = who.settable(member.user, team, {(scope, key) for scope, key, _ in found})
    shown = who.spends_in(member.user, team) if member.role == TeamRole.MEMBER else None
    seen = {
        place: one
        for place, one in found.items()
        if place[:2] in set_here or _sees(member, shown, place, one)
    }
    called = who.names(team, {(scope, key) for scope, key, _ in seen})
    urls = _Urls(member, set_here)
    made = []
    for (scope, key, _play), stand in seen.items():
        name = called.get((scope, key))
        if name is not None:
            share = reached(stand.now, team.alert_percents)
            bare = name.removeprefix("Project ")
            made.append(Line(Scope(scope), bare, stand, share, urls.of(scope, key)))
    return sorted(made, key=lambda one: (one.stand.play, ORDER.index(one.scope), one.name.lower()))


def reached(now: Standing, percents: Sequence[int]) -> int:
    """The highest of these shares, in percent, that is held or spent; 0 for none."""
    if not now.limit_micros:
        return 0
    used = now.held_micros + now.spent_micros
    return max((one for one in percents if used * 100 >= one * now.limit_micros), default=0)


def _stands(team: Team, month: str) -> dict[tuple[str, str, bool], Stand]:
    """By scope, key and kind of money."""
    onwards = {
        (one.scope, one.key, one.play): one.limit_micros for one in Budget.objects.filter(team=team)
    }
    found = {}
    for one in Purse.objects.filter(team=team, month=month):
        place = (one.scope, one.key, one.play)
        if one.limit_micros is None and not (one.held_micros or one.spent_micros):
            continue
        now = Standing(one.limit_micros, one.held_micros, one.spent_micros, one.left_micros, month)
        end = month_end(now.spent_micros, now.held_micros)
        found[place] = Stand(one.play, now, end, onwards.get(place))
    for place, limit in onwards.items():
        if place not in found:
            now = Standing(limit, 0, 0, limit, month)
            found[place] = Stand(place[2], now, month_end(0, 0), limit)
    return found


def _sees(
    member: Membership, projects: set[str] | None, place: tuple[str, str, bool], stand: Stand
) -> bool:
    """``projects``: those whose budget is shown; None for all."""
    scope, key, _ = place
    if projects is None or scope == Scope.TEAM:
        return True
    if scope == Scope.PERSON:
        return key == str(member.user_id)
    if scope == Scope.PROJECT:
        return key in projects
    # What an account spends is for those who see all; where it ends is for all who may meet it.
    return bool(projects) and stand.now.limit_micros is not None


class _Urls:
    """Where each budget is set."""

    def __init__(self, member: Membership, settable: set[who.Place]) -> None:
        self.slug, self.settable = member.team.slug, settable
        self.person = "member" if member.role == TeamRole.OWNER else "person_budget"
        people = [int(key) for scope, key in settable if scope == Scope.PERSON]
        rows = Membership.objects.filter(team=member.team, user__in=people) if people else []
        self.members = {str(one.user_id): one.pk for one in rows}

    def of(self, scope: str, key: str) -> str:
        if (scope, key) not in self.settable:
            return ""
        if scope == Scope.PERSON:
            pk = self.members.get(key)
            return f"{reverse(self.person, args=[self.slug, pk])}#budget" if pk else ""
        if scope == Scope.TEAM:
            return f"{reverse('team', args=[self.slug])}#budget"
        name = "project_settings" if scope == Scope.PROJECT else "provider"
        return f"{reverse(name, args=[self.slug, key])}#budget"


def may_set_some(user: User, team: Team, role: TeamRole) -> bool:
    return role is TeamRole.OWNER or (role is TeamRole.MEMBER and bool(who.produced(user, team)))
