"""The slots as the form draws them: each with its files, its limits and what is amiss."""

from __future__ import annotations

from dataclasses import dataclass

from .asked import Asked
from .files import File
from .slots import Slot


@dataclass(frozen=True, slots=True)
class Thing:
    """One file in its place; ``key`` is the beginning of its fields' names."""

    key: str
    number: int
    file: File
    name: str
    type: str
    first: bool
    last: bool


@dataclass(frozen=True, slots=True)
class Zone:
    """One slot. ``aside``: how many more files are kept, unseen, for who takes more.

    ``address``: what was typed there and is not fetched yet.
    """

    slot: Slot
    things: list[Thing]
    aside: int
    error: str
    address: str

    @property
    def room(self) -> int:
        return self.slot.maximum - len(self.things)

    @property
    def next(self) -> int:
        return len(self.things) + 1


def zones(asked: Asked, *, all_errors: bool = False) -> list[Zone]:
    """Every slot of the menu, in order. ``all_errors``: also what is still to come."""
    told = asked.errors if all_errors else asked.wrong
    return [_zone(asked, slot, told.get(slot.role, "")) for slot in asked.menu.slots]


def _zone(asked: Asked, slot: Slot, error: str) -> Zone:
    held = asked.held.get(slot.role, [])
    shown = held[: slot.maximum]
    things = [
        Thing(
            key=f"in_{slot.role}_{number}",
            number=number,
            file=asked.files[item.token],
            name=item.name or "",
            type=item.type,
            first=number == 1,
            last=number == len(shown),
        )
        for number, item in enumerate(shown, 1)
    ]
    address = asked.values.get(f"address_{slot.role}", "")
    return Zone(slot, things, len(held) - len(shown), error, address)


def drawn_names(found: list[Zone]) -> set[str]:
    """The names of all that the zones post."""
    keys = [(one.key, zone.slot) for zone in found for one in zone.things]
    names = {key for key, _ in keys}
    names |= {f"{key}_name" for key, slot in keys if slot.named}
    return names | {f"{key}_type" for key, slot in keys if slot.types}


def counted(asked: Asked) -> dict[str, int]:
    """How many of each the prompt may speak of by number: ``img`` -> 2."""
    given = {
        name: len(asked.brief.of(name)) or sum(one.startswith(name) for one in asked.brief.options)
        for name in asked.menu.counted.values()
    }
    return {word: given[name] for word, name in asked.menu.counted.items() if given[name]}
