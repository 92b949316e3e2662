"""The bell, the list behind it, and by which ways a person wants to be told."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import notices as told
from accounts.access import TeamRequest, team_view
from accounts.models import Notice

PAGE = 50
LATEST = 8
# So many at once are shown outside of the page or make a sound; more would only be a noise.
MOST_NEWS = 5


@require_GET
@team_view()
def notices(request: TeamRequest) -> HttpResponse:
    """A page of them, the newest first: ``?before=`` an id, ``?show=new``."""
    rows = Notice.objects.filter(user=request.user, team=request.team)
    only_new = request.GET.get("show") == "new"
    if only_new:
        rows = rows.filter(read_at=None)
    if before := _number(request, "before"):
        rows = rows.filter(pk__lt=before)
    some = list(rows.order_by("-pk")[: PAGE + 1])
    older = some[PAGE - 1].pk if len(some) > PAGE else None
    context = {"rows": some[:PAGE], "older": older, "only_new": only_new}
    return render(request, "notices/page.html", context)


@require_GET
@team_view()
def notices_latest(request: TeamRequest) -> HttpResponse:
    """What the bell opens."""
    rows = Notice.objects.filter(user=request.user, team=request.team).order_by("-pk")[:LATEST]
    return render(request, "notices/_latest.html", {"rows": list(rows)})


@require_GET
@team_view()
def notices_news(request: TeamRequest) -> HttpResponse:
    """Is there anything that the page does not know of? 204 where there is not."""
    bell = told.bell(request.user, request.team)
    after = _number(request, "after")
    if bell.newest <= after and bell.unread == _number(request, "unread"):
        return HttpResponse(status=204)
    rows = told.unread(request.user, request.team).filter(pk__gt=after)
    fresh = list(rows.order_by("-pk")[:MOST_NEWS])
    outside = set(told.browser_kinds(request.user)) if fresh else set()
    items = [
        {
            "id": one.pk,
            "text": one.text,
            "url": told.address(one),
            "browser": one.kind in outside,
        }
        for one in reversed(fresh)
    ]
    sound = bool(fresh) and told.switches(request.user)[told.SOUND]
    answer = {"unread": bell.unread, "newest": bell.newest, "items": items, "sound": sound}
    return JsonResponse(answer)


@require_GET
@team_view()
def notice(request: TeamRequest, notice: int) -> HttpResponse:
    """To what it speaks of; from then on it is no longer new."""
    row = get_object_or_404(Notice, user=request.user, team=request.team, pk=min(notice, 2**62))
    told.read(request.user, request.team, row.pk)
    if row.url and url_has_allowed_host_and_scheme(row.url, allowed_hosts=None):
        return redirect(row.url)
    return redirect("notices", request.team.slug)


@require_POST
@team_view()
def notices_read(request: TeamRequest) -> HttpResponse:
    """One (``notice``) or all of them are no longer new."""
    one = request.POST.get("notice", "")
    if one:
        known = one.isascii() and one.isdigit() and len(one) < 19
        told.read(request.user, request.team, int(one) if known else 0)
    else:
        count = told.read(request.user, request.team)
        messages.success(request, f"{count} marked as read." if count else "Nothing was new.")
    return _back(request)


@require_http_methods(["GET", "POST"])
@team_view()
def notices_choices(request: TeamRequest) -> HttpResponse:
    """What this person is told by which way, sound, and keys; the same in all their teams."""
    if request.method == "POST":
        for kind in told.KINDS.values():
            ways = {way: f"{kind.name}-{way}" in request.POST for way in ("page", "browser")}
            told.choose(request.user, kind.name, mail=f"{kind.name}-mail" in request.POST, **ways)
        for name in told.AS_IT_IS:
            told.switch(request.user, name, on=name in request.POST)
        messages.success(request, "Your choices are saved.")
        return redirect("notices_choices", request.team.slug)
    context = {
        "choices": told.choices(request.user),
        "switches": told.switches(request.user),
        "sends_mail": settings.SENDS_MAIL,
    }
    return render(request, "notices/choices.html", context)


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _back(request: TeamRequest) -> HttpResponse:
    """Where they came from in the list."""
    back = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/"):
        return redirect(back)
    return redirect("notices", request.team.slug)
