"""A team's own pages: its people, their roles, its budgets, its audit."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from . import audit, invitations, second_factor, teams, tokens
from .access import TeamRequest, team_view
from .budgets import limits, set_alerts, set_limits
from .forms import AlertsForm, BudgetForm, MemberForm, RoleForm
from .models import Membership, Scope, TeamRole

AUDIT_LINES = 12


@require_GET
@team_view()
def team(request: TeamRequest) -> HttpResponse:
    return _team_page(request)


@require_POST
@never_cache
@team_view(TeamRole.OWNER)
def member_add(request: TeamRequest) -> HttpResponse:
    """Adds somebody. A new person's temporary password is in this one answer and nowhere else."""
    form = MemberForm(request.POST)
    if not form.is_valid():
        return _team_page(request, member_form=form)
    data, password = form.cleaned_data, ""
    user = data["user"]
    try:
        if user is None:
            name, email = data["name"], data["email"]
            user, password = teams.make_person(request.user, request.team, email=email, name=name)
        teams.add_member(request.user, request.team, user, data["role"])
    except teams.CannotChange as trouble:
        form.add_error("email", str(trouble))
        return _team_page(request, member_form=form)
    if password:
        return _team_page(request, newcomer=user, password=password)
    messages.success(request, f"{user} is now in {request.team}.")
    return redirect("team", request.team.slug)


@require_POST
@team_view(TeamRole.OWNER)
def team_budget(request: TeamRequest) -> HttpResponse:
    form = BudgetForm(request.POST)
    if not form.is_valid():
        return _team_page(request, budget_form=form)
    set_limits(request.user, request.team, Scope.TEAM, "", form.cleaned_data)
    messages.success(request, "The team's budget is set.")
    return redirect("team", request.team.slug)


@require_POST
@team_view(TeamRole.OWNER)
def team_alerts(request: TeamRequest) -> HttpResponse:
    form = AlertsForm(request.POST)
    if not form.is_valid():
        return _team_page(request, alerts_form=form)
    set_alerts(request.user, request.team, form.cleaned_data["percents"])
    messages.success(request, "The thresholds are set.")
    return redirect("team", request.team.slug)


@require_POST
@team_view(TeamRole.OWNER)
def team_second_factor(request: TeamRequest) -> HttpResponse:
    needed = "needed" in request.POST
    try:
        second_factor.ask_for(request.user, request.team, needed=needed)
    except second_factor.CannotAsk as trouble:
        messages.error(request, str(trouble))
    else:
        said = "must now have a second factor" if needed else "may sign in with a password alone"
        messages.success(request, f"Members of {request.team} {said}.")
    return redirect("team", request.team.slug)


@require_GET
@team_view(TeamRole.OWNER)
def member(request: TeamRequest, member: int) -> HttpResponse:
    return _member_page(request, _member(request, member))


@require_POST
@team_view(TeamRole.OWNER)
def member_role(request: TeamRequest, member: int) -> HttpResponse:
    row, form = _member(request, member), RoleForm(request.POST)
    if not form.is_valid():
        return _member_page(request, row, role_form=form)
    try:
        teams.change_role(request.user, row, form.cleaned_data["role"])
    except teams.CannotChange as trouble:
        form.add_error("role", str(trouble))
        return _member_page(request, row, role_form=form)
    messages.success(request, f"{row.user} is now {row.get_role_display().lower()}.")
    return redirect("team", request.team.slug)


@require_POST
@team_view(TeamRole.OWNER)
def member_budget(request: TeamRequest, member: int) -> HttpResponse:
    row, form = _member(request, member), BudgetForm(request.POST)
    if not form.is_valid():
        return _member_page(request, row, budget_form=form)
    key = str(row.user_id)
    set_limits(request.user, request.team, Scope.PERSON, key, form.cleaned_data, str(row.user))
    messages.success(request, f"The budget of {row.user} is set.")
    return redirect("member", request.team.slug, row.pk)


@require_POST
@team_view(TeamRole.OWNER)
def member_remove(request: TeamRequest, member: int) -> HttpResponse:
    row = _member(request, member)
    try:
        teams.remove_member(request.user, row)
    except teams.CannotChange as trouble:
        messages.error(request, str(trouble))
        return redirect("member", request.team.slug, row.pk)
    messages.success(request, f"{row.user} is no longer in {request.team}.")
    if row.user_id == request.user.pk:
        return redirect("home")
    return redirect("team", request.team.slug)


@require_POST
@team_view(TeamRole.OWNER)
def member_hand_over(request: TeamRequest, member: int) -> HttpResponse:
    row = _member(request, member)
    try:
        teams.hand_over(request.membership, row)
    except teams.CannotChange as trouble:
        messages.error(request, str(trouble))
        return redirect("member", request.team.slug, row.pk)
    messages.success(request, f"{row.user} is now an owner of {request.team}, and you a member.")
    return redirect("team", request.team.slug)


@require_POST
@team_view(TeamRole.OWNER)
def member_switch(request: TeamRequest, member: int) -> HttpResponse:
    """Switches the account off, or on again (``on``)."""
    row, is_on = _member(request, member), "on" in request.POST
    try:
        (teams.switch_on if is_on else teams.switch_off)(request.user, row)
    except teams.CannotChange as trouble:
        messages.error(request, str(trouble))
    else:
        said = "can sign in again" if is_on else "is signed out and cannot sign in any more"
        messages.success(request, f"{row.user} {said}.")
    return redirect("member", request.team.slug, row.pk)


@require_POST
@team_view()
def team_leave(request: TeamRequest) -> HttpResponse:
    try:
        teams.leave(request.membership)
    except teams.CannotChange as trouble:
        messages.error(request, str(trouble))
        return redirect("team", request.team.slug)
    messages.success(request, f"You are no longer in {request.team}.")
    return redirect("home")


def _member(request: TeamRequest, pk: int) -> Membership:
    rows = request.team.memberships.select_related("user", "team")
    return get_object_or_404(rows, pk=pk)


def _team_page(request: TeamRequest, **parts: Any) -> HttpResponse:
    team = request.team
    may_see_money = request.role is not TeamRole.MEMBER
    page = {
        "members": team.memberships.select_related("user").order_by("user__name", "pk"),
        "may_change": request.role is TeamRole.OWNER,
        "may_see_money": may_see_money,
        "budget_form": BudgetForm(initial=limits(team, Scope.TEAM)),
        "alerts_form": AlertsForm(initial={"percents": ", ".join(map(str, team.alert_percents))}),
        "member_form": MemberForm(),
        "without_code": second_factor.without(team) if request.role is TeamRole.OWNER else [],
        "invitations": invitations.open_ones(team) if request.role is TeamRole.OWNER else [],
        "tokens": tokens.in_team(team) if request.role is TeamRole.OWNER else [],
        "lines": audit.latest(team, AUDIT_LINES) if may_see_money else [],
    }
    return render(request, "accounts/team.html", page | parts)


def _member_page(request: TeamRequest, row: Membership, **parts: Any) -> HttpResponse:
    page = {
        "member": row,
        "is_me": row.user_id == request.user.pk,
        "may_switch": teams.may_switch(request.user, row.user),
        "role_form": RoleForm(initial={"role": row.role}),
        "budget_form": BudgetForm(initial=limits(request.team, Scope.PERSON, str(row.user_id))),
    }
    return render(request, "accounts/member.html", page | parts)
