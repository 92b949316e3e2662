"""The first minutes: the set-up page, the choice between sandbox and empty, and home."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import setup as first_start
from accounts.forms import SetupForm
from accounts.models import Membership, User
from accounts.teams import make_team
from generations import projects
from generations.access import home_project
from generations.demo import make_sandbox_team
from generations.forms.projects import TeamForm
from generations.samples import add_samples


@login_not_required
@never_cache
@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """Whoever has the code becomes the first administrator; over as soon as a person exists."""
    if first_start.setup_code() is None:
        return redirect("home")
    if request.method == "GET":
        form = SetupForm(initial={"code": request.GET.get("code", "")})
        return render(request, "accounts/setup.html", {"form": form})
    form = SetupForm(request.POST)
    if not form.is_valid():
        return render(request, "accounts/setup.html", {"form": form})
    data = form.cleaned_data
    try:
        user = first_start.make_first(data["email"], data["name"], data["password"])
    except first_start.TooLate:
        return redirect("home")
    login(request, user)
    return redirect("welcome")


@require_GET
def welcome(request: HttpRequest) -> HttpResponse:
    return _welcome_page(request, TeamForm())


@require_POST
def welcome_sandbox(request: HttpRequest) -> HttpResponse:
    """One press: a sample team whose providers are simulated."""
    if not _may_begin(request):
        return redirect("home")
    if not settings.SANDBOX_URL:
        messages.error(request, "No sandbox is running. This page says how to start one.")
        return redirect("welcome")
    with transaction.atomic():
        project = make_sandbox_team(_user(request))
        add_samples(project, _user(request))
    return redirect("studio", project.team.slug, project.uuid)


@require_POST
def welcome_empty(request: HttpRequest) -> HttpResponse:
    """A team and its first project; its providers come next."""
    if not _may_begin(request):
        return redirect("home")
    form = TeamForm(request.POST)
    if not form.is_valid():
        return _welcome_page(request, form)
    with transaction.atomic():
        team = make_team(_user(request), form.cleaned_data["team"])
        projects.make_project(_user(request), team, form.cleaned_data["project"])
    messages.success(request, f"{team} is ready. Add a provider to make the first clip.")
    return redirect("providers", team.slug)


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """To where one goes on; with ``choose`` the list of one's teams."""
    user = _user(request)
    project = home_project(user)
    if project and "choose" not in request.GET:
        return redirect("studio", project.team.slug, project.uuid)
    rows = Membership.objects.filter(user=user).select_related("team").order_by("team__name")
    members = list(rows)
    if members and "choose" not in request.GET:
        return redirect("projects", members[0].team.slug)
    if not members and user.is_superuser:
        return redirect("welcome")
    page = {"members": members, "may_begin": user.is_superuser}
    return render(request, "accounts/home.html", page)


def _welcome_page(request: HttpRequest, form: TeamForm) -> HttpResponse:
    if not _may_begin(request):
        return redirect("home")
    page = {"form": form, "has_sandbox": bool(settings.SANDBOX_URL)}
    return render(request, "accounts/welcome.html", page)


def _may_begin(request: HttpRequest) -> bool:
    """Teams are begun by administrators of the installation."""
    return _user(request).is_superuser


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)
