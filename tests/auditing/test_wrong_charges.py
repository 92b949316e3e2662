"""A sandbox that charges wrongly at random: all is found, and nothing else is raised."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models import Movement
from generations.auditing import balances, cases
from generations.auditing.reconcile import reconcile
from generations.models import Discrepancy, Generation
from tests.auditing.wrongs import SILENT, prepare, verdicts, without_files, wrongs

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_wrong_charge_is_found_and_no_other(story, monkeypatch):
    without_files(monkeypatch)
    run = wrongs(story.project, story.user, story.sandbox, 200, seed=4)

    missed, false = verdicts(run)

    assert missed == []
    assert false == []
    assert Discrepancy.objects.count() > 20

    before = sorted(Discrepancy.objects.values_list("subject", "cause", "risk_micros", "is_open"))
    cases.rebuild()
    again = sorted(Discrepancy.objects.values_list("subject", "cause", "risk_micros", "is_open"))
    assert again == before


def test_what_no_report_tells_is_a_gap_of_the_balance(story, monkeypatch):
    """Pixazo and EasyRouter tell no charges: there the balance is the witness, to the unit."""
    without_files(monkeypatch)
    project, world = story.project, story.sandbox
    prepare(project)
    accounts = [project.team.provider_accounts.get(provider=one) for one in SILENT]
    for account in accounts:
        world.world.set_balance(account.provider, account.access.key, Decimal(100_000))
    typed(story, accounts)
    run = wrongs(project, story.user, world, 40, seed=11, providers=SILENT)
    typed(story, accounts)

    assert verdicts(run) == ([], [])
    now = timezone.now()
    for account in accounts:
        found = reconcile(account, now - dt.timedelta(days=1), now + dt.timedelta(days=1))
        wrong = sum(
            Decimal(job["charged"]) - ours(job)
            for job in world.jobs(account.provider)
            if job["key"] == account.access.key
        )
        assert wrong
        assert abs(found.gap + wrong) < Decimal("0.0001")
        assert not found.agrees


def typed(story, accounts) -> None:
    """What a person reads in the provider's console."""
    for account in accounts:
        left = story.sandbox.balance(account.provider, account.access.key)
        balances.type_in(story.user, account, left, timezone.now())


def ours(job) -> Decimal:
    """What our ledger says of a job, in its provider's unit."""
    rows = Movement.objects.filter(kind="settle")
    one = Generation.objects.get(prompt=job["prompt"])
    row = rows.filter(subject=str(one.uuid)).first()
    return row.units if row and row.units is not None else Decimal(0)
