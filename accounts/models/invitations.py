"""Invitations: a link that lets one person into a team, once."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from .people import Team, TeamRole


class Invitation(models.Model):
    """``digest`` is the SHA-256 of the link's token, which itself is kept nowhere.

    ``email``: for this person only; empty for whoever has the link. ``projects``: the role in
    each project, by the project's id (opaque here). Used, revoked or expired, it is over.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="invitations")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    email = models.EmailField(blank=True)
    role = models.CharField(max_length=10, choices=TeamRole, default=TeamRole.MEMBER)
    projects = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        indexes: ClassVar = [models.Index(fields=["team", "-created_at"])]

    def __str__(self) -> str:
        return f"{self.team}: {self.whom}"

    @property
    def whom(self) -> str:
        return self.email or "anybody with the link"
