"""How many pictures a video has: masks are found on one of them, told by its number."""

from __future__ import annotations

from pathlib import Path

import av
from django.core.cache import cache
from django.db.models.fields.files import FieldFile

from .errors import BadFile
from .probe import length_s, opened

USUAL_RATE = 24
_DAYS_30 = 30 * 24 * 3600


def frame_count(file: FieldFile, digest: str, ms: int) -> int:
    """Pictures in a stored video of ``ms`` milliseconds, 1 at least; remembered by its digest.

    Where the file says nothing, or cannot be opened, as many as at 24 a second.
    """
    key = f"frames:{digest}"
    known: int | None = cache.get(key)
    if known is None:
        known = _counted(file) or max(1, round(ms * USUAL_RATE / 1000))
        cache.set(key, known, _DAYS_30)
    return known


def _counted(file: FieldFile) -> int:
    try:
        with opened(Path(file.path)) as (container, video):
            seconds = length_s(container, video)
            return int(video.frames or round(float(video.average_rate or 0) * seconds))
    except (av.FFmpegError, BadFile, OSError, ValueError, NotImplementedError):
        return 0
