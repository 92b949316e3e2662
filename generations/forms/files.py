"""The files that a form speaks of: uploads and earlier results of the project, by their tokens."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.text import Truncator

from generations.catalogue.types import Input
from generations.models import Asset, Project, Upload

from .modes import WORDS

TOKEN = re.compile(r"(upload|clip):([0-9a-f-]{36})")


@dataclass(frozen=True, slots=True)
class File:
    """One file: ``token`` as it stands in the form, ``name`` for people, its facts as an input."""

    token: str
    name: str
    facts: Input
    has_thumb: bool

    @property
    def kind(self) -> str:
        return self.facts.kind

    @property
    def is_clip(self) -> bool:
        return bool(self.facts.clip)

    @property
    def uuid(self) -> str:
        return self.facts.clip or self.facts.upload

    @property
    def seconds(self) -> float:
        return self.facts.ms / 1000

    def as_input(self, role: str, name: str = "", type: str = "") -> Input:
        return replace(self.facts, role=role, name=name, type=type)


def token_of(one: Input) -> str:
    """How a brief's input stands in a form."""
    return f"clip:{one.clip}" if one.clip else f"upload:{one.upload}"


def files_of(project: Project, tokens: Iterable[str]) -> dict[str, File]:
    """Those of the tokens that are files of this project. Two queries at most."""
    ids: dict[str, set[uuid.UUID]] = {"upload": set(), "clip": set()}
    for token in tokens:
        sort, key = read_token(token)
        if key:
            ids[sort].add(key)
    found = []
    if ids["upload"]:
        found += [_upload(one) for one in project.uploads.filter(uuid__in=ids["upload"])]
    if ids["clip"]:
        rows = Asset.objects.filter(
            generation__project=project,
            generation__uuid__in=ids["clip"],
            generation__deleted_at__isnull=True,
        ).select_related("generation__account")
        found += [_clip(one) for one in rows]
    return {one.token: one for one in found}


def read_token(token: str) -> tuple[str, uuid.UUID | None]:
    """Upload or clip, and its id; None where it is neither."""
    fitting = TOKEN.fullmatch(token)
    try:
        return (fitting[1], uuid.UUID(fitting[2])) if fitting else ("", None)
    except ValueError:
        return "", None


def _upload(row: Upload) -> File:
    return File(f"upload:{row.uuid}", row.name, row.as_input(""), bool(row.thumb))


def _clip(row: Asset) -> File:
    generation = row.generation
    facts = Input(
        role="",
        upload="",
        mime=row.mime,
        size=row.size,
        width=row.width,
        height=row.height,
        kind=row.kind,
        ms=row.duration_ms,
        clip=str(generation.uuid),
        account=str(generation.account.uuid),
        model=generation.model,
    )
    name = generation.prompt or WORDS.get(generation.operation, "Clip")
    return File(f"clip:{generation.uuid}", Truncator(name).chars(80), facts, bool(row.poster))
