"""Typed text to a value that an option takes, and back. Pure."""

from __future__ import annotations

from generations.catalogue.types import Option, Value

LABELS = {
    "template": "Effect",
    "aspect_ratio": "Ratio",
    "negative_prompt": "Leave out",
    "restyle": "Style",
    "speech": "What is said",
    "sound": "What it sounds like",
    "keep_sound": "Keep its sound",
    "auto_sound": "Add sound",
    "multi_clip": "Several shots",
    "preview": "Preview first",
    "off_peak": "Off-peak",
}


class Unreadable(ValueError):
    """What was typed cannot be that option; the text says what to type instead."""


def text_of(value: Value | None) -> str:
    """As it stands in a form."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def shown(name: str, value: Value) -> str:
    """As people read it."""
    if isinstance(value, bool):
        return "On" if value else "Off"
    return f"{value} s" if name == "duration" or name.startswith("seconds_") else str(value)


def label_of(name: str) -> str:
    """An option as people read it: "Ratio", "Leave out", "Seconds 2"."""
    return LABELS.get(name, name.replace("_", " ").capitalize())


def read(option: Option, text: str) -> Value | None:
    """The value; None where nothing was typed and nothing is needed. Raises Unreadable."""
    text = text.strip()
    if option.values:
        found = next((one for one in option.values if text_of(one) == text), None)
        if found is None and (text or option.default is not None):
            raise Unreadable(f"{text or 'nothing'} is not offered")
        return found
    if not text:
        return None
    if option.whole and text.isascii() and text.isdigit() and len(text) <= 20:
        return int(text)  # ids have up to 64 bits
    if option.minimum is None or option.maximum is None:
        return _short_enough(option, text)
    label = label_of(option.name)
    wanted = f"{label} is a whole number from {option.minimum} to {option.maximum}, or empty"
    if not text.isascii() or not text.isdigit() or len(text) > 20:
        raise Unreadable(f"{wanted}. “{text[:30]}” is not.")
    if not option.minimum <= int(text) <= option.maximum:
        raise Unreadable(f"{wanted}.")
    return int(text)


def nearest(option: Option, text: str) -> Value | None:
    """The offered value that comes closest to what was typed; the default where none does."""
    if not text:
        return option.default
    wanted = _size(text)
    sizes = {one: _size(text_of(one)) for one in option.values if not isinstance(one, bool)}
    if wanted is None or not sizes or any(size is None for size in sizes.values()):
        return option.default if option.default is not None else next(iter(option.values), None)
    return min(sizes, key=lambda one: (abs((sizes[one] or 0) - wanted), sizes[one]))


def _size(text: str) -> float | None:
    """A number to compare by: seconds, lines of a quality, the width of a ratio."""
    width, colon, height = text.partition(":")
    if colon and width.isdigit() and height.isdigit() and int(height):
        return int(width) / int(height)
    digits = text.removesuffix("p")
    return float(digits) if digits.isascii() and digits.isdigit() and len(digits) < 12 else None


def _short_enough(option: Option, text: str) -> str:
    most = option.max_length or 200
    if len(text) > most:
        label = label_of(option.name)
        over = len(text) - most
        raise Unreadable(f"{label} can have {most:,} characters; shorten it by {over:,}.")
    return text
