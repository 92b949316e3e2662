"""What programs may read: who they are for, and a team's results. JSON; docs/api.md says all."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import JsonResponse
from django.urls import reverse
from django.utils.http import urlencode

from accounts.access import TeamRequest
from accounts.api import ApiRequest, api_view, wrong
from accounts.models import TeamRole
from generations.access import Need, allowed, visible_projects
from generations.models import Generation, Project, State
from generations.spend.rows import usd

MOST, USUAL = 100, 25
NOT_HERE = "There is no such thing in the team that this token is for."


@api_view("read")
def api_me(request: ApiRequest) -> JsonResponse:
    token = request.token
    return JsonResponse(
        {
            "person": {"name": request.user.name, "email": request.user.email},
            "team": {"slug": request.team.slug, "name": request.team.name},
            "role": request.role.value,
            "token": {
                "name": token.name,
                "scopes": token.scopes,
                "expires_at": token.expires_at,
            },
        }
    )


@api_view("read")
def api_generations(request: ApiRequest, slug: str) -> JsonResponse:
    """The newest first; ``next`` leads on to the older ones, null at the end."""
    if slug != request.team.slug:
        return wrong(404, "not_found", NOT_HERE)
    asked = request.GET
    projects = _projects(request)
    rows = _rows(request, projects)
    if wanted := asked.get("project"):
        found = [one.pk for one in projects.values() if str(one.uuid) == wanted]
        if not found:
            return wrong(404, "not_found", NOT_HERE)
        rows = rows.filter(project=found[0])
    if state := asked.get("state"):
        if state not in State:
            return wrong(400, "state", f"state is one of {', '.join(State.values)}.")
        rows = rows.filter(state=state)
    limit, before = _number(asked.get("limit", str(USUAL))), _number(asked.get("before", "0"))
    if limit is None or not 1 <= limit <= MOST:
        return wrong(400, "limit", f"limit is a number from 1 to {MOST}.")
    if before is None:
        return wrong(400, "before", "before is what “next” of an earlier answer had.")
    rows = rows.filter(pk__lt=before) if before else rows
    some = list(rows[: limit + 1])
    older = None
    if len(some) > limit:
        kept = {one: asked[one] for one in ("project", "state", "limit") if one in asked}
        query = urlencode({**kept, "before": some[limit - 1].pk})
        older = f"{_base(request)}{request.path}?{query}"
    results = [_as_json(request, one, projects[one.project_id]) for one in some[:limit]]
    return JsonResponse({"results": results, "next": older})


@api_view("read")
def api_generation(request: ApiRequest, slug: str, generation: UUID) -> JsonResponse:
    projects = _projects(request)
    row = _rows(request, projects).filter(uuid=generation).first()
    if slug != request.team.slug or row is None:
        return wrong(404, "not_found", NOT_HERE)
    return JsonResponse(_as_json(request, row, projects[row.project_id]))


def _projects(request: TeamRequest) -> dict[int, Project]:
    """What the token's person may look at now, with ``project_role`` beside each."""
    return {one.pk: one for one in visible_projects(request.membership)}


def _rows(request: TeamRequest, projects: dict[int, Project]) -> Any:
    rows = Generation.objects.filter(team=request.team, project__in=projects, deleted_at=None)
    rows = rows.select_related("user", "account", "asset", "paid_by").prefetch_related("tags")
    return rows.defer("account__key", "account__secrets", "account__extra").order_by("-pk")


def _as_json(request: TeamRequest, row: Generation, project: Project) -> dict[str, Any]:
    brief, asset = row.brief_json, getattr(row, "asset", None)
    page = reverse("generation", args=[request.team.slug, project.uuid, row.uuid])
    found = {
        "id": str(row.uuid),
        "url": f"{_base(request)}{page}",
        "project": {"id": str(project.uuid), "name": project.name},
        "person": row.user.name,
        "account": row.account.name,
        "provider": row.account.provider,
        "operation": row.operation,
        "model": row.model,
        "prompt": row.prompt,
        "options": brief["options"],
        "state": row.state,
        "cause": row.cause,
        "review": row.review,
        "rating": row.rating,
        "starred": row.starred,
        "tags": sorted(one.name for one in row.tags.all()),
        "created_at": row.created_at,
        "finished_at": row.finished_at,
        "file": asset
        and {
            "kind": asset.kind,
            "mime": asset.mime,
            "bytes": asset.size,
            "milliseconds": asset.duration_ms,
            "width": asset.width,
            "height": asset.height,
            "sha256": asset.digest,
        },
    }
    return found | (_money(row) if _sees_money(request, project) else {})


def _money(row: Generation) -> dict[str, Any]:
    """As text, for a number of JSON is not exact. ``charged`` null: not settled yet."""
    charged = row.charged_micros
    return {
        "play_money": row.play,
        "price_usd": str(usd(row.price_micros)),
        "charged_usd": None if charged is None else str(usd(charged)),
    }


def _sees_money(request: TeamRequest, project: Project) -> bool:
    may = allowed(request.role, vars(project)["project_role"])
    return request.role is TeamRole.AUDITOR or (may is not None and may >= Need.CREATE)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _base(request: TeamRequest) -> str:
    return settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
