"""Asking for more: a brief that a budget stopped, waiting for somebody who may raise it."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import Team
from generations.catalogue.types import Brief

from .generations import Generation
from .projects import Project
from .prompts import PromptVersion
from .providers import ProviderAccount


class Asking(models.TextChoices):
    WAITING = "waiting", "Waiting"
    APPROVED = "approved", "Approved"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"


class BudgetRequest(models.Model):
    """One press that a budget stopped, kept whole: approved, it is made as it was asked for.

    ``form_token`` is that of the form, so that a double click asks once. The generations of an
    approved one carry its ``uuid`` as theirs. ``price_micros`` is for one take, as it was shown.
    ``passed`` names the budgets that were short, ``raised`` what was given: scope, key, micros.
    ``seen_at``: the person who asked has put the answer away.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="budget_requests")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="budget_requests")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="budget_requests"
    )
    account = models.ForeignKey(
        ProviderAccount, on_delete=models.PROTECT, related_name="budget_requests"
    )
    play = models.BooleanField(default=False)
    form_token = models.UUIDField()
    brief_json = models.JSONField()
    takes = models.PositiveSmallIntegerField(default=1)
    price = models.JSONField()
    price_micros = models.BigIntegerField()
    pinned = models.BooleanField(default=False)
    remix_of = models.ForeignKey(Generation, on_delete=models.PROTECT, null=True, related_name="+")
    prompt_version = models.ForeignKey(
        PromptVersion,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    passed = models.JSONField(default=list)
    reason = models.CharField(max_length=300, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    state = models.CharField(max_length=10, choices=Asking, default=Asking.WAITING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True, default="")
    raised = models.JSONField(default=list)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["team", "state"]),
            models.Index(fields=["project", "user", "state"]),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "form_token"], name="one_request_a_press")
        ]

    def __str__(self) -> str:
        return f"{self.uuid} {self.state}"

    @property
    def brief(self) -> Brief:
        return Brief.from_json(self.brief_json)

    @property
    def total_micros(self) -> int:
        return self.price_micros * self.takes

    @property
    def options(self) -> dict[str, Any]:
        return dict(self.brief_json["options"])
