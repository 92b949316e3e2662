"""The gallery: what the team made, narrowed and ordered, page by page; its saved searches."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.access import TeamRequest, team_view
from generations.forms.results import SearchForm
from generations.frame import by_htmx
from generations.prompts.who import Reader
from generations.results import cards, choices, listing, searches, zips
from generations.results.asked import BY_COST, SORTS, Asked


@require_GET
@team_view()
def results(request: TeamRequest) -> HttpResponse:
    """The first page, or with ``after`` the next one: alone for htmx, else in a page of its own."""
    reader = Reader.of(request.membership)
    asked = asked_of(reader, request.GET.dict())
    after = request.GET.get("after", "")
    after = after if listing.is_place(after) else ""
    found = listing.page(reader, asked, after)
    shown = {"cards": cards.cards(reader, found.rows), "page": found, "asked": asked}
    if after and by_htmx(request):
        return render(request, "results/_more.html", shown)
    return render(request, "results/page.html", shown | _around(reader, asked, found, after))


@require_GET
@team_view()
def results_news(request: TeamRequest) -> HttpResponse:
    """204 while nothing came that fits; else a line that says how much did."""
    reader = Reader.of(request.membership)
    known = listing.Mark.of(request.GET.get("mark", ""))
    asked = asked_of(reader, request.GET.dict())
    count = listing.news(reader, asked, known) if known else 0
    if not count:
        return HttpResponse(status=204)
    context = {"count": min(count, listing.MOST_NEWS), "more": count > listing.MOST_NEWS}
    return render(request, "results/_news.html", context | {"asked": asked})


@require_POST
@team_view()
def results_search(request: TeamRequest) -> HttpResponse:
    """Keep what is asked for under a name."""
    reader = Reader.of(request.membership)
    form = SearchForm(request.POST)
    asked = asked_of(reader, dict(parse_qsl(request.POST.get("query", "")[:2000])))
    if form.is_valid():
        name, shared = form.cleaned_data["name"], form.cleaned_data["shared"]
        if len(asked.query) > searches.LONGEST:
            form.add_error("name", "The search is too long to be kept. Use fewer words.")
        else:
            try:
                searches.save(reader, name, asked, shared=shared)
            except searches.TooMany as trouble:
                form.add_error("name", str(trouble))
            else:
                messages.success(request, f"The search is kept as “{name}”.")
                return to_gallery(request, asked)
    found = listing.page(reader, asked)
    shown = {"cards": cards.cards(reader, found.rows), "page": found, "asked": asked}
    around = _around(reader, asked, found, "") | {"search_form": form}
    return render(request, "results/page.html", shown | around)


@require_POST
@team_view()
def results_forget(request: TeamRequest, search: int) -> HttpResponse:
    """Remove a saved search."""
    reader = Reader.of(request.membership)
    row = get_object_or_404(searches.seen_by(reader), pk=search)
    if not searches.may_change(reader, row):
        raise PermissionDenied("Only its maker or an owner removes a shared search.")
    row.delete()
    messages.success(request, f"The search “{row.name}” is removed.")
    asked = asked_of(reader, dict(parse_qsl(request.POST.get("query", "")[:2000])))
    return to_gallery(request, asked)


def asked_of(reader: Reader, given: dict[str, str]) -> Asked:
    """What is asked for; without what is about money for those who may not see any."""
    if not listing.sees_money(reader):
        given = {name: text for name, text in given.items() if name not in ("min", "max")}
        if given.get("sort") in BY_COST:
            del given["sort"]
    return Asked.of(given)


def to_gallery(request: TeamRequest, asked: Asked) -> HttpResponse:
    path = reverse("results", args=[request.team.slug])
    return redirect(f"{path}?{asked.query}" if asked.query else path)


def _around(reader: Reader, asked: Asked, found: listing.Page, after: str) -> dict[str, Any]:
    """What stands around the grid of a whole page."""
    offered = choices.Choices.of(reader, asked)
    money = listing.sees_money(reader)
    saved = list(searches.seen_by(reader))
    newest = not after and asked.sort == ""
    top = found.rows[0].pk if found.rows else 0
    return {
        "reader": reader,
        "selects": offered.selects(asked),
        "projects": offered.projects,
        "chips": choices.chips(reader, asked, offered),
        "sorts": [one for one in SORTS.items() if money or one[0] not in BY_COST],
        "money": money,
        "tags": listing.recent_tags(reader),
        "searches": [(one, searches.may_change(reader, one)) for one in saved],
        "search_form": SearchForm(initial={"query": asked.query}),
        "after": after,
        "mark": listing.mark(reader, top) if newest else None,
        "most_zip": zips.MOST,
    }
