"""Prompts as files: out as JSON or CSV, and in again, all of a file or nothing of it."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, QuerySet

from accounts import audit
from accounts.audit import looks_secret
from accounts.models import Team, User
from generations.models import HOUSE, Project, Prompt, PromptLabel, PromptVersion

from . import versions
from .variables import Unreadable, Variable, checked, names_in, of

FORMAT = "pixstudio-prompts-1"
LABEL = re.compile(r"[a-z0-9][a-z0-9 _-]{0,29}")
LARGEST = 5_000_000
MOST, MOST_VERSIONS = 500, 2000
LONGEST_TEXT = 20_000
COLUMNS = (
    "title",
    "folder",
    "tags",
    "project",
    "version",
    "text",
    "negative_prompt",
    "operation",
    "model",
    "options",
    "variables",
    "note",
    "labels",
)
# csv_lines puts a ' before these, so that a spreadsheet takes them for text.
DANGEROUS = ("'=", "'+", "'-", "'@")


def entries(prompts: QuerySet[Prompt]) -> Iterator[dict[str, Any]]:
    """Each prompt with all its versions and labels."""
    rows = prompts.select_related("project").prefetch_related(
        "tags",
        Prefetch("versions", PromptVersion.objects.order_by("number")),
        Prefetch("labels", PromptLabel.objects.select_related("version").order_by("name")),
    )
    for one in rows.order_by("pk").iterator(chunk_size=500):
        yield {
            "title": one.title,
            "folder": one.folder,
            "tags": sorted(tag.name for tag in one.tags.all()),
            "project": one.project.name if one.project else "",
            "labels": {label.name: label.version.number for label in one.labels.all()},
            "versions": [_version(version) for version in one.versions.all()],
        }


def _version(one: PromptVersion) -> dict[str, Any]:
    names = ("number", "text", "negative_prompt", "recipe", "variables", "note")
    return {name: getattr(one, name) for name in names}


def as_json(prompts: QuerySet[Prompt]) -> str:
    told = {"format": FORMAT, "prompts": list(entries(prompts))}
    return json.dumps(told, ensure_ascii=False, indent=2)


def as_rows(prompts: QuerySet[Prompt]) -> Iterator[list[Any]]:
    """A row for each version, the prompt's own columns in each."""
    yield list(COLUMNS)
    for one in entries(prompts):
        for version in one["versions"]:
            recipe, number = version["recipe"], version["number"]
            labels = [name for name, at in one["labels"].items() if at == number]
            yield [
                one["title"],
                one["folder"],
                ", ".join(one["tags"]),
                one["project"],
                number,
                version["text"],
                version["negative_prompt"],
                recipe.get("operation", ""),
                recipe.get("model", ""),
                _json(recipe.get("options")),
                _json(version["variables"]),
                version["note"],
                ", ".join(labels),
            ]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if value else ""


