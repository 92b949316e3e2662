"""One round of dispatch: ring what is due. Everything here may be repeated or lost."""

from __future__ import annotations

import datetime as dt
import logging
import time

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import notices
from generations import lifecycle, queue
from generations.auditing import balances, cases, masks, nightly
from generations.budgets import alerts
from generations.models import (
    Found,
    Generation,
    ProviderAccount,
    Selection,
    State,
    Voice,
)

from . import ringing

log = logging.getLogger(__name__)

RING_AGAIN = dt.timedelta(seconds=10)
# Seconds: how often to look for what is to be audited, for old balances, and after a failed one.
AUDIT_S, BALANCES_S, AGAIN_S = 2.0, 60.0, 600.0
# Seconds: after which an audit that is still due is rung for again.
AUDIT_AGAIN_S = 30.0
# Seconds: how often to compare budgets with the thresholds of their teams.
ALERTS_S = 10.0
# Seconds: how often to remove files whose time in the bin is over.
BIN_S, BEGIN_S = 3600.0, 300.0
MOST = 100


class Dispatch:
    """Remembers only when it last rang for polls, audits and balances; all else is in the rows."""

    def __init__(self) -> None:
        self.polled_at = 0.0
        self.looked_at = self.audited_at = 0.0
        # The newest clip that was still to be audited, and how many masks there were.
        self.audited: tuple[int, dict[str, int]] = (0, {})
        self.asked: dict[int, float] = {}
        self.asked_at = 0.0
        self.watched_at = 0.0
        # Not at once: whoever starts it again and again has better things to do then.
        self.emptied_at = time.monotonic() + BEGIN_S - BIN_S

    def tick(self) -> int:
        """Ring what is due, recover dead leases; how many rings."""
        clips = self.recover() + self.queued() + self.archives() + self.polls()
        others = self.selections() + self.voices() + self.audits()
        return clips + others + self.balances() + self.alerts() + self.bin()

    def recover(self) -> int:
        now = timezone.now()
        stale = Generation.objects.filter(state=State.SUBMITTING).filter(
            Q(lease_until__lt=now) | Q(lease_until=None)
        )
        rows = list(stale.values_list("pk", flat=True)[:MOST])
        for pk in rows:
            lifecycle.recover(pk)
        return len(rows)

    def queued(self) -> int:
        """Oldest first, and no more than a minute's worth: the rest comes with the next rounds."""
        return self._ring("submit", State.QUEUED, Q())

    def archives(self) -> int:
        now = timezone.now()
        return self._ring("archive", State.ARCHIVING, Q(lease_until=None) | Q(lease_until__lt=now))

    def _ring(self, task: str, state: State, free: Q) -> int:
        now = timezone.now()
        due = Generation.objects.filter(state=state, due_at__lte=now).filter(free)
        pks = list(due.order_by("due_at").values_list("pk", flat=True)[:MOST])
        if pks:
            Generation.objects.filter(pk__in=pks, state=state).update(due_at=now + RING_AGAIN)
            queue.ring(task, *pks)
        return len(pks)

    def selections(self) -> int:
        """Selections to be asked for, or whose pictures are missing; those of dead workers."""
        now = timezone.now()
        due = Selection.objects.filter(state__in=(Found.QUEUED, Found.SENDING, Found.DONE))
        rows = list(due.filter(lease_until__lt=now).values_list("pk", "state")[:MOST])
        for pk in (pk for pk, state in rows if state == Found.SENDING):
            lifecycle.recover_selection(pk)
        ready = [pk for pk, state in rows if state != Found.SENDING]
        if ready:
            again = Selection.objects.filter(pk__in=ready).exclude(state=Found.SENDING)
            again.filter(lease_until__lt=now).update(lease=None, lease_until=now + RING_AGAIN)
            queue.ring("select", *ready)
        return len(rows)

    def voices(self) -> int:
        """Voices to be made, and lost ones to be looked up; those of dead workers."""
        now = timezone.now()
        due = Voice.objects.filter(state__in=(Found.QUEUED, Found.SENDING, Found.UNCERTAIN))
        rows = list(due.filter(lease_until__lt=now).values_list("pk", "state")[:MOST])
        for pk in (pk for pk, state in rows if state == Found.SENDING):
            lifecycle.recover_voice(pk)
        ready = [pk for pk, state in rows if state != Found.SENDING]
        if ready:
            again = Voice.objects.filter(pk__in=ready).exclude(state=Found.SENDING)
            again.filter(lease_until__lt=now).update(lease=None, lease_until=now + RING_AGAIN)
            queue.ring("voice", *ready)
        return len(rows)

    def polls(self) -> int:
        """Ring a poll where something is due, nobody looks after it and a poller may start."""
        if time.monotonic() - self.polled_at < 1:
            return 0
        now = timezone.now()
        at_work = ProviderAccount.objects.filter(lease_until__gt=now).values("lease").distinct()
        if at_work.count() >= settings.POLLERS:
            return 0
        due = Generation.objects.filter(state__in=lifecycle.LOOKED_AFTER, due_at__lte=now).filter(
            Q(account__lease_until=None) | Q(account__lease_until__lt=now)
        )
        if not due.exists():
            return 0
        self.polled_at = time.monotonic()
        queue.poll()
        return 1

    def audits(self) -> int:
        """Ring for an audit where clips or masks ended; again where nobody came for the ring."""
        now = time.monotonic()
        if now - self.looked_at < AUDIT_S:
            return 0
        self.looked_at = now
        clip, found = cases.behind(), masks.ended()
        rung, known = self.audited
        is_due = clip and (clip != rung or now - self.audited_at >= AUDIT_AGAIN_S)
        if not is_due and found == known:
            return 0
        self.audited, self.audited_at = (clip, found), now
        queue.ring("audit", 0)
        return 1

    def balances(self) -> int:
        """Ring for the balances that are an hour old; a failing one again after ten minutes."""
        now = time.monotonic()
        if now - self.asked_at < BALANCES_S:
            return 0
        self.asked_at = now
        pks = [pk for pk in balances.due() if now - self.asked.get(pk, -AGAIN_S) >= AGAIN_S]
        self.asked |= dict.fromkeys(pks, now)
        queue.ring("balance", *pks)
        return len(pks) + self.books()

    def books(self) -> int:
        """Once a day, ring for the ledger to be summed again."""
        if not nightly.due():
            return 0
        nightly.begin()
        return 1

    def bin(self) -> int:
        """Once an hour, ring for the files of results that lie in the bin for too long."""
        if time.monotonic() - self.emptied_at < BIN_S:
            return 0
        self.emptied_at = time.monotonic()
        queue.ring("empty_bin", 0)
        return 1

    def alerts(self) -> int:
        """Write which budgets passed a threshold, and ring for the mails that are due."""
        now = time.monotonic()
        if now - self.watched_at < ALERTS_S:
            return 0
        self.watched_at = now
        with transaction.atomic():
            ringing.passed(alerts.watch())
        pks = alerts.due()
        queue.ring("tell", *pks)
        return len(pks) + self.notices()

    def notices(self) -> int:
        """Ring for the mails that people chose to get, and forget what is old."""
        pks = notices.due()
        queue.ring("notice", *pks)
        notices.forget()
        return len(pks)
