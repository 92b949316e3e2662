"""PixVerse's webhook signature. Source: contract sheet pixverse, section 7.

String = timestamp, newline, nonce, newline, URL-encoded payload; signature = Base64 of its
HMAC-SHA256. How the payload is encoded is not settled, so three readings are tried: the JSON
body as ``key=value`` pairs sorted by key, the same in the body's order, and the raw text.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, quote_plus

OLDEST_S = 300


class _Number(str):
    """A number as it is spelled in the body."""


def is_genuine(
    secret: str, timestamp: str, nonce: str, signature: str, body: bytes, now: float
) -> bool:
    """Is it signed with the secret, no more than 300 s before or after ``now`` (Unix seconds)?"""
    if not (secret and nonce and re.fullmatch(r"[0-9]{1,12}", timestamp)):
        return False
    try:
        given = base64.b64decode(signature, validate=True)
        readings = set(_readings(body.decode("utf-8")))
    except (binascii.Error, ValueError, RecursionError):
        return False
    matches = [hmac.compare_digest(given, _sign(secret, timestamp, nonce, one)) for one in readings]
    return any(matches) and abs(now - int(timestamp)) <= OLDEST_S


def _sign(secret: str, timestamp: str, nonce: str, payload: str) -> bytes:
    text = f"{timestamp}\n{nonce}\n{payload}"
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()


def _readings(text: str) -> Iterator[str]:
    """Each reading with a space as %20 and as +, for that is open as well."""
    pairs = json.loads(text, parse_int=_Number, parse_float=_Number)
    encoders: tuple[Callable[[str], str], ...] = (lambda one: quote(one, safe=""), quote_plus)
    for encode in encoders:
        if isinstance(pairs, dict):
            yield "&".join(f"{encode(key)}={encode(_text(pairs[key]))}" for key in sorted(pairs))
            yield "&".join(f"{encode(key)}={encode(_text(pairs[key]))}" for key in pairs)
        yield encode(text)


def _text(value: Any) -> str:
    """Booleans as ``true`` and ``false``, numbers as spelled, other things as compact JSON."""
    if isinstance(value, str):
        return str(value)
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
