"""Tags of the audit pages, and of the panel on a clip's own page."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template

from accounts.money import format_usd
from generations.auditing import panel as panels
from generations.auditing import words
from generations.models import Generation, Selection

register = template.Library()


@register.simple_tag
def four_witnesses(generation: Generation) -> panels.Panel:
    """What is known of a clip's charge."""
    return panels.panel(generation)


@register.simple_tag
def mask_witnesses(selection: Selection) -> panels.Panel:
    """What is known of a mask selection's charge."""
    return panels.panel_of_masks(selection)


@register.filter
def cause_label(cause: str) -> str:
    return words.label(cause)


@register.filter
def cause_tone(cause: str) -> str:
    return words.tone(cause)


@register.filter
def cause_words(row: Any) -> str:
    return words.explain(row.cause, row.facts)


@register.filter
def percent(part: float | None) -> str:
    """0.0314 as 3.1 %; a dash where there is no figure."""
    return "–" if part is None else f"{100 * part:.1f}".removesuffix(".0") + " %"


@register.filter
def signed_units(amount: Decimal | None) -> str:
    """With its sign, without needless zeros: a movement of a balance."""
    if amount is None:
        return "–"
    text = f"{abs(amount).normalize():,f}"
    if not amount:
        return "0"
    return f"{'−' if amount < 0 else '+'}{text}"


@register.filter
def with_minus(amount: Decimal) -> str:
    """A balance: a sign only below zero, a real minus as in the rest of its column."""
    return f"{amount.normalize():,f}".replace("-", "−")


@register.filter
def signed_usd(micros: int | None) -> str:
    """The dollars of a movement of a balance, with their sign."""
    if not micros:
        return "–" if micros is None else format_usd(0)
    return f"{'−' if micros < 0 else '+'}{format_usd(abs(micros))}"


@register.filter
def of(source: Any, amount: Decimal) -> int | None:
    """Micro-dollars of an amount at the rate of a reconciliation."""
    found: int | None = source.usd(amount)
    return found


@register.filter
def lasts(days: int | None) -> str:
    """How long a balance lasts; far away is not told to the day."""
    if days is None:
        return "–"
    if days > 730:
        return "over 2 years"
    return "1 day" if days == 1 else f"{days} days"


@register.filter
def is_settled(row: Any) -> bool:
    """May it be resolved here? Not while the price of its clip is held."""
    sold = row.generation or row.selection
    return sold is None or sold.charged_micros is not None
