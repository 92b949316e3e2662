"""The words of the tables of what is forbidden: a row, and short ways to write many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Row:
    """What a brief that is good is changed by, and the ``field`` that we must name then.

    ``told`` are options, ``untold`` names taken out of options and inputs, ``files`` how many of a
    role go in, ``facts`` what is said of the files of a role, ``real`` a file of the cupboard that
    stands for a role's. ``seen`` is False where the provider could not see it: the file itself
    would have to be like that, or no adapter has words for it.
    """

    provider: str
    operation: str
    model: str
    field: str
    told: Mapping[str, Any] = field(default_factory=dict)
    untold: tuple[str, ...] = ()
    files: Mapping[str, int] = field(default_factory=dict)
    facts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    real: Mapping[str, str] = field(default_factory=dict)
    prompt: str | None = None
    seen: bool = True

    @property
    def id(self) -> str:
        told = [f"{name}={str(value)[:12]}" for name, value in self.told.items()]
        told += [f"no-{name}" for name in self.untold]
        told += [f"{count}x{role}" for role, count in self.files.items()]
        told += [
            f"{role}.{name}={str(value)[:12]}"
            for role, one in self.facts.items()
            for name, value in one.items()
        ]
        told += [f"{role}:{value}" for role, value in self.real.items()]
        told += [] if self.prompt is None else [f"prompt={self.prompt[:12]}*{len(self.prompt)}"]
        return "-".join([self.provider, self.operation, self.model, *told])


def rows(provider: str, operations: str, models: str, *changes: tuple[str, dict]) -> Iterator[Row]:
    """The same changes for each operation and model; a change is a field and what is changed."""
    for operation in operations.split():
        for model in models.split():
            for name, change in changes:
                yield Row(provider, operation, model, name, **change)


def told(name: str, *values: Any) -> list[tuple[str, dict]]:
    return [(name, {"told": {name: value}}) for value in values]


def long(most: int) -> tuple[str, dict]:
    return "prompt", {"prompt": "x" * (most + 1)}


def too_many(role: str, most: int) -> tuple[str, dict]:
    return role, {"files": {role: most + 1}}


def missing(*names: str) -> list[tuple[str, dict]]:
    return [(name, {"untold": (name,)}) for name in names]


def said(role: str, **facts: Any) -> tuple[str, dict]:
    """What a file is said to be; the file that stands for it is not like that."""
    return role, {"facts": {role: facts}, "seen": False}


def unseen(*changes: tuple[str, dict]) -> list[tuple[str, dict]]:
    """What no adapter could put into words: only we can refuse it."""
    return [(name, {**change, "seen": False}) for name, change in changes]


def pair(field: str, **values: Any) -> tuple[str, dict]:
    return field, {"told": values}


SPOKEN = ("prompt", {"prompt": "x", "seen": False})  # where there is no such field
EMPTY = ("prompt", {"prompt": ""})
SEEDS = told("seed", -1, 2**31)
QUALITIES = told("quality", "480p", "2160p", "auto")
