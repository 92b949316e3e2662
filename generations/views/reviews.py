"""What members say of a result: verdicts and remarks. Whoever may look may say it."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from generations.access import Need, ProjectRequest, project_view
from generations.forms.reviews import CommentForm, VerdictForm
from generations.frame import by_htmx
from generations.models import Comment, Generation, Verdict
from generations.reviewing import panel, remarks, verdicts
from generations.reviewing.panel import Typed
from generations.reviewing.who import NotNow, Who

from . import detail

NONE_WAIT = "Nothing else in this project waits for a review."


@require_POST
@project_view(Need.LOOK)
def review_decide(request: ProjectRequest, generation: UUID) -> HttpResponse:
    row = detail.load(request, generation)
    form = VerdictForm(request.POST)
    typed = Typed("note", request.POST.get("note", ""))
    if not form.is_valid():
        return _again(request, row, typed, form)
    data = form.cleaned_data
    verdict = Verdict(data["verdict"])
    try:
        verdicts.decide(row, verdict, Who(request.user), data["note"])
    except NotNow as why:
        return _again(request, row, typed, str(why))
    if request.POST.get("as") == "mark":
        return render(request, "reviews/_mark.html", {"g": row, "place": "compare"})
    return _answer(request, row)


@require_GET
@project_view(Need.LOOK)
def review_next(request: ProjectRequest, generation: UUID) -> HttpResponse:
    """On to the next result of the project of which nobody has said anything."""
    row = detail.load(request, generation)
    found = verdicts.next_after(row)
    if found is None:
        messages.info(request, NONE_WAIT)
    return redirect("generation", request.team.slug, request.project.uuid, (found or row).uuid)


@require_POST
@project_view(Need.LOOK)
def review_comment(request: ProjectRequest, generation: UUID) -> HttpResponse:
    row = detail.load(request, generation)
    form = CommentForm(request.POST)
    typed = Typed("comment", request.POST.get("text", ""), request.POST.get("at_ms", ""))
    if not form.is_valid():
        return _again(request, row, typed, form)
    data = form.cleaned_data
    try:
        remarks.add(row, Who(request.user), data["text"], data["at_ms"])
    except NotNow as why:
        return _again(request, row, typed, str(why))
    return _answer(request, row)


@require_POST
@project_view(Need.LOOK)
def review_change(request: ProjectRequest, generation: UUID, comment: UUID) -> HttpResponse:
    row, one = _remark(request, generation, comment)
    if one.user_id != request.user.pk:
        raise PermissionDenied("Only its author changes a comment.")
    form = CommentForm(request.POST)
    if not form.is_valid():
        typed = Typed(str(one.uuid), request.POST.get("text", ""))
        return _again(request, row, typed, form)
    remarks.change(one, form.cleaned_data["text"])
    return _answer(request, row)


@require_POST
@project_view(Need.LOOK)
def review_remove(request: ProjectRequest, generation: UUID, comment: UUID) -> HttpResponse:
    row, one = _remark(request, generation, comment)
    if not panel.may_remove(request, one):
        raise PermissionDenied("Only its author or a producer deletes a comment.")
    remarks.remove(one)
    return _answer(request, row)


@require_POST
@project_view(Need.LOOK)
def review_settle(request: ProjectRequest, generation: UUID, comment: UUID) -> HttpResponse:
    """``done`` is 0 to open it again."""
    row, one = _remark(request, generation, comment)
    if not panel.may_settle(request, one):
        raise PermissionDenied("Only creators, producers and its author resolve a comment.")
    remarks.settle(one, request.user, done=request.POST.get("done") != "0")
    return _answer(request, row)


def _remark(request: ProjectRequest, generation: UUID, comment: UUID) -> tuple[Generation, Comment]:
    row = detail.load(request, generation)
    one = get_object_or_404(Comment, generation=row, uuid=comment, deleted_at=None)
    if request.project.archived_at:
        raise PermissionDenied("This project is archived. Restore it to go on.")
    one.generation = row
    return row, one


def _again(
    request: ProjectRequest, row: Generation, typed: Typed, wrong: forms.Form | str
) -> HttpResponse:
    """The same once more, with what was typed and what is wrong with it."""
    typed.error = wrong if isinstance(wrong, str) else first_error(wrong)
    found = panel.for_member(request, row)
    if found is None:
        messages.error(request, typed.error)
        return redirect("generation", request.team.slug, request.project.uuid, row.uuid)
    found.typed = typed
    if by_htmx(request):
        return render(request, "reviews/_answer.html", {"panel": found, "g": row})
    return detail.page(request, row, found)


def first_error(form: forms.Form) -> str:
    return str(next(iter(form.errors.values()))[0])


def _answer(request: ProjectRequest, row: Generation) -> HttpResponse:
    if by_htmx(request):
        found = panel.for_member(request, row)
        return render(request, "reviews/_answer.html", {"panel": found, "g": row})
    address = reverse("generation", args=[request.team.slug, request.project.uuid, row.uuid])
    return redirect(f"{address}#review")
