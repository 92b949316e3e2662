"""Signing in at the team's own identity provider (OpenID Connect): who may come in that way.

Whoever runs this PixStudio chose the provider and trusts it; an e-mail that it has verified is
taken for the person's. Nobody comes in by it who is not here already, invited, or of the team that
``OIDC_TEAM`` names.
"""

from __future__ import annotations

import logging
import re
from typing import Any, NoReturn, cast

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthError, AuthProcess
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import redirect

from accounts import audit, invitations
from accounts.models import Invitation, Membership, Team, TeamRole, User
from generations import invited

log = logging.getLogger(__name__)
JOIN = re.compile(r"^/join/([^/]+)/$")
_INVITE_YOU = "Ask an owner of your team to invite {email}, then come back."


class Refused(Exception):
    """Why somebody does not come in that way; ``str()`` is for them."""


class Adapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Find the person whom the provider names, make them if they may come, or send away."""
        if sociallogin.state.get("process") != AuthProcess.LOGIN:
            _away(request, "Sign in with it from the sign-in page.")
        if sociallogin.is_existing:
            return
        try:
            email, name = _told(sociallogin)
            with transaction.atomic():
                user = User.objects.filter(email=email).first() or _newcomer(
                    email, name, str(sociallogin.state.get("next") or "")
                )
                sociallogin.connect(request, user)
                audit.record(user, "sign_in.connected", email, at=settings.OIDC_NAME)
        except (Refused, invitations.Over, invitations.NotForYou) as why:
            _away(request, str(why) or "This invitation is for another e-mail address.")

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Whoever may come is made above."""
        return False

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Most studios send no mail."""

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Any = None,
    ) -> None:
        if error == AuthError.CANCELLED:
            _away(request, "You did not sign in there. Try again, or use your password.")
        log.warning("signing in at %s failed: %s", settings.OIDC_NAME, exception or error)
        _away(
            request,
            f"{settings.OIDC_NAME} did not let us know who you are. Try again; if it stays so, "
            "tell whoever runs this PixStudio.",
        )

    def get_requests_session(self) -> requests.Session:
        """Nothing of the machine's own proxies and password files."""
        session: requests.Session = super().get_requests_session()
        session.trust_env = False
        return session


def _told(sociallogin: Any) -> tuple[str, str]:
    """The e-mail that the provider has verified, and the person's name. Raises Refused."""
    found = [one.email.lower() for one in sociallogin.email_addresses if one.verified is True]
    if not found:
        raise Refused(f"{settings.OIDC_NAME} has not verified your e-mail. Have it verified there.")
    facts = sociallogin.account.extra_data
    facts = facts.get("userinfo") or facts.get("id_token") or facts
    name = str(facts.get("name") or "").strip() or found[0].partition("@")[0]
    return found[0], name[:80]


def _newcomer(email: str, name: str, next_url: str) -> User:
    """Somebody new: by the link that they came with, by their invitations, or by OIDC_TEAM.

    Raises Refused, Over and NotForYou.
    """
    waiting = list(invitations.open_ones().filter(email=email))
    link = _link(next_url)
    team = Team.objects.filter(slug=settings.OIDC_TEAM).first() if settings.OIDC_TEAM else None
    if not waiting and link is None and team is None:
        raise Refused(f"Nobody here knows you yet. {_INVITE_YOU.format(email=email)}")
    user = User.objects.create_user(email, None, name=name)
    for one in {one.pk: one for one in [*([link] if link else []), *waiting]}.values():
        invited.take(one, user)
    if team and not Membership.objects.filter(team=team, user=user).exists():
        Membership.objects.create(team=team, user=user, role=TeamRole.MEMBER)
        audit.record(user, "member.joined", email, team=team, role="member", by=settings.OIDC_NAME)
    return user


def _link(next_url: str) -> Invitation | None:
    """The invitation whose page somebody came from."""
    found = JOIN.match(next_url)
    one = invitations.found(found[1]) if found else None
    if one is not None:
        invitations.refuse_over(one)
    return one


def _away(request: HttpRequest, why: str) -> NoReturn:
    messages.error(request, why)
    raise ImmediateHttpResponse(cast(Any, redirect("account_login")))
