"""What a guest sees behind a link: some results, what was said of them, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate
from uuid import UUID

from allauth.core import ratelimit
from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST, require_safe

from generations.forms.reviews import CommentForm, GuestNameForm, PassphraseForm, VerdictForm
from generations.frame import by_htmx
from generations.media.kinds import ENDINGS
from generations.media.serve import serve
from generations.models import Asset, Comment, GuestLink, Verdict
from generations.reviewing import guests, panel, remarks, verdicts
from generations.reviewing.guests import Item
from generations.reviewing.panel import Panel, Typed
from generations.reviewing.who import NotNow, Who

from .reviews import first_error

UNKNOWN = "This link is not one of ours. Perhaps a part of it was lost when it was copied."
TOO_OFTEN = "Too many tries. Wait a while, then try again."
# Of the remarks made in one browser, the newest may be deleted there again.
MINE = 200


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody with a link that is good, and what this browser knows of them."""

    link: GuestLink
    token: str
    known: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.known.get("name", ""))

    @property
    def is_in(self) -> bool:
        """Is there no passphrase, or was it given in this browser?"""
        return not self.link.passphrase or bool(self.known.get("open"))

    @property
    def who(self) -> Who:
        return Who(guest=self.name, link=self.link)


type GuestView[**P] = Callable[Concatenate[HttpRequest, Guest, P], HttpResponse]


