"""The dialog of a provider's list: its entries by account, their age, and their previews."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.models import TeamRole
from generations import lists as kept
from generations.access import Need, ProjectRequest, project_view
from generations.media.fetch import origin
from generations.media.links import allow_private
from generations.media.previews import PARTS, NoPreview, digest_of, preview
from generations.media.serve import serve
from generations.models import Listing, ProviderAccount
from generations.providers.types import Entry

from .picking import search_of, template_for

PAGE = 60
TITLES = {
    "templates": "Choose an effect",
    "image_templates": "Choose a picture effect",
    "voices": "Choose a voice",
    "restyles": "Choose a style",
}
ICONS = {
    "templates": "template",
    "image_templates": "template",
    "voices": "microphone",
    "restyles": "wand",
}
FILMS = (".mp4", ".webm", ".mov", ".m4v")
SOUNDS = (".mp3", ".wav", ".m4a", ".aac")
ALL_QUALITIES = 4


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry as a card. ``told`` is what the form is told, as JSON."""

    id: str
    label: str
    told: str
    hint: str
    tags: tuple[str, ...]
    still: str
    film: str
    sound: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where one is in the dialog; its addresses carry it along."""

    request: ProjectRequest
    name: str
    account: ProviderAccount | None

    def url(self, view: str = "lists", /, **more: Any) -> str:
        args = [self.request.team.slug, self.request.project.uuid, self.name]
        kept_on = {key: self.request.GET.get(key, "") for key in ("id", "field", "q")}
        kept_on["account"] = str(self.account.uuid) if self.account else ""
        asked = {key: value for key, value in (kept_on | more).items() if value not in ("", None)}
        return f"{reverse(view, args=args)}?{urlencode(asked)}"

    @property
    def field(self) -> str:
        asked = self.request.GET.get("field", "")
        return asked if asked.isidentifier() else kept.FIELDS[self.name]


@require_GET
@project_view(Need.CREATE)
def lists(request: ProjectRequest, listing: str) -> HttpResponse:
    """The whole dialog, its choices, or one more page of them; 204 while it is read first."""
    place = _place(request, listing)
    part = template_for(request, "entries", "lists")
    whole = part.endswith("/lists.html")
    row = wanted_row(place, opened=whole)
    if row and not whole and row.read_at is None and kept.is_reading(row):
        return HttpResponse(status=204)
    partial = part.endswith("_entries.html")
    return render(request, part, _context(place, row) | {"partial": partial})


@require_POST
@project_view(Need.CREATE)
def list_read(request: ProjectRequest, listing: str) -> HttpResponse:
    """Read it again; answers with the list's foot, or with what is shown while it is read first."""
    place = _place(request, listing)
    if place.account is None:
        raise Http404("No such list.")
    context = _context(place, kept.ask(place.account, listing)) | {"wanted": True}
    return render(request, _part_of_reading(request), context)


@require_GET
@project_view(Need.CREATE)
def list_age(request: ProjectRequest, listing: str) -> HttpResponse:
    """The list's foot while it is read again: 204 until something is new."""
    place = _place(request, listing)
    row = kept.listing(place.account, listing) if place.account else None
    if row is None:
        raise Http404("No such list.")
    if kept.is_reading(row):
        return HttpResponse(status=204)
    wanted = bool(request.GET.get("wanted"))
    context = _context(place, row) | {"wanted": wanted, "done": not row.trouble}
    return render(request, "studio/picker/_age.html", context)


@require_safe
@project_view(Need.CREATE)
def list_preview(request: ProjectRequest, listing: str) -> HttpResponse:
    """The preview of one entry, fetched by us; 404 if there is none, 503 if it may come yet."""
    place = _place(request, listing, must=True)
    part = request.GET.get("part", "still")
    row = kept.listing(place.account, listing) if place.account else None
    one = kept.row_of(row, request.GET.get("id", "")) if row else None
    if place.account is None or one is None or not one.preview or part not in PARTS:
        raise Http404("No such preview.")
    try:
        private = _may_be_private(place.account, one.preview)
        file, mime = preview(one.preview, part, allow_private=private)
    except NoPreview as none:
        status = 503 if none.later else 404
        return HttpResponse(status=status, headers={"Cache-Control": "no-store"})
    return serve(request, file, mime=mime, etag=f"{digest_of(one.preview)}-{part}")


def _part_of_reading(request: ProjectRequest) -> str:
    first = request.headers.get("HX-Target") == "picker-list"
    return "studio/picker/_entries.html" if first else "studio/picker/_age.html"


def _may_be_private(account: ProviderAccount, url: str) -> bool:
    """A sandbox's own files may; whatever else its list names is guarded like any stranger's."""
    if settings.ALLOW_PRIVATE_ADDRESSES:
        return True
    try:
        return allow_private(account) and origin(url) == origin(account.base_url)
    except ValueError:
        return False


