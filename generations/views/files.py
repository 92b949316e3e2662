"""Files in and out: uploads come in checked; all go out only to those who may look."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from generations.access import Need, ProjectRequest, project_view
from generations.media.addresses import bring
from generations.media.errors import BadFile
from generations.media.links import read_input
from generations.media.serve import serve
from generations.media.uploads import file_name, still, store
from generations.models import Asset, Upload

from .incoming import drain, most_bytes

# What a multipart body has beside the file itself, at most.
_ENVELOPE = 100_000


@require_safe
@login_not_required
def shared_input(request: HttpRequest, signed: str, name: str) -> HttpResponse:
    """A file for the provider that fetches it: whoever holds the signed link may."""
    upload = get_object_or_404(Upload, uuid=read_input(signed))
    return serve(request, upload.file, mime=upload.mime, etag=upload.digest)


@require_safe
@project_view(Need.LOOK)
def upload_file(request: ProjectRequest, upload: UUID) -> HttpResponse:
    row = get_object_or_404(request.project.uploads, uuid=upload)
    if request.GET.get("thumb"):
        if not row.thumb:
            raise Http404("A sound has no picture.")
        return serve(request, row.thumb, mime="image/webp", etag=f"{row.digest}-thumb")
    return serve(request, row.file, mime=row.mime, etag=row.digest)


@require_safe
@project_view(Need.LOOK)
def clip(request: ProjectRequest, generation: UUID) -> HttpResponse:
    asset = _asset(request, generation)
    return serve(request, asset.file, mime=asset.mime, etag=asset.digest)


@require_safe
@project_view(Need.LOOK)
def clip_poster(request: ProjectRequest, generation: UUID) -> HttpResponse:
    asset = _asset(request, generation)
    return serve(request, asset.poster, mime="image/webp", etag=f"{asset.digest}-poster")


@require_safe
@project_view(Need.LOOK)
def clip_preview(request: ProjectRequest, generation: UUID) -> HttpResponse:
    asset = _asset(request, generation)
    return serve(request, asset.preview, mime="video/mp4", etag=f"{asset.digest}-preview")


@require_safe
@project_view(Need.LOOK)
def clip_download(request: ProjectRequest, generation: UUID) -> HttpResponse:
    asset = _asset(request, generation)
    name = file_name(asset.generation, asset.mime)
    return serve(request, asset.file, mime=asset.mime, download_name=name, etag=asset.digest)


@require_POST
@project_view(Need.CREATE)
def take_frame(request: ProjectRequest, generation: UUID) -> HttpResponse:
    """The first or last picture of a clip becomes an upload, and the studio begins from it."""
    asset = _asset(request, generation)
    where = "first" if request.GET.get("at") == "first" else "last"
    here = [request.team.slug, request.project.uuid]
    try:
        row = still(asset.generation, where, user=request.user)
    except (BadFile, FileNotFoundError) as bad:
        said = bad.text if isinstance(bad, BadFile) else "The clip's file is lost."
        messages.error(request, f"{said} Choose another picture to begin from.")
        return redirect("generation", *here, generation)
    wanted = {"use": f"upload:{row.uuid}", "as": "image", "operation": "image_to_video"}
    return redirect(f"{reverse('studio', args=here)}?{urlencode(wanted)}")


@csrf_exempt
@require_POST
def upload(request: HttpRequest, team: str, project: UUID) -> HttpResponse:
    """Take a file, or fetch the one at ``address``: 201 with its facts, 413 if the body is too
    large, 422 if it cannot be used.

    Reading the CSRF token reads the whole body, so its size is looked at before that, and who
    sends it as well.
    """
    if text := too_large(request):
        return JsonResponse({"error": text}, status=413)
    return _upload(request, team=team, project=project)


def too_large(request: HttpRequest, files: int = 1) -> str:
    """Why a body with so many files of the largest size is refused unread; empty if it is not."""
    limit = files * most_bytes()
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and int(length) <= limit + _ENVELOPE:
        return ""
    drain(request, length)
    if files > 1:
        return f"Too much at once: at most {limit / 1e6:g} MB are taken. Send the files one by one."
    return f"The file is too large: at most {limit / 1e6:g} MB are taken. Make it smaller."


@project_view(Need.CREATE)
@csrf_protect
def _upload(request: ProjectRequest) -> HttpResponse:
    try:
        file, address = request.FILES.get("file"), request.POST.get("address", "")
    except (MultiPartParserError, UnicodeError):
        file, address = None, ""
    try:
        if isinstance(file, UploadedFile):
            row = store(request.project, request.user, file.name or "", file)
        elif address:
            row = bring(request.project, request.user, address)
        else:
            raise BadFile("No file came. Choose a picture, a video or a sound.")
    except BadFile as bad:
        return JsonResponse({"error": bad.text}, status=422)
    return JsonResponse(_facts(request, row), status=201)


def _facts(request: ProjectRequest, row: Upload) -> dict[str, str | int]:
    address = reverse("upload_file", args=[request.team.slug, request.project.uuid, row.uuid])
    return {
        "uuid": str(row.uuid),
        "name": row.name,
        "kind": row.kind,
        "mime": row.mime,
        "size": row.size,
        "width": row.width,
        "height": row.height,
        "ms": row.ms,
        "thumb": f"{address}?thumb=1" if row.thumb else "",
    }


def _asset(request: ProjectRequest, generation: UUID) -> Asset:
    row = get_object_or_404(request.project.generations.select_related("asset"), uuid=generation)
    asset: Asset | None = getattr(row, "asset", None)
    if asset is None:
        raise Http404("No file is kept for this clip yet.")
    return asset
