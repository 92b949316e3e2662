"""Each cause, and each normal case that must raise none."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from generations.auditing.rules import Amount, End, Mismatch, Witnesses, audit
from generations.catalogue.types import Charged

RATE = 5_000  # micro-dollars for a credit


def credits(amount: str | int, unit: str = "credits") -> Amount:
    units = Decimal(amount)
    return Amount(units, unit, int(units * RATE) if unit == "credits" else None)


def usd(amount: str) -> Amount:
    return Amount(Decimal(amount), "USD", int(Decimal(amount) * 1_000_000))


GOOD = Witnesses(
    end=End.MADE,
    sold=credits(50),
    due=credits(50),
    reported=credits(50),
    settled=250_000,
    reports=True,
    unit="credits",
    second=Decimal(10),
    asked_s=5,
    delivered_s=5,
)
FAILED = replace(GOOD, end=End.FAILED, due=None, reported=None, settled=0)


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(GOOD, id="all agree"),
        pytest.param(replace(GOOD, sold=credits("49.4"), due=credits("49.4")), id="whole units"),
        pytest.param(replace(GOOD, reports=False, reported=None), id="never reports"),
        pytest.param(replace(GOOD, due=None), id="no price for what came"),
        pytest.param(
            replace(GOOD, is_ceiling=True, sold=Amount(None, "credits", 400_000), due=None),
            id="the ceiling held",
        ),
        pytest.param(
            replace(GOOD, due=credits(80), delivered_s=8), id="longer than asked, billed as asked"
        ),
        pytest.param(replace(GOOD, due=credits(70)), id="sound that was not paid for"),
        pytest.param(
            replace(GOOD, sold=usd("0.25"), due=usd("0.25"), second=None),
            id="sold in dollars, told in credits",
        ),
        pytest.param(
            replace(GOOD, sold=usd("0.225"), due=usd("0.225"), reported=usd("0.23"), unit="USD"),
            id="rounded to a cent",
        ),
        pytest.param(
            replace(GOOD, reported=replace(credits(50), micros=None)), id="no rate for it"
        ),
        pytest.param(replace(FAILED, policy=Charged.NO), id="failed, not charged"),
        pytest.param(replace(FAILED, reported=credits(0)), id="failed, and told to be free"),
        pytest.param(
            replace(FAILED, policy=Charged.YES, reported=credits(50), settled=250_000),
            id="failed where failures are charged",
        ),
        pytest.param(replace(GOOD, by_person=True, reported=None), id="a person said so"),
    ],
)
def test_a_normal_case_raises_nothing(seen):
    assert audit(seen) == []


def test_a_dear_unit_is_not_rounded_to_whole_ones():
    """A credit that is worth a dollar: ten cents more are ten cents more."""
    dear = Amount(Decimal(1), "credits", 1_000_000)
    sold = Amount(Decimal("0.9"), "credits", 900_000)
    (found,) = audit(replace(GOOD, sold=sold, due=sold, reported=dear, second=None))
    assert (found.cause, found.risk) == (Mismatch.OVERCHARGED, 100_000)


@pytest.mark.parametrize(
    ("seen", "cause", "risk"),
    [
        (replace(GOOD, end=End.UNKNOWN, settled=None), Mismatch.UNCERTAIN, 250_000),
        (replace(FAILED, settled=None), Mismatch.UNCERTAIN, 250_000),
        (replace(GOOD, reported=None), Mismatch.MISSING_REPORT, 0),
        (replace(GOOD, reported=credits(100)), Mismatch.CHARGED_TWICE, 250_000),
        (replace(GOOD, reported=credits(80)), Mismatch.OTHER_SECONDS, 150_000),
        (replace(GOOD, reported=credits(75)), Mismatch.OVERCHARGED, 125_000),
        (replace(GOOD, reported=credits(75), second=None), Mismatch.OVERCHARGED, 125_000),
        (replace(GOOD, reported=credits(25)), Mismatch.UNDERCHARGED, 125_000),
        (replace(GOOD, reported=credits(55), alike=2), Mismatch.PRICE_DRIFT, 25_000),
        (replace(GOOD, reported=credits(55), alike=1), Mismatch.OVERCHARGED, 25_000),
        (replace(GOOD, reported=credits(50, "points")), Mismatch.OTHER_UNIT, 250_000),
        (replace(GOOD, due=credits(30), delivered_s=3), Mismatch.OTHER_SECONDS, 100_000),
        (replace(GOOD, due=credits(40)), Mismatch.OVERCHARGED, 50_000),
        (
            replace(GOOD, due=credits(80), delivered_s=8, reported=credits(80)),
            Mismatch.OTHER_SECONDS,
            150_000,
        ),
        (
            replace(GOOD, is_ceiling=True, sold=Amount(None, "credits", 200_000), due=None),
            Mismatch.OVERCHARGED,
            50_000,
        ),
        (
            replace(FAILED, policy=Charged.NO, reported=credits(50)),
            Mismatch.CHARGED_ON_FAILURE,
            250_000,
        ),
        (
            replace(FAILED, end=End.MODERATED, reported=credits(50), settled=250_000),
            Mismatch.CHARGED_ON_FAILURE,
            250_000,
        ),
        (
            replace(FAILED, policy=Charged.YES, reported=credits(80)),
            Mismatch.OVERCHARGED,
            150_000,
        ),
        (
            replace(GOOD, sold=usd("0.2"), due=usd("0.2"), reported=usd("0.3"), unit="USD"),
            Mismatch.OVERCHARGED,
            100_000,
        ),
    ],
)
def test_each_cause(seen, cause, risk):
    (found,) = audit(seen)
    assert (found.cause, found.risk) == (cause, risk)
