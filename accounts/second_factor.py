"""The second factor: who has one, and teams that ask for it."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.db import transaction

from . import audit
from .models import Team, User

# What counts as a second factor.
COUNT = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class NeedsCode(Exception):
    """A member has no second factor, and the team asks for one. ``str()`` is for people."""

    def __init__(self, team: str) -> None:
        super().__init__(
            f"{team} asks its members for a second factor. Add an authenticator app or a passkey "
            "here, then go on."
        )


class CannotAsk(Exception):
    """Whoever asks others for a second factor has one."""


def has(user: User) -> bool:
    """Is there an app or a key? Recovery codes alone are no second factor. One query."""
    return bool(Authenticator.objects.filter(user=user, type__in=COUNT).exists())


def without(team: Team) -> list[User]:
    """The members who would have to make one."""
    ready = Authenticator.objects.filter(type__in=COUNT).values("user")
    return list(team.members.filter(is_active=True).exclude(pk__in=ready).order_by("name", "pk"))


def ask_for(actor: User, team: Team, *, needed: bool) -> None:
    """Ask every member for a second factor, or no longer. Writes an audit line.

    Raises CannotAsk for an actor who has none: nobody locks themselves out by one press.
    """
    if needed and not has(actor):
        raise CannotAsk("Add an app or a passkey to your own account first, under Security.")
    with transaction.atomic():
        if Team.objects.filter(pk=team.pk, needs_code=not needed).update(needs_code=needed):
            audit.record(actor, "team.second_factor", team.name, team=team, needed=needed)
    team.needs_code = needed


def forget(actor: User | None, user: User) -> bool:
    """Take the second factor away from somebody who lost it; False where there was none."""
    with transaction.atomic():
        count, _ = Authenticator.objects.filter(user=user).delete()
        if count:
            audit.record(actor, "second_factor.removed", user.email)
    return bool(count)
