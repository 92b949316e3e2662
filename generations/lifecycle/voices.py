"""Voices of one's own: asked for, withdrawn, and resolved where nobody can tell.

As with masks one press is one voice, and what went out once never goes out again by itself. No
provider publishes what it costs, so nothing is held: what an answer names is written down.
"""

from __future__ import annotations

import uuid

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import audit
from accounts.models import User
from generations import lists, queue
from generations.catalogue.slots import InputSpec
from generations.catalogue.types import Media
from generations.models import Found, Project, ProviderAccount, Upload, Voice
from generations.providers.types import (
    Barred,
    Busy,
    Gone,
    ProviderError,
    Refused,
    Uncertain,
    Unreachable,
)

from .errors import CannotResolve
from .sending import client_of
from .voice_making import RING_AGAIN, heard, look_again

LONGEST_NAME, LONGEST_ID = 80, 64


class CannotVoice(Exception):
    """No voice can be made or withdrawn so. ``str()`` is a sentence for people."""


def request_voice(
    *,
    project: Project,
    user: User,
    account: ProviderAccount,
    upload: Upload,
    name: str,
    form_token: uuid.UUID,
) -> Voice:
    """Queue the making of one voice. The same ``form_token`` of the same person: the same voice.

    Raises CannotVoice; then nothing was written.
    """
    if before := _before(user, form_token):
        return before
    name = " ".join(name.split())
    if problem := _problem(account, upload, name):
        raise CannotVoice(problem)
    try:
        with transaction.atomic():
            made = Voice.objects.create(
                project=project,
                account=account,
                user=user,
                upload=upload,
                name=name,
                form_token=form_token,
                lease_until=timezone.now() + RING_AGAIN,
            )
            _record(user, "voice.requested", made)
            transaction.on_commit(lambda: queue.ring("voice", made.pk))
    except IntegrityError:
        # A double click, or somebody else has just taken the name.
        if before := _before(user, form_token):
            return before
        raise CannotVoice(_taken(account, name)) from None
    return made


def withdraw_voice(voice: Voice, user: User) -> None:
    """Delete it at the provider, for good. Uses the network; raises CannotVoice."""
    if voice.state != Found.DONE or not voice.remote_id:
        raise CannotVoice("Only a voice that is ready can be withdrawn.")
    if voice.withdrawn_at:
        return
    client = client_of(voice.account)
    try:
        client.drop_voice(voice.remote_id)
    except (Gone, Refused, Uncertain) as trouble:
        # It had none by this id, or the answer was lost: the list tells.
        if not _is_gone(voice):
            raise CannotVoice(_words(voice.account, trouble)) from trouble
    except ProviderError as trouble:
        raise CannotVoice(_words(voice.account, trouble)) from trouble
    with transaction.atomic():
        rows = Voice.objects.filter(pk=voice.pk, withdrawn_at=None)
        if rows.update(withdrawn_at=timezone.now()):
            _record(user, "voice.withdrawn", voice, speaker=voice.remote_id)
    lists.ask(voice.account, "voices")


def resolve_voice(voice: Voice, user: User, *, verdict: str, speaker: str = "") -> None:
    """What became of a lost one: ``look`` in the list again, ``never_made``, or ``made`` under
    this id. Raises CannotResolve.
    """
    if verdict == "look":
        if not look_again(voice):
            raise CannotResolve("It was resolved meanwhile; nothing is open.")
        return
    speaker = speaker.strip()
    if verdict == "made" and not (0 < len(speaker) <= LONGEST_ID and speaker.isprintable()):
        raise CannotResolve("Give the id under which the provider lists the voice.")
    if verdict not in ("made", "never_made"):
        raise CannotResolve("Choose what became of it.")
    taken = Voice.objects.filter(account=voice.account_id, remote_id=speaker, withdrawn_at=None)
    if verdict == "made" and taken.exists():
        raise CannotResolve("That id belongs to another voice already.")
    with transaction.atomic():
        if verdict == "made":
            moved = heard(voice, speaker, f"{user} found it at the provider.")
        else:
            said = f"{user} looked it up: it was never made."
            moved = _closed(voice, said)
        if not moved:
            raise CannotResolve("It was resolved meanwhile; nothing is open.")
        _record(user, "voice.resolved", voice, verdict=verdict, speaker=speaker)


