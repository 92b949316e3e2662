"""Reading useapi.net's answers: its errors, its status numbers and its video object.

Source: contract sheet useapi, sections 1.1, 1.2, 2.16, 2.18, 4.1 and 4.2.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from ..faults import Fault, Reason, object_of, page, plain
from ..types import (
    Barred,
    Broken,
    Busy,
    Charge,
    Gone,
    Moderated,
    NoBalance,
    Refused,
    Remote,
    Report,
    Response,
)

FAULTS = (
    # Lifetime of an upload: unknown (2.3). Handing it over once more costs nothing.
    Fault(Refused, 400, words="not found", field="image", seen="1.1"),
    Fault(Refused, 400, seen="1.1"),
    Fault(Broken, 401, ours="useapi.net does not accept the token", seen="1.1"),
    Fault(Barred, 402, ours="the useapi.net subscription is missing or has ended", seen="1.1"),
    Fault(Broken, 403, ours="this belongs to another useapi.net user", seen="1.1"),
    Fault(Broken, 404, ours="the PixVerse account is not set up at useapi.net", seen="1.1"),
    Fault(NoBalance, 412, ours="the PixVerse account is out of credits", seen="1.1"),
    Fault(Moderated, 422, seen="1.1"),
    Fault(
        Busy,
        429,
        words="concurrent",
        ours="PixVerse's plan takes no more jobs at once",
        slots=True,
        seen="5.2 b: PixVerse's own 429, passed on",
    ),
    Fault(
        Busy,
        429,
        ours="useapi.net's number of jobs at once (maxJobs) is reached",
        slots=True,
        seen="5.2 a: nothing was submitted",
    ),
    Fault(
        Barred,
        596,
        ours="the PixVerse account has a pending error: set it up again at useapi.net",
        seen="1.1: certain, and cleared only by POST /accounts/{email}",
    ),
)
LOOKING = (
    Fault(Gone, 410, seen="1.1: older than the retention, not confirmed for PixVerse"),
    Fault(Broken, 400, seen="1.1"),
    Fault(Busy, 429, seen="5.2"),
    *FAULTS,
)

STILL_RUNNING = Report(Remote.RUNNING, "404")

# 5 is final by an old page and waiting by every newer one (7.3); 9 is in no page of videos.
STATES = {
    1: Remote.SUCCEEDED,
    5: Remote.WAITING,
    7: Remote.MODERATED,
    8: Remote.FAILED,
    9: Remote.RUNNING,
    10: Remote.RUNNING,
}
NAMES = {
    "COMPLETED": Remote.SUCCEEDED,
    "QUEUED": Remote.WAITING,
    "MODERATED": Remote.MODERATED,
    "FAILED": Remote.FAILED,
    "GENERATING": Remote.RUNNING,
    "PROCESSING": Remote.RUNNING,
}
EMAIL = re.compile(r"[^\s@<>:]+@[^\s@<>:]+\.\w+")


def made(body: dict[str, Any]) -> str:
    """The id of what is being made: a video, a template's picture, or the first of pictures."""
    ids = body.get("success_ids")
    first = ids[0] if isinstance(ids, list) and ids else None
    return plain(body.get("video_id")) or plain(body.get("image_id")) or plain(first)


def row_of(body: dict[str, Any] | None, remote_id: str) -> dict[str, Any] | None:
    """The video of that id in a list of videos (2.16)."""
    rows = (body or {}).get("data")
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, dict) and row.get("video_id") == remote_id:
            return row
    return None


def read(body: dict[str, Any]) -> Report:
    """A video or picture. A video is done with status 1, a width and a link: 1 may be early."""
    word, state = word_of(body), state_of(body)
    said = without_email(plain(body.get("error")))
    if said:
        moderated = state is Remote.MODERATED
        return Report(Remote.MODERATED if moderated else Remote.FAILED, word or "error", said=said)
    if state is Remote.SUCCEEDED:
        link = _link(body)
        if not link:
            return Report(Remote.RUNNING, word)
        seed = body.get("seed")
        # 0 is what stands where nothing was told.
        return Report(
            state, word, links=(link,), seed=seed if type(seed) is int and seed > 0 else None
        )
    if state in (Remote.MODERATED, Remote.FAILED):
        return Report(state, word, said=f"PixVerse says: {word}")
    return Report(state or Remote.RUNNING, word, known=state is not None)


def _link(body: dict[str, Any]) -> str:
    """The link of a finished thing; a picture's (2.18) needs no width beside it."""
    url, width = body.get("url"), body.get("output_width")
    if _kind(body) == "image":
        url, width = body.get("image_url") or url, 1
    sound = isinstance(width, int) and width > 0 and isinstance(url, str)
    return str(url) if sound else ""


def _kind(body: dict[str, Any]) -> str:
    """``video`` or ``image``: the head of the names of its fields."""
    return "image" if "image_status" in body or "image_status_name" in body else "video"


def state_of(body: dict[str, Any]) -> Remote | None:
    """By number, else by name; None for a status that the sheet does not have."""
    kind = _kind(body)
    number = plain(body.get(f"{kind}_status"))
    if number:
        return STATES.get(int(number)) if number.isdecimal() else None
    return NAMES.get(plain(body.get(f"{kind}_status_name")).upper())


def word_of(body: dict[str, Any]) -> str:
    """The name beside the number where there is one."""
    kind = _kind(body)
    name = plain(body.get(f"{kind}_status_name")).upper()
    return name or plain(body.get(f"{kind}_status"))


def charge_of(body: dict[str, Any], unit: str) -> Charge | None:
    """``cost_credits``, optional (2.4): read only if it is a number that makes sense."""
    cost = body.get("cost_credits")
    if isinstance(cost, bool) or not isinstance(cost, (int, Decimal)) or cost < 0:
        return None
    return Charge(Decimal(cost), unit)


def reason_of(response: Response) -> Reason:
    """``error`` is a text; an object is read defensively (1.2). E-mails are taken out."""
    body = object_of(response)
    if body is None:
        return Reason(without_email(page(response)))
    return Reason(without_email(plain(body)), code=plain(body.get("code")))


def without_email(text: str) -> str:
    """The account's e-mail is personal data and says nothing to a member."""
    return EMAIL.sub("…", text)
