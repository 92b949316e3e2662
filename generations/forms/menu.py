"""What the form may offer: the union over a team's accounts, for one operation and model. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from generations.catalogue.loader import providers
from generations.catalogue.types import Offering, Operation, Option, Value
from generations.models import Project

from .slots import Offered, Slot, slots_of

# The fields of the form, in their order; what is not named here comes after them.
ORDER = (
    "template",
    "restyle",
    "voice",
    "speech",
    "sound",
    "quality",
    "duration",
    "aspect_ratio",
    "audio",
    "detail",
    "keep_sound",
    "negative_prompt",
    "seed",
)


@dataclass(frozen=True, slots=True)
class Menu:
    """``fields`` in the order of the form; ``prompt_max`` is the longest that anyone takes.

    ``prompt`` is required where everybody needs one, none where nobody takes one, else optional.
    ``offered``: who offers it, and what each of them takes.
    """

    operation: str
    model: str
    models: tuple[str, ...]
    fields: Mapping[str, Option]
    prompt_max: int
    prompt: str = "required"
    slots: tuple[Slot, ...] = ()
    offered: tuple[Offered, ...] = ()

    def slot(self, role: str) -> Slot | None:
        return next((one for one in self.slots if one.role == role), None)

    @property
    def counted(self) -> dict[str, str]:
        """How the prompt numbers what is given: ``img`` -> ``image``."""
        return {word: name for _, one in self.offered for word, name in one.counted.items()}

    @property
    def ways(self) -> bool:
        """Are there things to say between one frame and the next?"""
        return "seconds_1" in self.fields


def menu(project: Project, operation: str, model: str) -> Menu:
    """What the accounts of the project's team that are switched on can be told. One query."""
    return menu_of(switched_on(project), operation, model)


def switched_on(project: Project) -> frozenset[str]:
    """The providers at which the project's team has an account that is on. One query."""
    rows = project.team.provider_accounts.filter(enabled=True).values_list("provider", flat=True)
    return frozenset(rows)


def menu_of(ids: Iterable[str], operation: str, model: str) -> Menu:
    """The same for these providers. An unknown operation or model becomes the first known one."""
    known = operation if operation in set(Operation) else Operation.TEXT_TO_VIDEO.value
    return _menu(frozenset(ids), known, model)


@lru_cache(maxsize=2048)
def operations_of(ids: frozenset[str]) -> frozenset[str]:
    """What these providers can be asked for."""
    rows = (one for key, one in providers().items() if key in ids)
    return frozenset(one.operation for each in rows for one in each.offerings)


@lru_cache(maxsize=512)
def roles_of(operation: str) -> tuple[str, ...]:
    """Every role that anybody takes in an operation."""
    rows = (one for each in providers().values() for one in each.offerings)
    found = (spec.role for one in rows if one.operation == operation for spec in one.inputs)
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=2048)
def _menu(ids: frozenset[str], operation: str, model: str) -> Menu:
    offered = [
        (provider, one)
        for key, provider in providers().items()
        if key in ids
        for one in provider.offerings
        if one.operation == operation
    ]
    models = tuple(sorted({one.model for _, one in offered}, key=_newest_first))
    if model not in models:
        model = _usual(models, offered)
    ours = [(provider, one) for provider, one in offered if one.model == model]
    offerings = [one for _, one in ours]
    needs = {one.prompt for one in offerings}
    return Menu(
        operation=operation,
        model=model,
        models=models,
        fields=_fields(offerings),
        prompt_max=max((one.prompt_max for one in offerings), default=5000),
        prompt=needs.pop() if len(needs) == 1 else "optional" if needs else "required",
        slots=slots_of(ours),
        offered=tuple(ours),
    )


def _usual(models: tuple[str, ...], offered: Iterable[Offered]) -> str:
    """The newest model; where files go in, the newest that leaves open how many."""
    roomy = {
        one.model for _, one in offered if any(spec.maximum > spec.minimum for spec in one.inputs)
    }
    return next((one for one in models if one in roomy), models[0] if models else "")


def _newest_first(model: str) -> tuple[bool, list[float], str]:
    """V6 before V5.6 before V5; names that do not count versions come after."""
    digits = model.removeprefix("v").split("-")[0]
    counted = model.startswith("v") and digits.replace(".", "", 1).isdigit()
    return (not counted, [-float(digits)] if counted else [], model)


def _fields(offerings: list[Offering]) -> dict[str, Option]:
    """Every option that any of them has, in the order of the form."""
    names = dict.fromkeys(name for one in offerings for name in one.options)
    placed = sorted(names, key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER))
    found = {name: _union(name, offerings) for name in placed}
    # The seconds of one way say what is usual for all of them.
    usual = found["seconds_1"].default if "seconds_1" in found else None
    for name, option in found.items():
        if usual is not None and name.startswith("seconds_") and option.default is None:
            found[name] = replace(option, default=usual)
    return found


def _union(name: str, offerings: list[Offering]) -> Option:
    """All that any of them takes; where one does it untold, that value counts too."""
    options = [one.options[name] for one in offerings if name in one.options]
    implied = [one.implied[name] for one in offerings if name in one.implied]
    values = {value for one in options for value in one.values}
    if values:
        values.update(implied)
    defaults = Counter(one.default for one in options if one.default is not None)
    lows = [one.minimum for one in options if one.minimum is not None]
    highs = [one.maximum for one in options if one.maximum is not None]
    lengths = [one.max_length for one in options if one.max_length is not None]
    return Option(
        name=name,
        values=tuple(sorted(values, key=_order)),
        minimum=min(lows, default=None),
        maximum=max(highs, default=None),
        max_length=max(lengths, default=None),
        default=defaults.most_common(1)[0][0] if defaults else None,
        listed=next((one.listed for one in options if one.listed), ""),
        whole=any(one.whole for one in options),
    )


def _order(value: Value) -> tuple[int, float, str]:
    """Numbers and qualities by size, ratios from wide to tall, words as they stand."""
    text = str(value)
    if isinstance(value, int):
        return (0, float(value), "")
    if text.endswith("p") and text[:-1].isdigit():
        return (1, float(text[:-1]), "")
    width, colon, height = text.partition(":")
    if colon and width.isdigit() and height.isdigit():
        return (2, -int(width) / int(height), "")
    return (3, 0.0, text)
