"""Asking what can be swapped on a frame: its price, the hold, and the row that a worker takes.

The same discipline as with clips: one press is one selection, the money is held before anything
is sent, and what is good already is never paid for again.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import audit, ledger
from accounts.models import User
from generations import offers, queue
from generations.catalogue.loader import providers
from generations.catalogue.quote import offer, price
from generations.catalogue.types import (
    MASK_SELECTION,
    Brief,
    Formula,
    Input,
    Offer,
    Offering,
    Operation,
    PriceRow,
    Problem,
    Provider,
    Terms,
)
from generations.models import Found, Generation, Project, ProviderAccount, Selection, Upload
from generations.spend import books

from .balance import within_balance
from .errors import CannotCancel, CannotMake, PriceChanged
from .settling import Bill

# After ringing a worker, dispatch rings again if nobody has claimed the row by then.
RING_AGAIN = dt.timedelta(seconds=5)
# The model of what has no models of its own (docs/vocabulary.md).
FREE = "pixverse"
# What keeps an account from finding masks; its other problems are those of the clip to come.
_CONCERNED = frozenset({"source", "keyframe", "account", "address"})


def selection_offers(project: Project, source: Input, keyframe: int) -> list[Offer]:
    """What each account that finds masks takes for it, or why it cannot. The cheapest first."""
    brief = Brief(MASK_SELECTION, FREE, "", {}, (replace(source, role="source"),))
    found = []
    for terms in offers.terms(project.team_id, brief):
        provider = providers()[terms.provider]
        if (swap := _swap(provider)) is not None:
            found.append(_offer(provider, swap, brief, keyframe, terms))
    return sorted(found, key=_rank)


def request_selection(
    *,
    project: Project,
    user: User,
    account: ProviderAccount,
    source: Input,
    keyframe: int,
    form_token: uuid.UUID,
    seen_micros: int | None = None,
) -> Selection:
    """Hold the money and queue one look at a frame (counted from 1), in one transaction.

    The same ``form_token`` of the same person gives the same selection; so does what is under way
    or good on this very frame, whoever asked: it is not paid twice. Raises CannotMake,
    PriceChanged (``seen_micros`` is what the person saw) and ledger.OverBudget; then nothing was
    written.
    """
    if before := _before(user, form_token):
        return before
    if known := selection_on(project, account, source, keyframe):
        return known
    try:
        with transaction.atomic():
            _one_at_a_time(project, source)
            # Somebody else may have pressed for it a moment ago.
            if known := selection_on(project, account, source, keyframe):
                return known
            made = _make(project, user, account, source, keyframe, form_token, seen_micros)
            audit.record(
                user,
                "selection.requested",
                f"{account.name}: frame {keyframe}",
                team=project.team,
                micros=made.price_micros,
                selection=str(made.uuid),
            )
            transaction.on_commit(lambda: queue.ring("select", made.pk))
    except IntegrityError:
        # A double click: the other press won the race for the token.
        if before := _before(user, form_token):
            return before
        raise
    return made


def selection_on(
    project: Project, account: ProviderAccount, source: Input, keyframe: int
) -> Selection | None:
    """What is under way or good on this frame at this account; None if one must pay for it."""
    rows = Selection.objects.of(source).filter(project=project, account=account, keyframe=keyframe)
    newest = rows.select_related("account", "project").first()
    return newest if newest and (newest.is_under_way or newest.is_good) else None


def cancel_selection(selection: Selection, user: User) -> None:
    """Take back one that still waits: nothing was sent, all money comes back.

    Raises CannotCancel if somebody has begun with it.
    """
    said = "Taken back before anything was sent."
    with transaction.atomic():
        moved = Selection.objects.filter(pk=selection.pk, state=Found.QUEUED).update(
            state=Found.FAILED,
            said=said,
            charged_micros=0,
            finished_at=timezone.now(),
            lease=None,
            lease_until=None,
        )
        if not moved:
            raise CannotCancel("It is under way already, so it cannot be taken back.")
        give_back(selection, said)
        audit.record(
            user,
            "selection.cancelled",
            f"{selection.account.name}: frame {selection.keyframe}",
            team=selection.project.team,
            micros=selection.price_micros,
            selection=str(selection.uuid),
        )


def charge(selection: Selection, bill: Bill) -> None:
    """Into the ledger, in the caller's transaction; the second time it changes nothing."""
    books.settle(
        selection,
        bill.micros,
        units=bill.units,
        unit=bill.unit,
        rate=bill.rate,
        note=bill.note,
    )


