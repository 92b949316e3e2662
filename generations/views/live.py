"""One small request per page for everything that moves on it."""

from __future__ import annotations

import time
from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from generations import faces, feed
from generations.access import Need, ProjectRequest, project_view
from generations.models import Generation, State

MOST = 60
# A change is drawn once for all who look at it with the same rights, not once for each. Cards in
# other states offer something to their maker alone. Short, for a card says how long it runs.
ALIKE = frozenset({State.SUBMITTING, State.RUNNING, State.ARCHIVING, State.SUCCEEDED})
DRAWN_FOR_S = 5.0
Key = tuple[object, ...]
_drawn: dict[Key, tuple[float, bytes]] = {}
# In these the money is as it was when the clip was asked for: the budget need not be read.
HELD = frozenset({State.SUBMITTING, State.RUNNING, State.ARCHIVING, State.UNCERTAIN})


@require_GET
@project_view(Need.LOOK)
def live(request: ProjectRequest) -> HttpResponse:
    """204 when nothing changed since ``v``: then only session, person, role and project are read.

    Else the changed cards, each to be put in its place, and a new element that asks again only
    while something is not final. ``top`` is the newest card that the page knows.
    """
    version, top = _number(request, "v"), _number(request, "top")
    if request.project.version == version:
        return HttpResponse(status=204)
    show = request.GET.get("show", "everything")
    if show not in feed.SHOWS:
        show = "everything"
    project, viewer = request.project, feed.Viewer.of(request)
    key = (project.pk, project.version, version, top, show, replace(viewer, user_id=0))
    if drawn := _remembered(key):
        return HttpResponse(drawn)
    # Before the cards: what ends in between is then counted as moving, and looked at once more.
    counted = feed.counts(project)
    everything = feed.rows(project, request.user.pk, "everything")
    rows = list(everything.filter(version__gt=version).order_by("version")[: MOST + 1])
    changed, seen = _whole_groups(rows), project.version
    if len(changed) < len(rows):
        seen = changed[-1].version
    fresh = [one.pk for one in changed if one.pk > top]
    shown = feed.rows(project, request.user.pk, show).filter(pk__in=fresh) if fresh else []
    news = {one.pk for one in shown}
    cards = feed.cards(changed, project, viewer)
    newest = sorted(cards, key=lambda card: -card.g.pk)
    context = {
        "changed": [faces.of(card, viewer, oob=True) for card in cards if card.g.pk <= top],
        "fresh": [faces.of(card, viewer) for card in newest if card.g.pk in news],
        "top": max([top, *fresh]),
        "version": seen,
        "counts": counted,
        "live": feed.is_live(counted),
        "show": show,
        "shows": [(key, label) for key, (label, _) in feed.SHOWS.items()],
        "viewer": viewer,
        "money": viewer.sees_money and any(_moves_money(one, top) for one in changed),
        "asks": any(one.state == State.UNCERTAIN or feed.final(one) for one in changed),
    }
    answer = render(request, "studio/_live_answer.html", context)
    if show != "mine" and not context["money"] and all(one.state in ALIKE for one in changed):
        _remember(key, answer.content)
    return answer


def _remembered(key: Key) -> bytes | None:
    until, drawn = _drawn.get(key, (0.0, b""))
    return drawn if time.monotonic() < until else None


def _remember(key: Key, drawn: bytes) -> None:
    if len(_drawn) >= 500:
        _drawn.clear()
    _drawn[key] = (time.monotonic() + DRAWN_FOR_S, drawn)


def _whole_groups(rows: list[Generation]) -> list[Generation]:
    """The first MOST rows, but no group cut in two: takes of one press share a version."""
    if len(rows) <= MOST:
        return rows
    kept, cut = rows[:MOST], rows[MOST].version
    return [one for one in kept if one.version != cut] or kept


def _moves_money(one: Generation, top: int) -> bool:
    return one.pk > top or one.state not in HELD


def _number(request: ProjectRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
