"""The end of a month: what is open, the close, and the files that finance takes."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_GET, require_POST

from accounts.access import TeamRequest, team_view
from accounts.closing import CannotClose
from accounts.ledger import month_of
from accounts.models import TeamRole
from accounts.money import decimals_of
from generations.auditing import journal, month_sums, months
from generations.frame import by_htmx
from generations.views.auditing import SEES


@team_view(*SEES)
@require_GET
def audit_months(request: TeamRequest) -> HttpResponse:
    rows = months.months(request.team)
    # Only the kinds of money that there ever were: a column of zeros would say nothing.
    kinds = [one for one in ("real", "play") if any(row.get(one) is not None for row in rows)]
    for row in rows:
        row["start"] = month_sums.bounds(row["month"])[0]
        row["sums"] = [(row.get(one) or 0, row.get(f"held_{one}") or 0) for one in kinds]
    context = {
        "months": rows,
        "kinds": kinds,
        "places": decimals_of(one for row in rows for pair in row["sums"] for one in pair),
        "now": month_of(timezone.now()),
    }
    return render(request, "auditing/months.html", context)


@team_view(*SEES)
@require_GET
def audit_month(request: TeamRequest, month: str) -> HttpResponse:
    try:
        start, end = month_sums.bounds(month)
    except ValueError:
        raise Http404("No such month.") from None
    row = request.team.closes.select_related("by").filter(month=month).first()
    context = {
        "month": month,
        "start": start,
        "last": end - dt.timedelta(days=1),
        "close": row,
        "files": sorted(row.counts["files"].items()) if row else (),
        "open": months.still_open(request.team, month),
        "charged": month_sums.charged(request.team, month),
        "since": month_sums.since(request.team, month) if row else None,
        "within": month_sums.within(request.team, month),
        "is_over": month < month_of(timezone.now()),
        "is_owner": request.role is TeamRole.OWNER,
    }
    return render(request, "auditing/month.html", context)


@team_view(*SEES)
@require_GET
def audit_ledger(request: TeamRequest, month: str) -> HttpResponse:
    """Every movement of a month with the balances after it; one kind of money at a time."""
    try:
        start, _ = month_sums.bounds(month)
    except ValueError:
        raise Http404("No such month.") from None
    kinds = journal.kinds(request.team, month)
    asked, before = request.GET.get("money", ""), request.GET.get("before", "")
    play = asked == "play" if asked in ("play", "real") else kinds == [True]
    place = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    page = journal.page(request.team, month, play=play, before=place)
    address = reverse("audit_ledger", args=[request.team.slug, month])
    context = {
        "month": month,
        "start": start,
        "kinds": kinds,
        "play": play,
        "page": page,
        "older": f"{address}?money={'play' if play else 'real'}&before={page.older}",
    }
    part = by_htmx(request) and place is not None
    return render(request, "auditing/_entries.html" if part else "auditing/ledger.html", context)


@team_view(TeamRole.OWNER)
@require_POST
def audit_close(request: TeamRequest, month: str) -> HttpResponse:
    try:
        row = months.close(request.user, request.team, month)
    except ValueError:
        raise Http404("No such month.") from None
    except CannotClose as why:
        messages.error(request, str(why))
    else:
        named = date_format(month_sums.bounds(month)[0], "F Y")
        messages.success(
            request, f"{named} is closed. Its files have the digest {row.digest[:12]}…"
        )
    return redirect("audit_month", request.team.slug, month)


@team_view(*SEES)
@require_GET
def audit_file(request: TeamRequest, month: str, name: str) -> HttpResponse:
    """A file of a closed month, byte for byte as it was written down."""
    row = get_object_or_404(request.team.closes, month=month)
    row.team = request.team
    try:
        body = months.kept(row, name)
    except KeyError:
        raise Http404("No such file.") from None
    except (months.Damaged, FileNotFoundError):
        messages.error(
            request, f"{name} is not the file that was closed. Restore it from a backup."
        )
        return redirect("audit_month", request.team.slug, month)
    answer = HttpResponse(body, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-SHA256"] = row.counts["files"][name]
    return answer
