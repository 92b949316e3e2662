"""The command that sums everything again, and fails loudly."""

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import ledger
from accounts.models import Kind, Movement, Purse

from .people import bill, person, team

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return person("Ada")


@pytest.fixture
def crew(ada):
    made = team(ada)
    month = ledger.month_of(timezone.now())
    ledger.hold(bill(made, ada, "open", month=month), 10)
    ledger.hold(bill(made, ada, "done", month=month), 30)
    ledger.settle("done", 24)
    return made


def said(capsys):
    call_command("check_ledger")
    return capsys.readouterr().out


def fails(capsys):
    with pytest.raises(CommandError) as trouble:
        call_command("check_ledger")
    assert trouble.value.returncode == 1
    return capsys.readouterr().err


def test_an_empty_ledger_adds_up(db, capsys):
    assert "0 movements, 0 purses" in said(capsys)


def test_a_good_ledger_adds_up(crew, capsys):
    assert "4 movements, 4 purses" in said(capsys)


@pytest.mark.parametrize("field", ["held_micros", "spent_micros"])
@pytest.mark.parametrize("scope", ["team", "project", "person", "account"])
def test_a_purse_that_was_tampered_with(crew, capsys, scope, field):
    Purse.objects.filter(scope=scope).update(**{field: 11})
    line = fails(capsys)
    assert scope in line
    assert "and is 11" in line


def test_a_purse_that_is_missing(crew, capsys):
    Purse.objects.filter(scope="project").delete()
    assert "in a purse that is missing, should be 10 and is 0" in fails(capsys)


def test_a_purse_without_movements(crew, capsys):
    month = ledger.month_of(timezone.now())
    Purse.objects.create(team=crew, scope="project", key="x", month=month, spent_micros=3)
    assert "spent should be 0 and is 3" in fails(capsys)


def test_the_database_refuses_a_negative_hold(crew):
    """Spent may be below zero: refunds for a closed month count in the month of today."""
    with pytest.raises(IntegrityError), transaction.atomic():
        Purse.objects.filter(scope="team").update(held_micros=-5)


def _forged(crew, **fields):
    given = {"team": crew, "subject": "forged", "project": "film", "account": "pixazo",
             "month": ledger.month_of(timezone.now()), "micros": 5}  # fmt: skip
    return Movement.objects.create(**{**given, **fields})


def test_a_charge_without_a_hold(crew, capsys):
    _forged(crew, key="settle:forged", kind=Kind.SETTLE)
    assert "subject forged: the number of holds should be 1 and is 0" in fails(capsys)


def test_released_twice(crew, capsys):
    _forged(crew, key="twice", kind=Kind.RELEASE, subject="done", micros=6)
    assert "settled and released together should be 30 and is 36" in fails(capsys)


def test_half_finished(crew, capsys):
    _forged(crew, key="half", kind=Kind.RELEASE, subject="open", micros=4)
    assert "subject open: settled and released together should be 10 and is 4" in fails(capsys)


def test_a_subject_below_zero(crew, capsys):
    _forged(crew, key="below", kind=Kind.ADJUST, subject="done", micros=-25)
    assert "charged, at least, should be 0 and is -1" in fails(capsys)


def test_a_movement_in_another_month(crew, capsys):
    _forged(crew, key="month", kind=Kind.ADJUST, subject="done", micros=1, month="2020-01")
    assert "the number of months should be 1 and is 2" in fails(capsys)
