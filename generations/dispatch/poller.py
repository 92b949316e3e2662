"""Looking at jobs, by the thousand: one task takes accounts under leases and looks at all that
is due in them with a pool of threads, for some seconds.

The main thread does the database, the threads do only HTTP. Claiming a row pushes its next due
time, so a look that shows nothing new writes nothing more, and a crash only delays a look. The
leases keep two pollers from the same account; they are renewed each second and end by
themselves ten seconds after a death.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
import uuid
from collections import defaultdict
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from generations import lifecycle, queue
from generations.models import Attempt, Generation, ProviderAccount, State, Trouble
from generations.pace import (
    OFF_PEAK,
    Key,
    back_off,
    is_late,
    is_overdue,
    measured,
    next_look,
    times,
)
from generations.providers.client import Client
from generations.providers.types import Barred, Busy, Exchange, Gone, Job, ProviderError, Report

log = logging.getLogger(__name__)

LEASE = dt.timedelta(seconds=10)
PER_ACCOUNT = 64
BATCH = 200
# One claim in so many seconds, not one for each answer: claims are what costs the database.
ROUND_S = 0.025
IDLE_S = 0.1

Look = tuple[Report, Exchange] | str | None


@dataclass(slots=True)
class Door:
    """One account under our lease, and how it behaves."""

    account: ProviderAccount
    client: Client
    flying: int = 0
    troubles: int = 0
    closed_until: float = 0.0


@dataclass(slots=True)
class Poller:
    """``looks`` and ``late`` (seconds a look came after it was due) are for those who measure."""

    lease: uuid.UUID = field(default_factory=uuid.uuid4)
    doors: dict[int, Door] = field(default_factory=dict)
    typical: dict[Key, float] = field(default_factory=dict)
    flying: dict[Future[Look], tuple[int, Generation]] = field(default_factory=dict)
    back: SimpleQueue[Future[Look]] = field(default_factory=SimpleQueue)
    looks: int = 0
    late: list[float] | None = None
    _renewed: float = 0.0

    def run(self, seconds: float) -> None:
        """Look at what is due until the time is over, or until nothing is left to look at."""
        end = time.monotonic() + seconds
        with ThreadPoolExecutor(settings.POLL_THREADS, "look") as pool:
            try:
                while time.monotonic() < end and self._lease():
                    started = self._start(pool)
                    self._finish(ROUND_S if started or self.flying else IDLE_S)
                if self.doors:
                    # Whoever comes next begins while our last looks are still in the air; they
                    # were claimed, so nobody looks twice.
                    self._release()
                    queue.poll()
            finally:
                self._release()
                while self.flying:
                    self._finish(1)

    def _lease(self) -> bool:
        """Take or renew leases, once a second; False if there is nothing to look after."""
        if time.monotonic() - self._renewed < 1:
            return bool(self.doors)
        self._renewed = time.monotonic()
        now = timezone.now()
        live = Generation.objects.filter(state__in=lifecycle.LOOKED_AFTER, due_at__isnull=False)
        wanted = set(live.values_list("account_id", flat=True).distinct())
        wanted |= {pk for pk, door in self.doors.items() if door.flying}
        free = Q(lease=self.lease) | Q(lease_until=None) | Q(lease_until__lt=now)
        ours = ProviderAccount.objects.filter(pk__in=wanted).filter(free)
        ours.update(lease=self.lease, lease_until=now + LEASE)
        accounts = {
            one.pk: one for one in ProviderAccount.objects.filter(lease=self.lease, pk__in=wanted)
        }
        for pk in set(self.doors) - set(accounts):
            del self.doors[pk]
        fresh = set(accounts) - set(self.doors)
        for pk in fresh:
            self.doors[pk] = Door(accounts[pk], lifecycle.client_of(accounts[pk]))
        if fresh:
            self.typical = measured(self.doors)
        return bool(self.doors)

    def _start(self, pool: ThreadPoolExecutor) -> int:
        """Claim what is due and hand it to the threads; how many."""
        room = settings.POLL_THREADS * 2 - len(self.flying)
        open_doors = [
            pk
            for pk, door in self.doors.items()
            if door.closed_until < time.monotonic() and door.flying < self._most()
        ]
        if room <= 0 or not open_doors:
            return 0
        now = timezone.now()
        due = Generation.objects.filter(
            account__in=open_doors, state__in=lifecycle.LOOKED_AFTER, due_at__lte=now
        ).order_by("due_at")
        due = due.only(*_COLUMNS).annotate(told_off_peak=OFF_PEAK)
        rows = list(due[: min(room, BATCH)])
        rows = [row for row in rows if self._has_room(row.account_id)]
        if not rows:
            return 0
        self._push(rows, now)
        attempts = _attempts(rows)
        for row in rows:
            attempt = attempts.get(row.pk)
            door = self.doors[row.account_id]
            if attempt is None:
                door.flying -= 1
                continue
            if self.late is not None and row.due_at:
                self.late.append((now - row.due_at).total_seconds())
            job = Job(attempt.remote_id, attempt.poll_url, str(attempt.token))
            look = door.client.check if job.remote_id else door.client.search
            future = pool.submit(look, job)
            self.flying[future] = (attempt.pk, row)
            future.add_done_callback(self.back.put)
        return len(rows)

    def _most(self) -> int:
        """Looks in the air for one account: slow accounts together must not take all threads."""
        fair: int = settings.POLL_THREADS // max(1, len(self.doors))
        return max(4, min(PER_ACCOUNT, fair))

    def _has_room(self, account: int) -> bool:
        door = self.doors[account]
        if door.flying >= self._most():
            return False
        door.flying += 1
        return True

    def _push(self, rows: list[Generation], now: dt.datetime) -> None:
        """The claim: each row's next look. Rows with the same wait share one statement."""
        waits: dict[float, list[int]] = defaultdict(list)
        for row in rows:
            waits[self._wait(row, now)].append(row.pk)
        for seconds, pks in waits.items():
            Generation.objects.filter(pk__in=pks).update(due_at=now + dt.timedelta(seconds=seconds))

    def _wait(self, row: Generation, now: dt.datetime) -> float:
        age = (now - (row.submitted_at or row.created_at)).total_seconds()
        door = self.doors[row.account_id]
        off_peak = _off_peak(row)
        typical = self.typical.get((row.account_id, row.operation, row.model, off_peak))
        if row.state == State.UNCERTAIN:
            typical = None
        seconds = next_look(age, typical, times(door.account, off_peak=off_peak).refresh_s)
        return round(seconds * 2) / 2 if seconds >= 1 else 1.0

    def _finish(self, patience: float) -> None:
        """Take in what comes back for so many seconds, or until nothing is in the air."""
        if not self.flying:
            time.sleep(patience)
            return
        end = time.monotonic() + patience
        while self.flying and (left := end - time.monotonic()) > 0:
            try:
                future = self.back.get(timeout=left)
            except Empty:
                return
            attempt, row = self.flying.pop(future)
            door = self.doors.get(row.account_id)
            if door is not None:
                door.flying -= 1
            self.looks += 1
            self._take_in(attempt, row, door, future)

    def _take_in(
        self, attempt: int, row: Generation, door: Door | None, future: Future[Look]
    ) -> None:
        """A failing look changes nothing but the patience with that account."""
        try:
            seen = future.result()
        except ProviderError as trouble:
            log.info("a look at attempt %s failed: %s", attempt, trouble)
            if door is not None:
                _be_patient(door, trouble)
                _perhaps_overdue(row, door)
            return
        if door is not None:
            door.troubles = 0
        try:
            if isinstance(seen, str):
                lifecycle.heal(Attempt.objects.get(pk=attempt), seen, how="the provider's own list")
            elif seen is not None and not (door and _nothing_new(row, seen[0], door)):
                lifecycle.looked(attempt, *seen)
        except Exception:
            # One odd row must not end the looks at all others; it comes up again by itself.
            log.exception("what a look at attempt %s showed could not be taken in", attempt)

    def _release(self) -> None:
        ProviderAccount.objects.filter(lease=self.lease).update(lease=None, lease_until=None)


