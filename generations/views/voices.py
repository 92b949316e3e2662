"""Voices of one's own: made from a recording, shown as they stand, withdrawn, resolved."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from generations import lifecycle, lists
from generations.access import Need, ProjectRequest, project_view
from generations.catalogue.types import Media, formats
from generations.forms.voices import VoiceForm
from generations.frame import by_htmx
from generations.models import Found, ProviderAccount, Voice

from .incoming import FILE, Came, takes_files

PAGE = 40
SOUND = f"{FILE}sound"
# What the form is told once the voice is chosen; the dialog carries these along.
CARRIED = ("field", "id", "account", "in")


@dataclass(frozen=True, slots=True)
class Row:
    """One voice as it is shown. ``told`` is what the studio's form is told, as JSON."""

    voice: Voice
    told: str
    may: bool

    @property
    def is_open(self) -> bool:
        return self.voice.state in (Found.QUEUED, Found.SENDING)

    @property
    def is_sought(self) -> bool:
        """Lost, and still looked up by itself."""
        return self.voice.state == Found.UNCERTAIN and self.voice.lease_until is not None


@require_http_methods(["GET", "POST"])
@takes_files(Need.CREATE)
def voices(request: ProjectRequest) -> HttpResponse:
    """GET: the page, the dialog, or news of the rows (204 while there are none). POST: make one."""
    if request.method == "POST":
        return _make(request)
    rows = _rows(request)
    if "known" in request.GET and by_htmx(request):
        if request.GET["known"] == _mark(rows):
            return HttpResponse(status=204)
        return render(request, "studio/voices/_rows.html", _context(request, None, rows))
    return _page(request, _form(request), rows)


@require_POST
@project_view(Need.CREATE)
def voice_withdraw(request: ProjectRequest, voice: UUID) -> HttpResponse:
    row = _mine(request, voice)
    try:
        lifecycle.withdraw_voice(row, request.user)
    except lifecycle.CannotVoice as why:
        return _back(request, wrong=str(why))
    return _back(request, f"“{row.name}” is withdrawn: nothing can speak with it any more.")


@require_POST
@project_view(Need.CREATE)
def voice_cancel(request: ProjectRequest, voice: UUID) -> HttpResponse:
    row = _mine(request, voice)
    try:
        lifecycle.cancel_voice(row, request.user)
    except lifecycle.CannotVoice as why:
        return _back(request, wrong=str(why))
    return _back(request, f"“{row.name}” was taken back. Nothing was sent.")


@require_POST
@project_view(Need.CREATE)
def voice_resolve(request: ProjectRequest, voice: UUID) -> HttpResponse:
    row = _mine(request, voice)
    verdict = request.POST.get("verdict", "")
    try:
        lifecycle.resolve_voice(
            row, request.user, verdict=verdict, speaker=request.POST.get("speaker", "")
        )
    except lifecycle.CannotResolve as why:
        return _back(request, wrong=str(why))
    said = "We look into the list again." if verdict == "look" else "Resolved."
    return _back(request, said)


def _make(request: ProjectRequest) -> HttpResponse:
    came = Came(request)
    form = _form(request, came)
    if came.added:
        form.take(came.added[0])
    if text := came.refused.get("sound", ""):
        form.add_error("upload", text)
    elif form.is_valid() and form.recording is None:
        form.add_error("upload", "Choose a sound of the project, or a file from this computer.")
    if form.is_valid() and form.recording is not None:
        try:
            made = lifecycle.request_voice(
                project=request.project,
                user=request.user,
                account=form.account_row,
                upload=form.recording,
                name=form.cleaned_data["name"],
                form_token=form.cleaned_data["form_token"],
            )
        except lifecycle.CannotVoice as why:
            form.add_error(None, str(why))
        else:
            return _back(request, f"“{made.name}” is on its way.")
    return _page(request, form, _rows(request))


