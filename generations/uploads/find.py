"""The library of uploads: searched and narrowed, page by page from the newest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet

from accounts.models import Membership
from generations.models import Upload, UploadTag

from .who import Reader

PAGE = 24
MOST_WORDS = 8
MOST_FOLDERS = 200
KINDS = (("image", "Pictures", "photo"), ("video", "Videos", "movie"), ("audio", "Sounds", "music"))


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader narrows the list to, as it stands in the address."""

    words: str = ""
    kind: str = ""
    project: str = ""
    person: int | None = None
    folder: str = ""
    tag: str = ""
    before: int | None = None
    as_list: bool = False

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Asked:
        def text(name: str, most: int) -> str:
            return " ".join(given.get(name, "").replace("\0", "").split())[:most]

        kind = given.get("kind", "")
        return cls(
            words=text("q", 200),
            kind=kind if kind in {name for name, _, _ in KINDS} else "",
            project=text("in", 40),
            person=_number(given.get("by", "")),
            folder=text("folder", 60),
            tag=text("tag", 30).lower(),
            before=_number(given.get("before", "")),
            as_list=given.get("view") == "list",
        )

    @property
    def narrows(self) -> bool:
        told = (self.words, self.kind, self.project, self.person, self.folder, self.tag)
        return any(told)


def found(reader: Reader, asked: Asked) -> tuple[list[Upload], int | None]:
    """One page, newest first, and where the next one begins (None at the end). Four queries.

    Only keys are ordered over many projects, which an index holds; rows are read for the page.
    """
    rows = narrowed(reader, asked)
    if asked.before:
        rows = rows.filter(pk__lt=asked.before)
    keys = list(rows.order_by("-pk").values_list("pk", flat=True)[: PAGE + 1])
    some = Upload.objects.filter(pk__in=keys[:PAGE]).order_by("-pk")
    page = list(some.prefetch_related("tags", "user"))
    projects = {row.pk: row for row in reader.rows}
    for one in page:
        one.project = projects[one.project_id]
    return page, keys[PAGE - 1] if len(keys) > PAGE else None


def narrowed(reader: Reader, asked: Asked) -> QuerySet[Upload]:
    rows = reader.visible()
    if asked.project:
        # An address that names no project of theirs finds nothing, rather than everything.
        rows = rows.filter(project=reader.project(asked.project))
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.person:
        rows = rows.filter(user=asked.person)
    if asked.folder:
        rows = rows.filter(folder=asked.folder)
    if asked.tag:
        # Not as a join: SQLite would look up the tags of each file.
        tagged = UploadTag.objects.filter(name=asked.tag)
        rows = rows.filter(pk__in=tagged.values("upload"))
    for word in asked.words.casefold().split()[:MOST_WORDS]:
        rows = rows.filter(words__contains=word)
    return rows


# From each folder to the next by the index: there are few of them, and thousands of files in each.
_FOLDERS = """
WITH RECURSIVE found(project_id, folder) AS (
  SELECT id, (SELECT MIN(folder) FROM generations_upload AS file
              WHERE file.project_id = project.id AND file.folder > '')
  FROM generations_project AS project WHERE project.id IN ({projects})
  UNION ALL
  SELECT project_id, (SELECT MIN(folder) FROM generations_upload AS file
                      WHERE file.project_id = found.project_id AND file.folder > found.folder)
  FROM found WHERE folder IS NOT NULL
)
SELECT DISTINCT folder FROM found WHERE folder IS NOT NULL ORDER BY folder LIMIT %s
"""


def folders(reader: Reader) -> list[str]:
    """Those in use, by name."""
    projects = list(reader.may_in)
    if not projects:
        return []
    places = ", ".join(["%s"] * len(projects))
    with connection.cursor() as cursor:
        cursor.execute(_FOLDERS.format(projects=places), [*projects, MOST_FOLDERS])
        return [name for (name,) in cursor]


def people(reader: Reader) -> list[Membership]:
    rows = Membership.objects.filter(team=reader.member.team_id).select_related("user")
    return list(rows.order_by("user__name", "user__email"))


def _number(text: str) -> int | None:
    """A whole number of an address, small enough for every database."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
