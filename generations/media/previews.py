"""Previews of what providers list: fetched by us once, so that no browser meets their hosts.

An address is fetched when somebody first looks, checked, made small and kept in storage under the
digest of the address. What cannot be had is not asked for again for a while.
"""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import models
from django.db.models.fields.files import FieldFile
from PIL import Image

from .archive import workplace
from .errors import BadFile, FetchFailed
from .fetch import fetch
from .kinds import HEAD, SOUNDS, VIDEOS, kind_of
from .sniff import MAX_PIXELS
from .stills import make_poster

# Of one file in bytes, of one download and of the turn before it in seconds: somebody waits.
MAX_BYTES = 8_000_000
DEADLINE_S = 8.0
SIDE = 480
WAIT_S = 4.0
GONE_S = 900
PARTS = ("still", "film", "sound")
_PICTURES = ["JPEG", "PNG", "WEBP", "GIF", "AVIF"]
# A thread of the web process waits for a stranger's server: never more than a few at once.
_room = threading.BoundedSemaphore(3)


class NoPreview(Exception):
    """There is nothing to show. ``later``: it may be there when asked again in a moment."""

    def __init__(self, *, later: bool = False) -> None:
        super().__init__("later" if later else "none")
        self.later = later


def digest_of(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()


def preview(url: str, part: str, *, allow_private: bool) -> tuple[FieldFile, str]:
    """The kept file of a preview, and its mime. Raises NoPreview.

    ``part``: the still of a picture or film, the film itself, or the sound.
    """
    name = _name(url, part)
    if not default_storage.exists(name):
        gone = f"preview-gone:{digest_of(url)}"
        if cache.get(gone):
            raise NoPreview
        if not _room.acquire(timeout=WAIT_S):
            raise NoPreview(later=True)
        try:
            _bring(url, allow_private=allow_private)
        except (BadFile, FetchFailed) as trouble:
            cache.set(gone, 1, GONE_S)
            raise NoPreview from trouble
        finally:
            _room.release()
        if not default_storage.exists(name):
            raise NoPreview
    # A file in storage that no row owns, in the form that ``serve`` takes.
    file = FieldFile(None, models.FileField(), name)  # type: ignore[arg-type]
    return file, "image/webp" if part == "still" else _mime(file)


def _name(url: str, part: str) -> str:
    digest = digest_of(url)
    ending = ".webp" if part == "still" else ""
    return f"previews/{digest[:2]}/{digest}-{part}{ending}"


def _mime(file: FieldFile) -> str:
    with file.storage.open(str(file.name), "rb") as opened:
        kind = kind_of(opened.read(HEAD))
    return ({**VIDEOS, **SOUNDS}).get(kind, ("application/octet-stream", ""))[0]


def _bring(url: str, *, allow_private: bool) -> None:
    """Fetch, look what it is, and keep what can be shown of it. Raises FetchFailed, BadFile."""
    with workplace() as folder:
        path, still = folder / "preview", folder / "still.webp"
        fetch(url, path, allow_private=allow_private, max_bytes=MAX_BYTES, deadline_s=DEADLINE_S)
        with path.open("rb") as file:
            kind = kind_of(file.read(HEAD))
        if kind in SOUNDS:
            _keep(path, _name(url, "sound"))
        elif kind in VIDEOS:
            make_poster(path, still)
            _keep(path, _name(url, "film"))
            _keep(still, _name(url, "still"))
        else:
            _make_small(path, still)
            _keep(still, _name(url, "still"))


def _make_small(path: Path, target: Path) -> None:
    """Write the (first) picture as a small WebP. Raises BadFile for what is no picture."""
    try:
        with Image.open(path, formats=_PICTURES) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise BadFile("The preview has too many pixels.")
            picture.draft("RGB", (SIDE, SIDE))
            picture.thumbnail((SIDE, SIDE))
            clear = "A" in picture.getbands() or "transparency" in picture.info
            small = picture.convert("RGBA" if clear else "RGB")
            small.info.clear()
            small.save(target, format="WEBP", quality=80)
    except BadFile:
        raise
    except Exception as broken:  # noqa: BLE001 - a stranger's bytes, whatever they do to the decoder
        raise BadFile("The preview is no picture.") from broken


def _keep(path: Path, name: str) -> None:
    """Into storage under exactly this name; a second one that comes at the same time is dropped."""
    with path.open("rb") as file:
        kept = default_storage.save(name, file)
    if kept != name:
        default_storage.delete(kept)
