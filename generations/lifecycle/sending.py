"""Sending a clip to its provider: exactly once, whatever dies on the way.

The order is the promise: claim (committed), hand over the picture, write the attempt with its
token (committed), send, write the answer. A worker that dies before the attempt is written has
sent nothing; one that dies after it may have, so the outcome is uncertain and nothing is sent
again by itself.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from contextlib import suppress
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils import timezone

from generations.causes import Cause
from generations.media.links import allow_private, callback_link
from generations.models import Attempt, Generation, Outcome, ProviderAccount, State
from generations.offers import IN_FLIGHT
from generations.providers.client import Client
from generations.providers.types import (
    Accepted,
    Ask,
    Exchange,
    Handle,
    ProviderError,
)

from .answering import accept, answered, back_to_queue, not_handed_over, uncertain
from .handles import HandleFailed, handles_for
from .looking import heal_from_receipts
from .rows import load, note, touch

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Claim:
    generation: Generation
    lease: uuid.UUID


def submit(pk: int) -> None:
    """Send a queued generation to its provider, if it is its turn and nobody else does."""
    claim = _claim(pk)
    if claim is None:
        return
    generation = claim.generation
    client = client_of(generation.account)
    try:
        handles = handles_for(generation, client)
    except HandleFailed as failed:
        not_handed_over(generation, failed.trouble)
        return
    attempt = _intend(claim)
    if attempt is None:
        return
    try:
        accepted, exchange = client.submit(_ask(generation, attempt, handles))
    except ProviderError as trouble:
        answered(attempt.pk, trouble)
    else:
        _enter(attempt, accepted, exchange)


def _enter(attempt: Attempt, accepted: Accepted, exchange: Exchange) -> None:
    """Write the answer down; whatever the database says, the id of a paid job is not lost."""
    try:
        accept(attempt.pk, accepted, exchange)
    except Exception:
        log.critical(
            "attempt %s was accepted as %r, and that could not be entered: %s",
            attempt.token,
            accepted.remote_id,
            exchange.got[:500],
        )
        rows = Attempt.objects.filter(pk=attempt.pk, remote_id="")
        with suppress(DatabaseError):
            rows.update(remote_id=accepted.remote_id, exchange=exchange.to_json())
        raise


def client_of(account: ProviderAccount) -> Client:
    return Client(account.provider, account.access, allow_private=allow_private(account))


@transaction.atomic
def _claim(pk: int) -> Claim | None:
    generation = Generation.objects.filter(pk=pk, state=State.QUEUED).first()
    if generation is None:
        return None
    # The lock makes "count, then take a place" one step for all workers. Not for the key: a
    # request in the same moment refers to the account, and must not wait for us in a ring.
    account = ProviderAccount.objects.select_for_update(no_key=True).get(pk=generation.account_id)
    now = timezone.now()
    if account.paused_until and account.paused_until > now:
        _wait(generation, account.paused_until, Cause(generation.cause))
        return None
    if not account.enabled or account.trouble:
        _wait(generation, now + dt.timedelta(seconds=15), Cause.BROKEN)
        return None
    running = Generation.objects.filter(account=account, state__in=IN_FLIGHT).count()
    if running >= account.limit:
        _wait(generation, now + dt.timedelta(seconds=2), Cause.SLOTS)
        return None
    lease = uuid.uuid4()
    until = now + dt.timedelta(seconds=settings.SUBMIT_LEASE_S)
    moved = Generation.objects.move(
        pk,
        State.QUEUED,
        State.SUBMITTING,
        lease=lease,
        lease_until=until,
        due_at=until,
        cause="",
        said="",
    )
    if not moved:
        return None
    touch(generation)
    return Claim(load(pk), lease)


def _wait(generation: Generation, until: dt.datetime, cause: Cause) -> None:
    """Leave it queued; dispatch rings again at ``until``."""
    rows = Generation.objects.filter(pk=generation.pk, state=State.QUEUED)
    if generation.cause == cause:
        rows.update(due_at=until)
    elif rows.update(due_at=until, cause=cause):
        touch(generation)


@transaction.atomic
def _intend(claim: Claim) -> Attempt | None:
    """Write down that we are about to send; None if the lease was lost meanwhile."""
    generation = claim.generation
    until = timezone.now() + dt.timedelta(seconds=settings.SUBMIT_LEASE_S)
    ours = Generation.objects.filter(
        pk=generation.pk, state=State.SUBMITTING, lease=claim.lease
    ).update(lease_until=until, due_at=until, submitted_at=timezone.now())
    if not ours:
        return None
    number = generation.attempts.count() + 1
    return Attempt.objects.create(generation=generation, account=generation.account, number=number)


def _ask(generation: Generation, attempt: Attempt, handles: tuple[Handle, ...]) -> Ask:
    account = generation.account
    brief = generation.brief
    offering = account.catalogue.offering(brief.operation, brief.model)
    has_callback = account.catalogue.has_callback
    return Ask(
        brief=brief,
        remote_model=offering.remote_model if offering else brief.model,
        token=str(attempt.token),
        handles=handles,
        callback_url=callback_link(account, str(attempt.token)) if has_callback else "",
        settings=account.access.settings,
    )


def recover(pk: int) -> None:
    """A worker died while submitting: go on from what the rows say."""
    with transaction.atomic():
        attempt = _take_over(pk)
    if attempt is not None:
        heal_from_receipts(attempt)


def _take_over(pk: int) -> Attempt | None:
    """End a lease that ran out; the attempt if its answer was lost.

    Taking the lease over comes first: a worker that is late all the same finds it gone before
    it sends anything, and what it had written by then is read only afterwards.
    """
    now = timezone.now()
    stale = Generation.objects.filter(pk=pk, state=State.SUBMITTING).filter(
        Q(lease_until=None) | Q(lease_until__lt=now)
    )
    if not stale.update(lease=uuid.uuid4(), lease_until=now + dt.timedelta(seconds=60)):
        return None
    generation = load(pk)
    attempt = generation.attempt
    if attempt is not None and attempt.outcome == Outcome.SENT:
        # The token was committed, so the request may have left. Only its answer could tell.
        uncertain(generation, Cause.LOST_REPLY, "")
        return attempt
    note(generation, "recovered", "A worker died before anything was sent.")
    back_to_queue(generation, Cause.NONE, "", seconds=0)
    return None
