"""Charges that were looked at again, what did not agree, and what is left at the providers."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import Team

from .generations import Generation
from .lists import Selection
from .projects import Project
from .providers import ProviderAccount


class Audited(models.Model):
    """A clip whose charge was audited, as far as the newest line of its timeline (``event``).

    Amounts are what the witnesses say, in micro-dollars at the rate as sold; None: says nothing.
    ``agrees`` is None where no witness but the price as sold speaks.
    """

    generation = models.OneToOneField(
        Generation, on_delete=models.CASCADE, primary_key=True, related_name="audited"
    )
    account = models.ForeignKey(
        ProviderAccount, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    event = models.BigIntegerField(db_index=True)
    at = models.DateTimeField(default=timezone.now)
    reported_micros = models.BigIntegerField(null=True)
    due_micros = models.BigIntegerField(null=True)
    agrees = models.BooleanField(null=True)

    class Meta:
        # Enough by itself to count how many agree.
        indexes: ClassVar = [
            models.Index(fields=["account", "at", "agrees"], name="audited_account")
        ]

    def __str__(self) -> str:
        return f"{self.generation_id} at {self.at}"


class AuditedMonth(models.Model):
    """How many charges of an account were ``told`` in a month, and how many of them ``agree``.

    ``month`` is its first day, in the studio's time zone.
    """

    account = models.ForeignKey(
        ProviderAccount, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    month = models.DateField()
    told = models.IntegerField(default=0)
    agree = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "month"], name="one_count_a_month")
        ]

    def __str__(self) -> str:
        return f"{self.agree} of {self.told} in {self.month:%Y-%m}"


class Resolution(models.TextChoices):
    """What became of a discrepancy."""

    NONE = "", "Open"
    ACCEPTED = "accepted", "Accepted as charged"
    EXPECTED = "refund_expected", "Refund expected"
    REFUNDED = "refunded", "Refunded"
    OUR_PRICE = "our_price", "Our price is wrong"
    CLEARED = "cleared", "Cleared by itself"


class Discrepancy(models.Model):
    """Witnesses of one charge disagree, or nobody knows its outcome: a person says what it is.

    ``subject`` is the clip's uuid, that of a mask ``selection``, or ``remote:<id>`` for a job
    that only the provider knows.
    ``risk_micros`` is the money that may be lost. "Refund expected" keeps it open.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="discrepancies")
    account = models.ForeignKey(
        ProviderAccount, on_delete=models.PROTECT, related_name="discrepancies"
    )
    generation = models.ForeignKey(
        Generation, on_delete=models.PROTECT, null=True, related_name="discrepancies"
    )
    selection = models.ForeignKey(
        Selection, on_delete=models.PROTECT, null=True, related_name="discrepancies"
    )
    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    play = models.BooleanField(default=False)
    subject = models.CharField(max_length=220)
    cause = models.CharField(max_length=24)
    at = models.DateTimeField(default=timezone.now)
    risk_micros = models.BigIntegerField()
    facts = models.JSONField(default=dict)
    is_open = models.BooleanField(default=True)
    resolution = models.CharField(max_length=16, choices=Resolution, blank=True, default="")
    refund_micros = models.BigIntegerField(null=True)
    note = models.CharField(max_length=300, blank=True, default="")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "subject", "cause"], name="one_discrepancy_a_cause"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["team", "is_open", "-risk_micros", "-id"], name="by_risk"),
            models.Index(fields=["team", "-risk_micros", "-id"], name="all_by_risk"),
        ]

    def __str__(self) -> str:
        return f"{self.cause} {self.risk_micros}"


class Told(models.TextChoices):
    """How we know a balance."""

    CALL = "call", "Read from the provider"
    TYPED = "typed", "Typed in"


class Entries[T: "Entry"](models.QuerySet[T]):
    """What is known of balances and top-ups, and in which order."""

    def believed(self) -> Self:
        """Without mistakes, oldest first. Of one minute, what was entered last is the last."""
        return self.filter(mistaken_at=None).order_by("at", "pk")


class Entry(models.Model):
    """A balance or a top-up; one that was a mistake is marked so, with who says it and why."""

    mistaken_at = models.DateTimeField(null=True, editable=False)
    mistaken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    mistaken_note = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        abstract = True


class BalanceSnapshot(Entry):
    """What was left at a provider at a moment, in its own unit. Rows are added, not changed.

    ``created_at``: when it was entered; None for those from before that was kept.
    """

    account = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, related_name="snapshots")
    at = models.DateTimeField(default=timezone.now)
    amount = models.DecimalField(max_digits=18, decimal_places=6)
    unit = models.CharField(max_length=32)
    parts = models.JSONField(default=dict)
    source = models.CharField(max_length=5, choices=Told, default=Told.CALL)
    note = models.CharField(max_length=200, blank=True, default="")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, null=True, editable=False)

    objects = Entries["BalanceSnapshot"].as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account", "-at"])]

    def __str__(self) -> str:
        return f"{self.amount} {self.unit} at {self.at}"

    @property
    def topped_after(self) -> models.Q:
        """The top-ups that are not in it yet: later ones; of its minute, those entered after it."""
        later = models.Q(at__gt=self.at)
        if self.created_at is None:
            return later
        return later | models.Q(at=self.at, created_at__gt=self.created_at)


class TopUp(Entry):
    """Units bought at a provider; below zero, units that ran out or were taken back."""

    account = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, related_name="topups")
    at = models.DateTimeField(default=timezone.now)
    amount = models.DecimalField(max_digits=18, decimal_places=6)
    unit = models.CharField(max_length=32)
    paid_micros = models.BigIntegerField(null=True)
    note = models.CharField(max_length=200, blank=True, default="")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = Entries["TopUp"].as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account", "-at"])]

    def __str__(self) -> str:
        return f"{self.amount} {self.unit} at {self.at}"
