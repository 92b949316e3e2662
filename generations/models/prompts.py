"""The prompt library: prompts, their numbered versions, and the labels that point at one."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import Team
from accounts.models.frozen import History

from .projects import Project

# The label that only producers move: what the team should use.
HOUSE = "house"


class Prompt(models.Model):
    """A prompt of a team, or of one ``project`` of it. Its words stand in its versions.

    ``words`` is what the search looks at: title, folder, tags and the newest version, in small
    letters.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="prompts")
    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, null=True, blank=True, related_name="prompts"
    )
    title = models.CharField(max_length=80)
    folder = models.CharField(max_length=60, blank=True, default="")
    words = models.TextField(blank=True, default="")
    fork_of = models.ForeignKey(
        "generations.PromptVersion", on_delete=models.PROTECT, null=True, related_name="forks"
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["team", "-changed_at", "-id"], name="prompt_newest"),
            models.Index(fields=["team", "folder", "-changed_at"], name="prompt_folder"),
        ]

    def __str__(self) -> str:
        return self.title


class PromptVersion(History):
    """The words of a prompt, written once; a change is a new version.

    ``recipe`` may hold ``operation``, ``model`` and ``options``. ``variables`` are rows of
    ``name``, ``default``, ``choices`` and ``help``, one for each ``{{name}}`` of the text.
    ``source`` is the result that it was saved from.
    """

    prompt = models.ForeignKey(Prompt, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(default=1)
    text = models.TextField()
    negative_prompt = models.TextField(blank=True, default="")
    recipe = models.JSONField(default=dict)
    variables = models.JSONField(default=list)
    note = models.CharField(max_length=200, blank=True, default="")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    source = models.ForeignKey(
        "generations.Generation", on_delete=models.PROTECT, null=True, related_name="saved_prompts"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["prompt", "number"], name="versions_are_numbered")
        ]

    def __str__(self) -> str:
        return f"version {self.number}"


class PromptLabel(models.Model):
    """A name that points at one version of a prompt, and moves."""

    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="labels")
    name = models.CharField(max_length=30)
    version = models.ForeignKey(PromptVersion, on_delete=models.PROTECT, related_name="labels")
    moved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    moved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["prompt", "name"], name="one_label_a_name")
        ]

    def __str__(self) -> str:
        return self.name


class PromptTag(models.Model):
    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(max_length=30)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["prompt", "name"], name="one_tag_a_name")
        ]
        indexes: ClassVar = [models.Index(fields=["name", "prompt"], name="tag_prompt")]

    def __str__(self) -> str:
        return self.name


class PromptFavourite(models.Model):
    """A person's own mark on a prompt."""

    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="favourites")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "prompt"], name="one_favourite_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.prompt}"


class PromptComment(models.Model):
    """What somebody said of a prompt, or of one ``version`` of it."""

    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="comments")
    version = models.ForeignKey(
        PromptVersion, on_delete=models.PROTECT, null=True, related_name="comments"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=2000)
    at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["prompt", "id"], name="comments_of_prompt")]

    def __str__(self) -> str:
        return self.text[:60]


class PromptApproval(models.Model):
    """Somebody asks that a version become the house's; a producer decides. One open a version.

    ``verdict`` is empty while it waits, then approved, declined or withdrawn.
    """

    version = models.ForeignKey(PromptVersion, on_delete=models.PROTECT, related_name="approvals")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=300, blank=True, default="")
    verdict = models.CharField(max_length=10, blank=True, default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version"], name="one_open_approval", condition=models.Q(verdict="")
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.verdict or 'waiting'}"
