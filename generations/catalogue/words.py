"""The words of the catalogue. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

Value = str | int | bool
# What a price may ask of an option: a value, or one of several. True and False of a text mean that
# it is told or not; what was not told is off and empty.
Wanted = Value | tuple[Value, ...]
When = tuple[tuple[str, Wanted], ...]


class Operation(StrEnum):
    """What is asked. The value stands in rows and data files."""

    TEXT_TO_VIDEO = "text_to_video"
    IMAGE_TO_VIDEO = "image_to_video"
    TEMPLATE = "template"
    TRANSITION = "transition"
    MULTI_TRANSITION = "multi_transition"
    FUSION = "fusion"
    EXTEND = "extend"
    MODIFY = "modify"
    RESTYLE = "restyle"
    SWAP = "swap"
    MOTION_CONTROL = "motion_control"
    LIP_SYNC = "lip_sync"
    SOUND_EFFECT = "sound_effect"
    UPSCALE = "upscale"
    AVATAR = "avatar"
    IMAGE = "image"
    IMAGE_TEMPLATE = "image_template"


# Finding what can be swapped on a frame: charged, but a step on the way and no operation.
MASK_SELECTION = "mask_selection"

# What comes out as a still picture; all else is video.
PICTURES = frozenset({Operation.IMAGE, Operation.IMAGE_TEMPLATE})


class Formula(StrEnum):
    """``per_source_second``: each started second of the video or audio that goes in."""

    PER_SECOND = "per_second"
    PER_CLIP = "per_clip"
    PER_SOURCE_SECOND = "per_source_second"
    PER_SOURCE_5_SECONDS = "per_source_5_seconds"
    PER_15_BYTES = "per_15_bytes"


class Media(StrEnum):
    """What a file is."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"


# Kinds of files by the names that people know.
FORMATS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WebP",
    "video/mp4": "MP4",
    "video/quicktime": "MOV",
    "video/webm": "WebM",
    "audio/mpeg": "MP3",
    "audio/wav": "WAV",
    "audio/x-wav": "WAV",
    "audio/wave": "WAV",
    "audio/vnd.wave": "WAV",
    "audio/mp4": "M4A",
    "audio/x-m4a": "M4A",
    "audio/aac": "AAC",
    "audio/x-aac": "AAC",
}


def formats(mimes: Iterable[str]) -> str:
    """ "MP4, MOV or WebM"; several names of one kind count once."""
    known = list(dict.fromkeys(FORMATS[mime] for mime in mimes if mime in FORMATS))
    return " or ".join(filter(None, [", ".join(known[:-1]), *known[-1:]]))


class Charged(StrEnum):
    """Is a failure charged? Unknown means: it may be."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something cannot be done: the field concerned, and words that say what to do."""

    field: str
    text: str