def cancel_voice(voice: Voice, user: User) -> None:
    """Take back one that still waits: nothing was sent. Raises CannotVoice."""
    with transaction.atomic():
        rows = Voice.objects.filter(pk=voice.pk, state=Found.QUEUED)
        fields = {"finished_at": timezone.now(), "lease": None, "lease_until": None}
        if not rows.update(state=Found.FAILED, said="Taken back before it was sent.", **fields):
            raise CannotVoice("It is under way already, so it cannot be taken back.")
        _record(user, "voice.cancelled", voice)


def _closed(voice: Voice, said: str) -> bool:
    rows = Voice.objects.filter(pk=voice.pk, state=Found.UNCERTAIN)
    fields = {"finished_at": timezone.now(), "lease": None, "lease_until": None}
    return rows.update(state=Found.FAILED, said=said[:500], **fields) == 1


def _before(user: User, form_token: uuid.UUID) -> Voice | None:
    rows = Voice.objects.filter(user=user, form_token=form_token)
    return rows.select_related("account", "project", "upload").first()


def _problem(account: ProviderAccount, upload: Upload, name: str) -> str:
    """Why not, as a sentence; empty if it can be asked for."""
    if not lists.makes_voices(account.provider):
        return f"{account.name} makes no voices. Choose another account."
    if not account.enabled:
        return f"{account.name} is switched off. An owner can switch it on under Providers."
    if not name:
        return "Give the voice a name: it stands in the list under it."
    if len(name) > LONGEST_NAME:
        return f"A name has {LONGEST_NAME} letters at most."
    if not name.isprintable():
        return "The name has a character that cannot be shown. Type it anew."
    if audit.looks_secret(name):
        return "The name looks like a key or a password. Choose another one."
    if upload.kind != Media.AUDIO:
        return "A voice is made of a sound: choose a recording, not a picture or a video."
    rules = account.catalogue.media.get(Media.AUDIO)
    if rules is None:
        return f"{account.name} takes no sounds."
    spec = InputSpec(
        role="recording",
        kind="audio",
        max_seconds=rules.max_seconds,
        max_bytes=rules.max_bytes,
        mimes=rules.mimes,
    )
    if found := spec.problem([upload.as_input("recording")]):
        return f"{account.name} {found.text}. Choose another recording, or cut it shorter."
    if _names(account, name).exists():
        return _taken(account, name)
    return ""


def _names(account: ProviderAccount, name: str) -> QuerySet[Voice]:
    """Those that hold this name at the account: neither failed nor withdrawn."""
    rows = Voice.objects.filter(account=account, name=name, withdrawn_at=None)
    return rows.exclude(state=Found.FAILED)


def _taken(account: ProviderAccount, name: str) -> str:
    return f"{account.name} has a voice called “{name}” already. Choose another name."


def _is_gone(voice: Voice) -> bool:
    """Does the account's own list, read anew, lack it?"""
    try:
        found = client_of(voice.account).own_voices()
    except ProviderError:
        return False
    return all(one.id != voice.remote_id for one in found)


def _words(account: ProviderAccount, trouble: ProviderError) -> str:
    name = account.name
    if isinstance(trouble, Unreachable):
        return f"{name} could not be reached. The voice is still there: try again in a minute."
    if isinstance(trouble, Busy):
        return f"{name} could not answer now. The voice is still there: try again in a minute."
    if isinstance(trouble, Barred):
        return f"{name} did not let us in. An owner looks at the account."
    if isinstance(trouble, Refused):
        return f"{name} refused it: {trouble.said.rstrip('.')}."
    return f"{name} gave no clear answer, and the voice is still in its list. Try again."


def _record(user: User, verb: str, voice: Voice, **facts: str) -> None:
    target = f"{voice.account.name}: {voice.name}"
    audit.record(user, verb, target, team=voice.project.team, voice=str(voice.uuid), **facts)
