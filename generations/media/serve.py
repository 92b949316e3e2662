"""Private files over HTTP: whole, or one range of them, as players and downloads ask."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, cast

from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header, parse_etags

CHUNK = 256 * 1024
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


def serve(
    request: HttpRequest,
    field_file: FieldFile,
    *,
    mime: str,
    download_name: str | None = None,
    etag: str | None = None,
) -> HttpResponse:
    """Answer GET or HEAD with a stored file: 200, 206, 304 or 416. Raises Http404 if it is lost.

    ``etag`` is the digest, without quotes; ``download_name`` makes it an attachment. Several
    ranges at once are answered with the whole file, as the standard allows.
    """
    if not field_file.name:
        raise Http404("No such file.")
    try:
        size = field_file.size
    except FileNotFoundError:
        raise Http404("The file is not in storage.") from None
    tag = f'"{etag}"' if etag else ""
    if tag and _knows(request, tag):
        return _dressed(HttpResponse(status=304), mime, tag, download_name)
    wanted = _range(request, size, tag)
    if wanted is None:
        first, last, status = 0, size - 1, 200
    elif wanted[0] > wanted[1]:
        refused = HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
        return _dressed(refused, mime, tag, download_name)
    else:
        (first, last), status = wanted, 206
    answer: HttpResponseBase
    if request.method == "HEAD":
        answer = HttpResponse(status=status)
    else:
        answer = StreamingHttpResponse(_Slice(_open(field_file), first, last), status=status)
    answer.headers["Content-Length"] = str(last - first + 1)
    if status == 206:
        answer.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return _dressed(answer, mime, tag, download_name)


class _Slice:
    """Bytes ``first`` to ``last`` of a file in chunks; closed also if nobody reads to the end."""

    def __init__(self, file: IO[bytes], first: int, last: int) -> None:
        self._file = file
        self._left = last - first + 1
        if first:
            file.seek(first)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        chunk = self._file.read(min(CHUNK, self._left)) if self._left else b""
        if not chunk:
            self.close()
            raise StopIteration
        self._left -= len(chunk)
        return chunk

    def close(self) -> None:
        self._file.close()


def _open(field_file: FieldFile) -> IO[bytes]:
    try:
        return field_file.storage.open(str(field_file.name), "rb")
    except FileNotFoundError:
        raise Http404("The file is not in storage.") from None


def _knows(request: HttpRequest, tag: str) -> bool:
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in known or tag in [one.removeprefix("W/") for one in known]


def _range(request: HttpRequest, size: int, tag: str) -> tuple[int, int] | None:
    """The one range asked for, both ends included; None: all of it; first > last: impossible."""
    found = _RANGE.fullmatch(request.headers.get("Range", "").strip().replace(" ", ""))
    if found is None or found[0] == "bytes=-":
        return None
    if (condition := request.headers.get("If-Range")) and condition.strip() != tag:
        return None
    if not found[1]:
        count = min(int(found[2]), size)
        return size - count, (size - 1 if count else -1)
    first = int(found[1])
    last = min(int(found[2]), size - 1) if found[2] else size - 1
    if found[2] and int(found[2]) < first:
        return None
    return (first, last) if first < size else (1, 0)


def _dressed(
    answer: HttpResponseBase, mime: str, tag: str, download_name: str | None
) -> HttpResponse:
    """Headers that every answer carries. The content at an address never changes."""
    answer.headers["Content-Type"] = mime
    answer.headers["Accept-Ranges"] = "bytes"
    answer.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if tag:
        answer.headers["ETag"] = tag
    as_file = download_name is not None
    if shown := content_disposition_header(as_file, download_name or ""):
        answer.headers["Content-Disposition"] = shown
    # Django's streaming answers are answers in all but their class.
    return cast(HttpResponse, answer)
