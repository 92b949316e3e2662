"""Files lie on 256 shelves, and each shelf in use is swept now and then: nobody runs anything."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable

from django.core.files.storage import default_storage
from django.utils import timezone

from .storing import DAY_S

log = logging.getLogger(__name__)


def once_a_day(
    swept: dict[str, float], root: str, shelf: str, sweep: Callable[[str], object]
) -> None:
    """Sweep a shelf if this process has not for a day, as ``swept`` remembers. Never raises."""
    now = time.monotonic()
    if now < swept.get(shelf, 0.0):
        return
    swept[shelf] = now + DAY_S
    try:
        sweep(shelf)
    except Exception:
        log.exception("Could not sweep %s/%s", root, shelf)


def is_old(path: str) -> bool:
    """Has it lain there for a day? False for what is gone."""
    day_ago = timezone.now() - dt.timedelta(seconds=DAY_S)
    try:
        return bool(default_storage.get_modified_time(path) <= day_ago)
    except FileNotFoundError:
        return False
