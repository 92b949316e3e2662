"""The library's list: searched, narrowed and ordered, page by page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery

from generations.models import (
    HOUSE,
    Project,
    Prompt,
    PromptFavourite,
    PromptLabel,
    PromptTag,
    PromptVersion,
)

from .who import Reader, as_uuid

PAGE = 24
# The tags that are offered are those of so many of the prompts changed last.
RECENT = 400
MOST_WORDS = 8
TEAM = "team"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader narrows the list to, as it stands in the address."""

    words: str = ""
    folder: str = ""
    tag: str = ""
    project: str = ""
    favourites: bool = False
    archived: bool = False
    before: tuple[dt.datetime, int] | None = None

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Asked:
        def text(name: str, most: int) -> str:
            return " ".join(given.get(name, "").replace("\0", "").split())[:most]

        return cls(
            words=text("q", 200),
            folder=text("folder", 60),
            tag=text("tag", 30),
            project=text("in", 40),
            favourites=given.get("mine") == "1",
            archived=given.get("archived") == "1",
            before=_place(text("before", 60)),
        )

    @property
    def narrows(self) -> bool:
        return bool(self.words or self.folder or self.tag or self.project or self.favourites)


def found(reader: Reader, asked: Asked) -> tuple[list[Prompt], str]:
    """One page, the last changed first, and ``before`` of the next one, empty where none is.

    ``shown`` is each one's preferred version. Four queries, however many prompts there are.
    """
    user = reader.member.user_id
    rows = reader.visible().filter(archived_at__isnull=not asked.archived)
    rows = narrowed(rows, asked.words)
    if asked.folder:
        rows = rows.filter(folder=asked.folder)
    if asked.tag:
        tagged = PromptTag.objects.filter(name=asked.tag)
        rows = rows.filter(pk__in=tagged.values("prompt"))
    if asked.project:
        key = as_uuid(asked.project)
        rows = rows.filter(project__uuid=key) if key else rows.filter(project=None)
    if asked.favourites:
        rows = rows.filter(favourites__user=user)
    rows = _with_parts(rows, user).order_by("-changed_at", "-pk")
    if asked.before:
        at, pk = asked.before
        # The first condition says nothing new, but by it the index begins at the right place.
        rows = rows.filter(changed_at__lte=at).filter(Q(changed_at__lt=at) | Q(pk__lt=pk))
    some = list(rows[: PAGE + 1])
    last = some[PAGE - 1] if len(some) > PAGE else None
    shown = with_shown(some[:PAGE], "number", "text")
    return shown, f"{last.changed_at.isoformat()}_{last.pk}" if last else ""


def _place(text: str) -> tuple[dt.datetime, int] | None:
    """What ``found`` gave as the end of a page; None for anything else."""
    # A plus sign in an address is a blank.
    at, _, pk = text.replace(" ", "+").rpartition("_")
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return None
    try:
        moment = dt.datetime.fromisoformat(at)
    except ValueError:
        return None
    return (moment, int(pk)) if moment.tzinfo else None


def narrowed(rows: QuerySet[Prompt], words: str) -> QuerySet[Prompt]:
    """Those that have every word somewhere."""
    for word in words.casefold().split()[:MOST_WORDS]:
        rows = rows.filter(words__contains=word)
    return rows


def _with_parts(rows: QuerySet[Prompt], user: int) -> QuerySet[Prompt]:
    mine = PromptFavourite.objects.filter(user=user)
    labels = PromptLabel.objects.select_related("version").order_by("name")
    return rows.select_related("project").prefetch_related(
        "tags",
        Prefetch("labels", labels.only("name", "prompt", "version__number")),
        Prefetch("favourites", mine, to_attr="mine"),
    )


def with_shown(prompts: list[Prompt], *parts: str) -> list[Prompt]:
    """Each with ``shown``, its house version or else its newest: all of it, or these ``parts``.

    Two queries.
    """
    newest = (
        PromptVersion.objects.filter(prompt=OuterRef("pk")).order_by("-number").values("pk")[:1]
    )
    house = PromptLabel.objects.filter(prompt=OuterRef("pk"), name=HOUSE).values("version")[:1]
    keys = Prompt.objects.filter(pk__in=[one.pk for one in prompts])
    chosen = {
        pk: of_house or last
        for pk, of_house, last in keys.annotate(
            of_house=Subquery(house), last=Subquery(newest)
        ).values_list("pk", "of_house", "last")
    }
    versions = PromptVersion.objects.only("prompt", *parts) if parts else PromptVersion.objects
    rows = versions.in_bulk(list(chosen.values()))
    for one in prompts:
        vars(one)["shown"] = rows[chosen[one.pk]]
    return prompts


def folders(reader: Reader) -> list[str]:
    rows = reader.visible().filter(archived_at=None).exclude(folder="")
    return list(rows.order_by("folder").values_list("folder", flat=True).distinct()[:100])


def tags(reader: Reader) -> list[str]:
    """Those of the prompts changed last, by name."""
    recent = reader.visible().filter(archived_at=None).order_by("-changed_at", "-pk").values("pk")
    rows = PromptTag.objects.filter(prompt__in=recent[:RECENT]).order_by("name")
    return list(rows.values_list("name", flat=True).distinct()[:100])


def place_of(reader: Reader, asked: Asked) -> Project | str | None:
    """Where the list is narrowed to: a project, the team's own, or everywhere (None)."""
    if not asked.project:
        return None
    key: Any = as_uuid(asked.project)
    return next((row for row in reader.rows if row.uuid == key), TEAM)
