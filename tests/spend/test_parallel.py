"""Many settle at the same moment, holds of two months among them: no sum loses anything."""

from __future__ import annotations

import datetime as dt
from unittest import mock

import pytest
from django.utils import timezone

from accounts import ledger
from generations.models import SpendDay, SpendLine, SpendMonth, State
from generations.spend import books
from tests.accounts.test_ledger_parallel import THREADS, together

from .conftest import Crew

pytestmark = pytest.mark.django_db(transaction=True)


def test_all_settle_into_one_day_at_once():
    crew = Crew()
    before = ledger.month_of(timezone.now() - dt.timedelta(days=40))
    made = []
    for number in range(THREADS):
        month = before if number % 2 else ledger.month_of(timezone.now())
        with mock.patch.object(ledger, "month_of", lambda _, month=month: month):
            made.append(crew.clip(None, state=State.SUCCEEDED))
    together(lambda n: books.settle(made[n], 1_000 + n, unit="credits"))
    together(lambda n: books.adjust(made[n // 2], 10, reason=f"late-{n}", note=""))
    paid = sum(range(1_000, 1_000 + THREADS)) + 10 * THREADS
    for model in (SpendLine, SpendDay, SpendMonth):
        assert sum(model.objects.values_list("micros", flat=True)) == paid
    assert SpendDay.objects.get().clips == THREADS
    assert ledger.check() == []