def guest_view[**P](view: GuestView[P]) -> Callable[..., HttpResponse]:
    """Let those through who hold a link that is good; it is whoever has it.

    404 for a link that we never gave out, 410 for one that is over; where a passphrase is asked
    for and was not given, its form. No answer may be indexed, or kept by anybody else.
    """

    @wraps(view)
    def inner(request: HttpRequest, guest: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        answer = _admitted(view, request, guest, *args, **kwargs)
        answer.headers["X-Robots-Tag"] = "noindex, nofollow"
        answer.headers["Referrer-Policy"] = "same-origin"
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            answer.headers["Cache-Control"] = "private, no-store"
        return answer

    return login_not_required(inner)


def _admitted[**P](
    view: GuestView[P], request: HttpRequest, token: str, *args: P.args, **kwargs: P.kwargs
) -> HttpResponse:
    link = guests.found(token)
    if link is None:
        return _no_way(request, UNKNOWN, 404)
    try:
        guests.refuse_over(link)
    except guests.Over as why:
        return _no_way(request, f"{why} Ask whoever sent it for a new one.", 410)
    who = Guest(link, token, request.session.get(_key(link), {}))
    if not who.is_in and view.__name__ != "guest_open":
        return _ask(request, who, PassphraseForm(), 200 if view.__name__ == "guest" else 403)
    answer = view(request, who, *args, **kwargs)
    if who.is_in and answer.status_code < 400:
        guests.note_seen(link)
    return answer


@require_GET
@guest_view
def guest(request: HttpRequest, who: Guest) -> HttpResponse:
    shown = guests.items(who.link)
    if len(shown) == 1:
        return redirect("guest_clip", who.token, shown[0].g.uuid)
    return render(request, "reviews/guest.html", _context(who, shown))


@sensitive_post_parameters("passphrase")
@require_POST
@guest_view
def guest_open(request: HttpRequest, who: Guest) -> HttpResponse:
    form = PassphraseForm(request.POST)
    if not ratelimit.consume(request, action="guest_pass", key=who.link.digest):
        return _no_way(request, TOO_OFTEN, 429)
    if form.is_valid() and not guests.fits(who.link, form.cleaned_data["passphrase"]):
        form.add_error("passphrase", "That is not the passphrase. Mind capitals and spaces.")
    if not form.is_valid():
        return _ask(request, who, form, 200)
    _remember(request, who, open=True)
    return redirect("guest", who.token)


@require_POST
@guest_view
def guest_name(request: HttpRequest, who: Guest) -> HttpResponse:
    """Asked once: under this name stands what the guest says."""
    form = GuestNameForm(request.POST)
    shown = guests.items(who.link)
    here = next((one for one in shown if str(one.g.uuid) == request.POST.get("clip")), None)
    if not form.is_valid():
        typed = Typed("name", request.POST.get("name", ""), error=first_error(form))
        if here:
            return _page(request, who, shown, here, typed)
        return render(request, "reviews/guest.html", _context(who, shown))
    _remember(request, who, name=form.cleaned_data["name"])
    if here:
        return redirect("guest_clip", who.token, here.g.uuid)
    return redirect("guest", who.token)


@require_GET
@guest_view
def guest_clip(request: HttpRequest, who: Guest, generation: UUID) -> HttpResponse:
    shown = guests.items(who.link)
    return _page(request, who, shown, _one_of(shown, generation))


@require_POST
@guest_view
def guest_decide(request: HttpRequest, who: Guest, generation: UUID) -> HttpResponse:
    shown = guests.items(who.link)
    item, typed = _one_of(shown, generation), Typed("note", request.POST.get("note", ""))
    form = VerdictForm(request.POST)
    typed.error = _refused(request, who, form, may=who.link.may_decide)
    if not typed.error:
        data = form.cleaned_data
        try:
            verdicts.decide(item.g, Verdict(data["verdict"]), who.who, data["note"])
        except NotNow as why:
            typed.error = str(why)
    return _answer(request, who, shown, item, typed)


@require_POST
@guest_view
def guest_comment(request: HttpRequest, who: Guest, generation: UUID) -> HttpResponse:
    shown = guests.items(who.link)
    item = _one_of(shown, generation)
    typed = Typed("comment", request.POST.get("text", ""), request.POST.get("at_ms", ""))
    form = CommentForm(request.POST)
    typed.error = _refused(request, who, form, may=who.link.may_comment)
    if not typed.error:
        data = form.cleaned_data
        try:
            made = remarks.add(item.g, who.who, data["text"], data["at_ms"])
            _remember(request, who, mine=[*who.known.get("mine", []), str(made.uuid)][-MINE:])
        except NotNow as why:
            typed.error = str(why)
    return _answer(request, who, shown, item, typed)


@require_POST
@guest_view
def guest_remove(request: HttpRequest, who: Guest, generation: UUID, comment: UUID) -> HttpResponse:
    """A remark of one's own, in the browser in which it was made."""
    shown = guests.items(who.link)
    item = _one_of(shown, generation)
    one = get_object_or_404(
        Comment, uuid=comment, generation=item.g, link=who.link, deleted_at=None
    )
    if str(comment) not in who.known.get("mine", []) or who.link.project.archived_at:
        raise Http404("No such comment of yours.")
    one.generation = item.g
    remarks.remove(one)
    return _answer(request, who, shown, item, Typed())


@require_safe
@guest_view
def guest_file(request: HttpRequest, who: Guest, generation: UUID) -> HttpResponse:
    asset = _asset(who, generation)
    return _watched(serve(request, asset.file, mime=asset.mime, etag=asset.digest))


@require_safe
@guest_view
def guest_poster(request: HttpRequest, who: Guest, generation: UUID) -> HttpResponse:
    asset = _asset(who, generation)
    return _watched(serve(request, asset.poster, mime="image/webp", etag=f"{asset.digest}-poster"))


@require_safe
@guest_view
def guest_download(request: HttpRequest, who: Guest, generation: UUID) -> HttpResponse:
    if not who.link.may_download:
        raise Http404("This link does not offer downloads.")
    item = _one_of(guests.items(who.link), generation)
    asset = item.asset
    name = f"{slugify(who.link.name) or 'shared'}-{item.number}.{ENDINGS.get(asset.mime, 'mp4')}"
    return _watched(
        serve(request, asset.file, mime=asset.mime, download_name=name, etag=asset.digest)
    )


def _watched(answer: HttpResponse) -> HttpResponse:
    """A browser asks each time whether the link is still good."""
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def _asset(who: Guest, generation: UUID) -> Asset:
    rows = Asset.objects.filter(
        generation__uuid=generation,
        generation__guest_links=who.link,
        generation__project=who.link.project,
        generation__deleted_at=None,
    )
    return get_object_or_404(rows)


def _one_of(shown: list[Item], generation: UUID) -> Item:
    found = next((one for one in shown if one.g.uuid == generation), None)
    if found is None:
        raise Http404("This link does not show that.")
    return found


def _refused(request: HttpRequest, who: Guest, form: forms.Form, *, may: bool) -> str:
    """Why this is not taken; "" for nothing wrong."""
    if not may:
        return "This link is for watching only."
    if not who.name:
        return "Say who you are first."
    if not ratelimit.consume(request, action="guest_say"):
        return TOO_OFTEN
    return "" if form.is_valid() else first_error(form)


def _answer(
    request: HttpRequest, who: Guest, shown: list[Item], item: Item, typed: Typed
) -> HttpResponse:
    if by_htmx(request):
        found = _panel(request, who, item, typed)
        return render(request, "reviews/_answer.html", {"panel": found, "g": item.g})
    if typed.error:
        return _page(request, who, shown, item, typed)
    return redirect("guest_clip", who.token, item.g.uuid)


def _page(
    request: HttpRequest, who: Guest, shown: list[Item], item: Item, typed: Typed | None = None
) -> HttpResponse:
    at = shown.index(item)
    context = _context(who, shown) | {
        "item": item,
        "g": item.g,
        "panel": _panel(request, who, item, typed or Typed()),
        "before": shown[at - 1] if at else None,
        "after": shown[at + 1] if at + 1 < len(shown) else None,
    }
    return render(request, "reviews/guest_clip.html", context)


def _panel(request: HttpRequest, who: Guest, item: Item, typed: Typed) -> Panel:
    mine = request.session.get(_key(who.link), {}).get("mine", [])
    found = panel.for_guest(who.link, who.token, item, who.name, mine)
    found.typed = typed
    return found


def _context(who: Guest, shown: list[Item]) -> dict[str, Any]:
    return {"link": who.link, "token": who.token, "items": shown, "name": who.name}


def _ask(request: HttpRequest, who: Guest, form: PassphraseForm, status: int) -> HttpResponse:
    page = {"form": form, "token": who.token}
    return render(request, "reviews/guest_ask.html", page, status=status)


def _no_way(request: HttpRequest, why: str, status: int) -> HttpResponse:
    return render(request, "reviews/guest_over.html", {"why": why}, status=status)


def _key(link: GuestLink) -> str:
    return f"guest:{link.pk}"


def _remember(request: HttpRequest, who: Guest, **more: Any) -> None:
    request.session[_key(who.link)] = {**who.known, **more}
