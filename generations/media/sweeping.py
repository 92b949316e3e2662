"""Files of results without a row: what a worker left that was killed before its transaction."""

from __future__ import annotations

import logging
import re
from contextlib import suppress
from uuid import UUID

from django.core.files.storage import default_storage

from generations.models import Asset

from .shelves import is_old, once_a_day

log = logging.getLogger(__name__)
ROOT = "assets"
_SHELF = re.compile(r"[0-9a-f]{2}")
_OURS = re.compile(r"(clip|picture|poster|preview)(_[A-Za-z0-9]+)?\.[a-z0-9]{3,4}")
_swept: dict[str, float] = {}


def sweep_beside(asset: Asset) -> None:
    """Once a day in each process: the shelf onto which this asset goes. Never raises."""
    once_a_day(_swept, ROOT, asset.uuid.hex[:2], sweep)


def sweep(shelf: str) -> int:
    """Delete what is older than a day on one shelf and belongs to no row; how many folders."""
    if not _SHELF.fullmatch(shelf):
        raise ValueError(f"{shelf!r} is no shelf")
    try:
        names, _ = default_storage.listdir(f"{ROOT}/{shelf}")
    except FileNotFoundError:
        return 0
    found = {key: name for name in names if (key := _key(name, shelf))}
    known = set(Asset.objects.filter(uuid__in=found).values_list("uuid", flat=True))
    return sum(_remove(f"{ROOT}/{shelf}/{found[key]}") for key in found.keys() - known)


def _key(name: str, shelf: str) -> UUID | None:
    """The asset whose folder this is; None for a name that we never give."""
    try:
        key = UUID(name)
    except ValueError:
        return None
    return key if str(key) == name and name.startswith(shelf) else None


def _remove(folder: str) -> bool:
    """Delete a folder's files, if all are ours, all are old, and no row speaks of any."""
    folders, names = default_storage.listdir(folder)
    paths = [f"{folder}/{name}" for name in names]
    if folders or not all(_OURS.fullmatch(name) for name in names):
        return False
    if not all(is_old(path) for path in paths):
        return False
    if Asset.objects.filter(file__startswith=f"{folder}/").exists():
        return False
    for path in paths:
        default_storage.delete(path)
    with suppress(OSError):
        default_storage.delete(folder)
    if paths:
        log.warning("Removed %d files of %s: no row is theirs", len(paths), folder)
    return bool(paths)
