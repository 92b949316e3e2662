"""Requests for more and alerts, wherever a page wants to show them."""

from __future__ import annotations

from django import template
from django.db.models import Q
from django.template import Context

from accounts import budgets
from accounts.budgets import Stand
from accounts.forms import BudgetForm
from accounts.models import Scope, Team, TeamRole
from accounts.money import format_usd
from generations.budgets import alerts, asking, who
from generations.budgets.alerts import Told
from generations.models import BudgetRequest, ProviderAccount

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
    own = Q(purse__scope=Scope.PERSON, purse__key=str(request.user.pk))
    return alerts.of_month(request.team, ours | own)
