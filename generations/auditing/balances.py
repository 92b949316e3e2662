"""What is left at the providers: read on a schedule, typed in where nothing tells it; top-ups."""

from __future__ import annotations

import datetime as dt
import logging
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from accounts import audit
from accounts.closing import refuse_closed
from accounts.models import User
from generations.catalogue.loader import providers
from generations.media.links import allow_private
from generations.models import BalanceSnapshot, ProviderAccount, Told, TopUp, Trouble
from generations.providers.client import Client
from generations.providers.types import Balance, ProviderError

log = logging.getLogger(__name__)

EVERY = dt.timedelta(hours=1)


def keep(account: ProviderAccount, balance: Balance, by: User | None = None) -> BalanceSnapshot:
    """A balance that the provider told just now; in the caller's transaction, or its own."""
    now = timezone.now()
    with transaction.atomic():
        row = BalanceSnapshot.objects.create(
            account=account,
            at=now,
            amount=balance.amount,
            unit=balance.unit,
            parts=dict(balance.parts),
            by=by,
        )
        count_again(account)
        # It was reached, so whatever kept it from being reached is over.
        found = ProviderAccount.objects.filter(pk=account.pk, trouble=Trouble.UNREACHABLE)
        found.update(trouble=Trouble.NONE, trouble_said="")
    return row


def read(account: ProviderAccount) -> BalanceSnapshot | None:
    """Ask the provider, by a free call; None where it tells nothing or cannot be asked now."""
    client = Client(account.provider, account.access, allow_private=allow_private(account))
    try:
        found = client.balance()
    except ProviderError as trouble:
        log.info("the balance of %s could not be read: %s", account.name, trouble)
        return None
    return keep(account, found[0]) if found else None


def due() -> list[int]:
    """The accounts whose balance should be read now; not those that are off, paused or barred."""
    now = timezone.now()
    telling = [one.id for one in providers().values() if one.has_balance]
    rows = ProviderAccount.objects.filter(enabled=True, provider__in=telling)
    rows = rows.exclude(trouble=Trouble.BAD_KEY)
    rows = rows.filter(Q(paused_until=None) | Q(paused_until__lt=now))
    old = rows.filter(Q(balance_at=None) | Q(balance_at__lt=now - EVERY))
    return list(old.order_by("pk").values_list("pk", flat=True))


def type_in(
    actor: User, account: ProviderAccount, amount: Decimal, at: dt.datetime, note: str = ""
) -> BalanceSnapshot:
    """What a person read in the provider's console. Raises Closed for a closed month."""
    refuse_closed(account.team_id, at)
    with transaction.atomic():
        row = BalanceSnapshot.objects.create(
            account=account,
            at=at,
            amount=amount,
            unit=account.catalogue.unit,
            source=Told.TYPED,
            note=note[:200],
            by=actor,
        )
        count_again(account)
        _record(actor, "balance.typed", account, at, after=_text(amount), note=note)
    return row


def top_up(
    actor: User,
    account: ProviderAccount,
    amount: Decimal,
    at: dt.datetime,
    paid_micros: int | None = None,
    note: str = "",
) -> TopUp:
    """Units that were bought; below zero, that ran out or were taken back. Raises Closed for a
    closed month.
    """
    refuse_closed(account.team_id, at)
    with transaction.atomic():
        row = TopUp.objects.create(
            account=account,
            at=at,
            amount=amount,
            unit=account.catalogue.unit,
            paid_micros=paid_micros,
            note=note[:200],
            by=actor,
        )
        count_again(account)
        facts = {"amount": _text(amount), "paid_micros": paid_micros, "note": note}
        _record(actor, "topup.entered", account, at, **facts)
    return row


class CannotMark(Exception):
    """It cannot be a mistake; the words say why."""


def mark_as_mistake(
    actor: User, account: ProviderAccount, row: BalanceSnapshot | TopUp, note: str
) -> None:
    """Leave out what was typed in wrongly, from now on; it stays in the list, with who and why.

    Raises CannotMark, and Closed for what is dated into a closed month.
    """
    note = note.strip()[:200]
    if not note:
        raise CannotMark("Say in the note what was wrong; others will ask.")
    if isinstance(row, BalanceSnapshot) and row.source != Told.TYPED:
        name = account.catalogue.name
        raise CannotMark(f"{name} told this one itself. “Read the balance” asks it again.")
    refuse_closed(account.team_id, row.at)
    is_balance = isinstance(row, BalanceSnapshot)
    with transaction.atomic():
        rows: QuerySet[Any] = type(row).objects.filter(pk=row.pk, mistaken_at=None)
        told = {"mistaken_at": timezone.now(), "mistaken_by": actor, "mistaken_note": note}
        if not rows.update(**told):
            raise CannotMark("It was marked as a mistake meanwhile.")
        count_again(account)
        unit = account.catalogue.unit_words(row.unit)
        left = "" if account.left is None else f"{_text(account.left)} {unit}"
        audit.record(
            actor,
            "balance.mistaken" if is_balance else "topup.mistaken",
            account.name,
            team=account.team,
            before=f"{_text(row.amount)} {unit}",
            after="a mistake, left out",
            at=_when(row.at),
            left=left or "unknown",
            note=note,
        )


def count_again(account: ProviderAccount) -> None:
    """What is last known to be left, and what was topped up since, by the rows there are.

    In the transaction that adds a row; one at a time, so that none misses another's.
    """
    ProviderAccount.objects.select_for_update().only("pk").get(pk=account.pk)
    last = account.snapshots.believed().last()
    told: dict[str, Any] = {"balance": None, "balance_at": None, "topped_up": Decimal(0)}
    if last is not None:
        since = account.topups.believed().filter(last.topped_after, unit=last.unit)
        told = {
            "balance": last.amount,
            "balance_at": last.at,
            "topped_up": since.aggregate(sum=Sum("amount"))["sum"] or Decimal(0),
        }
    ProviderAccount.objects.filter(pk=account.pk).update(**told)
    for name, value in told.items():
        setattr(account, name, value)


def _record(
    actor: User, verb: str, account: ProviderAccount, at: dt.datetime, **facts: object
) -> None:
    told = {name: value for name, value in facts.items() if value not in (None, "")}
    audit.record(
        actor,
        verb,
        account.name,
        team=account.team,
        at=_when(at),
        unit=account.catalogue.unit_label,
        **told,
    )


def _when(at: dt.datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


def _text(amount: Decimal) -> str:
    return f"{amount.normalize():,f}"
