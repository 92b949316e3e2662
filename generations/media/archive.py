"""Finished results in our keeping: verified, with a poster and a preview beside them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.files.storage import default_storage

from generations.catalogue.types import PICTURES, Media
from generations.models import Asset, Generation

from . import room
from .errors import BadFile
from .fetch import Fetched
from .kinds import ENDINGS
from .probe import probe_video
from .sniff import probe_picture
from .stills import make_poster, make_preview, shrink
from .storing import forget, stored, workplace
from .sweeping import ROOT, sweep_beside

__all__ = ["bare", "discard", "enter", "keep", "workplace"]

log = logging.getLogger(__name__)

FILE_OF = {Media.VIDEO.value: "clip", Media.IMAGE.value: "picture"}


def keep(generation: Generation, fetched_path: Path, fetched: Fetched, source_url: str) -> Asset:
    """Verify a downloaded result, take it over into storage and return its unsaved Asset.

    The caller calls ``enter`` in its own transaction, or ``discard``. ``fetched_path`` is gone
    afterwards. A poster or preview that fails is left blank. Raises BadFile if it is not what
    the operation makes (a playable video, or a picture), and whatever the storage raises; then
    nothing is left in storage.
    """
    asset = Asset(
        generation=generation,
        digest=fetched.digest,
        size=fetched.size,
        source=bare(source_url)[:500],
        **_facts(generation, fetched_path),
    )
    sweep_beside(asset)
    folder = f"{ROOT}/{asset.uuid.hex[:2]}/{asset.uuid}"
    name = f"{FILE_OF[asset.kind]}.{ENDINGS[asset.mime]}"
    try:
        if asset.kind == Media.IMAGE:
            asset.poster.name = _made(shrink, fetched_path, f"{folder}/poster.webp")
        else:
            asset.poster.name = _made(make_poster, fetched_path, f"{folder}/poster.webp")
            asset.preview.name = _made(make_preview, fetched_path, f"{folder}/preview.mp4")
        asset.file.name = stored(fetched_path, f"{folder}/{name}")
    except BaseException:
        discard(asset)
        raise
    return asset


def enter(asset: Asset) -> None:
    """Write a kept asset's row and count its bytes, in the caller's transaction. Never refused."""
    asset.save()
    room.came(asset.generation.team, results=asset.size)


def _facts(generation: Generation, path: Path) -> dict[str, Any]:
    """What the row says of the file. Raises BadFile."""
    if generation.operation in PICTURES:
        mime, width, height = probe_picture(path)
        sides = {"width": width, "height": height}
        return {"kind": Media.IMAGE.value, "mime": mime, "duration_ms": 0, **sides}
    probed = probe_video(path)
    return {
        "kind": Media.VIDEO.value,
        "mime": probed.mime,
        "duration_ms": probed.duration_ms,
        "width": probed.width,
        "height": probed.height,
        "has_audio": probed.has_audio,
        "fps": probed.fps,
    }


def discard(asset: Asset) -> None:
    """Remove an asset's files from storage: its transaction lost. Never raises for a lost file."""
    names = [str(file.name) for file in (asset.file, asset.poster, asset.preview) if file.name]
    forget(names)
    if names:
        with suppress(OSError):
            default_storage.delete(names[0].rpartition("/")[0])


def bare(url: str) -> str:
    """A URL without query, fragment and password: where it came from, not how to get in."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _made(make: Callable[[Path, Path], None], source: Path, name: str) -> str:
    """The stored name of what ``make`` made beside the clip; blank if it could not."""
    made = source.with_name(f"{source.stem}-{Path(name).name}")
    try:
        make(source, made)
        return stored(made, name)
    except (BadFile, MemoryError) as error:
        log.warning("%s is missing: %s", name, error)
        return ""
    finally:
        made.unlink(missing_ok=True)
