"""Readable lines about who changed what."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from pixstudio.logging import redact

from .models import AuditLine, Team, User

SYSTEM = "PixStudio"


def record(
    actor: User | None, verb: str, target: str, *, team: Team | None = None, **facts: Any
) -> AuditLine:
    """Write one line, in the caller's transaction. No actor means the studio itself.

    What people and providers wrote (text with spaces) is kept without what looks like a key.
    Raises ValueError when a bare value looks like one, or a fact is named as one: what is written
    once cannot be taken back.
    """
    clean = {name: _clean(name, value, verb) for name, value in facts.items()}
    return AuditLine.objects.create(
        team=team,
        actor=actor,
        actor_name=str(actor)[:80] if actor else SYSTEM,
        verb=verb,
        target=redact(target)[:100],
        facts=clean,
    )


def latest(team: Team, count: int) -> QuerySet[AuditLine]:
    return AuditLine.objects.filter(team=team).order_by("-at", "-pk")[:count]


def looks_secret(text: str) -> bool:
    """Would this text, written down, give a key away?"""
    return redact(text) != text


def _clean(name: str, value: Any, verb: str) -> Any:
    if isinstance(value, dict):
        return {inner: _clean(inner, one, verb) for inner, one in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(name, one, verb) for one in value]
    if not isinstance(value, str):
        return value
    is_prose = " " in value.strip()
    if looks_secret(f"{name}=abcd") or (looks_secret(value) and not is_prose):
        raise ValueError(f"the fact {name!r} of {verb} looks like a key")
    return redact(value)
