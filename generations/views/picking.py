"""The dialogs in which a creator picks: a file of the project, or an entry of a provider's list."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from generations.access import Need, ProjectRequest, project_view
from generations.catalogue.types import Media
from generations.models import Generation, State, Upload

PAGE = 24
TITLES = {
    Media.IMAGE: "Pick a picture",
    Media.VIDEO: "Pick a video",
    Media.AUDIO: "Pick a sound",
}
LONGEST_SEARCH = 200


@dataclass(frozen=True, slots=True)
class File:
    """One file as the dialog shows it. ``put`` is what the form is told, as JSON."""

    id: UUID
    put: str
    words: str
    traits: tuple[str, ...]
    still: str = ""
    film: str = ""
    sound: str = ""
    ms: int = 0
    when: Any = None

    @property
    def seconds(self) -> float:
        return self.ms / 1000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the form asks for: a kind of file, for a role and its place in it."""

    kind: Media
    role: str
    n: str

    @classmethod
    def of(cls, request: ProjectRequest) -> Wanted:
        given = request.GET.get("kind", "")
        kind = Media(given) if given in Media else Media.IMAGE
        n = request.GET.get("n", "")
        role = request.GET.get("role", "")[:40]
        return cls(kind, role, n if n.isascii() and n.isdigit() and len(n) < 4 else "")

    def put(self, value: str) -> str:
        told: dict[str, Any] = {"value": value, "kind": str(self.kind)}
        told |= {"role": self.role} if self.role else {}
        return json.dumps(told | ({"n": int(self.n)} if self.n else {}))


@require_GET
@project_view(Need.CREATE)
def pick(request: ProjectRequest) -> HttpResponse:
    """Results and uploads of the project that fit; with ``before`` only what comes after it."""
    wanted = Wanted.of(request)
    # Nothing that is made here is a sound alone.
    tabs = ["uploads"] if wanted.kind is Media.AUDIO else ["results", "uploads"]
    asked = request.GET.get("tab", "")
    tab = asked if asked in tabs else _first(request, wanted, tabs)
    words = search_of(request)
    if tab == "results":
        found, older = _page(_results(request, wanted, words), request)
        files = [_clip(request, wanted, one) for one in found]
    else:
        found, older = _page(_uploads(request, wanted, words), request)
        files = [_upload(request, wanted, one) for one in found]
    context = {
        "title": TITLES[wanted.kind],
        "wanted": wanted,
        "tab": tab,
        "tabs": [(one, one.capitalize()) for one in tabs],
        "words": words,
        "files": files,
        "older": older,
        "others": tab == "uploads" and len(tabs) > 1,
    }
    return render(request, template_for(request, "files", "pick"), context)


def _first(request: ProjectRequest, wanted: Wanted, tabs: list[str]) -> str:
    """Where something is; the first where nothing is at all."""
    if len(tabs) == 1 or _results(request, wanted, "").exists():
        return tabs[0]
    return "uploads" if _uploads(request, wanted, "").exists() else tabs[0]


def template_for(request: ProjectRequest, part: str, whole: str) -> str:
    """The part of the dialog that htmx has a place for: the next page, the choices, or all."""
    target = request.headers.get("HX-Target", "")
    if target == "picker-more":
        return f"studio/picker/_{part}_more.html"
    if target == "picker-list":
        return f"studio/picker/_{part}.html"
    return f"studio/picker/{whole}.html"


def search_of(request: ProjectRequest) -> str:
    return " ".join(request.GET.get("q", "").replace("\0", "").split())[:LONGEST_SEARCH]


def _results(request: ProjectRequest, wanted: Wanted, words: str) -> QuerySet[Generation]:
    rows = Generation.objects.kept().filter(
        project=request.project, state=State.SUCCEEDED, asset__kind=wanted.kind
    )
    rows = rows.filter(prompt__icontains=words) if words else rows
    return rows.select_related("asset").order_by("-pk")


def _uploads(request: ProjectRequest, wanted: Wanted, words: str) -> QuerySet[Upload]:
    rows = request.project.uploads.filter(kind=wanted.kind)
    rows = rows.filter(name__icontains=words) if words else rows
    return rows.order_by("-pk")


def _page(rows: QuerySet[Any], request: ProjectRequest) -> tuple[list[Any], int | None]:
    """One page, newest first, and where the next begins (None at the end)."""
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    some = list(rows[: PAGE + 1])
    return some[:PAGE], some[PAGE - 1].pk if len(some) > PAGE else None


def _clip(request: ProjectRequest, wanted: Wanted, one: Generation) -> File:
    args = [request.team.slug, request.project.uuid, one.uuid]
    asset = one.asset
    # A picture without a poster shows itself.
    still = "clip_poster" if asset.poster else "clip" if wanted.kind is Media.IMAGE else ""
    return File(
        id=one.uuid,
        put=wanted.put(f"clip:{one.uuid}"),
        words=one.prompt or one.operation.replace("_", " ").capitalize(),
        traits=_told([_size(asset.width, asset.height)]),
        still=reverse(still, args=args) if still else "",
        film=reverse("clip_preview", args=args) if asset.preview else "",
        ms=asset.duration_ms,
        when=one.created_at,
    )


def _upload(request: ProjectRequest, wanted: Wanted, one: Upload) -> File:
    address = reverse("upload_file", args=[request.team.slug, request.project.uuid, one.uuid])
    thumb = f"{address}?thumb=1" if one.thumb else ""
    return File(
        id=one.uuid,
        put=wanted.put(f"upload:{one.uuid}"),
        words=one.name,
        traits=_told([_size(one.width, one.height), one.mime.partition("/")[2].upper()]),
        still=thumb or (address if one.kind == Media.IMAGE else ""),
        film=address if one.kind == Media.VIDEO else "",
        sound=address if one.kind == Media.AUDIO else "",
        ms=one.ms,
        when=one.created_at,
    )


def _size(width: int, height: int) -> str:
    return f"{width} × {height}" if width and height else ""


def _told(parts: Iterable[Any]) -> tuple[str, ...]:
    return tuple(str(one) for one in parts if one)
