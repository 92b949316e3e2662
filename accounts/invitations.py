"""Invitations by link. The token is in the link alone; we keep its digest."""

from __future__ import annotations

import hashlib
import logging
import secrets
from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from . import audit
from .models import Invitation, Membership, Team, TeamRole, User

log = logging.getLogger(__name__)
DAYS = 7
_SIGNER = Signer(salt="accounts.invitations")


class Over(Exception):
    """The link lets nobody in any more. ``str()`` says why, to whoever has it."""


class NotForYou(Exception):
    """The invitation is for another e-mail address."""


def invite(
    actor: User,
    team: Team,
    *,
    email: str = "",
    role: str = TeamRole.MEMBER,
    projects: dict[str, str] | None = None,
    days: int = DAYS,
) -> tuple[Invitation, str]:
    """A new invitation and the signed token of its link, which can be had this once."""
    role = TeamRole(role)
    if role is TeamRole.OWNER and not email:
        raise ValueError("An owner is invited by e-mail, never by a link for anybody.")
    token = secrets.token_urlsafe(24)
    with transaction.atomic():
        made = Invitation.objects.create(
            team=team,
            by=actor,
            email=email.lower(),
            role=role,
            projects=projects or {},
            digest=_digest(token),
            expires_at=timezone.now() + timedelta(days=days),
        )
        facts = {"role": role.value, "days": days, "projects": len(made.projects)}
        audit.record(actor, "invitation.made", made.whom, team=team, **facts)
    return made, _SIGNER.sign(token)


def found(signed: str) -> Invitation | None:
    """Whose token this is; None for anything that we never gave out."""
    try:
        token = _SIGNER.unsign(signed)
    except BadSignature:
        return None
    rows = Invitation.objects.select_related("team", "by")
    return rows.filter(digest=_digest(token)).first()


def open_ones(team: Team | None = None) -> QuerySet[Invitation]:
    """Those that still let somebody in, of one team or of all; newest first."""
    rows = Invitation.objects.filter(_open())
    rows = rows.filter(team=team) if team else rows
    return rows.select_related("by", "team").order_by("-created_at", "-pk")


def refuse_over(one: Invitation) -> None:
    """Raise Over for an invitation that was used, revoked or has expired."""
    if one.used_at:
        raise Over("This link has been used already. It works for one person, once.")
    if one.revoked_at:
        raise Over("This invitation was withdrawn.")
    if one.expires_at <= timezone.now():
        raise Over("This invitation has expired.")


def revoke(actor: User, one: Invitation) -> None:
    """Its link lets nobody in from here on. Nothing happens to one that is over."""
    with transaction.atomic():
        if Invitation.objects.filter(_open(), pk=one.pk).update(revoked_at=timezone.now()):
            audit.record(actor, "invitation.revoked", one.whom, team=one.team)


def revoke_all_by(actor: User, team: Team, user: User) -> None:
    """The open links that somebody made who may make none any more."""
    for one in open_ones(team).filter(by=user):
        revoke(actor, one)


def accept(one: Invitation, user: User) -> Membership | None:
    """Let the person in and use the link up, in the caller's transaction if there is one.

    None for somebody who is in the team already: they stay what they are, and the link stays
    good. Raises Over, or NotForYou where the invitation names another e-mail.
    """
    if one.email and one.email != user.email.lower():
        raise NotForYou
    now = timezone.now()
    with transaction.atomic():
        if Membership.objects.filter(team=one.team, user=user).exists():
            return None
        mine = Invitation.objects.filter(_open(), pk=one.pk)
        # Of two who press at once, one is let in.
        if not mine.update(used_at=now, used_by=user):
            refuse_over(Invitation.objects.get(pk=one.pk))
            raise Over("This link works no longer.")
        member = Membership.objects.create(team=one.team, user=user, role=one.role)
        facts = {"role": one.role, "invited_by": str(one.by)}
        audit.record(user, "member.joined", user.email, team=one.team, **facts)
    return member


def mail(one: Invitation, link: str) -> bool:
    """Send the link to the person invited; True if it left. Outside of any transaction."""
    if not (one.email and settings.SENDS_MAIL):
        return False
    text = (
        f"{one.by} invites you to work with the team {one.team} in PixStudio.\n\n"
        f"Open this link to join:\n{link}\n\n"
        f"It works once, until {timezone.localtime(one.expires_at):%-d %B %Y, %H:%M}. "
        "If you did not expect this, do nothing.\n"
    )
    try:
        send_mail(f"Join {one.team} in PixStudio", text, None, [one.email])
    except Exception:  # noqa: BLE001 - whatever the mail server raises, the link can be shown
        log.warning("an invitation could not be mailed", exc_info=True)
        return False
    return True


def _open() -> Q:
    return Q(used_at=None, revoked_at=None, expires_at__gt=timezone.now())


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
