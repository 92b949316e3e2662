"""What a person read at the provider: in its own unit or in dollars, as it goes into the books."""

from __future__ import annotations

from decimal import Decimal

from accounts.models import Movement
from accounts.money import format_usd
from generations.catalogue.quote import to_micros
from generations.providers.types import Charge

from .errors import CannotResolve
from .settling import REPORTED, Bill, Sold, bill_for

# The least part of a unit that is kept.
LEAST = Decimal("0.000001")


def own_unit(sold: Sold) -> tuple[str, Decimal] | None:
    """The unit that its account counts in, and what one cost when it was sold.

    None where nobody knows the rate: then dollars are all that can be told.
    """
    unit = sold.account.catalogue.unit
    found = bill_for(sold, Charge(Decimal(1), unit))
    known = found.unit == unit and found.note == REPORTED
    return (unit, found.rate) if known and found.rate else None


def charged_unit(sold: Sold) -> tuple[str, Decimal] | None:
    """The same of what was charged for it, for what comes back of it."""
    unit = sold.account.catalogue.unit
    charge = Movement.objects.filter(key=f"settle:{sold.uuid}", unit=unit).first()
    return (unit, charge.rate) if charge and charge.rate else own_unit(sold)


def in_units(micros: int, rate: Decimal) -> Decimal:
    return (Decimal(micros) / 1_000_000 / rate).quantize(LEAST)


def charge_of(sold: Sold, micros: int | None, units: Decimal | None, note: str) -> Bill:
    """What was taken, as it was told; neither: as it was sold. Raises CannotResolve."""
    if (micros or 0) < 0 or (units or 0) < 0:
        raise CannotResolve("A charge cannot be below zero.")
    as_sold = bill_for(sold, None)
    own = own_unit(sold)
    if units is not None:
        if own is None:
            label = sold.account.catalogue.unit_label
            words = f"What one of its {label} costs is not known here: enter it in dollars."
            raise CannotResolve(words)
        unit, rate = own
        return Bill(to_micros(units, rate), units, unit, rate, note)
    if micros is None or micros == as_sold.micros:
        return Bill(as_sold.micros, as_sold.units, as_sold.unit, as_sold.rate, note)
    if own is None:
        return Bill(micros, None, "", None, note)
    return Bill(micros, in_units(micros, own[1]), *own, note)


def amount_words(sold: Sold, micros: int, units: Decimal | None, unit: str) -> str:
    """``35 PixVerse credits ($0.175)``; dollars alone where that is all there is."""
    if units is None or unit == "USD":
        return format_usd(micros)
    return f"{units_words(sold, units, unit)} ({format_usd(micros)})"


def units_words(sold: Sold, units: Decimal, unit: str) -> str:
    return f"{units.normalize():,f} {sold.account.catalogue.unit_words(unit)}"
