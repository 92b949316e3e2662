"""What people and guests say of results, how they find them again, and to whom they show them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import Team
from accounts.models.frozen import History

from .generations import Generation, Verdict
from .projects import Project


class GenerationTag(models.Model):
    generation = models.ForeignKey(Generation, on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(max_length=30)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["generation", "name"], name="one_tag_a_generation")
        ]
        indexes: ClassVar = [models.Index(fields=["name", "generation"], name="tag_generation")]

    def __str__(self) -> str:
        return self.name


class SavedSearch(models.Model):
    """Filters of the gallery under a name: ``query`` is what stands behind the ? of its address.

    ``shared``: everybody in the team sees it, its maker and owners change it.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="searches")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000)
    shared = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["team", "user", "name"], name="one_search_a_name")
        ]

    def __str__(self) -> str:
        return self.name


class GuestLink(models.Model):
    """A link with which people without an account look at some results of one project.

    ``digest`` is the SHA-256 of the link's token, which itself is kept nowhere; ``passphrase`` is
    hashed as passwords are, empty for none. Revoked or expired, it is over.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="guest_links")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    passphrase = models.CharField(max_length=200, blank=True, default="")
    may_comment = models.BooleanField(default=True)
    may_decide = models.BooleanField(default=True)
    may_download = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    generations = models.ManyToManyField(
        Generation, through="GuestLinkItem", related_name="guest_links"
    )

    class Meta:
        indexes: ClassVar = [models.Index(fields=["project", "-id"], name="guest_links_newest")]

    def __str__(self) -> str:
        return self.name


class GuestLinkItem(models.Model):
    link = models.ForeignKey(GuestLink, on_delete=models.CASCADE, related_name="items")
    generation = models.ForeignKey(Generation, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["place", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["link", "generation"], name="one_item_a_link")
        ]

    def __str__(self) -> str:
        return f"{self.generation_id} in {self.link_id}"


class Review(History):
    """One verdict on a result, written once: a change of mind is a new line.

    By a ``user``, or by a ``guest`` of that name through a ``link``. An empty verdict takes the
    one before it back.
    """

    generation = models.ForeignKey(Generation, on_delete=models.PROTECT, related_name="reviews")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    guest = models.CharField(max_length=80, blank=True, default="")
    link = models.ForeignKey(GuestLink, on_delete=models.PROTECT, null=True, related_name="reviews")
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True, default="")
    note = models.CharField(max_length=500, blank=True, default="")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.verdict} by {self.user or self.guest}"


class Comment(models.Model):
    """A remark on a result; ``at_ms`` is where in the clip, None for the whole of it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    generation = models.ForeignKey(Generation, on_delete=models.PROTECT, related_name="comments")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    guest = models.CharField(max_length=80, blank=True, default="")
    link = models.ForeignKey(
        GuestLink, on_delete=models.PROTECT, null=True, related_name="comments"
    )
    at_ms = models.PositiveIntegerField(null=True)
    text = models.CharField(max_length=2000)
    at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["generation", "id"], name="comments_of_result")]

    def __str__(self) -> str:
        return self.text[:60]
