"""A recipe, chosen from the catalogue: what is made, with which model and which options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from accounts.models import Team
from generations.catalogue.loader import providers
from generations.catalogue.types import Option, Value
from generations.prompts.versions import NOT_KEPT

from .menu import Menu, menu_of, operations_of
from .values import Unreadable, label_of, read, shown, text_of

# In the form; so that nothing is mixed up with the fields of the words beside it.
PREFIX = "r_"
# These speak of the files of one clip, one by one.
EACH = ("seconds_", "prompt_", "keyframe", "mask")


@dataclass(frozen=True, slots=True)
class Row:
    """One option. ``choices`` is empty where a number or a text is typed."""

    name: str
    label: str
    value: str
    choices: tuple[tuple[str, str], ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    most: int | None = None
    error: str = ""


@dataclass
class RecipeForm:
    """What was chosen, and what may be. ``begun`` is the recipe that the version begins with.

    What comes from a list of the provider (an effect, a voice) is not typed here: it stays as it
    is in ``begun``, and comes into a recipe from a result.
    """

    ids: frozenset[str]
    given: Mapping[str, str]
    begun: Mapping[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, team: Team, given: Mapping[str, str] | None, begun: Mapping[str, Any] | None = None
    ) -> RecipeForm:
        """With the providers that the team has; before it has any, with all. One query."""
        rows = team.provider_accounts.filter(enabled=True).values_list("provider", flat=True)
        ids = frozenset(rows) or frozenset(providers())
        begun = begun or {}
        return cls(ids, dict(given) if given is not None else _given_by(begun), begun)

    @cached_property
    def menu(self) -> Menu:
        return menu_of(self.ids, self._typed("operation"), self._typed("model"))

    @property
    def operations(self) -> frozenset[str]:
        return operations_of(self.ids)

    @property
    def options(self) -> dict[str, Option]:
        """Those that are typed here."""
        return {
            name: one
            for name, one in self.menu.fields.items()
            if name not in NOT_KEPT and not one.listed and not name.startswith(EACH)
        }

    @property
    def rows(self) -> list[Row]:
        return [self._row(one) for one in self.options.values()]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What is taken over from ``begun``, for people."""
        return [(label_of(name), shown(name, value)) for name, value in self._kept().items()]

    @property
    def trouble(self) -> str:
        """What is wrong with all of it together."""
        return self.errors.get("", "")

    def is_valid(self) -> bool:
        """Each by itself, and together at one provider at least."""
        self.errors.clear()
        found = self._read()
        if not self.errors and not self._is_made(found):
            said = ", ".join(f"{label_of(name)} {shown(name, one)}" for name, one in found.items())
            self.errors[""] = f"Nobody makes all of this together: {said}. Leave one out."
        return not self.errors

    @property
    def recipe(self) -> dict[str, Any]:
        """What a version keeps."""
        parts = {"operation": self.menu.operation, "model": self.menu.model}
        return {**parts, "options": self._read()}

    def _typed(self, name: str) -> str:
        return self.given.get(f"{PREFIX}{name}", "")

    def _read(self) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for name, option in self.options.items():
            if not self._typed(name).strip():
                continue
            try:
                value = read(option, self._typed(name))
            except Unreadable as trouble:
                self.errors[name] = str(trouble)
                continue
            if value is not None:
                found[name] = value
        return found | self._kept()

    def _kept(self) -> dict[str, Value]:
        same = self.begun.get("operation") == self.menu.operation
        if not same or self.begun.get("model") != self.menu.model:
            return {}
        listed = {name for name, one in self.menu.fields.items() if one.listed}
        return {
            name: value for name, value in self.begun.get("options", {}).items() if name in listed
        }

    def _is_made(self, options: Mapping[str, Value]) -> bool:
        """Does some provider take all of this?"""
        for _, one in self.menu.offered:
            if one.forbids(options):
                continue
            if all(
                _takes(one.options.get(name), value, one.implied.get(name))
                for name, value in options.items()
            ):
                return True
        return False

    def _row(self, option: Option) -> Row:
        row = Row(
            name=option.name,
            label=label_of(option.name),
            value=self._typed(option.name),
            choices=tuple((text_of(one), shown(option.name, one)) for one in option.values),
            minimum=option.minimum,
            maximum=option.maximum,
            error=self.errors.get(option.name, ""),
        )
        return (
            row
            if row.choices or row.minimum is not None
            else replace(row, most=option.max_length or 200)
        )


def _takes(option: Option | None, value: Value, implied: Value | None) -> bool:
    return option.problem(value) is None if option else implied == value


def _given_by(recipe: Mapping[str, Any]) -> dict[str, str]:
    """A recipe as the form would post it."""
    parts = {name: str(recipe.get(name, "")) for name in ("operation", "model")}
    parts |= {name: text_of(value) for name, value in recipe.get("options", {}).items()}
    return {f"{PREFIX}{name}": value for name, value in parts.items()}
