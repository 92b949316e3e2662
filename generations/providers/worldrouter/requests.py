"""The body and path of every operation. Source: contract sheet worldrouter, section 2.

PixVerse's fields under WorldRouter's own model names, less what its page does not show.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import log

from generations.catalogue.types import Input, Operation

from ..menu import offering, told
from ..pixverse.parts import Body, frames, one_clip, one_picture, references
from ..types import Ask, Request, Unsupported

ID = "worldrouter"
ROOT = "/openapi/v2"
TRACE = "Ai-trace-id"
RATIOS = ("16:9", "4:3", "1:1", "3:4", "9:16", "2:3", "3:2", "21:9")
FIELDS = {
    "duration": "duration",
    "quality": "quality",
    "aspect_ratio": "aspect_ratio",
    "audio": "generate_audio_switch",
}


@dataclass(frozen=True, slots=True)
class Row:
    """``write`` adds to the body what the inputs say."""

    path: str
    write: Callable[[Ask, Body], None]


def submit(ask: Ask) -> Request:
    """The one request of an operation; ``Ai-trace-id`` is our token."""
    found = offering(ID, ask)
    row = ROWS[Operation(ask.brief.operation)]
    body: Body = {"model": ask.remote_model, "prompt": ask.brief.prompt}
    body |= told(ask, found, FIELDS, ID)
    row.write(ask, body)
    return Request("POST", f"{ROOT}{row.path}", headers={TRACE: ask.token}, json=body, pays=True)


def nearest_ratio(image: Input | None) -> str:
    """The ratio that WorldRouter knows, nearest to the picture's shape. Raises Unsupported."""
    if image is None or image.width <= 0 or image.height <= 0:
        raise Unsupported("the picture's size is not known", field="image")
    shape = log(image.width / image.height)

    def distance(ratio: str) -> float:
        wide, _, high = ratio.partition(":")
        return abs(shape - log(int(wide) / int(high)))

    return min(RATIOS, key=distance)


def _text(ask: Ask, body: Body) -> None:
    """E1: no inputs."""


def _image(ask: Ask, body: Body) -> None:
    """E4. ``aspect_ratio`` is explicit, as the page advises."""
    body["img_id"] = one_picture(ask, "image", ID)
    body |= _shaped(ask, "image")


def _transition(ask: Ask, body: Body) -> None:
    """E5. The shape is that of the first frame."""
    body |= frames(ask, ID)
    body |= _shaped(ask, "first_frame")


def _fusion(ask: Ask, body: Body) -> None:
    """E6: no ``motion_mode`` in the sample."""
    body["prompt"] = offering(ID, ask).spelled(ask.brief)
    body["image_references"] = references(ask, ID)


def _extend(ask: Ask, body: Body) -> None:
    """E7: no ``aspect_ratio`` in the samples."""
    body |= one_clip(ask, "source", ID)


def _shaped(ask: Ask, role: str) -> Body:
    first = next(iter(ask.brief.of(role)), None)
    return {"aspect_ratio": nearest_ratio(first), "motion_mode": "normal"}


ROWS: Mapping[Operation, Row] = {
    Operation.TEXT_TO_VIDEO: Row("/video/text/generate", _text),
    Operation.IMAGE_TO_VIDEO: Row("/video/img/generate", _image),
    Operation.TRANSITION: Row("/video/transition/generate", _transition),
    Operation.FUSION: Row("/video/fusion/generate", _fusion),
    Operation.EXTEND: Row("/video/extend/generate", _extend),
}
