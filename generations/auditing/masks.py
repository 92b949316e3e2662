"""Was a mask selection charged rightly? The same rules as for clips, from other rows.

A selection is answered at once and has no timeline, so what is due is found by its rows: the
newest ones, and those whose outcome nobody knows. Looking again changes nothing, so it is simply
done again; a constant number of queries, whatever their number.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Count, QuerySet

from accounts.models import Movement
from generations.catalogue.quote import to_micros
from generations.lifecycle.settling import REPORTED
from generations.models import Discrepancy, Found, Selection
from generations.providers.registry import adapter

from .cases import clear, raise_case
from .rules import DRIFT, Amount, End, Finding, Witnesses, audit

ENDS = {Found.DONE: End.MADE, Found.FAILED: End.FAILED, Found.UNCERTAIN: End.UNKNOWN}
NEWEST = 50
BATCH = 300
WHAT = "mask selection"
AGREES = "Looked at again, and all agrees now."


def catch_up() -> int:
    """Audit the newest ones and all that are open; how many disagree."""
    rows = _ended()
    some = {one.pk: one for one in rows.order_by("-pk")[:NEWEST]}
    some |= {one.pk: one for one in rows.filter(state=Found.UNCERTAIN)[:BATCH]}
    named = Discrepancy.objects.filter(selection__isnull=False, is_open=True)
    again = named.exclude(selection__in=list(some)).values_list("selection", flat=True)[:BATCH]
    some |= {one.pk: one for one in rows.filter(pk__in=list(again))}
    return _audit(some.values())


def ended() -> dict[str, int]:
    """How many have each outcome: where this changed, some are to be audited."""
    rows = Selection.objects.filter(state__in=ENDS).order_by().values_list("state")
    return dict(rows.annotate(count=Count("pk")))


def rebuild(since: dt.datetime | None = None) -> int:
    """Audit all that were asked for since then again; how many."""
    rows = _ended() if since is None else _ended().filter(created_at__gte=since)
    pks = list(rows.order_by("pk").values_list("pk", flat=True))
    for at in range(0, len(pks), BATCH):
        _audit(_ended().filter(pk__in=pks[at : at + BATCH]))
    return len(pks)


def witnesses(selection: Selection, settled: Movement | None) -> Witnesses:
    """What is known of its charge; ``settled`` is its line in the ledger, if there is one."""
    sold = sold_amount(selection)
    reported = reported_amount(selection, settled)
    return Witnesses(
        end=ENDS[Found(selection.state)],
        sold=sold,
        due=sold,
        reported=reported,
        settled=selection.charged_micros,
        reports=adapter(selection.account.provider).reports_charge,
        unit=selection.account.catalogue.unit,
        is_ceiling=bool(selection.price.get("is_ceiling")),
        alike=_alike(selection, reported, sold),
    )


def sold_amount(selection: Selection) -> Amount:
    told = selection.price
    units = None if told.get("units") is None else Decimal(told["units"])
    return Amount(units, told.get("unit", ""), selection.price_micros)


def reported_amount(selection: Selection, settled: Movement | None) -> Amount | None:
    """What the provider said: its figure stands in the ledger, and nowhere else."""
    if settled is None or settled.note != REPORTED or settled.units is None:
        return None
    micros = None if settled.rate is None else to_micros(settled.units, settled.rate)
    return Amount(settled.units, settled.unit, micros)


def settled_of(selections: Iterable[Selection]) -> dict[str, Movement]:
    """The charge of each, by its subject."""
    keys = [f"settle:{one.uuid}" for one in selections]
    return {one.subject: one for one in Movement.objects.filter(key__in=keys)}


def _ended() -> QuerySet[Selection]:
    rows = Selection.objects.filter(state__in=ENDS).select_related("account", "project")
    return rows.defer("account__key", "account__secrets", "masks", "exchange")


def _audit(selections: Iterable[Selection]) -> int:
    rows = list(selections)
    settled = settled_of(rows)
    kept: dict[int, list[Discrepancy]] = defaultdict(list)
    for one in Discrepancy.objects.filter(selection__in=[row.pk for row in rows]):
        kept[one.selection_id or 0].append(one)
    differ = 0
    for row in rows:
        findings = audit(witnesses(row, settled.get(str(row.uuid))))
        differ += bool(findings)
        _keep(row, findings, kept[row.pk])
    return differ


def _keep(selection: Selection, findings: list[Finding], kept: list[Discrepancy]) -> None:
    """Write only what is not written yet."""
    causes = {one.cause.value for one in findings}
    over = [one.pk for one in kept if one.is_open and one.cause not in causes]
    if over:
        clear(Discrepancy.objects.filter(pk__in=over), AGREES)
    same = {(one.cause, one.risk_micros) for one in kept if one.is_open or one.by_id}
    for one in findings:
        if (one.cause.value, one.risk) not in same:
            raise_case(selection, one.cause, one.risk, {**one.facts, "what": WHAT})


def _alike(selection: Selection, reported: Amount | None, sold: Amount) -> int:
    """How many before it, at the same price, were charged this very amount, in a row."""
    if reported is None or reported.units == sold.units or selection.state != Found.DONE:
        return 0
    before = Selection.objects.filter(
        account=selection.account_id,
        state=Found.DONE,
        price_micros=selection.price_micros,
        pk__lt=selection.pk,
    ).order_by("-pk")[: DRIFT - 1]
    rows = list(before)
    settled = settled_of(rows)
    run = 0
    for one in rows:
        line = settled.get(str(one.uuid))
        if line is None or line.note != REPORTED or line.units != reported.units:
            break
        run += 1
    return run
