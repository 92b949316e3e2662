"""The prompt library: the list, one prompt, its versions and its labels."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import TeamRequest, team_view
from generations.access import Need
from generations.forms.prompts import (
    AboutForm,
    ImportForm,
    LabelForm,
    WordsForm,
    initial_words,
)
from generations.forms.recipes import RecipeForm
from generations.models import HOUSE
from generations.prompts import approvals, cards, library, versions
from generations.prompts.who import Reader

from .detail import SAID
from .prompt_page import load, need, page_context, recipe_facts, to_prompt, told_version


@require_GET
@team_view()
def prompts(request: TeamRequest) -> HttpResponse:
    reader = Reader.of(request.membership)
    return render(request, "prompts/list.html", list_context(request, reader))


def list_context(request: TeamRequest, reader: Reader) -> dict[str, Any]:
    asked = library.Asked.of(request.GET.dict())
    rows, older = library.found(reader, asked)
    return {
        "asked": asked,
        "cards": cards.cards(reader, rows),
        "older": older,
        "waiting": approvals.count(reader),
        "reader": reader,
        "place": library.place_of(reader, asked),
        "folders": library.folders(reader),
        "tags": library.tags(reader),
        "import_form": ImportForm(reader=reader) if reader.may_create else None,
    }


@require_http_methods(["GET", "POST"])
@team_view()
def prompt_new(request: TeamRequest) -> HttpResponse:
    reader = Reader.of(request.membership)
    if not reader.may_create:
        raise PermissionDenied("Creators, producers and owners make prompts.")
    about = AboutForm(request.POST or None, reader=reader)
    words = WordsForm(request.POST or None)
    choice = request.POST.get("recipe", "none")
    recipe = RecipeForm.of(request.team, request.POST.dict() if request.POST else None)
    if _is_saved(request) and _all_valid(about, words, *([recipe] if choice == "type" else [])):
        said = recipe.recipe if choice == "type" else {}
        made = versions.make(request.user, request.team, about.about, words.words(said))
        messages.success(request, "The prompt is in the library.")
        return to_prompt(request, made.prompt)
    context = {"about": about, "words": words, "choice": choice}
    return render(request, "prompts/new.html", context | recipe_context(recipe))


@require_GET
@team_view()
def prompt(request: TeamRequest, prompt: UUID) -> HttpResponse:
    reader, row = load(request, prompt)
    return render(request, "prompts/page.html", page_context(request, reader, row))


@require_http_methods(["GET", "POST"])
@team_view()
def prompt_version(request: TeamRequest, prompt: UUID) -> HttpResponse:
    """The next version, which begins as the one that is told (``?v=``) or the newest."""
    reader, row = load(request, prompt)
    need(reader, row, Need.CREATE)
    begun = told_version(row, request.GET.get("v", "")) or versions.newest(row)
    form = WordsForm(request.POST or None, initial=initial_words(begun))
    choice = request.POST.get("recipe", "keep" if begun.recipe else "none")
    recipe = RecipeForm.of(
        request.team, request.POST.dict() if request.POST else None, begun.recipe
    )
    if _is_saved(request) and _all_valid(form, *([recipe] if choice == "type" else [])):
        said = {"keep": begun.recipe, "type": recipe.recipe}.get(choice, {})
        try:
            made = versions.add(request.user, row, form.words(said))
        except IntegrityError:
            form.add_error(None, "Somebody added a version at the same moment. Save again.")
        else:
            messages.success(request, f"Version {made.number} is saved.")
            return to_prompt(request, row, made.number)
    context = {"prompt": row, "words": form, "begun": begun, "recipe": recipe_facts(begun)}
    context |= {"choice": choice} | recipe_context(recipe)
    return render(request, "prompts/version.html", context)


@require_GET
@team_view()
def prompt_recipe(request: TeamRequest) -> HttpResponse:
    """The fields of a recipe for what is chosen in them now."""
    if not Reader.of(request.membership).may_create:
        raise PermissionDenied("Creators, producers and owners make prompts.")
    recipe = RecipeForm.of(request.team, request.GET.dict())
    return render(request, "prompts/_recipe_fields.html", recipe_context(recipe))


def recipe_context(recipe: RecipeForm) -> dict[str, Any]:
    """The operations stand in the order in which people know them."""
    offered = recipe.operations
    return {
        "typed": recipe,
        "operations": [(name, word) for name, word in SAID.items() if name in offered],
    }


def _is_saved(request: TeamRequest) -> bool:
    """Not where somebody without JavaScript asks for the options of another model."""
    return request.method == "POST" and "again" not in request.POST


def _all_valid(*forms: Any) -> bool:
    """All are asked, so that everything wrong is marked at once."""
    found = [form.is_valid() for form in forms]
    return all(found)


@require_http_methods(["GET", "POST"])
@team_view()
def prompt_about(request: TeamRequest, prompt: UUID) -> HttpResponse:
    reader, row = load(request, prompt)
    need(reader, row, Need.CREATE)
    begun = {
        "title": row.title,
        "folder": row.folder,
        "project": str(row.project.uuid) if row.project else "",
        "tags": ", ".join(row.tags.order_by("name").values_list("name", flat=True)),
    }
    form = AboutForm(request.POST or None, initial=begun, reader=reader)
    if request.method == "POST" and form.is_valid():
        versions.describe(request.user, row, form.about)
        messages.success(request, "Saved.")
        return to_prompt(request, row)
    return render(request, "prompts/about.html", {"prompt": row, "about": form})


@require_POST
@team_view()
def prompt_fork(request: TeamRequest, prompt: UUID) -> HttpResponse:
    """A copy to go on with: in the same place where one may make there, else in one's own."""
    reader, row = load(request, prompt)
    if not reader.may_create:
        raise PermissionDenied("Creators, producers and owners fork prompts.")
    begun = told_version(row, request.POST.get("version", "")) or versions.preferred(row)
    mine = reader.may(row) >= Need.CREATE
    project = row.project if mine else next(iter(reader.makes_in), None)
    made = versions.fork(request.user, begun, project)
    messages.success(request, f"A fork of version {begun.number}. Give it a title of its own.")
    return redirect("prompt_about", request.team.slug, made.prompt.uuid)


