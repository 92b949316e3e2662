"""The panel of a result's review: for members on its page, for guests behind their link."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.urls import reverse

from generations.access import Need, ProjectRequest
from generations.catalogue.types import Media
from generations.models import Comment, Generation, GuestLink, Review

from . import remarks, verdicts
from .guests import Item
from .who import NotNow, refuse_unfinished


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark, and what the one who looks may do with it; "" for nothing."""

    row: Comment
    change_url: str = ""
    remove_url: str = ""
    settle_url: str = ""

    @property
    def author(self) -> str:
        return str(self.row.user) if self.row.user else self.row.guest

    @property
    def is_guest(self) -> bool:
        return self.row.user is None


@dataclass(slots=True)
class Typed:
    """What was typed and could not be taken, with what is wrong with it."""

    where: str = ""
    text: str = ""
    at_ms: str = ""
    error: str = ""


@dataclass(slots=True)
class Panel:
    """``decide_url`` and ``comment_url`` are "" for those who may not; ``why`` says why."""

    g: Generation
    timed: bool
    history: list[Review]
    remarks: list[Remark]
    decide_url: str = ""
    comment_url: str = ""
    next_url: str = ""
    name_url: str = ""
    name: str = ""
    why: str = ""
    asks_name: bool = False
    typed: Typed = field(default_factory=Typed)

    @property
    def newest(self) -> Review | None:
        return self.history[0] if self.history and self.g.review else None

    @property
    def open(self) -> int:
        return sum(one.row.resolved_at is None for one in self.remarks)


def for_member(request: ProjectRequest, row: Generation) -> Panel | None:
    """None where there is nothing to look at yet. Two queries."""
    asset = getattr(row, "asset", None)
    if asset is None:
        return None
    at = [request.team.slug, request.project.uuid, row.uuid]
    panel = Panel(
        g=row,
        timed=asset.kind == Media.VIDEO,
        history=verdicts.history(row),
        remarks=[_remark(request, one, at) for one in remarks.of(row)],
        name=str(request.user),
    )
    try:
        refuse_unfinished(row)
    except NotNow as why:
        panel.why = str(why)
        return panel
    panel.decide_url = reverse("review_decide", args=at)
    panel.comment_url = reverse("review_comment", args=at)
    panel.next_url = reverse("review_next", args=at)
    return panel


def for_guest(link: GuestLink, token: str, item: Item, name: str, mine: list[str]) -> Panel:
    """``name``: who the guest says to be, "" for not yet; ``mine``: what they wrote here."""
    row, at = item.g, [token, item.g.uuid]
    live = link.project.archived_at is None
    found = [
        Remark(
            one,
            remove_url=reverse("guest_remove", args=[*at, one.uuid])
            if live and one.link_id == link.pk and str(one.uuid) in mine
            else "",
        )
        for one in remarks.of(row)
    ]
    panel = Panel(
        g=row,
        timed=not item.is_picture,
        history=verdicts.history(row),
        remarks=found,
        name=name,
        name_url=reverse("guest_name", args=[token]),
    )
    if not live:
        panel.why = "This work is closed: nothing can be added to it any more."
    elif name:
        panel.decide_url = reverse("guest_decide", args=at) if link.may_decide else ""
        panel.comment_url = reverse("guest_comment", args=at) if link.may_comment else ""
    panel.asks_name = live and not name and (link.may_decide or link.may_comment)
    return panel


def may_settle(request: ProjectRequest, one: Comment) -> bool:
    """Whoever makes clips here, and whoever wrote it."""
    return request.may >= Need.CREATE or one.user_id == request.user.pk


def may_remove(request: ProjectRequest, one: Comment) -> bool:
    return request.may >= Need.PRODUCE or one.user_id == request.user.pk


def _remark(request: ProjectRequest, one: Comment, at: list[object]) -> Remark:
    if request.project.archived_at:
        return Remark(one)
    place = [*at, one.uuid]
    mine = one.user_id == request.user.pk
    return Remark(
        one,
        change_url=reverse("review_change", args=place) if mine else "",
        remove_url=reverse("review_remove", args=place) if may_remove(request, one) else "",
        settle_url=reverse("review_settle", args=place) if may_settle(request, one) else "",
    )
