"""What was charged once stays: in dollars and in units, whatever rate is entered later."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from generations import lifecycle
from generations.account_prices import add_rate
from generations.auditing import resolving
from generations.auditing.reconcile import reconcile
from generations.catalogue.types import Brief
from generations.models import BalanceSnapshot, Discrepancy
from generations.spend import books
from tests.auditing.conftest import OPTIONS

pytestmark = pytest.mark.django_db


@pytest.fixture
def pixverse(account, owner):
    """One of its credits costs half a cent."""
    add_rate(owner, account["pixverse"], Decimal("0.005"), timezone.localdate())
    return account["pixverse"]


def known(account, amount, minutes: float) -> None:
    at = timezone.now() + dt.timedelta(minutes=minutes)
    BalanceSnapshot.objects.create(account=account, at=at, amount=amount, unit="credits")


def whole(account):
    now = timezone.now()
    return reconcile(account, now - dt.timedelta(days=40), now + dt.timedelta(days=1))


@pytest.fixture
def refunded(pixverse, charged, audited, owner):
    """228 credits were charged for two clips, and 18 of them came back, told in dollars."""
    known(pixverse, 16_000, -60)
    charged(28)
    charged(200)
    audited()
    case = Discrepancy.objects.get(generation__charged_micros=1_000_000)
    resolving.resolve(case, owner, resolution="refunded", note="Ticket 7", refund_micros=90_000)
    known(pixverse, 15_790, 0)
    return pixverse


@pytest.fixture
def held(project, owner, pixverse):
    """A clip whose price is held."""

    def made():
        brief = Brief("text_to_video", "v6", "a kite", OPTIONS)
        ask = {"project": project, "user": owner, "brief": brief, "account": pixverse}
        (one,) = lifecycle.request(**ask, form_token=uuid.uuid4())
        return one

    return made


def column(browser, project, account) -> dict[str, list[str]]:
    """The rows of the reconciliation: the first word to what stands in units and dollars."""
    page = browser.get(reverse("audit_account", args=[project.team.slug, account.uuid])).text
    table = page[page.index('<table class="sum">') :]
    rows = re.findall(r"<tr.*?</tr>", table[: table.index("</table>")], re.DOTALL)
    cells = [re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL) for row in rows]
    return {strip_tags(head): [strip_tags(one) for one in rest] for head, *rest in cells}


def number(text: str) -> Decimal:
    return Decimal(text.replace(",", "").replace("$", "").replace("−", "-"))


def test_the_columns_add_up_as_they_stand_there(browser, project, refunded):
    rows = column(browser, project, refunded)
    start, topped, settled, corrected, left, end = rows.values()
    assert corrected == ["+18", "+$0.09"]
    assert settled == ["−228", "−$1.14"]
    assert left == end == ["15,790", "$78.95"]
    for place in (0, 1):
        parts = (start, topped, settled, corrected)
        assert sum(number(one[place]) for one in parts) == number(left[place])
    # By the rate at which the clips were sold: nothing was guessed in either row.
    assert not any("told in USD only" in head for head in rows)


def test_only_the_row_that_was_converted_says_so(browser, project, pixverse, held):
    known(pixverse, 16_000, -60)
    told = {"units": Decimal(20), "unit": "credits"}
    books.settle(held(), 100_000, **told)
    corrected = held()
    books.settle(corrected, 100_000, **told)
    books.adjust(corrected, -5_000, reason="refund", note="x")
    known(pixverse, 15_960, 0)
    rows = list(column(browser, project, pixverse))
    assert ["told in USD only" in one for one in rows] == [False, False, False, True, False, False]
    # And the other way round: charged in dollars by a provider that counts credits.
    books.settle(held(), 100_000, units=Decimal("0.1"), unit="USD", rate=Decimal(1))
    known(pixverse, 15_940, 0)
    assert "told in USD only" in list(column(browser, project, pixverse))[2]


def test_a_new_rate_leaves_past_dollars_and_units_alone(browser, project, refunded, owner):
    before = whole(refunded)
    shown = column(browser, project, refunded)
    add_rate(owner, refunded, Decimal("0.01"), timezone.localdate())
    after = whole(refunded)
    assert (after.charged_micros, after.adjusted_micros) == (1_140_000, -90_000)
    assert after.expected == before.expected == 15_790
    assert after.agrees
    again = column(browser, project, refunded)
    for name in shown:
        if name.startswith(("Settled", "Corrected")):
            assert again[name] == shown[name]


def test_it_stays_when_whole_days_and_months_are_summed(refunded, owner, monkeypatch):
    then = timezone.now()
    late = then + dt.timedelta(days=75)
    BalanceSnapshot.objects.create(account=refunded, at=late, amount=15_790, unit="credits")
    monkeypatch.setattr("django.utils.timezone.now", lambda: late)
    add_rate(owner, refunded, Decimal("0.01"), timezone.localdate())
    found = reconcile(refunded, then - dt.timedelta(days=40), late)
    assert (found.charged, found.charged_micros) == (228, 1_140_000)
    assert (found.adjusted, found.adjusted_micros) == (-18, -90_000)
    assert found.opening_micros == 80_000_000
    assert found.rate_changed
    assert found.agrees
