"""The one module that knows django-q2. A ring is only a nudge: rows say what is to be done."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from django.conf import settings
from django_q.tasks import async_task

log = logging.getLogger(__name__)

_CANARY = "generations.tasks.canary"


def ring(task: str, *ids: int) -> None:
    """Ask a worker to run ``generations.tasks.<task>`` once for each id.

    A queue that cannot be reached loses nothing: dispatch rings again from the rows.
    """
    for one in ids:
        try:
            async_task(f"generations.tasks.{task}", one)
        except Exception:  # noqa: BLE001 - whatever the broker raises, the row is the truth
            log.warning("could not ring %s %s", task, one, exc_info=True)
            return


def poll() -> None:
    """Ask a worker to look at what is due at the providers."""
    ring("poll", 0)


def ring_canary() -> None:
    """Ask for a sign of life, unless three questions wait already."""
    now = dt.datetime.now(dt.UTC)
    if len(_canaries(lock__lte=now)) < 3:
        ring("canary", 0)


def _canaries(**which: Any) -> list[Any]:
    """The newest canary messages in the ORM broker. Redis forgets what was taken: empty."""
    if "orm" not in settings.Q_CLUSTER:
        return []
    from django_q.models import OrmQ

    rows = OrmQ.objects.filter(key=settings.Q_CLUSTER["name"], **which).order_by("-id")[:1000]
    return [row for row in rows if row.func() == _CANARY]


def canaries_taken() -> list[dt.datetime]:
    """When each canary that a cluster took, and did not acknowledge yet, was taken.

    Taking a message locks it for ``retry`` seconds; acknowledging it deletes it.
    """
    retry = dt.timedelta(seconds=settings.Q_CLUSTER["retry"])
    # A message that nobody took carries the moment when it was written.
    return [row.lock - retry for row in _canaries(lock__gt=dt.datetime.now(dt.UTC))]


def forget_canaries() -> None:
    """Drop all questions, so that a cluster that starts again is asked afresh."""
    for row in _canaries():
        row.delete()
