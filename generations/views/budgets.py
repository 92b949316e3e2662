"""Budgets: asking for more, deciding, and how all of them stand this month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import TeamRequest, team_view
from accounts.budgets import Shortfall, limits, set_limits
from accounts.forms import BudgetForm
from accounts.models import Membership, Scope, TeamRole
from accounts.money import parse_usd
from generations import lifecycle
from generations.access import Need, ProjectRequest, project_view
from generations.budgets import asking, board, who
from generations.budgets.asking import CannotAsk
from generations.catalogue.types import Brief
from generations.forms.brief import read_brief
from generations.frame import by_htmx, sees_money
from generations.models import Asking, BudgetRequest
from generations.prompts.versions import counted_for
from generations.views.prices import detail as account_page
from generations.views.recalled import source_of
from generations.views.studio import account_told, compose_context, feed_context

DECIDED = 20


@dataclass(frozen=True, slots=True)
class Short:
    """A budget that has too little, by the name it has on pages."""

    name: str
    left_micros: int
    short_micros: int


@dataclass(frozen=True, slots=True)
class Case:
    """One request as it stands now. ``now_micros`` is None while nobody could make it."""

    row: BudgetRequest
    brief: Brief
    now_micros: int | None
    short: list[Short]
    why_not: str
    error: str
    typed: dict[str, str]

    @property
    def total_micros(self) -> int:
        each = self.row.price_micros if self.now_micros is None else self.now_micros
        return each * self.row.takes

    @property
    def most_short_micros(self) -> int:
        return max((one.short_micros for one in self.short), default=0)

    @property
    def is_changed(self) -> bool:
        return self.now_micros not in (None, self.row.price_micros)


@require_GET
@team_view()
def budgets(request: TeamRequest) -> HttpResponse:
    """All budgets that one may see, and what waits for a decision."""
    return _page(request)


@require_POST
@project_view(Need.CREATE)
def budget_ask(request: ProjectRequest) -> HttpResponse:
    """Keep what a budget stopped, as it stands in the form."""
    asked = read_brief(request.project, request.POST.dict())
    account = account_told(request, asked.account)
    row, trouble = None, " ".join(asked.errors.values())
    if not trouble and (account is None or asked.token is None):
        trouble = "Choose where to make it."
    if not trouble and account is not None and asked.token is not None:
        try:
            row = asking.ask(
                project=request.project,
                user=request.user,
                brief=asked.brief,
                account=account,
                takes=asked.takes,
                form_token=asked.token,
                seen_micros=asked.seen_micros,
                pinned=asked.pinned,
                remix_of=source_of(request.project, asked.values.get("remix_of", "")),
                prompt_version=counted_for(
                    request.project, asked.values.get("prompt_version", ""), asked.brief.prompt
                ),
                reason=request.POST.get("ask_reason", ""),
            )
        except (CannotAsk, lifecycle.CannotMake, lifecycle.PriceChanged) as refused:
            trouble = str(refused)
    if row is None:
        context = compose_context(request, asked, trouble=trouble)
        if by_htmx(request):
            return render(request, "studio/_refused_answer.html", context)
        return render(request, "studio/page.html", context | feed_context(request))
    if not by_htmx(request):
        messages.success(request, "Asked. It waits at the top of the studio.")
        return redirect("studio", request.team.slug, request.project.uuid)
    return render(request, "budgets/_asked_answer.html", compose_context(request, asked))


@require_GET
@project_view(Need.CREATE)
def budget_strip(request: ProjectRequest) -> HttpResponse:
    """What the person asked for here; looked at again while anything waits."""
    answer = render(request, "budgets/_strip.html")
    answer.headers["HX-Trigger-After-Settle"] = "look"
    return answer


@require_POST
@project_view(Need.CREATE)
def budget_withdraw(request: ProjectRequest, row: UUID) -> HttpResponse:
    return _over_with(request, row, asking.withdraw)


@require_POST
@project_view(Need.CREATE)
def budget_seen(request: ProjectRequest, row: UUID) -> HttpResponse:
    return _over_with(request, row, asking.put_away)


@require_POST
@team_view(TeamRole.OWNER, TeamRole.MEMBER)
def budget_approve(request: TeamRequest, row: UUID) -> HttpResponse:
    found, typed = _to_decide(request, row), request.POST.dict()
    seen, more = typed.get("seen", ""), typed.get("more", "").strip()
    try:
        made = asking.approve(
            request.user,
            found,
            seen_micros=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 19 else None,
            more_micros=parse_usd(more) if more else None,
        )
    except lifecycle.PriceChanged:
        return _page(request, (found, typed, "The price changed. Look at it and approve again."))
    except (CannotAsk, lifecycle.CannotMake, ValueError) as refused:
        return _page(request, (found, typed, str(refused)))
    many = f"{len(made)} clips are" if len(made) > 1 else "The clip is"
    messages.success(request, f"Approved. {many} on the way, for {found.user}.")
    return redirect("budgets", request.team.slug)


@require_POST
@team_view(TeamRole.OWNER, TeamRole.MEMBER)
def budget_decline(request: TeamRequest, row: UUID) -> HttpResponse:
    found, typed = _to_decide(request, row), request.POST.dict()
    try:
        asking.decline(request.user, found, typed.get("note", ""))
    except CannotAsk as refused:
        return _page(request, (found, typed, str(refused)))
    messages.success(request, f"Declined. {found.user} sees it in the studio, with your note.")
    return redirect("budgets", request.team.slug)


@require_POST
@team_view(TeamRole.OWNER)
def budget_account(request: TeamRequest, account: UUID) -> HttpResponse:
    """The budget of a provider account: one kind of money, as the account's."""
    row = get_object_or_404(request.team.provider_accounts, uuid=account)
    form = BudgetForm(request.POST, kinds=("play" if row.play else "real",))
    if not form.is_valid():
        return account_page(request, row, budget_form=form)
    set_limits(
        request.user, request.team, Scope.ACCOUNT, str(row.uuid), form.cleaned_data, row.name
    )
    messages.success(request, f"The budget of {row.name} is set.")
    return redirect("provider", request.team.slug, row.uuid)


