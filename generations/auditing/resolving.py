"""A person says what a discrepancy was. Money moves only by the ledger's own verbs."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import audit, ledger
from accounts.models import Movement, User
from accounts.money import format_usd
from generations.lifecycle.rows import note as tell
from generations.lifecycle.rows import touch
from generations.models import Discrepancy, Generation, Resolution, Selection
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
    case: Discrepancy, user: User, *, resolution: str, note: str, refund_micros: int | None = None
) -> Movement | None:
    """Close it, or keep it open until the refund has come. Raises CannotSettle.

    ``refunded`` writes an adjustment of the charge, once, and returns it; all others move no
    money.
    """
    case = Discrepancy.objects.select_for_update(of=("self",)).get(pk=case.pk)
    chosen = _chosen(case, resolution, note)
    written = None
    if chosen is Resolution.REFUNDED:
        written = _refund(case, user, refund_micros, note)
    elif refund_micros is not None:
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
    audit.record(
        user,
        "discrepancy.resolved",
        f"{label(case.cause)}: {_called(case)}",
        team=case.team,
        before=Resolution(case.resolution).label,
        after=chosen.label,
        risk_micros=case.risk_micros,
        **({"refund_micros": refund_micros} if refund_micros else {}),
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


def _refund(case: Discrepancy, user: User, micros: int | None, note: str) -> Movement:
    sold = sold_of(case)
    if sold is None:
        words = "A job that is not ours was never charged here. Enter the refund as a top-up."
        raise CannotSettle(words)
    if not micros or micros < 0:
        raise CannotSettle("Enter what came back, in dollars.")
    left = ledger.charged(str(sold.uuid))
    if micros > left:
        raise CannotSettle(f"Only {format_usd(left)} was charged for it.")
    # The state first, then the ledger, then the project: the order in which rows are locked.
    rows: QuerySet[Generation] | QuerySet[Selection] = Generation.objects.filter(pk=sold.pk)
    if isinstance(sold, Selection):
        rows = Selection.objects.filter(pk=sold.pk)
    rows.update(charged_micros=left - micros)
    reason = f"refund-{case.pk}"
    written = books.adjust(sold, -micros, reason=reason, note=f"refund: {note}"[:300])
    if isinstance(sold, Generation):
        text = f"Refunded {format_usd(micros)}, entered by {user}."
        tell(sold, "refund", text, micros=micros, note=note[:300])
        touch(sold)
    return written
