"""What was charged between two moments is the same from days and months as from each movement."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models import Movement
from generations.auditing.charged import Charged, between, of_days
from generations.models import Generation
from generations.spend import books
from tests.spend.conftest import Crew

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 8, 20, 15, 30, tzinfo=dt.UTC)
RATE = Decimal("0.01")
TOLD = (
    {"units": Decimal(12), "unit": "credits"},
    {"units": Decimal(12), "unit": "credits", "rate": RATE},
    {"units": Decimal(1), "unit": "USD", "rate": Decimal(1)},
    {},
)


def clip(crew: Crew, hours: float, paid: int, told: dict, later: int = 0) -> Generation:
    """Settled at ``paid`` so many hours ago; ``later`` was added, or came back, the day after."""
    made = crew.clip(None)
    books.settle(made, paid, **told)
    if later:
        books.adjust(made, later, reason="late", note="")
    rows = super(Movement.objects.all().__class__, Movement.objects.filter(subject=made.uuid))
    then = NOW - dt.timedelta(hours=hours)
    rows.update(at=then)
    late = Movement.objects.filter(subject=made.uuid, key__endswith=":late")
    super(late.__class__, late).update(at=then + dt.timedelta(hours=24))
    Generation.objects.filter(pk=made.pk).update(finished_at=then)
    books.enter(made)
    return made


def by_movements(account, start, end) -> Charged:
    """Each movement looked at by itself."""
    found, untold = Charged(), set()
    rows = Movement.objects.filter(account=str(account.uuid), at__gt=start, at__lte=end)
    for one in rows.order_by("pk"):
        if one.kind == "settle" and one.units is not None and one.unit == "credits":
            found += Charged(units=one.units, micros=one.micros, jobs=int(one.micros > 0))
        elif one.kind == "settle":
            untold.add(one.subject)
            jobs = int(one.micros > 0)
            found += Charged(untold_micros=one.micros, micros=one.micros, jobs=jobs)
        elif one.kind == "adjust" and not one.key.endswith(":over"):
            charge = Movement.objects.get(key=f"settle:{one.subject}")
            if charge.unit == "credits" and charge.rate:
                units = Decimal(one.micros) / 1_000_000 / charge.rate
                found += Charged(adjusted_units=units, adjusted_micros=one.micros)
            else:
                found += Charged(untold_adjusted_micros=one.micros, adjusted_micros=one.micros)
        elif one.kind == "adjust":
            told = one.micros if one.subject in untold else 0
            found += Charged(untold_micros=told, micros=one.micros)
    return found


def test_any_two_moments(settings, db):
    settings.TIME_ZONE = "America/New_York"
    crew, dice = Crew(), random.Random(3)  # noqa: S311 - a test's own dice
    for number in range(36):
        later = dice.choice((0, 0, 20_000, -900))
        clip(
            crew, dice.uniform(0, 100 * 24), dice.randrange(1_000, 300_000), TOLD[number % 4], later
        )
    clip(crew, 30, 0, {})
    whole = between(crew.pixverse, NOW - dt.timedelta(days=200), NOW + dt.timedelta(days=2))
    assert whole.jobs == 36
    assert whole.units == 12 * 18
    assert whole.adjusted_units
    for _ in range(30):
        hours = sorted(dice.uniform(-20, 110 * 24) for _ in range(2))
        start, end = (NOW - dt.timedelta(hours=one) for one in reversed(hours))
        assert between(crew.pixverse, start, end) == by_movements(crew.pixverse, start, end)
    for hours in (1, 10, 24, 40, 48):
        start = NOW - dt.timedelta(hours=hours)
        assert between(crew.pixverse, start, NOW) == by_movements(crew.pixverse, start, NOW)
    assert between(crew.pixazo, NOW - dt.timedelta(days=200), NOW) == Charged()


def test_what_was_more_than_its_hold_and_told_in_dollars_is_charged_too(db):
    """The hold was 0.10, and 0.25 was taken; nobody said how many units."""
    crew = Crew()
    clip(crew, 1, 250_000, {})
    found = between(crew.pixverse, NOW - dt.timedelta(hours=3), NOW)
    assert found == Charged(untold_micros=250_000, micros=250_000, jobs=1)
    day = timezone.localdate(NOW - dt.timedelta(hours=1))
    assert of_days(crew.pixverse, day, day) == found