@require_http_methods(["GET", "POST"])
@team_view(TeamRole.OWNER, TeamRole.MEMBER)
def person_budget(request: TeamRequest, member: int) -> HttpResponse:
    """What a person may spend in the whole team: for its owners, and producers they work for."""
    rows = request.team.memberships.select_related("user")
    row = get_object_or_404(rows, pk=member)
    key, name = str(row.user_id), str(row.user)
    if not who.may_set(request.user, request.team, [(Scope.PERSON, key)]):
        raise PermissionDenied("Only owners set this budget, and producers they work for.")
    form = BudgetForm(request.POST or None, initial=limits(request.team, Scope.PERSON, key))
    if request.method == "POST" and form.is_valid():
        set_limits(request.user, request.team, Scope.PERSON, key, form.cleaned_data, name)
        messages.success(request, f"The budget of {name} is set.")
        return redirect("person_budget", request.team.slug, row.pk)
    return render(request, "budgets/person.html", {"member": row, "budget_form": form})


def _to_decide(request: TeamRequest, uuid: UUID) -> BudgetRequest:
    rows = BudgetRequest.objects.filter(team=request.team).select_related("team", "project", "user")
    row = get_object_or_404(rows, uuid=uuid)
    if not asking.may_decide(request.user, row):
        raise PermissionDenied("Only those who may set this budget decide.")
    return row


def _over_with(request: ProjectRequest, uuid: UUID, verb: Any) -> HttpResponse:
    """End one of the person's own requests; the strip says how it stands then."""
    rows = BudgetRequest.objects.filter(project=request.project, user=request.user)
    row = get_object_or_404(rows, uuid=uuid)
    try:
        verb(request.user, row)
    except CannotAsk as refused:
        messages.warning(request, str(refused))
    if by_htmx(request):
        return budget_strip_part(request)
    return redirect("studio", request.team.slug, request.project.uuid)


def budget_strip_part(request: ProjectRequest) -> HttpResponse:
    return render(request, "budgets/_strip.html", {"said": True})


type Refused = tuple[BudgetRequest, dict[str, str], str]


def _page(request: TeamRequest, refused: Refused | None = None) -> HttpResponse:
    if not sees_money(request, request.team):
        raise PermissionDenied("Your roles in this team's projects show no money.")
    waiting = asking.waiting_for(request.user, request.team, request.role)
    rows = waiting.select_related("project__team", "team", "user", "account", "remix_of")[:DECIDED]
    cases = [_case(row, refused) for row in rows]
    member: Membership = request.membership
    error = refused[2] if refused and refused[0] not in [one.row for one in cases] else ""
    context = {
        "cases": cases,
        "error": error,
        "mine": _mine(request),
        "decided": _decided(request),
        "lines": board.lines(member),
        "sets_people": bool(who.people(request.user, request.team)),
        "sets_some": board.may_set_some(request.user, request.team, request.role),
    }
    return render(request, "budgets/page.html", context)


def _mine(request: TeamRequest) -> list[BudgetRequest]:
    rows = BudgetRequest.objects.filter(
        team=request.team, user=request.user, state=Asking.WAITING
    ).select_related("project", "account")
    return list(rows.order_by("pk")[:DECIDED])


def _decided(request: TeamRequest) -> list[BudgetRequest]:
    """The last ones, of all for owners and auditors, else one's own and one's projects'."""
    rows = BudgetRequest.objects.filter(team=request.team).exclude(state=Asking.WAITING)
    if request.role is TeamRole.MEMBER:
        ours = who.produced(request.user, request.team)
        rows = rows.filter(project__uuid__in=ours) | rows.filter(user=request.user)
    rows = rows.select_related("project", "account", "user", "decided_by")
    return list(rows.order_by("-decided_at", "-pk")[:DECIDED])


def _case(row: BudgetRequest, refused: Refused | None) -> Case:
    now, why = None, ""
    try:
        price, _ = lifecycle.priced(row.project, row.brief, row.account, None)
        now = price.micros
    except lifecycle.CannotMake as trouble:
        why = str(trouble)
    each = row.price_micros if now is None else now
    short = asking.short_now(row, each * row.takes)
    typed, error = (refused[1], refused[2]) if refused and refused[0] == row else ({}, "")
    return Case(row, row.brief, now, _named(row, short), why, error, typed)


def _named(row: BudgetRequest, short: list[Shortfall]) -> list[Short]:
    called = who.names(row.team, [(one.scope, one.key) for one in short])
    return [
        Short(called.get((one.scope, one.key), one.scope.label), one.left_micros, one.short_micros)
        for one in short
    ]
