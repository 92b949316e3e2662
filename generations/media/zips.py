"""A ZIP archive that is made while it is sent: no file of the whole, no part held in memory."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO, cast

CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Part:
    """One file in the archive. ``open`` may raise OSError: then the archive goes on without it."""

    name: str
    at: dt.datetime
    size: int
    open: Callable[[], IO[bytes]]


class _Pipe:
    """What zipfile writes, until it is handed over. It cannot seek, and says so."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._written.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """zipfile asks for it."""

    def tell(self) -> int:
        """zipfile counts by itself where one cannot say."""
        raise OSError("a stream")

    def taken(self) -> bytes:
        written, self._written = b"".join(self._written), []
        return written


def stream(
    parts: Iterable[Part], last: Callable[[frozenset[str]], tuple[str, bytes]]
) -> Iterator[bytes]:
    """The archive, piece by piece; stored, for films do not become smaller.

    ``last`` gives name and content of one more file, told which names were lost: those whose
    file could not be opened, or broke off.
    """
    pipe, lost = _Pipe(), set()
    with zipfile.ZipFile(cast(IO[bytes], pipe), "w", zipfile.ZIP_STORED) as archive:
        for part in parts:
            try:
                file = part.open()
            except OSError:
                lost.add(part.name)
                continue
            with file:
                yield from _put(archive, pipe, part, file, lost)
        name, body = last(frozenset(lost))
        archive.writestr(_info(name, dt.datetime.now(dt.UTC)), body)
        yield pipe.taken()
    yield pipe.taken()


def _put(
    archive: zipfile.ZipFile, pipe: _Pipe, part: Part, file: IO[bytes], lost: set[str]
) -> Iterator[bytes]:
    info = _info(part.name, part.at)
    # What its size is announced to be decides how the head is written.
    info.file_size = part.size
    with archive.open(info, "w", force_zip64=part.size > 2_000_000_000) as entry:
        while True:
            try:
                chunk = file.read(CHUNK)
            except OSError:
                lost.add(part.name)
                break
            if not chunk:
                break
            entry.write(chunk)
            yield pipe.taken()


def _info(name: str, at: dt.datetime) -> zipfile.ZipInfo:
    # The format knows no moment before 1980, no zone and no odd second.
    info = zipfile.ZipInfo(name, max(at.timetuple()[:6], (1980, 1, 1, 0, 0, 0)))
    info.external_attr = 0o644 << 16
    return info
