"""A team's accounts at providers: keys, dated rates and prices, and what their webhooks said."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import Team
from generations.catalogue.loader import providers
from generations.catalogue.types import Formula, Provider
from generations.providers.types import Access

from .fields import EncryptedTextField

# What a provider was seen to allow is believed for so long.
LEARNED_FOR = dt.timedelta(minutes=10)


class Trouble(models.TextChoices):
    """What keeps an account from being used until a person looks."""

    NONE = "", "None"
    NO_BALANCE = "no_balance", "Balance too low at the provider"
    BAD_KEY = "bad_key", "The provider does not take the key"
    BROKEN = "broken", "The provider answered in an unknown way"
    UNREACHABLE = "unreachable", "The provider cannot be reached"


class ProviderAccount(models.Model):
    """A team's key at a provider. ``play`` accounts live in the sandbox and spend play money.

    ``concurrency`` is how many jobs may run at once; ``paused_until`` is the back-off that the
    provider asked for, ``learned_limit`` what it was seen to allow. ``lease`` says which poll
    task looks after the account's jobs. ``topped_up`` was bought since ``balance`` was known.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="provider_accounts")
    provider = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    base_url = models.URLField(max_length=300)
    key = EncryptedTextField()
    extra = models.JSONField(default=dict, blank=True)
    secrets = EncryptedTextField(blank=True, default="")
    play = models.BooleanField(default=False)
    enabled = models.BooleanField(default=True)
    concurrency = models.PositiveIntegerField()
    learned_limit = models.PositiveIntegerField(null=True, blank=True)
    learned_at = models.DateTimeField(null=True, blank=True)
    ceiling_micros = models.BigIntegerField(null=True, blank=True)
    trouble = models.CharField(max_length=12, choices=Trouble, blank=True, default="")
    trouble_said = models.CharField(max_length=300, blank=True, default="")
    paused_until = models.DateTimeField(null=True, blank=True)
    balance = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    balance_at = models.DateTimeField(null=True, blank=True)
    topped_up = models.DecimalField(max_digits=18, decimal_places=6, default=0)
    lease = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["team", "name"], name="one_name_an_account"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def catalogue(self) -> Provider:
        return providers()[self.provider]

    @property
    def access(self) -> Access:
        """How to reach it: decrypts the key. Never put it into a task, a log or a page."""

        secrets = json.loads(self.secrets) if self.secrets else {}
        return Access(self.base_url, self.key, {**self.extra, **secrets})

    @property
    def left(self) -> Decimal | None:
        """The last known balance and what was topped up since: who asks what is left asks here."""
        return None if self.balance is None else self.balance + self.topped_up

    @property
    def fewer_until(self) -> dt.datetime | None:
        """Until when fewer jobs run than are set, because the provider took no more."""
        learned, at = self.learned_limit, self.learned_at
        if learned is None or at is None or learned >= self.concurrency:
            return None
        until = at + LEARNED_FOR
        return until if until > timezone.now() else None

    @property
    def limit(self) -> int:
        """Jobs that may run at once now."""
        learned = self.learned_limit
        return self.concurrency if learned is None or self.fewer_until is None else learned

    def rate(self) -> Decimal | None:
        """USD for one unit today: the newest dated row, else the catalogue's, else unknown."""
        today = timezone.localdate()
        row = self.rates.filter(since__lte=today).order_by("-since", "-pk").first()
        return row.usd_per_unit if row else self.catalogue.usd_per_unit


class UnitRate(models.Model):
    """USD for one of the provider's units, from a date on. Rows are added, not changed."""

    account = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, related_name="rates")
    usd_per_unit = models.DecimalField(max_digits=18, decimal_places=9)
    since = models.DateField(default=timezone.localdate)
    note = models.CharField(max_length=200, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(usd_per_unit__gt=0), name="rate_positive")
        ]

    def __str__(self) -> str:
        return f"{self.usd_per_unit} USD from {self.since}"


class TeamPrice(models.Model):
    """A price that the team entered; stands before the published one. Empty means any.

    ``when`` holds further conditions, option by option, as in the catalogue's price rows.
    """

    account = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, related_name="prices")
    operation = models.CharField(max_length=30, blank=True, default="")
    model = models.CharField(max_length=40, blank=True, default="")
    quality = models.CharField(max_length=10, blank=True, default="")
    audio = models.BooleanField(null=True, blank=True)
    duration = models.PositiveIntegerField(null=True, blank=True)
    when = models.JSONField(default=dict, blank=True)
    formula = models.CharField(
        max_length=24, choices=[(one.value, one.value.replace("_", " ")) for one in Formula]
    )
    amount = models.DecimalField(max_digits=18, decimal_places=6)
    unit = models.CharField(max_length=32)
    since = models.DateField(default=timezone.localdate)
    note = models.CharField(max_length=200, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="price_not_negative")
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.unit} {self.formula}"


class CallbackReceipt(models.Model):
    """A webhook as it came, stored before anything believes it. ``event`` tells repeats apart."""

    account = models.ForeignKey(
        ProviderAccount, on_delete=models.CASCADE, related_name="callback_receipts"
    )
    event = models.CharField(max_length=200)
    remote_id = models.CharField(max_length=200, blank=True)
    token = models.CharField(max_length=64, blank=True)
    word = models.CharField(max_length=60, blank=True)
    body = models.TextField(blank=True)
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "event"], name="one_receipt_an_event")
        ]

    def __str__(self) -> str:
        return self.event
