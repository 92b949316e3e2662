"""Having a voice made: told once, whatever dies on the way, and looked up where it was lost.

The order is the promise: claim (committed), see that the name is free, hand the recording over,
write down the token (committed), send, write the answer. A worker that dies after the token was
written may have sent it, and some answers name no id: then the account's own list is read, for
ten minutes, until the name stands there. After that a person says what became of it.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from generations import lists, queue
from generations.models import Found, Voice
from generations.providers.client import Client
from generations.providers.faults import plain
from generations.providers.types import (
    Barred,
    Busy,
    Exchange,
    Handle,
    Moderated,
    NoBalance,
    ProviderError,
    Refused,
    Spoken,
    Uncertain,
)

from .answering import flag, pause
from .handles import HandleFailed, hand_over
from .sending import client_of

log = logging.getLogger(__name__)

# After ringing a worker, dispatch rings again if nobody has claimed the row by then.
RING_AGAIN = dt.timedelta(seconds=5)
# How long an account may have no room for it; and how long a lost one is looked up by itself.
PATIENCE = dt.timedelta(minutes=10)
LOOKING = dt.timedelta(minutes=10)


def make_voice(pk: int) -> None:
    """Do what is next for a voice: have it made, or look a lost one up."""
    voice = _load(pk)
    if voice.state == Found.UNCERTAIN:
        _look_up(voice)
    elif _claim(voice):
        _make(voice)


def recover_voice(pk: int) -> None:
    """A worker died while it had it made: go on from what the row says."""
    now = timezone.now()
    stale = Voice.objects.filter(pk=pk, state=Found.SENDING).filter(
        Q(lease_until=None) | Q(lease_until__lt=now)
    )
    # First of all: a worker that is late all the same finds its lease gone before it sends.
    if not stale.update(lease=uuid.uuid4(), lease_until=now + dt.timedelta(seconds=60)):
        return
    voice = _load(pk)
    if voice.sent_at is None:
        _back(voice, seconds=0)
    else:
        # The token was committed, so the request may have left.
        _lost(voice, "The studio was interrupted while it was sent.")


def look_again(voice: Voice) -> bool:
    """Have the list read once more for a lost one. False if it is not lost any more."""
    rows = Voice.objects.filter(pk=voice.pk, state=Found.UNCERTAIN)
    if not rows.update(lease=None, lease_until=timezone.now()):
        return False
    transaction.on_commit(lambda: queue.ring("voice", voice.pk))
    return True


def heard(voice: Voice, speaker: str, said: str, *, token: uuid.UUID | None = None) -> bool:
    """It was made under this id. True if it was open; its account's list is read anew."""
    # The lease may have run out while the answer came: then it was uncertain, and now is not.
    moved = _move(
        voice,
        (Found.SENDING, Found.UNCERTAIN),
        Found.DONE,
        token=token,
        remote_id=speaker,
        said=said[:500],
        finished_at=timezone.now(),
        lease=None,
        lease_until=None,
    )
    if moved:
        lists.ask(voice.account, "voices")
    return moved


def _claim(voice: Voice) -> bool:
    now = timezone.now()
    if voice.state != Found.QUEUED:
        return False
    account = voice.account
    if now - voice.created_at > PATIENCE:
        _refuse(voice, f"{account.name} had no room for it in ten minutes.", Found.QUEUED)
        return False
    wait = account.paused_until
    if not account.enabled or account.trouble:
        wait = now + dt.timedelta(seconds=15)
    if wait and wait > now:
        Voice.objects.filter(pk=voice.pk, state=Found.QUEUED).update(lease_until=wait)
        return False
    lease = uuid.uuid4()
    until = now + dt.timedelta(seconds=settings.SUBMIT_LEASE_S)
    if not _move(voice, (Found.QUEUED,), Found.SENDING, lease=lease, lease_until=until):
        return False
    voice.state, voice.lease = Found.SENDING, lease
    return True


def _make(voice: Voice) -> None:
    client = client_of(voice.account)
    try:
        # A name that is there already could not be told from ours afterwards.
        if _listed(client, voice.name):
            name = voice.account.name
            words = f"{name} has a voice called “{voice.name}” already. Choose another name."
            _refuse(voice, words)
            return
        recording = voice.upload.as_input("voice_track")
        handle = hand_over(recording, voice.project, voice.account, client)
    except HandleFailed as failed:
        _not_sent(voice, failed.trouble)
        return
    except ProviderError as trouble:
        _not_sent(voice, trouble)
        return
    if not _intend(voice):
        return
    _send(voice, client, handle)


def _send(voice: Voice, client: Client, handle: Handle) -> None:
    try:
        spoken, exchange = client.voice(voice.name, handle, str(voice.token))
    except ProviderError as trouble:
        _answered(voice, trouble)
    else:
        _told(voice, spoken, exchange)


def _intend(voice: Voice) -> bool:
    """Write down that we are about to send, under a token of its own; False: the lease is lost."""
    now = timezone.now()
    voice.token, voice.sent_at = uuid.uuid4(), now
    ours = Voice.objects.filter(pk=voice.pk, state=Found.SENDING, lease=voice.lease)
    until = now + dt.timedelta(seconds=settings.SUBMIT_LEASE_S)
    return ours.update(token=voice.token, sent_at=now, lease_until=until) == 1


def _told(voice: Voice, spoken: Spoken, exchange: Exchange) -> None:
    rows = Voice.objects.filter(pk=voice.pk, token=voice.token)
    rows.update(exchange=exchange.to_json())
    if not spoken.id:
        _lost(voice, f"{voice.account.name} took it, and its answer names no id.")
        return
    said = ""
    if spoken.charge and spoken.charge.amount:
        # The sheet knows of no charge; whoever keeps the books must hear of this one.
        said = f"{voice.account.name} says that it took {spoken.charge.amount:f} "
        said += f"{spoken.charge.unit} for it, which no price list names."
        log.error("voice %s was charged, and no sheet says so: %s", voice.uuid, said)
    if not heard(voice, spoken.id, said, token=voice.token):
        log.error("voice %s was answered after it was closed", voice.uuid)


