"""A team's files, and the form in which each provider account knows them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import Team
from generations.catalogue.types import Input

from .projects import Project
from .providers import ProviderAccount


class Upload(models.Model):
    """A file that was checked when it came. Stored once per project and digest.

    ``kind`` is image, video or audio; ``ms`` its length in milliseconds (0 for a picture);
    ``clip`` the generation that it was taken from, if it was. ``words`` is what the search looks
    at: name, folder and tags in small letters.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="uploads")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    file = models.FileField(max_length=200)
    thumb = models.FileField(max_length=200, blank=True)
    digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=6, default="image")
    mime = models.CharField(max_length=40)
    ms = models.PositiveIntegerField(default=0)
    clip = models.ForeignKey(
        "generations.Generation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    codec = models.CharField(max_length=40, blank=True, default="")
    size = models.BigIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    folder = models.CharField(max_length=60, blank=True, default="")
    words = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "digest"], name="one_upload_a_digest")
        ]
        indexes: ClassVar = [
            models.Index(fields=["project", "-id"], name="upload_newest"),
            models.Index(fields=["project", "folder", "-id"], name="upload_folder"),
            models.Index(fields=["project", "kind", "-id"], name="upload_kind"),
        ]

    def __str__(self) -> str:
        return self.name

    def as_input(self, role: str = "image", name: str = "", type: str = "") -> Input:
        return Input(
            role=role,
            upload=str(self.uuid),
            mime=self.mime,
            size=self.size,
            width=self.width,
            height=self.height,
            kind=self.kind,
            ms=self.ms,
            name=name,
            type=type,
            codec=self.codec,
        )


class Handle(models.Model):
    """How one provider account knows an upload; made again when it has expired."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="handles")
    account = models.ForeignKey(ProviderAccount, on_delete=models.CASCADE, related_name="handles")
    form = models.CharField(max_length=12)
    value = models.CharField(max_length=500)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["upload", "account"], name="one_handle_an_account")
        ]

    def __str__(self) -> str:
        return f"{self.form} at {self.account}"


class UploadTag(models.Model):
    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(max_length=30)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["upload", "name"], name="one_tag_an_upload")
        ]
        indexes: ClassVar = [models.Index(fields=["name", "upload"], name="tag_upload")]

    def __str__(self) -> str:
        return self.name


class UploadUse(models.Model):
    """A generation whose brief has this upload in it: while there is one, the file stays."""

    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="used_by")
    generation = models.ForeignKey(
        "generations.Generation", on_delete=models.PROTECT, related_name="uploads"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["upload", "generation"], name="one_use_a_generation")
        ]

    def __str__(self) -> str:
        return f"{self.upload_id} in {self.generation_id}"


class TeamStorage(models.Model):
    """What a team keeps, in bytes, counted as files come and go. ``limit`` None: no quota.

    ``manage.py count_storage`` counts again.
    """

    team = models.OneToOneField(
        Team, on_delete=models.CASCADE, primary_key=True, related_name="storage"
    )
    uploads = models.BigIntegerField(default=0)
    results = models.BigIntegerField(default=0)
    limit = models.BigIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.uploads + self.results} of {self.limit}"
