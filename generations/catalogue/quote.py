"""The price of a brief: one function for form, hold, audit and docs. Pure, no database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import ROUND_CEILING, Decimal

from .loader import providers
from .options import noun
from .types import (
    PICTURES,
    Brief,
    Formula,
    Input,
    MediaRules,
    Offer,
    Offering,
    Price,
    PriceRow,
    Problem,
    Provider,
    Quote,
    Terms,
    Unknown,
    formats,
)

MICROS = 1_000_000
KINDS = {"image": "pictures", "video": "videos", "audio": "sounds"}


def to_micros(units: Decimal, usd_per_unit: Decimal) -> int:
    """Micro-dollars of an amount in a provider's unit; a part of one counts as a whole one."""
    return int((units * usd_per_unit * MICROS).to_integral_value(ROUND_CEILING))


def find_row(rows: Iterable[PriceRow], brief: Brief) -> PriceRow | None:
    """The row that fits best: the most conditions first, then the newest."""
    fitting = [row for row in rows if row.fits(brief)]
    if not fitting:
        return None
    return max(fitting, key=lambda row: (_conditions(row), row.read_on is not None, row.read_on))


def charged_units(provider: Provider, row: PriceRow, brief: Brief) -> Decimal:
    """What a brief takes by this row; a provider that sells no parts of its unit rounds up."""
    units = row.units(brief)
    if provider.whole_units and row.unit == provider.unit:
        return units.to_integral_value(ROUND_CEILING)
    return units


def price(provider: Provider, brief: Brief, terms: Terms) -> Price | Problem:
    """What one take costs by the team's own row, else the published one, else a ceiling."""
    row = find_row(terms.rows, brief) or find_row(provider.prices, brief)
    if row is not None:
        rate = Decimal(1) if row.unit == "USD" else terms.usd_per_unit
        if rate is not None:
            return _sold(provider, row, brief, rate)
    if terms.ceiling is not None:
        return Price(
            micros=terms.ceiling,
            units=None,
            unit=provider.unit,
            rate=None,
            formula="ceiling held until the price is known",
            source="entered by the team",
            read_on=None,
            is_ceiling=True,
        )
    if row is not None:
        return Problem("rate", f"no USD rate is entered for a {provider.unit_label}")
    missing = find_unknown(provider, brief)
    why = f": {missing.reason}" if missing else ""
    return Problem("price", f"its price is not known{why}")


def find_unknown(provider: Provider, brief: Brief) -> Unknown | None:
    return next((one for one in provider.unknown if one.fits(brief)), None)


def offer(brief: Brief, terms: Terms) -> Offer:
    """One account's answer: what it costs, or every reason why it cannot."""
    provider = providers()[terms.provider]
    offering = provider.offering(brief.operation, brief.model)
    if offering is None:
        operation = brief.operation.replace("_", " ")
        return Offer(terms, None, (Problem("model", f"does not offer {operation} with it"),))
    later = _yet_to_come(offering, brief)
    problems = [one for one in offering.problems(brief) if one.field not in later]
    problems += _strangers(offering, brief, terms)
    for one in brief.inputs:
        rules = provider.media.get(one.kind)
        if not (rules and one.clip and one.account == terms.account and one.role in rules.by_id):
            problems += _file_problems(rules, one, terms)
    if terms.no_masks:
        problems.append(Problem("mask", terms.no_masks))
    if terms.trouble:
        problems.append(Problem("account", terms.trouble))
    if problems:
        return Offer(terms, None, tuple(problems))
    found = price(provider, brief, terms)
    if isinstance(found, Problem):
        return Offer(terms, None, (found,))
    if short := _too_little(provider, found, terms):
        return Offer(terms, None, (short,))
    return Offer(terms, found)


def _yet_to_come(offering: Offering, brief: Brief) -> set[str]:
    """What the brief lacks so far: a price can be told before, a clip be asked for only with it."""
    short = {one.role for one in offering.inputs if len(brief.of(one.role)) < max(1, one.minimum)}
    found = short | (set() if brief.prompt else {"prompt"})
    found |= {names[0] for names in offering.one_of if not any(map(brief.has, names))}
    if "frame" in short:
        found |= {name for name in offering.options if name.startswith(("seconds_", "prompt_"))}
    return found


