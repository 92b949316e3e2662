"""A quote as the form shows it: one row per account, one of them chosen, one total."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.urls import NoReverseMatch, reverse

from accounts.models import TeamRole
from generations import offers
from generations.access import ProjectRequest
from generations.catalogue.loader import providers
from generations.catalogue.types import Brief, Offer, Provider, Quote, Terms
from generations.forms.brief import Asked
from generations.forms.values import label_of, shown
from generations.models import Generation

# Reasons that an owner mends on the account's page.
MENDABLE = frozenset({"price", "rate", "account", "address"})


@dataclass(frozen=True, slots=True)
class Row:
    """One account's row. ``why`` is empty for one that can."""

    offer: Offer
    provider: str
    unit_label: str
    typical_s: float
    note: str
    why: str
    mend_url: str
    mend_label: str
    chosen: bool

    @property
    def terms(self) -> Terms:
        return self.offer.terms


@dataclass(frozen=True, slots=True)
class Offered:
    """``out`` says which choice keeps whom out; ``able`` who could do it, for the next time.

    ``starting``: the price counts seconds of a file that is not there yet. ``absent`` are the
    accounts that do not offer this operation with this model at all; they have no row.
    """

    rows: tuple[Row, ...]
    chosen: Offer | None
    best: str
    takes: int
    notes: tuple[str, ...]
    out: tuple[str, ...] = ()
    able: str = ""
    starting: bool = False
    absent: tuple[str, ...] = ()

    @property
    def absent_words(self) -> str:
        return words_of(self.absent)

    @property
    def total_micros(self) -> int | None:
        if self.chosen is None or self.chosen.price is None:
            return None
        return self.chosen.price.micros * self.takes

    @property
    def other(self) -> Offer | None:
        """The cheapest beside the chosen one, for the same kind of money."""
        if self.chosen is None:
            return None
        play = self.chosen.terms.play
        able = [one.offer for one in self.rows if one.offer.can and one.offer.terms.play == play]
        priced = [(one.price.micros, one) for one in able if one.price and one is not self.chosen]
        return min(priced, key=lambda one: one[0])[1] if priced else None

    @property
    def other_micros(self) -> int:
        return self.other.price.micros * self.takes if self.other and self.other.price else 0

    @property
    def about(self) -> bool:
        """Only a ceiling is known, so the total is an upper bound."""
        return bool(self.chosen and self.chosen.price and self.chosen.price.is_ceiling)


def offered(request: ProjectRequest, asked: Asked) -> Offered:
    """Price the brief everywhere; keep the pinned account while it can, else take the cheapest."""
    quote = offers.quote(request.project, asked.priced)
    pinned = quote.of(asked.account) if asked.pinned else None
    usual = _of_kind_in_use(request, quote)
    chosen, note = usual, ""
    if pinned is not None and pinned.can:
        chosen = pinned
    elif pinned is not None and chosen is not None:
        note = f"{pinned.terms.label} cannot make this; {chosen.terms.label} is chosen instead."
    absent = [one for one in quote.offers if {part.field for part in one.problems} == {"model"}]
    there = [one for one in quote.offers if one not in absent]
    rows = tuple(_row(request, asked, one, chosen=one is chosen) for one in there)
    rows, shared = _shared_note(rows)
    best = usual.terms.account if usual else ""
    notes = tuple(one for one in (*asked.notes, note, shared) if one)
    able = " ".join(one.terms.account for one in quote.offers if one.can)
    price = chosen.price if chosen else None
    starting = bool(price and "of the source" in price.formula and not asked.brief.source_seconds)
    out = _out(asked, quote.offers)
    names = tuple(dict.fromkeys(_short(one) for one in absent))
    return Offered(rows, chosen, best, asked.takes, notes, out, able, starting, names)


