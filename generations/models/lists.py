"""What a provider offers to choose from: its lists, and what it found on a frame."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils import timezone

from generations.catalogue.types import Input

from .projects import Project
from .providers import ProviderAccount
from .uploads import Handle, Upload


class Listing(models.Model):
    """One list of one account (templates, image_templates, voices, restyles), as last read.

    ``entries`` are rows of ``id``, ``label``, ``preview`` and ``facts``. ``asked_at`` is set while
    a worker should read it; ``trouble`` says why the last reading failed.
    """

    account = models.ForeignKey(ProviderAccount, on_delete=models.CASCADE, related_name="listings")
    name = models.CharField(max_length=20)
    entries = models.JSONField(default=list)
    read_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "name"], name="one_listing_an_account")
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.account}"


class Found(models.TextChoices):
    """Where a selection stands."""

    QUEUED = "queued", "Queued"
    SENDING = "sending", "Sending"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    UNCERTAIN = "uncertain", "Outcome unknown"


class Selections(models.QuerySet["Selection"]):
    def of(self, source: Input) -> Selections:
        """Those of one file or earlier clip, the newest first."""
        rows = self.filter(source__upload=source.upload, source__clip=source.clip)
        return rows.order_by("-pk")


class Selection(models.Model):
    """What one account found on one frame of a source: a step that may be charged.

    ``source`` is the brief's input as JSON and ``handle`` that file's id at the account, for the
    masks are good for this one only. ``masks`` are rows of ``id``, ``label`` and the stored
    ``picture``; while ``link`` stands there, it is still to be fetched, and ``finished_at`` is
    empty. ``token`` and ``sent_at`` are committed before anything is sent; no token is sent
    twice. ``lease_until`` is when to look next where nobody has the ``lease``.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="selections")
    account = models.ForeignKey(
        ProviderAccount, on_delete=models.PROTECT, related_name="selections"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    form_token = models.UUIDField()
    token = models.UUIDField(default=uuid4, unique=True)
    source = models.JSONField()
    keyframe = models.PositiveIntegerField(default=1)
    play = models.BooleanField(default=False)
    price = models.JSONField()
    price_micros = models.BigIntegerField()
    charged_micros = models.BigIntegerField(null=True)

    state = models.CharField(max_length=12, choices=Found, default=Found.QUEUED)
    said = models.CharField(max_length=500, blank=True, default="")
    handle = models.JSONField(default=dict)
    picture = models.FileField(max_length=200, blank=True)
    masks = models.JSONField(default=list)
    exchange = models.JSONField(default=dict)
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = Selections.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "form_token"], name="one_selection_a_press")
        ]
        indexes: ClassVar = [models.Index(fields=["state", "lease_until"])]

    def __str__(self) -> str:
        return f"{self.uuid} {self.state}"

    @property
    def title(self) -> str:
        """What people know it by."""
        return f"masks on frame {self.keyframe}"

    @property
    def is_under_way(self) -> bool:
        """Something of it is still to come: the answer, or its pictures."""
        return self.state in (Found.QUEUED, Found.SENDING) or (
            self.state == Found.DONE and self.finished_at is None
        )

    @property
    def is_good(self) -> bool:
        """Was something found, and does the account still know the source by the same id?"""
        return self.state == Found.DONE and bool(self.masks) and self._is_known()

    def has(self, *ids: str) -> bool:
        """Are these among the masks that were found?"""
        return set(ids) <= {one["id"] for one in self.masks}

    def _is_known(self) -> bool:
        """A clip that the account made itself is known there for good; an upload may expire."""
        form, value = self.handle.get("form", ""), self.handle.get("value", "")
        if form == "remote_id":
            return True
        row = Handle.objects.filter(account=self.account_id, form=form, value=value).first()
        return row is not None and (row.expires_at is None or row.expires_at > timezone.now())


class Voice(models.Model):
    """A voice that a team had made at one account from an upload of theirs.

    Asked for once: ``token`` and ``sent_at`` are committed before anything is sent. ``remote_id``
    is the provider's own; a lost reply is looked up in the account's list of voices by name.
    ``withdrawn_at``: deleted at the provider.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="voices")
    account = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, related_name="voices")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="voices")
    form_token = models.UUIDField()
    token = models.UUIDField(default=uuid4, unique=True)
    name = models.CharField(max_length=80)

    state = models.CharField(max_length=12, choices=Found, default=Found.QUEUED)
    said = models.CharField(max_length=500, blank=True, default="")
    remote_id = models.CharField(max_length=200, blank=True, default="")
    exchange = models.JSONField(default=dict)
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "form_token"], name="one_voice_a_press"),
            models.UniqueConstraint(
                fields=["account", "name"],
                name="one_voice_a_name",
                condition=~models.Q(state="failed") & models.Q(withdrawn_at=None),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "lease_until"], name="voice_due")]

    def __str__(self) -> str:
        return f"{self.name} at {self.account}"
