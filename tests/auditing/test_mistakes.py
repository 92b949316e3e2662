"""What was typed in by mistake is left out of everything, and stays in the list with its reason."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import closing
from accounts.models import AuditLine
from generations.auditing import balances
from generations.auditing.reconcile import reconcile
from generations.auditing.runway import runways
from generations.models import ProviderAccount
from generations.providers.types import Balance

pytestmark = pytest.mark.django_db


@pytest.fixture
def router(account):
    return account["worldrouter"]


@pytest.fixture
def now():
    return timezone.now().replace(second=0, microsecond=0)


def left(account):
    (found,) = runways([ProviderAccount.objects.get(pk=account.pk)])
    return found.balance


def test_the_newest_balance_that_is_no_mistake_is_the_last_known(router, owner, now):
    balances.type_in(owner, router, Decimal(5000), now - dt.timedelta(hours=3))
    balances.top_up(owner, router, Decimal(50), now - dt.timedelta(hours=2))
    typo = balances.type_in(owner, router, Decimal("0.5"), now)
    assert left(router) == Decimal("0.5")
    balances.mark_as_mistake(owner, router, typo, "A typo")
    assert left(router) == 5050
    first = router.snapshots.order_by("pk").first()
    balances.mark_as_mistake(owner, router, first, "Another account's")
    assert left(router) is None


def test_a_top_up_that_was_a_mistake_counts_nowhere(router, owner, now):
    balances.type_in(owner, router, Decimal(10), now - dt.timedelta(hours=3))
    wrong = balances.top_up(owner, router, Decimal(900), now - dt.timedelta(hours=2))
    balances.type_in(owner, router, Decimal(10), now - dt.timedelta(hours=1))
    late = balances.top_up(owner, router, Decimal(70), now)
    for one in (wrong, late):
        balances.mark_as_mistake(owner, router, one, "Entered twice")
    assert left(router) == 10
    found = reconcile(router, now - dt.timedelta(days=1), timezone.now())
    assert (found.topped, found.gap) == (0, 0)


def test_reconciliation_goes_from_one_believed_balance_to_another(router, owner, now):
    typed = [
        balances.type_in(owner, router, Decimal(amount), now - dt.timedelta(hours=ago))
        for amount, ago in ((1, 4), (100, 3), (100, 2), (7, 1))
    ]
    for one in (typed[0], typed[-1]):
        balances.mark_as_mistake(owner, router, one, "A typo")
    found = reconcile(router, now - dt.timedelta(days=1), timezone.now())
    assert (found.opening, found.closing) == (typed[1], typed[2])
    assert found.agrees


def test_the_change_is_told_with_what_it_was(router, owner, now):
    balances.type_in(owner, router, Decimal(5000), now)
    typo = balances.type_in(owner, router, Decimal("0.5"), now)
    balances.mark_as_mistake(owner, router, typo, "  A typo ")
    line = AuditLine.objects.get(verb="balance.mistaken")
    assert line.actor == owner
    assert line.facts["before"] == "0.5 WorldRouter credits"
    assert line.facts["after"] == "a mistake, left out"
    assert (line.facts["left"], line.facts["note"]) == ("5,000 WorldRouter credits", "A typo")
    typo.refresh_from_db()
    assert (typo.mistaken_by, typo.mistaken_note, typo.amount) == (owner, "A typo", Decimal("0.5"))


def test_what_cannot_be_a_mistake(account, router, owner, now):
    told = balances.keep(account["pixverse"], Balance(Decimal(9), "credits", {}))
    with pytest.raises(balances.CannotMark, match="told this one itself"):
        balances.mark_as_mistake(owner, account["pixverse"], told, "x")
    typed = balances.type_in(owner, router, Decimal(9), now)
    with pytest.raises(balances.CannotMark, match="Say in the note"):
        balances.mark_as_mistake(owner, router, typed, " ")
    balances.mark_as_mistake(owner, router, typed, "x")
    with pytest.raises(balances.CannotMark, match="meanwhile"):
        balances.mark_as_mistake(owner, router, typed, "x")
    assert AuditLine.objects.filter(verb="balance.mistaken").count() == 1


def test_a_closed_month_keeps_its_balances(router, owner, project):
    then = timezone.make_aware(dt.datetime(2026, 1, 5, 10))  # noqa: DTZ001 - made aware
    typed = balances.type_in(owner, router, Decimal(9), then)
    closing.close(None, project.team, "2026-01", lambda: {}, {})
    with pytest.raises(closing.Closed):
        balances.mark_as_mistake(owner, router, typed, "x")
    typed.refresh_from_db()
    assert typed.mistaken_at is None


@pytest.mark.parametrize("name", ["balance", "topup"])
def test_it_is_marked_on_its_page_and_stays_there_struck_through(
    browser, project, router, owner, now, name
):
    enter = balances.type_in if name == "balance" else balances.top_up
    row = enter(owner, router, Decimal("16000"), now)
    page = reverse("audit_account", args=[project.team.slug, router.uuid])
    address = reverse(f"audit_{name}_mistake", args=[project.team.slug, router.uuid, row.pk])
    assert address in browser.get(page).text
    refused = browser.post(address, {"note": ""}).text
    assert "Say in the note what was wrong" in refused
    assert browser.post(address, {"note": "Of the other account"}).status_code == 302
    seen = browser.get(page).text
    assert address not in seen
    amount = "16,000" if name == "balance" else "+16,000"
    assert f"<s>{amount}</s>" in seen
    assert f"<b>A mistake</b>, says {owner}: Of the other account" in seen


def test_what_is_refused_keeps_the_note(browser, project, router, owner):
    then = timezone.make_aware(dt.datetime(2026, 1, 5, 10))  # noqa: DTZ001 - made aware
    row = balances.type_in(owner, router, Decimal(9), then)
    closing.close(None, project.team, "2026-01", lambda: {}, {})
    address = reverse("audit_balance_mistake", args=[project.team.slug, router.uuid, row.pk])
    refused = browser.post(address, {"note": "Of the other account"}).text
    assert "January 2026 is closed" in refused
    assert 'value="Of the other account"' in refused


def test_two_who_mark_the_same_are_told(browser, project, router, owner, now):
    row = balances.type_in(owner, router, Decimal(1), now)
    address = reverse("audit_balance_mistake", args=[project.team.slug, router.uuid, row.pk])
    browser.post(address, {"note": "Once"})
    assert "marked as a mistake meanwhile" in browser.post(address, {"note": "Twice"}).text


def test_a_top_up_of_another_account_is_not_found(browser, project, account, router, owner, now):
    row = balances.top_up(owner, account["pixazo"], Decimal(1), now)
    address = reverse("audit_topup_mistake", args=[project.team.slug, router.uuid, row.pk])
    assert browser.post(address, {"note": "x"}).status_code == 404


def test_credits_that_expired_are_a_top_up_below_zero_with_a_reason(
    browser, project, router, owner, now
):
    balances.type_in(owner, router, Decimal(500), now)
    address = reverse("audit_topup", args=[project.team.slug, router.uuid])
    given = {"topup-amount": "−120", "topup-at": timezone.localtime(now).strftime("%Y-%m-%dT%H:%M")}
    refused = browser.post(address, given).text
    assert "Say why they went" in refused and "−120" in refused
    paid = browser.post(address, given | {"topup-note": "Expired", "topup-paid": "4"}).text
    assert "Leave this empty" in paid
    assert not router.topups.exists()
    assert browser.post(address, given | {"topup-note": "Expired"}).status_code == 302
    assert left(router) == 380
