"""What people say of a prompt, or of one version of it; one's own may be changed and taken away."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import notices
from accounts.models import User
from generations.models import Prompt, PromptComment, PromptVersion

from . import who

# The newest; a prompt that was talked about more has its story in its versions.
SHOWN = 200


def of(prompt: Prompt) -> list[PromptComment]:
    """The oldest first. One query."""
    rows = prompt.comments.filter(deleted_at=None).select_related("user", "version")
    return list(rows.order_by("-pk")[:SHOWN])[::-1]


def add(user: User, prompt: Prompt, version: PromptVersion | None, text: str) -> PromptComment:
    """Say it, and tell those who wrote the prompt or spoke before."""
    with transaction.atomic():
        made = PromptComment.objects.create(prompt=prompt, version=version, user=user, text=text)
        about = prompt.versions.values_list("author_id", flat=True).distinct()
        spoke = prompt.comments.filter(deleted_at=None).values_list("user_id", flat=True).distinct()
        people = {prompt.made_by_id, *about[:100], *spoke[:100]}
        notices.tell(
            who.seers(prompt, people),
            prompt.team,
            "commented",
            f"prompt_comment:{made.pk}",
            f"{user} on the prompt “{prompt.title}”: {text[:160]}",
            f"{address(prompt, version)}#comment-{made.pk}",
            but=user,
        )
    return made


def change(comment: PromptComment, text: str) -> bool:
    """Other words; False where somebody took it away meanwhile."""
    rows = PromptComment.objects.filter(pk=comment.pk, deleted_at=None)
    return rows.update(text=text, changed_at=timezone.now()) == 1


def remove(comment: PromptComment) -> None:
    rows = PromptComment.objects.filter(pk=comment.pk, deleted_at=None)
    rows.update(deleted_at=timezone.now())


def address(prompt: Prompt, version: PromptVersion | None) -> str:
    """The prompt's page, at this version."""
    page = reverse("prompt", args=[prompt.team.slug, prompt.uuid])
    return f"{page}?v={version.number}" if version else page
