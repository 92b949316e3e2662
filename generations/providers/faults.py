"""Foreign errors as closed tables: what every room needs to read an answer that is not good news.

A room lists the cases that its sheet describes as frozen ``Fault`` rows; the first row that fits
is raised. What no row describes is not guessed at: after a paying request a 5xx, a redirect or a
time-out is Uncertain, for the job may exist; every other unlisted answer is Broken.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn

from .types import Barred, Broken, Busy, ProviderError, Response, Uncertain

LONGEST_SAID = 500
LONGEST_WAIT_S = 3600.0


@dataclass(frozen=True, slots=True)
class Reason:
    """What a provider says about a failure: its text, and its own code if it gives one."""

    said: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """One described case; it fits when all its conditions do. ``words`` is lower case.

    ``ours`` is put before the provider's words; ``slots`` means too many jobs at once;
    ``field`` names what a refusal is about, so that a file is handed over once more;
    ``seen`` is the section of the contract sheet.
    """

    error: type[ProviderError]
    status: int | None = None
    code: str = ""
    words: str = ""
    ours: str = ""
    slots: bool = False
    field: str = ""
    seen: str = ""

    def fits(self, status: int, reason: Reason) -> bool:
        return (
            self.status in (None, status)
            and self.code in ("", reason.code)
            and self.words in reason.said.lower()
        )


def raise_for(
    table: Sequence[Fault], response: Response, reason: Reason, *, pays: bool
) -> NoReturn:
    """Raise what the table says of this answer, or what holds for a case nobody described.

    Raises the row's error; else Uncertain (after a paying request), Busy or Broken.
    """
    fault = next((row for row in table if row.fits(response.status, reason)), None)
    if fault is None:
        fault = _undescribed(response.status, pays=pays)
    theirs = reason.said or f"HTTP {response.status}"
    said = f"{fault.ours}: {theirs}" if fault.ours else theirs
    if issubclass(fault.error, Busy):
        wait = retry_after(response)
        raise fault.error(said, code=reason.code, retry_after=wait, slots=fault.slots)
    if fault.error is Broken and response.status == 401:
        raise Barred(said, code=reason.code)
    raise fault.error(said, code=reason.code, field=fault.field)


def retry_after(response: Response) -> float | None:
    """Seconds to wait, an hour at most, by the Retry-After header: a number or a date."""
    text = response.headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return min(float(text), LONGEST_WAIT_S)
    try:
        then = parsedate_to_datetime(text)
    except ValueError:
        return None
    if then.tzinfo is None:
        return None
    wait = (then - dt.datetime.now(dt.UTC)).total_seconds()
    return min(max(0.0, wait), LONGEST_WAIT_S)


def object_of(response: Response) -> dict[str, Any] | None:
    """The body as a JSON object; None if it is anything else."""
    try:
        body = response.json()
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def object_in(body: bytes) -> dict[str, Any]:
    """A webhook's body as a JSON object; empty if it is anything else."""
    return object_of(Response(200, {}, body)) or {}


def plain(value: object) -> str:
    """A provider's words, fit to be shown: one line, cut; an object is searched for its text."""
    if isinstance(value, dict):
        found = (plain(value.get(name)) for name in ("message", "error", "detail"))
        return next((one for one in found if one), "")
    if value is None or isinstance(value, (list, bool)):
        return ""
    text = " ".join(str(value).replace("\0", "").split())
    text = text.encode("utf-8", "replace").decode()  # no half characters, which JSON can bring
    return text if len(text) <= LONGEST_SAID else text[: LONGEST_SAID - 1] + "…"


def page(response: Response) -> str:
    """The words of a body that is not JSON; nothing of a web page."""
    text = plain(response.text())
    return "" if text.startswith(("<", "{", "[")) else text


def _undescribed(status: int, *, pays: bool) -> Fault:
    if status >= 500 or status < 400 or status == 408:
        return Fault(Uncertain if pays or status < 400 else Busy)
    return Fault(Broken)
