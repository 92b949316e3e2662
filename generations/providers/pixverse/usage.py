"""PixVerse's usage detail. Source: contract sheet pixverse, section 2.24.

The question is documented, the fields of a line are not. So several names are tried for each, and
a list in which the amounts or the ids cannot be read is refused whole: half a list would make
clips look uncharged.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from ..faults import plain
from ..types import Usage
from .answers import amount, identity

MOMENT = "%Y-%m-%d %H:%M:%S"
PAGE = 100
JOBS = ("creation_id", "video_id", "image_id", "task_id", "job_id")
AMOUNTS = ("credits", "credit", "amount")
KINDS = ("creation_type", "type")
STATUS = ("credits_status", "status")
TIMES = ("create_time", "created_at", "time")


def question(since: dt.datetime, until: dt.datetime, cursor: str) -> dict[str, Any]:
    """The cursor holds the whole question; without one the times are told in UTC."""
    if cursor:
        return {"cursor": cursor}
    start, end = (one.astimezone(dt.UTC).strftime(MOMENT) for one in (since, until))
    return {"start_time": start, "end_time": end, "limit": PAGE}


def lines(payload: dict[str, Any]) -> tuple[list[Usage], str] | None:
    """The lines and the next cursor; None if a line cannot be read."""
    items = payload.get("items")
    if not isinstance(items, list):
        return None
    found = []
    for item in items:
        line = _line(item) if isinstance(item, dict) else None
        if line is None:
            return None
        found.append(line)
    after = payload.get("next_cursor")
    more = payload.get("has_more") is True and isinstance(after, str)
    return found, str(after) if more else ""


def _line(item: dict[str, Any]) -> Usage | None:
    taken = next((one for name in AMOUNTS if (one := amount(item.get(name))) is not None), None)
    if taken is None or not any(name in item for name in JOBS):
        return None
    status = _word(item, STATUS)
    if status not in ("consume", "refund"):
        return None
    job = identity(item, *JOBS)
    moment = _moment(_word(item, TIMES))
    signed = -taken if status == "refund" else Decimal(taken)
    return Usage(identity(item, "id"), job, _word(item, KINDS), signed, moment)


def _word(item: dict[str, Any], names: tuple[str, ...]) -> str:
    return next((text for name in names if (text := plain(item.get(name)))), "")


def _moment(text: str) -> dt.datetime | None:
    try:
        return dt.datetime.strptime(text, MOMENT).replace(tzinfo=dt.UTC)
    except ValueError:
        return None
