"""From a press of the button to rows that hold the money; and back, while nothing was sent."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit, ledger
from accounts.models import User
from generations import offers, queue
from generations.catalogue.types import Brief, Price, Quote
from generations.causes import Cause
from generations.models import Generation, Project, PromptVersion, ProviderAccount, State
from generations.spend import books
from generations.titles import in_a_line

from .balance import within_balance
from .errors import AskedAlready, CannotMake, PriceChanged
from .lineage import trace
from .repeats import refuse_repeat
from .rows import load, note, touch

# After ringing a worker, dispatch rings again if nobody has claimed the row by then.
RING_AGAIN = dt.timedelta(seconds=5)


def request(
    *,
    project: Project,
    user: User,
    brief: Brief,
    account: ProviderAccount,
    takes: int = 1,
    form_token: uuid.UUID,
    seen_micros: int | None = None,
    pinned: bool = False,
    remix_of: Generation | None = None,
    prompt_version: PromptVersion | None = None,
    knowing: Collection[uuid.UUID] | None = None,
) -> list[Generation]:
    """Freeze the brief, hold the money and queue ``takes`` clips, in one transaction.

    The same ``form_token`` of the same person gives the same generations, whatever else is
    asked. Raises CannotMake, PriceChanged (``seen_micros`` is the price of one take that the
    person saw) and ledger.OverBudget; then nothing was written. With ``knowing``, the clips of
    which the person was told, it raises AskedAlready where a form was pressed again by mistake.
    """
    if before := _before(user, form_token):
        return before
    try:
        with transaction.atomic():
            price, quote = priced(project, brief, account, seen_micros)
            if knowing is not None:
                refuse_repeat(project, user, account, brief, takes, knowing)
            freeze = books.freezer(quote, account)
            made: list[Generation] = []
            for take in _takes(brief, takes, account):
                try:
                    one = _make(project, user, take, account, price, form_token, pinned, remix_of)
                    made.append(one)
                except ledger.OverBudget as over:
                    raise over.of_all(len(made), takes) from None
            within_balance(account, price)
            if prompt_version:
                Generation.objects.filter(pk__in=[one.pk for one in made]).update(
                    prompt_version=prompt_version
                )
            trace(made, project, brief, remix_of)
            for one in made:
                freeze(generation=one)
            audit.record(
                user,
                "generation.requested",
                f"{account.name}: {brief.prompt[:60]}",
                team=project.team,
                takes=takes,
                micros=price.micros * takes,
                generations=[str(one.uuid) for one in made],
            )
            touch(*made)
            transaction.on_commit(lambda: queue.ring("submit", *(one.pk for one in made)))
    except (IntegrityError, AskedAlready):
        # A double click: the other press won the race for the token.
        if before := _before(user, form_token):
            return before
        raise
    return made


def _before(user: User, form_token: uuid.UUID) -> list[Generation]:
    rows = Generation.objects.filter(user=user, form_token=form_token)
    return list(rows.select_related("account", "project").order_by("take"))


def priced(
    project: Project, brief: Brief, account: ProviderAccount, seen: int | None
) -> tuple[Price, Quote]:
    """The price as sold now, and the quote it stands in. Raises CannotMake and PriceChanged."""
    quote = offers.quote(project, brief)
    offer = quote.of(str(account.uuid))
    if offer is None or offer.price is None or offer.problems:
        raise CannotMake(account.name, offer.problems if offer else ())
    offering = account.catalogue.offering(brief.operation, brief.model)
    if offering is not None and (problems := offering.problems(brief)):
        raise CannotMake(account.name, tuple(problems))
    if seen is not None and seen != offer.price.micros:
        raise PriceChanged(seen, offer.price.micros)
    return offer.price, quote


def _takes(brief: Brief, takes: int, account: ProviderAccount) -> list[tuple[int, Brief]]:
    """The briefs of all takes: with a fixed seed each take counts it up, or all would be alike.

    After the highest seed that the offering takes comes its lowest.
    """
    seed = brief.options.get("seed")
    if seed is None:
        return [(number, brief) for number in range(1, takes + 1)]
    offering = account.catalogue.offering(brief.operation, brief.model)
    option = offering.options.get("seed") if offering else None
    low = option.minimum or 0 if option else 0
    high = option.maximum or int(seed) + takes if option else int(seed) + takes
    seeds = [low + (int(seed) - low + step) % (high - low + 1) for step in range(takes)]
    return [
        (number, replace(brief, options={**brief.options, "seed": one}))
        for number, one in enumerate(seeds, 1)
    ]


def _make(
    project: Project,
    user: User,
    take: tuple[int, Brief],
    account: ProviderAccount,
    price: Price,
    form_token: uuid.UUID,
    pinned: bool,  # noqa: FBT001 - inner function, one caller
    remix_of: Generation | None,
) -> Generation:
    number, brief = take
    now = timezone.now()
    generation = Generation.objects.create(
        team=project.team,
        project=project,
        user=user,
        account=account,
        remix_of=remix_of,
        form_token=form_token,
        take=number,
        play=account.play,
        brief_json=brief.to_json(),
        operation=brief.operation,
        model=brief.model,
        prompt=brief.prompt,
        price=price.to_json(),
        price_micros=price.micros,
        pinned=pinned,
        due_at=now + RING_AGAIN,
    )
    bill = ledger.Bill(
        team=project.team,
        user=user,
        subject=str(generation.uuid),
        project=str(project.uuid),
        account=str(account.uuid),
        play=account.play,
        month=ledger.month_of(now),
    )
    ledger.hold(
        bill, price.micros, units=price.units, unit=price.unit, rate=price.rate, note=price.formula
    )
    facts: dict[str, Any] = {"micros": price.micros, "formula": price.formula}
    note(generation, "requested", f"Asked for by {user}; the price is held.", **facts)
    return generation


def cancel(generation: Generation, user: User) -> bool:
    """Take back a clip that is still queued: nothing was sent, all money comes back."""
    with transaction.atomic():
        now = timezone.now()
        fields: dict[str, Any] = {"cause": Cause.CANCELLED, "finished_at": now, "due_at": None}
        fields["charged_micros"] = 0
        if not Generation.objects.move(
            generation.pk, State.QUEUED, State.CANCELLED, said="", **fields
        ):
            return False
        books.release(generation, note="cancelled before anything was sent")
        note(generation, "cancelled", f"Cancelled by {user}; nothing was sent or charged.")
        whole = load(generation.pk)
        facts = {"generation": str(whole.uuid)}
        audit.record(user, "generation.cancelled", in_a_line(whole), team=whole.team, **facts)
        touch(generation)
    return True
