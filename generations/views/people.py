"""Inviting people into a team, and joining with a link."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import invitations
from accounts.access import TeamRequest, team_view
from accounts.models import Invitation, Membership, TeamRole, User
from generations.forms.people import OTHER, TAKEN, InviteForm, JoinForm
from generations.invited import may_invite, open_ones, sign_up, take

UNKNOWN = "This link is not one of ours. Perhaps a part of it was lost when it was copied."
TOO_OFTEN = "Too many tries with this link. Wait an hour, then try again."


@never_cache
@require_http_methods(["GET", "POST"])
@team_view(TeamRole.OWNER, TeamRole.MEMBER)
def invite(request: TeamRequest) -> HttpResponse:
    """Makes a link. It stands in this one answer, or in a mail, and nowhere else."""
    if not may_invite(request.membership):
        raise PermissionDenied("Owners invite, and producers into their projects.")
    form = InviteForm(request.membership, request.POST if request.method == "POST" else None)
    mine = open_ones(request.membership) if request.role is not TeamRole.OWNER else []
    page = {"form": form, "sends_mail": settings.SENDS_MAIL, "mine": mine}
    if request.method == "GET" or not form.is_valid():
        return render(request, "accounts/invite.html", page)
    data = form.cleaned_data
    made, token = invitations.invite(
        request.user,
        request.team,
        email=data["email"],
        role=data["role"],
        projects=data["projects"],
        days=data["days"],
    )
    path = reverse("join", args=[token])
    base = settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
    link = f"{base}{path}"
    if invitations.mail(made, link):
        messages.success(request, f"The invitation was sent to {made.email}.")
        return redirect(_to_invitations(request))
    page = {"made": made, "link": link, "unsent": bool(made.email and settings.SENDS_MAIL)}
    return render(request, "accounts/invited.html", page)


@require_POST
@team_view(TeamRole.OWNER, TeamRole.MEMBER)
def invite_revoke(request: TeamRequest, invitation: UUID) -> HttpResponse:
    """By an owner, or by whoever made it."""
    one = get_object_or_404(request.team.invitations, uuid=invitation)
    if request.role is not TeamRole.OWNER and one.by_id != request.user.pk:
        raise PermissionDenied("Only an owner, or whoever made it, revokes it.")
    invitations.revoke(request.user, one)
    messages.success(request, f"The invitation for {one.whom} works no longer.")
    return redirect(_to_invitations(request))


def _to_invitations(request: TeamRequest) -> str:
    """Where the open ones stand: for owners on the team's page, for others beside the form."""
    name = "team" if request.role is TeamRole.OWNER else "invite"
    return f"{reverse(name, args=[request.team.slug])}#invitations"


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever has the link signs up with it, or joins as who they are."""
    one = invitations.found(token)
    is_post = request.method == "POST"
    if is_post and not ratelimit.consume(request, action="join"):
        return _no_way(request, TOO_OFTEN, 429)
    if one is None:
        return _no_way(request, UNKNOWN, 404)
    try:
        if request.user.is_authenticated:
            return _as_oneself(request, one)
        invitations.refuse_over(one)
        if is_post and not ratelimit.consume(request, action="join_try", key=one.digest):
            return _no_way(request, TOO_OFTEN, 429)
        return _as_newcomer(request, one)
    except invitations.Over as why:
        return _no_way(request, f"{why} Ask the team for a new one.", 410)


def _as_oneself(request: HttpRequest, one: Invitation) -> HttpResponse:
    """Somebody who is signed in: one press."""
    user = cast(User, request.user)
    if Membership.objects.filter(team=one.team, user=user).exists():
        return redirect("projects", one.team.slug)
    invitations.refuse_over(one)
    page = {"invitation": one}
    if request.method == "GET":
        return render(request, "accounts/join.html", page)
    try:
        take(one, user)
    except invitations.NotForYou:
        return render(request, "accounts/join.html", page | {"wrong": OTHER})
    return _welcome(request, one)


def _as_newcomer(request: HttpRequest, one: Invitation) -> HttpResponse:
    form = JoinForm(one, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            user = sign_up(one, data["email"], data["name"], data["password"])
        except IntegrityError:  # somebody took the e-mail meanwhile
            form.add_error("email", TAKEN)
        else:
            login(request, user)
            return _welcome(request, one)
    return render(request, "accounts/join.html", {"invitation": one, "form": form})


def _welcome(request: HttpRequest, one: Invitation) -> HttpResponse:
    messages.success(request, f"Welcome to {one.team}.")
    return redirect("projects", one.team.slug)


def _no_way(request: HttpRequest, why: str, status: int) -> HttpResponse:
    return render(request, "accounts/join_over.html", {"why": why}, status=status)
