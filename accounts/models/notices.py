"""What a person is told, and by which ways they want to be told."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from .people import Team


class Notice(models.Model):
    """One thing that a person should know. ``kind`` is a word that the caller registers.

    ``key`` makes it once: the same person is not told the same thing twice. ``due_at`` is when to
    mail it, None for not (any more); ``read_at`` None: still new to them.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices"
    )
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=120)
    text = models.CharField(max_length=300)
    url = models.CharField(max_length=300, blank=True, default="")
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "key"], name="one_notice_a_key")
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "team", "-id"], name="notices_newest"),
            models.Index(fields=["user", "team", "read_at"], name="notices_unread"),
            models.Index(fields=["due_at"], name="notices_due"),
        ]

    def __str__(self) -> str:
        return self.text


class NoticeChoice(models.Model):
    """By which ways a person wants to be told of one kind; no row: as the kind is by itself."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_choices"
    )
    kind = models.CharField(max_length=30)
    page = models.BooleanField(default=True)
    browser = models.BooleanField(default=False)
    mail = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "kind"], name="one_choice_a_kind")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.kind}"
