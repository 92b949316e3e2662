"""One prompt as its page shows it, and what every view of a prompt begins with."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from accounts.access import TeamRequest
from generations.access import Need
from generations.catalogue.loader import providers
from generations.forms.prompts import CommentForm
from generations.forms.values import label_of, shown
from generations.models import HOUSE, Prompt, PromptLabel, PromptVersion
from generations.prompts import approvals, comments, diffs, figures, outcomes, variables
from generations.prompts.who import Reader
from generations.templatetags.studio import model_name

from .detail import SAID

MOST_VERSIONS = 200


def need(reader: Reader, row: Prompt, least: Need) -> None:
    """Raises PermissionDenied for who may do less with this prompt."""
    if reader.may(row) < least:
        raise PermissionDenied("Your role does not allow this with this prompt.")


def load(request: TeamRequest, key: UUID) -> tuple[Reader, Prompt]:
    reader = Reader.of(request.membership)
    rows = reader.visible().select_related("project", "team", "fork_of__prompt")
    return reader, get_object_or_404(rows, uuid=key)


def to_prompt(request: TeamRequest, row: Prompt, number: int | None = None) -> HttpResponse:
    answer = redirect("prompt", request.team.slug, row.uuid)
    if number:
        answer.headers["Location"] += f"?v={number}"
    return answer


def recipe_facts(version: PromptVersion) -> list[tuple[str, str]]:
    """What the version was written for, as people say it."""
    recipe, found = version.recipe, []
    if operation := recipe.get("operation"):
        found.append(("Makes", SAID.get(operation, operation)))
    if model := recipe.get("model"):
        found.append(("Model", model_name(model)))
    options = recipe.get("options", {})
    return found + [(label_of(name), shown(name, value)) for name, value in options.items()]


def told_version(row: Prompt, number: str) -> PromptVersion | None:
    """The version of this number, None where none is told. Raises Http404 for a strange one."""
    if not number:
        return None
    if not (number.isascii() and number.isdigit() and len(number) < 9):
        raise Http404("No such version.")
    return get_object_or_404(row.versions, number=int(number))


def page_context(request: TeamRequest, reader: Reader, row: Prompt, **more: Any) -> dict[str, Any]:
    """One prompt's page; ``more`` are forms that came back with something to put right."""
    every = list(row.versions.select_related("author").order_by("-number")[:MOST_VERSIONS])
    labels = list(row.labels.select_related("version", "moved_by").order_by("name"))
    said = approvals.of(every)
    for one in every:
        vars(one)["approval"] = said.get(one.pk)
        vars(one)["marks"] = [label.name for label in labels if label.version_id == one.pk]
    told = request.GET.get("v", "") or request.POST.get("version", "")
    version = told_version(row, told) or _preferred(every, labels)
    # The first version has none before it: what came of it is shown then.
    after = version if _one_before(every, version) else every[0]
    after = told_version(row, request.GET.get("to", "")) or after
    before = told_version(row, request.GET.get("from", "")) or _one_before(every, after)
    may = reader.may(row)
    sees_costs = reader.pays_in is None or bool(reader.pays_in)
    found = outcomes.outcomes(reader, every)
    names = {key: one.name for key, one in providers().items()}
    origin = row.fork_of and reader.visible().filter(pk=row.fork_of.prompt_id).exists()
    return {
        "prompt": row,
        "reader": reader,
        "versions": every,
        "version": version,
        "marks": [label.name for label in labels if label.version_id == version.pk],
        "variables": variables.of(version.variables),
        "recipe": recipe_facts(version),
        "labels": labels,
        "before": before,
        "after": after,
        "pieces": before and diffs.diff(before.text, after.text),
        "negative_pieces": before and diffs.diff(before.negative_prompt, after.negative_prompt),
        "figures": figures.of(request.team.slug, found, names, sees_costs=sees_costs),
        "sees_costs": sees_costs,
        "recipe_changes": _recipe_changes(before, after),
        "examples": outcomes.examples(reader, version),
        "approval": said.get(version.pk),
        "waits": version.pk in said and not said[version.pk].verdict,
        "comments": comments.of(row),
        "comment_form": CommentForm(initial={"version": version.number}),
        "favourite": row.favourites.filter(user=request.user).exists(),
        "tags": row.tags.order_by("name"),
        "may_change": may >= Need.CREATE,
        "may_house": may >= Need.PRODUCE,
        "house": HOUSE,
        "is_house": any(one.name == HOUSE and one.version_id == version.pk for one in labels),
        "origin": origin and row.fork_of,
        "use_in": _use_in(reader, row),
        "last": request.session.get(f"project:{request.team.pk}"),
        **more,
    }


def _preferred(every: list[PromptVersion], labels: list[PromptLabel]) -> PromptVersion:
    """As versions.preferred, of what is read already."""
    house = (one.version for one in labels if one.name == HOUSE)
    return next(house, every[0])


def _recipe_changes(
    before: PromptVersion | None, after: PromptVersion
) -> list[tuple[str, str, str]]:
    """Name, before, after: of what differs in model and options."""
    if before is None or before.recipe == after.recipe:
        return []
    old, new = dict(recipe_facts(before)), dict(recipe_facts(after))
    names = dict.fromkeys([*old, *new])
    found = [(name, old.get(name, "not said"), new.get(name, "not said")) for name in names]
    return [one for one in found if one[1] != one[2]]


def _one_before(every: list[PromptVersion], after: PromptVersion) -> PromptVersion | None:
    return next((one for one in every if one.number < after.number), None)


def _use_in(reader: Reader, row: Prompt) -> list[Any]:
    """The projects in which the reader may use it; none while it is archived."""
    if row.archived_at:
        return []
    return [one for one in reader.makes_in if row.project_id in (None, one.pk)]
