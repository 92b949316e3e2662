"""What was told about a budget that is being used up."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from .ledger import Purse


class BudgetAlert(models.Model):
    """A budget passed this share of its limit in its month; told once, whatever happens after.

    ``mailed_at`` is None until the mail left; ``due_at`` is when to try it (again), None when
    nobody is to be told by mail any more.
    """

    purse = models.ForeignKey(Purse, on_delete=models.CASCADE, related_name="alerts")
    percent = models.PositiveSmallIntegerField()
    limit_micros = models.BigIntegerField()
    used_micros = models.BigIntegerField()
    at = models.DateTimeField(default=timezone.now)
    mailed_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True, default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["purse", "percent"], name="one_alert_a_threshold")
        ]
        indexes: ClassVar = [models.Index(fields=["due_at"])]

    def __str__(self) -> str:
        return f"{self.percent} % of {self.purse}"
