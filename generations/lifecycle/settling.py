"""The last word about money: what was held becomes charged or comes back."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.money import format_usd
from generations.catalogue.quote import to_micros
from generations.catalogue.types import Charged
from generations.causes import Cause
from generations.models import Attempt, Generation, Selection, State
from generations.providers.registry import adapter
from generations.providers.types import Charge, Remote, Report
from generations.spend import books

from .rows import step

# Notes of movements, by which the audit tells what a provider said from what we took for it.
REPORTED = "as reported by the provider"
LISTED = "as the provider's own list of charges says"
AS_SOLD = "as sold; the provider reported no charge"
# What was sold at a price: its uuid is the subject in the ledger.
type Sold = Generation | Selection


@dataclass(frozen=True, slots=True)
class Bill:
    """What is charged: micro-dollars, the provider's own figure beside it, and why."""

    micros: int
    units: Decimal | None
    unit: str
    rate: Decimal | None
    note: str

    def enter(self, sold: Sold) -> None:
        """Into the books, in the caller's transaction; the second time it changes nothing."""
        books.settle(
            sold,
            self.micros,
            units=self.units,
            unit=self.unit,
            rate=self.rate,
            note=self.note,
        )


def bill(generation: Generation, attempt: Attempt | None) -> Bill:
    """What the provider reported, at the rate as sold; else the price as sold."""
    if attempt is None or attempt.charge_amount is None:
        return bill_for(generation, None)
    return bill_for(generation, Charge(attempt.charge_amount, attempt.charge_unit))


def bill_for(sold: Sold, charge: Charge | None) -> Bill:
    """The same for a charge that stands in no attempt."""
    if charge is not None:
        rate = _rate(sold, charge.unit)
        if rate is not None:
            micros = to_micros(charge.amount, rate)
            return Bill(micros, charge.amount, charge.unit, rate, REPORTED)
    price = sold.price
    units = None if price["units"] is None else Decimal(price["units"])
    rate = None if price["rate"] is None else Decimal(price["rate"])
    note = AS_SOLD
    if price["is_ceiling"]:
        note = "the ceiling, for the price is not known"
    return Bill(sold.price_micros, units, price["unit"], rate, note)


def _rate(sold: Sold, unit: str) -> Decimal | None:
    if unit == "USD":
        return Decimal(1)
    price = sold.price
    if price["unit"] == unit and price["rate"] is not None:
        return Decimal(price["rate"])
    # Sold in another unit (the team's own price in USD, or a ceiling): today's rate, if any.
    return sold.account.rate() if unit == sold.account.catalogue.unit else None


def settle_failure(generation: Generation, old: State, report: Report, attempt: Attempt) -> bool:
    """Failed or moderated at the provider: money by that provider's policy.

    Not charged: all comes back. Charged: settled. Unknown: settled as charged if this very
    report says so, else the hold stays and a person is asked.
    """
    catalogue, name = generation.account.catalogue, generation.account.name
    moderated = report.state is Remote.MODERATED
    policy = catalogue.charged_on_moderation if moderated else catalogue.charged_on_failure
    state = State.MODERATED if moderated else State.FAILED
    reported = report.charge.amount if report.charge is not None else None
    if policy is Charged.UNKNOWN and reported is not None:
        policy = Charged.YES if reported else Charged.NO
    against_rules = policy is Charged.NO and bool(reported)
    if against_rules:
        # What it publishes and what it reports disagree: a person must say.
        policy = Charged.UNKNOWN
    fields: dict[str, Any] = {
        "cause": Cause.MODERATED if moderated else Cause.FAILED,
        "said": report.said[:500],
        "finished_at": timezone.now(),
        "due_at": None,
        "lease": None,
    }
    what = "Refused by moderation" if moderated else "Failed"
    facts = {"word": report.word, "said": report.said}
    if policy is Charged.NO:
        text = f"{what} at {name}; not charged, the hold comes back."
        fields["charged_micros"] = 0
        return step(
            generation,
            old,
            state,
            text,
            facts,
            lambda: books.release(generation, note=text),
            **fields,
        )
    if policy is Charged.YES:
        paid = bill(generation, attempt)
        text = f"{what} at {name}; charged {format_usd(paid.micros)} all the same."
        fields["charged_micros"] = paid.micros
        return step(generation, old, state, text, facts, lambda: paid.enter(generation), **fields)
    text = f"{what} at {name}; whether it was charged is not known, so the hold stays."
    if against_rules and report.charge is not None:
        told = format_usd(bill_for(generation, report.charge).micros)
        text = (
            f"{what} at {name}, which reports a charge of {told}; by its own rules this costs "
            "nothing. The hold stays until a person says."
        )
        fields["report"] = {"word": report.word, "against_rules": told}
    elif adapter(generation.account.provider).lists_charges:
        text += f" {catalogue.name}'s list of charges is read every hour and usually tells."
    return step(generation, old, state, text, facts, question="charge", **fields)
