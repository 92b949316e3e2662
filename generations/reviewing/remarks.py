"""Remarks on a result, at a moment of it or on the whole."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from generations.lifecycle.rows import touch
from generations.models import Comment, Generation

from .who import Who, refuse_unfinished, tell_maker

TEXT_LENGTH = 2000


@transaction.atomic
def add(row: Generation, who: Who, text: str, at_ms: int | None = None) -> Comment:
    """``at_ms`` past the end means the end. Raises NotNow."""
    refuse_unfinished(row)
    if at_ms is not None:
        at_ms = min(at_ms, row.asset.duration_ms) if row.asset.duration_ms else None
    made = Comment.objects.create(
        generation=row, user=who.user, guest=who.guest, link=who.link, text=text, at_ms=at_ms
    )
    place = reverse("generation", args=[row.team.slug, row.project.uuid, row.uuid])
    url = f"{place}#c-{made.uuid}"
    tell_maker(row, who, "commented", f"commented:{made.uuid}", "commented on a clip", url)
    touch(row)
    return made


def change(one: Comment, text: str) -> None:
    """Only its author does this; that it was changed is shown."""
    if text != one.text:
        Comment.objects.filter(pk=one.pk).update(text=text, changed_at=timezone.now())


@transaction.atomic
def remove(one: Comment) -> None:
    """It is not shown any more; the row stays."""
    if Comment.objects.filter(pk=one.pk, deleted_at=None).update(deleted_at=timezone.now()):
        touch(one.generation)


@transaction.atomic
def settle(one: Comment, user: User, *, done: bool) -> None:
    """It is dealt with, or is not after all."""
    rows = Comment.objects.filter(pk=one.pk, resolved_at__isnull=done)
    when, whom = (timezone.now(), user) if done else (None, None)
    if rows.update(resolved_at=when, resolved_by=whom):
        touch(one.generation)


def of(row: Generation) -> list[Comment]:
    """Those on the whole first, then as the clip runs. One query."""
    rows = row.comments.filter(deleted_at=None).select_related("user", "resolved_by")
    return sorted(rows, key=lambda one: (-1 if one.at_ms is None else one.at_ms, one.pk))


def counts(rows: Iterable[Generation]) -> dict[int, int]:
    """How many open remarks each has, by its key; those without are left out. One query."""
    found = Comment.objects.filter(
        generation__in=[one.pk for one in rows], deleted_at=None, resolved_at=None
    )
    return dict(found.values_list("generation").annotate(Count("pk")).order_by())
