"""The team's uploads: the list, files that come in, and what is done to several at once."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_POST

from accounts.access import TeamRequest, team_view
from accounts.models import TeamRole
from generations.forms.uploads import GB, AddForm, BulkForm, LimitForm
from generations.frame import by_htmx
from generations.media import room
from generations.media.errors import BadFile
from generations.media.uploads import take
from generations.models import Project, TeamStorage, Upload
from generations.uploads import cards, change, find
from generations.uploads.who import Reader

from .files import too_large

# Without scripts several files travel in one body.
FILES_AT_ONCE = 2
MOST = 500
MOST_SAID = 4
UNDO_S = 900


@require_GET
@team_view()
def uploads(request: TeamRequest) -> HttpResponse:
    reader = Reader.of(request.membership)
    context = list_context(request, reader)
    if context["asked"].before and by_htmx(request):
        return render(request, "uploads/_more.html", context)
    return render(request, "uploads/list.html", context | _around(request, reader))


def list_context(request: TeamRequest, reader: Reader) -> dict[str, Any]:
    asked = find.Asked.of(request.GET.dict())
    rows, older = find.found(reader, asked)
    but = {name: _but(request, name) for name in ("folder", "tag")}
    shown = cards.cards(reader, rows, but)
    return {"asked": asked, "rows": shown, "older": older, "reader": reader}


def _but(request: TeamRequest, name: str) -> str:
    """The list as it is, from its beginning, without one thing: another one can be added."""
    asked = request.GET.copy()
    for each in (name, "before"):
        asked.pop(each, None)
    return f"?{asked.urlencode()}&" if asked else "?"


@csrf_exempt
@require_POST
def uploads_add(request: HttpRequest, team: str) -> HttpResponse:
    """Take files. A script sends them one by one and is answered in JSON, as in the studio."""
    if text := too_large(request, FILES_AT_ONCE):
        if _by_script(request):
            return JsonResponse({"error": text}, status=413)
        messages.error(request, text)
        return redirect("uploads", team)
    return _add(request, team=team)


@team_view()
@csrf_protect
def _add(request: TeamRequest) -> HttpResponse:
    reader = Reader.of(request.membership)
    if not reader.may_create:
        raise PermissionDenied("Creators, producers and owners add files.")
    try:
        form, files = AddForm(request.POST, reader=reader), request.FILES.getlist("file")
    except (MultiPartParserError, UnicodeError):
        form, files = AddForm({}, reader=reader), []
    texts = [str(text) for one in form.errors.values() for text in one]
    if not texts and not files:
        texts = ["No file came. Choose pictures, videos or sounds."]
    if texts:
        return _refused(request, texts)
    project, folder = form.chosen, form.cleaned_data["folder"]
    if _by_script(request):
        try:
            return JsonResponse(_taken(request, project, folder, files[0]), status=201)
        except BadFile as bad:
            return JsonResponse({"error": bad.text}, status=422)
    _say_taken(request, project, folder, files)
    return to_list(request)


@require_POST
@team_view()
def uploads_change(request: TeamRequest) -> HttpResponse:
    """Move, tag or delete what was chosen; what may not be changed is left, with the reason."""
    reader = Reader.of(request.membership)
    if not reader.may_create:
        raise PermissionDenied("Creators, producers and owners change files.")
    form = BulkForm(request.POST)
    chosen = list(reader.visible().filter(uuid__in=_keys(request)).select_related("project__team"))
    if not form.is_valid():
        texts = [str(text) for one in form.errors.values() for text in one]
    else:
        texts = [] if chosen else ["Choose files first: tick their boxes."]
    if texts:
        return _refused(request, texts)
    rows = [one for one in chosen if reader.may_change(one)]
    data = form.cleaned_data
    if data["do"] == "delete":
        say_removed(request, change.remove(reader, request.user, rows))
    elif data["do"] == "move":
        change.file_away(rows, data["folder"])
        where = f"in “{data['folder']}”" if data["folder"] else "in no folder"
        messages.success(request, f"{_count(rows)} {where} now.")
    else:
        _tag(request, rows, data["tags"], away=data["do"] == "untag")
    if left := len(chosen) - len(rows):
        messages.warning(request, f"{left} stay as they were: you may not change them.")
    return to_list(request)


@require_POST
@team_view()
def uploads_undo(request: TeamRequest) -> HttpResponse:
    """What this browser deleted last comes back."""
    reader = Reader.of(request.membership)
    if not reader.may_create:
        raise PermissionDenied("Creators, producers and owners bring files back.")
    kept = request.session.pop(_undo_key(request), None) or {"keys": []}
    rows = change.bring_back(reader, request.user, map(UUID, kept["keys"]))
    if rows:
        messages.success(request, f"{_count(rows)} back.")
    else:
        messages.error(request, "It is too late to bring them back. Upload the files again.")
    return to_list(request)


@require_POST
@team_view(TeamRole.OWNER)
def uploads_limit(request: TeamRequest) -> HttpResponse:
    form = LimitForm(request.POST)
    if not form.is_valid():
        reader = Reader.of(request.membership)
        context = list_context(request, reader) | _around(request, reader)
        return render(request, "uploads/list.html", context | {"limit_form": form})
    change.set_limit(request.team, request.user, form.limit)
    messages.success(request, "The storage limit is saved.")
    return to_list(request)


def to_list(request: TeamRequest) -> HttpResponse:
    """The list as it was looked at before."""
    asked = QueryDict(request.POST.get("back", "")[:1000].lstrip("?"), mutable=True)
    asked.pop("before", None)
    here = reverse("uploads", args=[request.team.slug])
    return redirect(f"{here}?{asked.urlencode()}" if asked else here)


def say_removed(request: TeamRequest, done: change.Done) -> None:
    """Tell what went and what stayed, and keep what an undo needs."""
    if done.rows:
        keys = [str(one.uuid) for one in done.rows]
        said = done.rows[0].name if len(done.rows) == 1 else f"{len(done.rows)} files"
        request.session[_undo_key(request)] = {"keys": keys, "said": said, "at": time.time()}
    for text in _some(done.reasons):
        messages.error(request, text)


def _around(request: TeamRequest, reader: Reader) -> dict[str, Any]:
    """What stands around the list: where to put files, what to narrow by, how much is kept."""
    storage = room.of(request.team)
    last = request.session.get(f"project:{request.team.pk}", "")
    asked = request.GET.get("in") or last
    undo = request.session.get(_undo_key(request))
    begun = {"gb": storage.limit and storage.limit / GB}
    return {
        "place": reader.project(request.GET.get("in", "")),
        "into": reader.project(asked),
        "folders": find.folders(reader),
        "people": find.people(reader),
        "kinds": find.KINDS,
        "storage": storage,
        "shares": _shares(storage),
        "undo": undo if undo and time.time() - undo["at"] < UNDO_S else None,
        "limit_form": LimitForm(initial=begun) if request.role is TeamRole.OWNER else None,
        "back": request.GET.urlencode(),
    }


def _shares(storage: TeamStorage) -> tuple[float, float]:
    """Uploads and results in percent of the limit, for the bar."""
    if not storage.limit:
        return 0.0, 0.0
    first = min(100.0, 100 * storage.uploads / storage.limit)
    return round(first, 2), round(min(100 - first, 100 * storage.results / storage.limit), 2)


def _taken(
    request: TeamRequest, project: Project, folder: str, file: UploadedFile[bytes]
) -> dict[str, Any]:
    """Keep one file; what the page says of it. Raises BadFile."""
    taken = take(project, request.user, file.name or "", file)
    row = taken.row
    if folder and not taken.was_here:
        change.file_away([row], folder)
    args = [request.team.slug, project.uuid, row.uuid]
    return {
        "uuid": str(row.uuid),
        "name": row.name,
        "was_here": taken.was_here,
        "url": reverse("upload_page", args=args),
        "remove": reverse("upload_remove", args=args),
    }


def _say_taken(
    request: TeamRequest, project: Project, folder: str, files: Sequence[UploadedFile[bytes]]
) -> None:
    new, known, wrong = 0, [], []
    for file in files:
        try:
            facts = _taken(request, project, folder, file)
        except BadFile as bad:
            wrong.append(bad.text)
            continue
        if facts["was_here"]:
            known.append(f"{file.name} is already in {project}, as {facts['name']}.")
        else:
            new += 1
    if new:
        messages.success(
            request, f"{'1 file is' if new == 1 else f'{new} files are'} in {project}."
        )
    for text in _some(known):
        messages.info(request, text)
    for text in _some(wrong):
        messages.error(request, text)


def _tag(request: TeamRequest, rows: list[Upload], names: Sequence[str], *, away: bool) -> None:
    done = change.tag(rows, names, away=away)
    said = ", ".join(f"#{one}" for one in names)
    if done.rows:
        verb = "without" if away else "with"
        messages.success(request, f"{_count(done.rows)} {verb} {said} now.")
    for text in _some(done.reasons):
        messages.error(request, text)


def _refused(request: TeamRequest, texts: list[str]) -> HttpResponse:
    if _by_script(request):
        return JsonResponse({"error": " ".join(texts)}, status=422)
    for text in texts:
        messages.error(request, text)
    return to_list(request)


def _by_script(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "") == "application/json"


def _keys(request: TeamRequest) -> list[UUID]:
    """The chosen files; what is no id is nobody's file."""
    found = []
    for text in request.POST.getlist("file")[:MOST]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _undo_key(request: TeamRequest) -> str:
    return f"removed-uploads:{request.team.pk}"


def _count(rows: Sequence[Upload]) -> str:
    return "1 file is" if len(rows) == 1 else f"{len(rows)} files are"


def _some(texts: Iterable[str]) -> list[str]:
    """Not a wall of lines: the first few, and how many more there are."""
    every = list(texts)
    rest = len(every) - MOST_SAID
    return every if rest < 2 else [*every[:MOST_SAID], f"So it is with {rest} more files."]