def wanted_row(place: Place, *, opened: bool = True) -> Listing | None:
    """The list as it was read; asked for again by whoever opens an old one, and where it was lost.

    None where no account has it.
    """
    if place.account is None:
        return None
    row = kept.listing(place.account, place.name)
    old = opened and (row is None or kept.is_old(row))
    lost = row is not None and row.asked_at is not None and not kept.is_reading(row)
    return kept.ask(place.account, place.name) if old or lost else row


def _place(request: ProjectRequest, name: str, *, must: bool = False) -> Place:
    """The account asked for, else one of the provider asked for, else the first that has it."""
    if name not in kept.FIELDS:
        raise Http404("No such list.")
    some = list(kept.accounts(request.team, name))
    asked = request.GET.get("account", "")
    told = any(str(one.uuid) == asked for one in some)
    if not told and (must or _is_uuid(asked)):
        raise Http404("No such account.")
    return Place(request, name, account_in(some, asked, request.GET.get("at", "")))


def account_in(some: Sequence[ProviderAccount], asked: str, at: str) -> ProviderAccount | None:
    """The one with this id, else one of this provider, else the first."""
    found = next((one for one in some if str(one.uuid) == asked), None)
    found = found or next((one for one in some if one.provider == at), None)
    return found or next(iter(some), None)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _context(place: Place, row: Listing | None) -> dict[str, Any]:
    request, words = place.request, search_of(place.request)
    start = _number(request.GET.get("from", ""))
    rows = [Entry(**one) for one in row.entries] if row else []
    found = [one for one in rows if fits(one, words)]
    shown = [choice(place, one) for one in found[start : start + PAGE]]
    more = start + PAGE
    others = kept.accounts(request.team, place.name)
    return {
        "place": place,
        "title": TITLES[place.name],
        "icon_name": ICONS[place.name],
        "words": words,
        "row": row,
        "reading": bool(row and kept.is_reading(row)),
        "choices": shown,
        "count": len(found),
        "all": len(rows),
        "more_url": place.url(**{"from": more}) if more < len(found) else "",
        "list_url": place.url(),
        "wait_url": place.url(q=""),
        "read_url": place.url("list_read"),
        "age_url": place.url("list_age"),
        "tabs": [(one, Place(request, place.name, one).url(q="")) for one in others],
        "own_url": _own_url(place),
        "mends": request.role == TeamRole.OWNER,
    }


def _own_url(place: Place) -> str:
    """Where voices of one's own are made; empty for other lists, and where nobody makes any."""
    request = place.request
    if place.name != "voices" or not kept.voice_makers(request.team).exists():
        return ""
    carried = {"in": "dialog"}
    carried |= {key: text for key in ("field", "id") if (text := request.GET.get(key, ""))}
    if place.account:
        carried["account"] = str(place.account.uuid)
    url = reverse("voices", args=[request.team.slug, request.project.uuid])
    return f"{url}?{urlencode(carried)}"


def fits(one: Entry, words: str) -> bool:
    """Does every word stand in its name, its id or its prompt?"""
    text = f"{one.label} {one.id} {one.facts.get('prompt', '')}".casefold()
    return all(word in text for word in words.casefold().split())


def choice(place: Place, one: Entry) -> Choice:
    """An entry as a card of the place's list."""
    account = place.account
    at = account.provider if account else ""
    path = urlsplit(one.preview).path.lower() if one.preview else ""
    parts = {"still": bool(path) and not path.endswith(SOUNDS), "film": path.endswith(FILMS)}
    parts["sound"] = place.name == "voices" and path.endswith(SOUNDS)
    mark = digest_of(one.preview)[:12]
    links = {
        part: place.url("list_preview", id=one.id, part=part, v=mark, q="", field="")
        for part, there in parts.items()
        if there
    }
    chosen = place.request.GET.get("id", "") == one.id
    return Choice(
        id=one.id,
        label=one.label,
        told=json.dumps({place.field: one.id, "at": at}),
        hint=one.facts.get("prompt", ""),
        tags=_tags(one),
        still=links.get("still", ""),
        film=links.get("film", ""),
        sound=links.get("sound", ""),
        chosen=chosen,
    )


def _tags(one: Entry) -> tuple[str, ...]:
    """What one should know before choosing, as few words as can be."""
    takes, made = kept.pictures(one), kept.qualities(one)
    found = []
    if takes:
        least, most = takes
        many = f"{least} to {most}" if least != most else str(most)
        found.append(f"{many} picture{'s' if most > 1 else ''}")
    if made and len(made) < ALL_QUALITIES:
        found.append(f"up to {made[-1]}" if len(made) > 1 else f"{made[0]} only")
    if seconds := one.facts.get("seconds", ""):
        found.append(f"{seconds} s")
    return tuple(found)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
