"""One operation with one model at one provider. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

from . import rules
from .briefs import Brief
from .options import Option, noun, said, told
from .slots import InputSpec, called
from .words import Problem, Value


@dataclass(frozen=True, slots=True)
class Offering:
    """One operation with one model at one provider: what can be told, and what holds untold.

    ``implied`` names options that are true without being sent (``audio = false`` at a model
    that makes silent clips). ``forbidden`` lists combinations of values that are refused.
    ``one_of``: of these names (roles of inputs or options) exactly one must be given.
    ``prompt`` is required, optional or none. ``together``: all of these names or none of them.
    ``counted``: how the prompt numbers what is given (``img``: ``@img0`` is the first ``image``).
    ``total``: the fewest and most seconds of all ``seconds_n``, one for each way between frames.
    """

    operation: str
    model: str
    remote_model: str
    prompt_max: int
    options: Mapping[str, Option]
    implied: Mapping[str, Value] = field(default_factory=dict)
    forbidden: tuple[Mapping[str, tuple[Value, ...]], ...] = ()
    inputs: tuple[InputSpec, ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()
    prompt: str = "required"
    note: str = ""
    together: tuple[tuple[str, ...], ...] = ()
    counted: Mapping[str, str] = field(default_factory=dict)
    total: tuple[int, int] | None = None

    def problems(self, brief: Brief) -> list[Problem]:
        """Everything that keeps this offering from doing the brief; empty when it can."""
        found = [*self._prompt(brief), *self._inputs(brief)]
        found += [*self._parts(brief), *self._spoken(brief)]
        for name, value in brief.options.items():
            if name in self.options:
                trouble = self.options[name].problem(value)
                if trouble:
                    found.append(trouble)
            elif self.implied.get(name, object()) != value:
                found.append(Problem(name, f"cannot be told {told(name, value)}"))
        for name, option in self.options.items():
            if option.default is not None and name not in brief.options:
                found.append(Problem(name, f"{noun(name)} must be chosen"))
        if not found:
            found.extend(self._forbidden(brief))
        return found

    def _prompt(self, brief: Brief) -> Iterator[Problem]:
        if self.prompt == "none" and brief.prompt:
            yield Problem("prompt", "takes no prompt for this")
        elif self.prompt == "required" and not brief.prompt:
            yield Problem("prompt", "needs a prompt")
        elif brief.prompt and not brief.prompt.strip():
            yield Problem("prompt", "the prompt is blank: write it, or leave it empty")
        elif len(brief.prompt) > self.prompt_max:
            text = f"the prompt can have {self.prompt_max} characters at most"
            yield Problem("prompt", text)
        elif (longer := len(self.spelled(brief))) > self.prompt_max:
            text = (
                f"with its references the prompt has {longer} characters there, and "
                f"{self.prompt_max} can be sent: shorten it"
            )
            yield Problem("prompt", text)

    def spelled(self, brief: Brief) -> str:
        """The prompt as the provider reads it: each ``@name`` in its own words."""
        names: dict[str, str] = {}
        for spec in self.inputs:
            for number, one in enumerate(brief.of(spec.role), 1):
                if spec.named and one.name:
                    names.setdefault(one.name, spec.spoken.format(name=one.name, n=number))
        return rules.spelled(brief.prompt, names)

    def _inputs(self, brief: Brief) -> Iterator[Problem]:
        known = {spec.role for spec in self.inputs}
        for one in brief.inputs:
            if one.role not in known:
                yield Problem(one.role, f"takes no {called(one.role)} for this")
        for spec in self.inputs:
            if trouble := spec.problem(brief.of(spec.role)):
                yield trouble
        for names in self.one_of:
            given = [name for name in names if brief.has(name)]
            if len(given) != 1:
                words = " or ".join(noun(name) for name in names)
                one_of = "the" if len(names) == 1 else "exactly one of:"
                yield Problem(names[0], f"needs {one_of} {words}")
        for names in self.together:
            missing = [name for name in names if not brief.has(name)]
            if missing and len(missing) < len(names):
                yield Problem(missing[0], f"needs the {noun(missing[0])} too")

    def _parts(self, brief: Brief) -> Iterator[Problem]:
        """``seconds_3`` and ``prompt_3`` speak of the way from the third frame to the fourth."""
        frames = len(brief.of("frame"))
        for name in brief.options:
            head, _, number = name.rpartition("_")
            if head in ("seconds", "prompt") and number.isdecimal() and int(number) >= frames:
                yield Problem(name, f"{head} {number} needs {int(number) + 1} frames")
        if self.total and frames > 1:
            seconds = {
                way: brief.options[f"seconds_{way}"]
                for way in range(1, frames)
                if f"seconds_{way}" in brief.options
            }
            yield from _problems(rules.adds_up(seconds, frames - 1, *self.total))

    def _spoken(self, brief: Brief) -> Iterator[Problem]:
        """What the prompt says of references and of numbered files."""
        named = {spec.role for spec in self.inputs if spec.named}
        names = [one.name for one in brief.inputs if one.role in named and one.name]
        if named:
            yield from _problems(rules.said(brief.prompt, names))
        told = [
            *(one.role for one in brief.inputs),
            *(re.sub(r"_\d+$", "", name) for name in brief.options),
        ]
        given = {word: told.count(name) for word, name in self.counted.items()}
        yield from _problems(rules.counted(brief.prompt, given))

    def _forbidden(self, brief: Brief) -> Iterator[Problem]:
        for rule in self.forbidden:
            if all(brief.options.get(name) in values for name, values in rule.items()):
                words = " with ".join(said(name, brief.options[name]) for name in rule)
                yield Problem(next(iter(rule)), f"does not make {words}")

    def combinations(self) -> Iterator[dict[str, Value]]:
        """Every allowed combination of the options that are lists of values."""
        yield from self._combined(
            {name: one.values for name, one in self.options.items() if one.values}
        )

    def plain_combinations(self) -> Iterator[dict[str, Value]]:
        """The same of the options that must be chosen; switches that may be left out are."""
        yield from self._combined(
            {
                name: one.values
                for name, one in self.options.items()
                if one.values and one.default is not None
            }
        )

    def _combined(self, lists: dict[str, tuple[Value, ...]]) -> Iterator[dict[str, Value]]:
        for values in product(*lists.values()):
            options = dict(zip(lists, values, strict=True))
            if not self.forbids(options):
                yield options

    def forbids(self, options: Mapping[str, Value]) -> bool:
        """Are these values, each of them allowed, refused together?"""
        return any(self._forbidden(Brief(self.operation, self.model, "x", options)))


def _problems(found: Iterator[rules.Trouble]) -> Iterator[Problem]:
    return (Problem(name, text) for name, text in found)
