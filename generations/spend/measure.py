"""What a clip is measured against, from the quote that is made anyway. Pure.

Frozen when the clip is asked for, so that a later price changes nothing about it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from generations.catalogue.loader import providers
from generations.catalogue.quote import price
from generations.catalogue.types import Brief, Charged, Offer, Price, Quote, Terms


@dataclass(frozen=True, slots=True)
class Measure:
    """``published``: the provider's own price, in micro-dollars, at the account's rate; None
    where it publishes none or no rate is known. ``cheapest``: the least of all capable accounts.
    """

    published: int | None
    source: str
    read_on: dt.date | None
    cheapest: int | None
    cheapest_account: str
    on_failure: Charged
    on_moderation: Charged


def measure(quote: Quote, account: str) -> Measure:
    """What one take at ``account`` (its uuid) is measured against. Raises KeyError for others."""
    offer = quote.of(account)
    if offer is None:
        raise KeyError(account)
    book = _published(quote.brief, offer.terms)
    least = min(_capable(quote, offer), key=lambda one: (one[0], one[1] != account), default=None)
    provider = providers()[offer.terms.provider]
    return Measure(
        published=book.micros if book else None,
        source=book.source if book else "",
        read_on=book.read_on if book else None,
        cheapest=least[0] if least else None,
        cheapest_account=least[1] if least else "",
        on_failure=provider.charged_on_failure,
        on_moderation=provider.charged_on_moderation,
    )


def _published(brief: Brief, terms: Terms) -> Price | None:
    """By the one pricing function, without the team's own rows and its ceiling."""
    found = price(providers()[terms.provider], brief, replace(terms, rows=(), ceiling=None))
    return found if isinstance(found, Price) else None


def _capable(quote: Quote, chosen: Offer) -> list[tuple[int, str]]:
    """Prices of those that could make it, of the same kind of money. A ceiling is no price."""
    return [
        (one.price.micros, one.terms.account)
        for one in quote.offers
        if one.can
        and one.price is not None
        and not one.price.is_ceiling
        and one.terms.play == chosen.terms.play
        and (one is chosen or _makes(one.terms, quote.brief))
    ]


def _makes(terms: Terms, brief: Brief) -> bool:
    offering = providers()[terms.provider].offering(brief.operation, brief.model)
    return offering is not None and not offering.problems(brief)
