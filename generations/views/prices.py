"""An account's page and its money: rates, prices, the ceiling. Rows are added, none is changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import TeamRequest, team_view
from accounts.models import TeamRole
from accounts.money import format_usd
from generations import offers, price_book, price_effects, provider_accounts
from generations.account_rules import BadAccount
from generations.catalogue.gaps import missing_at
from generations.forms.prices import CeilingForm, PriceForm, RateForm
from generations.models import ProviderAccount, Trouble

GAPS_A_PAGE = 12
OWN_A_PAGE = 40


def detail(request: TeamRequest, account: ProviderAccount, **bound: forms.Form) -> HttpResponse:
    """The account's page; ``bound`` are forms that came back with something to mend."""
    provider, rate, own = account.catalogue, account.rate(), price_book.own(account)
    wanted = price_book.Filter(request.GET.get("operation", ""), request.GET.get("model", ""))
    gaps = missing_at(provider.id, tuple(offers.price_row(one) for one in own))
    shown = [one for one in gaps if wanted.shows(one.operation, one.model)]
    ours = [one for one in own if wanted.shows(one.operation, one.model)]
    own_page = Paginator(ours, OWN_A_PAGE).get_page(request.GET.get("own"))
    context: dict[str, Any] = {
        "account": account,
        "provider": provider,
        "is_owner": request.role is TeamRole.OWNER,
        "today": timezone.localdate(),
        "settings": _settings(account),
        "trouble": Trouble(account.trouble).label if account.trouble else "",
        "rate": rate,
        "rates": account.rates.select_related("entered_by").order_by("-since", "-pk"),
        "wanted": wanted,
        "operations": sorted({one.operation for one in provider.offerings}),
        "models": sorted({one.model for one in provider.offerings}),
        "own": price_book.by_model(own_page, wanted),
        "own_page": own_page,
        "withdrawn": account.prices.exclude(withdrawn_at=None).order_by("-withdrawn_at")[:20],
        "published": price_book.published(provider, rate, wanted),
        "missing": Paginator(shown, GAPS_A_PAGE).get_page(request.GET.get("gaps")),
        "missing_in_all": len(gaps),
        "rate_form": RateForm(),
        "price_form": PriceForm(provider=provider),
        "ceiling_form": CeilingForm(initial=_ceiling(account)),
        **bound,
    }
    return render(request, "providers/detail.html", context)


@team_view(TeamRole.OWNER)
@require_POST
def rate_add(request: TeamRequest, account: UUID) -> HttpResponse:
    row = get_object_or_404(request.team.provider_accounts, uuid=account)
    form = RateForm(request.POST)
    if not form.is_valid() or "edit" in request.POST:
        return detail(request, row, rate_form=form)
    try:
        since, rate = form.cleaned_data["since"], form.cleaned_data["usd_per_unit"]
        was = row.rate()
        said = f"${rate.normalize():f} for one of its {row.catalogue.unit_label}"
        said += f", ${was.normalize():f} until now" if was is not None else ""
        if shown := _first(request, row, "rate", lambda: form.save(request.user, row), since, said):
            return shown
        form.save(request.user, row)
    except BadAccount as wrong:
        form.add_error("since", wrong.words)
        return detail(request, row, rate_form=form)
    messages.success(request, "The rate is entered. Quotes from that day on use it.")
    return _back(request, row)


@team_view(TeamRole.OWNER)
@require_POST
def price_add(request: TeamRequest, account: UUID) -> HttpResponse:
    row = get_object_or_404(request.team.provider_accounts, uuid=account)
    form = PriceForm(request.POST, provider=row.catalogue)
    if not form.is_valid() or "edit" in request.POST:
        return detail(request, row, price_form=form)
    try:
        since = form.cleaned_data["since"]
        said = provider_accounts.price_words(form.unsaved, row.catalogue)
        if shown := _first(
            request, row, "price", lambda: form.save(request.user, row), since, said
        ):
            return shown
        form.save(request.user, row)
    except BadAccount as wrong:
        form.add_error(wrong.field if wrong.field in form.fields else None, wrong.words)
        return detail(request, row, price_form=form)
    messages.success(request, f"Entered: {said}.")
    return _back(request, row)


@team_view(TeamRole.OWNER)
@require_POST
def price_withdraw(request: TeamRequest, account: UUID, price: int) -> HttpResponse:
    row = get_object_or_404(request.team.provider_accounts, uuid=account)
    found = get_object_or_404(row.prices, pk=price)
    said = provider_accounts.price_words(found, row.catalogue)
    take_back = partial(provider_accounts.withdraw_price, request.user, found)
    if "edit" in request.POST:
        return _back(request, row)
    if shown := _first(request, row, "withdrawal", take_back, said=f"Withdrawn: {said}"):
        return shown
    take_back()
    messages.success(request, f"Withdrawn: {said}.")
    return _back(request, row)


@team_view(TeamRole.OWNER)
@require_POST
def ceiling(request: TeamRequest, account: UUID) -> HttpResponse:
    row = get_object_or_404(request.team.provider_accounts, uuid=account)
    form = CeilingForm(request.POST)
    if not form.is_valid() or "edit" in request.POST:
        return detail(request, row, ceiling_form=form)
    amount = form.cleaned_data["amount"]
    said = f"A ceiling of {format_usd(amount)} a clip" if amount else "No ceiling any more"
    if shown := _first(request, row, "ceiling", lambda: form.save(request.user, row), said=said):
        return shown
    form.save(request.user, row)
    messages.success(request, "The ceiling is set." if row.ceiling_micros else "No ceiling now.")
    return _back(request, row)


def _first(
    request: TeamRequest,
    account: ProviderAccount,
    what: str,
    save: Callable[[], object],
    since: dt.date | None = None,
    said: str = "",
) -> HttpResponse | None:
    """What the change would do, until the person who makes it has seen just that.

    Raises BadAccount as saving does.
    """
    effect = price_effects.of(account, save, since)
    seen = request.POST.get("seen", "")
    if seen == effect.digest:
        return None
    typed = {key: value for key, value in request.POST.items() if key not in _OURS}
    context = {
        "account": account,
        "effect": effect,
        "what": what,
        "said": said,
        "is_new": bool(seen),
        "typed": typed.items(),
        "today": timezone.localdate(),
    }
    return render(request, "providers/effect.html", context)


# What the page of the effect adds to what was typed.
_OURS = ("csrfmiddlewaretoken", "seen", "edit")


def _settings(account: ProviderAccount) -> list[dict[str, Any]]:
    """The provider's further settings with this account's values; never those that are secret."""
    return [
        {"label": one.label, "secret": one.secret, "value": account.extra.get(one.name, "")}
        for one in account.catalogue.settings
    ]


def _ceiling(account: ProviderAccount) -> dict[str, str]:
    micros = account.ceiling_micros
    return {} if micros is None else {"amount": f"{micros // 10**6}.{micros % 10**6:06d}"}


def _back(request: TeamRequest, account: ProviderAccount) -> HttpResponse:
    return redirect("provider", request.team.slug, account.uuid)
