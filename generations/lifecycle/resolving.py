"""A person says what became of a clip that nobody else can tell about."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.money import format_usd
from generations import queue
from generations.causes import Cause
from generations.models import Attempt, Found, Generation, Outcome, Selection, State
from generations.providers.types import Charge
from generations.spend import books
from generations.titles import in_a_line

from .errors import CannotResolve
from .rows import load, note, step, touch
from .selecting import charge, give_back
from .sending import client_of
from .settling import LISTED, Bill, Sold, bill_for
from .told import amount_words, charge_of, units_words

VERDICTS = ("charged", "never_ran", "found")


@transaction.atomic
def resolve(
    generation: Generation,
    user: User,
    *,
    verdict: str,
    micros: int | None = None,
    units: Decimal | None = None,
    remote_id: str = "",
    note: str,
) -> None:
    """``charged``: it ran, and ``micros`` or ``units`` of its provider (default: as sold) were
    taken. ``never_ran``: all money comes back. ``found``: it runs under ``remote_id``, go on
    looking. Raises CannotResolve.
    """
    generation = load(generation.pk)
    if not note.strip():
        raise CannotResolve("Say in the note how you know; others will ask.")
    if verdict not in VERDICTS:
        raise CannotResolve("Choose what became of it.")
    paid = _paid(generation, micros, units, note) if verdict == "charged" else None
    if verdict == "found":
        _found(generation, user, remote_id.strip(), note)
    elif generation.state == State.UNCERTAIN:
        _end(generation, user, paid, note)
    elif generation.question:
        _answer(generation, user, paid, note)
    else:
        raise CannotResolve("It was resolved meanwhile; nothing is open.")
    audit.record(
        user,
        "generation.resolved",
        in_a_line(generation),
        team=generation.team,
        generation=str(generation.uuid),
        verdict=verdict,
        **_told(generation, paid),
        remote_id=remote_id,
        note=note,
    )


@transaction.atomic
def resolve_selection(
    selection: Selection,
    user: User,
    *,
    verdict: str,
    micros: int | None = None,
    units: Decimal | None = None,
    note: str,
) -> None:
    """``charged`` or ``never_ran``, as of a clip; what was found is lost. Raises CannotResolve."""
    if not note.strip():
        raise CannotResolve("Say in the note how you know; others will ask.")
    if verdict not in ("charged", "never_ran"):
        raise CannotResolve("Choose what became of it.")
    paid = _paid(selection, micros, units, note) if verdict == "charged" else None
    moved = Selection.objects.filter(pk=selection.pk, state=Found.UNCERTAIN).update(
        state=Found.FAILED,
        charged_micros=paid.micros if paid else 0,
        said=f"Resolved by {user}: {_said(selection, paid)}. {note}"[:500],
        finished_at=timezone.now(),
    )
    if not moved:
        raise CannotResolve("It was resolved meanwhile; nothing is open.")
    if paid is None:
        give_back(selection, note)
    else:
        charge(selection, paid)
    audit.record(
        user,
        "selection.resolved",
        selection.title,
        team=selection.project.team,
        selection=str(selection.uuid),
        verdict=verdict,
        **_told(selection, paid),
        note=note,
    )


@transaction.atomic
def answer_by_list(generation: Generation, charge: Charge | None, lines: list[str]) -> bool:
    """The provider's own list of charges says what was taken for a failure, None: nothing.

    False where nothing was entered: somebody was faster, the charge has no known rate, or nobody
    knows yet whether the job failed at all and it was charged.
    """
    generation = load(generation.pk)
    name = generation.account.name
    facts = {"witness": "list", "lines": lines}
    if charge is None:
        text = f"{name}'s own list of charges says that nothing was kept; the hold comes back."
        entered = _nothing_kept(generation, text, facts)
    else:
        paid = replace(bill_for(generation, charge), note=LISTED)
        if paid.units != charge.amount or generation.question != "charge":
            return False
        said = f"{charge.amount.normalize():f} {generation.account.catalogue.unit_label}"
        text = f"{name}'s own list of charges says {said}: charged {format_usd(paid.micros)}."
        entered = _close_question(generation, paid.micros)
        if entered:
            paid.enter(generation)
            note(generation, "resolved", text, **facts)
    if entered:
        touch(generation)
        verdict = "never_ran" if charge is None else "charged"
        micros = None if charge is None else paid.micros
        told = {"verdict": verdict, "micros": micros, "note": text}
        told["generation"] = str(generation.uuid)
        audit.record(
            None, "generation.resolved", in_a_line(generation), team=generation.team, **told
        )
    return entered


@transaction.atomic
def not_listed(generation: Generation) -> None:
    """The list does not name the job: said once, and nothing is concluded from it."""
    row = Generation.objects.select_for_update(of=("self",)).select_related("account")
    generation = row.get(pk=generation.pk)
    if generation.events.filter(kind="not_listed").exists():
        return
    text = (
        f"{generation.account.name}'s own list of charges, read a day after it ended, does not "
        "name it. That proves nothing; somebody has to say whether it was charged."
    )
    note(generation, "not_listed", text)
    touch(generation)


def _nothing_kept(generation: Generation, text: str, facts: dict[str, Any]) -> bool:
    """What was given back has failed, whatever the last look said."""
    if generation.state == State.UNCERTAIN:
        return step(
            generation,
            State.UNCERTAIN,
            State.FAILED,
            text,
            facts,
            money=lambda: books.release(generation, note=LISTED),
            charged_micros=0,
            cause=Cause.FAILED,
            said="",
            finished_at=timezone.now(),
            due_at=None,
            lease=None,
        )
    if generation.question != "charge" or not _close_question(generation, 0):
        return False
    books.release(generation, note=LISTED)
    note(generation, "resolved", text, **facts)
    return True


def _close_question(generation: Generation, micros: int) -> bool:
    rows = Generation.objects.filter(pk=generation.pk, question="charge")
    return rows.update(question=None, charged_micros=micros) == 1


def _found(generation: Generation, user: User, remote_id: str, words: str) -> None:
    attempt = generation.attempt
    if attempt is None or generation.state != State.UNCERTAIN:
        raise CannotResolve("It moved on by itself meanwhile; look at it again.")
    if not remote_id or len(remote_id) > 200 or not client_of(generation.account).knows(remote_id):
        raise CannotResolve("Give the id under which the provider knows it, as it writes it.")
    taken = Attempt.objects.filter(account=generation.account, remote_id=remote_id)
    if taken.exclude(pk=attempt.pk).exists():
        raise CannotResolve("That id belongs to another clip already.")
    # An id that a person gave may be put right by a person; one that the provider gave stays.
    ours = Attempt.objects.filter(pk=attempt.pk).exclude(outcome=Outcome.ACCEPTED)
    if not ours.update(remote_id=remote_id, poll_url=""):
        raise CannotResolve("The provider itself named another id for it.")
    text = f"{user} found it at the provider: {words}"
    now = timezone.now()
    moved = step(
        generation,
        State.UNCERTAIN,
        State.RUNNING,
        text,
        due_at=now,
        submitted_at=now,
        cause="",
        said="",
        tries=0,
    )
    if not moved:
        raise CannotResolve("It moved on by itself meanwhile; look at it again.")
    transaction.on_commit(queue.poll)


def _paid(sold: Sold, micros: int | None, units: Decimal | None, words: str) -> Bill:
    paid = charge_of(sold, micros, units, words[:300])
    if not paid.micros:
        failed = isinstance(sold, Generation) and sold.state != State.UNCERTAIN
        choice = "It was not charged" if failed else "It never ran"
        raise CannotResolve(f"Nothing is no charge. Choose “{choice}”.")
    return paid


def _said(sold: Sold, paid: Bill | None) -> str:
    if paid is None:
        return f"it never ran ({format_usd(0)})"
    return f"it ran and was charged {amount_words(sold, paid.micros, paid.units, paid.unit)}"


def _told(sold: Sold, paid: Bill | None) -> dict[str, Any]:
    """What an audit line says of a charge."""
    if paid is None:
        return {}
    told = {"micros": paid.micros}
    if paid.units is None or paid.unit == "USD":
        return told
    return told | {"told": units_words(sold, paid.units, paid.unit)}


def _enter(generation: Generation, paid: Bill | None, words: str) -> None:
    if paid is None:
        books.release(generation, note=words[:300])
    else:
        paid.enter(generation)


def _end(generation: Generation, user: User, paid: Bill | None, words: str) -> None:
    moved = step(
        generation,
        State.UNCERTAIN,
        State.FAILED,
        f"Resolved by {user}: {_said(generation, paid)}. {words}",
        money=lambda: _enter(generation, paid, words),
        charged_micros=paid.micros if paid else 0,
        cause=Cause.CHARGED if paid else Cause.NEVER_RAN,
        said="",
        finished_at=timezone.now(),
        due_at=None,
        lease=None,
    )
    if not moved:
        raise CannotResolve("It moved on by itself meanwhile; look at it again.")


def _answer(generation: Generation, user: User, paid: Bill | None, words: str) -> None:
    """It failed for certain; only the charge was open."""
    if not _close_question(generation, paid.micros if paid else 0):
        raise CannotResolve("It was resolved meanwhile; nothing is open.")
    _enter(generation, paid, words)
    said = format_usd(0)
    if paid is not None:
        said = amount_words(generation, paid.micros, paid.units, paid.unit)
    note(generation, "resolved", f"Charge resolved by {user}: {said}. {words}")
    touch(generation)
