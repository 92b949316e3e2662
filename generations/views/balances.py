"""What is left at the providers, whether it agrees with our books, and what each is worth."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.access import TeamRequest, team_view
from accounts.closing import Closed
from accounts.models import TeamRole
from generations.auditing import answers, balances, scorecard, usage
from generations.auditing.reconcile import policy, reconcile
from generations.auditing.runway import runways
from generations.forms.auditing import BalanceForm, TopUpForm
from generations.models import BalanceSnapshot, ProviderAccount, TopUp
from generations.providers.types import ProviderError
from generations.spend.period import CUSTOM, LABELS, Period, period
from generations.views.auditing import SEES, plays

LATEST = 40


@team_view(*SEES)
@require_GET
def audit_accounts(request: TeamRequest) -> HttpResponse:
    """The scorecard of all accounts, with balance and runway."""
    play = plays(request)
    wanted = period(request.GET, timezone.localdate())
    start, end = _span(wanted)
    every = list(request.team.provider_accounts.order_by("name"))
    some = [one for one in every if one.play == play]
    cards = zip(scorecard.scores(some, start, end), runways(some), strict=True)
    context = {
        "cards": list(cards),
        "period": wanted,
        "play": play,
        "both": len({one.play for one in every}) > 1,
        "enough": scorecard.ENOUGH,
        **_periods(wanted, {"money": request.GET.get("money", "")}),
    }
    return render(request, "auditing/accounts.html", context)


@team_view(*SEES)
@require_GET
def audit_account(request: TeamRequest, account: UUID) -> HttpResponse:
    return _page(request, _account(request, account))


@team_view(TeamRole.OWNER)
@require_POST
def audit_balance(request: TeamRequest, account: UUID) -> HttpResponse:
    return _enter(request, account, BalanceForm, "The balance is entered.")


@team_view(TeamRole.OWNER)
@require_POST
def audit_topup(request: TeamRequest, account: UUID) -> HttpResponse:
    return _enter(request, account, TopUpForm, "The top-up is entered.")


def _enter(
    request: TeamRequest, account: UUID, form_class: type[BalanceForm | TopUpForm], said: str
) -> HttpResponse:
    """Write down what was typed, or draw the page again with it and what is wrong."""
    row = _account(request, account)
    form = form_class(request.POST, unit=row.catalogue.unit_label)
    if not form.is_valid() or not form.entered(request.user, row):
        return _page(request, row, **{f"{form_class.prefix}_form": form})
    messages.success(request, said)
    return _back(request, row)


@team_view(TeamRole.OWNER)
@require_POST
def audit_balance_mistake(request: TeamRequest, account: UUID, snapshot: int) -> HttpResponse:
    row = _account(request, account)
    return _mistake(request, row, get_object_or_404(row.snapshots, pk=snapshot))


@team_view(TeamRole.OWNER)
@require_POST
def audit_topup_mistake(request: TeamRequest, account: UUID, topup: int) -> HttpResponse:
    row = _account(request, account)
    return _mistake(request, row, get_object_or_404(row.topups, pk=topup))


def _mistake(
    request: TeamRequest, account: ProviderAccount, row: BalanceSnapshot | TopUp
) -> HttpResponse:
    """Leave it out from now on, or draw the page again with the note and what is wrong."""
    note = request.POST.get("note", "")
    try:
        balances.mark_as_mistake(request.user, account, row, note)
    except (balances.CannotMark, Closed) as wrong:
        return _page(request, account, refused={"row": row, "note": note, "error": str(wrong)})
    messages.success(request, "Marked as a mistake: it counts no longer.")
    return _back(request, account)


@team_view(TeamRole.OWNER)
@require_POST
def audit_read(request: TeamRequest, account: UUID) -> HttpResponse:
    """Read the balance now: a free call."""
    row = _account(request, account)
    found = balances.read(row)
    if found is None:
        messages.error(request, f"{row.catalogue.name} could not tell the balance now.")
    else:
        left = f"{found.amount.normalize():,f} {row.catalogue.unit_label}"
        messages.success(request, f"The balance is {left}.")
    return _back(request, row)


@team_view(TeamRole.OWNER)
@require_POST
def audit_match(request: TeamRequest, account: UUID) -> HttpResponse:
    """Match the provider's own list of charges with ours, over the period that is shown."""
    row = _account(request, account)
    start, end = _span(period(request.POST, timezone.localdate()))
    if not usage.has_list(row):
        messages.warning(request, f"{row.catalogue.name} has no list of charges to read.")
        return _back(request, row)
    try:
        answered = answers.answer_open(row)
        found = usage.match(row, start, min(end, timezone.now()))
    except ProviderError as trouble:
        messages.error(request, f"The list could not be read: {trouble.said or trouble}.")
        return _back(request, row)
    said = f"{found.lines} lines read: {found.agree} jobs agree, {found.differ} do not."
    if settled := answered.charged + answered.given_back:
        said += f" {settled} open question{'s' if settled > 1 else ''} answered by it."
    (messages.warning if found.differ else messages.success)(request, said)
    return _back(request, row)


def _page(request: TeamRequest, account: ProviderAccount, **bound: Any) -> HttpResponse:
    wanted = period(request.GET, timezone.localdate())
    start, end = _span(wanted)
    snapshots = account.snapshots.select_related("by", "mistaken_by").order_by("-at", "-pk")
    topups = account.topups.select_related("by", "mistaken_by").order_by("-at", "-pk")
    context: dict[str, Any] = {
        "account": account,
        "provider": account.catalogue,
        "period": wanted,
        "books": reconcile(account, start, min(end, timezone.now())),
        "runway": runways([account])[0],
        "policy": policy(account),
        "score": scorecard.scores([account], start, end)[0],
        "enough": scorecard.ENOUGH,
        "snapshots": snapshots[:LATEST],
        "topups": topups[:LATEST],
        "has_list": usage.has_list(account),
        "is_owner": request.role is TeamRole.OWNER,
        "balance_form": BalanceForm(unit=account.catalogue.unit_label),
        "topup_form": TopUpForm(unit=account.catalogue.unit_label),
        **_periods(wanted, {}),
        **bound,
    }
    return render(request, "auditing/account.html", context)


def _periods(wanted: Period, kept: dict[str, str]) -> dict[str, Any]:
    return {
        "periods": LABELS.items(),
        "custom": CUSTOM,
        "kept": [(name, value) for name, value in kept.items() if value],
    }


def _span(wanted: Period) -> tuple[dt.datetime, dt.datetime]:
    """Its first moment, and the first after it."""
    days = (wanted.start, wanted.end + dt.timedelta(days=1))
    start, end = (timezone.make_aware(dt.datetime.combine(day, dt.time())) for day in days)
    return start, end


def _account(request: TeamRequest, uuid: UUID) -> ProviderAccount:
    account = get_object_or_404(request.team.provider_accounts, uuid=uuid)
    account.team = request.team
    return account


def _back(request: TeamRequest, account: ProviderAccount) -> HttpResponse:
    return redirect("audit_account", request.team.slug, account.uuid)
