"""What nobody can tell about: a person looks it up at the provider and says what became of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.access import TeamRequest, team_view
from accounts.models import TeamRole
from accounts.money import format_usd
from generations import lifecycle
from generations.access import Need, ProjectRequest, project_view
from generations.auditing.answers import BELIEVED
from generations.auditing.rules import Mismatch
from generations.auditing.usage import has_list
from generations.causes import Explained, explain
from generations.forms import told
from generations.lifecycle.told import units_words
from generations.models import (
    Attempt,
    Discrepancy,
    Found,
    Generation,
    Project,
    ProjectRole,
    Selection,
    State,
)

# So many are shown; the others come up as these are resolved.
MOST = 100
# A job that nobody here asked for may be a lost one, if it began about when that was sent.
NEAR = dt.timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Case:
    """One open question, what we know about it, and what was typed about it if it was refused."""

    g: Generation
    attempt: Attempt | None
    explained: Explained | None
    amount: str
    units: list[told.Unit]
    typed: Mapping[str, str]
    error: str
    reported: str = ""
    with_failure: bool = False
    listed: str = ""
    perhaps: tuple[Discrepancy, ...] = ()


@dataclass(frozen=True, slots=True)
class MaskCase:
    """One selection whose answer was lost, and what was typed about it if it was refused."""

    s: Selection
    amount: str
    units: list[told.Unit]
    typed: Mapping[str, str]
    error: str


type Rates = dict[int, Decimal | None]
type Refused = tuple[Generation | Selection, Mapping[str, str], str]


@require_GET
@team_view()
def uncertain(request: TeamRequest) -> HttpResponse:
    return render(request, "generations/uncertain.html", _context(request))


@require_POST
@project_view(Need.PRODUCE)
def resolve(request: ProjectRequest, generation: UUID) -> HttpResponse:
    row = get_object_or_404(request.project.generations, uuid=generation)
    typed = request.POST.dict()
    verdict = typed.get("verdict", "")
    try:
        paid = told.read(row.account, typed) if verdict == "charged" else told.Amount()
        lifecycle.resolve(
            row,
            request.user,
            verdict=verdict,
            micros=paid.micros,
            units=paid.units,
            remote_id=typed.get("remote_id", ""),
            note=typed.get("note", ""),
        )
    except (lifecycle.CannotResolve, ValueError) as trouble:
        context = _context(request, refused=(row, typed, str(trouble)))
        return render(request, "generations/uncertain.html", context)
    said = "We look for it again." if verdict == "found" else "Resolved; the money is settled."
    messages.success(request, said)
    return redirect("uncertain", request.team.slug)


@require_POST
@project_view(Need.PRODUCE)
def resolve_selection(request: ProjectRequest, selection: UUID) -> HttpResponse:
    row = get_object_or_404(request.project.selections, uuid=selection)
    typed = request.POST.dict()
    verdict = typed.get("verdict", "")
    try:
        paid = told.read(row.account, typed) if verdict == "charged" else told.Amount()
        lifecycle.resolve_selection(
            row,
            request.user,
            verdict=verdict,
            micros=paid.micros,
            units=paid.units,
            note=typed.get("note", ""),
        )
    except (lifecycle.CannotResolve, ValueError) as trouble:
        context = _context(request, refused=(row, typed, str(trouble)))
        return render(request, "generations/uncertain.html", context)
    messages.success(request, "Resolved; the money is settled.")
    return redirect("uncertain", request.team.slug)


def _context(request: TeamRequest, refused: Refused | None = None) -> dict[str, Any]:
    here = _mine(request)
    clips = _open_clips(Generation.objects.filter(here, team=request.team))
    attempts = _newest_attempts(clips)
    strangers = _strangers(clips)
    masks = Selection.objects.filter(here, state=Found.UNCERTAIN, project__team=request.team)
    masks = masks.select_related("account", "project", "user").order_by("pk")
    rates: Rates = {}
    return {
        "cases": [_case(row, attempts.get(row.pk), strangers, rates, refused) for row in clips],
        "mask_cases": [_mask_case(row, rates, refused) for row in masks[:MOST]],
        "sees_exchanges": request.role == TeamRole.OWNER,
    }


def _open_clips(rows: QuerySet[Generation]) -> list[Generation]:
    """The oldest first. Each kind by an index of its own, or all clips would be looked at."""
    rows = rows.select_related("account", "project", "user").order_by("state_at", "pk")
    lost = rows.filter(state=State.UNCERTAIN)[:MOST]
    asked = rows.filter(question="charge").exclude(state=State.UNCERTAIN)[:MOST]
    return sorted([*lost, *asked], key=lambda one: (one.state_at, one.pk))[:MOST]


def _newest_attempts(clips: list[Generation]) -> dict[int, Attempt]:
    rows = Attempt.objects.filter(generation__in=clips).order_by("number")
    return {one.generation_id: one for one in rows}


def _mine(request: TeamRequest) -> Q:
    """All of the team for an owner, else what is in the projects that this person produces."""
    if request.role == TeamRole.OWNER:
        return Q()
    produced = Project.objects.filter(
        team=request.team,
        memberships__user=request.user,
        memberships__role=ProjectRole.PRODUCER,
    )
    if not produced.exists():
        raise PermissionDenied("Only owners and producers resolve these.")
    return Q(project__in=produced)


def _strangers(clips: list[Generation]) -> list[Discrepancy]:
    """Jobs in their providers' lists that nobody here asked for: a lost one may be among them."""
    accounts = {one.account_id for one in clips if one.state == State.UNCERTAIN}
    if not accounts:
        return []
    rows = Discrepancy.objects.filter(account__in=accounts, cause=Mismatch.NOT_OURS, is_open=True)
    return list(rows.order_by("-at")[:MOST])


