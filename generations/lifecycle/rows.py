"""Small moves on rows that every chapter of the story shares."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import F

from generations.models import Event, Generation, Project, State

from . import telling


def note(generation: Generation, kind: str, text: str, **facts: Any) -> None:
    """A line of the timeline, in the caller's transaction."""
    Event.objects.create(generation=generation, kind=kind, text=text[:500], facts=facts)


def touch(generation: Generation, *others: Generation) -> None:
    """Let live pages see the change. Last in a transaction: the project's row is shared."""
    projects = Project.objects.filter(pk=generation.project_id)
    projects.update(version=F("version") + 1)
    version = projects.values_list("version", flat=True).get()
    pks = [one.pk for one in (generation, *others)]
    Generation.objects.filter(pk__in=pks).update(version=version)


@transaction.atomic
def step(
    generation: Generation,
    old: State,
    new: State,
    text: str,
    facts: dict[str, Any] | None = None,
    money: Callable[[], object] | None = None,
    under: uuid.UUID | None = None,
    **fields: Any,
) -> bool:
    """Move, do the money, write the timeline, wake the pages; False if somebody was faster.

    Always in the order generation, purses, project, so that no two of us wait for each other.
    ``under`` is the lease of whoever moves it, where the move is theirs alone.
    """
    if not Generation.objects.move(generation.pk, old, new, under, **fields):
        return False
    if money is not None:
        money()
    note(generation, new.value, text, **(facts or {}))
    telling.ended(generation, new, text, fields.get("cause", ""))
    touch(generation)
    return True


def load(pk: int) -> Generation:
    """The row as it stands now, with what every chapter needs."""
    return Generation.objects.select_related("account", "project", "team", "user").get(pk=pk)
