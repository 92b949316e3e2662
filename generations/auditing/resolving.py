"""A person says what a discrepancy was. Money moves only by the ledger's own verbs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone

from accounts import audit, ledger
from accounts.models import Movement, User
from accounts.money import format_usd
from generations.catalogue.quote import to_micros
from generations.lifecycle.rows import note as tell
from generations.lifecycle.rows import touch
from generations.lifecycle.told import amount_words, charged_unit, in_units, units_words
from generations.models import Discrepancy, Generation, Resolution, Selection, SpendLine
from generations.spend import books
from generations.titles import in_a_line

from .words import label

# What a person may choose.
CHOICES = (
    Resolution.ACCEPTED,
    Resolution.EXPECTED,
    Resolution.REFUNDED,
    Resolution.OUR_PRICE,
)


class CannotSettle(Exception):
    """The resolution does not fit; the words say what to do."""


@transaction.atomic
def resolve(
    case: Discrepancy,
    user: User,
    *,
    resolution: str,
    note: str,
    refund_micros: int | None = None,
    refund_units: Decimal | None = None,
) -> Movement | None:
    """Close it, or keep it open until the refund has come. Raises CannotSettle.

    ``refunded`` writes an adjustment of the charge, once, and returns it, whether it was told in
    dollars or in the provider's unit; all others move no money.
    """
    case = Discrepancy.objects.select_for_update(of=("self",)).get(pk=case.pk)
    chosen = _chosen(case, resolution, note)
    written = None
    if chosen is Resolution.REFUNDED:
        written = _refund(case, user, _came_back(case, refund_micros, refund_units), note)
        refund_micros = -written.micros
    elif refund_micros is not None or refund_units is not None:
        raise CannotSettle("An amount belongs to “Refunded” only.")
    keeps_open = chosen is Resolution.EXPECTED
    Discrepancy.objects.filter(pk=case.pk).update(
        is_open=keeps_open,
        resolution=chosen,
        refund_micros=refund_micros,
        note=note.strip()[:300],
        by=user,
        resolved_at=timezone.now(),
    )
    sold = sold_of(case)
    audit.record(
        user,
        "discrepancy.resolved",
        f"{label(case.cause)}: {_called(case)}",
        team=case.team,
        before=Resolution(case.resolution).label,
        after=chosen.label,
        risk_micros=case.risk_micros,
        **({"refund_micros": refund_micros} if refund_micros else {}),
        **(
            {"told": units_words(sold, -written.units, written.unit)}
            if sold and written and written.units and written.unit != "USD"
            else {}
        ),
        # Where the clip's own month is closed.
        **({"counts_in": written.month} if written and written.corrects else {}),
        note=note.strip(),
    )
    return written


def _called(case: Discrepancy) -> str:
    """What a case is about, as people know it: a line of the audit is read by them."""
    if case.generation is not None:
        return in_a_line(case.generation)
    if case.selection is not None:
        return case.selection.title
    return f"their job {case.facts.get('remote_id', case.subject)}"


@transaction.atomic
def resolve_all(cases: Iterable[Discrepancy], user: User, *, resolution: str, note: str) -> int:
    """The same for many; never a refund, for each has an amount of its own. How many."""
    if resolution == Resolution.REFUNDED:
        raise CannotSettle("Enter refunds one by one: each has its own amount.")
    done = 0
    for case in cases:
        resolve(case, user, resolution=resolution, note=note)
        done += 1
    return done


def _chosen(case: Discrepancy, resolution: str, note: str) -> Resolution:
    if resolution not in CHOICES:
        raise CannotSettle("Choose what it was.")
    if not note.strip():
        raise CannotSettle("Say in the note how you know; others will ask.")
    if not case.is_open:
        raise CannotSettle("It was resolved meanwhile. Look at it again.")
    sold = sold_of(case)
    if sold is not None and ledger.held(str(sold.uuid)) > 0:
        words = "The price is still held. Say first on “To resolve” whether it was charged."
        raise CannotSettle(words)
    return Resolution(resolution)


def sold_of(case: Discrepancy) -> Generation | Selection | None:
    """What was sold, if it is ours: a clip, or a mask selection."""
    return case.generation or case.selection


@dataclass(frozen=True, slots=True)
class Back:
    """What came back, in dollars and, where the rate of the charge is known, in units."""

    micros: int
    units: Decimal | None
    unit: str
    rate: Decimal | None


def _came_back(case: Discrepancy, micros: int | None, units: Decimal | None) -> Back:
    """What was told, in both; all of the charge is all of it in both, to the last part."""
    sold = sold_of(case)
    if sold is None:
        words = "A job that is not ours was never charged here. Enter the refund as a top-up."
        raise CannotSettle(words)
    if (micros or 0) <= 0 and (units or 0) <= 0:
        raise CannotSettle("Enter what came back.")
    left, own = ledger.charged(str(sold.uuid)), charged_unit(sold)
    if not left:
        raise CannotSettle("Nothing is charged for it any more, so nothing can come back.")
    if own is None:
        if micros is None:
            label = sold.account.catalogue.unit_label
            raise CannotSettle(f"What one of its {label} cost is not known: enter it in dollars.")
        _no_more(micros <= left, format_usd(left))
        return Back(micros, None, "", None)
    unit, rate = own
    left_units = _units_left(sold, unit)
    if left_units is None:
        left_units = in_units(left, rate)
    if units is not None:
        _no_more(units <= left_units, units_words(sold, left_units, unit))
        micros = left if units == left_units else min(left, to_micros(units, rate))
    else:
        micros = micros or 0
        _no_more(micros <= left, format_usd(left))
        units = left_units if micros == left else min(left_units, in_units(micros, rate))
    return Back(micros, units, unit, rate)


def _no_more(enough: bool, left: str) -> None:  # noqa: FBT001 - what it says is in its name
    if not enough:
        raise CannotSettle(
            f"Only {left} {'was' if left.startswith('$') else 'were'} charged for it."
        )


def _units_left(sold: Generation | Selection, unit: str) -> Decimal | None:
    """What its charge comes to so far in this unit; None where it was charged in another."""
    rows = SpendLine.objects.filter(subject=sold.uuid, unit=unit)
    found = rows.aggregate(sum=Sum("unit_millionths"))["sum"]
    return Decimal(found) / 1_000_000 if found else None


def _refund(case: Discrepancy, user: User, back: Back, note: str) -> Movement:
    sold = sold_of(case)
    assert sold is not None  # noqa: S101 - what came back was of something
    left = ledger.charged(str(sold.uuid))
    # The state first, then the ledger, then the project: the order in which rows are locked.
    rows: QuerySet[Generation] | QuerySet[Selection] = Generation.objects.filter(pk=sold.pk)
    if isinstance(sold, Selection):
        rows = Selection.objects.filter(pk=sold.pk)
    rows.update(charged_micros=left - back.micros)
    told = {
        "units": None if back.units is None else -back.units,
        "unit": back.unit,
        "rate": back.rate,
    }
    reason, words = f"refund-{case.pk}", f"refund: {note}"[:300]
    written = books.adjust(sold, -back.micros, reason=reason, note=words, **told)
    if isinstance(sold, Generation):
        said = amount_words(sold, back.micros, back.units, back.unit)
        text = f"Refunded {said}, entered by {user}."
        tell(sold, "refund", text, micros=back.micros, note=note[:300])
        touch(sold)
    return written
