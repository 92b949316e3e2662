"""The door for programs: a token in place of a browser's session, JSON in place of pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from allauth.core.internal import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from . import second_factor, tokens
from .access import TeamRequest
from .models import ApiToken, TeamRole


class ApiRequest(TeamRequest):
    """A request of a program that acts for ``user`` in ``team``."""

    token: ApiToken


type ApiView[**P] = Callable[Concatenate[ApiRequest, P], JsonResponse]

NO_TOKEN = "Send a token: Authorization: Bearer pxs_…  Tokens are made under Security."  # noqa: S105
BAD_TOKEN = "This token is unknown, expired or revoked, or its person has left."  # noqa: S105


def wrong(status: int, code: str, message: str, **headers: str) -> JsonResponse:
    """An answer that says what is wrong, for programs (``code``) and for people."""
    answer = JsonResponse({"error": {"code": code, "message": message}}, status=status)
    for name, value in headers.items():
        answer.headers[name.replace("_", "-")] = value
    return answer


def api_view[**P](scope: str) -> Callable[[ApiView[P]], Callable[..., Any]]:
    """Let programs through whose token allows ``scope``; GET alone. Sessions are not looked at.

    So nothing here can be done by a page of somebody else's, and no CSRF token is needed.
    """

    def decorate(view: ApiView[P]) -> Callable[..., Any]:
        @wraps(view)
        def inner(request: ApiRequest, *args: P.args, **kwargs: P.kwargs) -> JsonResponse:
            if request.method not in ("GET", "HEAD"):
                return wrong(405, "method", "Only GET is answered here.", Allow="GET, HEAD")
            trouble = _enter(request, scope)
            return trouble or view(request, *args, **kwargs)

        return never_cache(csrf_exempt(login_not_required(inner)))

    return decorate


def _enter(request: ApiRequest, scope: str) -> JsonResponse | None:
    """Put token, person, team and role on the request; or the answer to who may not go on."""
    text = _bearer(request)
    if not text:
        return wrong(401, "no_token", NO_TOKEN, WWW_Authenticate="Bearer")
    known = tokens.found(text)
    if known is None:
        # Guessing is slow, whoever guesses; who has a good token is not counted here.
        if not _may_ask(request, "api_wrong"):
            return _slower()
        return wrong(401, "bad_token", BAD_TOKEN, WWW_Authenticate='Bearer error="invalid_token"')
    token, member = known
    if not _may_ask(request, "api", token.digest):
        return _slower()
    if scope not in token.scopes:
        return wrong(403, "scope", f"This token does not allow “{scope}”.")
    if token.team.needs_code and not second_factor.has(token.user):
        said = f"{token.team} asks its members for a second factor. Add one under Security."
        return wrong(403, "second_factor", said)
    request.token, request.user, request.team = token, token.user, token.team
    request.membership, request.role = member, TeamRole(member.role)
    return None


def _may_ask(request: HttpRequest, action: str, key: str | None = None) -> bool:
    """Counts reading too, which allauth's own door to this does not."""
    usage = ratelimit.consume(
        request, app="allauth.account", action=action, key=key, limit_get=True
    )
    return usage is not None


def _slower() -> JsonResponse:
    return wrong(429, "too_often", "Too many requests. Wait a minute.", Retry_After="60")


def _bearer(request: HttpRequest) -> str:
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    return text.strip() if kind.lower() == "bearer" else ""
