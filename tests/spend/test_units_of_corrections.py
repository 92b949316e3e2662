"""Lines and sums from before corrections were told in units are mended by the update itself."""

from __future__ import annotations

from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps

from accounts import ledger
from generations.models import SpendDay, SpendLine, SpendMonth
from generations.spend import books, rollup

pytestmark = pytest.mark.django_db
MIGRATION = import_module("generations.migrations.0007_units_of_corrections")
RATE = Decimal("0.01")


def as_before(made) -> None:
    """Its lines, days and months as they were kept: without corrections in units."""
    for line in SpendLine.objects.filter(subject=made.uuid):
        change = {
            "unit_millionths": -line.corrected_millionths,
            "corrected_millionths": -line.corrected_millionths,
            "untold_corrected_micros": -line.untold_corrected_micros,
        }
        for model, day in ((SpendDay, line.day), (SpendMonth, line.day.replace(day=1))):
            row = model.objects.get(
                day=day, **{name: getattr(line, name) for name in MIGRATION.WHOSE}
            )
            for name, more in change.items():
                setattr(row, name, getattr(row, name) + more)
            row.save()
        for name, more in change.items():
            setattr(line, name, getattr(line, name) + more)
        line.save()


def test_an_update_mends_what_was_corrected_before(crew):
    told, untold = crew.clip(None), crew.clip(100_000, days_ago=3)
    books.settle(told, 100_000, units=Decimal(10), unit="credits", rate=RATE)
    other = crew.clip(100_000)
    for one in (told, untold):
        books.adjust(one, -30_000, reason="refund", note="")
    ledger.adjust(str(other.uuid), 20_000, reason="late", note="")
    books.enter(other)
    wanted = {
        one: list(one.objects.order_by("pk").values()) for one in (SpendLine, SpendDay, SpendMonth)
    }
    for one in (told, untold, other):
        as_before(one)
    assert list(rollup.check())

    MIGRATION.count_again(apps, None)

    assert not list(rollup.check())
    for model, rows in wanted.items():
        assert list(model.objects.order_by("pk").values()) == rows
    assert SpendLine.objects.get(subject=told.uuid).unit_millionths == 7_000_000
    MIGRATION.count_again(apps, None)
    assert not list(rollup.check())
