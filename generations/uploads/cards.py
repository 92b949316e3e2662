"""One upload as the library says it, as a card or as a row of a table: a piece (pieces.py)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from django.urls import reverse

from generations.media import room
from generations.models import Upload
from generations.templatetags.studio import since
from generations.templatetags.uploads import ICONS, length, made_as, sides

from .who import Reader


@dataclass(frozen=True, slots=True)
class Card:
    """All that is shown of it. ``thumb`` is empty where there is no picture, ``box`` its size.

    ``folder`` and ``tags`` are names with the addresses that narrow the list to them. ``ticks``:
    the table has a column of boxes, ``may_change``: this one has a box in it.
    """

    uuid: str
    name: str
    kind: str
    icon: str
    url: str
    file: str
    thumb: str
    box: str
    length: str
    made_as: str
    sides: str
    size: str
    who: str
    since: str
    project: str
    folder: tuple[str, str] | None
    tags: tuple[tuple[str, str], ...]
    may_change: bool
    ticks: bool


def cards(reader: Reader, rows: Iterable[Upload], but: Mapping[str, str]) -> list[Card]:
    """In their order. ``but`` begins the addresses of the list without its folder or tag."""
    return [_card(reader, row, but) for row in rows]


def _card(reader: Reader, row: Upload, but: Mapping[str, str]) -> Card:
    place = [reader.member.team.slug, row.project.uuid, row.uuid]
    file = reverse("upload_file", args=place)
    tags = sorted(one.name for one in row.tags.all())
    return Card(
        uuid=str(row.uuid),
        name=row.name,
        kind=row.kind,
        icon=ICONS[row.kind],
        url=reverse("upload_page", args=place),
        file=file,
        thumb=f"{file}?thumb=1" if row.thumb else "",
        box=f'width="{row.width}" height="{row.height}"',
        length=length(row),
        made_as=made_as(row),
        sides=sides(row),
        size=room.said(row.size),
        who=str(row.user),
        since=since(row.created_at),
        project=str(row.project),
        folder=(row.folder, f"{but['folder']}folder={quote(row.folder, '')}")
        if row.folder
        else None,
        tags=tuple((name, f"{but['tag']}tag={quote(name, '')}") for name in tags),
        may_change=reader.may_change(row),
        ticks=reader.may_create,
    )
