"""Pieces of pages that are drawn once for all who look at the same.

A piece is a template that sees one frozen value and nothing else. Equal values look alike, so what
was drawn of one is kept and can never be out of date. Only the token of its forms differs for each
request; it is put in afterwards.
"""

from __future__ import annotations

import secrets
from collections.abc import Hashable
from functools import lru_cache

from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

# A page has some dozens, a team looks at the same pages. About 3 kB each.
KEPT = 4096
# Nobody can know it, so that no words of people ever stand for a token.
_TOKEN = secrets.token_hex(16)


def draw(name: str, one: Hashable, token: str = "") -> SafeString:
    """The template ``name`` with ``one`` as its only word, and ``token`` in its forms."""
    keep = _anew if settings.DEBUG else _kept
    return mark_safe(keep(name, one).replace(_TOKEN, token))  # noqa: S308 - drawn by a template


def _anew(name: str, one: Hashable) -> str:
    template = get_template(name).template  # type: ignore[attr-defined]
    return str(template.render(Context({"one": one, "csrf_token": _TOKEN})))


_kept = lru_cache(KEPT)(_anew)


def forget() -> None:
    """All that was drawn, for figures and tests."""
    _kept.cache_clear()