_COLUMNS = (
    "id",
    "account_id",
    "state",
    "operation",
    "model",
    "due_at",
    "submitted_at",
    "created_at",
    "report",
    "progress",
)


def _off_peak(row: Generation) -> bool:
    return bool(getattr(row, "told_off_peak", False))


def _be_patient(door: Door, trouble: ProviderError) -> None:
    """Busy: back off with the whole account. A barred account is flagged and waits."""
    if isinstance(trouble, Gone):
        return
    door.troubles += 1
    wait = trouble.retry_after if isinstance(trouble, Busy) else None
    seconds = wait or back_off(door.troubles, base=1.0, most=30.0)
    door.closed_until = time.monotonic() + min(seconds, 60.0)
    if isinstance(trouble, Barred):
        ProviderAccount.objects.filter(pk=door.account.pk, trouble="").update(
            trouble=Trouble.BAD_KEY, trouble_said=trouble.said[:300]
        )


def _perhaps_overdue(row: Generation, door: Door) -> None:
    if row.state == State.RUNNING and _runs_long(row, door):
        lifecycle.overdue(Generation.objects.select_related("account", "project").get(pk=row.pk))


def _runs_long(row: Generation, door: Door) -> bool:
    """Is there something to say of how long it runs, that was not said yet?"""
    off_peak = _off_peak(row)
    if is_overdue(row, door.account, off_peak=off_peak):
        return True
    return not row.report.get("late") and is_late(row, door.account, off_peak=off_peak)


def _nothing_new(row: Generation, report: Report, door: Door) -> bool:
    """The same as last time and not too late: not worth a query."""
    seen = {name: told for name, told in row.report.items() if name != "late"}
    return (
        not report.final
        and seen == {"word": report.word, "known": report.known}
        and report.progress in (None, row.progress)
        and not _runs_long(row, door)
    )


def _attempts(rows: list[Generation]) -> dict[int, Attempt]:
    """The newest attempt of each row."""
    found = Attempt.objects.filter(generation__in=[row.pk for row in rows]).order_by("number")
    return {
        one.generation_id: one
        for one in found.only("generation_id", "number", "remote_id", "poll_url", "token")
    }


def run() -> None:
    """One poll task; none where enough of them are at work, for workers have more to do."""
    at_work = ProviderAccount.objects.filter(lease_until__gt=timezone.now())
    if at_work.values("lease").distinct().count() < settings.POLLERS:
        Poller().run(settings.POLL_TASK_S)
