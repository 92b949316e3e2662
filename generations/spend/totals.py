"""Sums as people compare them. Pure. Money in micro-dollars, percent with one decimal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from operator import itemgetter

from .figures import NAMES

# What is summed beside the figures: what was settled, and what clips cost that have a length.
MOVING = "moving_micros"
SUMMED = (*NAMES, "settled_micros", MOVING)
_SUMMED, _NONE = itemgetter(*SUMMED), (0,) * len(SUMMED)


@dataclass(frozen=True, slots=True)
class Difference:
    """What was paid against what it is measured against, for ``clips`` that can be compared."""

    clips: int
    paid: int
    against: int

    @property
    def micros(self) -> int:
        return self.paid - self.against

    @property
    def is_known(self) -> bool:
        """Is there anything to compare? A late adjustment counts no clip, and can be compared."""
        return bool(self.clips or self.paid or self.against)

    @property
    def percent(self) -> Decimal | None:
        if not self.against:
            return None
        share = Decimal(100 * self.micros) / self.against
        return share.quantize(Decimal("0.1"), ROUND_HALF_UP)

    @property
    def tone(self) -> str:
        """ok where it is exact or below, warn above, bad from a tenth above."""
        if self.micros <= 0:
            return "ok"
        return "bad" if self.percent is None or self.percent >= 10 else "warn"


@dataclass(frozen=True)
class Total:
    """The sums of some rows. What many cells ask for is made once."""

    figures: dict[str, int]

    def __getitem__(self, name: str) -> int:
        return self.figures[name]

    @property
    def paid(self) -> int:
        return self.figures["micros"]

    @property
    def corrected(self) -> int:
        """What refunds and late charges changed after it was settled; below zero for less."""
        return self.figures["micros"] - self.figures["settled_micros"]

    @cached_property
    def book(self) -> Difference:
        """Against the provider's published price."""
        named = (self.figures[f"published_{name}"] for name in ("clips", "paid_micros", "micros"))
        return Difference(*named)

    @cached_property
    def best(self) -> Difference:
        """Against the cheapest account that could make it."""
        named = (self.figures[f"cheapest_{name}"] for name in ("clips", "paid_micros", "micros"))
        return Difference(*named)

    @property
    def unpublished_clips(self) -> int:
        return self.figures["clips"] - self.figures["published_clips"]

    @property
    def unpublished_micros(self) -> int:
        """What was paid where there is no published price to compare it with."""
        return self.figures["micros"] - self.figures["published_paid_micros"]

    @property
    def per_second(self) -> int | None:
        """What one delivered second cost, failures that were charged included; to $0.0001."""
        ms = self.figures["delivered_ms"]
        return 100 * round(Decimal(10 * self.figures[MOVING]) / ms) if ms else None


def total(rows: Iterable[dict[str, int]]) -> Total:
    """The sum of sums."""
    sums = [sum(column) for column in zip(*map(_SUMMED, rows), strict=True)]
    return Total(dict(zip(SUMMED, sums or _NONE, strict=True)))
