"""Asking the provider what can be swapped on a frame: an errand that may be charged.

The answer is written with its money, then the pictures are fetched. While nobody knows what
became of it, its hold stays.
"""

from __future__ import annotations

import datetime as dt
import logging
from contextlib import suppress

from django.db import DatabaseError
from django.db.models import QuerySet
from django.utils import timezone

from generations.catalogue.types import Input
from generations.models import Found, Selection
from generations.models import Handle as HandleRow
from generations.providers.types import Exchange, Handle, Masks, ProviderError, Refused

from .errands import Errand
from .framing import fetch_pictures
from .handles import HandleFailed, hand_over
from .selecting import charge, give_back
from .sending import client_of
from .settling import bill_for

log = logging.getLogger(__name__)

# Masks that a brief can name, and frames that nobody would choose from.
MOST_MASKS, LONGEST_ID = 60, 64


class Finding(Errand[Selection]):
    """A selection that is asked for."""

    refused_for = "the video for what it shows"
    instead = "another frame"

    @property
    def rows(self) -> QuerySet[Selection]:
        return _selections().filter(pk=self.row.pk)

    def lost(self, said: str) -> None:
        """The hold stays; a person looks what became of it."""
        self.move_to_uncertain(said, None)

    def give_back(self, said: str) -> None:
        self.rows.update(charged_micros=0)
        give_back(self.row, said)

    def is_worth_another(self, trouble: Refused) -> bool:
        """The account no longer knows the video: worth handing it over once more."""
        known = timezone.now() - dt.timedelta(seconds=60)
        rows = HandleRow.objects.filter(
            account=self.row.account_id, made_at__lt=known, value=self.row.handle.get("value", "")
        )
        return trouble.field in ("source", "image") and rows.delete()[0] > 0

    def intend_with(self, handle: Handle) -> bool:
        """``intend``, with the file's id at the account: the masks are good for this one only."""
        self.row.handle = {"form": handle.form, "value": handle.value}
        return self.intend(handle=self.row.handle)


def select(pk: int) -> None:
    """Do what is next for a selection: ask, or fetch the pictures of what was found."""
    finding = Finding(_selections().get(pk=pk))
    if finding.claim():
        _ask(finding)
    fetch_pictures(pk)


def recover_selection(pk: int) -> None:
    """A worker died while it asked: go on from what the row says."""
    Finding(_selections().get(pk=pk)).recover()


def _selections() -> QuerySet[Selection]:
    return Selection.objects.select_related("account", "project", "user")


def _ask(finding: Finding) -> None:
    selection = finding.row
    account = selection.account
    client = client_of(account)
    try:
        handle = hand_over(Input(**selection.source), selection.project, account, client)
    except HandleFailed as failed:
        finding.not_sent(failed.trouble)
        return
    if not finding.intend_with(handle):
        return
    try:
        masks, exchange = client.masks(handle, selection.keyframe, str(selection.token))
    except ProviderError as trouble:
        finding.answered(trouble)
    else:
        _enter(finding, masks, exchange)


def _enter(finding: Finding, masks: Masks, exchange: Exchange) -> None:
    """Write the answer down; whatever the database says, a paid answer is not lost unseen."""
    try:
        _found(finding, masks, exchange)
    except Exception:
        token = finding.row.token
        log.critical(
            "selection %s was answered, and that could not be entered: %s",
            token,
            exchange.got[:500],
        )
        with suppress(DatabaseError):
            finding.rows.filter(token=token).update(exchange=exchange.to_json())
        raise


def _found(finding: Finding, masks: Masks, exchange: Exchange) -> None:
    """State and money in one transaction. The pictures come afterwards: they change neither."""
    selection = finding.row
    paid = bill_for(selection, masks.charge)
    # What a brief cannot name cannot be chosen.
    sound = [one for one in masks.masks if 0 < len(one.id) <= LONGEST_ID][:MOST_MASKS]
    rows = [
        {"id": one.id, "label": one.label[:60], "link": one.picture, "picture": ""} for one in sound
    ]
    now = timezone.now()
    nothing = not rows
    moved = finding.move(
        # The lease may have run out while the answer came: then it was uncertain, and now is not.
        (Found.SENDING, Found.UNCERTAIN),
        Found.DONE,
        lambda: charge(selection, paid),
        token=selection.token,
        masks=rows,
        keyframe=masks.keyframe if 0 < masks.keyframe < 1_000_000 else selection.keyframe,
        charged_micros=paid.micros,
        said="",
        exchange={**exchange.to_json(), "picture": masks.picture},
        finished_at=now if nothing else None,
        lease=None,
        lease_until=None if nothing else now,
    )
    if not moved:
        log.error("selection %s was answered after it was closed", selection.token)
