"""What narrows the rows behind a figure to some of them: said once for lines and for figures.

Each condition has a bit. The bits of all that hold for a line tell under which ``SpendSome`` of its
month it is summed, so that a page never sums the lines of years to say what some of them cost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, IntegerField, Q, Value, When

from .figures import Figures

# What is said above a page of rows, and so is summed of some of them.
SAID = ("micros", "clips", "published_clips", "published_micros", "published_paid_micros")


@dataclass(frozen=True, slots=True)
class Condition:
    """``where`` and ``of`` say the same: of lines in the database, and of one line's figures."""

    bit: int
    where: Q
    of: Callable[[Figures], bool]


CONDITIONS = {
    "succeeded": Condition(1, Q(succeeded__gt=0), lambda one: one["succeeded"] > 0),
    "failed": Condition(
        2,
        Q(failed__gt=0) | Q(moderated__gt=0),
        lambda one: one["failed"] > 0 or one["moderated"] > 0,
    ),
    "charged": Condition(4, ~Q(micros=0), lambda one: one["micros"] != 0),
    "differing": Condition(
        8,
        ~Q(over_micros=0) | ~Q(under_micros=0),
        lambda one: one["over_micros"] != 0 or one["under_micros"] != 0,
    ),
    "over": Condition(16, ~Q(over_micros=0), lambda one: one["over_micros"] != 0),
    "under": Condition(32, ~Q(under_micros=0), lambda one: one["under_micros"] != 0),
    "unpublished": Condition(
        64,
        Q(clips__gt=F("published_clips")) | ~Q(micros=F("published_paid_micros")),
        lambda one: (
            one["clips"] > one["published_clips"] or one["micros"] != one["published_paid_micros"]
        ),
    ),
    "dearer": Condition(
        128,
        ~Q(cheapest_paid_micros=F("cheapest_micros")),
        lambda one: one["cheapest_paid_micros"] != one["cheapest_micros"],
    ),
    "corrected": Condition(
        256,
        ~Q(micros=F("settled_micros")),
        lambda one: one["micros"] != one["settled_micros"],
    ),
}


def holds(figures: Figures) -> int:
    """The bits of the conditions that hold for a line with these figures."""
    return sum(one.bit for one in CONDITIONS.values() if one.of(figures))


def held_bits() -> Any:
    """The same of lines, as an expression."""
    bits: Any = Value(0)
    for one in CONDITIONS.values():
        bits += Case(
            When(one.where, then=Value(one.bit)), default=Value(0), output_field=IntegerField()
        )
    return bits
