"""Who changed what: every change of money, rights, prices, keys and approvals, with filters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, cast
from urllib.parse import urlencode

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import TeamRequest, team_view
from accounts.audit import SYSTEM
from accounts.audit_words import AREAS
from accounts.models import AuditLine, TeamRole
from generations.auditing import changes
from generations.frame import by_htmx
from generations.spend.exports import csv_lines
from generations.spend.period import CUSTOM, LABELS

SEES = (TeamRole.OWNER, TeamRole.AUDITOR)
HEAD = ("when", "who", "what", "on what", "details")


@team_view(*SEES)
@require_GET
def audit_changes(request: TeamRequest) -> HttpResponse:
    wanted = changes.asked(request.team, request.GET.dict())
    lines, after = changes.page(wanted, request.GET.get("after", ""))
    context = {
        "asked": wanted,
        "lines": lines,
        "older": _url(request, wanted.params | {"after": after}) if after else "",
    }
    if by_htmx(request):
        return render(request, "auditing/_changes.html", context)
    return render(request, "auditing/changes.html", context | _around(request, wanted))


@team_view(*SEES)
@require_GET
def audit_changes_csv(request: TeamRequest) -> HttpResponse:
    """The list as it stands, whole."""
    wanted = changes.asked(request.team, request.GET.dict())
    lines = csv_lines(_lines(changes.rows(wanted).iterator(500)))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = f"{request.team.slug}-changes-{timezone.localdate()}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return cast("HttpResponse", answer)


def _around(request: TeamRequest, wanted: changes.Asked) -> dict[str, Any]:
    """The filters above the list."""
    people = request.team.members.order_by("name").values_list("pk", "name", "email")
    shown = [(str(pk), name or email) for pk, name, email in people]
    areas = [(key, label) for key, (label, _) in AREAS.items()]
    return {
        "selects": [
            ("area", "kind of change", "All changes", wanted.area, areas),
            ("person", "person", "Everybody", wanted.person,
             [*shown, (changes.STUDIO, f"{SYSTEM} itself")]),
        ],
        "periods": [(changes.ANY, "All times"), *LABELS.items()],
        "custom": CUSTOM,
        "clear_url": _url(request, {}),
        "csv_url": _url(request, wanted.params, "audit_changes_csv"),
    }  # fmt: skip


def _url(request: TeamRequest, params: dict[str, str], name: str = "audit_changes") -> str:
    address = reverse(name, args=[request.team.slug])
    return f"{address}?{urlencode(params)}" if params else address


def _lines(rows: Iterable[AuditLine]) -> Iterator[list[Any]]:
    yield list(HEAD)
    for one in rows:
        when = timezone.localtime(one.at).strftime("%Y-%m-%d %H:%M:%S")
        yield [when, one.actor_name, one.what, one.target, one.details]
