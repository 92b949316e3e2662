"""A closed month takes no movement; corrections count today."""

from __future__ import annotations

import datetime as dt
from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from accounts import closing, ledger
from accounts.models import AuditLine, MonthClose, Movement, Purse

from .people import bill, person, team

pytestmark = pytest.mark.django_db
MONTH = "2026-01"


@pytest.fixture
def ada():
    return person("Ada")


@pytest.fixture
def crew(ada):
    return team(ada)


@pytest.fixture
def spent(ada, crew):
    """A clip of January that was charged 30."""
    ledger.hold(bill(crew, ada, "clip", month=MONTH), 50)
    ledger.settle("clip", 30)


def close(ada, crew, month=MONTH):
    return closing.close(ada, crew, month, lambda: {"a.csv": b"x"}, {"open": 0})


def test_a_close_is_written_once_with_its_digest(ada, crew, spent):
    row, files = close(ada, crew)
    assert files == {"a.csv": b"x"}
    assert row.digest == closing.digest(row.counts["files"])
    assert AuditLine.objects.filter(verb="month.closed", target=MONTH).exists()
    with pytest.raises(closing.CannotClose, match="closed already"):
        close(ada, crew)


def test_a_month_with_holds_cannot_be_closed(ada, crew):
    ledger.hold(bill(crew, ada, "clip", month=MONTH), 50)
    with pytest.raises(closing.CannotClose, match="still held"):
        close(ada, crew)
    assert not MonthClose.objects.exists()


def test_the_month_of_today_cannot_be_closed(ada, crew):
    with pytest.raises(closing.CannotClose, match="not over"):
        close(ada, crew, ledger.month_of(timezone.now()))


def test_nothing_is_written_into_a_closed_month(ada, crew, spent):
    close(ada, crew)
    before = list(Movement.objects.filter(month=MONTH).values_list("pk", flat=True))

    with pytest.raises(ledger.Misused, match="closed"):
        ledger.hold(bill(crew, ada, "other", month=MONTH), 5)
    ledger.settle("clip", 30)
    ledger.release("clip")
    ledger.adjust("clip", -10, reason="refund", note="came back")

    assert list(Movement.objects.filter(month=MONTH).values_list("pk", flat=True)) == before


def test_a_correction_counts_in_the_month_of_today(ada, crew, spent):
    close(ada, crew)
    ledger.adjust("clip", -10, reason="refund", note="came back")
    ledger.adjust("clip", -10, reason="refund", note="came back")

    now = ledger.month_of(timezone.now())
    written = Movement.objects.get(kind="adjust")
    assert (written.month, written.corrects) == (now, MONTH)
    assert ledger.charged("clip") == 20
    assert set(Purse.objects.filter(month=now).values_list("spent_micros", flat=True)) == {-10}
    assert set(
        Purse.objects.filter(month=MONTH, play=False).values_list("spent_micros", flat=True)
    ) == {30}
    assert ledger.check() == []


def test_before_the_close_a_correction_counts_where_its_hold_did(ada, crew, spent):
    ledger.adjust("clip", 5, reason="late", note="")
    written = Movement.objects.get(kind="adjust")
    assert (written.month, written.corrects) == (MONTH, "")
    assert ledger.check() == []


def test_corrections_from_before_they_named_their_month_are_told_by_the_upgrade(ada, crew, spent):
    ledger.hold(bill(crew, ada, "other", month=MONTH), 50)
    ledger.settle("other", 60)
    close(ada, crew)
    ledger.adjust("clip", -10, reason="refund", note="came back")
    now = ledger.month_of(timezone.now())
    ledger.hold(bill(crew, ada, "later", month=now), 5)
    ledger.settle("later", 7)
    Movement._base_manager.update(corrects="")
    import_module("accounts.migrations.0002_corrects").tell(apps, None)
    told = Movement.objects.filter(kind="adjust").order_by("pk")
    assert list(told.values_list("subject", "corrects")) == [
        ("other", ""),
        ("clip", MONTH),
        ("later", ""),
    ]


def test_days_of_a_closed_month_are_refused(ada, crew):
    close(ada, crew)
    with pytest.raises(closing.Closed):
        closing.refuse_closed(crew.pk, dt.date(2026, 1, 31))
    closing.refuse_closed(crew.pk, dt.date(2026, 2, 1))