@require_POST
@team_view()
def prompt_label(request: TeamRequest, prompt: UUID) -> HttpResponse:
    reader, row = load(request, prompt)
    need(reader, row, Need.CREATE)
    form = LabelForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(text) for one in form.errors.values() for text in one))
        return to_prompt(request, row)
    name, number = form.cleaned_data["name"], form.cleaned_data["version"]
    if name == HOUSE and reader.may(row) < Need.PRODUCE:
        raise PermissionDenied("Only producers and owners move the house label.")
    version = get_object_or_404(row.versions, number=number) if number else None
    try:
        versions.set_label(request.user, row, name, version)
    except versions.NotApproved as trouble:
        messages.error(request, str(trouble))
        return to_prompt(request, row, number)
    said = f"“{name}” is on version {number} now." if number else f"“{name}” is taken away."
    messages.success(request, said)
    return to_prompt(request, row)


@require_POST
@team_view()
def prompt_favourite(request: TeamRequest, prompt: UUID) -> HttpResponse:
    _, row = load(request, prompt)
    versions.favour(request.user, row, on=request.POST.get("on", "1") == "1")
    return to_prompt(request, row)


@require_POST
@team_view()
def prompt_archive(request: TeamRequest, prompt: UUID) -> HttpResponse:
    """Away, or with ``back`` into the library again."""
    reader, row = load(request, prompt)
    need(reader, row, Need.CREATE)
    away = "back" not in request.POST
    versions.archive(request.user, row, away=away)
    messages.success(request, "It is archived." if away else "It is back in the library.")
    return to_prompt(request, row)
