"""Where somebody is signed in: each browser, when it was seen last, and how to end it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from allauth.core.internal.httpkit import get_client_ip
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest
from django.utils import timezone

from .models import User

# A page that stands open asks every second: what is written down is written this seldom.
NOTED_EVERY_S = 300
_SEEN = "seen"
_NOWHERE = "0.0.0.0"  # noqa: S104 - the address of somebody who came from none
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class Signed:
    """One browser in which somebody is signed in; ``here`` is the one that asks."""

    row: Any
    device: str
    here: bool


def note(request: HttpRequest, user: User) -> None:
    """Write down that this browser is in use; nothing is written within five minutes."""
    if not request.session.session_key:
        request.session.save()
    # A key is made anew when one signs in or changes the password: that is another browser to us.
    key, now = request.session.session_key, int(time.time())
    known, seen = request.session.get(_SEEN, ("", 0))
    if known == key and 0 <= now - seen < NOTED_EVERY_S:
        return
    request.session[_SEEN] = [key, now]
    _keep(request, user)


def of(request: HttpRequest) -> list[Signed]:
    """Every browser in which the person who asks is signed in; this one first, then the newest."""
    found = [
        Signed(row, device_of(row.user_agent), row.session_key == request.session.session_key)
        for row in UserSession.objects.purge_and_list(request.user)
    ]
    return sorted(found, key=lambda one: (not one.here, -one.row.last_seen_at.timestamp()))


def end(user: User, pk: int) -> bool:
    """Sign one browser of this person out, at once. False where it is not theirs."""
    row = UserSession.objects.filter(user=user, pk=pk).first()
    if row is None:
        return False
    row.end()
    return True


def end_all(user: User, but: str | None = None) -> int:
    """Sign a person out everywhere, but for one session key. How many there were."""
    rows = list(UserSession.objects.filter(user=user).exclude(session_key=but or ""))
    for row in rows:
        row.end()
    return len(rows)


def device_of(agent: str) -> str:
    """ "Firefox on Windows", from what a browser says of itself."""
    browser = next((name for word, name in _BROWSERS if word in agent), "A browser")
    system = next((name for word, name in _SYSTEMS if word in agent), "")
    return f"{browser} on {system}" if system else browser


def connect() -> None:
    """Whoever signs in is noted at once. Called when the apps are ready."""
    user_logged_in.connect(_signed_in, dispatch_uid="accounts.sessions")


def _signed_in(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    note(request, user)


def _keep(request: HttpRequest, user: User) -> None:
    agent = str(request.META.get("HTTP_USER_AGENT", ""))
    longest = UserSession._meta.get_field("user_agent").max_length
    facts = {"user": user, "ip": get_client_ip(request) or _NOWHERE}
    UserSession.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={**facts, "user_agent": agent[:longest], "last_seen_at": timezone.now()},
    )
