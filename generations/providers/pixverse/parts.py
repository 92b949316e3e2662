"""The parts of a native request body: ids, pictures, clips, references. WorldRouter shares them.

Each function writes into the body what a brief's inputs say. Source: contract sheet pixverse,
section 2.
"""

from __future__ import annotations

from typing import Any
from zlib import crc32

from ..menu import given
from ..types import Ask, Broken, Handle, Unsupported
from .answers import whole

Body = dict[str, Any]
IMAGE = ("img_id",)
AUDIO = ("media_id",)
# A clip that the account made itself is told by its own id, any other by that of its upload.
CLIP = {"remote_id": "source_video_id", "media_id": "video_media_id"}


def bare(text: str, what: str) -> int:
    """An id as the bare whole number that PixVerse wants. Raises Broken."""
    digits = whole(text)
    if not digits:
        raise Broken(f"the {what} must be a whole number")
    return int(digits)


def pictures(ask: Ask, role: str, provider: str) -> list[int]:
    return [bare(one, "picture id") for one in given(ask, role, provider, *IMAGE)]


def one_picture(ask: Ask, role: str, provider: str) -> int:
    found = pictures(ask, role, provider)
    if len(found) != 1:
        label = role.replace("_", " ")
        raise Unsupported(f"{provider} cannot be handed {len(found)} as {label}", field=role)
    return found[0]


def clip(handle: Handle, role: str, provider: str) -> Body:
    """The one field that names a clip. Raises Unsupported."""
    if handle.form not in CLIP:
        raise Unsupported(f"{provider} cannot be handed a video as {handle.form}", field=role)
    return {CLIP[handle.form]: bare(handle.value, "video id")}


def one_clip(ask: Ask, role: str, provider: str) -> Body:
    found = ask.of(role)
    if len(found) != 1:
        raise Unsupported(f"{provider} needs one {role}, not {len(found)}", field=role)
    return clip(found[0][1], role, provider)


def frames(ask: Ask, provider: str) -> Body:
    """2.6: not ``*_img_id``, as one public schema has it (pitfall 5)."""
    return {
        "first_frame_img": one_picture(ask, "first_frame", provider),
        "last_frame_img": one_picture(ask, "last_frame", provider),
    }


def references(ask: Ask, provider: str) -> list[Body]:
    """2.8, pictures."""
    ids = pictures(ask, "reference", provider)
    pairs = zip((one for one, _ in ask.of("reference")), ids, strict=True)
    return [{"type": one.type, "img_id": img_id, "ref_name": one.name} for one, img_id in pairs]


def video_references(ask: Ask, provider: str) -> list[Body]:
    """2.8, videos of v6 omni."""
    return [
        {"ref_name": one.name, **clip(handle, "video_reference", provider)}
        for one, handle in ask.of("video_reference")
    ]


def seed_of(token: str) -> int:
    """A seed for the routes that want one (2.9); the same token gives the same."""
    return crc32(token.encode()) & 0x7FFFFFFF
