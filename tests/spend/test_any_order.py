"""Whatever happens to clips, on whatever day, lines and sums are as the movements say.

Months are closed and prices change meanwhile: what was written stays as it was.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from decimal import Decimal
from unittest import mock

import pytest
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from accounts import closing, ledger
from accounts.ledger import Misused
from accounts.models import Kind, Movement, Purse
from generations.account_prices import add_rate
from generations.account_rules import BadAccount
from generations.causes import Cause
from generations.models import Generation, SpendDay, SpendLine, SpendMonth, State
from generations.spend import books, figures, rollup

from .conftest import Crew

WRITTEN = ("key", "kind", "month", "micros", "project", "account", "at")
KEPT = ("scope", "key", "held_micros", "spent_micros")
picks = st.integers(0, 3)
amounts = st.integers(0, 200) | st.just(100_000)


class Days(RuleBasedStateMachine):
    """Clips are asked for, end, are corrected and fetched again while days go by.

    ``seen`` are all movements as they were first seen, ``closed`` the digests of closed months.
    """

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.now = timezone.now() - dt.timedelta(days=60)
        self.clock = mock.patch.object(timezone, "now", lambda: self.now)
        self.clock.start()
        self.crew = Crew()
        self.clips: list[Generation] = []
        self.price = 100_000
        self.sold: dict[int, int] = {}
        self.seen: dict[int, tuple] = {}
        self.closed: dict[str, str] = {}

    def clip(self, pick: int) -> Generation | None:
        if not self.clips:
            return None
        return Generation.objects.get(pk=self.clips[pick % len(self.clips)].pk)

    @rule(days=st.integers(1, 20))
    def wait(self, days):
        self.now += dt.timedelta(days=days, hours=5)

    @rule(published=st.none() | amounts, pixazo=st.booleans(), olga=st.booleans())
    def ask(self, published, pixazo, olga):
        account = self.crew.pixazo if pixazo else self.crew.pixverse
        user = self.crew.olga if olga else self.crew.carl
        made = self.crew.clip(
            None,
            account=account,
            user=user,
            published=published,
            state=State.RUNNING,
            price=self.price,
        )
        self.clips.append(made)
        self.sold[made.pk] = self.price

    @rule(pick=picks, micros=amounts, cause=st.sampled_from(["", "failed", "moderated", "lost"]))
    def end(self, pick, micros, cause):
        made = self.clip(pick)
        if made is None or made.state != State.RUNNING:
            return
        state = {"": State.SUCCEEDED, "moderated": State.MODERATED}.get(cause, State.FAILED)
        why = Cause.LOST_FILE if cause == "lost" else cause
        rows = Generation.objects.filter(pk=made.pk)
        rows.update(state=state, cause=why, finished_at=self.now, charged_micros=micros)
        books.settle(made, micros, unit="credits") if micros else books.release(made)

    @rule(pick=picks)
    def fetch_again(self, pick):
        made = self.clip(pick)
        if made is not None and made.cause == Cause.LOST_FILE and made.charged_micros:
            rows = Generation.objects.filter(pk=made.pk)
            rows.update(state=State.SUCCEEDED, cause="", finished_at=self.now)
            books.settle(made, made.charged_micros)

    @rule(pick=picks, micros=st.sampled_from([-50, 50, 50, 7]), reason=st.sampled_from("abc"))
    def adjust(self, pick, micros, reason):
        if (made := self.clip(pick)) is None:
            return
        known = set(Movement.objects.values_list("pk", flat=True))
        asked_in = Movement.objects.get(key=f"hold:{made.uuid}").month
        try:
            written = books.adjust(made, micros, reason=reason, note="")
        except Misused:
            assert made.state == State.RUNNING or micros < 0
        else:
            # A correction of a closed month counts in the month in which it is written.
            today = ledger.month_of(self.now)
            late = asked_in in self.closed
            assert written.pk in known or written.month == (today if late else asked_in)

    @rule(back=st.integers(0, 2))
    def close_month(self, back):
        """The month before this one, or an earlier one; a month that runs refuses."""
        first = timezone.localdate(self.now).replace(day=1)
        for _ in range(back):
            first = (first - dt.timedelta(days=1)).replace(day=1)
        month, team = f"{first:%Y-%m}", self.crew.team
        may = back > 0 and month not in self.closed and not closing.held_in(team, month)
        try:
            row, _ = closing.close(self.crew.olga, team, month, lambda: self.files(month), {})
        except closing.CannotClose:
            assert not may
        else:
            assert may
            self.closed[month] = row.digest

    @rule(micros=st.integers(1, 200_000), days=st.integers(0, 70), pixazo=st.booleans())
    def change_price(self, micros, days, pixazo):
        """From today on, or as it was found out from an earlier day on; never in a closed month."""
        account = self.crew.pixazo if pixazo else self.crew.pixverse
        since = timezone.localdate(self.now) - dt.timedelta(days=days)
        rate = Decimal(micros) / 10_000_000
        try:
            add_rate(self.crew.olga, account, rate, since)
        except BadAccount:
            assert f"{since:%Y-%m}" in self.closed
        else:
            assert f"{since:%Y-%m}" not in self.closed
            self.price = micros

    def files(self, month: str) -> dict[str, bytes]:
        rows = Movement.objects.filter(team=self.crew.team, month=month).order_by("pk")
        purses = Purse.objects.filter(team=self.crew.team, month=month).order_by("pk")
        lines = [*rows.values_list("pk", *WRITTEN), *purses.values_list(*KEPT)]
        return {"month.txt": repr(lines).encode()}

    @invariant()
    def what_was_written_stays(self):
        now = {row[0]: row[1:] for row in Movement.objects.values_list("pk", *WRITTEN)}
        assert {pk: now.get(pk) for pk in self.seen} == self.seen
        self.seen = now
        for month, digest in self.closed.items():
            body = hashlib.sha256(self.files(month)["month.txt"]).hexdigest()
            assert closing.digest({"month.txt": body}) == digest, f"{month} changed"
        assert dict(Generation.objects.values_list("pk", "price_micros")) == self.sold

    @invariant()
    def everything_adds_up(self):
        assert ledger.check() == []
        charged = Movement.objects.filter(kind__in=(Kind.SETTLE, Kind.ADJUST))
        paid = charged.aggregate(sum=Sum("micros"))["sum"] or 0
        for model in (SpendLine, SpendDay, SpendMonth):
            assert (model.objects.aggregate(sum=Sum("micros"))["sum"] or 0) == paid

    def teardown(self) -> None:
        columns = ("subject", "day", *figures.KEPT)
        before = set(SpendLine.objects.values_list(*columns))
        rollup.rebuild()
        assert set(SpendLine.objects.values_list(*columns)) >= {
            row for row in before if any(row[2:])
        }
        assert ledger.check() == []
        self.clock.stop()
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)


@pytest.mark.django_db
def test_any_order_of_events_keeps_the_sums():
    given = settings(max_examples=10, stateful_step_count=25, deadline=None, database=None)
    run_state_machine_as_test(Days, settings=given)
