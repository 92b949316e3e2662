"""Requests for more and alerts, wherever a page wants to show them."""

from __future__ import annotations

from typing import Any

from django import template
from django.db.models import Q
from django.template import Context

from accounts import budgets
from accounts.budgets import Stand
from accounts.forms import BudgetForm
from accounts.models import Scope, Team, TeamRole
from accounts.money import format_usd
from accounts.purses import Standing, standings_at
from generations.budgets import alerts, asking, who
from generations.budgets.alerts import Told
from generations.models import BudgetRequest, ProjectMembership, ProjectRole, ProviderAccount

register = template.Library()


@register.simple_tag(takes_context=True)
def my_requests(context: Context) -> list[BudgetRequest]:
    """What the person who looks asked for in this project and is to know of."""
    request = context["request"]
    return list(asking.mine(request.user, request.project)[:20])


@register.simple_tag
def stands(team: Team, scope: str, key: object = "", kind: str = "") -> list[Stand]:
    """How a scope's budgets stand this month; of one kind of money, or of both."""
    return budgets.stands(team, scope, str(key), (kind,) if kind else ("real", "play"))


@register.simple_tag(takes_context=True)
def people_stands(context: Context) -> dict[int, list[tuple[bool, Standing]]]:
    """By user: the budgets of this project's people that whoever looks may set. Five queries.

    Play money or not beside each; one that has neither a limit nor a spend is left out.
    """
    request = context["request"]
    rows = ProjectMembership.objects.filter(project=request.project)
    people = rows.exclude(role=ProjectRole.VIEWER).values_list("user", flat=True)
    places = [(Scope.PERSON.value, str(one)) for one in people]
    found = sorted(who.settable(request.user, request.team, places))
    known = standings_at(request.team, found) if found else []
    return {
        int(key): [
            (play, now)
            for play, now in one.items()
            if now.limit_micros is not None or now.held_micros or now.spent_micros
        ]
        for (_, key), one in zip(found, known, strict=True)
    }


@register.filter
def of_user(found: dict[int, list[tuple[bool, Standing]]], user_id: int) -> Any:
    """One person's of ``people_stands``; None where it is not theirs to set who looks."""
    return found.get(user_id)


@register.simple_tag
def account_budget_form(account: ProviderAccount) -> BudgetForm:
    kinds = ("play" if account.play else "real",)
    initial = budgets.limits(account.team, Scope.ACCOUNT, str(account.uuid))
    return BudgetForm(initial=initial, kinds=kinds)


@register.filter
def cents(micros: int | None) -> str:
    """A guess needs no more than cents."""
    return "–" if micros is None else format_usd(round(micros, -4))


@register.filter
def share_of(part: int | None, whole: int | None) -> float:
    """In percent of a limit, 0 to 100, for a bar."""
    return round(max(0.0, min(100.0, 100 * (part or 0) / whole)), 2) if whole else 0.0


@register.simple_tag(takes_context=True)
def budget_alerts(context: Context) -> list[Told]:
    """This month's alerts of the budgets that the person who looks answers for."""
    request = context["request"]
    if request.role in (TeamRole.OWNER, TeamRole.AUDITOR):
        return alerts.of_month(request.team)
    ours = Q(purse__scope=Scope.PROJECT, purse__key__in=who.produced(request.user, request.team))
    people = {str(request.user.pk), *who.people(request.user, request.team)}
    own = Q(purse__scope=Scope.PERSON, purse__key__in=people)
    return alerts.of_month(request.team, ours | own)
