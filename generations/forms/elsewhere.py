"""The same brief at another provider: what carries over and what does not. Pure but for quotes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from generations import offers
from generations.catalogue.loader import providers
from generations.catalogue.quote import offer as price_at
from generations.catalogue.types import Brief, Offer, Offering, Option, Terms, Value
from generations.models import Generation

from .values import label_of, nearest, shown, text_of


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The best other account for a brief, the brief as it can be told there, and what is lost."""

    offer: Offer
    brief: Brief
    lost: tuple[str, ...]


def best_elsewhere(generation: Generation) -> Elsewhere | None:
    """The account that loses least, then costs least; None where no other can make it."""
    brief, here = generation.brief, str(generation.account.uuid)
    found = []
    for terms in offers.terms(generation.team_id, brief):
        if terms.account != here and (one := carried(brief, terms)):
            found.append(one)
    return min(found, key=_rank, default=None)


def carried(brief: Brief, terms: Terms) -> Elsewhere | None:
    """The brief as this account can be told it; None where it cannot make it at all.

    An id of another's list is priced as it stands, and then left out: it is chosen anew there.
    """
    offering = providers()[terms.provider].offering(brief.operation, brief.model)
    if offering is None:
        return None
    options, lost = _carry(brief, offering)
    foreign = _foreign(brief, offering, terms)
    offer = price_at(replace(brief, options=options, at=""), terms)
    kept = {name: value for name, value in options.items() if name not in foreign}
    at = brief.at if any(_is_id(offering, name) for name in kept) else ""
    lost += [
        f"{label_of(name)} is another list's: choose it again there."
        for name in foreign
        if name in ("template", "restyle", "voice", "mask")
    ]
    moved = replace(brief, options=kept, at=at)
    return Elsewhere(offer, moved, tuple(lost)) if offer.can else None


def _foreign(brief: Brief, offering: Offering, terms: Terms) -> set[str]:
    """The options whose ids this account does not know."""
    if not brief.at or brief.at in (terms.provider, terms.account):
        return set()
    return {name for name in brief.options if _is_id(offering, name) or name == "keyframe"}


def _is_id(offering: Offering, name: str) -> bool:
    option = offering.options.get(name)
    return name.startswith("mask") or bool(option and option.listed)


def _rank(one: Elsewhere) -> tuple[bool, int, int]:
    micros = one.offer.price.micros if one.offer.price else 0
    return (one.offer.terms.play, len(one.lost), micros)


def _carry(brief: Brief, offering: Offering) -> tuple[dict[str, Value], list[str]]:
    options: dict[str, Value] = {}
    lost = []
    for name, value in brief.options.items():
        option = offering.options.get(name)
        label = label_of(name)
        if option is not None and option.listed:
            options[name] = _id(option, value)
        elif option is not None and option.problem(value) is None:
            options[name] = value
        elif option is not None and option.values:
            options[name] = near = nearest(option, text_of(value)) or option.values[0]
            lost.append(f"{label} becomes {shown(name, near)} instead of {shown(name, value)}.")
        elif offering.implied.get(name) == value:
            options[name] = value
        else:
            lost.append(
                f"{label} cannot be told there: {str(shown(name, value))[:60]} is left out."
            )
    for name, option in offering.options.items():
        if name not in options and option.default is not None and not _is_way(name):
            options[name] = option.default
            lost.append(f"{label_of(name)} must be said there: {shown(name, option.default)}.")
    return options, lost


def _id(option: Option, value: Value) -> Value:
    """An id as this list writes its own: only its price is asked, for it may be another list's."""
    text = text_of(value)
    return (int(text) if text.isdigit() else 1) if option.whole else text


def _is_way(name: str) -> bool:
    return name.startswith("seconds_")
