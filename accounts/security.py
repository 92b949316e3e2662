"""A person's own pages: their e-mail, and where they are signed in."""

from __future__ import annotations

from typing import cast

from allauth.core import ratelimit
from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from . import people, sessions
from .forms import TAKEN, EmailForm
from .models import User


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def email(request: HttpRequest) -> HttpResponse:
    """The address to sign in with; takes the place of allauth's page, which needs mail."""
    user = _user(request)
    form = EmailForm(user, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not ratelimit.consume(request, action="manage_email"):
            messages.error(request, "Too many tries. Wait a minute, then try again.")
            return redirect("account_email")
        if form.is_valid():
            try:
                people.change_email(user, form.cleaned_data["email"])
            except IntegrityError:  # somebody took it meanwhile
                form.add_error("email", TAKEN)
            else:
                messages.success(request, f"You sign in with {user.email} now.")
                return redirect("mfa_index")
    return render(request, "account/email.html", {"form": form})


@require_GET
def sessions_list(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/sessions.html", {"sessions": sessions.of(request)})


@require_POST
def session_end(request: HttpRequest, session: int) -> HttpResponse:
    if not sessions.end(_user(request), session):
        raise Http404("No such session.")
    messages.success(request, "That browser is signed out.")
    return redirect("sessions")


@require_POST
def sessions_end_others(request: HttpRequest) -> HttpResponse:
    count = sessions.end_all(_user(request), but=request.session.session_key)
    messages.success(
        request,
        f"{count} other{'s' if count > 1 else ''} signed out."
        if count
        else "You were signed in nowhere else.",
    )
    return redirect("sessions")


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)
