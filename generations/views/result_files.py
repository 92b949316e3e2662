"""Results as one archive, and the bin."""

from __future__ import annotations

from urllib.parse import parse_qsl

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from accounts.access import TeamRequest, team_view
from generations.frame import by_htmx
from generations.prompts.who import Reader
from generations.results import bin as bins
from generations.results import cards, listing, zips

from .result_marks import chosen
from .results import asked_of, to_gallery


@require_POST
@team_view()
def results_zip(request: TeamRequest) -> HttpResponse:
    """The files of the chosen results in one archive, made while it is sent."""
    reader = Reader.of(request.membership)
    keys = [one.pk for one in chosen(request, reader)]
    rows = listing.with_parts(reader, keys, "account")
    try:
        files = zips.check(rows)
    except zips.TooMuch as trouble:
        messages.error(request, str(trouble))
        return to_gallery(
            request, asked_of(reader, dict(parse_qsl(request.POST.get("query", "")[:2000])))
        )
    site = f"{request.scheme}://{request.get_host()}"
    answer = StreamingHttpResponse(
        zips.archive(reader, files, site), content_type="application/zip"
    )
    name = content_disposition_header(True, zips.archive_name(reader))  # noqa: FBT003
    answer.headers["Content-Disposition"] = name or "attachment"
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Accel-Buffering"] = "no"
    return answer  # type: ignore[return-value]


@require_GET
@team_view()
def results_bin(request: TeamRequest) -> HttpResponse:
    reader = Reader.of(request.membership)
    keys, older = bins.page(reader, request.GET.get("after", ""))
    context = {
        "cards": cards.cards(reader, listing.with_parts(reader, keys, "deleted_by")),
        "older": older,
        "days": settings.BIN_DAYS,
        "reader": reader,
        "htmx": by_htmx(request),
    }
    return render(request, "results/bin.html", context)
