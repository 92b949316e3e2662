"""The dependent fields as the form draws them, each with what was typed."""

from __future__ import annotations

from dataclasses import dataclass, field

from generations.catalogue.types import Option
from generations.providers.types import Entry

from .asked import Asked
from .values import label_of, shown, text_of

ANY = {"seed": "Random"}
# What most people leave as it is: folded away, named on the fold, and open where it is set. The
# rest, and all that must be said, stands in the open; the offers must be in sight below it.
MORE = frozenset(
    {"negative_prompt", "seed", "multi_clip", "auto_sound", "keep_sound", "preview", "off_peak"}
)
CHEAPER = frozenset({"preview", "off_peak"})
# A line that is spoken, or a sound: what these are about, and an extra anywhere else.
SPOKEN = frozenset({"voice", "speech", "sound", "keep_sound"})
ABOUT_SOUND = frozenset({"lip_sync", "avatar", "sound_effect"})
HINTS = {
    "negative_prompt": "What must not appear",
    "speech": "Welcome aboard. Please mind the step.",
    "sound": "Soft rain on a tin roof; empty: chosen from the picture",
    "seed": "A number; empty: random",
}
ABOUT = {
    # By the published prices; tests/pages/test_forms.py holds the figure to them.
    "preview": "20% less; Upscale finishes it",
    "off_peak": "for less; within a day or so",
    "multi_clip": "cuts within the clip",
    "auto_sound": "chosen from the picture",
    "keep_sound": "of the video",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field. ``kind``: fixed, select, switch, number, text or listed (picked in a dialog).

    ``listed`` is the provider's list, ``entry`` the chosen row of it, where it is known.
    """

    name: str
    label: str
    kind: str
    value: str
    choices: tuple[tuple[str, str], ...] = ()
    empty: str = ""
    error: str = ""
    hint: str = ""
    minimum: int | None = None
    maximum: int | None = None
    listed: str = ""
    at: str = ""
    entry: Entry | None = None

    @property
    def wide(self) -> bool:
        return self.kind in ("text", "listed")


@dataclass(frozen=True, slots=True)
class Way:
    """What is said between frame ``number`` and the next."""

    number: int
    seconds: Field | None
    words: Field | None


@dataclass(frozen=True, slots=True)
class Drawn:
    """The fields in their places: in the open, under "More options", between frames."""

    main: list[Field] = field(default_factory=list)
    more: list[Field] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)
    masks: bool = False

    @property
    def open(self) -> bool:
        """Is something set or amiss under "More options"?"""
        return any(one.value or one.error for one in self.more if one.name != "keep_sound")

    @property
    def folded(self) -> str:
        """What stands under "More options", in a line: what changes the price first."""
        names = sorted(self.more, key=lambda one: one.name not in CHEAPER)
        return ", ".join(one.label for one in names)

    @property
    def names(self) -> set[str]:
        ways = [one for way in self.ways for one in (way.seconds, way.words) if one]
        found = {one.name for one in (*self.main, *self.more, *ways)}
        found |= {f"at_{one.name}" for one in self.main + self.more if one.listed}
        masks = {"keyframe", "at_mask", "mask", "mask_2", "mask_3"} if self.masks else set()
        return found | masks


def drawn(asked: Asked) -> Drawn:
    """Every field of the menu in its place."""
    found = Drawn(masks="mask" in asked.menu.fields, ways=_ways(asked))
    for name, option in asked.menu.fields.items():
        if name.startswith(("seconds_", "prompt_", "keyframe", "mask")):
            continue
        one = _field(asked, option)
        (found.more if _is_more(asked, option) else found.main).append(one)
    return found


def _is_more(asked: Asked, option: Option) -> bool:
    if asked.menu.operation in ABOUT_SOUND and option.name in SPOKEN:
        return False
    if option.name in MORE | SPOKEN:
        return True
    return option.default is None and not option.listed and option.values == (False, True)


def _ways(asked: Asked) -> list[Way]:
    """As many as there are frames, less one; none before there are two."""
    fields = asked.menu.fields
    frames = len(asked.held.get("frame", [])) if asked.menu.slot("frame") else 0
    found = []
    for number in range(1, frames):
        seconds, words = fields.get(f"seconds_{number}"), fields.get(f"prompt_{number}")
        if seconds or words:
            both = (_field(asked, one) if one else None for one in (seconds, words))
            found.append(Way(number, *both))
    return found


def _field(asked: Asked, option: Option) -> Field:
    name, typed = option.name, asked.values.get(option.name, "")
    kind = _kind(option)
    at = asked.at(name) if option.listed else ""
    return Field(
        name=name,
        label=label_of(name),
        kind=kind,
        value=typed,
        choices=tuple((text_of(one), shown(name, one)) for one in option.values)
        if kind in ("select", "fixed")
        else (),
        empty=ANY.get(name, "Any") if option.default is None else "",
        error=asked.wrong.get(name, ""),
        hint=ABOUT.get(name, "") if kind == "switch" else HINTS.get(name, ""),
        minimum=option.minimum,
        maximum=option.maximum,
        listed=option.listed,
        at=at if typed else "",
        entry=asked.entries.get(name),
    )


def _kind(option: Option) -> str:
    if option.listed:
        return "listed"
    if option.name.startswith("seconds_"):
        return "number"
    if option.values:
        if option.default is None and option.values == (False, True):
            return "switch"
        return "fixed" if len(option.values) == 1 and option.default is not None else "select"
    return "number" if option.minimum is not None and option.maximum is not None else "text"
