"""After the answer to a submission: state and money by what is certain, and no further."""

from __future__ import annotations

import datetime as dt
import logging

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from generations import queue
from generations.causes import Cause
from generations.models import Attempt, Generation, Outcome, ProviderAccount, State, Trouble
from generations.offers import IN_FLIGHT
from generations.pace import back_off
from generations.providers.types import (
    Accepted,
    Barred,
    Busy,
    Exchange,
    Moderated,
    NoBalance,
    ProviderError,
    Refused,
    Uncertain,
    Unreachable,
)
from generations.spend import books

from .handles import drop_handles
from .looking import heal_from_receipts, looked
from .rows import load, note, step

log = logging.getLogger(__name__)


@transaction.atomic
def accept(attempt_pk: int, accepted: Accepted, exchange: Exchange) -> None:
    """The provider took it: remember its id, then look after it."""
    attempt = Attempt.objects.get(pk=attempt_pk)
    generation = load(attempt.generation_id)
    charge = accepted.charge
    Attempt.objects.filter(pk=attempt_pk).update(
        outcome=Outcome.ACCEPTED,
        answered_at=timezone.now(),
        remote_id=accepted.remote_id,
        poll_url=accepted.poll_url,
        exchange=exchange.to_json(),
        charge_amount=charge.amount if charge else None,
        charge_unit=charge.unit if charge else "",
    )
    text = f"{generation.account.name} accepted it."
    facts = {"remote_id": accepted.remote_id, "ms": exchange.ms}
    # The lease may have run out while the answer came: then it is uncertain, and now it is not.
    now = timezone.now()
    for old in (State.SUBMITTING, State.UNCERTAIN):
        if step(
            generation,
            old,
            State.RUNNING,
            text,
            facts,
            due_at=now,
            tries=0,
            lease=None,
            lease_until=None,
            cause="",
            said="",
        ):
            break
    else:
        log.error("attempt %s was accepted after its clip was closed", attempt.token)
        note(generation, "late", f"{text} That came after the clip was closed.", **facts)
    if accepted.report is not None and accepted.report.final:
        report = accepted.report
        transaction.on_commit(lambda: looked(attempt_pk, report, exchange))
    else:
        transaction.on_commit(queue.poll)


def answered(attempt_pk: int, trouble: ProviderError) -> None:
    """The provider did not take it, or nobody knows: state and money by what is certain."""
    attempt = Attempt.objects.get(pk=attempt_pk)
    generation = load(attempt.generation_id)
    with transaction.atomic():
        Attempt.objects.filter(pk=attempt_pk).update(
            outcome=_outcome(trouble),
            answered_at=timezone.now(),
            exchange=trouble.exchange.to_json() if trouble.exchange else {},
        )
        if isinstance(trouble, Uncertain):
            uncertain(generation, Cause.LOST_REPLY, trouble.said)
        elif generation.state == State.UNCERTAIN:
            # Called lost when the lease ran out, and now it is certain that nothing was made.
            refuse(generation, State.FAILED, Cause.REFUSED, trouble.said, old=State.UNCERTAIN)
        elif isinstance(trouble, Refused) and _stale_handle(generation, trouble):
            back_to_queue(generation, Cause.NONE, trouble.said, seconds=0)
        elif isinstance(trouble, Refused):
            moderated = isinstance(trouble, Moderated)
            state = State.MODERATED if moderated else State.FAILED
            cause = Cause.MODERATED if moderated else Cause.REFUSED
            refuse(generation, state, cause, trouble.said)
        elif isinstance(trouble, Busy):
            _busy(generation, trouble)
        else:
            _account_trouble(generation, trouble)
    if isinstance(trouble, Uncertain):
        heal_from_receipts(attempt)


def _stale_handle(generation: Generation, trouble: Refused) -> bool:
    """The provider no longer knows a file of ours: worth handing it over once more."""
    roles = {"image"} | {one.role for one in generation.brief.inputs}
    return trouble.field in roles and drop_handles(generation)


def _outcome(trouble: ProviderError) -> Outcome:
    table: tuple[tuple[type[ProviderError], Outcome], ...] = (
        (Uncertain, Outcome.UNCERTAIN),
        (Refused, Outcome.REFUSED),
        (Busy, Outcome.BUSY),
        (NoBalance, Outcome.NO_BALANCE),
    )
    return next((outcome for kind, outcome in table if isinstance(trouble, kind)), Outcome.BROKEN)


