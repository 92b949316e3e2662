"""What is kept, cleared, resolved and refunded."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import ledger
from accounts.models import AuditLine
from generations import queue, tasks
from generations.auditing import cases, resolving
from generations.dispatch import tick
from generations.models import Attempt, Audited, Discrepancy, Resolution, TeamPrice, UnitRate

pytestmark = pytest.mark.django_db


@pytest.fixture
def price(charged):
    """The price as sold in units, from a clip that agrees."""
    one = charged()
    return Decimal(one.price["units"])


def causes():
    return sorted(Discrepancy.objects.values_list("cause", flat=True))


def test_a_charge_that_agrees_leaves_a_mark_and_no_case(charged, price, audited):
    one = charged(price)
    audited()
    assert Audited.objects.get(pk=one.pk).agrees is True
    assert causes() == ["missing_report"]  # of the clip that told the price


def test_an_overcharge_is_kept_once_however_often_it_is_audited(charged, price, audited):
    one = charged(price * 2)
    audited()
    cases.rebuild()
    audited()
    (row,) = Discrepancy.objects.filter(generation=one)
    assert (row.cause, row.is_open) == ("charged_twice", True)
    assert row.risk_micros == one.price_micros


def test_what_agrees_when_looked_at_again_clears_by_itself(charged, price, audited):
    one = charged(price * 2)
    audited()
    Attempt.objects.filter(generation=one).update(charge_amount=price)
    cases.rebuild()
    row = Discrepancy.objects.get(generation=one)
    assert (row.is_open, row.resolution) == (False, Resolution.CLEARED)
    Attempt.objects.filter(generation=one).update(charge_amount=price * 2)
    cases.rebuild()
    row.refresh_from_db()
    assert row.is_open


def test_a_price_or_rate_that_changes_later_is_no_discrepancy(charged, price, account, audited):
    one = charged(price)
    same = {"formula": "per_clip", "unit": "credits", "amount": Decimal("999")}
    TeamPrice.objects.create(account=account["pixverse"], **same)
    UnitRate.objects.create(account=account["pixverse"], usd_per_unit=Decimal("0.9"))
    audited()
    cases.rebuild()
    assert not Discrepancy.objects.filter(generation=one).exists()


def test_a_shorter_clip_that_was_billed_whole_is_other_seconds(charged, price, audited):
    one = charged(price, seconds=3.0)
    audited()
    row = Discrepancy.objects.get(generation=one)
    assert row.cause == "other_seconds"
    assert row.facts == {"asked": 5, "delivered": 3, "billed": 5}
    assert row.risk_micros == one.price_micros * 2 // 5


def test_a_person_must_say_how_they_know(charged, price, owner, audited):
    charged(price * 2)
    audited()
    row = Discrepancy.objects.get(cause="charged_twice")
    with pytest.raises(resolving.CannotSettle, match="how you know"):
        resolving.resolve(row, owner, resolution="accepted", note=" ")
    with pytest.raises(resolving.CannotSettle, match="Choose"):
        resolving.resolve(row, owner, resolution="cleared", note="x")


def test_an_expected_refund_stays_open_until_it_has_come(charged, price, owner, audited):
    one = charged(price * 2)
    audited()
    row = Discrepancy.objects.get(cause="charged_twice")
    resolving.resolve(row, owner, resolution="refund_expected", note="Ticket 12")
    row.refresh_from_db()
    assert row.is_open
    before = ledger.charged(str(one.uuid))

    back = one.price_micros
    resolving.resolve(row, owner, resolution="refunded", note="Came back", refund_micros=back)

    row.refresh_from_db()
    one.refresh_from_db()
    assert (row.is_open, row.refund_micros) == (False, back)
    assert ledger.charged(str(one.uuid)) == before - back == one.charged_micros
    assert ledger.check() == []
    line = AuditLine.objects.filter(verb="discrepancy.resolved").latest("pk")
    assert line.facts["before"] == "Refund expected"
    with pytest.raises(resolving.CannotSettle, match="meanwhile"):
        resolving.resolve(row, owner, resolution="refunded", note="Again", refund_micros=back)
    cases.rebuild()
    row.refresh_from_db()
    assert not row.is_open


def test_no_more_comes_back_than_was_charged(charged, price, owner, audited):
    one = charged(price * 2)
    audited()
    row = Discrepancy.objects.get(cause="charged_twice")
    with pytest.raises(resolving.CannotSettle, match="was charged"):
        much = one.charged_micros + 1
        resolving.resolve(row, owner, resolution="refunded", note="x", refund_micros=much)


def test_many_are_resolved_together_but_never_refunded(charged, price, owner, audited):
    for _ in range(3):
        charged(price * 2)
    audited()
    rows = Discrepancy.objects.filter(cause="charged_twice")
    with pytest.raises(resolving.CannotSettle, match="one by one"):
        resolving.resolve_all(rows, owner, resolution="refunded", note="x")
    assert resolving.resolve_all(list(rows), owner, resolution="accepted", note="Agreed") == 3
    assert not rows.filter(is_open=True).exists()


def test_an_odd_clip_stops_no_other(charged, price, audited, monkeypatch):
    odd, good = charged(price * 2), charged(price * 2)
    found = cases.witnesses

    def broken(one):
        if one.pk == odd.pk:
            raise RuntimeError("odd")
        return found(one)

    monkeypatch.setattr(cases, "witnesses", broken)
    audited()
    assert Discrepancy.objects.filter(generation=good).exists()
    assert Audited.objects.filter(pk=odd.pk).exists()


def test_the_charges_of_a_clip_are_audited_after_the_next_line(charged, price, audited):
    one = charged(price)
    audited()
    at = Audited.objects.get(pk=one.pk).event
    assert cases.catch_up() == 0
    assert Audited.objects.get(pk=one.pk).event == at
    assert timezone.now() >= Audited.objects.get(pk=one.pk).at


@pytest.fixture
def burst(charged, price, monkeypatch):
    """More overcharged clips than one look takes."""
    monkeypatch.setattr(cases, "BATCH", 1)
    monkeypatch.setattr(cases, "OVERLAP", 1)
    return [charged(price * 2) for _ in range(5)]


def test_after_a_burst_the_worker_goes_on_until_all_are_audited(burst, monkeypatch):
    rung = []
    monkeypatch.setattr(queue, "ring", lambda task, *ids: rung.append(task))
    tasks.audit(0)
    assert 0 < Audited.objects.count() < 5
    while rung:
        assert rung.pop() == "audit"
        tasks.audit(0)
    assert Discrepancy.objects.filter(generation__in=burst).count() == 5


def test_a_lost_ring_is_rung_again_until_all_are_audited(burst, monkeypatch):
    rung = []
    monkeypatch.setattr(queue, "ring", lambda task, *ids: rung.append(task))
    monkeypatch.setattr(tick, "AUDIT_S", 0)
    dispatch = tick.Dispatch()
    assert [dispatch.audits(), dispatch.audits()] == [1, 0]
    monkeypatch.setattr(tick, "AUDIT_AGAIN_S", 0)
    assert dispatch.audits() == 1
    while cases.catch_up():
        pass
    assert dispatch.audits() == 0


def test_the_page_does_not_say_that_all_agree_while_some_wait(burst, browser, project):
    page = reverse("audit", args=[project.team.slug])
    seen = browser.get(page).text
    assert "6 charges are still to be audited" in seen
    assert "All charges agree" not in seen
    while cases.catch_up():
        pass
    seen = browser.get(page).text
    assert "still to be audited" not in seen
    assert seen.count("case-line") > 5
