"""The first start: whoever has the one-time code becomes the first administrator."""

from __future__ import annotations

from pathlib import Path
from secrets import compare_digest

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse

from pixstudio.secrets import new_code, secret
from pixstudio.site import site

from . import audit
from .models import User

TRIES, WAIT_S = 5, 60
_WRONG, _WAIT, _TAKEN = "setup:wrong", "setup:wait", "setup:taken"


class TooLate(Exception):
    """Somebody else has just become the first administrator."""


def setup_code() -> str | None:
    """The code for the set-up page, made on demand; None when a person exists already."""
    if User.objects.exists():
        return None
    return secret("SETUP_CODE", _file(), new_code).strip()


def link() -> str | None:
    """The address of the set-up page with its code, for the terminal; None when it is over."""
    code = setup_code()
    base = site() or "http://localhost:8000"
    return f"{base}{reverse('setup')}?code={code}" if code else None


def is_waiting() -> bool:
    """Were there too many wrong codes within the last minute?"""
    return cache.get(_WAIT) is not None


def is_right(code: str) -> bool:
    """Compares in constant time. Five wrong codes close the door for a minute, for everybody."""
    expected = setup_code()
    if expected and compare_digest(code.strip().lower().encode(), expected.encode()):
        return True
    cache.add(_WRONG, 0)
    if cache.incr(_WRONG) >= TRIES:
        cache.set(_WAIT, 1, WAIT_S)
        cache.delete(_WRONG)
    return False


def make_first(email: str, name: str, password: str) -> User:
    """Make the administrator and throw the code away. Raises TooLate when somebody was faster."""
    # Two with the code at once: the cache lets one of them in, the table tells it to the other.
    if not cache.add(_TAKEN, 1, 10):
        raise TooLate
    try:
        with transaction.atomic():
            if User.objects.exists():
                raise TooLate
            user = User.objects.create_superuser(email, password, name=name)
            audit.record(user, "setup.done", user.email)
    finally:
        cache.delete(_TAKEN)
    _file().unlink(missing_ok=True)
    return user


def _file() -> Path:
    return Path(settings.DATA_DIR) / "setup_code"
