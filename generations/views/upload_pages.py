"""One upload: what it is, who knows it, what uses it; renamed, moved, tagged, deleted."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST, require_safe

from generations.access import Need, ProjectRequest, project_view
from generations.forms.uploads import AboutForm
from generations.frame import remember_project
from generations.media.serve import serve
from generations.models import Upload
from generations.titles import names_of, title
from generations.uploads import change, find, using
from generations.uploads.handed import handed
from generations.uploads.ways import ways
from generations.uploads.who import Reader

from .uploads import say_removed, to_list


@require_GET
@project_view(Need.LOOK)
def upload_page(request: ProjectRequest, upload: UUID) -> HttpResponse:
    remember_project(request, request.project)
    return _page(request, _load(request, upload))


@require_POST
@project_view(Need.CREATE)
def upload_about(request: ProjectRequest, upload: UUID) -> HttpResponse:
    row = _load(request, upload)
    form = AboutForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form)
    data = form.cleaned_data
    change.describe(row, data["name"], data["folder"], data["tags"])
    messages.success(request, "Saved.")
    return redirect("upload_page", request.team.slug, request.project.uuid, row.uuid)


@require_POST
@project_view(Need.CREATE)
def upload_remove(request: ProjectRequest, upload: UUID) -> HttpResponse:
    row = _load(request, upload)
    reader = Reader.of(request.membership)
    if not reader.may_remove(row):
        raise PermissionDenied("Its uploader, producers and owners may delete it.")
    done = change.remove(reader, request.user, [row])
    say_removed(request, done)
    if not done.rows:
        return redirect("upload_page", request.team.slug, request.project.uuid, upload)
    return to_list(request)


@require_safe
@project_view(Need.LOOK)
def upload_download(request: ProjectRequest, upload: UUID) -> HttpResponse:
    row = _load(request, upload)
    return serve(request, row.file, mime=row.mime, download_name=row.name, etag=row.digest)


def _load(request: ProjectRequest, key: UUID) -> Upload:
    rows = request.project.uploads.select_related("user", "clip__project", "project__team")
    found: Upload = get_object_or_404(rows, uuid=key)
    return found


def _page(request: ProjectRequest, row: Upload, form: AboutForm | None = None) -> HttpResponse:
    reader = Reader.of(request.membership)
    tags = list(row.tags.order_by("name").values_list("name", flat=True))
    begun = {"name": row.name, "folder": row.folder, "tags": ", ".join(tags)}
    uses = using.of(row)
    names = names_of(uses.results, request.project)
    for one in uses.results:
        # A result that was moved may be in a project that this person does not see.
        vars(one)["is_seen"] = one.project_id in reader.may_in
        vars(one)["said"] = title(one, names)
    context: dict[str, Any] = {
        "upload": row,
        "tags": tags,
        "uses": uses,
        "handed": handed(row, request.team),
        "ways": ways(row, request.team) if request.may_create else [],
        "folders": find.folders(reader),
        "about": (form or AboutForm(initial=begun)) if request.may_create else None,
        "may_remove": reader.may_remove(row),
        "from_clip": row.clip and row.clip.project_id in reader.may_in and row.clip,
    }
    return render(request, "uploads/page.html", context)
