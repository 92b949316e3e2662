"""What an account's clips cost: dated rates, the team's own prices, the ceiling. Rows are added."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.closing import Closed, refuse_closed
from accounts.models import User
from generations.account_rules import BadAccount, check_numbers
from generations.catalogue.types import Provider, Value, condition_words, conditions
from generations.models import ProviderAccount, TeamPrice, UnitRate


def add_rate(
    actor: User | None,
    account: ProviderAccount,
    usd_per_unit: Decimal,
    since: dt.date,
    note: str = "",
) -> UnitRate:
    """What one of the provider's units costs in USD from a day on. Earlier rows stay."""
    check_numbers(account.concurrency, usd_per_unit)
    _check_open(account, since)
    with transaction.atomic():
        before = account.rate()
        row = UnitRate.objects.create(
            account=account, usd_per_unit=usd_per_unit, since=since, note=note, entered_by=actor
        )
        _record(
            actor,
            "rate.entered",
            account,
            unit=account.catalogue.unit_label,
            before=_text(before),
            after=_text(usd_per_unit),
            since=since.isoformat(),
            note=note,
        )
    return row


def add_price(
    actor: User | None,
    account: ProviderAccount,
    *,
    formula: str,
    amount: Decimal,
    unit: str = "",
    operation: str = "",
    model: str = "",
    quality: str = "",
    audio: bool | None = None,
    duration: int | None = None,
    when: Mapping[str, Value | list[Value]] | None = None,
    since: dt.date | None = None,
    note: str = "",
) -> TeamPrice:
    """The team's own price; stands before the published one. Empty conditions mean any.

    ``when``: further options it asks for, as in the catalogue's price rows.
    """
    unit = unit or account.catalogue.unit
    if unit not in ("USD", account.catalogue.unit):
        raise BadAccount("unit", f"Prices here are in USD or in {account.catalogue.unit}.")
    _check_open(account, since)
    with transaction.atomic():
        row = TeamPrice.objects.create(
            account=account,
            operation=operation,
            model=model,
            quality=quality,
            audio=audio,
            duration=duration,
            when=dict(when or {}),
            formula=formula,
            amount=amount,
            unit=unit,
            since=since or timezone.localdate(),
            note=note,
            entered_by=actor,
        )
        words = price_words(row, account.catalogue)
        _record(actor, "price.entered", account, after=words, note=note)
    return row


def withdraw_price(actor: User | None, price: TeamPrice) -> None:
    """The row stays as history and prices nothing from now on."""
    with transaction.atomic():
        rows = TeamPrice.objects.filter(pk=price.pk, withdrawn_at=None)
        if rows.update(withdrawn_at=timezone.now()):
            words = price_words(price, price.account.catalogue)
            _record(actor, "price.withdrawn", price.account, before=words)


def set_ceiling(actor: User | None, account: ProviderAccount, micros: int | None) -> None:
    """What is held for one clip whose price is unknown; None refuses such clips."""
    before = account.ceiling_micros
    with transaction.atomic():
        account.ceiling_micros = micros
        account.save(update_fields=["ceiling_micros"])
        _record(actor, "ceiling.set", account, before=before, after=micros)


def price_words(price: TeamPrice, provider: Provider) -> str:
    """``0.5 USD per second: v6, 720p`` for people and audit lines."""
    sound = {None: "", True: "with sound", False: "silent"}[price.audio]
    seconds = f"{price.duration} s" if price.duration else ""
    parts = [price.operation.replace("_", " "), price.model, price.quality, sound, seconds]
    parts += when_words(price)
    asked = ", ".join(part for part in parts if part) or "everything"
    formula = price.formula.replace("_", " ")
    return f"{_text(price.amount)} {provider.unit_words(price.unit)} {formula}: {asked}"


def when_words(price: TeamPrice) -> list[str]:
    """The further conditions of a price: "with preview", "without off peak", "6 or 7 s"."""
    return [condition_words(name, wanted) for name, wanted in conditions(price.when)]


def _check_open(account: ProviderAccount, since: dt.date | None) -> None:
    """A closed month keeps the prices and rates that it had. Raises BadAccount."""
    try:
        refuse_closed(account.team_id, since or timezone.localdate())
    except Closed as closed:
        raise BadAccount("since", str(closed)) from closed


def _record(actor: User | None, verb: str, account: ProviderAccount, **facts: object) -> None:
    audit.record(actor, verb, account.name, team=account.team, **facts)


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount.normalize():f}"
