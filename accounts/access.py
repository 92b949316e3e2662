"""Who may see a team's pages. The first line of a view says so."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from . import second_factor
from .models import Membership, Team, TeamRole, User


class TeamRequest(HttpRequest):
    """A request of a member of ``team``."""

    user: User
    team: Team
    membership: Membership
    role: TeamRole


type TeamView[**P] = Callable[Concatenate[TeamRequest, P], HttpResponse]


def team_view[**P](*roles: TeamRole) -> Callable[[TeamView[P]], Callable[..., HttpResponse]]:
    """Let members through, with these roles if any are named; reads ``team`` from the address.

    Strangers get 404, for whether a team exists is not their business; members without the role
    get 403. One query.
    """

    def decorate(view: TeamView[P]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def inner(
            request: TeamRequest, team: str, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            enter(request, team)
            if roles and request.role not in roles:
                raise PermissionDenied(f"Only for: {', '.join(role.label for role in roles)}.")
            return view(request, *args, **kwargs)

        return inner

    return decorate


def enter(request: TeamRequest, slug: str) -> None:
    """Put the team, the membership and the role on the request. Raises Http404 to strangers.

    Raises NeedsCode for members without the second factor that their team asks for.
    """
    membership = (
        Membership.objects.select_related("team")
        .filter(team__slug=slug, user_id=request.user.pk)
        .first()
    )
    if membership is None:
        raise Http404("No such team.")
    if membership.team.needs_code and not second_factor.has(request.user):
        raise second_factor.NeedsCode(membership.team.name)
    membership.user = request.user
    request.membership = membership
    request.team = membership.team
    request.role = TeamRole(membership.role)
