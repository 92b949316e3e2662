"""Does what an account has left reach for all that is asked of it?"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from generations import offers
from generations.catalogue.types import Price, Problem
from generations.models import Found, Generation, ProviderAccount, Selection, State

from .errors import CannotMake


def within_balance(account: ProviderAccount, price: Price) -> None:
    """Raises CannotMake where what the account has left, as last known, does not reach for all.

    The quote looks at one clip alone. Here, with the team's purse ours, counts all that was asked
    for since the balance was read, clips and mask selections: what waits to be sent and what was
    sent after. What was sent before may be paid in it or not, by provider, and holds nobody up.
    """
    now = ProviderAccount.objects.only("balance", "balance_at", "topped_up").get(pk=account.pk)
    unit = account.catalogue.unit
    if now.left is None or not offers.is_fresh(now) or price.units is None or price.unit != unit:
        return
    prices = [*_clips(account, now), *_selections(account, now)]
    units = [Decimal(one["units"]) for one in prices if one["unit"] == unit and one["units"]]
    if sum(units) > now.left:
        left, needs = (f"{one.normalize():f}" for one in (now.left, sum(units, Decimal(0))))
        label = account.catalogue.unit_label
        text = f"has {left} {label} left there, and all under way needs {needs}: top it up"
        raise CannotMake(account.name, (Problem("balance", text),))


def _clips(account: ProviderAccount, now: ProviderAccount) -> list[dict[str, Any]]:
    """The prices of those that wait, and of those sent since, but for what was given back."""
    mine = Generation.objects.filter(account=account)
    here = (State.QUEUED, State.SUBMITTING)
    waiting = mine.filter(state__in=here)
    sent = mine.filter(submitted_at__gt=now.balance_at).exclude(state__in=here)
    sent = sent.exclude(charged_micros=0)
    return [*waiting.values_list("price", flat=True), *sent.values_list("price", flat=True)]


def _selections(account: ProviderAccount, now: ProviderAccount) -> list[dict[str, Any]]:
    mine = Selection.objects.filter(account=account)
    here = (Found.QUEUED, Found.SENDING)
    waiting = mine.filter(state__in=here)
    sent = mine.filter(sent_at__gt=now.balance_at).exclude(state__in=here)
    sent = sent.exclude(charged_micros=0)
    return [*waiting.values_list("price", flat=True), *sent.values_list("price", flat=True)]
