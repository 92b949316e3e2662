"""A quote for a brief, from a team's accounts as they stand now."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import replace
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from .catalogue.quote import quote as pure_quote
from .catalogue.types import Brief, Formula, PriceRow, Quote, Terms, conditions
from .media.links import address_for
from .models import (
    Found,
    Generation,
    Project,
    ProviderAccount,
    Selection,
    State,
    TeamPrice,
    Trouble,
    UnitRate,
)
from .pace import usual

BELIEVED = dt.timedelta(hours=1)
IN_FLIGHT = (State.SUBMITTING, State.RUNNING)


def quote(project: Project, brief: Brief) -> Quote:
    """All accounts' answers to the brief, ranked. Four queries, however many accounts."""
    found = terms(project.team_id, brief)
    if any(name.startswith("mask") for name in brief.options):
        found = _with_masks(project, brief, found)
    return pure_quote(brief, found)


def _with_masks(project: Project, brief: Brief, found: list[Terms]) -> list[Terms]:
    """Masks are good at the account that found them, for the very copy that it looked at."""
    source = next(iter(brief.of("source")), None)
    rows = Selection.objects.of(source) if source else Selection.objects.none()
    rows = rows.filter(
        project=project, state=Found.DONE, keyframe=int(brief.options.get("keyframe") or 0)
    )
    asked = [str(value) for name, value in brief.options.items() if name.startswith("mask")]
    good = {
        str(one.account.uuid)
        for one in rows.select_related("account")
        if one.has(*asked) and one.is_good
    }
    why = "no longer knows these masks: find the masks again"
    # Of masks that another account found, the quote itself speaks.
    return [
        one
        if one.account in good or brief.at not in ("", one.account, one.provider)
        else replace(one, no_masks=why)
        for one in found
    ]


def terms(team_id: int, brief: Brief) -> list[Terms]:
    """The team's accounts as a quote needs to know them."""
    accounts = list(
        ProviderAccount.objects.filter(team_id=team_id).annotate(busy=in_flight()).order_by("name")
    )
    ids = [one.pk for one in accounts]
    off_peak = bool(brief.options.get("off_peak"))
    rates, prices, typical = _rates(ids), _prices(ids, brief), usual(ids)
    return [
        Terms(
            account=str(one.uuid),
            label=one.name,
            provider=one.provider,
            play=one.play,
            usd_per_unit=rates.get(one.pk, one.catalogue.usd_per_unit),
            rows=tuple(prices[one.pk]),
            ceiling=one.ceiling_micros,
            trouble=_trouble(one),
            has_address=bool(address_for(one)),
            typical_s=typical.get((one.pk, brief.operation, brief.model, off_peak)),
            slots=one.limit,
            busy=one.busy,
            balance=one.left if is_fresh(one) else None,
        )
        for one in accounts
    ]


def in_flight() -> Coalesce:
    """How many clips an account has at its provider: counted from those alone, by their index."""
    rows = Generation.objects.filter(account=OuterRef("pk"), state__in=IN_FLIGHT)
    counted = rows.order_by().values("account").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)


def is_fresh(account: ProviderAccount) -> bool:
    """A balance is believed for an hour; somebody may have topped up since."""
    return account.balance_at is not None and account.balance_at > timezone.now() - BELIEVED


def _trouble(account: ProviderAccount) -> str:
    if not account.enabled:
        return "the account is switched off"
    if account.trouble == Trouble.NONE:
        return ""
    return Trouble(account.trouble).label


def _rates(ids: list[int]) -> dict[int, Any]:
    today = timezone.localdate()
    rows = UnitRate.objects.filter(account__in=ids, since__lte=today).order_by("since", "pk")
    return {row.account_id: row.usd_per_unit for row in rows}


def _prices(ids: list[int], brief: Brief) -> dict[int, list[PriceRow]]:
    """The teams' own rows that may fit the brief; an account may have hundreds for others."""
    today = timezone.localdate()
    rows = TeamPrice.objects.filter(
        account__in=ids,
        since__lte=today,
        withdrawn_at=None,
        operation__in=("", brief.operation),
        model__in=("", brief.model),
    )
    found: dict[int, list[PriceRow]] = defaultdict(list)
    # Newest first: of rows that fit equally well, the quote takes the first.
    for row in rows.order_by("-since", "-pk"):
        found[row.account_id].append(price_row(row))
    return found


def price_row(row: TeamPrice) -> PriceRow:
    """A price of the team's own, as a quote reads it."""
    return PriceRow(
        operation=row.operation,
        model=row.model,
        formula=Formula(row.formula),
        amount=row.amount,
        unit=row.unit,
        quality=row.quality or None,
        audio=row.audio,
        duration=row.duration,
        read_on=row.since,
        source=row.note or "entered by the team",
        ours=True,
        when=conditions(row.when),
    )
