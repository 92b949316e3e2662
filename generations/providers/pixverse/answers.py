"""PixVerse's native answers: the envelope, ids and amounts.

Source: contract sheet pixverse, sections 1, 2 and 4. WorldRouter relays the same envelope, so its
room reads by this one.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..faults import object_of, plain
from ..types import Charge, Mask, Masks, Remote, Report, Response

GOOD = "0"

# Section 4. 2, 3, 9 and 10 are not in the Platform's docs: other surfaces of PixVerse call them
# pending. What is in no list counts as running until the longest time is over.
STATES = {
    "1": Remote.SUCCEEDED,
    "2": Remote.WAITING,
    "3": Remote.RUNNING,
    "5": Remote.RUNNING,
    "6": Remote.FAILED,
    "7": Remote.MODERATED,
    "8": Remote.FAILED,
    "9": Remote.WAITING,
    "10": Remote.RUNNING,
}
# No reason comes with a failure (pitfall 12); these are our words.
ENDINGS = {
    "6": "deleted at PixVerse",
    "7": "refused by PixVerse's moderation",
    "8": "PixVerse could not make it and gives no reason",
}


@dataclass(frozen=True, slots=True)
class Envelope:
    """``code`` is "0" for success, whatever the HTTP status; the payload may be empty."""

    code: str
    said: str
    payload: dict[str, Any]


def envelope(response: Response) -> Envelope | None:
    """Both spellings (``ErrCode`` and ``err_code``); None if the body is no envelope."""
    body = object_of(response)
    if body is None:
        return None
    for code, said, payload in (("ErrCode", "ErrMsg", "Resp"), ("err_code", "err_msg", "resp")):
        number = whole(body.get(code))
        if number:
            inner = body.get(payload)
            return Envelope(number, plain(body.get(said)), inner if isinstance(inner, dict) else {})
    return None


def whole(value: object) -> str:
    """A whole number as text, from a number or from digits; "" for anything else."""
    if type(value) is int and value >= 0:
        return str(value)
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return str(int(value)) if len(value) <= 20 else ""
    return ""


def identity(payload: dict[str, Any], *names: str) -> str:
    """The first id found under these names, as text: ids have up to 64 bits. "" for none."""
    found = (whole(payload.get(name)) for name in names)
    return next((one for one in found if one not in ("", "0")), "")


def charge(payload: dict[str, Any], unit: str) -> Charge | None:
    """What was taken, in ``unit``: ``credits``, or ``credit`` as one page spells it."""
    for name in ("credits", "credit"):
        taken = amount(payload.get(name))
        if taken is not None:
            return Charge(taken, unit)
    return None


def amount(value: object) -> Decimal | None:
    """A number of credits, exact; None for anything else."""
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool) and value >= 0:
        return Decimal(value)
    return None


def report(payload: dict[str, Any], taken: Charge | None) -> Report | None:
    """A look at a video (sections 2.26 and 4); None if there is no status.

    ``taken`` counts for a success only: the price of a job that ended otherwise comes back.
    """
    word = whole(payload.get("status"))
    if not word:
        return None
    state = STATES.get(word)
    if state is not Remote.SUCCEEDED:
        said = ENDINGS.get(word, "")
        return Report(state or Remote.RUNNING, word, said=said, known=state is not None)
    url = payload.get("url")
    if not isinstance(url, str) or not url.startswith(("https://", "http://")):
        # Done without a file is not described: look again.
        return Report(Remote.RUNNING, word, known=False)
    seed = whole(payload.get("seed"))
    # 0 is what stands where nothing was told.
    return Report(state, word, links=(url,), charge=taken, seed=int(seed or 0) or None)


def masks(payload: dict[str, Any], taken: Charge | None) -> Masks | None:
    """What can be swapped on a frame (section 2.16); None if no frame is named."""
    keyframe = identity(payload, "keyframe_id")
    if not keyframe:
        return None
    rows = payload.get("mask_info")
    found = [_mask(row) for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    picture = _link(payload.get("keyframe_url"))
    return Masks(int(keyframe), picture, tuple(one for one in found if one.id), taken)


def _mask(row: dict[str, Any]) -> Mask:
    """``mask_id`` is a text, "0" a good one."""
    given = row.get("mask_id")
    mask_id = plain(given) if isinstance(given, (str, int)) else ""
    return Mask(mask_id, plain(row.get("mask_name")) or mask_id, _link(row.get("mask_url")))


def _link(value: object) -> str:
    good = isinstance(value, str) and value.startswith(("https://", "http://"))
    return str(value) if good else ""
