"""Links for guests: producers and owners make them, see who looked, and withdraw them."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from generations.access import Need, ProjectRequest, project_view
from generations.forms.reviews import GuestLinkForm
from generations.models import Generation
from generations.reviewing import guests
from generations.reviewing.comparing import keys_in

OFFERED = 24


@require_GET
@project_view(Need.PRODUCE)
def review_links(request: ProjectRequest) -> HttpResponse:
    links = guests.of(request.project)
    context = {
        "open": [one for one in links if guests.is_open(one)],
        "over": [one for one in links if not guests.is_open(one)],
    }
    return render(request, "reviews/links.html", context)


@never_cache
@sensitive_post_parameters("passphrase")
@require_http_methods(["GET", "POST"])
@project_view(Need.PRODUCE)
def review_link_new(request: ProjectRequest) -> HttpResponse:
    """Makes a link. It stands in this one answer and nowhere else."""
    is_post = request.method == "POST"
    if request.project.archived_at:
        raise PermissionDenied("This project is archived. Restore it to share its results.")
    given = request.POST if is_post else request.GET
    asked = [str(one) for one in keys_in(given.getlist("g"))]
    offered = _offered(request, asked)
    form = GuestLinkForm(offered, asked, request.POST if is_post else None)
    if not (is_post and form.is_valid()):
        return render(request, "reviews/link_new.html", {"form": form})
    made, token = guests.make(request.user, request.project, form.results, form.terms())
    path = reverse("guest", args=[token])
    base = settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
    page = {"made": made, "link": f"{base}{path}", "count": len(form.results)}
    page["token"] = token
    return render(request, "reviews/link_made.html", page)


@require_POST
@project_view(Need.PRODUCE)
def review_link_revoke(request: ProjectRequest, link: UUID) -> HttpResponse:
    one = get_object_or_404(request.project.guest_links, uuid=link)
    one.project = request.project
    guests.revoke(request.user, one)
    messages.success(request, f"The link “{one.name}” shows nothing any more.")
    return redirect("review_links", request.team.slug, request.project.uuid)


def _offered(request: ProjectRequest, asked: list[str]) -> list[Generation]:
    """Those asked for, in their order, then the newest others of the project."""
    rows = guests.showable(request.project)
    mine = {str(one.uuid): one for one in rows.filter(uuid__in=asked[:200])}
    first = [mine[key] for key in asked if key in mine]
    others = [one for one in rows[: OFFERED + len(first)] if str(one.uuid) not in mine]
    return [*first, *others[: max(0, OFFERED - len(first))]]
