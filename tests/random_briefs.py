"""Random briefs of an offering, drawn from what the catalogue says of it: at, inside and beside
every limit. ``files`` are what can go in: real files, each with its handle at the account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

from hypothesis import strategies as st

from generations.catalogue.types import Brief, Input, InputSpec, Offering, Option, Value
from generations.providers.types import Entry, Handle, Masks

NAMES = (
    "robot", "cat", "a", "ab", "robot_2", "image1", "image2", "pic1", "video1", "Кот", "猫",
    "ñandú", "x" * 30, "x" * 31, "猫" * 10, "猫" * 11, "1", "Robot",
)  # fmt: skip
BAD_NAMES = ("", "two words", "a-b", "@cat", "é́", "🤖")
WORDS = (
    "a paper boat", "snow, then rain", "x", "Ein Boot – grün", "船が動く", "лодка", "🛶🌊",
    'she says "go"', "line\nbreak", "tab\tstop", "\u202eright to left", "null", "{}", "50 % off",
    "e-mail me", "a\u0301 b\u0308", "\u200b", "[wind]", "<b>bold</b>", "\\n", "'; --", "C:\\boat",
)  # fmt: skip
STRAY = ("me@example.org", "@nobody", "@", "@ robot", "@image9", "@img7", "@selection3", "@video4")
BEHIND = (" ", ", ", ".", "", "\n", "!", "…", "' ", "。", "-")
LETTERS = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="@[")
TEXTS = st.one_of(st.sampled_from(WORDS), st.text(LETTERS, min_size=1, max_size=30))


@dataclass(frozen=True, slots=True)
class File:
    """A file that one account knows. ``made`` has its facts; ``masks`` were found on it."""

    made: Input
    handle: Handle
    masks: Masks | None = None


@dataclass(frozen=True, slots=True)
class Cupboard:
    """All that one account was given, its lists by name, and where it takes its own clip by id."""

    files: Sequence[File]
    lists: Mapping[str, Sequence[Entry]] = field(default_factory=dict)
    by_id: Sequence[str] = ()

    def of(self, spec: InputSpec) -> list[File]:
        fitting = [one for one in self.files if one.made.kind == spec.kind]
        own = [one for one in fitting if one.made.clip]
        return own if spec.own else fitting if spec.role in self.by_id else _uploaded(fitting)


def _uploaded(files: Iterable[File]) -> list[File]:
    return [one for one in files if not one.made.clip]


@dataclass(slots=True)
class Draft:
    """A brief in the making: each input with its file."""

    prompt: str = ""
    options: dict[str, Value] = field(default_factory=dict)
    files: list[tuple[Input, File]] = field(default_factory=list)

    def brief(self, offering: Offering) -> Brief:
        inputs = tuple(one for one, _ in self.files)
        return Brief(offering.operation, offering.model, self.prompt, self.options, inputs)


@st.composite
def briefs(draw: Any, offering: Offering, cupboard: Cupboard) -> tuple[Brief, tuple[Handle, ...]]:
    """A brief with the handles of its files; one of four has something beside a limit."""
    draft = Draft()
    chosen, left_out = _chosen(draw, offering)
    _inputs(draw, offering, cupboard, draft, chosen, left_out)
    _options(draw, offering, cupboard, draft, chosen, left_out)
    if "prompt" not in left_out:
        _prompt(draw, offering, draft, needed="prompt" in chosen)
    if draw(st.integers(0, 3)) == 3:
        _amiss(draw, offering, cupboard, draft)
    return draft.brief(offering), tuple(one.handle for _, one in draft.files)


def _chosen(draw: Any, offering: Offering) -> tuple[set[str], set[str]]:
    """Names that must be given so that each ``one_of`` has one, and those that must not."""
    if not offering.one_of:
        return set(), set()
    every = {name for names in offering.one_of for name in names}
    ways = [
        set(way)
        for way in product(*offering.one_of)
        if all(len(set(way) & set(names)) == 1 for names in offering.one_of)
    ]
    chosen = draw(st.sampled_from(ways))
    return chosen, every - chosen


def _inputs(
    draw: Any,
    offering: Offering,
    cupboard: Cupboard,
    draft: Draft,
    chosen: set[str],
    left_out: set[str],
) -> None:
    names = draw(st.permutations([one for one in NAMES if len(one.encode()) <= 30]))
    for spec in offering.inputs:
        low = max(spec.minimum, 1) if spec.role in chosen else spec.minimum
        count = draw(st.sampled_from([low, low, spec.maximum]) | st.integers(low, spec.maximum))
        fitting = [
            one for one in cupboard.of(spec) if not spec.problem([_as(one, spec, "n")] * low)
        ]
        for number in range(0 if spec.role in left_out else count):
            one = draw(st.sampled_from(fitting or cupboard.of(spec)))
            name = (names.pop() if names else f"n{number}") if spec.named else ""
            kind = draw(st.sampled_from(spec.types)) if spec.types else ""
            draft.files.append((_as(one, spec, name, kind), one))


def _as(one: File, spec: InputSpec, name: str, kind: str = "") -> Input:
    kind = kind or (spec.types[0] if spec.types else "")
    return replace(one.made, role=spec.role, name=name if spec.named else "", type=kind)


def _options(
    draw: Any,
    offering: Offering,
    cupboard: Cupboard,
    draft: Draft,
    chosen: set[str],
    left_out: set[str],
) -> None:
    tied = {name for names in offering.together for name in names if name not in chosen}
    frames = len([one for one, _ in draft.files if one.role == "frame"])
    for name, option in offering.options.items():
        head, _, number = name.rpartition("_")
        part = head in ("seconds", "prompt") and number.isdigit()
        if name in left_out or name in tied or name.startswith("mask") or name == "keyframe":
            continue
        if part and int(number) >= frames and frames:
            continue
        needed = option.default is not None or name in chosen or (part and offering.total)
        if needed or draw(st.booleans()):
            draft.options[name] = draw(values(option, cupboard))
    _masked(draw, offering, draft)
    _fitted(draw, offering, draft)
    _template(draw, offering, cupboard, draft)


def values(option: Option, cupboard: Cupboard) -> st.SearchStrategy[Value]:
    """What the option may be, its limits most often."""
    if option.listed:
        ids = [one.id for one in cupboard.lists.get(option.listed, ())] or ["1"]
        return st.sampled_from([int(one) if option.whole else one for one in ids])
    if option.values:
        return st.sampled_from(option.values)
    if option.minimum is not None and option.maximum is not None:
        low, high = option.minimum, option.maximum
        return st.sampled_from([low, high]) | st.integers(low, high)
    most = option.max_length or 30
    full = st.sampled_from(["x" * most, "🛶" * most, "ß" * most])
    return st.one_of(TEXTS.map(lambda text: text[:most]), full)


def _masked(draw: Any, offering: Offering, draft: Draft) -> None:
    """A key frame with masks that were found on this very source, where it takes them."""
    if "mask" not in offering.options:
        return
    must = any("mask" in names for names in offering.one_of)
    source = next((file for one, file in draft.files if one.role == "source"), None)
    if source is None or source.masks is None or not (must or draw(st.booleans())):
        return
    ids = [one.id for one in source.masks.masks]
    draft.options["keyframe"] = source.masks.keyframe
    for name in ("mask", "mask_2", "mask_3"):
        if name == "mask" or (name in offering.options and draw(st.booleans())):
            draft.options[name] = draw(st.sampled_from(ids))


def _fitted(draw: Any, offering: Offering, draft: Draft) -> None:
    """Combinations that are forbidden, and seconds that are too many together, made good."""
    for rule in offering.forbidden:
        if all(draft.options.get(name) in told for name, told in rule.items()):
            name = draw(st.sampled_from(sorted(rule)))
            good = [one for one in offering.options[name].values if one not in rule[name]]
            draft.options[name] = draw(st.sampled_from(good))
    if offering.total:
        ways = sorted(name for name in draft.options if name.startswith("seconds_"))
        left = offering.total[1]
        for at, name in enumerate(ways):
            most = left - (len(ways) - at - 1)
            told = draft.options[name] = min(int(draft.options[name]), max(1, most))
            left -= int(told)


def _template(draw: Any, offering: Offering, cupboard: Cupboard, draft: Draft) -> None:
    """As many pictures as the template takes, in a quality that it has: its row says so."""
    option = offering.options.get("template")
    if option is None:
        return
    found = {one.id: one for one in cupboard.lists[option.listed]}
    entry = found[str(draft.options.get("template", next(iter(found))))]
    most = int(entry.facts.get("images", "1"))
    count = most if most < 3 else draw(st.integers(2, most))
    draft.files = (draft.files * count)[:count]
    if "quality" in draft.options and (listed := entry.facts.get("qualities", "")):
        draft.options["quality"] = draw(st.sampled_from(listed.split(", ")))


def _prompt(draw: Any, offering: Offering, draft: Draft, *, needed: bool) -> None:
    """Words, every reference by its name, numbered files, and now and then all that fits."""
    names = [one.name for one, _ in draft.files if one.name]
    if offering.prompt == "none" or (
        offering.prompt == "optional" and not needed and not names and draw(st.booleans())
    ):
        return
    parts = [f"@{name}{draw(st.sampled_from(BEHIND))}" for name in names]
    parts += [f"@{name} " for name in names if draw(st.integers(0, 3)) == 0]
    for word, role in offering.counted.items():
        count = len([one for one, _ in draft.files if one.role == role])
        count += len([name for name in draft.options if name == role or name[:-2] == role])
        parts += [f"@{word}{n} " for n in range(count) if draw(st.booleans())]
    words = draw(st.lists(TEXTS, min_size=1, max_size=3))
    text = " ".join(draw(st.permutations([*parts, *words])))
    if draw(st.integers(0, 5)) == 0:
        room = offering.prompt_max - len(text)
        text = text + draw(st.sampled_from("xß🛶 ")) * room if room > 0 else text
    draft.prompt = text[: offering.prompt_max]


def _amiss(draw: Any, offering: Offering, cupboard: Cupboard, draft: Draft) -> None:
    """One thing changed that may be wrong: what is refused must be refused before it is sent."""
    ways = [
        "prompt_long", "prompt_empty", "stray", "option_off", "option_gone", "option_new",
        "option_strange", "option_blank", "any_combination", "forbidden",
    ]  # fmt: skip
    ways += ["input_gone", "input_twice", "input_other", "name", "type"] if draft.files else []
    if "template" in offering.options:
        # How many pictures and which qualities is the template's to say, not the catalogue's.
        ways = ["prompt_long", "prompt_empty", "option_gone", "option_new"]
    way = draw(st.sampled_from(ways))
    # Ids come from a list or a selection, never out of the air.
    ids = {name for name in offering.options if name.startswith(("mask", "keyframe"))}
    names = sorted({name for name, one in offering.options.items() if not one.listed} - ids)
    if way == "prompt_long":
        draft.prompt = "x" * (offering.prompt_max + 1)
    elif way == "prompt_empty":
        draft.prompt = draw(st.sampled_from(["", " ", "\n\t", "\u3000"]))
    elif way == "stray":
        draft.prompt = f"{draft.prompt} {draw(st.sampled_from(STRAY))}"
    elif way == "option_gone" and draft.options:
        del draft.options[draw(st.sampled_from(sorted(draft.options)))]
    elif way == "option_new":
        draft.options["wobble"] = True
    elif way in ("option_off", "option_strange", "option_blank") and names:
        name = draw(st.sampled_from(names))
        draft.options[name] = draw(_beside(offering.options[name], way))
    elif way == "any_combination":
        for name, option in offering.options.items():
            if option.values:
                draft.options[name] = draw(st.sampled_from(option.values))
    elif way == "forbidden" and offering.forbidden:
        rule = draw(st.sampled_from(offering.forbidden))
        draft.options |= {name: draw(st.sampled_from(told)) for name, told in rule.items()}
    elif way.startswith(("input", "name", "type")):
        _amiss_input(draw, offering, cupboard, draft, way)


def _beside(option: Option, way: str) -> st.SearchStrategy[Value]:
    if way == "option_blank":
        return st.sampled_from(["", " ", "\n"])
    if way == "option_strange":
        return st.sampled_from([True, 0, 1, -1, "1", "x", "true", "540P", "16:10", 2**40])
    if option.minimum is not None and option.maximum is not None:
        return st.sampled_from([option.minimum - 1, option.maximum + 1])
    if option.values and type(option.values[0]) is int:
        ints = [int(one) for one in option.values]
        return st.sampled_from([min(ints) - 1, max(ints) + 1, min(ints) + 1])
    if option.max_length is not None:
        return st.just("x" * (option.max_length + 1))
    return st.just("144p")


def _amiss_input(draw: Any, offering: Offering, cupboard: Cupboard, draft: Draft, way: str) -> None:
    at = draw(st.integers(0, len(draft.files) - 1))
    one, file = draft.files[at]
    if way == "input_gone":
        del draft.files[at]
    elif way == "input_twice":
        draft.files.append((one, file))
    elif way == "input_other":
        other = draw(st.sampled_from([*cupboard.files]))
        draft.files[at] = (replace(other.made, role=one.role, name=one.name, type=one.type), other)
    elif way == "name":
        draft.files[at] = (replace(one, name=draw(st.sampled_from([*NAMES, *BAD_NAMES]))), file)
    else:
        draft.files[at] = (replace(one, type=draw(st.sampled_from(["", "object"]))), file)
