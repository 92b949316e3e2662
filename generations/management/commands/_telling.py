"""How ``generate`` tells of offers and clips: as lines for people, as facts for scripts."""

from __future__ import annotations

from typing import Any

from accounts.money import format_usd
from generations.catalogue.types import Brief, Offer
from generations.models import Asset, Generation


def offer_facts(one: Offer, takes: int) -> dict[str, Any]:
    price = one.price
    return {
        "account": one.terms.label,
        "provider": one.terms.provider,
        "play": one.terms.play,
        "cheapest": one.cheapest,
        "micros_a_take": price.micros if price else None,
        "micros": price.micros * takes if price else None,
        "units": str(price.units) if price and price.units is not None else None,
        "unit": price.unit if price else None,
        "formula": price.formula if price else None,
        "reasons": [problem.text for problem in one.problems],
    }


def offer_line(one: Offer, takes: int) -> str:
    """Name, price over all takes in USD and how it is made up; or the reasons why not."""
    name = f"{one.terms.label}{' [play money]' if one.terms.play else ''}"
    if one.price is None or not one.can:
        return f"{name}: cannot: {reasons(one)}"
    total = format_usd(one.price.micros * takes)
    each = f" ({takes} × {format_usd(one.price.micros)})" if takes > 1 else ""
    mark = ", cheapest" if one.cheapest else ""
    return f"{name}: {total}{each}, {one.price.formula}{mark}"


def reasons(one: Offer) -> str:
    return "; ".join(problem.text for problem in one.problems)


def options_line(brief: Brief) -> str:
    return ", ".join(f"{name} {value}" for name, value in brief.options.items())


def row_facts(one: Generation) -> dict[str, Any]:
    return {
        "uuid": str(one.uuid),
        "account": one.account.name,
        "state": one.state,
        "cause": one.cause,
        "said": one.said,
        "held_micros": one.price_micros,
        "charged_micros": one.charged_micros,
        "file": _file(one),
    }


def _file(one: Generation) -> str:
    """The path where the storage has paths, else the name in it; empty without a file."""
    try:
        file = one.asset.file
    except Asset.DoesNotExist:
        return ""
    try:
        return str(file.path)
    except NotImplementedError:
        return str(file.name)
