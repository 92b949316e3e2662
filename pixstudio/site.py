"""Where people reach us."""

from __future__ import annotations

from django.conf import settings


def site() -> str:
    """What an address for people begins with; empty where nobody said it.

    On one machine it is the name that ``make run`` prints: a browser that is signed in at
    ``localhost`` is nobody at 127.0.0.1, and passkeys need a name.
    """
    local: str = settings.LOCAL_URL.replace("//127.0.0.1", "//localhost", 1)
    return str(settings.PUBLIC_URL) or local
