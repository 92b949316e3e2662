"""Asking the provider what can be swapped on a frame: once, whatever dies on the way.

The order is the promise, as with clips: claim (committed), hand the source over, write down the
token (committed), send, write the answer with its money, then fetch the pictures. A worker that
dies after the token was written may have sent it: the selection is uncertain, its hold stays.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils import timezone

from generations.catalogue.types import Input
from generations.models import Found, Selection
from generations.models import Handle as HandleRow
from generations.providers.types import (
    Barred,
    Busy,
    Exchange,
    Handle,
    Masks,
    Moderated,
    NoBalance,
    ProviderError,
    Refused,
    Uncertain,
)

from .answering import flag, pause
from .framing import fetch_pictures
from .handles import HandleFailed, hand_over
from .selecting import charge, give_back
from .sending import client_of
from .settling import bill_for

log = logging.getLogger(__name__)

# A person waits for it: after this nobody does any more, and the money comes back.
PATIENCE = dt.timedelta(minutes=10)
# Masks that a brief can name, and frames that nobody would choose from.
MOST_MASKS, LONGEST_ID = 60, 64


def select(pk: int) -> None:
    """Do what is next for a selection: ask, or fetch the pictures of what was found."""
    selection = _claim(pk)
    if selection is not None:
        _ask(selection)
    fetch_pictures(pk)


def recover_selection(pk: int) -> None:
    """A worker died while it asked: go on from what the row says."""
    now = timezone.now()
    with transaction.atomic():
        stale = Selection.objects.filter(pk=pk, state=Found.SENDING).filter(
            Q(lease_until=None) | Q(lease_until__lt=now)
        )
        # First of all: a worker that is late all the same finds its lease gone before it sends.
        if not stale.update(lease=uuid.uuid4(), lease_until=now + dt.timedelta(seconds=60)):
            return
        selection = _load(pk)
        if selection.sent_at is None:
            _back(selection, seconds=0)
        else:
            # The token was committed, so the request may have left.
            _lost(selection, "")


def _claim(pk: int) -> Selection | None:
    now = timezone.now()
    selection = _load(pk)
    if selection.state != Found.QUEUED:
        return None
    account = selection.account
    if now - selection.created_at > PATIENCE:
        _refuse(selection, f"{account.name} had no room for it in ten minutes.", Found.QUEUED)
        return None
    wait = account.paused_until
    if not account.enabled or account.trouble:
        wait = now + dt.timedelta(seconds=15)
    if wait and wait > now:
        Selection.objects.filter(pk=pk, state=Found.QUEUED).update(lease_until=wait)
        return None
    lease = uuid.uuid4()
    until = now + dt.timedelta(seconds=settings.SUBMIT_LEASE_S)
    if not _move(selection, (Found.QUEUED,), Found.SENDING, lease=lease, lease_until=until):
        return None
    selection.state, selection.lease = Found.SENDING, lease
    return selection


def _ask(selection: Selection) -> None:
    account = selection.account
    client = client_of(account)
    try:
        handle = hand_over(Input(**selection.source), selection.project, account, client)
    except HandleFailed as failed:
        _not_handed_over(selection, failed.trouble)
        return
    if not _intend(selection, handle):
        return
    try:
        masks, exchange = client.masks(handle, selection.keyframe, str(selection.token))
    except ProviderError as trouble:
        _answered(selection, trouble)
    else:
        _enter(selection, masks, exchange)


@transaction.atomic
def _intend(selection: Selection, handle: Handle) -> bool:
    """Write down that we are about to send, under a token of its own; False: the lease is lost."""
    now = timezone.now()
    selection.token, selection.sent_at = uuid.uuid4(), now
    selection.handle = {"form": handle.form, "value": handle.value}
    ours = Selection.objects.filter(pk=selection.pk, state=Found.SENDING, lease=selection.lease)
    until = now + dt.timedelta(seconds=settings.SUBMIT_LEASE_S)
    return (
        ours.update(token=selection.token, sent_at=now, handle=selection.handle, lease_until=until)
        == 1
    )


def _enter(selection: Selection, masks: Masks, exchange: Exchange) -> None:
    """Write the answer down; whatever the database says, a paid answer is not lost unseen."""
    try:
        _found(selection, masks, exchange)
    except Exception:
        log.critical(
            "selection %s was answered, and that could not be entered: %s",
            selection.token,
            exchange.got[:500],
        )
        rows = Selection.objects.filter(pk=selection.pk, token=selection.token)
        with suppress(DatabaseError):
            rows.update(exchange=exchange.to_json())
        raise


def _found(selection: Selection, masks: Masks, exchange: Exchange) -> None:
    """State and money in one transaction. The pictures come afterwards: they change neither."""
    paid = bill_for(selection, masks.charge)
    # What a brief cannot name cannot be chosen.
    sound = [one for one in masks.masks if 0 < len(one.id) <= LONGEST_ID][:MOST_MASKS]
    rows = [
        {"id": one.id, "label": one.label[:60], "link": one.picture, "picture": ""} for one in sound
    ]
    now = timezone.now()
    nothing = not rows
    moved = _move(
        selection,
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


def _answered(selection: Selection, trouble: ProviderError) -> None:
    """It found nothing for us, or nobody knows: state and money by what is certain."""
    trace = trouble.exchange.to_json() if trouble.exchange else {}
    with transaction.atomic():
        rows = Selection.objects.filter(pk=selection.pk, token=selection.token)
        rows.update(exchange=trace)
        late = rows.filter(state=Found.UNCERTAIN).exists()
        if isinstance(trouble, Uncertain):
            _lost(selection, trouble.said)
        elif late:
            # Called lost when the lease ran out, and now it is certain that nothing was done.
            _refuse(selection, _words(selection, trouble), Found.UNCERTAIN)
        elif isinstance(trouble, Refused) and _stale_handle(selection, trouble):
            _back(selection, seconds=0)
        elif isinstance(trouble, Busy):
            _busy(selection, trouble)
        else:
            flag(selection.account_id, trouble)
            _refuse(selection, _words(selection, trouble))


def _not_handed_over(selection: Selection, trouble: ProviderError) -> None:
    """The video could not be handed over. Nothing was asked for, so nothing is uncertain."""
    with transaction.atomic():
        if isinstance(trouble, Busy | Uncertain):
            _back(selection, seconds=_wait(selection))
        else:
            flag(selection.account_id, trouble)
            _refuse(selection, _words(selection, trouble))


def _words(selection: Selection, trouble: ProviderError) -> str:
    """What people are told. What a provider says of the account is for its owners alone."""
    name, said = selection.account.name, trouble.said.rstrip(".")
    if isinstance(trouble, NoBalance):
        return f"The balance of {name} is too low. An owner tops it up there."
    if isinstance(trouble, Barred):
        return f"{name} did not let us in. An owner looks at the account."
    if isinstance(trouble, Moderated):
        return f"{name} refused the video for what it shows: {said}."
    if isinstance(trouble, Refused):
        return f"{name} refused it: {said}. Choose another frame."
    return f"{name} answered in an unknown way: {said}."


def _stale_handle(selection: Selection, trouble: Refused) -> bool:
    """The account no longer knows the video: worth handing it over once more."""
    known = timezone.now() - dt.timedelta(seconds=60)
    rows = HandleRow.objects.filter(
        account=selection.account_id, made_at__lt=known, value=selection.handle.get("value", "")
    )
    return trouble.field in ("source", "image") and rows.delete()[0] > 0


def _busy(selection: Selection, trouble: Busy) -> None:
    wait = trouble.retry_after or _wait(selection)
    if not trouble.slots:
        pause(selection.account_id, wait)
    _back(selection, seconds=wait)


def _wait(selection: Selection) -> float:
    """Seconds before the next try, by how long it has waited: somebody sits in front of it."""
    age = (timezone.now() - selection.created_at).total_seconds()
    return min(max(age / 2, 1.0), 20.0)


def _back(selection: Selection, *, seconds: float) -> None:
    """Certain: nothing was done. It is sent again, under a new token."""
    due = timezone.now() + dt.timedelta(seconds=seconds)
    fields: dict[str, Any] = {"lease": None, "lease_until": due, "sent_at": None}
    _move(selection, (Found.SENDING,), Found.QUEUED, lease_held=selection.lease, **fields)


def _lost(selection: Selection, said: str) -> None:
    """Nobody knows whether it was done: the hold stays, nothing is sent again by itself."""
    _move(
        selection,
        (Found.SENDING,),
        Found.UNCERTAIN,
        lease_held=selection.lease,
        said=said[:500],
        lease=None,
        lease_until=None,
    )


def _refuse(selection: Selection, said: str, old: Found = Found.SENDING) -> None:
    """Certain: nothing was done. All money comes back."""
    _move(
        selection,
        (old,),
        Found.FAILED,
        lambda: give_back(selection, said),
        lease_held=selection.lease if old == Found.SENDING else None,
        said=said[:500],
        charged_micros=0,
        finished_at=timezone.now(),
        lease=None,
        lease_until=None,
    )


@transaction.atomic
def _move(
    selection: Selection,
    old: tuple[Found, ...],
    new: Found,
    money: Callable[[], object] | None = None,
    *,
    token: uuid.UUID | None = None,
    lease_held: uuid.UUID | None = None,
    **fields: Any,
) -> bool:
    """True if we, and nobody else, moved it; its money in the same transaction.

    ``token``: only while this is its newest sending; ``lease_held``: only while this lease holds.
    """
    rows = Selection.objects.filter(pk=selection.pk, state__in=old)
    if token is not None:
        rows = rows.filter(token=token)
    if lease_held is not None:
        rows = rows.filter(lease=lease_held)
    if not rows.update(state=new, **fields):
        return False
    if money is not None:
        money()
    return True


def _load(pk: int) -> Selection:
    return Selection.objects.select_related("account", "project", "user").get(pk=pk)
