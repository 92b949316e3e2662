"""What uploads say of themselves."""

from __future__ import annotations

from django import template

from generations.media import room
from generations.models import Upload

register = template.Library()
ICONS = {"image": "photo", "video": "movie", "audio": "music"}
WORDS = {"image": "Picture", "video": "Video", "audio": "Sound"}
# What the part behind the slash of a type is called.
CALLED = {"mpeg": "MP3", "quicktime": "MOV", "x-wav": "WAV", "x-m4a": "M4A"}


@register.filter
def bytes_said(size: int | None) -> str:
    """1.4 MB, 20 GB."""
    return "–" if size is None else room.said(size)


@register.filter
def kind_word(upload: Upload) -> str:
    return WORDS[upload.kind]


@register.filter
def made_as(upload: Upload) -> str:
    """PNG, MP4, MP3."""
    part = upload.mime.partition("/")[2]
    return CALLED.get(part, part.upper())


@register.filter
def sides(upload: Upload) -> str:
    """Width and height; empty for a sound."""
    return f"{upload.width} × {upload.height}" if upload.width and upload.height else ""


@register.filter
def length(upload: Upload) -> str:
    """0.8 s, 12.0 s, 3:05; empty for a picture."""
    if not upload.ms:
        return ""
    whole = round(upload.ms / 1000)
    return f"{upload.ms / 1000:.1f} s" if whole < 60 else f"{whole // 60}:{whole % 60:02d}"
