"""What one option may be, and how people read it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from .words import Problem, Value, Wanted


@dataclass(frozen=True, slots=True)
class Option:
    """What one option may be: a list of values, a range of whole numbers, or a text.

    ``listed`` names a list at the provider that the value comes from ("restyles", "voices",
    "templates"); ``whole``: its ids are whole numbers.
    """

    name: str
    values: tuple[Value, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    max_length: int | None = None
    default: Value | None = None
    listed: str = ""
    whole: bool = False

    def problem(self, value: Value) -> Problem | None:
        label = self.name.replace("_", " ")
        if self.values:
            if any(value == one and type(value) is type(one) for one in self.values):
                return None
            if len(self.values) == 1:
                return Problem(self.name, f"makes it only {_only(self.name, self.values[0])}")
            return Problem(self.name, f"{label} can be {_listed(self.values)}")
        if self.minimum is not None and self.maximum is not None:
            good = type(value) is int and self.minimum <= value <= self.maximum
            text = f"{label} must be a whole number from {self.minimum} to {self.maximum}"
            return None if good else Problem(self.name, text)
        if self.whole and type(value) is not int:
            return Problem(self.name, f"{label} must be a whole number")
        if not self.whole:
            return self._text_problem(value, label)
        return None

    def _text_problem(self, value: Value, label: str) -> Problem | None:
        if not isinstance(value, str):
            return Problem(self.name, f"{label} must be a text")
        if not value.strip():
            return Problem(self.name, f"{label} is empty: write it, or leave it out")
        if self.max_length is not None and len(value) > self.max_length:
            return Problem(self.name, f"{label} can have {self.max_length} characters at most")
        return None


def _listed(values: tuple[Value, ...]) -> str:
    if all(type(one) is int for one in values) and len(values) > 3:
        numbers = sorted(int(one) for one in values)
        if numbers == list(range(numbers[0], numbers[-1] + 1)):
            return f"{numbers[0]} to {numbers[-1]}"
    words = [("on" if one else "off") if isinstance(one, bool) else str(one) for one in values]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def condition_words(name: str, wanted: Wanted) -> str:
    """What a price asks of an option, for people: "with preview", "6 or 7 s", "detail high"."""
    label = name.replace("_", " ")
    if isinstance(wanted, tuple):
        return _listed(wanted) + (" s" if name in ("duration", "seconds") else "")
    if isinstance(wanted, bool) or wanted == "":
        return f"with {label}" if wanted else f"without {label}"
    return said(name, wanted) if name in _SELF_EVIDENT else f"{label} {wanted}"


def _only(name: str, value: Value) -> str:
    if name == "audio":
        return "with sound" if value else "silent"
    if name == "duration":
        return f"{value} s long"
    return f"in {value}" if name in ("quality", "aspect_ratio") else f"with {name} {value}"


_SELF_EVIDENT = ("quality", "aspect_ratio", "duration")
_NOUNS = {
    "template": "effect",
    "restyle": "style",
    "speech": "spoken line",
    "multi_clip": "several shots",
    "off_peak": "off-peak",
    "auto_sound": "added sound",
    "keep_sound": "the kept sound",
    "negative_prompt": "what to leave out",
}
# What one tells somebody: "cannot be told to preview first".
_TOLD = {
    "template": "an effect",
    "restyle": "a style",
    "speech": "what is said",
    "sound": "what it sounds like",
    "multi_clip": "to make several shots",
    "preview": "to preview first",
    "off_peak": "to wait for off-peak times",
    "auto_sound": "to add sound",
    "keep_sound": "to keep the sound",
    "negative_prompt": "what to leave out",
    "detail": "how much detail",
}


def noun(name: str) -> str:
    """An option in the middle of a sentence: "effect", "voice", "off-peak"."""
    return _NOUNS.get(name) or name.replace("_", " ")


def told(name: str, value: Value) -> str:
    """What somebody cannot be told, in words: "to preview first", "a seed", "1080p"."""
    head, _, number = name.partition("_")
    if number.isdecimal():
        return {"seconds": "how long each part is", "prompt": "what happens in each part"}.get(
            head, f"a {head}"
        )
    return _TOLD.get(name) or said(name, value)


def said(name: str, value: Value) -> str:
    if name == "duration":
        return f"{value} s"
    if name == "audio":
        return "sound" if value else "silence"
    if name in ("quality", "aspect_ratio"):
        return str(value)
    return noun(name) if name in _NOUNS else f"a {noun(name)}"
