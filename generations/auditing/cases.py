"""Audits clips and keeps what does not agree. Runs after a settlement and can never fail one."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import Team
from generations.models import (
    Audited,
    Discrepancy,
    Event,
    Generation,
    Resolution,
    Selection,
)

from . import marks
from .gather import with_all, witnesses
from .rules import End, Finding, Mismatch, Witnesses, audit, same

log = logging.getLogger(__name__)

# What was sold at a price, and so may be charged wrongly.
type Sold = Generation | Selection

# Lines of a timeline after which the money may stand otherwise.
ENDS = ("succeeded", "failed", "moderated", "uncertain", "resolved", "late", "refund")
# On PostgreSQL a line with a lower number may be committed later: so many are read again.
OVERLAP = 200
BATCH = 300
# What only a provider's own list shows is not cleared by looking at the clip again.
FROM_LIST = "list"


def catch_up() -> int:
    """Audit what ended since the last time, or a part of it; how many clips.

    Harmless when run twice at once.
    """
    rows = Event.objects.filter(pk__gt=_mark_now() - OVERLAP, kind__in=ENDS).order_by("pk")
    newest: dict[int, int] = {}
    for pk, generation in rows.values_list("pk", "generation_id")[: BATCH + OVERLAP]:
        newest[generation] = pk
    known = dict(
        Audited.objects.filter(generation__in=newest).values_list("generation_id", "event")
    )
    due = [one for one, event in newest.items() if known.get(one, 0) < event]
    # In the order of their lines: whoever dies on the way leaves the mark where it was.
    audit_all(sorted(due, key=lambda one: newest[one]), newest)
    return len(due)


def behind() -> int:
    """The newest line that is still to be audited; 0: all are."""
    rows = Event.objects.filter(pk__gt=_mark_now(), kind__in=ENDS)
    return rows.aggregate(newest=Max("pk"))["newest"] or 0


def waiting(team: Team, *, play: bool, most: int = 1000) -> int:
    """How many clips of a team are still to be audited, or ``most`` where there are more."""
    rows = Event.objects.filter(pk__gt=_mark_now(), kind__in=ENDS)
    rows = rows.filter(generation__team=team, generation__play=play)
    return len(set(rows.values_list("generation", flat=True)[:most]))


def _mark_now() -> int:
    return Audited.objects.aggregate(mark=Max("event"))["mark"] or 0


def audit_all(pks: Iterable[int], events: dict[int, int] | None = None) -> int:
    """Audit these clips; one odd clip does not stop the others. How many were audited."""
    wanted = list(pks)
    done = 0
    rows = {one.pk: one for one in with_all(Generation.objects.filter(pk__in=wanted))}
    for generation in (rows[pk] for pk in wanted if pk in rows):
        event = (events or {}).get(generation.pk) or _last_event(generation)
        try:
            audit_one(generation, event)
        except Exception:
            log.exception("the charge of %s could not be audited", generation.uuid)
            # Marked all the same, or the same clip would be tried for ever.
            _mark(generation, event, None)
            continue
        done += 1
    return done


def audit_one(generation: Generation, event: int) -> list[Finding]:
    """Look at one charge from all sides and keep what does not agree."""
    seen = witnesses(generation)
    findings = audit(seen)
    with transaction.atomic():
        _keep(generation, findings)
        _mark(generation, event, seen)
    return findings


def rebuild(since: dt.datetime | None = None, team_id: int | None = None) -> int:
    """Audit again everything that ended since then; what a person resolved stays resolved."""
    rows = Generation.objects.filter(state__in=("succeeded", "failed", "moderated", "uncertain"))
    if since is not None:
        rows = rows.filter(state_at__gte=since)
    if team_id is not None:
        rows = rows.filter(team=team_id)
    pks = list(rows.order_by("pk").values_list("pk", flat=True))
    return sum(audit_all(pks[at : at + BATCH]) for at in range(0, len(pks), BATCH))


def raise_case(sold: Sold, cause: Mismatch, risk: int, facts: dict[str, Any]) -> Discrepancy:
    """Keep one discrepancy of a clip or a mask selection.

    One that a person resolved is not opened again.
    """
    same_case = {
        "account_id": sold.account_id,
        "subject": str(sold.uuid),
        "cause": cause.value,
    }
    fields = {"risk_micros": risk, "facts": facts}
    found, made = Discrepancy.objects.get_or_create(
        **same_case, defaults={**fields, **_whose(sold), "user_id": sold.user_id, "play": sold.play}
    )
    if not made and found.resolution in (Resolution.NONE, Resolution.CLEARED):
        Discrepancy.objects.filter(pk=found.pk).update(
            **fields, is_open=True, resolution="", note="", resolved_at=None
        )
    return found


def _whose(sold: Sold) -> dict[str, Any]:
    """Where the case belongs. A clip's stays with the project that paid for it."""
    if isinstance(sold, Selection):
        return {
            "selection": sold,
            "team_id": sold.project.team_id,
            "project_id": sold.project_id,
            "at": sold.finished_at or sold.sent_at or sold.created_at,
        }
    return {
        "generation": sold,
        "team_id": sold.team_id,
        "project_id": sold.paid_by_id or sold.project_id,
        "at": sold.finished_at or sold.state_at,
    }


def clear(rows: Any, why: str) -> int:
    """Close open ones that are none any more; nobody has to do anything."""
    return int(
        rows.filter(is_open=True, resolution=Resolution.NONE).update(
            is_open=False, resolution=Resolution.CLEARED, note=why, resolved_at=timezone.now()
        )
    )


def _keep(generation: Generation, findings: list[Finding]) -> None:
    causes = [one.cause.value for one in findings]
    rows = Discrepancy.objects.filter(generation=generation, is_open=True)
    over = [
        row.pk
        for row in rows.only("cause", "facts")
        if row.cause not in causes and row.facts.get("witness") != FROM_LIST
    ]
    if over:
        clear(Discrepancy.objects.filter(pk__in=over), "Looked at again, and all agrees now.")
    for one in findings:
        raise_case(generation, one.cause, one.risk, dict(one.facts))


def _mark(generation: Generation, event: int, seen: Witnesses | None) -> None:
    fields: dict[str, Any] = {"account_id": generation.account_id, "event": event}
    fields |= {"at": generation.finished_at or timezone.now(), "agrees": None}
    if seen is not None and seen.reported is not None:
        fields["reported_micros"] = seen.reported.micros
        if seen.end is End.MADE:
            fields["agrees"] = same(seen.reported, seen.due or seen.sold)
    fields["due_micros"] = seen.due.micros if seen is not None and seen.due else None
    marks.keep(generation, fields)


def _last_event(generation: Generation) -> int:
    rows = Event.objects.filter(generation=generation, kind__in=ENDS)
    return int(rows.aggregate(last=Max("pk"))["last"] or 0)
