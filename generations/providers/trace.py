"""What is kept of an exchange: enough to understand it, without keys and without pictures."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

from .types import Request

HIDDEN = "[hidden]"
LONGEST_GOT = 4000
LONGEST_SENT = 8000
LONGEST_WORD = 300

_HEADERS = re.compile(
    r"""((?:authorization|api-key|ocp-apim-subscription-key)["']?\s*[:=]\s*["']?(?:bearer\s+)?)"""
    r"""(?!\[hidden\])[^\s"',}]+""",
    re.IGNORECASE,
)
_BEARER = re.compile(r"(\bbearer\s+)(?!\[hidden\])[A-Za-z0-9._~+/=-]{8,}", re.IGNORECASE)
_PARAMS = re.compile(
    r"""([?&](?:[\w-]*token|[\w-]*key|sig|[\w-]*signature|[\w-]*credential|auth)=)[^&\s"'\\]+""",
    re.IGNORECASE,
)


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """``text`` without these secrets (in any spelling), key headers and tokens in links."""
    spellings = {one for secret in secrets if secret for one in _spellings(secret)}
    for one in sorted(spellings, key=len, reverse=True):
        text = text.replace(one, HIDDEN)
    text = _HEADERS.sub(rf"\1{HIDDEN}", text)
    text = _BEARER.sub(rf"\1{HIDDEN}", text)
    return _PARAMS.sub(rf"\1{HIDDEN}", text)


def _spellings(secret: str) -> Iterable[str]:
    yield secret
    yield quote(secret, safe="")
    yield quote_plus(secret)
    yield json.dumps(secret)[1:-1]
    yield b64encode(secret.encode()).decode()


def sent(request: Request) -> str:
    """A request's body for the trace: data URIs, base64 and files abbreviated."""
    if request.json is not None:
        return json.dumps(_short(request.json), ensure_ascii=False, default=str)[:LONGEST_SENT]
    if request.files is not None:
        parts = [
            f"{name}: {file} ({mime}, {len(body)} bytes)"
            for name, (file, body, mime) in request.files.items()
        ]
        return "; ".join(parts)
    return "" if request.body is None else f"({len(request.body)} bytes)"


def _short(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _short(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_short(one) for one in value]
    if isinstance(value, str) and len(value) > LONGEST_WORD and not re.search(r"\s", value):
        return f"{value[:40]}… ({len(value)} characters)"
    return value
