"""Prompts put to use: picked in the studio, saved from a result, taken out and brought in."""

from __future__ import annotations

import json
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import TeamRequest, team_view
from generations.access import Need, ProjectRequest, project_view
from generations.forms.prompts import ImportForm, told_from, typed_from
from generations.models import HOUSE, Generation, PromptVersion
from generations.prompts import exchange, library, variables, versions
from generations.prompts.who import Reader, usable
from generations.spend.exports import csv_lines

from .picking import search_of
from .prompt_page import load, recipe_facts, to_prompt
from .prompts import list_context

SHOWN = 40


@require_GET
@project_view(Need.CREATE)
def prompt_pick(request: ProjectRequest) -> HttpResponse:
    """The dialog in which a creator takes a prompt: favourites first, then the last changed."""
    words = search_of(request)
    rows = library.narrowed(usable(request.project), words).prefetch_related("labels")
    mine = list(rows.filter(favourites__user=request.user).order_by("-changed_at")[:SHOWN])
    known = {one.pk for one in mine}
    others = [one for one in rows.order_by("-changed_at", "-pk")[:SHOWN] if one.pk not in known]
    found = []
    for one in library.with_shown([*mine, *others]):
        version: PromptVersion = vars(one)["shown"]
        set_at_once = "" if version.variables else json.dumps(told_from(version, {}))
        found.append({"row": one, "version": version, "set": set_at_once, "mine": one.pk in known})
    context = {"title": "Take a prompt", "found": found, "words": words, "full": len(others)}
    part = request.headers.get("HX-Target", "") == "picker-list"
    name = "prompts/_pick_list.html" if part else "prompts/pick.html"
    return render(request, name, context | {"most": SHOWN})


@require_GET
@project_view(Need.CREATE)
def prompt_fill(request: ProjectRequest, version: int) -> HttpResponse:
    """One version with its variables to fill in, and what the prompt is with them."""
    row = _usable(request, version)
    wanted = variables.of(row.variables)
    values = variables.values_of(wanted, request.GET.dict())
    missing = variables.missing(values)
    context = {
        "title": row.prompt.title,
        "version": row,
        "fields": [(one, values[one.name]) for one in wanted],
        "text": variables.fill(row.text, values),
        "negative": variables.fill(row.negative_prompt, values),
        "missing": [name.replace("_", " ") for name in missing],
        "recipe": recipe_facts(row),
        "set": json.dumps(told_from(row, values)),
    }
    part = request.headers.get("HX-Target", "") == "fill-out"
    return render(request, "prompts/_fill_out.html" if part else "prompts/fill.html", context)


@require_POST
@project_view(Need.CREATE)
def prompt_save(request: ProjectRequest, generation: UUID) -> HttpResponse:
    """A result's prompt into the library, with its model and options; once for each press."""
    rows = Generation.objects.select_related("project", "team", "user")
    row = get_object_or_404(rows, project=request.project, uuid=generation)
    if not row.prompt.strip():
        messages.error(request, "This result has no prompt to save.")
        return redirect("generation", request.team.slug, request.project.uuid, row.uuid)
    version, new = versions.save_from(request.user, row)
    said = "Saved to the library." if new else "It was made from this prompt of the library."
    messages.success(request, said)
    return to_prompt(request, version.prompt, version.number)


@require_GET
@team_view()
def prompt_use(request: TeamRequest, prompt: UUID) -> HttpResponse:
    """Into the studio with this prompt: ``?version=``, ``?project=`` and ``?v_<variable>=``."""
    reader, row = load(request, prompt)
    places = [one for one in reader.makes_in if row.project_id in (None, one.pk)]
    if not places or row.archived_at:
        raise PermissionDenied("Creators of a project use prompts; an archived one rests.")
    told = request.GET.get("project") or request.session.get(f"project:{request.team.pk}")
    place = next((one for one in places if str(one.uuid) == told), places[0])
    number = request.GET.get("version", "")
    if number and not (number.isascii() and number.isdigit() and len(number) < 9):
        raise Http404("No such version.")
    version = (
        get_object_or_404(row.versions, number=int(number)) if number else versions.preferred(row)
    )
    values = variables.values_of(variables.of(version.variables), request.GET.dict())
    if missing := variables.missing(values):
        names = ", ".join(name.replace("_", " ") for name in missing)
        messages.error(request, f"Fill in first: {names}.")
        return to_prompt(request, row, version.number)
    query = {"take": version.pk, **{f"v_{name}": text for name, text in values.items()}}
    address = reverse("studio", args=[request.team.slug, place.uuid])
    return redirect(f"{address}?{urlencode(query)}")


def taken(request: ProjectRequest) -> dict[str, str]:
    """``?take=<version>``: a form that begins with this prompt; empty where it is not ours."""
    key = request.GET.get("take", "")
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        return {}
    row = _rows(request).filter(pk=int(key)).first()
    if row is None:
        return {}
    values = variables.values_of(variables.of(row.variables), request.GET.dict())
    return typed_from(row, values)


def _rows(request: ProjectRequest) -> Any:
    rows = PromptVersion.objects.select_related("prompt")
    return rows.filter(prompt__in=usable(request.project))


def _usable(request: ProjectRequest, key: int) -> PromptVersion:
    if key > 2**62:
        raise Http404("No such version.")
    row: PromptVersion = get_object_or_404(_rows(request), pk=key)
    return row


@require_GET
@team_view()
def prompts_json(request: TeamRequest) -> HttpResponse:
    reader = Reader.of(request.membership)
    text = exchange.as_json(reader.visible().filter(archived_at=None))
    answer = HttpResponse(text, content_type="application/json")
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="prompts-{request.team.slug}.json"'
    )
    return answer


@require_GET
@team_view()
def prompts_csv(request: TeamRequest) -> HttpResponse:
    reader = Reader.of(request.membership)
    rows = exchange.as_rows(reader.visible().filter(archived_at=None))
    answer = StreamingHttpResponse(csv_lines(rows), content_type="text/csv")
    name = f"prompts-{request.team.slug}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return cast("HttpResponse", answer)


@require_http_methods(["GET", "POST"])
@team_view()
def prompts_import(request: TeamRequest) -> HttpResponse:
    """Bring prompts in. What was refused stays at this address; who opens it again is led back."""
    if request.method == "GET":
        return redirect("prompts", request.team.slug)
    reader = Reader.of(request.membership)
    if not reader.may_create:
        raise PermissionDenied("Creators, producers and owners bring prompts in.")
    form = ImportForm(request.POST, request.FILES, reader=reader)
    if form.is_valid():
        project = form.projects.get(form.cleaned_data["project"])
        file = form.cleaned_data["file"]
        try:
            entries = exchange.read(file.read(exchange.LARGEST + 1), file.name)
        except variables.Unreadable as trouble:
            form.add_error("file", str(trouble))
        else:
            made, kept = exchange.bring_in(request.user, request.team, project, entries)
            said = f"{made} prompt{'' if made == 1 else 's'} came in."
            said += f" {kept} stood here already." if kept else ""
            if made and any(HOUSE in one["labels"] for one in entries):
                said += f" The label “{HOUSE}” stayed behind: a producer approves here first."
            messages.success(request, said)
            return redirect("prompts", request.team.slug)
    context = list_context(request, reader) | {"import_form": form}
    return render(request, "prompts/list.html", context)
