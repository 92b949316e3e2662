"""The container of generations and uploads, and who may do what in it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import Team


class ProjectRole(models.TextChoices):
    PRODUCER = "producer", "Producer"
    CREATOR = "creator", "Creator"
    VIEWER = "viewer", "Viewer"


class Project(models.Model):
    """``version`` grows with each visible change of a card in it; live pages ask for it.

    ``personal_of``: the one person's own space in the team; None for a project of the team.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="projects")
    name = models.CharField(max_length=80)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True)
    version = models.BigIntegerField(default=0)
    personal_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        indexes: ClassVar = [models.Index(fields=["team", "-created_at"])]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["team", "personal_of"],
                name="one_personal_space",
                condition=~models.Q(personal_of=None),
            )
        ]

    def __str__(self) -> str:
        return self.name


class ProjectMembership(models.Model):
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="project_memberships"
    )
    role = models.CharField(max_length=10, choices=ProjectRole, default=ProjectRole.CREATOR)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "user"], name="one_membership_a_project")
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.project} as {self.role}"
