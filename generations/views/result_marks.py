"""Star, rating, tags, and what is done to many results at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import parse_qsl
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_POST

from accounts.access import TeamRequest, team_view
from generations.access import Need, ProjectRequest, project_view
from generations.frame import by_htmx
from generations.lifecycle import moving
from generations.models import Generation
from generations.prompts.who import Reader, as_uuid
from generations.results import bin as bins
from generations.results import cards, listing, marks

from .results import asked_of, to_gallery

MOST = 500


@require_POST
@project_view(Need.CREATE)
def result_marks(request: ProjectRequest, generation: UUID) -> HttpResponse:
    """Star, rate or tag one result; htmx gets its marks again, as its page or its card has them."""
    row = get_object_or_404(request.project.generations.kept(), uuid=generation)
    trouble = ""
    try:
        _mark(row, request.POST.dict())
    except marks.BadTag as bad:
        trouble = str(bad)
    if not by_htmx(request):
        if trouble:
            messages.error(request, trouble)
        return redirect("generation", request.team.slug, request.project.uuid, generation)
    reader = Reader.of(request.membership)
    (found,) = listing.with_parts(reader, [row.pk])
    (card,) = cards.cards(reader, [found])
    typed = request.POST.get("tag", "") if trouble else ""
    if request.POST.get("look") == "quick":
        return render(request, "results/_quick.html", {"one": card})
    context = {"g": found, "trouble": trouble, "typed": typed, "may_mark": True}
    return render(request, "results/_marks.html", context)


def _mark(row: Generation, given: dict[str, str]) -> None:
    if given.get("star") in ("0", "1"):
        marks.star([row], on=given["star"] == "1")
    elif given.get("rating", "") in ("0", "1", "2", "3", "4", "5"):
        marks.rate([row], int(given["rating"]))
    elif given.get("untag"):
        marks.untag([row], [given["untag"]])
    elif "tag" in given:
        marks.tag([row], marks.tags_of(given["tag"]))


@require_POST
@team_view()
def results_bulk(request: TeamRequest) -> HttpResponse:
    """Do one thing to the chosen results; those one may not touch are left, and that is said."""
    reader = Reader.of(request.membership)
    if not reader.may_create:
        raise PermissionDenied("Creators, producers and owners change results.")
    some = chosen(request, reader)
    do = _DO.get(request.POST.get("do", ""))
    gone = False
    if not some:
        messages.warning(request, "Choose results first: tick the box in the corner of each.")
    elif do:
        gone = do(request, reader, some)
    return _answer(request, reader, some, gone=gone)


@require_POST
@team_view()
def results_restore(request: TeamRequest) -> HttpResponse:
    """Take back what is chosen in the bin, or with ``batch`` what one just put there."""
    reader = Reader.of(request.membership)
    if not reader.may_create:
        raise PermissionDenied("Creators, producers and owners take results back.")
    batch = request.POST.get("batch", "")
    some = _batch(reader, batch) if batch else chosen(request, reader)
    outcome = bins.restore(reader, some)
    if outcome.done:
        messages.success(request, f"{results_said(len(outcome.done))} taken back.")
    for reason in outcome.reasons:
        messages.warning(request, reason)
    if not outcome.done and not outcome.left:
        messages.warning(request, "There is nothing to take back any more.")
    if request.POST.get("here") == "bin":
        return redirect("results_bin", request.team.slug)
    if request.POST.get("here") == "result" and some:
        return redirect("generation", request.team.slug, some[0].project.uuid, some[0].uuid)
    answer = to_gallery(request, _asked(request, reader))
    if outcome.done:
        # Whoever goes by keys goes on at the card that came back: a browser focuses what is named.
        answer.headers["Location"] += f"#l-{outcome.done[-1].uuid}"
    return answer


def chosen(request: TeamRequest, reader: Reader) -> list[Generation]:
    """What is ticked, as far as one may see it, in the order of the page."""
    keys = [key for text in request.POST.getlist("g")[:MOST] if (key := as_uuid(text))]
    found = {one.uuid: one for one in listing.chosen(reader, keys)}
    return [found[key] for key in dict.fromkeys(keys) if key in found]


def results_said(count: int) -> str:
    return "1 result is" if count == 1 else f"{count} results are"


def _asked(request: TeamRequest, reader: Reader):  # type: ignore[no-untyped-def]
    return asked_of(reader, dict(parse_qsl(request.POST.get("query", "")[:2000])))


def _batch(reader: Reader, text: str) -> list[Generation]:
    """What this person put into the bin by one press: one moment, told to the microsecond."""
    when = bins.moment(text)
    rows = bins.binned(reader).filter(deleted_by=reader.member.user_id, deleted_at=when)
    return list(rows[:MOST]) if when else []


def _touched(request: TeamRequest, reader: Reader, some: Sequence[Generation]) -> list[Generation]:
    """Those that one may mark; the others are told of."""
    may = [one for one in some if marks.may_mark(reader, one) and one.deleted_at is None]
    if left := len(some) - len(may):
        text = f"{results_said(left)} left as before: your role there does not allow it."
        messages.warning(request, text)
    return may


def _star(request: TeamRequest, reader: Reader, some: Sequence[Generation]) -> bool:
    may = _touched(request, reader, some)
    on = request.POST.get("do") == "star"
    marks.star(may, on=on)
    if may:
        said = "starred" if on else "no longer starred"
        messages.success(request, f"{results_said(len(may))} {said}.")
    return False


def _tag(request: TeamRequest, reader: Reader, some: Sequence[Generation]) -> bool:
    may = _touched(request, reader, some)
    on = request.POST.get("do") == "tag"
    try:
        names = marks.tags_of(request.POST.get("tag", ""))
        if on:
            marks.tag(may, names)
        else:
            marks.untag(may, names)
    except marks.BadTag as bad:
        messages.error(request, str(bad))
        return False
    if may:
        said = f"{'tagged' if on else 'no longer tagged'} {', '.join(names)}."
        messages.success(request, f"{results_said(len(may))} {said}")
    return False


def _delete(request: TeamRequest, reader: Reader, some: Sequence[Generation]) -> bool:
    outcome = bins.delete(reader, some)
    if outcome.done:
        messages.success(request, _undo(request, outcome))
    for reason in outcome.reasons:
        count = sum(1 for _, one in outcome.left if one == reason)
        messages.warning(request, f"{results_said(count)} not deleted. {reason}")
    return bool(outcome.done)


def _move(request: TeamRequest, reader: Reader, some: Sequence[Generation]) -> bool:
    """They leave the page only where it shows one project alone."""
    key = as_uuid(request.POST.get("to", ""))
    target = next((one for one in reader.makes_in if one.uuid == key), None)
    if target is None:
        messages.error(request, "Choose the project to move them to.")
        return False
    try:
        moved = moving.move(some, target, request.user)
    except moving.CannotMove as trouble:
        messages.error(request, str(trouble))
        return False
    (messages.warning if moved.refused else messages.success)(request, moved.words)
    return False


def _undo(request: TeamRequest, outcome: bins.Outcome) -> SafeString:
    """The toast with its button; a sentence and a form that we write ourselves."""
    context = {
        "said": results_said(len(outcome.done)),
        "batch": outcome.at.isoformat() if outcome.at else "",
        "query": request.POST.get("query", ""),
        "team": request.team,
    }
    drawn = render_to_string("results/_undo.html", context, request)
    return mark_safe(" ".join(drawn.split()))  # noqa: S308 - a template, which escapes


_DO: dict[str, Callable[[TeamRequest, Reader, Sequence[Generation]], bool]] = {
    "star": _star,
    "unstar": _star,
    "tag": _tag,
    "untag": _tag,
    "delete": _delete,
    "move": _move,
}


def _answer(
    request: TeamRequest, reader: Reader, some: Sequence[Generation], *, gone: bool
) -> HttpResponse:
    """Without htmx the gallery again; with it the cards as they are now, and what was said."""
    if not by_htmx(request):
        return to_gallery(request, _asked(request, reader))
    rows = listing.with_parts(reader, [one.pk for one in some])
    context = {
        "gone": [one for one in rows if one.deleted_at] if gone else [],
        "page": listing.page(reader, _asked(request, reader)) if gone else None,
        "cards": cards.cards(reader, [one for one in rows if not one.deleted_at], oob=True),
    }
    return render(request, "results/_bulk_answer.html", context)
