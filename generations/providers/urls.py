"""Addresses at a provider: joining, and trusting only what lies at its own origin."""

from __future__ import annotations

from urllib.parse import SplitResult, quote, urlsplit

PORTS = {"http": 80, "https": 443}


def join(base_url: str, path: str) -> str:
    """``path`` hung on the base URL, whose own path is kept; a whole URL stays as it is."""
    if path.startswith(("http://", "https://")):
        return path
    return f"{base_url.rstrip('/')}/{path.lstrip('/')}"


def segment(value: str) -> str:
    """An id as one part of a path: ``:`` and ``@`` stay raw. Raises ValueError if it cannot be."""
    if value in ("", ".", ".."):
        raise ValueError("an id that is no id")
    return quote(value, safe=":@!$'()*+,;=")


def same_origin(one: str, other: str) -> bool:
    """Do both URLs have the same scheme, host and port?"""
    try:
        return _origin(urlsplit(one)) == _origin(urlsplit(other))
    except ValueError:
        return False


def own(base_url: str, url: str) -> str:
    """``url`` if it lies at the provider's own origin, else "": rebuild it from the remote id.

    A bare path hangs on the base URL, so it lies there.
    """
    if url.startswith("/") and not url.startswith("//"):
        return url
    return url if url and same_origin(base_url, url) else ""


def _origin(parts: SplitResult) -> tuple[str, str, int]:
    if parts.scheme not in PORTS or not parts.hostname or parts.username or parts.password:
        raise ValueError("no plain http address")
    return parts.scheme, parts.hostname, parts.port or PORTS[parts.scheme]
