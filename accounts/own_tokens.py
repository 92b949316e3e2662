"""The pages of a person's tokens, and the owners' list of all tokens to their team."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from . import tokens
from .access import TeamRequest, team_view
from .forms import TokenForm
from .models import TeamRole, User


@require_GET
def tokens_list(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/tokens.html", {"tokens": tokens.of(_user(request))})


@never_cache
@require_http_methods(["GET", "POST"])
@reauthentication_required  # type: ignore[untyped-decorator]
def token_new(request: HttpRequest) -> HttpResponse:
    """Makes one, for somebody who has just proved who they are. It stands in this one answer."""
    user = _user(request)
    form = TokenForm(user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made, text = tokens.make(
                user, data["team"], name=data["name"], scopes=data["scopes"], days=data["days"]
            )
        except tokens.TooMany as why:
            form.add_error(None, str(why))
        else:
            page = {"made": made, "text": text, "base": request.build_absolute_uri("/api/v1/me")}
            return render(request, "accounts/token_made.html", page)
    return render(request, "accounts/token_new.html", {"form": form})


@require_POST
def token_revoke(request: HttpRequest, access: UUID) -> HttpResponse:
    user = _user(request)
    row = get_object_or_404(user.api_tokens.select_related("team", "user"), uuid=access)
    tokens.revoke(user, row)
    messages.success(request, f"{row.name} lets nobody in any more.")
    return redirect("tokens")


@require_POST
@team_view(TeamRole.OWNER)
def team_token_revoke(request: TeamRequest, access: UUID) -> HttpResponse:
    """By an owner of the team."""
    row = get_object_or_404(request.team.api_tokens.select_related("team", "user"), uuid=access)
    tokens.revoke(request.user, row)
    messages.success(request, f"{row.name} of {row.user} lets nobody in any more.")
    return redirect(f"{reverse('team', args=[request.team.slug])}#tokens")


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)
