"""Files on their way into storage: a folder to work in, and the taking over."""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import IO

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage

log = logging.getLogger(__name__)
CHUNK = 1_000_000
DAY_S = 86_400


class _Handed(File):  # type: ignore[type-arg]
    """A file that the storage may take over: moved on the same disk, else read."""

    def __init__(self, path: Path) -> None:
        super().__init__(path.open("rb"), name=path.name)
        self._path = path

    def temporary_file_path(self) -> str:
        return str(self._path)


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder for one file at work, gone afterwards; on the disk of the media: files move fast.

    What a killed process left there is swept after a day.
    """
    root = settings.DATA_DIR / "incoming"
    root.mkdir(parents=True, exist_ok=True)
    for old in root.iterdir():
        with suppress(OSError):
            if time.time() - old.stat().st_mtime > DAY_S:
                shutil.rmtree(old) if old.is_dir() else old.unlink()
    folder = Path(mkdtemp(dir=root))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def copy(source: IO[bytes], target: Path, most: int) -> tuple[int, str]:
    """Write a stream to ``target``: bytes and SHA-256. Stops after ``most`` bytes and one more."""
    digest, size = hashlib.sha256(), 0
    with target.open("wb") as file:
        while size <= most and (chunk := source.read(min(CHUNK, most + 1 - size))):
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
    return size, digest.hexdigest()


def stored(path: Path, name: str) -> str:
    """Take a file over into storage, safe from a power cut; the name it has there."""
    with _Handed(path) as file:
        kept = default_storage.save(name, file)
    _settle(kept)
    return kept


def forget(names: list[str]) -> None:
    """Remove files from storage. Never raises for one that is lost."""
    for name in names:
        try:
            default_storage.delete(name)
        except OSError:
            log.exception("Could not remove %s", name)


def _settle(name: str) -> None:
    """Make a file in a folder survive a power cut: its bytes, and its name in the folder."""
    try:
        path = Path(default_storage.path(name))
    except NotImplementedError:
        return
    if not path.is_file():
        return
    for one in (path, path.parent, path.parent.parent):
        handle = os.open(one, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
