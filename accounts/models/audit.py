"""Who changed what: one readable line for each change of money, rights, prices or keys."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.audit_words import details, verb_words

from .frozen import History
from .people import Team


class AuditLine(History):
    """``verb`` is dotted ("price.entered"); ``facts`` holds before and after where there are."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="audit_lines")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    actor_name = models.CharField(max_length=80)
    verb = models.CharField(max_length=60)
    target = models.CharField(max_length=100)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["team", "-at"])]

    def __str__(self) -> str:
        return f"{self.actor_name}: {self.verb} {self.target}"

    @property
    def what(self) -> str:
        """The verb for people: "budget.set" as "Budget set"."""
        return verb_words(self.verb)

    @property
    def details(self) -> str:
        """The facts for people, in one line; amounts of money in dollars."""
        return details(self.verb, self.facts)
