"""Reading a JSON body field by field; each dialect says in its own words what was wrong.

Fields that nobody declared are refused everywhere: where a sheet does not say what the provider
does with them, strictness is the kinder simulation, because it catches an adapter's slip.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Why(StrEnum):
    MISSING = "missing"
    TYPE = "type"
    VALUE = "value"
    LONG = "long"
    UNKNOWN = "unknown"


class Wrong(Exception):
    """A body that breaks a rule: which field, which kind of fault, and a sentence."""

    def __init__(self, field: str, why: Why, text: str) -> None:
        super().__init__(text)
        self.field, self.why, self.text = field, why, text


@dataclass(frozen=True)
class Field:
    kind: type
    required: bool = False
    default: Any = None
    among: Container[Any] | None = None
    longest: int | None = None
    blank: bool = False  # required, but may be empty
    of: type | None = None  # what a list holds

    def read(self, name: str, value: Any) -> Any:
        kind: type = type(value)
        # bool is an int in Python, but not in anybody's API.
        if kind is not self.kind:
            raise Wrong(name, Why.TYPE, f"{name} must be {TYPE_NAMES[self.kind]}")
        if self.required and not self.blank and _empty(value):
            raise Wrong(name, Why.MISSING, f"{name} is required")
        if self.of and any(type(one) is not self.of for one in value):
            raise Wrong(name, Why.TYPE, f"{name} must hold {TYPE_NAMES[self.of]} in each place")
        if self.longest is not None and len(value) > self.longest:
            raise Wrong(name, Why.LONG, f"{name} is longer than {self.longest}")
        if self.among is not None and value not in self.among:
            raise Wrong(name, Why.VALUE, f"{name}: {value!r} is not supported")
        return value


def _empty(value: Any) -> bool:
    """Blanks are no words: gateways trim them away."""
    return not value.strip() if isinstance(value, str) else value == []


TYPE_NAMES = {
    str: "a string",
    int: "an integer",
    bool: "a boolean",
    float: "a number",
    list: "an array",
    dict: "an object",
}
SEEDS = range(2**31)


def read(body: Mapping[str, Any], fields: Mapping[str, Field]) -> dict[str, Any]:
    """Every declared field with its value or default; raises Wrong at the first fault."""
    for name in body:
        if name not in fields:
            raise Wrong(name, Why.UNKNOWN, f"{name} is not a field of this endpoint")
    taken = {}
    for name, field in fields.items():
        if name in body:
            taken[name] = field.read(name, body[name])
        elif field.required:
            raise Wrong(name, Why.MISSING, f"{name} is required")
        else:
            taken[name] = field.default
    return taken


def one_of(taken: Mapping[str, Any], *names: str) -> str:
    """The one of these fields that is there; raises Wrong for none and for several."""
    given = [name for name in names if taken[name] not in (None, "")]
    if not given:
        raise Wrong(names[0], Why.MISSING, f"one of {' and '.join(names)} is required")
    if len(given) > 1:
        raise Wrong(given[1], Why.VALUE, f"{given[0]} and {given[1]} exclude each other")
    return given[0]
