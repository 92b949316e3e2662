"""Tokens with which a person's own programs come in. The text is shown once; we keep its digest."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from . import audit
from .models import ApiToken, Membership, Team, User

# What a token may be allowed, and what that means to people.
SCOPES = {"read": "Read: look at what its person may look at in the team"}
BEGINS = "pxs_"
# Whoever asks every second need not write every second.
NOTED_EVERY = timedelta(minutes=5)
MOST = 50


class TooMany(Exception):
    """So many that nobody knows any more what they are for. ``str()`` is for people."""


def make(
    user: User, team: Team, *, name: str, scopes: Sequence[str], days: int | None
) -> tuple[ApiToken, str]:
    """A new token and its text, which can be had this once. Raises TooMany."""
    if of(user).count() >= MOST:
        raise TooMany(f"You have {MOST} tokens. Revoke one that is not needed any more.")
    text = BEGINS + secrets.token_urlsafe(32)
    now = timezone.now()
    with transaction.atomic():
        made = ApiToken.objects.create(
            user=user,
            team=team,
            name=name,
            digest=_digest(text),
            hint=text[-4:],
            scopes=[one for one in SCOPES if one in scopes],
            expires_at=now + timedelta(days=days) if days else None,
        )
        # Called "access", for what is named a token is taken for one by the audit.
        audit.record(user, "access.made", name, team=team, scopes=made.scopes, days=days)
    return made, text


def of(user: User) -> QuerySet[ApiToken]:
    """A person's tokens that still let somebody in, in all teams; the newest first."""
    return _open().filter(user=user).select_related("team").order_by("-pk")


def in_team(team: Team) -> QuerySet[ApiToken]:
    """Everybody's tokens to one team that still let somebody in."""
    return _open().filter(team=team).select_related("user").order_by("user__name", "-pk")


def revoke(actor: User, token: ApiToken) -> bool:
    """It lets nobody in from here on. False where it was over already."""
    with transaction.atomic():
        done = _open().filter(pk=token.pk).update(revoked_at=timezone.now())
        if done:
            facts = {"of": token.user.email}
            audit.record(actor, "access.revoked", token.name, team=token.team, **facts)
    return bool(done)


def revoke_all(actor: User, user: User, team: Team | None = None) -> None:
    """All of a person's, in one team or everywhere: they left, or their account is switched off."""
    rows = _open().filter(user=user)
    for one in (rows.filter(team=team) if team else rows).select_related("team", "user"):
        revoke(actor, one)


def found(text: str) -> tuple[ApiToken, Membership] | None:
    """Whose token this is, and what they are in its team; None for all that lets nobody in."""
    if not text.startswith(BEGINS):
        return None
    rows = _open().filter(digest=_digest(text), user__is_active=True)
    token = rows.select_related("user", "team").first()
    if token is None:
        return None
    member = Membership.objects.filter(team=token.team_id, user=token.user_id).first()
    if member is None:
        return None
    member.team, member.user = token.team, token.user
    _note(token)
    return token, member


def _note(token: ApiToken) -> None:
    """Write down that it was used, every few minutes."""
    now = timezone.now()
    if token.used_at is None or now - token.used_at > NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(used_at=now)
        token.used_at = now


def _open() -> QuerySet[ApiToken]:
    in_time = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    return ApiToken.objects.filter(in_time, revoked_at=None)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
