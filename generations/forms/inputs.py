"""Which file stands in which slot: read, carried along, put, moved and written back. Pure.

A form says ``in_<role>_<n>`` = ``upload:<uuid>`` or ``clip:<uuid>``, and beside it ``…_name`` and
``…_type`` of a named reference. Roles that the form at hand does not take keep theirs, unseen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath

from .files import File, read_token
from .slots import Slot

KEY = re.compile(r"in_([a-z][a-z_]*)_(\d{1,3})(?:_(name|type))?")
PUT = re.compile(r"((?:upload|clip):[0-9a-f-]{36})(?:/([a-z][a-z_]*)(?:/(\d{1,3}))?)?")
# Optional roles that take along what another form had: their files are what the form is about.
FOLLOWING = frozenset({"voice_track", "reference"})
# Of a name that a file brings along: providers take 30, and a number may follow it.
NAME_BYTES = 24


@dataclass(slots=True)
class Item:
    """A file in a slot. ``name`` is None until somebody, or we, gave it one."""

    token: str
    name: str | None = None
    type: str = ""


type Held = dict[str, list[Item]]


@dataclass(frozen=True, slots=True)
class Put:
    """A file to put: into ``role``, at place ``number``, where these are told."""

    token: str
    role: str = ""
    number: int = 0


@dataclass(slots=True)
class Placed:
    """What became of the files that were put: ``left_out`` had no room, ``strange`` no slot."""

    left_out: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)


def held_in(values: Mapping[str, str]) -> Held:
    """The files of a form by role, in their order, without gaps."""
    rows: dict[tuple[str, int], Item] = {}
    for name, text in values.items():
        found = KEY.fullmatch(name)
        if found and not found[3] and read_token(text)[1]:
            role, number = found[1], int(found[2])
            given = values.get(f"{name}_name")
            called = None if given is None else given.strip().removeprefix("@")[:60]
            rows[role, number] = Item(text, called, values.get(f"{name}_type", "")[:20])
    held: Held = {}
    for role, number in sorted(rows):
        held.setdefault(role, []).append(rows[role, number])
    return held


def write(values: dict[str, str], held: Held) -> None:
    """Put the files into the values, in place of all that stood there."""
    for name in [one for one in values if KEY.fullmatch(one)]:
        del values[name]
    for role, items in held.items():
        for number, item in enumerate(items, 1):
            values[f"in_{role}_{number}"] = item.token
            if item.name is not None:
                values[f"in_{role}_{number}_name"] = item.name
            if item.type:
                values[f"in_{role}_{number}_type"] = item.type


def puts_in(text: str) -> list[Put]:
    """``upload:<uuid>/frame/2 clip:<uuid>``: files to put, with role and place where told."""
    found = (PUT.fullmatch(one) for one in text.split())
    return [Put(one[1], one[2] or "", int(one[3] or 0)) for one in found if one]


def carry(
    held: Held, before: Mapping[str, tuple[str, ...]], slots: tuple[Slot, ...], files: Files
) -> None:
    """Fill each empty slot with files of its kind that a form before this one had.

    ``before`` are the roles of the last form that had files of a kind.
    """
    used = {item.token for slot in slots for item in held.get(slot.role, [])}
    for slot in slots:
        if held.get(slot.role) or not (slot.minimum or slot.role in FOLLOWING):
            continue
        source = [item for role in before[slot.kind] for item in held.get(role, [])]
        for item in source:
            file = files.get(item.token)
            mine = held.setdefault(slot.role, [])
            fits = file is not None and file.kind == slot.kind and item.token not in used
            if fits and len(mine) < slot.maximum:
                mine.append(Item(item.token, item.name))
                used.add(item.token)


def put(held: Held, puts: list[Put], slots: tuple[Slot, ...], files: Files) -> Placed:
    """Each file into the slot that was told, else the first free one of its kind.

    Where all are full a slot for one file is filled anew, but not with two of the same round.
    """
    placed = Placed()
    fresh: set[str] = set()
    for one in puts:
        file = files.get(one.token)
        if file is None:
            continue
        fitting = [slot for slot in slots if slot.kind == file.kind]
        told = [slot for slot in fitting if slot.role == one.role]
        if not fitting:
            placed.strange.append(file.name)
            continue
        slot = next(iter(told or _free(held, fitting)), None)
        mine = held.setdefault(slot.role, []) if slot else []
        if slot and told and 0 < one.number <= len(mine):
            mine[one.number - 1] = Item(one.token, mine[one.number - 1].name)
        elif slot and len(mine) < slot.maximum:
            mine.append(Item(one.token))
        elif again := _again(held, told or fitting, fresh):
            slot, held[again.role] = again, [Item(one.token)]
        else:
            placed.left_out.append(file.name)
            continue
        fresh.add(slot.role)
    return placed


def _free(held: Held, slots: list[Slot]) -> list[Slot]:
    return [slot for slot in slots if len(held.get(slot.role, [])) < slot.maximum]


def _again(held: Held, slots: list[Slot], fresh: set[str]) -> Slot | None:
    free = (slot for slot in slots if slot.maximum == 1 and slot.role not in fresh)
    return next(free, None)


def act(held: Held, values: Mapping[str, str]) -> None:
    """What a button without JavaScript asks: ``remove=frame/2`` or ``move=frame/2/left``."""
    role, _, number = values.get("remove", "").partition("/")
    if role in held and number.isdecimal() and 0 < int(number) <= len(held[role]):
        del held[role][int(number) - 1]
    role, _, rest = values.get("move", "").partition("/")
    number, _, way = rest.partition("/")
    if role in held and number.isdecimal() and way in ("left", "right"):
        at = int(number) - 1
        to = at - 1 if way == "left" else at + 1
        items = held[role]
        if min(at, to) >= 0 and max(at, to) < len(items):
            items[at], items[to] = items[to], items[at]


def name_all(held: Held, slots: tuple[Slot, ...], files: Files) -> None:
    """A name for each reference that has none yet, of its file's; a type where it needs one."""
    named = [slot for slot in slots if slot.named]
    taken = {item.name for slot in named for item in held.get(slot.role, []) if item.name}
    for slot in named:
        for item in held.get(slot.role, []):
            if slot.types and item.type not in slot.types:
                item.type = slot.types[0]
            if item.name is None:
                item.name = _fresh(files[item.token], taken)
                taken.add(item.name)


def _fresh(file: File, taken: set[str]) -> str:
    stem = file.name if file.is_clip else PurePath(file.name).stem
    words = [one for one in re.findall(r"[^\W_]+", stem.lower()) if not one.isdigit()]
    # An earlier result is called by its prompt: the longest of the first words says most of it.
    first = str([*words, file.kind][0])
    if file.is_clip and words:
        first = max(reversed(words[:6]), key=len)
    first = first.encode()[:NAME_BYTES].decode(errors="ignore")
    tries = (first, *(f"{first}{number}" for number in range(2, 100)))
    return next(one for one in tries if one not in taken)


type Files = Mapping[str, File]
