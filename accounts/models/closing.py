"""A month that is over: what it came to can no longer change."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from .frozen import History
from .people import Team


class MonthClose(History):
    """One closed month of a team. No movement is written into it any more.

    ``digest`` is the SHA-256 of all its files together, ``counts`` what was in it and what was
    open when it was closed: plain facts, to be shown again later.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="closes")
    month = models.CharField(max_length=7)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    digest = models.CharField(max_length=64)
    counts = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["team", "month"], name="one_close_a_month")
        ]

    def __str__(self) -> str:
        return f"{self.team} {self.month}"