def _of_kind_in_use(request: ProjectRequest, quote: Quote) -> Offer | None:
    """The cheapest, for the kind of money that this person paid with last in this project.

    Whoever tries things with play money goes on so until they choose an account for real money.
    """
    cheapest = {one.terms.play: one for one in quote.offers if one.cheapest}
    if len(cheapest) == 2:
        mine = Generation.objects.filter(
            team=request.team, user=request.user, project=request.project
        )
        play = mine.order_by("-pk").values_list("play", flat=True).first()
        if play is not None:
            return cheapest[play]
    return quote.best


def _out(asked: Asked, rows: Iterable[Offer]) -> tuple[str, ...]:
    """Which one choice keeps whom out: what is not the usual value, or has just shut somebody out.

    Whoever has more than one reason, or a reason of another kind, is told of in his own row only.
    """
    before = asked.values.get("able", "").split()
    kept: dict[str, list[str]] = defaultdict(list)
    for offer in rows:
        fields = {one.field for one in offer.problems}
        name = next(iter(fields)) if len(fields) == 1 else ""
        option = asked.menu.fields.get(name)
        unusual = option is None or asked.brief.options.get(name) != option.default
        if (option or asked.brief.of(name)) and (unusual or offer.terms.account in before):
            kept[name].append(_short(offer))
    return tuple(
        f"{_choice(asked, name)}: {words_of(names)} cannot "
        f"{'use' if asked.brief.of(name) else 'make'} it"
        for name, names in kept.items()
    )


def _choice(asked: Asked, name: str) -> str:
    """What was chosen, in words: "1440p", "Silent", "Preview first", a file's name."""
    if given := asked.brief.of(name):
        item = asked.held[name][0]
        return asked.files[item.token].name if len(given) == 1 else label_of(name)
    value = asked.brief.options.get(name)
    if name == "audio":
        return "With sound" if value else "Silent"
    # What was typed says nothing by itself: "rain", "7".
    if value is None or isinstance(value, bool) or not asked.menu.fields[name].values:
        return label_of(name)
    return shown(name, value)


def _short(offer: Offer) -> str:
    return offer.terms.label.removesuffix(" (sandbox)")


def words_of(names: Sequence[str]) -> str:
    """A, B and C."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _shared_note(rows: tuple[Row, ...]) -> tuple[tuple[Row, ...], str]:
    """A note that every possible offer has is said once, above them."""
    able = {row.note for row in rows if row.offer.can}
    if len(rows) < 2 or len(able) != 1:
        return rows, ""
    return tuple(replace(row, note="") for row in rows), able.pop()


def _usual(provider: Provider, brief: Brief) -> float:
    """Seconds, as the provider has it, until clips of the account were measured."""
    return provider.pace.at(off_peak=bool(brief.options.get("off_peak"))).typical_s


def _row(request: ProjectRequest, asked: Asked, offer: Offer, *, chosen: bool) -> Row:
    provider = providers()[offer.terms.provider]
    offering = provider.offering(asked.brief.operation, asked.brief.model)
    url, label = _mend(request, offer)
    return Row(
        offer=offer,
        provider=provider.name,
        unit_label=provider.unit_label,
        typical_s=offer.terms.typical_s or _usual(provider, asked.brief),
        note=offering.note if offering else "",
        why=_sentence(offer),
        mend_url=url,
        mend_label=label,
        chosen=chosen,
    )


def _sentence(offer: Offer) -> str:
    text = "; ".join(problem.text for problem in offer.problems)
    return text[:1].upper() + text[1:]


def _mend(request: ProjectRequest, offer: Offer) -> tuple[str, str]:
    """Where an owner mends what keeps the account out; nothing for others."""
    fields = {problem.field for problem in offer.problems}
    if request.role != TeamRole.OWNER or not fields & MENDABLE:
        return "", ""
    label = "Enter a price or a ceiling" if "price" in fields else "Open the account"
    label = "Enter the rate" if "rate" in fields else label
    for name, args in (
        ("provider", [request.team.slug, offer.terms.account]),
        ("providers", [request.team.slug]),
    ):
        try:
            return reverse(name, args=args), label
        except NoReverseMatch:
            continue
    return "", ""
