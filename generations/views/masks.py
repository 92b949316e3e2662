"""What can be swapped on a frame: found for a price, chosen among, shown to the project."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import ledger
from generations import lifecycle
from generations.access import Need, ProjectRequest, project_view
from generations.catalogue.types import Input
from generations.forms import masks as choice
from generations.forms.brief import read_brief
from generations.forms.files import token_of
from generations.frame import by_htmx
from generations.media.serve import serve
from generations.models import Selection

from .studio import compose_context, feed_context

# Where the choice starts afresh, these are forgotten.
_AFRESH = choice.chosen_as(None, []) | {"masks_selection": ""}


@require_http_methods(["GET", "POST"])
@project_view(Need.CREATE)
def masks(request: ProjectRequest) -> HttpResponse:
    """GET: news of a selection, 204 while there is none. POST: one press in the form."""
    return _look(request) if request.method == "GET" else _press(request)


@require_safe
@project_view(Need.LOOK)
def mask_picture(request: ProjectRequest, selection: UUID) -> HttpResponse:
    """The frame, or with ``?mask=2`` the second mask on it."""
    row = get_object_or_404(request.project.selections, uuid=selection)
    number = request.GET.get("mask", "0")
    which = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 0
    names = [str(row.picture.name or ""), *(one["picture"] for one in row.masks)]
    if not which < len(names) or not names[which]:
        raise Http404("No such picture.")
    file = FieldFile(row, row.picture.field, names[which])
    return serve(request, file, mime="image/webp", etag=f"{row.uuid}-{which}")


def _look(request: ProjectRequest) -> HttpResponse:
    key = choice.key_of(request.GET.get("selection", ""))
    if key is None:
        raise Http404("No such selection.")
    row = get_object_or_404(request.project.selections.select_related("account"), uuid=key)
    if row.is_under_way and choice.waits(row) == (request.GET.get("waits") == "True"):
        return HttpResponse(status=204)
    source = token_of(Input(**row.source))
    values = {choice.SOURCE: source, "masks_selection": str(row.uuid)}
    values["operation"] = request.GET.get("operation", "")
    return _part(request, values)


def _press(request: ProjectRequest) -> HttpResponse:
    values = request.POST.dict()
    what, _, which = values.pop("masks_do", "").partition(":")
    trouble = ""
    if what == "find":
        trouble = _find(request, values)
    elif what == "cancel":
        trouble = _cancel(request, values, which)
    elif what == "again":
        values |= _AFRESH | {"masks_again": "1"}
    elif what == "show":
        values |= _AFRESH | {"masks_selection": which, "masks_again": ""}
    elif what == "pick":
        _pick(request, values, which)
    return _part(request, values, trouble)


def _find(request: ProjectRequest, values: dict[str, str]) -> str:
    """Ask for it; the sentence that says why not, if so."""
    at, frame, seen, token = choice.asked_for(values)
    file = choice.source_of(request.project, values)
    key = choice.key_of(at)
    account = request.team.provider_accounts.filter(uuid=key).first() if key else None
    if file is None:
        return "Add the video first."
    if account is None or token is None:
        return "Choose who should look."
    try:
        found = lifecycle.request_selection(
            project=request.project,
            user=request.user,
            account=account,
            source=file.as_input("source"),
            keyframe=frame,
            form_token=token,
            seen_micros=seen,
        )
    except (lifecycle.PriceChanged, lifecycle.CannotMake, ledger.OverBudget) as why:
        values["masks_again"] = "1"
        return str(why).replace("press Generate again", "press the button again")
    values |= _AFRESH | {"masks_selection": str(found.uuid), "masks_again": ""}
    return ""


def _cancel(request: ProjectRequest, values: dict[str, str], which: str) -> str:
    """Take back one that waits; the sentence that says why not, if so."""
    key = choice.key_of(which)
    rows = Selection.objects.filter(project=request.project).select_related(
        "account", "project__team"
    )
    found = rows.filter(uuid=key).first() if key else None
    if found is None:
        return "That search is not in this project."
    if found.user_id != request.user.pk and request.may < Need.PRODUCE:
        return "Only who asked for it, or a producer, may take it back."
    try:
        lifecycle.cancel_selection(found, request.user)
    except lifecycle.CannotCancel as why:
        return str(why)
    values |= _AFRESH | {"masks_selection": "", "masks_again": ""}
    return ""


def _pick(request: ProjectRequest, values: dict[str, str], mask: str) -> None:
    """A press without JavaScript; with it the page itself puts the choice into the form."""
    key = choice.key_of(values.get("masks_selection", ""))
    rows = Selection.objects.filter(project=request.project).select_related("account")
    found = rows.filter(uuid=key).first() if key else None
    if found is not None and found.has(mask):
        asked = read_brief(request.project, values)
        most = sum(name in choice.PICKS for name in asked.menu.fields)
        values |= choice.pick(values, found, mask, most)


def _part(request: ProjectRequest, values: dict[str, str], trouble: str = "") -> HttpResponse:
    """The part of the form, with the meters; without htmx the whole page."""
    asked = read_brief(request.project, values)
    context: dict[str, Any] = {"asked": asked, "masks_trouble": trouble}
    if by_htmx(request):
        return render(request, "studio/masks/answer.html", context)
    context = compose_context(request, asked) | feed_context(request) | context
    return render(request, "studio/page.html", context)
