"""An amount that a person read at a provider, typed in its own unit or in dollars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from accounts.money import parse_usd
from generations.account_rules import parse_amount
from generations.models import Generation, ProviderAccount, Selection

DOLLARS = "USD"
PLACES = 6

type Sold = Generation | Selection


@dataclass(frozen=True, slots=True)
class Amount:
    """As it was typed: one of the two."""

    micros: int | None = None
    units: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """One that may be chosen beside an amount."""

    value: str
    label: str
    chosen: bool


def units_for(account: ProviderAccount, chosen: str, *, known: bool) -> list[Unit]:
    """The provider's unit, where its rate is ``known``, and dollars; none where that is no choice.

    What is not ``chosen`` yet is the provider's unit, for its console counts in that.
    """
    unit, label = account.catalogue.unit, account.catalogue.unit_label
    if unit == DOLLARS or not known:
        return []
    in_dollars = chosen == DOLLARS
    return [Unit(unit, label, not in_dollars), Unit(DOLLARS, DOLLARS, in_dollars)]


def read(account: ProviderAccount, typed: Mapping[str, str]) -> Amount:
    """Raises ValueError with words for the person who typed it."""
    text, unit = typed.get("amount", "").strip(), typed.get("unit", DOLLARS)
    if unit == DOLLARS:
        return Amount(micros=parse_usd(text))
    if unit != account.catalogue.unit:
        raise ValueError("Choose the unit in which you read it.")
    label = account.catalogue.unit_label
    if not text:
        raise ValueError(f"Enter how many {label} it was.")
    return Amount(units=parse_amount(text, places=PLACES, unit=label))
