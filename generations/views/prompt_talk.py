"""What is said of prompts: comments, and approval before a version may be the house's."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.access import TeamRequest, team_view
from generations.access import Need
from generations.forms.prompts import CommentForm, NoteForm
from generations.models import Prompt, PromptApproval, PromptComment, PromptVersion
from generations.prompts import approvals, comments, versions
from generations.prompts.who import Reader

from .prompt_page import load, need, page_context, to_prompt


@require_POST
@team_view()
def prompt_comment(request: TeamRequest, prompt: UUID) -> HttpResponse:
    """Whoever sees a prompt may speak of it."""
    reader, row = load(request, prompt)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _again(request, reader, row, comment_form=form)
    number = form.cleaned_data["version"]
    version = get_object_or_404(row.versions, number=number) if number else None
    made = comments.add(request.user, row, version, form.cleaned_data["text"])
    return _to_comment(request, row, made)


@require_POST
@team_view()
def prompt_comment_edit(request: TeamRequest, prompt: UUID, remark: int) -> HttpResponse:
    reader, row = load(request, prompt)
    comment = _own(request, row, remark)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _again(request, reader, row, edit_form=form, edited=comment.pk)
    if comments.change(comment, form.cleaned_data["text"]):
        messages.success(request, "The comment is changed.")
    return _to_comment(request, row, comment)


@require_POST
@team_view()
def prompt_comment_delete(request: TeamRequest, prompt: UUID, remark: int) -> HttpResponse:
    _, row = load(request, prompt)
    comments.remove(_own(request, row, remark))
    messages.success(request, "The comment is deleted.")
    return to_prompt(request, row)


@require_GET
@team_view()
def prompt_approvals(request: TeamRequest) -> HttpResponse:
    """What waits for a producer."""
    reader = Reader.of(request.membership)
    return render(request, "prompts/approvals.html", {"waiting": approvals.waiting(reader)})


@require_POST
@team_view()
def prompt_ask(request: TeamRequest, prompt: UUID) -> HttpResponse:
    """A creator asks for approval of the version ``version``."""
    reader, row = load(request, prompt)
    need(reader, row, Need.CREATE)
    version = _version(request, row)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _again(request, reader, row, ask_form=form)
    try:
        approvals.ask(request.user, version, form.cleaned_data["note"])
    except approvals.CannotAsk as trouble:
        messages.error(request, str(trouble))
    else:
        messages.success(request, f"Version {version.number} waits for approval now.")
    return to_prompt(request, row, version.number)


@require_POST
@team_view()
def prompt_approve(request: TeamRequest, prompt: UUID) -> HttpResponse:
    """A producer approves a version, asked or not; ``house`` moves the label at once."""
    reader, row = load(request, prompt)
    need(reader, row, Need.PRODUCE)
    version = _version(request, row)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _again(request, reader, row, decide_form=form)
    house, note = "house" in request.POST, form.cleaned_data["note"]
    if approvals.approve(request.user, version, note, house=house):
        more = ", and is the house version now" if house else ""
        messages.success(request, f"Version {version.number} is approved{more}.")
    else:
        messages.info(request, f"Version {version.number} was approved already.")
    return _back(request, row, version)


@require_POST
@team_view()
def prompt_decline(request: TeamRequest, prompt: UUID) -> HttpResponse:
    reader, row = load(request, prompt)
    need(reader, row, Need.PRODUCE)
    version = _version(request, row)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _again(request, reader, row, decide_form=form)
    if not form.cleaned_data["note"]:
        form.add_error("note", "Say why, so that the next version can be better.")
        return _again(request, reader, row, decide_form=form)
    waiting = _waiting(row, version)
    note = form.cleaned_data["note"]
    if waiting and approvals.decide(request.user, waiting, approved=False, note=note):
        messages.success(request, f"Version {version.number} is declined.")
    else:
        messages.info(request, "It was decided or taken back meanwhile.")
    return _back(request, row, version)


@require_POST
@team_view()
def prompt_withdraw(request: TeamRequest, prompt: UUID) -> HttpResponse:
    """Whoever asked takes it back."""
    reader, row = load(request, prompt)
    need(reader, row, Need.CREATE)
    version = _version(request, row)
    waiting = _waiting(row, version)
    if waiting and waiting.asked_by_id != request.user.pk:
        raise PermissionDenied("Whoever asked takes it back.")
    if waiting and approvals.withdraw(request.user, waiting):
        messages.success(request, "It waits no longer.")
    else:
        messages.info(request, "It was decided or taken back meanwhile.")
    return to_prompt(request, row, version.number)


def _own(request: TeamRequest, row: Prompt, remark: int) -> PromptComment:
    rows = row.comments.filter(deleted_at=None)
    comment: PromptComment = get_object_or_404(rows, pk=min(remark, 2**62))
    if comment.user_id != request.user.pk:
        raise PermissionDenied("Only whoever said it changes it.")
    return comment


def _version(request: TeamRequest, row: Prompt) -> PromptVersion:
    """The one that is named, or else the newest."""
    number = request.POST.get("version", "")
    known = number.isascii() and number.isdigit() and len(number) < 9
    if not number:
        version = versions.newest(row)
    else:
        version = get_object_or_404(row.versions, number=int(number) if known else 0)
    version.prompt = row
    return version


def _waiting(row: Prompt, version: PromptVersion) -> PromptApproval | None:
    waiting = PromptApproval.objects.filter(version=version, verdict="").first()
    if waiting:
        waiting.version = version
    return waiting


def _again(request: TeamRequest, reader: Reader, row: Prompt, **forms: object) -> HttpResponse:
    """The page with what was typed and what is wrong with it."""
    return render(request, "prompts/page.html", page_context(request, reader, row, **forms))


def _back(request: TeamRequest, row: Prompt, version: PromptVersion) -> HttpResponse:
    """To the list, for those who decide from there."""
    if "list" in request.POST:
        return redirect("prompt_approvals", request.team.slug)
    return to_prompt(request, row, version.number)


def _to_comment(request: TeamRequest, row: Prompt, comment: PromptComment) -> HttpResponse:
    answer = to_prompt(request, row, comment.version.number if comment.version else None)
    answer.headers["Location"] += f"#comment-{comment.pk}"
    return answer
