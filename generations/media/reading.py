"""Reading what somebody sends: its first bytes, a picture whole, a film on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files import File
from django.core.files.uploadedfile import TemporaryUploadedFile

from .errors import BadFile
from .kinds import HEAD
from .sniff import check_size
from .storing import copy, workplace

type Source = bytes | File[bytes] | IO[bytes]


def head(file: Source) -> bytes:
    """The first bytes, which say what it is."""
    if isinstance(file, bytes):
        return file[:HEAD]
    head = file.read(HEAD)
    file.seek(0)
    return head


@contextmanager
def on_disk(file: Source, name: str) -> Iterator[tuple[Path, int, str]]:
    """A large upload's path, bytes and SHA-256; it is there already if Django put it there."""
    most = settings.UPLOAD_MEDIA_MAX_BYTES
    if not isinstance(file, bytes):
        _check_film_size(getattr(file, "size", 0) or 0, name)
    with workplace() as place:
        path = place / "film"
        source = BytesIO(file) if isinstance(file, bytes) else file
        if isinstance(file, TemporaryUploadedFile):
            path = Path(file.temporary_file_path())
            size, digest = path.stat().st_size, _digest(path)
        else:
            size, digest = copy(source, path, most)
        _check_film_size(size, name)
        yield path, size, digest


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_film_size(size: int, name: str) -> None:
    limit = settings.UPLOAD_MEDIA_MAX_BYTES
    if size > limit:
        raise BadFile(
            f"{name} has {size / 1e6:.0f} MB; at most {limit / 1e6:g} MB are taken. "
            "Cut it shorter, or export it smaller."
        )


def bytes_of(file: Source, name: str) -> bytes:
    """A picture's bytes. Raises BadFile, before reading, if it says itself that it is too large."""
    if isinstance(file, bytes):
        return file
    check_size(getattr(file, "size", 0) or 0, name)
    return file.read(settings.UPLOAD_MAX_BYTES + 1)
