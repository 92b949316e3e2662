"""The charge audit: what does not agree, its witnesses, and what a person says of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.access import TeamRequest, team_view
from accounts.closing import named
from accounts.models import Movement, TeamRole
from accounts.money import format_usd
from generations.auditing import cases, listing, nightly, panel, resolving, words
from generations.forms import told
from generations.frame import by_htmx
from generations.lifecycle.told import amount_words, charged_unit
from generations.models import Discrepancy, Resolution
from generations.spend.exports import csv_lines
from generations.spend.period import CUSTOM, LABELS

SEES = (TeamRole.OWNER, TeamRole.AUDITOR)
# What a form carries through, so that one comes back to the same list.
MOST_AT_ONCE = 200
HEAD = (
    "at risk USD", "was at risk USD", "cause", "what", "play money", "state", "resolution",
    "refund USD", "note", "by", "seen", "account", "project", "person", "clip or job", "prompt",
)  # fmt: skip


@team_view(*SEES)
@require_GET
def audit(request: TeamRequest) -> HttpResponse:
    wanted = _asked(request)
    rows, after = listing.page(wanted, request.GET.get("after", ""))
    context = {
        "asked": wanted,
        "rows": rows,
        "older": _url(request, wanted.params | {"after": after}) if after else "",
        **_may(request),
    }
    if by_htmx(request):
        return render(request, "auditing/_rows.html", context)
    context["waiting"] = cases.waiting(request.team, play=wanted.play)
    return render(request, "auditing/charges.html", context | _around(request, wanted))


@team_view(*SEES)
@require_GET
def audit_case(request: TeamRequest, case: int) -> HttpResponse:
    """One discrepancy with its witnesses; within the list, only its inside."""
    row = _case(request, case)
    template = "auditing/_case.html" if by_htmx(request) else "auditing/case.html"
    return render(request, template, _about(request, row))


@team_view(TeamRole.OWNER)
@require_POST
def audit_resolve(request: TeamRequest, case: int) -> HttpResponse:
    row = _case(request, case)
    typed = request.POST.dict()
    try:
        back = told.read(row.account, typed) if _is_refund(typed) else told.Amount()
        written = resolving.resolve(
            row,
            request.user,
            resolution=typed.get("resolution", ""),
            note=typed.get("note", ""),
            refund_micros=back.micros,
            refund_units=back.units,
        )
    except (resolving.CannotSettle, ValueError) as wrong:
        about = _about(request, row, typed) | {"error": str(wrong)}
        return render(request, "auditing/case.html", about)
    messages.success(request, f"{words.label(row.cause)}: {_done(row, typed, written)}")
    return redirect("audit", request.team.slug)


@team_view(TeamRole.OWNER)
@require_POST
def audit_resolve_many(request: TeamRequest) -> HttpResponse:
    """The same resolution for all that were ticked; a refund never, for each has its own."""
    ticked = [one for one in request.POST.getlist("case") if one.isdecimal()][:MOST_AT_ONCE]
    rows = Discrepancy.objects.filter(team=request.team, pk__in=ticked).order_by("pk")
    if not ticked:
        messages.warning(request, "Tick at least one line first.")
        return _back(request)
    try:
        done = resolving.resolve_all(
            rows,
            request.user,
            resolution=request.POST.get("resolution", ""),
            note=request.POST.get("note", ""),
        )
    except resolving.CannotSettle as wrong:
        messages.error(request, f"Nothing was changed. {wrong}")
    else:
        messages.success(request, f"{done} resolved.")
    return _back(request)


@team_view(*SEES)
@require_GET
def audit_csv(request: TeamRequest) -> HttpResponse:
    """The list as it stands, whole."""
    wanted = _asked(request)
    lines = csv_lines(_lines(listing.every(wanted)))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = f"{request.team.slug}-charge-audit-{timezone.localdate()}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return cast("HttpResponse", answer)


def plays(request: TeamRequest) -> bool:
    """Which money is looked at: as asked, else real money where the team has any account of it."""
    asked = request.GET.get("money", "")
    if asked in ("play", "real"):
        return asked == "play"
    return not request.team.provider_accounts.filter(play=False).exists()


def _asked(request: TeamRequest) -> listing.Asked:
    return listing.asked(request.team, request.GET.dict(), play=plays(request))


def _url(request: TeamRequest, params: dict[str, str], name: str = "audit") -> str:
    query = urlencode({key: value for key, value in params.items() if value})
    address = reverse(name, args=[request.team.slug])
    return f"{address}?{query}" if query else address


def _may(request: TeamRequest) -> dict[str, Any]:
    return {"may_resolve": request.role is TeamRole.OWNER}


def _around(request: TeamRequest, wanted: listing.Asked) -> dict[str, Any]:
    """Filters, sums and links above the list."""
    sums = listing.by_cause(wanted)
    team, params = request.team, wanted.params
    people = team.members.order_by("name").values_list("pk", "name")
    projects = team.projects.order_by("name").values_list("uuid", "name")
    accounts = team.provider_accounts.filter(play=wanted.play).order_by("name")
    play = {"money": params["money"]} if "money" in params else {}
    return {
        "sums": [(one, _url(request, params | {"cause": "" if one.current else one.cause}))
                 for one in sums],
        "checked": nightly.standing(team),
        "total": listing.total(sums),
        "states": [(label, name == wanted.state, _url(request, params | {"state": name}))
                   for name, label in listing.STATES.items()],
        "selects": [
            ("account", "account", "All accounts", wanted.account,
             [(str(key), name) for key, name in accounts.values_list("uuid", "name")]),
            ("project", "project", "All projects", wanted.project,
             [(str(key), name) for key, name in projects]),
            ("person", "person", "All people", wanted.person,
             [(str(key), name) for key, name in people]),
        ],
        "periods": [(listing.ANY, "All times"), *LABELS.items()],
        "custom": CUSTOM,
        "kept": [(key, params[key]) for key in ("state", "cause", "money") if key in params],
        "clear_url": _url(request, {"state": wanted.state, **play}),
        "csv_url": _url(request, params, "audit_csv"),
        "money_urls": _money(request, wanted),
        "choices": [one for one in resolving.CHOICES if one != Resolution.REFUNDED],
    }  # fmt: skip


def _money(request: TeamRequest, wanted: listing.Asked) -> list[tuple[str, bool, str]]:
    """Real and play money, where the team has both. They are never added."""
    kinds = set(request.team.provider_accounts.values_list("play", flat=True))
    if len(kinds) < 2:
        return []
    keep = {"state": wanted.params.get("state", ""), "cause": wanted.cause}
    return [
        ("Real money", not wanted.play, _url(request, keep | {"money": "real"})),
        ("Play money", wanted.play, _url(request, keep | {"money": "play"})),
    ]


def _case(request: TeamRequest, pk: int) -> Discrepancy:
    rows = Discrepancy.objects.select_related(
        "account",
        "generation__account",
        "generation__asset",
        "generation__project",
        "selection__account",
        "project",
        "user",
        "by",
        "team",
    )
    return get_object_or_404(rows, pk=pk, team=request.team)


def _about(
    request: TeamRequest, row: Discrepancy, typed: Mapping[str, str] | None = None
) -> dict[str, Any]:
    sold, typed = resolving.sold_of(row), typed or {}
    known = sold is not None and charged_unit(sold) is not None
    return {
        "row": row,
        "g": row.generation,
        "told": panel.tell(row),
        "typed": typed,
        "units": told.units_for(row.account, typed.get("unit", ""), known=known),
        "choices": [
            one for one in resolving.CHOICES if one != Resolution.REFUNDED or sold is not None
        ],
        "sold": sold,
        "held": sold is not None and sold.charged_micros is None,
        **_may(request),
    }


def _is_refund(typed: dict[str, str]) -> bool:
    return typed.get("resolution") == Resolution.REFUNDED


def _done(row: Discrepancy, typed: dict[str, str], written: Movement | None) -> str:
    """What became of it, for the toast."""
    if typed.get("resolution") == Resolution.EXPECTED:
        return "the refund is awaited; it stays in the list."
    if written:
        then = ""
        if written.corrects:
            then = f"; it counts in {named(written.month)}, for {named(written.corrects)} is closed"
        sold, back = resolving.sold_of(row), format_usd(-written.micros)
        if sold is not None and written.units is not None:
            back = amount_words(sold, -written.micros, -written.units, written.unit)
        return f"{back} went back into the books{then}."
    return "resolved."


def _back(request: TeamRequest) -> HttpResponse:
    params = {key: request.POST.get(key, "") for key in _KEPT}
    return redirect(_url(request, params))


_KEPT = ("state", "cause", "money", "account", "project", "person", "period", "from", "to")


def _lines(rows: Iterable[Discrepancy]) -> Iterator[list[Any]]:
    yield list(HEAD)
    for one in rows:
        yield [
            _usd(one.risk_micros) if one.is_open else "",
            "" if one.is_open else _usd(one.risk_micros),
            words.label(one.cause),
            words.explain(one.cause, one.facts),
            "yes" if one.play else "no",
            "open" if one.is_open else "resolved",
            Resolution(one.resolution).label if one.resolution else "",
            "" if one.refund_micros is None else _usd(one.refund_micros),
            one.note,
            str(one.by or ""),
            timezone.localtime(one.at).strftime("%Y-%m-%d %H:%M:%S"),
            one.account.name,
            one.project.name if one.project else "",
            str(one.user or ""),
            one.subject,
            one.generation.prompt[:200] if one.generation else _mask(one),
        ]


def _mask(one: Discrepancy) -> str:
    return f"masks on frame {one.selection.keyframe}" if one.selection else ""


def _usd(micros: int) -> str:
    return f"{micros / 1_000_000:.6f}"
