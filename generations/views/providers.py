"""A team's accounts at providers: what each can do now, adding, changing, testing."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from accounts.access import TeamRequest, team_view
from accounts.models import TeamRole
from generations import offers, price_book, provider_accounts
from generations.catalogue.gaps import missing_at
from generations.catalogue.loader import providers as catalogue
from generations.forms.providers import AccountForm
from generations.models import ProviderAccount, Trouble
from generations.offers import in_flight
from generations.views.prices import detail

SEES_PRICES = (TeamRole.OWNER, TeamRole.AUDITOR)
NEXT_STEP = {
    Trouble.NO_BALANCE: "Top up at the provider, then test the account.",
    Trouble.BAD_KEY: "Enter a key that works, then test the account.",
    Trouble.UNREACHABLE: "Check the base URL, then test the account.",
    Trouble.BROKEN: "Test the account; if it stays so, look at the provider's own pages.",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One account in the list, with what a person would ask about it."""

    account: ProviderAccount
    running: int
    rate_missing: bool
    unknown: int

    @property
    def next_step(self) -> str:
        return NEXT_STEP.get(Trouble(self.account.trouble), "")


@team_view()
@require_GET
def providers(request: TeamRequest) -> HttpResponse:
    accounts = _accounts(request)
    context = {
        "lines": [_line(one, prices=request.role in SEES_PRICES) for one in accounts],
        "is_owner": request.role is TeamRole.OWNER,
        "sees_prices": request.role in SEES_PRICES,
    }
    return render(request, "providers/list.html", context)


@team_view(TeamRole.OWNER)
@require_GET
def provider_choose(request: TeamRequest) -> HttpResponse:
    return render(request, "providers/choose.html", {"choices": catalogue().values()})


@sensitive_post_parameters()
@team_view(TeamRole.OWNER)
def provider_add(request: TeamRequest, provider: str) -> HttpResponse:
    found = catalogue().get(provider)
    if found is None:
        raise Http404("No such provider.")
    form = AccountForm(request.POST or None, provider=found)
    if request.method == "POST" and form.is_valid():
        account = form.save(request.user, request.team)
        if account:
            _test(request, account)
            return redirect("provider", request.team.slug, account.uuid)
    return render(request, "providers/form.html", {"form": form, "provider": found})


@sensitive_post_parameters()
@team_view(TeamRole.OWNER)
def provider_edit(request: TeamRequest, account: UUID) -> HttpResponse:
    row = _account(request, account)
    form = AccountForm(request.POST or None, provider=row.catalogue, account=row)
    if request.method == "POST" and form.is_valid() and form.save(request.user, request.team):
        _test(request, row)
        return redirect("provider", request.team.slug, row.uuid)
    context = {"form": form, "provider": row.catalogue, "account": row}
    return render(request, "providers/form.html", context)


@team_view(*SEES_PRICES)
@require_GET
def provider(request: TeamRequest, account: UUID) -> HttpResponse:
    return detail(request, _account(request, account))


@team_view(TeamRole.OWNER)
@require_POST
def provider_test(request: TeamRequest, account: UUID) -> HttpResponse:
    row = _account(request, account)
    _test(request, row)
    return redirect("provider", request.team.slug, row.uuid)


@team_view(TeamRole.OWNER)
@require_POST
def provider_enable(request: TeamRequest, account: UUID) -> HttpResponse:
    row = _account(request, account)
    provider_accounts.set_enabled(request.user, row, enabled=True)
    messages.success(request, f"{row.name} is in use.")
    return redirect("provider", request.team.slug, row.uuid)


@team_view(TeamRole.OWNER)
@require_POST
def provider_disable(request: TeamRequest, account: UUID) -> HttpResponse:
    row = _account(request, account)
    provider_accounts.set_enabled(request.user, row, enabled=False)
    messages.success(request, f"{row.name} is switched off. What it has begun goes on.")
    return redirect("provider", request.team.slug, row.uuid)


def _test(request: TeamRequest, account: ProviderAccount) -> None:
    result = provider_accounts.test(account, request.user)
    tell = messages.success if result.ok else messages.error
    tell(request, f"{account.name}: {result.words}")


def _accounts(request: TeamRequest) -> QuerySet[ProviderAccount]:
    rows = request.team.provider_accounts.annotate(running=in_flight())
    return rows.order_by("play", "name")


def _account(request: TeamRequest, uuid: UUID) -> ProviderAccount:
    account = get_object_or_404(_accounts(request), uuid=uuid)
    account.team = request.team
    return account


def _line(account: ProviderAccount, *, prices: bool) -> Line:
    own = tuple(offers.price_row(one) for one in price_book.own(account)) if prices else ()
    return Line(
        account=account,
        running=getattr(account, "running", 0),
        rate_missing=account.catalogue.unit != "USD" and account.rate() is None,
        unknown=len(missing_at(account.provider, own)) if prices else 0,
    )
