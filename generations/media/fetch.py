"""Downloads of finished files: streamed, capped, verified, and only from where we may dial."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError

from generations.providers.guard import Forbidden, guarded_session

from .errors import FetchFailed

__all__ = ["FetchFailed", "Fetched", "fetch", "origin"]

CHUNK = 256 * 1024
REDIRECTS = 3
CONNECT_S = 10.0
IDLE_S = 30.0
# Below the queue's task time-out, so that the task itself writes down what happened.
DEADLINE_S = 240.0
_EXPIRED = (403, 404, 410)
_LATER = (408, 425, 429)

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that arrived whole: bytes, SHA-256, and the type that its server claimed."""

    size: int
    digest: str
    content_type: str


def fetch(
    url: str,
    target: Path,
    *,
    allow_private: bool,
    headers: Mapping[str, str] | None = None,
    max_bytes: int,
    deadline_s: float = DEADLINE_S,
    on_progress: Progress | None = None,
) -> Fetched:
    """Stream ``url`` into ``target``, which appears only when it is whole and on the disk.

    ``headers`` go to the link's own origin, never to another one after a redirect.
    ``on_progress`` gets bytes so far and bytes in all, if known. Raises FetchFailed.
    """
    deadline = time.monotonic() + deadline_s
    part = target.with_name(target.name + ".part")
    host = _checked(url)[1]
    try:
        with guarded_session(allow_private) as session:
            answer = _answer(session, url, headers or {}, deadline)
            with answer:
                _check_status(answer, host)
                fetched = _stream(answer, part, max_bytes, deadline, on_progress)
        part.replace(target)
        return fetched
    except Forbidden:
        raise FetchFailed(
            f"The link of {host} leads to an address that is not public.", retry=False
        ) from None
    except (requests.Timeout, TimeoutError):
        raise FetchFailed(f"{host} did not answer in time.", retry=True) from None
    except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError, HTTPError):
        raise FetchFailed(f"The connection to {host} broke.", retry=True) from None
    except (requests.RequestException, UnicodeError):
        raise FetchFailed(f"The link of {host} cannot be read.", retry=False) from None
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise FetchFailed(f"The file could not be written here: {why}.", retry=True) from None
    finally:
        part.unlink(missing_ok=True)


def origin(url: str | SplitResult) -> tuple[str, str, int | None]:
    """Scheme, host and port of a URL. Raises ValueError for a port that is no number."""
    parts = urlsplit(url) if isinstance(url, str) else url
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, (parts.hostname or "").rstrip("."), parts.port or usual


def _answer(
    session: requests.Session, url: str, headers: Mapping[str, str], deadline: float
) -> requests.Response:
    """Follow at most three redirects, each one checked like the first. Raises FetchFailed."""
    home = _checked(url)
    for _ in range(REDIRECTS + 1):
        ours = headers if _checked(url) == home else {}
        asked = requests.Request("GET", url, headers={**ours, "Accept-Encoding": "identity"})
        # Not session.send(): it reads a redirect's whole body into memory, however large.
        answer = session.get_adapter(url).send(
            session.prepare_request(asked),
            stream=True,
            timeout=(min(CONNECT_S, _left(deadline)), min(IDLE_S, _left(deadline))),
        )
        if answer.status_code not in (301, 302, 303, 307, 308):
            return answer
        answer.close()
        url = _joined(url, answer.headers.get("Location", ""))
    raise FetchFailed(f"{home[1]} redirects too often.", retry=False)


def _checked(url: str) -> tuple[str, str, int | None]:
    """The URL's origin. Raises FetchFailed unless it is a plain http or https link."""
    try:
        parts = urlsplit(url)
        found = origin(parts)
    except ValueError:
        raise FetchFailed("The link cannot be read.", retry=False) from None
    if parts.scheme not in ("http", "https") or not found[1]:
        raise FetchFailed("The link is not an http or https address.", retry=False)
    if "@" in parts.netloc:
        raise FetchFailed("The link carries a password.", retry=False)
    return found


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        raise FetchFailed("A redirect cannot be read.", retry=False) from None


def _check_status(answer: requests.Response, host: str) -> None:
    status = answer.status_code
    if status == 200:
        return
    if status in _EXPIRED:
        text = f"{host} answered {status}: the link has expired."
        raise FetchFailed(text, retry=False, expired=True)
    later = status >= 500 or status in _LATER
    raise FetchFailed(f"{host} answered {status}.", retry=later)


def _stream(
    answer: requests.Response,
    part: Path,
    max_bytes: int,
    deadline: float,
    on_progress: Progress | None,
) -> Fetched:
    """Write the body as it comes; every read returns what is there, so no clock is missed."""
    length = answer.headers.get("Content-Length", "")
    total = int(length) if length.isascii() and length.isdigit() else None
    _check_size(total or 0, max_bytes)
    digest, size = hashlib.sha256(), 0
    with part.open("wb") as file:
        while chunk := answer.raw.read1(CHUNK, decode_content=False):
            size += len(chunk)
            _check_size(size, max_bytes)
            digest.update(chunk)
            file.write(chunk)
            if on_progress:
                on_progress(size, total)
            _left(deadline)
        if total is not None and size != total:
            raise FetchFailed(f"Only {size} of {total} bytes arrived.", retry=True)
        if not size:
            raise FetchFailed("The file that came is empty.", retry=True)
        file.flush()
        os.fsync(file.fileno())
    content_type = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return Fetched(size, digest.hexdigest(), content_type)


def _check_size(size: int, limit: int) -> None:
    if size > limit:
        raise FetchFailed(f"The file is larger than {limit / 1e6:g} MB.", retry=False)


def _left(deadline: float) -> float:
    """Seconds until the deadline. Raises FetchFailed after it."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise FetchFailed("The download took too long.", retry=True)
    return left
