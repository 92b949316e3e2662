"""Do the witnesses of one charge agree? Pure: amounts in, findings out.

Rounding is no difference: a provider that tells whole units (or whole cents) may be off by less
than one of them. Everything above that is named with its cause and the money at risk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from generations.catalogue.types import Charged

# By how much a figure may be rounded: one of a provider's units, one cent of its dollars.
UNIT_STEP, USD_STEP = Decimal(1), Decimal("0.01")
CENT = 10_000
# A unit that is worth more micro-dollars than this is not rounded to whole ones.
DEAR = 50_000
# As many jobs of one kind in a row at the same new amount are a new price, not an accident.
DRIFT = 3


class Mismatch(StrEnum):
    """Why witnesses disagree; the value stands in rows and addresses."""

    PRICE_DRIFT = "price_drift"
    OTHER_SECONDS = "other_seconds"
    CHARGED_ON_FAILURE = "charged_on_failure"
    CHARGED_TWICE = "charged_twice"
    UNCERTAIN = "uncertain"
    MISSING_REPORT = "missing_report"
    OVERCHARGED = "overcharged"
    UNDERCHARGED = "undercharged"
    OTHER_UNIT = "other_unit"
    NOT_OURS = "not_ours"
    NOT_LISTED = "not_listed"
    LISTED_OTHERWISE = "listed_otherwise"


class End(StrEnum):
    """How a clip ended, as far as money goes. Unknown: nobody can tell yet."""

    MADE = "made"
    FAILED = "failed"
    MODERATED = "moderated"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Amount:
    """What one witness says: in its own unit, and in micro-dollars where a rate is known."""

    units: Decimal | None
    unit: str
    micros: int | None


@dataclass(frozen=True, slots=True)
class Witnesses:
    """One charge from all sides.

    ``due`` is the book's price for what was delivered, ``second`` its price for one second where
    it counts seconds. ``asked_s`` and ``delivered_s`` are 0 where no length is told.
    ``reports``: does this provider tell its charges? ``alike``: how many clips of the same kind
    and price before this one were charged the very same amount, in a row. ``settled`` is None
    while money is held; ``by_person``: somebody has said what was charged.
    """

    end: End
    sold: Amount
    due: Amount | None
    reported: Amount | None
    settled: int | None
    reports: bool
    unit: str
    policy: Charged = Charged.UNKNOWN
    is_ceiling: bool = False
    second: Decimal | None = None
    asked_s: int = 0
    delivered_s: int = 0
    alike: int = 0
    by_person: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """A disagreement. ``risk`` in micro-dollars; ``facts`` are what its words are made of."""

    cause: Mismatch
    risk: int
    facts: dict[str, str | int] = field(default_factory=dict)


def audit(seen: Witnesses) -> list[Finding]:
    """Everything that does not agree; empty when all is well."""
    if seen.end is End.UNKNOWN:
        return [Finding(Mismatch.UNCERTAIN, seen.sold.micros or 0)]
    if seen.end is End.MADE:
        return list(_made(seen))
    return list(_not_made(seen))


def _not_made(seen: Witnesses) -> Iterator[Finding]:
    taken = seen.reported
    if seen.policy is Charged.YES:
        if taken is not None and _more(taken, seen.sold):
            yield Finding(Mismatch.OVERCHARGED, _apart(taken, seen.sold))
    elif taken is not None and taken.units:
        facts = {"policy": seen.policy.value, "end": seen.end.value}
        yield Finding(Mismatch.CHARGED_ON_FAILURE, _micros(taken, seen.sold), {**facts})
    elif seen.settled is None:
        yield Finding(Mismatch.UNCERTAIN, seen.sold.micros or 0, {"end": seen.end.value})


def _made(seen: Witnesses) -> Iterator[Finding]:
    taken = seen.reported
    if taken is None:
        if seen.reports and not seen.by_person:
            yield Finding(Mismatch.MISSING_REPORT, 0)
    elif taken.unit not in (seen.unit, "USD"):
        facts: dict[str, str | int] = {"unit": taken.unit, "expected": seen.unit}
        yield Finding(Mismatch.OTHER_UNIT, seen.sold.micros or 0, facts)
    elif seen.is_ceiling:
        # The price was not known: what is reported is the price, as long as the ceiling held.
        if (taken.micros or 0) > (seen.sold.micros or 0):
            yield Finding(Mismatch.OVERCHARGED, _apart(taken, seen.sold), {"ceiling": 1})
    else:
        yield from _compared(seen, taken)


def _compared(seen: Witnesses, taken: Amount) -> Iterator[Finding]:
    sold, due = seen.sold, seen.due or seen.sold
    seconds: dict[str, str | int] = {"asked": seen.asked_s, "delivered": seen.delivered_s}
    if same(taken, sold):
        if _more(sold, due):
            # Less came than was asked and paid for.
            shorter = 0 < seen.delivered_s < seen.asked_s
            cause = Mismatch.OTHER_SECONDS if shorter else Mismatch.OVERCHARGED
            yield Finding(cause, _apart(sold, due), {**seconds, "billed": seen.asked_s})
        return
    if same(taken, due):
        # Billed as delivered, and that is not what was asked.
        facts = {**seconds, "billed": seen.delivered_s}
        yield Finding(Mismatch.OTHER_SECONDS, max(0, _apart(taken, sold)), facts)
        return
    risk = _apart(taken, due)
    if _times(taken, due) == 2:
        yield Finding(Mismatch.CHARGED_TWICE, risk)
    elif seen.alike >= DRIFT - 1:
        yield Finding(Mismatch.PRICE_DRIFT, risk, {"alike": seen.alike + 1})
    elif billed := _seconds(seen, taken):
        yield Finding(Mismatch.OTHER_SECONDS, risk, {**seconds, "billed": billed})
    elif _more(taken, due):
        yield Finding(Mismatch.OVERCHARGED, risk)
    else:
        yield Finding(Mismatch.UNDERCHARGED, risk)


def same(taken: Amount, expected: Amount) -> bool:
    """Equal but for rounding, of ``taken`` only and only where it is a whole number of steps."""
    if taken.unit == expected.unit and taken.units is not None and expected.units is not None:
        apart = abs(taken.units - expected.units)
        step = step_of(taken)
        return apart == 0 or (apart < step and taken.units % step == 0)
    if taken.micros is None or expected.micros is None:
        return True  # nothing to compare them by
    one = CENT
    if taken.units and taken.unit != "USD":
        one = max(CENT, int(taken.micros / taken.units))
    return abs(taken.micros - expected.micros) < one


def step_of(amount: Amount) -> Decimal:
    """By how much such an amount may be rounded; a unit worth more than five cents, by a cent."""
    if amount.unit == "USD":
        return USD_STEP
    if amount.units and amount.micros and amount.micros / amount.units > DEAR:
        return max(Decimal("0.0001"), CENT * amount.units / amount.micros)
    return UNIT_STEP


def _more(taken: Amount, expected: Amount) -> bool:
    if same(taken, expected):
        return False
    if taken.unit == expected.unit and taken.units is not None and expected.units is not None:
        return taken.units > expected.units
    return (taken.micros or 0) > (expected.micros or 0)


def _apart(taken: Amount, expected: Amount) -> int:
    """The difference in micro-dollars; all of it where no rate is known."""
    if taken.micros is None or expected.micros is None:
        return expected.micros or taken.micros or 0
    return abs(taken.micros - expected.micros)


def _micros(taken: Amount, sold: Amount) -> int:
    return taken.micros if taken.micros is not None else sold.micros or 0


def _times(taken: Amount, due: Amount) -> int:
    """How often the price was taken, where that is a whole number; else 0."""
    if taken.unit == due.unit and taken.units and due.units:
        times = taken.units / due.units
        # A doubled price may have been rounded before or after it was doubled.
        near = times.to_integral_value()
        step = step_of(taken)
        rounded = taken.units % step == 0 and abs(taken.units - near * due.units) < step
        return int(near) if times == near or (rounded and near > 1) else 0
    if taken.micros and due.micros and taken.micros % due.micros == 0:
        return taken.micros // due.micros
    return 0


def _seconds(seen: Witnesses, taken: Amount) -> int:
    """The whole seconds that this amount pays for by the book, if it is another number."""
    expected = seen.delivered_s or seen.asked_s
    if not seen.second or not expected or taken.unit != seen.sold.unit or taken.units is None:
        return 0
    billed = taken.units / seen.second
    whole = billed.to_integral_value()
    near = taken.units % UNIT_STEP == 0 and abs(taken.units - whole * seen.second) < UNIT_STEP
    fits = billed == whole or (taken.unit != "USD" and near and seen.second > 2 * UNIT_STEP)
    return int(whole) if fits and whole != expected and whole > 0 else 0
