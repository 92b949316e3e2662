"""Micro-dollars as people write and read them. Whole numbers only; no float ever holds money."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

DOLLAR = 1_000_000
MOST = 1_000_000_000 * DOLLAR

_AMOUNT = re.compile(r"\$?\s*((?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+)?)(?:\.([0-9]+))?")


def format_usd(micros: int, places: int = 2) -> str:
    """``225000`` as ``$0.225``: exact, at least ``places`` decimals, no needless zeros after."""
    dollars, rest = divmod(abs(micros), DOLLAR)
    decimals = f"{rest:06d}".rstrip("0").ljust(places, "0")
    return f"{'-' if micros < 0 else ''}${dollars:,}.{decimals}"


def decimals_of(amounts: Iterable[int | None]) -> int:
    """How many decimals the longest of these needs, two at least: so that a column lines up."""
    # What divides them all ends in as many noughts as the one that has the fewest.
    step = math.gcd(DOLLAR, *filter(None, amounts))
    return max(2, len(f"{step % DOLLAR:06d}".rstrip("0")))


def parse_usd(text: str) -> int:
    """``120``, ``0.25`` or ``$1,200.50`` in micro-dollars, exactly.

    Raises ValueError with words for the person who typed it.
    """
    text = text.strip()
    if not text:
        raise ValueError("Enter an amount in dollars, such as 120 or 0.25.")
    if text.startswith(("-", "\N{MINUS SIGN}")):
        raise ValueError("An amount cannot be negative.")
    found = _AMOUNT.fullmatch(text)
    if not found or not (found[1] or found[2]):
        raise ValueError("Write dollars with a point for the cents, such as 120 or 0.25.")
    decimals = found[2] or ""
    if len(decimals) > 6:
        raise ValueError("An amount can have six decimals at most.")
    # Short enough before it becomes a number: int() of a thousand digits is slow, or refused.
    digits = found[1].replace(",", "").lstrip("0") or "0"
    micros = int(digits) * DOLLAR + int(decimals.ljust(6, "0")) if len(digits) < 12 else MOST + 1
    if micros > MOST:
        raise ValueError(f"An amount can be {format_usd(MOST)} at most.")
    return micros
