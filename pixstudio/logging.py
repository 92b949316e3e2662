"""Logging that never prints a key: what is known as one, looks like one, or is named as one."""

from __future__ import annotations

import logging
import re

# Header and field names whose value is a secret, and the shapes of the providers' keys and of
# links to join and of guests. A name may have a prefix (X-Api-Key, webhook_secret); a value may
# be quoted, bytes, or escaped JSON.
_NAMED = re.compile(
    r"(?i)(?<![^\W_])((?:[\w-]{1,40}[_-])?(?:(?:api)?key|authorization|cookie|password|secret))"
    r"((?:\\?['\"])?\s*[:=]\s*(?:b?\\?['\"])?|\\?['\"],\s*b?\\?['\"])"
    r"(bearer\s+)?([^\s'\",;}&\\]{4,})"
)
_SHAPED = re.compile(
    r"(?i)(bearer\s+)[\w:.\-]{6,}|\bsk-[\w\-]{6,}|\buser:\d+-\w{6,}|sandbox-[\w-]{6,}"
    r"|(?<=/join/)[\w:.\-]{6,}|(?<=/guest/)[\w\-]{6,}"
)
# What providers write behind "key:" that is none: what is wrong with it.
_SAID = frozenset({"invalid", "missing", "wrong", "expired", "revoked", "unknown", "disabled"})
_SHORTEST = 6
_MOST_KNOWN = 1000
_known: dict[str, None] = {}


def hide(secret: str) -> None:
    """From now on this process prints ``[redacted]`` where it would print this very text."""
    if len(secret) >= _SHORTEST and secret not in _known:
        if len(_known) >= _MOST_KNOWN:
            _known.pop(next(iter(_known)), None)
        _known[secret] = None


def redact(text: str) -> str:
    """The text without anything that is known as a key or looks like one."""
    for secret in list(_known):
        text = text.replace(secret, "[redacted]")
    text = _NAMED.sub(_without_value, text)
    return _SHAPED.sub(lambda found: f"{found[1] or ''}[redacted]", text)


def _without_value(found: re.Match[str]) -> str:
    is_words = found[1].lower() == "key" and found[2] == ": " and not found[3]
    if is_words and found[4].lower() in _SAID:
        return found[0]
    return f"{found[1]}{found[2]}{found[3] or ''}[redacted]"


class Redact(logging.Filter):
    """Redacts the finished message, arguments included."""

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            message = record.getMessage()
        except (TypeError, ValueError):  # a slip in the format must not break the caller
            message = f"{record.msg} {record.args}"
        record.msg, record.args = redact(message), None
        return True


class Line(logging.Formatter):
    """One line a record; tracebacks are redacted as well, for they carry values."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))

    def formatException(self, ei: object) -> str:  # noqa: N802 - the standard library's name
        return redact(super().formatException(ei))  # type: ignore[arg-type]
