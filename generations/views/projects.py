"""A team's projects: the list, a new one, and each one's settings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import TeamRequest, team_view
from accounts.budgets import limits, set_limits
from accounts.forms import BudgetForm
from accounts.models import Membership, Scope, TeamRole
from generations import projects as procedures
from generations.access import Need, ProjectRequest, may_begin, project_view
from generations.forms.projects import ProjectForm, ProjectRoleForm
from generations.models import Project, ProjectMembership
from generations.project_cards import seen


@require_GET
@team_view()
def projects(request: TeamRequest) -> HttpResponse:
    rows = seen(request.membership)
    live = [one for one in rows if one.row.archived_at is None]
    page = {
        "live": [one for one in live if not one.row.personal_of_id],
        "own": next((one for one in rows if one.is_own), None),
        "spaces": [one for one in live if one.row.personal_of_id and not one.is_own],
        "archived": [one for one in rows if one.row.archived_at and not one.is_own],
        "may_make": may_begin(request.membership),
    }
    return render(request, "projects/list.html", page)


@require_http_methods(["GET", "POST"])
@team_view(TeamRole.OWNER, TeamRole.MEMBER)
def project_new(request: TeamRequest) -> HttpResponse:
    _begins(request)
    form = ProjectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        project = procedures.make_project(request.user, request.team, name)
        return redirect("studio", request.team.slug, project.uuid)
    return render(request, "projects/new.html", {"form": form})


@require_POST
@team_view(TeamRole.OWNER, TeamRole.MEMBER)
def project_own(request: TeamRequest) -> HttpResponse:
    """To one's own space, which is made when it is first asked for."""
    _begins(request)
    project = procedures.personal_space(request.user, request.team)
    return redirect("studio", request.team.slug, project.uuid)


def _begins(request: TeamRequest) -> None:
    if not may_begin(request.membership):
        words = "Whoever makes clips in a project may begin others. Ask an owner for that role."
        raise PermissionDenied(words)


@require_GET
@project_view(Need.PRODUCE)
def project_settings(request: ProjectRequest) -> HttpResponse:
    return _settings_page(request)


@require_POST
@project_view(Need.PRODUCE)
def project_rename(request: ProjectRequest) -> HttpResponse:
    form = ProjectForm(request.POST)
    if not form.is_valid():
        return _settings_page(request, form=form)
    procedures.rename(request.user, request.project, form.cleaned_data["name"])
    messages.success(request, "The project has its new name.")
    return _to_settings(request)


@require_POST
@project_view(Need.PRODUCE)
def project_give(request: ProjectRequest) -> HttpResponse:
    """The whole of a personal space becomes a project of the team, under a name of its own."""
    form = ProjectForm(request.POST)
    if not form.is_valid():
        return _settings_page(request, give_form=form)
    try:
        procedures.give_to_team(request.user, request.project, form.cleaned_data["name"])
    except procedures.CannotChange as trouble:
        messages.error(request, str(trouble))
    else:
        said = f"{request.project} is a project of the team now. Say who works in it."
        messages.success(request, said)
    return _to_settings(request)


@require_POST
@project_view(Need.PRODUCE)
def project_archive(request: ProjectRequest) -> HttpResponse:
    procedures.archive(request.user, request.project)
    messages.success(request, f"{request.project} is archived. It can be restored at any time.")
    return redirect("projects", request.team.slug)


@require_POST
@project_view(Need.PRODUCE)
def project_restore(request: ProjectRequest) -> HttpResponse:
    procedures.restore(request.user, request.project)
    messages.success(request, f"{request.project} is back.")
    return redirect("projects", request.team.slug)


@require_POST
@project_view(Need.PRODUCE)
def project_budget(request: ProjectRequest) -> HttpResponse:
    form, project = BudgetForm(request.POST), request.project
    if not form.is_valid():
        return _settings_page(request, budget_form=form)
    key, name = str(project.uuid), f"Project {project.name}"
    set_limits(request.user, request.team, Scope.PROJECT, key, form.cleaned_data, name)
    messages.success(request, "The project's budget is set.")
    return _to_settings(request)


@require_POST
@project_view(Need.PRODUCE)
def project_role(request: ProjectRequest, member: int) -> HttpResponse:
    rows = request.team.memberships.select_related("user")
    row, form = get_object_or_404(rows, pk=member), ProjectRoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose one of the roles.")
        return _to_settings(request)
    try:
        procedures.set_role(request.user, request.project, row, form.cleaned_data["role"])
    except procedures.CannotChange as trouble:
        messages.error(request, str(trouble))
        return _to_settings(request)
    messages.success(request, f"The role of {row.user} is set.")
    if row.user_id == request.user.pk and request.role is not TeamRole.OWNER:
        return redirect("projects", request.team.slug)
    return _to_settings(request)


def _settings_page(request: ProjectRequest, **parts: Any) -> HttpResponse:
    project = request.project
    page = {
        "people": _people(request.team.memberships.select_related("user"), project),
        "form": ProjectForm(initial={"name": project.name}),
        "give_form": ProjectForm(auto_id="give_%s"),
        "budget_form": BudgetForm(initial=limits(request.team, Scope.PROJECT, str(project.uuid))),
    }
    return render(request, "projects/settings.html", page | parts)


def _people(members: Any, project: Project) -> list[tuple[Membership, ProjectRoleForm | None]]:
    """Each member with a form for the role; owners and auditors need none, theirs is the team's."""
    rows = ProjectMembership.objects.filter(project=project)
    roles = dict(rows.values_list("user_id", "role"))
    found = []
    for member in members.order_by("user__name", "pk"):
        initial = {"role": roles.get(member.user_id, "")}
        form = ProjectRoleForm(initial=initial, auto_id=f"role_{member.pk}_%s")
        found.append((member, form if member.role == TeamRole.MEMBER else None))
    return found


def _to_settings(request: ProjectRequest) -> HttpResponse:
    return redirect("project_settings", request.team.slug, request.project.uuid)
