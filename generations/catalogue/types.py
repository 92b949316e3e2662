"""The words of the catalogue: what was asked, what can be done, what it costs. Pure.

Each stands in a module of its own; everybody imports them from here.
"""

from .briefs import Brief, Input
from .offerings import Offering
from .options import Option, condition_words
from .prices import Price, PriceRow, Unknown, conditions
from .sellers import MediaRules, Offer, Pace, Provider, Quote, Setting, Terms
from .slots import InputSpec
from .words import (
    MASK_SELECTION,
    PICTURES,
    Charged,
    Formula,
    Media,
    Operation,
    Problem,
    Value,
    Wanted,
    When,
    formats,
)

__all__ = [
    "MASK_SELECTION",
    "PICTURES",
    "Brief",
    "Charged",
    "Formula",
    "Input",
    "InputSpec",
    "Media",
    "MediaRules",
    "Offer",
    "Offering",
    "Operation",
    "Option",
    "Pace",
    "Price",
    "PriceRow",
    "Problem",
    "Provider",
    "Quote",
    "Setting",
    "Terms",
    "Unknown",
    "Value",
    "Wanted",
    "When",
    "condition_words",
    "conditions",
    "formats",
]
