"""Taking pictures: from an address as providers do, or from bytes; with the faults told apart."""

import io
from dataclasses import dataclass

import requests
from PIL import Image

LIMIT = 64 * 1024 * 1024


class Unfetched(Exception):
    """The address gave nothing usable; the text says why."""


class Unreadable(Exception):
    """These bytes are no picture."""


@dataclass(frozen=True)
class Picture:
    content: bytes
    format: str  # JPEG, PNG, WEBP, GIF, ...
    width: int
    height: int


def fetch(url: str) -> tuple[str, bytes]:
    """Content type and bytes behind an address."""
    try:
        with requests.Session() as session:
            session.trust_env = False
            reply = session.get(url, timeout=15)
            content = reply.content
    except (requests.RequestException, ValueError) as error:
        raise Unfetched(f"image could not be fetched: {type(error).__name__}") from error
    if reply.status_code != 200:
        raise Unfetched(f"image could not be fetched: HTTP {reply.status_code}")
    if len(content) > LIMIT:
        raise Unfetched("image could not be fetched: too big")
    return reply.headers.get("Content-Type", "").partition(";")[0].strip().lower(), content


def look(content: bytes) -> Picture:
    """Decode it whole: a cut file must not pass for a picture."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            image.load()
            return Picture(content, image.format or "", image.width, image.height)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Unreadable("image could not be read") from error
