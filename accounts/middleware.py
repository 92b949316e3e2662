"""The way to the set-up page, to the second factor; noting which browsers are in use."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from . import sessions
from .models import User
from .second_factor import NeedsCode

Get = Callable[[HttpRequest], HttpResponse]


class FirstStartMiddleware:
    """Leads every page to ``/setup/`` until a person exists; after that it asks nothing more."""

    def __init__(self, get_response: Get) -> None:
        self.get_response = get_response
        self.somebody = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self.somebody and request.path not in (reverse("setup"), "/healthz"):
            self.somebody = User.objects.exists()
            if not self.somebody:
                return redirect("setup")
        return self.get_response(request)


class LastSeenMiddleware:
    """Notes, every few minutes, that a signed-in browser is in use."""

    def __init__(self, get_response: Get) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Who has no session is nobody: their pages stay without a query.
        if request.session.session_key and request.user.is_authenticated:
            sessions.note(request, request.user)
        return self.get_response(request)


class SecondFactorMiddleware:
    """Leads members without the second factor that their team asks for to where they make one."""

    def __init__(self, get_response: Get) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, trouble: Exception) -> HttpResponse | None:
        if not isinstance(trouble, NeedsCode):
            return None
        messages.warning(request, str(trouble))
        return redirect("mfa_index")
