"""Is the cluster alive? Only a canary that was run and acknowledged proves it.

django-q2 goes on looking alive when an idle worker was killed (it runs nothing any more) or its
monitor was (it runs everything again and again): both measured. So a canary is asked for every
5 s; every task that starts is a sign of life too, and a cluster whose workers are all at long
work is not a dead one. A hung cluster is killed as a whole, and its supervisor starts it again.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import os
import signal
import time
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from generations import queue
from generations.models import Generation, Heartbeat, ProviderAccount, State

log = logging.getLogger(__name__)

LIFE, CANARY = "life", "canary"
EVERY = dt.timedelta(seconds=5)
HUNG_AFTER = dt.timedelta(seconds=30)
# A canary run this long after another was taken proves that the other was run as well.
SURELY_RUN = dt.timedelta(seconds=15)

_last_sign = 0.0


def pid_file() -> Path:
    """Written by ``manage.py worker``: the process group of this machine's cluster."""
    return Path(settings.DATA_DIR) / "worker.pid"


def sign_of_life() -> None:
    """Called by every task; writes at most once in two seconds and process."""
    global _last_sign
    if time.monotonic() - _last_sign > 2:
        _last_sign = time.monotonic()
        _answer(LIFE)


def answer() -> None:
    """The canary, run by a worker."""
    _answer(CANARY)
    _answer(LIFE)


def _answer(name: str) -> None:
    now = timezone.now()
    if not Heartbeat.objects.filter(name=name).update(answered_at=now):
        Heartbeat.objects.get_or_create(name=name, defaults={"answered_at": now})


class Watchdog:
    """Call ``watch`` about once a second."""

    def __init__(self) -> None:
        self.rung_at: dt.datetime | None = None
        self.grace_from = timezone.now()
        self.busy_at = self.grace_from

    def watch(self, now: dt.datetime | None = None) -> bool:
        """Ask when it is time to, end the cluster when it hangs. True if it was ended."""
        now = now or timezone.now()
        if self.rung_at is None or now - self.rung_at >= EVERY:
            if self.rung_at is None or now - self.rung_at > 4 * EVERY:
                # We slept ourselves (a suspended machine): begin anew instead of judging.
                self.grace_from = now
            queue.ring_canary()
            self.rung_at = now
        if why := self._hung(now):
            log.error("the cluster hangs: %s; ending it", why)
            self.grace_from = now
            queue.forget_canaries()
            end_cluster()
            return True
        return False

    def _hung(self, now: dt.datetime) -> str:
        answers = dict(Heartbeat.objects.values_list("name", "answered_at"))
        last = max(answers.get(LIFE) or self.grace_from, self.grace_from, self.busy_at)
        if now - last > HUNG_AFTER:
            if not _all_at_work(now):
                return f"no task was started since {last:%H:%M:%S}"
            self.busy_at = now
        run = answers.get(CANARY)
        if run and run > self.grace_from + SURELY_RUN:
            lost = [
                taken
                for taken in queue.canaries_taken()
                if self.grace_from < taken < run - SURELY_RUN
            ]
            if len(lost) >= 2:
                return f"{len(lost)} tasks were run and not acknowledged"
        return ""


def _all_at_work(now: dt.datetime) -> bool:
    """By the leases: has every worker long work in hand, so that none is free for a canary?"""
    working = Generation.objects.filter(state__in=(State.SUBMITTING, State.ARCHIVING))
    polling = ProviderAccount.objects.filter(lease_until__gt=now).values("lease").distinct()
    busy = working.filter(lease_until__gt=now).count() + polling.count()
    return bool(busy >= settings.Q_CLUSTER["workers"])


def remember_cluster() -> None:
    """Write down this process's group; ``manage.py worker`` is about to become the cluster."""
    pid_file().write_text(f"{os.getpgrp()} {_born(os.getpgrp())}", encoding="utf-8")


def end_cluster() -> bool:
    """SIGKILL the process group of this machine's cluster. False if there is none here."""
    with contextlib.suppress(OSError, ValueError):
        group, born = pid_file().read_text(encoding="utf-8").split(maxsplit=1)
        # After a restart of the machine the number may belong to somebody else.
        if born == _born(int(group)):
            os.killpg(int(group), signal.SIGKILL)
            return True
    log.error("no cluster of this machine to end (%s)", pid_file())
    return False


def _born(pid: int) -> str:
    """When a process started, in the kernel's ticks; "-" where there is no such file system."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[19]
    except OSError:
        return "-"