def refuse(
    generation: Generation,
    state: State,
    cause: Cause,
    said: str,
    *,
    old: State = State.SUBMITTING,
) -> None:
    """Certain: nothing was made. All money comes back. Only for whoever holds the lease."""
    text = f"{generation.account.name} did not take it; nothing was made or charged."
    step(
        generation,
        old,
        state,
        text,
        {"said": said},
        lambda: books.release(generation, note=text),
        under=generation.lease,
        cause=cause,
        said=said[:500],
        finished_at=timezone.now(),
        due_at=None,
        lease=None,
        charged_micros=0,
    )


def uncertain(generation: Generation, cause: Cause, said: str, old: State | None = None) -> bool:
    """Nobody knows whether it runs: the hold stays, nothing is sent again by itself."""
    text = "The reply was lost after sending. Nothing will be sent again; the hold stays."
    if cause == Cause.OVERDUE:
        text = "It runs longer than it ever should. The hold stays; we still look now and then."
    now = timezone.now()
    return step(
        generation,
        old or State.SUBMITTING,
        State.UNCERTAIN,
        text,
        {"said": said},
        under=generation.lease if old is None else None,
        cause=cause,
        said=said[:500],
        due_at=now,
        lease=None,
        lease_until=None,
        tries=0,
    )


def back_to_queue(generation: Generation, cause: Cause, said: str, *, seconds: float) -> None:
    """Certain: nothing was made; it waits and is sent again as a new attempt."""
    due = timezone.now() + dt.timedelta(seconds=seconds)
    text = f"{generation.account.name} took nothing yet; we try again by ourselves."
    step(
        generation,
        State.SUBMITTING,
        State.QUEUED,
        text,
        {"said": said},
        under=generation.lease,
        cause=cause,
        said=said[:500],
        due_at=due,
        lease=None,
        lease_until=None,
        tries=generation.tries + 1,
    )


def _busy(generation: Generation, trouble: Busy) -> None:
    wait = trouble.retry_after or back_off(generation.tries + 1)
    account = generation.account
    cause = Cause.UNREACHABLE if isinstance(trouble, Unreachable) else Cause.BUSY
    if trouble.slots:
        others = Generation.objects.filter(account=account, state__in=IN_FLIGHT)
        seen = max(1, others.exclude(pk=generation.pk).count())
        cause = Cause.SLOTS
        ProviderAccount.objects.filter(pk=account.pk).update(
            learned_limit=seen, learned_at=timezone.now()
        )
    else:
        pause(account.pk, wait)
    back_to_queue(generation, cause, trouble.said, seconds=wait)


def pause(account_pk: int, seconds: float) -> None:
    """The provider asks to wait: nobody sends to this account for half a minute at most."""
    until = timezone.now() + dt.timedelta(seconds=min(seconds, 30))
    ProviderAccount.objects.filter(pk=account_pk).filter(
        Q(paused_until=None) | Q(paused_until__lt=until)
    ).update(paused_until=until)


def _account_trouble(generation: Generation, trouble: ProviderError) -> None:
    """Too little balance or a bad key flag the account; an odd answer ends only this clip."""
    if not flag(generation.account_id, trouble):
        refuse(generation, State.FAILED, Cause.ODD, trouble.said)
    elif isinstance(trouble, NoBalance):
        refuse(generation, State.FAILED, Cause.NO_BALANCE, "")
    else:
        refuse(generation, State.FAILED, Cause.BROKEN, "")


def flag(account_pk: int, trouble: ProviderError) -> bool:
    """Flag an account that has no balance or is not let in, until a person looks. True if so.

    What the provider said of the account is for its owners, not on everybody's card.
    """
    kinds = ((NoBalance, Trouble.NO_BALANCE), (Barred, Trouble.BAD_KEY))
    found = next((word for kind, word in kinds if isinstance(trouble, kind)), None)
    if found is None:
        return False
    accounts = ProviderAccount.objects.filter(pk=account_pk)
    accounts.update(trouble=found, trouble_said=trouble.said[:300])
    return True


def not_handed_over(generation: Generation, trouble: ProviderError) -> None:
    """A file could not be handed over. Nothing was asked for, so nothing is uncertain."""
    with transaction.atomic():
        if isinstance(trouble, Busy | Uncertain):
            cause = Cause.UNREACHABLE if isinstance(trouble, Unreachable) else Cause.BUSY
            wait = back_off(generation.tries + 1)
            back_to_queue(generation, cause, trouble.said, seconds=wait)
        elif isinstance(trouble, Moderated):
            refuse(generation, State.MODERATED, Cause.MODERATED, trouble.said)
        elif isinstance(trouble, Refused):
            refuse(generation, State.FAILED, Cause.BAD_INPUT, trouble.said)
        else:
            _account_trouble(generation, trouble)
