"""One generation: the result, what was asked, what happened, and where the money went."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts import ledger
from accounts.models import Kind, Movement, TeamRole
from generations import faces, feed, lifecycle
from generations.access import Need, ProjectRequest, project_view
from generations.catalogue.types import Brief, Media
from generations.forms.values import label_of, shown
from generations.frame import by_htmx, remember_project
from generations.given import given
from generations.models import Asset, Generation, PromptVersion
from generations.prompts.who import Reader
from generations.results import bin as bins
from generations.reviewing import chain
from generations.reviewing.panel import Panel, for_member
from generations.titles import title

from .moving import follow

LABELS = {"aspect_ratio": "Aspect ratio", "audio": "Sound"}
# Operations as people say them; the form's own words are for its switch.
SAID = {
    "text_to_video": "A clip from text",
    "image_to_video": "A clip from an image",
    "template": "An effect on images",
    "transition": "From one image to another",
    "multi_transition": "Through several images",
    "fusion": "Combine references",
    "extend": "Continue a clip",
    "modify": "Change a clip",
    "restyle": "Give a clip another style",
    "swap": "Swap something in a clip",
    "motion_control": "Copy a motion",
    "lip_sync": "Make a clip speak",
    "sound_effect": "Add sound to a clip",
    "upscale": "Make a clip larger",
    "avatar": "Make a picture speak",
    "image": "A picture",
    "image_template": "An effect on pictures",
}


@require_GET
@project_view(Need.LOOK)
def generation(request: ProjectRequest, generation: UUID) -> HttpResponse:
    remember_project(request, request.project)
    try:
        row = load(request, generation)
    except Http404:
        return follow(request, generation)
    return page(request, row, for_member(request, row))


def page(request: ProjectRequest, row: Generation, panel: Panel | None) -> HttpResponse:
    """The whole page, with the review as given."""
    return render(request, "generations/page.html", _context(request, row) | {"panel": panel})


@require_GET
@project_view(Need.LOOK)
def generation_live(request: ProjectRequest, generation: UUID) -> HttpResponse:
    """204 while nothing changed; else the whole of it, without a question once it is final."""
    row = load(request, generation)
    if str(row.version) == request.GET.get("v"):
        return HttpResponse(status=204)
    context = _context(request, row) | {"panel": for_member(request, row)}
    return render(request, "generations/_detail_answer.html", context)


@require_POST
@project_view(Need.CREATE)
def cancel(request: ProjectRequest, generation: UUID) -> HttpResponse:
    row = _mine(request, load(request, generation))
    done = lifecycle.cancel(row, request.user)
    if by_htmx(request):
        return HttpResponse(status=204, headers={"HX-Trigger": "look"})
    if done:
        messages.success(request, "Cancelled. Nothing was sent, and the held money is back.")
    else:
        messages.warning(request, "It was sent already, so it cannot be taken back.")
    return redirect("generation", request.team.slug, request.project.uuid, row.uuid)


@require_POST
@project_view(Need.CREATE)
def refetch(request: ProjectRequest, generation: UUID) -> HttpResponse:
    row = _mine(request, load(request, generation))
    done = lifecycle.refetch(row, request.user)
    if by_htmx(request):
        return HttpResponse(status=204, headers={"HX-Trigger": "look"})
    if done:
        messages.success(request, "We fetch it again. It is not made or paid again.")
    else:
        messages.warning(request, "There is nothing to fetch any more.")
    return redirect("generation", request.team.slug, request.project.uuid, row.uuid)


def load(request: ProjectRequest, key: UUID) -> Generation:
    """The result with what its page needs; 404 in another project."""
    rows = Generation.objects.select_related(
        "account", "user", "asset", "remix_of__project", "deleted_by", "prompt_version__prompt"
    )
    row = get_object_or_404(rows, project=request.project, uuid=key)
    row.project, row.team = request.project, request.team
    return row


def _mine(request: ProjectRequest, row: Generation) -> Generation:
    if row.user_id != request.user.pk and request.may < Need.PRODUCE:
        raise PermissionDenied("Only its maker or a producer may do this.")
    return row


def _context(request: ProjectRequest, row: Generation) -> dict[str, Any]:
    viewer = feed.Viewer.of(request)
    (card,) = feed.cards([row], request.project, viewer)
    brief = row.brief
    offering = row.account.catalogue.offering(brief.operation, brief.model)
    kept: Asset | None = getattr(row, "asset", None)
    return {
        "card": card,
        "menu": faces.menu(card, viewer, "btn"),
        "g": row,
        "viewer": viewer,
        "brief": brief,
        "operation": SAID.get(brief.operation, brief.operation.replace("_", " ").capitalize()),
        "from_prompt": _from_prompt(request, row),
        "files": given(brief, request.project),
        "options": _options(brief),
        "random_seed": "seed" not in brief.options and offering and "seed" in offering.options,
        "remix_title": row.remix_of and title(row.remix_of),
        "file_facts": _file_facts(kept) if kept else (),
        "removed": kept and not kept.file,
        "restorable": row.deleted_at and bins.may_restore(Reader.of(request.membership), row),
        "days_left": bins.days_left(row),
        "provider": row.account.catalogue,
        "movements": _movements(row) if viewer.sees_money else (),
        "more": faces.over_price(row) if viewer.sees_money else "",
        "events": row.events.all(),
        "attempts": row.attempts.order_by("number"),
        "sees_exchanges": request.role == TeamRole.OWNER,
        "polls": "" if feed.final(row) else ("every 1500ms" if card.moving else "every 10s"),
        "chain": chain.of(row, request.membership) if card.asset else None,
        "takes": chain.takes(row) if card.asset else (),
        "may_share": request.may >= Need.PRODUCE and not request.project.archived_at,
        "may_touch": viewer.may_create and (row.user_id == request.user.pk or viewer.may_resolve),
    }


def _from_prompt(request: ProjectRequest, row: Generation) -> PromptVersion | None:
    """The version of a prompt that it was made from, for those who see that prompt.

    It asks once more only for one of another project, where the result was before.
    """
    version = row.prompt_version
    if version is None:
        return None
    if version.prompt.project_id in (None, request.project.pk):
        return version
    seen = Reader.of(request.membership).visible().filter(pk=version.prompt_id)
    return version if seen.exists() else None


def _movements(row: Generation) -> list[Movement]:
    """The lines of the ledger, each with its ``part`` of the provider's units.

    What a charge took beyond its hold is a line of its own, while the whole figure that was
    reported stands with the charge.
    """
    found = list(ledger.movements(str(row.uuid)))
    charge = next(
        (one for one in found if one.kind == Kind.SETTLE and one.units and one.rate), None
    )
    over = next((one for one in found if one.key == f"adjust:{row.uuid}:over"), None)
    for one in found:
        one.part = one.units  # type: ignore[attr-defined]
    if charge is not None and over is not None and charge.units and charge.micros + over.micros:
        beyond = charge.units * over.micros / (charge.micros + over.micros)
        over.part = beyond.quantize(Decimal("0.000001"))  # type: ignore[attr-defined]
        charge.part = charge.units - over.part  # type: ignore[attr-defined]
        over.unit = charge.unit
    return found


def _options(brief: Brief) -> list[tuple[str, str]]:
    """All but what stands beside the prompt."""
    return [
        (LABELS.get(name) or label_of(name), shown(name, value))
        for name, value in brief.options.items()
        if name != "negative_prompt" or not brief.prompt
    ]


def _file_facts(asset: Asset) -> list[tuple[str, str]]:
    facts = [
        ("Size", _size(asset.size)),
        ("Dimensions", f"{asset.width} × {asset.height}"),
    ]
    if asset.kind == Media.VIDEO:
        facts.append(("Length", f"{asset.duration_ms / 1000:.2f} s"))
        if asset.fps:
            facts.append(("Frames", f"{asset.fps:g} a second"))
        facts.append(("Sound", "Yes" if asset.has_audio else "No"))
    return [*facts, ("Type", asset.mime), ("SHA-256", asset.digest)]


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB" if count >= 100_000 else f"{count / 1e3:,.1f} kB"
