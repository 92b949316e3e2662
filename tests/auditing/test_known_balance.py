"""What is last known to be left, typed in again, topped up, taken back."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from generations import lifecycle, offers
from generations.auditing import balances
from generations.auditing.reconcile import reconcile
from generations.auditing.runway import runways
from generations.catalogue.types import Brief
from generations.models import ProviderAccount
from generations.providers.types import Balance
from tests.auditing.conftest import OPTIONS

pytestmark = pytest.mark.django_db
BRIEF = Brief("text_to_video", "v6", "a kite", OPTIONS)


@pytest.fixture
def router(account):
    """An account whose provider tells no balance."""
    return account["worldrouter"]


@pytest.fixture
def minute():
    """As the form says it: without seconds."""
    return timezone.now().replace(second=0, microsecond=0)


@pytest.fixture
def press(project, owner, router):
    def made():
        ask = {"project": project, "user": owner, "brief": BRIEF, "account": router}
        return lifecycle.request(**ask, form_token=uuid.uuid4())

    return made


def seen(account):
    """What the runway of its page says, and whether the form offers it."""
    account = ProviderAccount.objects.get(pk=account.pk)
    (runway,) = runways([account])
    return runway.balance


def can(project, account) -> bool:
    return offers.quote(project, BRIEF).of(str(account.uuid)).can


def test_a_balance_corrected_within_the_minute_is_believed(project, router, owner, press, minute):
    balances.type_in(owner, router, Decimal("0.5"), minute)
    assert not can(project, router)
    balances.type_in(owner, router, Decimal(5000), minute)
    assert seen(router) == 5000
    assert can(project, router)
    assert press()


def test_an_older_balance_that_is_typed_in_later_is_not_the_last_one(router, owner, minute):
    balances.type_in(owner, router, Decimal(70), minute)
    balances.type_in(owner, router, Decimal(90), minute - dt.timedelta(minutes=1))
    assert seen(router) == 70


def test_what_was_topped_up_since_counts_in_form_hold_and_runway(
    project, router, owner, press, minute
):
    """In the very minute of the balance too: the page asks for a top-up, and there it is."""
    balances.type_in(owner, router, Decimal("0.5"), minute)
    assert not can(project, router)
    with pytest.raises(lifecycle.CannotMake, match="top it up"):
        press()
    balances.top_up(owner, router, Decimal(15_000), minute)
    assert seen(router) == Decimal("15000.5")
    assert can(project, router)
    assert press()


def test_a_top_up_before_the_balance_is_in_it_already(router, owner, minute):
    balances.top_up(owner, router, Decimal(100), minute)
    balances.type_in(owner, router, Decimal(130), minute)
    assert seen(router) == 130
    balances.top_up(owner, router, Decimal(50), minute - dt.timedelta(minutes=1))
    assert seen(router) == 130


def test_a_balance_that_is_read_has_all_top_ups_in_it(account, owner, minute):
    pixverse = account["pixverse"]
    balances.keep(pixverse, Balance(Decimal(10), "credits", {}))
    balances.top_up(owner, pixverse, Decimal(5), timezone.now())
    assert seen(pixverse) == 15
    balances.keep(pixverse, Balance(Decimal(14), "credits", {}))
    assert seen(pixverse) == 14


def test_charges_since_the_balance_count_against_it_and_what_was_topped_up(
    router, owner, press, minute
):
    (one,) = press()
    sold = Decimal(one.price["units"])
    balances.type_in(owner, router, sold, minute)
    with pytest.raises(lifecycle.CannotMake, match="all under way needs"):
        press()
    balances.top_up(owner, router, sold, minute)
    assert press()
    with pytest.raises(lifecycle.CannotMake, match="all under way needs"):
        press()


def test_reconciliation_has_the_top_up_of_the_same_minute(router, owner, minute):
    before = minute - dt.timedelta(hours=2)
    balances.type_in(owner, router, Decimal(10), before)
    balances.top_up(owner, router, Decimal(90), before)
    balances.top_up(owner, router, Decimal(5), minute)
    balances.type_in(owner, router, Decimal(105), minute)
    balances.top_up(owner, router, Decimal(40), minute)
    found = reconcile(router, minute - dt.timedelta(days=1), timezone.now())
    assert (found.opening.amount, found.topped, found.closing.amount) == (10, 95, 105)
    assert found.agrees


def test_the_pages_say_what_is_left_now(browser, project, router, owner, minute):
    balances.type_in(owner, router, Decimal("0.5"), minute)
    balances.top_up(owner, router, Decimal(15_000), minute)
    page = reverse("audit_account", args=[project.team.slug, router.uuid])
    assert "+15,000 topped up since is in it" in browser.get(page).text


@pytest.mark.parametrize("name", ["balance", "topup"])
def test_credits_are_typed_as_they_are_printed_and_never_in_dollars(
    browser, project, router, minute, name
):
    address = reverse(f"audit_{name}", args=[project.team.slug, router.uuid])
    when = timezone.localtime(minute).strftime("%Y-%m-%dT%H:%M")
    refused = browser.post(address, {f"{name}-amount": "$5", f"{name}-at": when}).text
    assert "This counts WorldRouter credits, not dollars" in refused
    assert 'value="$5"' in refused
    assert not router.snapshots.exists() and not router.topups.exists()
    answer = browser.post(address, {f"{name}-amount": "16,000", f"{name}-at": when})
    assert answer.status_code == 302
    rows = router.snapshots if name == "balance" else router.topups
    assert rows.get().amount == 16_000


def test_a_wallet_in_dollars_takes_the_sign(browser, project, account, minute):
    address = reverse("audit_balance", args=[project.team.slug, account["pixazo"].uuid])
    when = timezone.localtime(minute).strftime("%Y-%m-%dT%H:%M")
    browser.post(address, {"balance-amount": "$1,200.50", "balance-at": when})
    assert account["pixazo"].snapshots.get().amount == Decimal("1200.5")


def test_an_update_counts_again_what_was_passed_over(router, owner, minute):
    """A correction of the same minute and a top-up, entered before either was believed."""
    balances.type_in(owner, router, Decimal("0.5"), minute - dt.timedelta(minutes=5))
    balances.type_in(owner, router, Decimal(5000), minute - dt.timedelta(minutes=5))
    balances.top_up(owner, router, Decimal(70), minute)
    stale = {"balance": Decimal("0.5"), "topped_up": 0}
    ProviderAccount.objects.filter(pk=router.pk).update(**stale)
    import_module("generations.migrations.0006_topped_up_since").count_again(apps, None)
    assert seen(router) == 5070
