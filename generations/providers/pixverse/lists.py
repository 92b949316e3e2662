"""PixVerse's lists: voices, restyles, templates. Source: contract sheet pixverse, 2.11, 2.15, 10.

Of most rows only the id is documented, so the name and a preview are looked for, not relied on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..faults import plain
from ..types import Entry
from .answers import identity, whole

PAGE = 100
# How a voice is told apart, in the list and wherever one is made.
SPEAKER = ("speaker_id",)


@dataclass(frozen=True, slots=True)
class Listing:
    """One list. ``ids`` and ``names`` are the fields looked at, in this order."""

    path: str
    page: str
    size: str
    params: Mapping[str, str]
    ids: tuple[str, ...]
    names: tuple[str, ...]

    def query(self, page: int) -> dict[str, str]:
        return {self.page: str(page), self.size: str(PAGE), **self.params}


def _templates(kind: str) -> Listing:
    """Section 10. Mind ``pageSize`` here, ``page_size`` elsewhere."""
    return Listing(
        "/video/effects/templates/list",
        "page",
        "pageSize",
        {"type": kind},
        ("template_id",),
        ("display_name", "name"),
    )


# 2.11: the newer route of the two. 2.15: the official page puts the page into the body of a GET,
# a client seen sends it as query; the query it is.
LISTS = {
    "templates": _templates("1"),
    "image_templates": _templates("2"),
    "voices": Listing(
        "/video/tts_speaker",
        "page_num",
        "page_size",
        {"speaker_type": "all"},
        SPEAKER,
        ("name",),
    ),
    # Those that were made at the account itself (2.12).
    "own_voices": Listing(
        "/video/tts_speaker",
        "page_num",
        "page_size",
        {"speaker_type": "custom"},
        SPEAKER,
        ("name",),
    ),
    "restyles": Listing(
        "/video/restyle/list",
        "page_num",
        "page_size",
        {},
        ("restyle_id", "id"),
        ("restyle_name", "display_name", "name"),
    ),
}
# Seen in the consumer's list (section 10); whether the Platform's rows have them is unknown.
FACTS = {"effect_type": "images", "duration": "seconds", "video_base_cost": "cost"}


def entries(name: str, payload: dict[str, Any]) -> tuple[list[Entry], bool]:
    """The rows of a page. A page that is not full is the last, by the number asked for."""
    rows = _rows(payload)
    return list(_entries(LISTS[name], rows)), len(rows) >= PAGE


def _rows(payload: dict[str, Any]) -> list[dict[str, Any]]:
    """``effect_items``, ``data``, or what the one list in the answer is called."""
    for name in ("effect_items", "data", *payload):
        found = payload.get(name)
        if isinstance(found, list):
            return [one for one in found if isinstance(one, dict)]
    return []


def _entries(listing: Listing, rows: list[dict[str, Any]]) -> Iterator[Entry]:
    for row in rows:
        found = entry_id(row, listing.ids)
        if found:
            label = next((text for name in listing.names if (text := plain(row.get(name)))), "")
            yield Entry(found, label or found, _preview(row), dict(_facts(row)))


def entry_id(row: dict[str, Any], names: tuple[str, ...]) -> str:
    """A whole number, or a word: the speaker ``Auto`` has one."""
    found = identity(row, *names)
    if found:
        return found
    words = (row.get(name) for name in names)
    return next((one for one in words if isinstance(one, str) and 0 < len(one) <= 64), "")


def _preview(row: dict[str, Any]) -> str:
    """The first address in the row: the field's name is not documented."""
    for value in row.values():
        if isinstance(value, str) and value.startswith("https://"):
            return value
    return ""


def _facts(row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for theirs, ours in FACTS.items():
        if number := whole(row.get(theirs)):
            yield ours, number
    qualities = row.get("qualities")
    if isinstance(qualities, list) and qualities:
        yield "qualities", ", ".join(plain(one) for one in qualities)
    if text := plain(row.get("display_prompt")):
        yield "prompt", text
