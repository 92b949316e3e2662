"""Signs of life of the processes."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """``rung_at``: when the watchdog asked; ``answered_at``: when a worker last answered."""

    name = models.CharField(max_length=40, unique=True)
    rung_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
