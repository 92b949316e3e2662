"""Money: budgets, purses that hold what is left of them this month, and the movements.

All amounts are whole micro-dollars. ``play`` marks sandbox money: it has purses of its own and
is never added to real money. A purse is a projection of the movements: ``check_ledger`` sums
them again.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from .frozen import History
from .people import Team


class Scope(models.TextChoices):
    TEAM = "team", "Team"
    PROJECT = "project", "Project"
    PERSON = "person", "Person"
    ACCOUNT = "account", "Provider account"


class Kind(models.TextChoices):
    HOLD = "hold", "Held"
    SETTLE = "settle", "Charged"
    RELEASE = "release", "Released"
    ADJUST = "adjust", "Adjusted"


class Budget(models.Model):
    """A limit a month for one scope of a team. ``key`` is the scope's own id, "" for the team."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="budgets")
    scope = models.CharField(max_length=10, choices=Scope)
    key = models.CharField(max_length=64, blank=True, default="")
    play = models.BooleanField(default=False)
    limit_micros = models.BigIntegerField()
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["team", "scope", "key", "play"], name="one_budget_a_scope"
            ),
            models.CheckConstraint(condition=models.Q(limit_micros__gte=0), name="budget_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.key} {self.limit_micros}"


class Purse(models.Model):
    """What is held and spent in one month for one scope; no limit where there is no budget.

    Spent may be below zero: refunds for a closed month count in the month they are written.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="purses")
    scope = models.CharField(max_length=10, choices=Scope)
    key = models.CharField(max_length=64, blank=True, default="")
    play = models.BooleanField(default=False)
    month = models.CharField(max_length=7)
    limit_micros = models.BigIntegerField(null=True)
    held_micros = models.BigIntegerField(default=0)
    spent_micros = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["team", "scope", "key", "play", "month"], name="one_purse_a_month"
            ),
            models.CheckConstraint(condition=models.Q(held_micros__gte=0), name="held_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.key} {self.month}"

    @property
    def left_micros(self) -> int | None:
        if self.limit_micros is None:
            return None
        return self.limit_micros - self.held_micros - self.spent_micros


class Movement(History):
    """One line of the ledger. ``key`` is unique, so each verb may run twice.

    ``subject`` is what the money was for (a generation's id), ``project`` and ``account`` whose
    purses it moved; all of them opaque here. ``month`` is the month of the hold; an adjustment of
    what was held in a month that is closed stands in a later one and ``corrects`` that month.
    """

    key = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=8, choices=Kind)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="movements")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    subject = models.CharField(max_length=64)
    project = models.CharField(max_length=64, blank=True)
    account = models.CharField(max_length=64, blank=True)
    play = models.BooleanField(default=False)
    month = models.CharField(max_length=7)
    micros = models.BigIntegerField()
    units = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    unit = models.CharField(max_length=32, blank=True)
    rate = models.DecimalField(max_digits=18, decimal_places=9, null=True)
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)
    corrects = models.CharField(max_length=7, blank=True, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subject"]),
            models.Index(fields=["team", "month", "play"]),
            # Few of very many: what was corrected after a month was closed.
            models.Index(
                fields=["team", "corrects"],
                name="movement_corrects",
                condition=models.Q(corrects__gt=""),
            ),
            # What one provider account was charged between two balances.
            models.Index(fields=["account", "kind", "at"], name="movement_account"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind=Kind.ADJUST) | models.Q(micros__gte=0),
                name="only_adjust_may_be_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.micros} for {self.subject}"