def _strangers(offering: Offering, brief: Brief, terms: Terms) -> Iterator[Problem]:
    """Ids of another provider's lists, and clips that another account made."""
    for name in brief.options if brief.at else ():
        # A list is the provider's, a mask is known to the account alone that found it.
        option = offering.options.get(name)
        listed = option is not None and bool(option.listed)
        known = brief.at == terms.account or (listed and brief.at == terms.provider)
        if (listed or name.startswith("mask")) and not known:
            text = f"the {noun(name)} was chosen from another's list: choose one here"
            yield Problem(name, text)
    for spec in offering.inputs:
        clips = [one for one in brief.of(spec.role) if one.clip]
        if spec.own and any(one.account != terms.account for one in clips):
            yield Problem(spec.role, "takes only a clip that this account made itself")


def _too_little(provider: Provider, sold: Price, terms: Terms) -> Problem | None:
    if terms.balance is None or sold.units is None or sold.unit != provider.unit:
        return None
    if sold.units <= terms.balance:
        return None
    left, needs = (f"{one.normalize():f}" for one in (terms.balance, sold.units))
    text = f"has {left} {provider.unit_label} left there, and this needs {needs}: top it up"
    return Problem("balance", text)


def quote(brief: Brief, accounts: Sequence[Terms]) -> Quote:
    """All offers: real money before play money, each by price, the impossible ones last.

    The cheapest is marked among the real ones and among the play ones.
    """
    offers = sorted((offer(brief, terms) for terms in accounts), key=_rank)
    seen: set[bool] = set()
    for at, one in enumerate(offers):
        if one.can and one.terms.play not in seen:
            seen.add(one.terms.play)
            offers[at] = Offer(one.terms, one.price, (), cheapest=True)
    return Quote(brief, tuple(offers))


_COUNTED = {
    Formula.PER_SECOND: "a second",
    Formula.PER_CLIP: "a clip",
    Formula.PER_SOURCE_SECOND: "a started second of the source",
    Formula.PER_SOURCE_5_SECONDS: "for each started 5 s of the source",
    Formula.PER_15_BYTES: "for each started 15 bytes of speech",
}


def _rank(one: Offer) -> tuple[bool, bool, int, str]:
    micros = one.price.micros if one.price else 0
    return (not one.can, one.terms.play, micros, one.terms.label)


def _conditions(row: PriceRow) -> int:
    values = (row.operation or None, row.model or None, row.quality, row.audio, row.duration)
    spoken = row.formula is Formula.PER_15_BYTES  # a condition too: it fits a speech only
    return sum(value is not None for value in values) + len(row.when) + spoken


def counted_words(row: PriceRow, brief: Brief) -> str:
    """What its amount is for: "a second", "a clip", "a picture"."""
    if row.formula is Formula.PER_CLIP and brief.operation in PICTURES:
        return "a picture"
    return _COUNTED[row.formula]


def _sold(provider: Provider, row: PriceRow, brief: Brief, rate: Decimal) -> Price:
    exact = row.units(brief)
    units = charged_units(provider, row, brief)
    each = f"{row.amount.normalize():f} {provider.unit_words(row.unit)}"
    formula = f"{each} {counted_words(row, brief)}"
    if row.formula is not Formula.PER_CLIP:
        formula += f" × {row.times(brief)}"
    if row.formula is Formula.PER_SECOND:
        formula += " s"
    if units != exact:
        formula += ", rounded up"
    return Price(
        micros=to_micros(units, rate),
        units=units,
        unit=row.unit,
        rate=rate,
        formula=formula,
        source=row.source,
        read_on=row.read_on,
    )


def _file_problems(rules: MediaRules | None, one: Input, terms: Terms) -> list[Problem]:
    if rules is None:
        return [Problem(one.role, f"takes no {KINDS[one.kind]}")]
    kind = KINDS[one.kind]
    found = []
    if one.mime not in rules.mimes:
        found.append(Problem(one.role, f"takes {kind} as {formats(rules.mimes)} only"))
    if one.size > rules.max_bytes:
        megabytes = rules.max_bytes / 1_000_000
        found.append(Problem(one.role, f"takes {kind} up to {megabytes:.0f} MB"))
    if rules.max_side and max(one.width, one.height) > rules.max_side:
        found.append(Problem(one.role, f"takes {kind} up to {rules.max_side} px a side"))
    if rules.max_seconds and one.ms > rules.max_seconds * 1000:
        found.append(Problem(one.role, f"takes {kind} up to {rules.max_seconds} s"))
    if rules.form == "link" and not terms.has_address:
        text = "fetches the file from us, and PUBLIC_URL is not set to a public address"
        found.append(Problem("address", text))
    return found
