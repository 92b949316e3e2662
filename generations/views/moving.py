"""Moving a result to another project."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from generations.access import Need, ProjectRequest, allowed, project_view, visible_projects
from generations.forms.projects import MoveForm
from generations.lifecycle.moving import CannotMove, move
from generations.models import Event, Generation, Project
from generations.projects import places_for


@require_http_methods(["GET", "POST"])
@project_view(Need.CREATE)
def generation_move(request: ProjectRequest, generation: UUID) -> HttpResponse:
    rows = request.project.generations.select_related("project", "user", "account")
    row = get_object_or_404(rows, uuid=generation)
    places = places_for(request.membership, request.project)
    form = MoveForm(places, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        target: Project = form.cleaned_data["to"]
        try:
            done = move([row], target, request.user)
        except CannotMove as why:
            form.add_error("to", str(why))
        else:
            if not done.refused:
                messages.success(request, f"Moved to {target}.")
                return redirect("generation", request.team.slug, target.uuid, row.uuid)
            form.add_error("to", done.refused[0][1])
    return render(request, "projects/move.html", {"g": row, "form": form, "places": places})


def follow(request: ProjectRequest, uuid: UUID) -> HttpResponse:
    """To where a result was moved from this project, for those who may see it there.

    Old addresses stand in mails, notes and bookmarks. Raises Http404 for everything else.
    """
    row = Generation.objects.filter(team=request.team, uuid=uuid).only("pk", "project").first()
    if row is None or row.project_id == request.project.pk:
        raise Http404("No such result.")
    left = Event.objects.filter(generation=row.pk, kind="moved").values_list("facts", flat=True)
    if not any(one.get("from") == str(request.project.uuid) for one in left):
        raise Http404("No such result.")
    place = visible_projects(request.membership).filter(pk=row.project_id).first()
    if place is None or allowed(request.role, vars(place)["project_role"]) is None:
        raise Http404("No such result.")
    return redirect("generation", request.team.slug, place.uuid, uuid)
