"""``{{product}}`` in a prompt's text: read, described, filled. Nothing here knows a database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

LONGEST_VALUE = 500
MOST = 20
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
PLACE = re.compile(r"\{\{\s*([a-z][a-z0-9_]{0,39})\s*\}\}")


class Unreadable(ValueError):
    """What was typed cannot be read; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One place of a text. Where there are ``choices``, the value is one of them."""

    name: str
    default: str = ""
    choices: tuple[str, ...] = ()
    help: str = ""

    @property
    def label(self) -> str:
        return self.name.replace("_", " ").capitalize()

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "choices": list(self.choices)}


def names_in(text: str) -> list[str]:
    """The variables of a text, each once, in order. Raises Unreadable for broken braces."""
    rest = PLACE.sub("", text)
    if "{{" in rest or "}}" in rest:
        raise Unreadable(
            "Write a variable as {{product}}: small letters, digits and _, between two braces."
        )
    found = list(dict.fromkeys(PLACE.findall(text)))
    if len(found) > MOST:
        raise Unreadable(f"A prompt takes {MOST} variables at most; this one has {len(found)}.")
    return found


def of(rows: Iterable[Mapping[str, Any]]) -> tuple[Variable, ...]:
    """The variables as a version keeps them."""
    return tuple(
        Variable(
            str(one["name"]),
            str(one.get("default", "")),
            tuple(str(each) for each in one.get("choices", ())),
            str(one.get("help", "")),
        )
        for one in rows
    )


def told(text: str, lines: str) -> tuple[Variable, ...]:
    """The text's variables, with what the lines say about them.

    A line is ``name = default | choice, choice | help``; all but the name may be left out.
    Raises Unreadable.
    """
    names, described = names_in(text), {}
    for line in filter(None, (one.strip() for one in lines.splitlines())):
        one = _line(line)
        if one.name not in names:
            raise Unreadable(
                f"“{one.name}” is described, but {{{{{one.name}}}}} is not in the text."
            )
        described[one.name] = one
    return tuple(described.get(name) or Variable(name) for name in names)


def _line(line: str) -> Variable:
    head, *more = (part.strip() for part in line.split("|", 2))
    name, _, default = (part.strip() for part in head.partition("="))
    if not NAME.fullmatch(name):
        raise Unreadable(f"“{name[:40]}” is no name of a variable: small letters, digits and _.")
    choices = tuple(filter(None, (one.strip() for one in more[0].split(",")))) if more else ()
    return checked(Variable(name, default, choices, more[1] if len(more) > 1 else ""))


def checked(one: Variable) -> Variable:
    """Raises Unreadable where the parts do not fit."""
    if one.choices and one.default and one.default not in one.choices:
        raise Unreadable(f"The default of “{one.name}” must be one of its choices.")
    if max((len(text) for text in (one.default, *one.choices)), default=0) > LONGEST_VALUE:
        raise Unreadable(f"A value of “{one.name}” is longer than {LONGEST_VALUE} letters.")
    return one


def lines_of(variables: Iterable[Variable]) -> str:
    """What ``told`` reads, for a form to begin with."""
    found = []
    for one in variables:
        head = f"{one.name} = {one.default}" if one.default else one.name
        parts = [head, ", ".join(one.choices), one.help]
        while len(parts) > 1 and not parts[-1]:
            parts.pop()
        found.append(" | ".join(parts))
    return "\n".join(found)


def values_of(variables: Iterable[Variable], typed: Mapping[str, str]) -> dict[str, str]:
    """A value for each: what was typed as ``v_<name>``, else the default ("" without one)."""
    found = {}
    for one in variables:
        text = " ".join(typed.get(f"v_{one.name}", one.default).split())[:LONGEST_VALUE]
        if one.choices and text not in one.choices:
            text = one.default or one.choices[0]
        found[one.name] = text
    return found


def missing(values: Mapping[str, str]) -> list[str]:
    return [name for name, text in values.items() if not text]


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its values; a place without one stays, so that it is seen."""
    return PLACE.sub(lambda found: values.get(found[1]) or found[0], text)


def is_filled_from(words: str, text: str) -> bool:
    """Are these words the text, whatever stands in its places? Then they count for it."""
    words, text = (one.replace("\r\n", "\n").strip() for one in (words, text))
    # Every second part is a variable's name.
    first, *rest = PLACE.split(text)[::2]
    if not rest:
        return words == first
    last = rest.pop()
    end = len(words) - len(last)
    if not words.startswith(first) or not words.endswith(last):
        return False
    at = len(first)
    for part in rest:
        at = words.find(part, at, end)
        if at < 0:
            return False
        at += len(part)
    return at <= end
