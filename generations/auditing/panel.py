"""The four witnesses of one clip or mask selection, side by side, as pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from accounts.models import Kind, Movement
from generations.lifecycle.settling import LISTED
from generations.models import Attempt, BalanceSnapshot, Discrepancy, Found, Generation, Selection

from . import masks
from .gather import (
    asset_of,
    balances_around,
    balances_between,
    delivered,
    due_amount,
    end_of,
    reported_amount,
    sold_amount,
)
from .rules import Amount, End, Mismatch, same
from .words import explain, label, tone

FOR_WHAT_CAME = "By the book, for what came"


@dataclass(frozen=True, slots=True)
class Witness:
    """One figure and what stands below it; ``tone`` is ok, warn, bad or empty."""

    name: str
    amount: Amount | None
    words: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """One discrepancy, with its words."""

    row: Discrepancy
    label: str
    words: str
    tone: str


@dataclass(frozen=True, slots=True)
class Panel:
    witnesses: list[Witness]
    before: BalanceSnapshot | None
    after: BalanceSnapshot | None
    moved: Decimal | None
    around: str
    told: list[Told]


def panel(generation: Generation) -> Panel:
    """Everything that is known of its charge; a handful of queries."""
    sold, end = sold_amount(generation), end_of(generation)
    attempt = generation.attempt
    reported = reported_amount(generation, attempt, end)
    asset = asset_of(generation)
    brief = generation.brief
    came = delivered(brief, asset)
    due = due_amount(generation, brief, came) if end is End.MADE else None
    around = balances_around(generation)
    return Panel(
        witnesses=[
            Witness("Sold at", sold, _sold_words(generation.price)),
            _reported(generation, attempt, reported, due or sold, end),
            _due(due, sold, end, came.seconds if asset else 0, brief.seconds)
            if generation.is_final or end is not End.FAILED
            else Witness(FOR_WHAT_CAME, None, "Nothing yet."),
        ],
        before=around.get("before"),
        after=around.get("after"),
        moved=around.get("moved"),
        around=_around(around, is_over=generation.is_final),
        told=[tell(one) for one in generation.discrepancies.select_related("by").order_by("pk")],
    )


def tell(row: Discrepancy) -> Told:
    return Told(row, label(row.cause), explain(row.cause, row.facts), tone(row.cause))


def panel_of_masks(selection: Selection) -> Panel:
    """The same of a mask selection. Nothing is delivered of it that the book could measure."""
    sold = masks.sold_amount(selection)
    settled = masks.settled_of([selection]).get(str(selection.uuid))
    reported = masks.reported_amount(selection, settled)
    name = f"{selection.account.catalogue.name} reported"
    told = Witness(name, None, "It told nothing.")
    if reported is not None:
        agrees = same(reported, sold)
        words = "as expected" if agrees else "not as expected"
        told = Witness(name, reported, words, "ok" if agrees else "bad")
    around = balances_between(selection.account, selection.sent_at, selection.finished_at)
    cases = selection.discrepancies.select_related("by").order_by("pk")
    return Panel(
        witnesses=[
            Witness("Sold at", sold, _sold_words(selection.price)),
            told,
            _found(selection, sold),
        ],
        before=around.get("before"),
        after=around.get("after"),
        moved=around.get("moved"),
        around=_around(around, is_over=not selection.is_under_way),
        told=[tell(one) for one in cases],
    )


def _found(selection: Selection, sold: Amount) -> Witness:
    name = FOR_WHAT_CAME
    match selection.state:
        case Found.DONE:
            return Witness(name, sold, "one look at one frame")
        case Found.FAILED:
            return Witness(name, None, "Nothing came.")
    return Witness(name, None, "Nobody knows yet what came.")


def _sold_words(price: dict[str, Any]) -> str:
    if price.get("is_ceiling"):
        return "a ceiling, for the price was not known"
    return str(price.get("formula", ""))


def _reported(
    generation: Generation,
    attempt: Attempt | None,
    reported: Amount | None,
    expected: Amount,
    end: End,
) -> Witness:
    name = f"{generation.account.catalogue.name} reported"
    if reported is None and (listed := _listed(generation)):
        words = "by its own list of charges"
        return Witness(name, listed, words, "bad" if listed.units else "ok")
    if reported is None:
        words = "It tells no charges." if not _reports(generation) else "It told nothing."
        if attempt is not None and attempt.charge_amount is not None:
            words = f"{_told_at_first(generation, attempt)} when it took it, nothing since."
        elif not generation.is_final:
            words = "Nothing yet."
        return Witness(name, None, words)
    if end is not End.MADE:
        return Witness(
            name, reported, "of a clip that was not made", "bad" if reported.units else ""
        )
    agrees = same(reported, expected)
    return Witness(name, reported, "as expected" if agrees else "not as expected",
                   "ok" if agrees else "bad")  # fmt: skip


def _told_at_first(generation: Generation, attempt: Attempt) -> str:
    amount, unit = attempt.charge_amount or Decimal(0), attempt.charge_unit
    if unit == "USD":
        return f"${amount.normalize():f}"
    return f"{amount.normalize():,f} {generation.account.catalogue.unit_words(unit)}"


def _listed(generation: Generation) -> Amount | None:
    """What its own list of charges said of a failure, where that settled it."""
    rows = Movement.objects.filter(subject=str(generation.uuid), note=LISTED)
    # Of a charge and the rest that came back, the charge.
    row = rows.filter(kind__in=(Kind.SETTLE, Kind.RELEASE)).order_by("-kind").first()
    if row is None:
        return None
    if row.kind == Kind.RELEASE:
        return Amount(Decimal(0), generation.account.catalogue.unit, 0)
    return Amount(row.units, row.unit, row.micros)


def _reports(generation: Generation) -> bool:
    from generations.providers.registry import adapter

    return adapter(generation.account.provider).reports_charge


def _due(due: Amount | None, sold: Amount, end: End, came: int, asked: int) -> Witness:
    name = FOR_WHAT_CAME
    if end is not End.MADE:
        words = "Nothing came." if end is not End.UNKNOWN else "Nobody knows yet what came."
        return Witness(name, None, words)
    if due is None:
        return Witness(name, None, "The book has no such price.")
    if came and came != asked:
        return Witness(name, due, f"{came} s came, {asked} s were asked for", "warn")
    return Witness(name, due, f"{came} s came, as asked" if came and asked else "as asked",
                   "" if same(due, sold) else "warn")  # fmt: skip


def _around(around: dict[str, Any], *, is_over: bool) -> str:
    if not around:
        if not is_over:
            return "Known once it has ended and a balance was read after that."
        return "No balance is known before and after it."
    others, bought = around["others"], around["bought"]
    parts = ["alone in that time" if not others else f"{others} other clips in that time"]
    if bought:
        parts.append(f"{bought.normalize():,f} bought")
    return ", ".join(parts)


def is_list_only(row: Discrepancy) -> bool:
    """A job that only the provider knows."""
    return row.cause == Mismatch.NOT_OURS