def _case(
    row: Generation,
    attempt: Attempt | None,
    strangers: list[Discrepancy],
    rates: Rates,
    refused: Refused | None,
) -> Case:
    typed, error = _typed(row, refused)
    reported, with_failure = _reported(attempt)
    unit = attempt.charge_unit if attempt and reported else row.price.get("unit", "")
    units = _units(row, typed.get("unit", unit), rates)
    likely = _held(row, units)
    if reported and any(one.chosen and one.value == unit for one in units):
        likely = f"{reported.normalize():f}"
    amount = typed.get("amount", likely)
    perhaps: tuple[Discrepancy, ...] = ()
    if attempt is not None and not attempt.remote_id and row.state == State.UNCERTAIN:
        sent, account = attempt.sent_at, row.account_id
        perhaps = tuple(
            one for one in strangers if one.account_id == account and abs(one.at - sent) <= NEAR
        )
    known = attempt is not None and bool(attempt.remote_id)
    listed = _listed(row) if known and has_list(row.account) else ""
    return Case(
        g=row,
        attempt=attempt,
        explained=explain(row),
        amount=amount,
        units=units,
        typed=typed,
        error=error,
        reported=units_words(row, reported, attempt.charge_unit) if reported and attempt else "",
        with_failure=with_failure,
        listed=listed,
        perhaps=perhaps,
    )


def _reported(attempt: Attempt | None) -> tuple[Decimal | None, bool]:
    """What the provider said it took, and whether it said so of the failure itself."""
    if attempt is None:
        return None, False
    with_failure = attempt.last_look.get("charge")
    if with_failure is not None:
        return Decimal(with_failure), True
    return (None if attempt.last_look else attempt.charge_amount), False


def _units(row: Generation | Selection, chosen: str, rates: Rates) -> list[told.Unit]:
    """The units to choose from; what was sold in dollars is asked in dollars first.

    ``rates`` keeps what the accounts' units cost, so that each is asked for once at most.
    """
    account = row.account
    known = row.price.get("unit") == account.catalogue.unit and row.price.get("rate") is not None
    if not known:
        if account.pk not in rates:
            rates[account.pk] = account.rate()
        known = rates[account.pk] is not None
    in_unit = chosen == account.catalogue.unit
    return told.units_for(account, chosen if in_unit else told.DOLLARS, known=known)


def _listed(row: Generation) -> str:
    """When the provider's own list will answer by itself."""
    name, hours = row.account.catalogue.name, BELIEVED // dt.timedelta(hours=1)
    words = f"{name}'s own list of charges is read every hour. What it gives back is released here"
    if row.question:
        return f"{words} at once; what it keeps is entered {hours} hours after the end."
    return f"{words} at once; whether the clip still comes, it does not say."


def _mask_case(row: Selection, rates: Rates, refused: Refused | None) -> MaskCase:
    typed, error = _typed(row, refused)
    units = _units(row, typed.get("unit", row.price.get("unit", "")), rates)
    return MaskCase(row, typed.get("amount", _held(row, units)), units, typed, error)


def _typed(row: Generation | Selection, refused: Refused | None) -> tuple[Mapping[str, str], str]:
    return (refused[1], refused[2]) if refused and refused[0] == row else ({}, "")


def _held(row: Generation | Selection, units: list[told.Unit]) -> str:
    """The price as sold, in the unit that is chosen; in dollars where it was sold in those."""
    price = row.price
    if any(one.chosen and one.value != told.DOLLARS for one in units) and price.get("units"):
        return f"{Decimal(price['units']).normalize():f}"
    return format_usd(row.price_micros).removeprefix("$")