def give_back(selection: Selection, why: str) -> None:
    """The whole hold, in the caller's transaction."""
    books.release(selection, note=why)


def _one_at_a_time(project: Project, source: Input) -> None:
    """Let no second press for this source in until ours is committed.

    On PostgreSQL by a lock of the source's row, which leaves alone whoever only refers to it; on
    SQLite no two transactions that write run side by side.
    """
    rows: QuerySet[Any] = Generation.objects.filter(project=project)
    if source.clip:
        rows = rows.filter(uuid=source.clip)
    else:
        rows = Upload.objects.filter(project=project, uuid=source.upload)
    list(rows.select_for_update(no_key=True).values_list("pk", flat=True))


def _before(user: User, form_token: uuid.UUID) -> Selection | None:
    rows = Selection.objects.filter(user=user, form_token=form_token)
    return rows.select_related("account", "project").first()


def _make(
    project: Project,
    user: User,
    account: ProviderAccount,
    source: Input,
    keyframe: int,
    form_token: uuid.UUID,
    seen: int | None,
) -> Selection:
    answers = selection_offers(project, source, keyframe)
    ours = next((one for one in answers if one.terms.account == str(account.uuid)), None)
    if ours is None:
        raise CannotMake(account.name, (Problem("account", "finds no masks"),))
    if ours.price is None or ours.problems:
        raise CannotMake(account.name, ours.problems)
    sold = ours.price
    if seen is not None and seen != sold.micros:
        raise PriceChanged(seen, sold.micros)
    now = timezone.now()
    source = replace(source, role="source")
    selection = Selection.objects.create(
        project=project,
        account=account,
        user=user,
        form_token=form_token,
        source={name: getattr(source, name) for name in Input.__slots__},
        keyframe=keyframe,
        play=account.play,
        price=sold.to_json(),
        price_micros=sold.micros,
        lease_until=now + RING_AGAIN,
    )
    bill = ledger.Bill(
        team=project.team,
        user=user,
        subject=str(selection.uuid),
        project=str(project.uuid),
        account=str(account.uuid),
        play=account.play,
        month=ledger.month_of(now),
    )
    ledger.hold(
        bill, sold.micros, units=sold.units, unit=sold.unit, rate=sold.rate, note=sold.formula
    )
    within_balance(account, sold)
    return selection


def _swap(provider: Provider) -> Offering | None:
    """The offering that the masks are for; its limits for the source are the strictest."""
    for one in provider.offerings:
        if one.operation == Operation.SWAP and "mask" in one.options:
            return one
    return None


def _offer(provider: Provider, swap: Offering, brief: Brief, keyframe: int, terms: Terms) -> Offer:
    options = {
        name: one.default for name, one in swap.options.items() if one.default is not None
    } | {"keyframe": keyframe, "mask": "0"}
    # Is the clip to come possible with this source and frame? Its own price is another matter.
    trial = offer(Brief(swap.operation, swap.model, "", options, brief.inputs), terms)
    problems = tuple(one for one in trial.problems if one.field in _CONCERNED)
    if problems:
        return Offer(terms, None, problems)
    ours = replace(terms, rows=_priced(terms.rows))
    found = price(replace(provider, prices=_priced(provider.prices)), brief, ours)
    if isinstance(found, Problem):
        text = f"{found.text}; enter a price for mask selection, or a ceiling"
        return Offer(terms, None, (replace(found, text=text),))
    return Offer(terms, found)


def _priced(rows: tuple[PriceRow, ...]) -> tuple[PriceRow, ...]:
    """Rows that speak of this very step: a price for any operation is meant for clips."""
    return tuple(
        row
        for row in rows
        if row.operation == MASK_SELECTION and row.formula is not Formula.PER_SECOND
    )


def _rank(one: Offer) -> tuple[bool, bool, int, str]:
    micros = one.price.micros if one.price else 0
    return (not one.can, one.terms.play, micros, one.terms.label)