def read(data: bytes, name: str) -> list[dict[str, Any]]:
    """The entries of a file, JSON or CSV by its name. Raises Unreadable, with the place."""
    if len(data) > LARGEST:
        raise Unreadable("The file is larger than 5 MB. Split it.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("The file is not UTF-8 text. Save it as UTF-8 first.") from None
    found = _of_csv(text) if name.lower().endswith(".csv") else _of_json(text)
    if not found:
        raise Unreadable("There is no prompt in this file.")
    if len(found) > MOST:
        raise Unreadable(f"A file takes {MOST} prompts at most; this one has {len(found)}.")
    entries = [_checked(one, number) for number, one in enumerate(found, 1)]
    if sum(len(one["words"]) for one in entries) > MOST_VERSIONS:
        raise Unreadable(f"A file takes {MOST_VERSIONS:,} versions at most. Split it.")
    return entries


def _of_json(text: str) -> list[Any]:
    try:
        told = _loads(text)
    except (ValueError, RecursionError):
        raise Unreadable("This is no JSON file of prompts. Export one to see its form.") from None
    found = told.get("prompts") if isinstance(told, dict) else told
    if not isinstance(found, list):
        raise Unreadable("There is no list of “prompts” in this file.")
    return found


def _loads(text: str) -> Any:
    """JSON that a database can keep. Raises ValueError and RecursionError."""

    def refuse(name: str) -> None:
        raise ValueError(name)

    value = json.loads(text, parse_constant=refuse)
    back = json.dumps(value, ensure_ascii=False)
    back.encode()  # refuses half of a pair of surrogates
    if "\\u0000" in back:
        raise ValueError("a NUL character")
    return value


def _of_csv(text: str) -> list[Any]:
    """Rows that follow each other with the same title and folder are versions of one prompt."""
    found: list[dict[str, Any]] = []
    try:
        rows = list(csv.DictReader(StringIO(text)))
    except csv.Error as trouble:
        raise Unreadable(f"The CSV cannot be read: {trouble}.") from None
    for number, row in enumerate(rows, 2):
        one = {key: _plain(row.get(key) or "") for key in COLUMNS}
        key = (one["title"], one["folder"], one["project"])
        last = found[-1] if found else None
        follows = last and last["key"] == key and one["version"] not in ("", "1")
        if last is None or not follows:
            last = {"key": key, "title": one["title"], "folder": one["folder"]}
            last |= {"tags": _parts(one["tags"]), "labels": {}, "versions": []}
            found.append(last)
        try:
            options = _loads(one["options"] or "{}")
            variables = _loads(one["variables"] or "[]")
        except (ValueError, RecursionError):
            raise Unreadable(f"Line {number}: options and variables must be JSON.") from None
        parts = {"operation": one["operation"], "model": one["model"], "options": options}
        recipe = {key: value for key, value in parts.items() if value}
        version = {"recipe": recipe, "variables": variables}
        last["versions"].append(
            {**version, **{name: one[name] for name in ("text", "negative_prompt", "note")}}
        )
        last["labels"] |= dict.fromkeys(_parts(one["labels"]), len(last["versions"]))
    return found


def _plain(text: str) -> str:
    return text[1:] if text.startswith(DANGEROUS) else text


def _parts(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


def _checked(one: Any, number: int) -> dict[str, Any]:
    """An entry with nothing in it but what we know, or Unreadable."""
    try:
        title = _text(one["title"], 80)
        folder = _text(one.get("folder"), 60)
        if not title or looks_secret(title) or looks_secret(folder):
            raise Unreadable("the title is empty, or it or the folder looks like a key")
        told = one.get("versions") or []
        words = [_words(each) for each in told]
        if not words:
            raise Unreadable("it has no version")
        labels = {_text(name, 30): int(at) for name, at in (one.get("labels") or {}).items()}
        tags = dict.fromkeys(_text(each, 30).lower() for each in one.get("tags") or ())
        return {
            "title": title,
            "folder": folder,
            "tags": tuple(filter(None, tags)),
            "labels": {
                name: at
                for name, at in labels.items()
                if LABEL.fullmatch(name) and not looks_secret(name) and 1 <= at <= len(words)
            },
            "words": words,
        }
    except Unreadable as trouble:
        raise Unreadable(f"Prompt {number}: {trouble}.".replace("..", ".")) from None
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Unreadable(
            f"Prompt {number} is not in the form of an export. Export one to see it."
        ) from None


def _words(told: Any) -> versions.Words:
    text = str(told["text"]).replace("\r\n", "\n").replace("\0", "").strip()
    if not text or len(text) > LONGEST_TEXT:
        raise Unreadable(f"a version needs a text of 1 to {LONGEST_TEXT:,} letters")
    recipe = told.get("recipe") or {}
    options = recipe.get("options") or {}
    if not all(isinstance(one, str | int | float | bool) for one in options.values()):
        raise Unreadable("an option of a recipe is neither text nor number")
    kept: dict[str, Any] = {name: _text(recipe.get(name), 40) for name in ("operation", "model")}
    kept |= {"options": {_text(name, 40): value for name, value in options.items()}}
    described = {one.name: checked(one) for one in of(told.get("variables") or [])}
    negative = str(told.get("negative_prompt") or "").replace("\0", "")[:LONGEST_TEXT]
    return versions.Words(
        text,
        negative,
        {name: value for name, value in kept.items() if value},
        tuple(described.get(name) or Variable(name) for name in names_in(text)),
        _text(told.get("note"), 200),
    )


def _text(value: Any, most: int) -> str:
    return " ".join(str(value or "").replace("\0", "").split())[:most]


def bring_in(
    actor: User, team: Team, project: Project | None, found: Iterable[dict[str, Any]]
) -> tuple[int, int]:
    """New prompts from checked entries; how many came in and how many were there already.

    An entry is there already where a prompt of the same place, title and folder has its newest
    text. The house label stays behind: what was approved elsewhere is not approved here.
    """
    made = kept = 0
    with transaction.atomic():
        for one in found:
            if _is_there(team, project, one):
                kept += 1
                continue
            about = versions.About(one["title"], one["folder"], one["tags"], project)
            first, *rest = one["words"]
            rows = [versions.make(actor, team, about, first)]
            rows += [versions.add(actor, rows[0].prompt, words) for words in rest]
            for name, number in one["labels"].items():
                if name != HOUSE:
                    versions.set_label(actor, rows[0].prompt, name, rows[number - 1])
            made += 1
        facts = {"made": made, "already_there": kept}
        audit.record(actor, "prompt.imported", project.name if project else "", team=team, **facts)
    return made, kept


def _is_there(team: Team, project: Project | None, one: dict[str, Any]) -> bool:
    rows = Prompt.objects.filter(
        team=team, project=project, title=one["title"], folder=one["folder"], archived_at=None
    )
    return any(versions.newest(row).text == one["words"][-1].text for row in rows)
