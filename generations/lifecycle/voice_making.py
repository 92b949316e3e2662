"""Having a voice made: an errand that some answers leave open.

Before it is sent, the account's list is asked whether the name is free. Some answers name no id,
some are lost: then the list is read, for ten minutes, until the name stands there. After that a
person says what became of it.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from generations import lists, queue
from generations.models import Found, Voice
from generations.providers.client import Client
from generations.providers.faults import plain
from generations.providers.types import Exchange, Handle, ProviderError, Spoken

from .errands import Errand
from .handles import HandleFailed, hand_over
from .sending import client_of

log = logging.getLogger(__name__)

# After ringing a worker, dispatch rings again if nobody has claimed the row by then.
RING_AGAIN = dt.timedelta(seconds=5)
# How long a lost one is looked up by itself.
LOOKING = dt.timedelta(minutes=10)


class Making(Errand[Voice]):
    """A voice that is asked for."""

    refused_for = "the recording for what is heard in it"
    instead = "another recording or name"
    interrupted = "The studio was interrupted while it was sent."

    @property
    def rows(self) -> QuerySet[Voice]:
        return _voices().filter(pk=self.row.pk)

    def give_back(self, said: str) -> None:
        """No sheet names a price for a voice: nothing is held for it."""

    def lost(self, said: str) -> None:
        """Nothing is sent again, the account's list is read at once."""
        if self.move_to_uncertain(said, timezone.now()):
            pk = self.row.pk
            transaction.on_commit(lambda: queue.ring("voice", pk))


def make_voice(pk: int) -> None:
    """Do what is next for a voice: have it made, or look a lost one up."""
    making = Making(_voices().get(pk=pk))
    if making.row.state == Found.UNCERTAIN:
        _look_up(making)
    elif making.claim():
        _make(making)


def recover_voice(pk: int) -> None:
    """A worker died while it had it made: go on from what the row says."""
    Making(_voices().get(pk=pk)).recover()


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
    moved = Making(voice).move(
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


def _voices() -> QuerySet[Voice]:
    return Voice.objects.select_related("account", "project", "user", "upload")


def _make(making: Making) -> None:
    voice = making.row
    client = client_of(voice.account)
    try:
        # A name that is there already could not be told from ours afterwards.
        if _listed(client, voice.name):
            name = voice.account.name
            words = f"{name} has a voice called “{voice.name}” already. Choose another name."
            making.refuse(words)
            return
        recording = voice.upload.as_input("voice_track")
        handle = hand_over(recording, voice.project, voice.account, client)
    except HandleFailed as failed:
        making.not_sent(failed.trouble)
        return
    except ProviderError as trouble:
        making.not_sent(trouble)
        return
    if making.intend():
        _send(making, client, handle)


def _send(making: Making, client: Client, handle: Handle) -> None:
    voice = making.row
    try:
        spoken, exchange = client.voice(voice.name, handle, str(voice.token))
    except ProviderError as trouble:
        making.answered(trouble)
    else:
        _told(making, spoken, exchange)


def _told(making: Making, spoken: Spoken, exchange: Exchange) -> None:
    voice = making.row
    making.rows.filter(token=voice.token).update(exchange=exchange.to_json())
    if not spoken.id:
        making.lost(f"{voice.account.name} took it, and its answer names no id.")
        return
    said = ""
    if spoken.charge and spoken.charge.amount:
        # The sheet knows of no charge; whoever keeps the books must hear of this one.
        said = f"{voice.account.name} says that it took {spoken.charge.amount:f} "
        said += f"{spoken.charge.unit} for it, which no price list names."
        log.error("voice %s was charged, and no sheet says so: %s", voice.uuid, said)
    if not heard(voice, spoken.id, said, token=voice.token):
        log.error("voice %s was answered after it was closed", voice.uuid)


def _look_up(making: Making) -> None:
    """Does its name stand in the account's own list by now?"""
    voice, now = making.row, timezone.now()
    lost = making.rows.filter(state=Found.UNCERTAIN)
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
