"""What was paid: the Spend pages for owners, auditors and producers, one's own for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import TeamRequest, team_view
from accounts.ledger import Standing, standing
from accounts.models import Scope as BudgetScope
from generations.spend import pictures, rows
from generations.spend.asked import BY, ONLY, STACKS, Asked, asked
from generations.spend.period import CUSTOM, LABELS, MONTH
from generations.spend.queries import Held, held
from generations.spend.scope import scope
from generations.spend.summing import summed
from generations.spend.tables import SHOWN, TITLES, Table, audit, table
from generations.spend.totals import Total


@require_GET
@team_view()
def spend(request: TeamRequest) -> HttpResponse:
    allowed = scope(request)
    if allowed.is_own:
        return redirect("spend_mine", request.team.slug)
    wanted = asked(request.team, allowed, request.GET, timezone.localdate())
    have = summed(wanted, wanted.told("by"))
    context = {
        "asked": wanted,
        "total": have.total,
        "units": have.units(),
        "held": held(wanted.view),
        "chart": pictures.per_day(wanted),
        "table": table(wanted, wanted.told("by"), have),
        "audit": audit(wanted, have),
        "tabs": [(name, TITLES[name][1], wanted.url("spend", by=name)) for name in BY],
        "stacks": [(name, TITLES[name][1], wanted.url("spend", stack=name)) for name in STACKS],
        **_filters(wanted, "spend"),
    }
    return render(request, "spend/page.html", context)


@require_GET
@team_view()
def spend_rows(request: TeamRequest) -> HttpResponse:
    """The clips behind a figure."""
    wanted = asked_by(request)
    only = wanted.told("only")
    context = {
        "asked": wanted,
        "total": rows.sum_of(wanted) if only != "held" else None,
        "page": rows.page(wanted, request.GET.get("after", "")) if only != "held" else None,
        "held": rows.held(wanted) if only == "held" else [],
        "held_now": held(wanted.view) if only == "held" else None,
        "onlies": [(name, words, wanted.rows(only=name)) for name, words in ONLY.items()],
        "everything": wanted.rows(only=""),
        **_filters(wanted, "spend_rows"),
    }
    return render(request, "spend/rows.html", context)


@require_GET
@team_view()
def spend_mine(request: TeamRequest) -> HttpResponse:
    """One's own spend this month, real and play money apart."""
    own = scope(request, own=True)
    given = {"own": "yes", "period": request.GET.get("period", MONTH)}
    parts = []
    for money in ("real", "play"):
        wanted = asked(request.team, own, {**given, "money": money}, timezone.localdate())
        part = _mine(request, wanted)
        if part.total["clips"] or part.held.micros or part.total.paid:
            parts.append(part)
    whole = not scope(request).is_own
    return render(request, "spend/mine.html", {"parts": parts, "sees_more": whole})


@dataclass(frozen=True, slots=True)
class Mine:
    """One's own spend of one kind of money."""

    asked: Asked
    total: Total
    held: Held
    budget: Standing
    table: Table
    latest: list[Any]


def _mine(request: TeamRequest, wanted: Asked) -> Mine:
    have = summed(wanted, "project")
    key = str(request.user.pk)
    budget = standing(request.team, scope=BudgetScope.PERSON, key=key, play=wanted.play)
    latest = rows.page(wanted, "").lines[:8]
    return Mine(
        wanted, have.total, held(wanted.view), budget, table(wanted, "project", have), latest
    )


def asked_by(request: TeamRequest) -> Asked:
    """What the request asks for, within what this person may see."""
    allowed = scope(request, own=bool(request.GET.get("own")))
    return asked(request.team, allowed, request.GET, timezone.localdate())


def _filters(wanted: Asked, name: str) -> dict[str, Any]:
    """The row of choices above a page. Changing one keeps the others."""
    selects = [
        (one, TITLES[one][1], [(each.key, shown(one, each.label)) for each in wanted.choices[one]])
        for one in ("project", "person", "account", "model", "operation")
        if not (one == "person" and wanted.scope.is_own)
    ]
    kept = {key: value for key, value in wanted.params.items() if key in _KEPT and value}
    clear = dict.fromkeys(("project", "person", "account", "model", "operation", "prompt"), "")
    return {
        "selects": selects,
        "periods": LABELS.items(),
        "custom": CUSTOM,
        "kept": kept.items(),
        "here": wanted.url(name).partition("?")[0],
        "clear_url": wanted.url(name, **clear),
        "money_urls": [
            ("Real money", not wanted.play, wanted.url(name, money="real", **clear)),
            ("Play money", wanted.play, wanted.url(name, money="play", **clear)),
        ],
    }


# What the form of the filters does not ask and must not lose.
_KEPT = ("money", "only", "own", "by", "sort", "stack", "prompt")


def shown(name: str, label: str) -> str:
    """How a choice is called on pages."""
    return SHOWN[name](label) if name in SHOWN else label