def _answered(voice: Voice, trouble: ProviderError) -> None:
    """Nothing was made, or nobody knows: by what is certain."""
    trace = trouble.exchange.to_json() if trouble.exchange else {}
    rows = Voice.objects.filter(pk=voice.pk, token=voice.token)
    rows.update(exchange=trace)
    if isinstance(trouble, Uncertain):
        _lost(voice, trouble.said)
    elif rows.filter(state=Found.UNCERTAIN).exists():
        # Called lost when the lease ran out, and now it is certain that nothing was made.
        _refuse(voice, _words(voice, trouble), Found.UNCERTAIN)
    elif isinstance(trouble, Busy):
        _busy(voice, trouble)
    else:
        flag(voice.account_id, trouble)
        _refuse(voice, _words(voice, trouble))


def _not_sent(voice: Voice, trouble: ProviderError) -> None:
    """The way there failed: nothing was asked for, so nothing is uncertain."""
    if isinstance(trouble, Busy | Uncertain):
        _back(voice, seconds=_wait(voice))
    else:
        flag(voice.account_id, trouble)
        _refuse(voice, _words(voice, trouble))


def _look_up(voice: Voice) -> None:
    """Does its name stand in the account's own list by now?"""
    now = timezone.now()
    lost = Voice.objects.filter(pk=voice.pk, state=Found.UNCERTAIN)
    free = lost.filter(Q(lease=None) | Q(lease_until__lt=now))
    # Whoever looks, nobody else does so at the same time; after a dead one it is due again.
    until = now + dt.timedelta(seconds=settings.SUBMIT_LEASE_S)
    if not free.update(lease=uuid.uuid4(), lease_until=until):
        return
    try:
        ids = _listed(client_of(voice.account), voice.name)
    except ProviderError as trouble:
        log.info("the voices of account %s could not be read: %s", voice.account_id, trouble)
        ids = []
    if len(ids) == 1:
        heard(voice, ids[0], "")
        return
    age = now - (voice.sent_at or voice.created_at)
    wait = dt.timedelta(seconds=min(max(age.total_seconds(), 2.0), 60.0))
    due_at = now + wait if age < LOOKING and not ids else None
    lost.update(lease=None, lease_until=due_at)


def _listed(client: Client, name: str) -> list[str]:
    """The ids of the account's own voices with this name, as the list shows names."""
    shown = plain(name)
    return [one.id for one in client.own_voices() if one.label == shown]


def _words(voice: Voice, trouble: ProviderError) -> str:
    """What people are told. What a provider says of the account is for its owners alone."""
    name, said = voice.account.name, trouble.said.rstrip(".")
    if isinstance(trouble, NoBalance):
        return f"The balance of {name} is too low. An owner tops it up there."
    if isinstance(trouble, Barred):
        return f"{name} did not let us in. An owner looks at the account."
    if isinstance(trouble, Moderated):
        return f"{name} refused the recording for what is heard in it: {said}."
    if isinstance(trouble, Refused):
        return f"{name} refused it: {said}. Choose another recording or name."
    return f"{name} answered in an unknown way: {said}."


def _busy(voice: Voice, trouble: Busy) -> None:
    wait = trouble.retry_after or _wait(voice)
    if not trouble.slots:
        pause(voice.account_id, wait)
    _back(voice, seconds=wait)


def _wait(voice: Voice) -> float:
    """Seconds before the next try, by how long it has waited."""
    age = (timezone.now() - voice.created_at).total_seconds()
    return min(max(age / 2, 1.0), 20.0)


def _back(voice: Voice, *, seconds: float) -> None:
    """Certain: nothing was made. It is sent again, under a new token."""
    due = timezone.now() + dt.timedelta(seconds=seconds)
    fields: dict[str, Any] = {"lease": None, "lease_until": due, "sent_at": None}
    _move(voice, (Found.SENDING,), Found.QUEUED, lease_held=voice.lease, **fields)


def _lost(voice: Voice, said: str) -> None:
    """Nobody knows whether it was made: nothing is sent again, the list is read at once."""
    fields: dict[str, Any] = {"said": said[:500], "lease": None, "lease_until": timezone.now()}
    if _move(voice, (Found.SENDING,), Found.UNCERTAIN, lease_held=voice.lease, **fields):
        queue.ring("voice", voice.pk)


def _refuse(voice: Voice, said: str, old: Found = Found.SENDING) -> None:
    """Certain: nothing was made."""
    _move(
        voice,
        (old,),
        Found.FAILED,
        lease_held=voice.lease if old == Found.SENDING else None,
        said=said[:500],
        finished_at=timezone.now(),
        lease=None,
        lease_until=None,
    )


def _move(
    voice: Voice,
    old: tuple[Found, ...],
    new: Found,
    *,
    token: uuid.UUID | None = None,
    lease_held: uuid.UUID | None = None,
    **fields: Any,
) -> bool:
    """True if we, and nobody else, moved it.

    ``token``: only while this is its newest sending; ``lease_held``: only while this lease holds.
    """
    rows = Voice.objects.filter(pk=voice.pk, state__in=old)
    if token is not None:
        rows = rows.filter(token=token)
    if lease_held is not None:
        rows = rows.filter(lease=lease_held)
    return rows.update(state=new, **fields) == 1


def _load(pk: int) -> Voice:
    return Voice.objects.select_related("account", "project", "user", "upload").get(pk=pk)
