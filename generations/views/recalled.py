"""Recall: what of an earlier result goes back into the form, and the prompts of before."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from generations.access import Need, ProjectRequest, project_view
from generations.models import Generation, Project

# So many prompts are gone back to, looked for among so many of a person's generations here.
PROMPTS = 30
AMONG = 300
UNKNOWN = "Nobody knows the seed of that result: none was told, and its provider does not say."


def source_of(project: Project, text: str) -> Generation | None:
    """The generation of the project that the form was filled in from."""
    try:
        key = uuid.UUID(text)
    except ValueError:
        return None
    rows = project.generations.kept().select_related("account")
    found: Generation | None = rows.filter(uuid=key).first()
    return found


def given(request: ProjectRequest) -> dict[str, str]:
    """``?remix=<uuid>&only=prompt`` or ``seed``: what goes into the form that stands there."""
    only = request.GET.get("only", "")
    source = source_of(request.project, request.GET.get("remix", "")) if only else None
    if source is None:
        return {}
    if only == "prompt":
        messages.info(request, "Its prompt is taken; all else stands as it was.")
        version = source.prompt_version_id
        return {"prompt": source.prompt, "prompt_version": str(version or "")}
    if only == "seed" and source.seed is None:
        messages.warning(request, UNKNOWN)
    elif only == "seed":
        messages.info(request, f"Its seed {source.seed} is taken; all else stands as it was.")
        return {"seed": str(source.seed)}
    return {}


def seeded(request: ProjectRequest, source: Generation) -> dict[str, str]:
    """``?remix=<uuid>&all=yes``: the seed as well that its provider took by itself."""
    if "all" not in request.GET:
        return {}
    if source.seed is None:
        messages.warning(request, UNKNOWN)
        return {}
    return {"seed": str(source.seed)}


@require_GET
@project_view(Need.CREATE)
def prompts_before(request: ProjectRequest) -> HttpResponse:
    """The last prompts of this person in this project, the newest first, each once."""
    rows = Generation.objects.filter(project=request.project).order_by("-pk")
    texts = rows.values_list("user_id", "prompt")[:AMONG]
    mine = [text for user, text in texts if user == request.user.pk and text]
    return JsonResponse({"prompts": list(dict.fromkeys(mine))[:PROMPTS]})
