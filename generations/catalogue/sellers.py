"""A provider, an account of it, and their answers to a brief. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from .briefs import Brief
from .offerings import Offering
from .prices import Price, PriceRow, Unknown
from .words import Charged, Media, Problem


@dataclass(frozen=True, slots=True)
class MediaRules:
    """What a provider takes as a picture, video or audio. ``form`` says how it is handed over.

    ``upload``: sent beforehand for a handle; ``link``: the provider fetches our signed link;
    ``data_uri``: travels inside the request. Bytes, pixels and seconds at most. ``by_id``: the
    roles in which a clip that the account made itself is told by its own id, and is not handed
    over at all.
    """

    form: str
    mimes: tuple[str, ...]
    max_bytes: int
    handle_life_s: int | None
    source: str
    max_side: int | None = None
    max_seconds: int | None = None
    by_id: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """One more thing an account of this provider needs beside its key."""

    name: str
    label: str
    help: str
    required: bool = False
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Pace:
    """Times in seconds: the usual one, the provider's own refresh, its longest, its links' life.

    The three of a job off peak stand beside them where it has its own.
    """

    typical_s: float
    refresh_s: float
    longest_s: float
    link_life_s: float | None
    off_peak_typical_s: float | None = None
    off_peak_refresh_s: float | None = None
    off_peak_longest_s: float | None = None

    def at(self, *, off_peak: bool) -> Pace:
        """The times of a job that was asked for off peak, or not."""
        if not off_peak:
            return self
        return replace(
            self,
            typical_s=self.off_peak_typical_s or self.typical_s,
            refresh_s=self.off_peak_refresh_s or self.refresh_s,
            longest_s=self.off_peak_longest_s or self.longest_s,
        )


# Who checked published prices where the data file names nobody else.
AUTHORS = "PixStudio’s authors"


@dataclass(frozen=True, slots=True)
class Provider:
    """All that one provider can do and publishes, from its ``catalogue.toml``."""

    id: str
    name: str
    base_url: str
    unit: str
    unit_label: str
    usd_per_unit: Decimal | None
    docs_url: str
    concurrency: int
    has_balance: bool
    has_callback: bool
    charged_on_failure: Charged
    charged_on_moderation: Charged
    policy_source: str
    pace: Pace
    media: Mapping[str, MediaRules]
    settings: tuple[Setting, ...]
    offerings: tuple[Offering, ...]
    prices: tuple[PriceRow, ...]
    unknown: tuple[Unknown, ...]
    whole_units: bool = False
    read_by: str = AUTHORS

    def unit_words(self, unit: str) -> str:
        """How a unit of it is called on pages; one that it does not count in, by its own name."""
        return self.unit_label if unit == self.unit else unit

    @property
    def image(self) -> MediaRules | None:
        return self.media.get(Media.IMAGE)

    def offering(self, operation: str, model: str) -> Offering | None:
        for one in self.offerings:
            if one.operation == operation and one.model == model:
                return one
        return None


@dataclass(frozen=True, slots=True)
class Terms:
    """One account of a team, as a quote needs to know it. ``play`` is sandbox money.

    ``no_masks`` says why the brief's masks are not good there.
    """

    account: str
    label: str
    provider: str
    play: bool
    usd_per_unit: Decimal | None
    rows: tuple[PriceRow, ...] = ()
    ceiling: int | None = None
    trouble: str = ""
    has_address: bool = False
    typical_s: float | None = None
    slots: int | None = None
    busy: int = 0
    balance: Decimal | None = None
    no_masks: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """One account's answer to a brief: a price, or the reasons why it cannot."""

    terms: Terms
    price: Price | None
    problems: tuple[Problem, ...] = ()
    cheapest: bool = False

    @property
    def can(self) -> bool:
        return self.price is not None and not self.problems


@dataclass(frozen=True, slots=True)
class Quote:
    """All offers for a brief, ranked: the possible ones by price, the impossible ones last."""

    brief: Brief
    offers: tuple[Offer, ...]

    @property
    def best(self) -> Offer | None:
        """The cheapest for real money, else for play money."""
        return next((one for one in self.offers if one.cheapest), None)

    def of(self, account: str) -> Offer | None:
        return next((one for one in self.offers if one.terms.account == account), None)