def _form(request: ProjectRequest, came: Came | None = None) -> VoiceForm:
    accounts = list(lists.voice_makers(request.team))
    data = came.values if came is not None else None
    at = request.GET.get("account", "")
    initial = {"account": at} if at in {str(one.uuid) for one in accounts} else {}
    return VoiceForm(data, project=request.project, accounts=accounts, initial=initial)


def _page(request: ProjectRequest, form: VoiceForm, rows: list[Row]) -> HttpResponse:
    template = "studio/voices/dialog.html" if _in_dialog(request) else "studio/voices/page.html"
    return render(request, template, _context(request, form, rows))


def _context(request: ProjectRequest, form: VoiceForm | None, rows: list[Row]) -> dict[str, Any]:
    here = reverse("voices", args=[request.team.slug, request.project.uuid])
    carried = {key: text for key in CARRIED if (text := request.GET.get(key, ""))}
    listed = reverse("lists", args=[request.team.slug, request.project.uuid, "voices"])
    tail = f"?{urlencode(carried)}" if carried else ""
    known = urlencode(carried | {"known": _mark(rows)})
    return {
        "form": form,
        "rows": rows,
        "limits": _limits(list(form.accounts.values())) if form else "",
        "sound_field": SOUND,
        "here": f"{here}{tail}",
        "tail": tail,
        "back_url": f"{listed}{tail}",
        # Asked only while something is still to come: a finished page asks nothing.
        "news_url": f"{here}?{known}" if any(one.is_open or one.is_sought for one in rows) else "",
        "in_dialog": _in_dialog(request),
    }


def _in_dialog(request: ProjectRequest) -> bool:
    """Does it stand in the studio's dialog, where no page is led anywhere?"""
    return by_htmx(request) and request.GET.get("in") == "dialog"


def _rows(request: ProjectRequest) -> list[Row]:
    """The newest of the project; withdrawn ones are gone, and so are old failures."""
    some = request.project.voices.filter(withdrawn_at=None).select_related("account", "user")
    field = request.GET.get("field", "")
    field = field if field.isidentifier() else "voice"
    return [
        Row(
            voice=one,
            told=json.dumps({field: one.remote_id, "at": one.account.provider}),
            may=one.user_id == request.user.pk or request.may >= Need.PRODUCE,
        )
        for one in some.order_by("-pk")[:PAGE]
    ]


def _mark(rows: list[Row]) -> str:
    state = ";".join(f"{one.voice.pk}:{one.voice.state}:{one.is_sought}" for one in rows)
    return f"{zlib.crc32(state.encode()):08x}"


def _limits(accounts: list[ProviderAccount]) -> str:
    """What fits everywhere: "MP3 or WAV, up to 30 s and 50 MB"."""
    rules = [rule for one in accounts if (rule := one.catalogue.media.get(Media.AUDIO))]
    if not rules:
        return ""
    times = [rule.max_seconds for rule in rules if rule.max_seconds]
    most = [f"{min(times)} s"] if times else []
    most += [f"{min(rule.max_bytes for rule in rules) / 1e6:.0f} MB"]
    return f"{formats(rules[0].mimes)}, up to {' and '.join(most)}"


def _mine(request: ProjectRequest, uuid: UUID) -> Voice:
    """A voice of the project, for who had it made and for producers."""
    rows = request.project.voices.select_related("account", "project", "user", "upload")
    row: Voice = get_object_or_404(rows, uuid=uuid)
    if row.user_id != request.user.pk and request.may < Need.PRODUCE:
        raise PermissionDenied("Only who had it made, or a producer, may do this.")
    return row


def _back(request: ProjectRequest, said: str = "", *, wrong: str = "") -> HttpResponse:
    """To the page again; in the dialog the dialog, with the words in it."""
    if _in_dialog(request):
        form, rows = _form(request), _rows(request)
        context = _context(request, form, rows) | {"said": said, "wrong": wrong}
        return render(request, "studio/voices/dialog.html", context)
    (messages.error if wrong else messages.success)(request, wrong or said)
    return redirect("voices", request.team.slug, request.project.uuid)
