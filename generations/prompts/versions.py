"""Prompts made, changed by new versions, forked, labelled; each change leaves an audit line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import Team, User
from generations.catalogue.types import Brief
from generations.models import (
    HOUSE,
    Generation,
    Project,
    Prompt,
    PromptApproval,
    PromptFavourite,
    PromptLabel,
    PromptTag,
    PromptVersion,
)

from .variables import Variable, is_filled_from, of

LONGEST_TITLE = 80
# Options that speak of one file or one throw of the dice, not of a way of working.
NOT_KEPT = ("seed", "negative_prompt", "keyframe", "mask", "mask_2", "mask_3")


class NotApproved(Exception):
    """The house label only points at versions that a producer approved."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a version says."""

    text: str
    negative_prompt: str = ""
    recipe: dict[str, Any] = field(default_factory=dict)
    variables: tuple[Variable, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """What stands beside the versions, and may change."""

    title: str
    folder: str = ""
    tags: tuple[str, ...] = ()
    project: Project | None = None


def make(
    maker: User,
    team: Team,
    about: About,
    words: Words,
    *,
    source: Generation | None = None,
    fork_of: PromptVersion | None = None,
) -> PromptVersion:
    """A new prompt with its first version."""
    with transaction.atomic():
        prompt = Prompt.objects.create(
            team=team,
            project=about.project,
            title=about.title,
            folder=about.folder,
            made_by=maker,
            fork_of=fork_of,
        )
        _tag(prompt, about.tags)
        version = _write(prompt, maker, 1, words, source)
        audit.record(maker, "prompt.made", about.title, team=team)
    return version


def add(author: User, prompt: Prompt, words: Words) -> PromptVersion:
    """The next version. Raises IntegrityError where another was added at the same moment."""
    with transaction.atomic():
        # Whoever holds the row numbers next.
        Prompt.objects.select_for_update().get(pk=prompt.pk)
        number = newest(prompt).number + 1
        version = _write(prompt, author, number, words, None)
        audit.record(author, "prompt.version", prompt.title, team=prompt.team, number=number)
    return version


def fork(maker: User, version: PromptVersion, project: Project | None) -> PromptVersion:
    """A prompt of its own that begins with this version."""
    origin = version.prompt
    title = f"{origin.title[: LONGEST_TITLE - 7]} (fork)"
    tags = tuple(origin.tags.values_list("name", flat=True))
    about = About(title, origin.folder, tags, project)
    return make(maker, origin.team, about, words_of(version), fork_of=version)


def describe(actor: User, prompt: Prompt, about: About) -> None:
    """Another title, folder, tags or project."""
    before = prompt.title
    prompt.title, prompt.folder, prompt.project = about.title, about.folder, about.project
    with transaction.atomic():
        prompt.tags.all().delete()
        _tag(prompt, about.tags)
        _touch(prompt, newest(prompt))
        audit.record(
            actor,
            "prompt.described",
            about.title,
            team=prompt.team,
            before=before,
            after=about.title,
            folder=about.folder,
            project=about.project.name if about.project else "the whole team",
        )


def set_label(actor: User, prompt: Prompt, name: str, version: PromptVersion | None) -> None:
    """Let a label point at this version of the prompt; None takes it away.

    Raises NotApproved for the house label and a version that nobody approved.
    """
    with transaction.atomic():
        if name == HOUSE and version is not None and not is_approved(version):
            raise NotApproved(f"Version {version.number} is not approved yet. Approve it first.")
        rows = PromptLabel.objects.filter(prompt=prompt, name=name)
        before = rows.values_list("version__number", flat=True).first()
        after = version.number if version else None
        if before == after:
            return
        if version is None:
            rows.delete()
        else:
            now = {"version": version, "moved_by": actor, "moved_at": timezone.now()}
            PromptLabel.objects.update_or_create(prompt=prompt, name=name, defaults=now)
        facts = {"before": before, "after": after, "label": name}
        audit.record(actor, "prompt.labelled", prompt.title, team=prompt.team, **facts)


def is_approved(version: PromptVersion) -> bool:
    """May the house label point here? What it points at already may keep it."""
    if PromptApproval.objects.filter(version=version, verdict="approved").exists():
        return True
    return PromptLabel.objects.filter(version=version, name=HOUSE).exists()


def archive(actor: User, prompt: Prompt, *, away: bool) -> None:
    """Out of the library, or back into it. Its versions and figures stay."""
    rows = Prompt.objects.filter(pk=prompt.pk, archived_at__isnull=away)
    with transaction.atomic():
        if rows.update(archived_at=timezone.now() if away else None):
            verb = "prompt.archived" if away else "prompt.restored"
            audit.record(actor, verb, prompt.title, team=prompt.team)


def favour(user: User, prompt: Prompt, *, on: bool) -> None:
    if on:
        PromptFavourite.objects.get_or_create(user=user, prompt=prompt)
    else:
        PromptFavourite.objects.filter(user=user, prompt=prompt).delete()


def save_from(maker: User, generation: Generation) -> tuple[PromptVersion, bool]:
    """The prompt of a result, for its project; is it new? The same result gives the same one.

    All takes of that press count for it from now on.
    """
    with transaction.atomic():
        # Two presses at once make one prompt.
        row = Generation.objects.select_for_update().get(pk=generation.pk)
        if row.prompt_version_id:
            return PromptVersion.objects.select_related("prompt").get(
                pk=row.prompt_version_id
            ), False
        brief = generation.brief
        title = " ".join(brief.prompt.split())[:LONGEST_TITLE]
        # A title is written into the audit, where nothing that looks like a key may stand.
        title = "Saved prompt" if audit.looks_secret(title) else title
        about = About(title, project=generation.project)
        version = make(maker, generation.team, about, _words_of_brief(brief), source=generation)
        takes = Generation.objects.filter(
            user=generation.user_id, form_token=generation.form_token, prompt_version=None
        )
        takes.update(prompt_version=version)
    return version, True


def recipe_of(brief: Brief) -> dict[str, Any]:
    options = {name: value for name, value in brief.options.items() if name not in NOT_KEPT}
    return {"operation": brief.operation, "model": brief.model, "options": options}


def words_of(version: PromptVersion) -> Words:
    parts = (version.text, version.negative_prompt, version.recipe)
    return Words(*parts, of(version.variables), version.note)


def newest(prompt: Prompt) -> PromptVersion:
    return prompt.versions.order_by("-number")[0]


def preferred(prompt: Prompt) -> PromptVersion:
    """What is used where nobody says which: the house version, else the newest."""
    label = prompt.labels.filter(name=HOUSE).select_related("version").first()
    return label.version if label else newest(prompt)


def counted_for(project: Project, key: str, prompt: str) -> PromptVersion | None:
    """The version that a form was filled from, while its words are still that version's."""
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        return None
    rows = PromptVersion.objects.filter(pk=int(key), prompt__team=project.team_id)
    version = rows.select_related("prompt").first()
    if version is None or version.prompt.project_id not in (None, project.pk):
        return None
    return version if is_filled_from(prompt, version.text) else None


def _words_of_brief(brief: Brief) -> Words:
    negative = str(brief.options.get("negative_prompt") or "")
    # Braces that somebody typed into a prompt are no variables.
    text = brief.prompt.replace("{{", "{ {").replace("}}", "} }")
    return Words(text, negative, recipe_of(brief), note="Saved from a result")


def _write(
    prompt: Prompt, author: User, number: int, words: Words, source: Generation | None
) -> PromptVersion:
    version = PromptVersion.objects.create(
        prompt=prompt,
        number=number,
        text=words.text,
        negative_prompt=words.negative_prompt,
        recipe=words.recipe,
        variables=[one.to_json() for one in words.variables],
        note=words.note,
        author=author,
        source=source,
    )
    _touch(prompt, version)
    return version


def _tag(prompt: Prompt, tags: Iterable[str]) -> None:
    PromptTag.objects.bulk_create(PromptTag(prompt=prompt, name=one) for one in dict.fromkeys(tags))


def _touch(prompt: Prompt, version: PromptVersion) -> None:
    parts = [prompt.title, prompt.folder, *prompt.tags.values_list("name", flat=True)]
    parts += [version.text, version.negative_prompt]
    prompt.words = "\n".join(parts).casefold()
    prompt.changed_at = timezone.now()
    prompt.save(update_fields=["title", "folder", "project", "words", "changed_at"])
