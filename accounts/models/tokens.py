"""Keys with which a person's own programs come in."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from .people import Team


class ApiToken(models.Model):
    """A person's key to one team for programs. ``digest`` is its SHA-256; itself it is kept
    nowhere, ``hint`` are its last letters. ``scopes`` are words that the API checks.

    It never allows more than its person may do. Revoked or expired, it is over.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens"
    )
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=8)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user", "team", "-id"], name="tokens_newest")]

    def __str__(self) -> str:
        return f"{self.name} …{self.hint}"
