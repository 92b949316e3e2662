"""What a look at a provider means: one road to the end, whoever noticed first."""

from __future__ import annotations

import logging
from typing import Any

from django.db import transaction
from django.utils import timezone

from generations import queue
from generations.catalogue.types import PICTURES
from generations.causes import Cause
from generations.models import Attempt, CallbackReceipt, Generation, Outcome, State
from generations.pace import is_late, is_overdue
from generations.providers.types import Exchange, Remote, Report

from .rows import load, note, step, touch
from .settling import settle_failure

log = logging.getLogger(__name__)

LOOKED_AFTER = (State.RUNNING, State.UNCERTAIN)


def looked(attempt_pk: int, report: Report, exchange: Exchange | None) -> None:
    """Take in one report. Harmless when the same report comes twice or from two workers."""
    attempt = Attempt.objects.get(pk=attempt_pk)
    generation = load(attempt.generation_id)
    if generation.state not in LOOKED_AFTER:
        return
    if not report.final:
        _still_running(generation, report)
        return
    with transaction.atomic():
        _remember(attempt, report, exchange)
        old = State(generation.state)
        if report.state is Remote.SUCCEEDED:
            _made(generation, old, report)
        else:
            settle_failure(generation, old, report, attempt)


def _still_running(generation: Generation, report: Report) -> None:
    seen: dict[str, Any] = {"word": report.word, "known": report.known}
    if generation.report.get("late"):
        seen["late"] = True
    fields: dict[str, Any] = {}
    if report.progress is not None and report.progress != generation.progress:
        fields["progress"] = report.progress
    if generation.report != seen:
        fields["report"] = seen
    if fields:
        rows = Generation.objects.filter(pk=generation.pk, state__in=LOOKED_AFTER)
        with transaction.atomic():
            if not rows.update(**fields):
                return
            if not report.known and generation.report.get("word") != report.word:
                text = f"The provider said “{report.word}”, which nobody documented; we go on."
                note(generation, "unknown_word", text)
                log.warning("%s: unknown status %r", generation.account.provider, report.word)
            touch(generation)
    overdue(generation)


def overdue(generation: Generation) -> None:
    """Running for too long, whether the looks succeed or fail.

    Much longer than usual: that is said once, on card and timeline. Longer than it ever should:
    uncertain, for a person to resolve.
    """
    from .answering import uncertain

    if generation.state != State.RUNNING:
        return
    account, off_peak = generation.account, generation.off_peak
    if is_overdue(generation, account, off_peak=off_peak):
        uncertain(generation, Cause.OVERDUE, "", old=State.RUNNING)
    elif not generation.report.get("late") and is_late(generation, account, off_peak=off_peak):
        _say_late(generation)


def _say_late(generation: Generation) -> None:
    rows = Generation.objects.filter(pk=generation.pk, state=State.RUNNING)
    with transaction.atomic():
        now = rows.select_for_update().values_list("report", flat=True).first()
        if now is None or now.get("late"):
            return
        rows.update(report={**now, "late": True})
        text = "Much longer than usual. Nothing is lost: the hold stays and we look on."
        note(generation, "late", text)
        touch(generation)


def _remember(attempt: Attempt, report: Report, exchange: Exchange | None) -> None:
    look = {
        "word": report.word,
        "said": report.said,
        "charge": str(report.charge.amount) if report.charge else None,
        "exchange": exchange.to_json() if exchange else {},
    }
    fields: dict[str, Any] = {"last_look": look}
    if report.charge is not None:
        fields["charge_amount"] = report.charge.amount
        fields["charge_unit"] = report.charge.unit
        attempt.charge_amount, attempt.charge_unit = report.charge.amount, report.charge.unit
    Attempt.objects.filter(pk=attempt.pk).update(**fields)


def _made(generation: Generation, old: State, report: Report) -> None:
    now = timezone.now()
    charge = report.charge
    seen: dict[str, Any] = {"word": report.word, "charge": str(charge.amount) if charge else None}
    if report.seed is not None:
        seen["seed"] = report.seed
    what = "picture" if generation.operation in PICTURES else "clip"
    text = f"{generation.account.name} finished it; the {what} is being saved."
    if step(
        generation,
        old,
        State.ARCHIVING,
        text,
        seen,
        links=list(report.links),
        report=seen,
        made_at=now,
        due_at=now,
        tries=0,
        lease=None,
        lease_until=None,
        cause="",
        said="",
        progress=None,
    ):
        transaction.on_commit(lambda: queue.ring("archive", generation.pk))


def heal(attempt: Attempt, remote_id: str, how: str = "a webhook") -> bool:
    """A lost reply came to light: attach the remote id and go on looking. True if it did."""
    generation = load(attempt.generation_id)
    with transaction.atomic():
        fresh = Attempt.objects.filter(pk=attempt.pk, remote_id="").update(
            remote_id=remote_id, outcome=Outcome.ACCEPTED, answered_at=timezone.now()
        )
        if not fresh:
            return False
        text = f"Found at the provider by {how}: it runs there. Nothing was sent twice."
        now = timezone.now()
        found = step(
            generation,
            State.UNCERTAIN,
            State.RUNNING,
            text,
            {"remote_id": remote_id},
            due_at=now,
            cause="",
            said="",
            tries=0,
        )
        if not found:
            # Still submitting: its own answer is under way. Take nothing from it.
            transaction.set_rollback(True)
            return False
        transaction.on_commit(queue.poll)
    return True


def heal_from_receipts(attempt: Attempt) -> bool:
    """A webhook may have named the job before anybody knew that its reply was lost."""
    receipts = CallbackReceipt.objects.filter(account=attempt.account_id, token=attempt.token)
    told = receipts.exclude(remote_id="").first()
    if told is None:
        return False
    taken = Attempt.objects.filter(account=attempt.account_id, remote_id=told.remote_id)
    return not taken.exists() and heal(attempt, told.remote_id)


def hint(generation_pk: int) -> None:
    """Somebody says that there is news: look now instead of later."""
    rows = Generation.objects.filter(pk=generation_pk, state__in=LOOKED_AFTER)
    if rows.update(due_at=timezone.now()):
        queue.poll()
