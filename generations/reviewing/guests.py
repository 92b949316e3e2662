"""Links for guests: people without an account look at some results of one project.

The token is in the link alone; we keep its digest, as with invitations.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts import audit
from accounts.models import User
from generations.catalogue.types import Media
from generations.models import Asset, Generation, GuestLink, GuestLinkItem, Project, State

DAYS = 14
MOST = 60
# A guest's look is noted this often at most.
NOTED = dt.timedelta(minutes=1)


class Over(Exception):
    """The link shows nothing any more. ``str()`` says why, to whoever has it."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a link allows, and for how long."""

    name: str
    days: int = DAYS
    passphrase: str = ""
    may_comment: bool = True
    may_decide: bool = True
    may_download: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """A result as a guest sees it: a number, for its prompt is not theirs to read."""

    number: int
    g: Generation
    asset: Asset

    @property
    def is_picture(self) -> bool:
        return self.asset.kind == Media.IMAGE

    @property
    def title(self) -> str:
        return f"{'Picture' if self.is_picture else 'Clip'} {self.number}"


def showable(project: Project) -> QuerySet[Generation]:
    """The results of a project that a guest may be shown, the newest first."""
    rows = Generation.objects.filter(
        project=project, deleted_at=None, state=State.SUCCEEDED, asset__isnull=False
    )
    return rows.select_related("asset").order_by("-pk")


def make(
    actor: User, project: Project, results: list[Generation], terms: Terms
) -> tuple[GuestLink, str]:
    """A new link to ``results``, in this order, and its token, which can be had this once."""
    token = secrets.token_urlsafe(24)
    hashed = make_password(terms.passphrase) if terms.passphrase else ""
    with transaction.atomic():
        made = GuestLink.objects.create(
            project=project,
            by=actor,
            name=terms.name,
            digest=_digest(token),
            passphrase=hashed,
            may_comment=terms.may_comment,
            may_decide=terms.may_decide,
            may_download=terms.may_download,
            expires_at=timezone.now() + dt.timedelta(days=terms.days),
        )
        GuestLinkItem.objects.bulk_create(
            GuestLinkItem(link=made, generation=one, place=at) for at, one in enumerate(results)
        )
        facts = {"days": terms.days, "clips": len(results), "locked": bool(hashed)}
        may = {"comment": terms.may_comment, "decide": terms.may_decide}
        may |= {"download": terms.may_download}
        audit.record(actor, "guest_link.made", terms.name, team=project.team, **facts, may=may)
    return made, token


def found(token: str) -> GuestLink | None:
    """Whose token this is; None for anything that we never gave out."""
    rows = GuestLink.objects.select_related("project__team", "by")
    return rows.filter(digest=_digest(token)).first()


def refuse_over(link: GuestLink) -> None:
    """Raise Over for a link that was revoked or has expired."""
    if link.revoked_at:
        raise Over("This link was withdrawn.")
    if link.expires_at <= timezone.now():
        raise Over("This link has expired.")


def is_open(link: GuestLink) -> bool:
    return link.revoked_at is None and link.expires_at > timezone.now()


def fits(link: GuestLink, passphrase: str) -> bool:
    return not link.passphrase or check_password(passphrase, link.passphrase)


def note_seen(link: GuestLink) -> None:
    """Somebody looks. One small write a minute at most, whoever looks how often."""
    now = timezone.now()
    seldom = Q(seen_at=None) | Q(seen_at__lt=now - NOTED)
    if link.seen_at is None or link.seen_at < now - NOTED:
        GuestLink.objects.filter(seldom, pk=link.pk).update(seen_at=now)


def items(link: GuestLink) -> list[Item]:
    """What the link shows: of its results those that are still in its project and not in the bin.

    Numbered as they were shared, so that "Clip 3" stays that one.
    """
    rows = link.items.select_related("generation__asset", "generation__account").defer(
        "generation__account__key", "generation__account__secrets"
    )
    shown = []
    for number, one in enumerate(rows, 1):
        g = one.generation
        asset: Asset | None = getattr(g, "asset", None)
        if g.project_id == link.project_id and g.deleted_at is None and asset:
            g.project, g.team = link.project, link.project.team
            shown.append(Item(number, g, asset))
    return shown


def of(project: Project) -> list[GuestLink]:
    """A project's links, the newest first, each with ``count`` of its results."""
    rows = project.guest_links.select_related("by").annotate(count=Count("items"))
    return list(rows.order_by("-pk")[:200])


def revoke(actor: User, link: GuestLink) -> None:
    """It shows nothing from here on. Nothing happens to one that is over."""
    now = timezone.now()
    with transaction.atomic():
        rows = GuestLink.objects.filter(pk=link.pk, revoked_at=None, expires_at__gt=now)
        if rows.update(revoked_at=now):
            audit.record(actor, "guest_link.revoked", link.name, team=link.project.team)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
