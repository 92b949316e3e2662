"""The audit's pages: filters in the address, pages, the witnesses, resolving, exports."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import uuid
from decimal import Decimal

import pytest
from django.db.models import Max
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import closing, ledger
from accounts.models import Kind, Membership, MonthClose, Movement, TeamRole, User
from generations.auditing import cases, listing, months
from generations.models import BalanceSnapshot, Discrepancy, Generation, Project, SpendFacts, TopUp
from generations.spend import books

pytestmark = pytest.mark.django_db


@pytest.fixture
def some(charged, audited, project):
    """Three discrepancies of two causes; the address of the list."""
    sold = Decimal(charged().price["units"])
    charged(sold * 2, prompt="a red kite")
    charged(sold * 2, prompt="a blue kite")
    audited()
    return reverse("audit", args=[project.team.slug])


def text(answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_shows_the_most_money_first_and_its_sums(browser, some):
    seen = text(browser.get(some))
    assert seen.index("a red kite") < seen.index("No report", seen.index('id="cases"'))
    assert "Charged twice" in seen
    assert "Play money" in seen


def test_filters_stand_in_the_address(browser, some, project, owner):
    assert "a red kite" not in text(browser.get(some, {"cause": "missing_report"}))
    assert "a red kite" in text(browser.get(some, {"person": owner.pk, "project": project.uuid}))
    assert "a red kite" not in text(browser.get(some, {"person": owner.pk + 1}))
    assert "a red kite" not in text(browser.get(some, {"state": "resolved"}))
    assert "a red kite" not in text(browser.get(some, {"money": "real"}))
    assert "a red kite" in text(browser.get(some, {"period": "month"}))
    assert "a red kite" not in text(browser.get(some, {"period": "last-month"}))


ODD = ("account=x", "project='", "person=%00", "after=1:x", "cause=no", "period=custom&from=x")


@pytest.mark.parametrize("odd", [*ODD, "after=999999999999999999999:1"])
def test_an_odd_address_is_no_error(browser, some, odd):
    text(browser.get(f"{some}?{odd}"))


def test_pages_by_risk_lose_and_repeat_nothing(some, project, monkeypatch):
    monkeypatch.setattr(listing, "PAGE", 1)
    wanted = listing.asked(project.team, {}, play=True)
    seen, after = [], ""
    while True:
        rows, after = listing.page(wanted, after)
        seen += [one.pk for one in rows]
        if not after:
            break
    assert seen == [one.pk for one in listing.rows(wanted)]
    assert len(seen) == 3


def test_a_case_opens_its_witnesses_and_is_resolved(browser, some, project):
    row = Discrepancy.objects.filter(cause="charged_twice").first()
    page = reverse("audit_case", args=[project.team.slug, row.pk])
    inside = text(browser.get(page, headers={"HX-Request": "true"}))
    assert "Sold at" in inside
    assert "<html" not in inside
    assert "PixVerse reported" in text(browser.get(page))

    resolve = reverse("audit_resolve", args=[project.team.slug, row.pk])
    refused = text(browser.post(resolve, {"resolution": "refunded", "note": "n", "amount": "x"}))
    assert 'role="alert"' in refused
    assert browser.post(resolve, {"resolution": "accepted", "note": "Agreed"}).status_code == 302
    row.refresh_from_db()
    assert not row.is_open


def test_what_is_resolved_is_at_risk_no_longer(browser, some, project):
    """A refund of one of two cases of $0.09: the other is at risk, and half of it all came back."""
    row = Discrepancy.objects.filter(cause="charged_twice").first()
    page = reverse("audit_case", args=[project.team.slug, row.pk])
    assert "at risk</span></b>" in text(browser.get(page))
    given = {"resolution": "refunded", "note": "Ticket 7", "amount": "0.09"}
    resolve = reverse("audit_resolve", args=[project.team.slug, row.pk])
    assert browser.post(resolve, given).status_code == 302

    case = text(browser.get(page))
    assert "at risk</span></b>" not in case
    assert "was at risk, <b>$0.09 came back</b>" in case
    sums = {
        state: browser.get(some, {"state": state}).context["total"]
        for state in ("open", "resolved", "all")
    }
    risk = row.risk_micros
    assert [(one.risk, one.was, one.back) for one in sums.values()] == [
        (risk, 0, 0),
        (0, risk, 90_000),
        (risk, risk, 90_000),
    ]
    resolved = text(browser.get(some, {"state": "resolved"}))
    assert "<span>Was at risk</span>" in resolved
    assert "$0.09 came back" in resolved
    assert "<span>At risk</span>" in text(browser.get(some, {"state": "all"}))


def test_the_files_column_of_money_at_risk_adds_up_to_what_is_open(browser, some, project):
    Discrepancy.objects.filter(pk=Discrepancy.objects.filter(risk_micros__gt=0)[0].pk).update(
        is_open=False, resolution="accepted"
    )
    address = reverse("audit_csv", args=[project.team.slug]) + "?state=all"
    body = b"".join(browser.get(address).streaming_content).decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(body)))
    risk = Discrepancy.objects.aggregate(most=Max("risk_micros"))["most"]
    for column in ("at risk USD", "was at risk USD"):
        assert sum(Decimal(one[column] or 0) for one in lines) == Decimal(risk) / 1_000_000


def test_many_at_once(browser, some, project):
    rows = Discrepancy.objects.filter(cause="charged_twice")
    given = {"case": [one.pk for one in rows], "resolution": "our_price", "note": "New plan"}
    many = reverse("audit_resolve_many", args=[project.team.slug])
    answer = browser.post(many, given | {"state": "open"})
    assert answer.url.endswith("?state=open")
    assert not rows.filter(is_open=True).exists()


def test_the_csv_has_the_same_rows(browser, some, project):
    address = reverse("audit_csv", args=[project.team.slug])
    lines = b"".join(browser.get(address).streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + 3
    assert "Charged twice" in lines[1]


def test_the_clip_shows_its_witnesses(browser, some, project):
    one = Discrepancy.objects.filter(cause="charged_twice").first().generation
    page = text(
        browser.get(reverse("generation", args=[project.team.slug, project.uuid, one.uuid]))
    )
    assert "Four witnesses" in page
    assert "Twice the price was taken" in page


def test_balances_and_top_ups_are_typed_in(browser, project, account):
    team, one = project.team.slug, account["pixazo"]
    now = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    balance = reverse("audit_balance", args=[team, one.uuid])
    assert browser.post(balance, {"balance-amount": "12.5", "balance-at": now}).status_code == 302
    assert BalanceSnapshot.objects.get(account=one).amount == Decimal("12.5")
    one.refresh_from_db()
    assert one.balance == Decimal("12.5")
    late = {"balance-amount": "1", "balance-at": "2099-01-01T00:00"}
    assert "still to come" in text(browser.post(balance, late))
    topup = reverse("audit_topup", args=[team, one.uuid])
    given = {"topup-amount": "50", "topup-at": now, "topup-paid": "45"}
    assert browser.post(topup, given).status_code == 302
    assert TopUp.objects.get(account=one).paid_micros == 45_000_000


def test_a_balance_dated_into_a_closed_month_is_refused(browser, project, account):
    closing.close(None, project.team, "2026-01", lambda: {}, {})
    balance = reverse("audit_balance", args=[project.team.slug, account["pixazo"].uuid])
    given = {"balance-amount": "1", "balance-at": "2026-01-05T10:00"}
    assert "is closed" in text(browser.post(balance, given))
    rate = reverse("provider_rate_add", args=[project.team.slug, account["pixverse"].uuid])
    given = {"rate-usd_per_unit": "0.01", "rate-since": "2026-01-05"}
    assert "is closed" in text(browser.post(rate, given))


def test_the_pages_of_accounts_ask_as_much_however_many_clips(
    browser, project, charged, account, django_assert_max_num_queries
):
    page = reverse("audit_accounts", args=[project.team.slug])
    charged()
    with django_assert_max_num_queries(70):
        text(browser.get(page))


def test_a_month_is_closed_and_its_files_stay(browser, project, charged, media_dir, monkeypatch):
    charged()
    then = timezone.now()
    later = then + dt.timedelta(days=40)
    month = f"{timezone.localtime(then):%Y-%m}"
    close = reverse("audit_close", args=[project.team.slug, month])
    page = reverse("audit_month", args=[project.team.slug, month])
    assert "is not over" in text(browser.get(page))
    browser.post(close)
    assert not MonthClose.objects.exists()

    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    browser.force_login(project.created_by)
    browser.post(close)

    row = MonthClose.objects.get()
    assert row.digest == closing.digest(row.counts["files"])
    seen = text(browser.get(page))
    assert row.digest in seen
    name = next(one for one in row.counts["files"] if one != "summary.csv")
    answer = browser.get(reverse("audit_file", args=[project.team.slug, month, name]))
    assert answer["X-SHA256"] == row.counts["files"][name]
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + Movement.objects.count() + 1
    assert "total charged" in lines[-1]
    missing = reverse("audit_file", args=[project.team.slug, month, "other.csv"])
    assert browser.get(missing).status_code == 404


def test_the_summary_of_a_month_has_a_total_for_each_kind_of_money(
    browser, project, account, charged, owner, media_dir, monkeypatch
):
    """The same as the page says and as the movements come to; real and play never added."""
    charged()
    second = Project.objects.create(team=project.team, name="=Second", created_by=owner)
    other = charged("25")
    then = timezone.now()
    month = ledger.month_of(then)
    for play, micros in ((False, 1_234_567), (False, 2_000_003), (True, 40_000)):
        where = {"project": str(second.uuid), "account": str(account["pixverse"].uuid)}
        bill = ledger.Bill(project.team, owner, str(uuid.uuid4()), **where, play=play, month=month)
        ledger.hold(bill, micros)
        ledger.settle(bill.subject, micros - 7)
    ledger.adjust(str(other.uuid), -1_000, reason="refund", note="Given back")
    monkeypatch.setattr("django.utils.timezone.now", lambda: then + dt.timedelta(days=40))
    row = months.close(owner, project.team, month)

    lines = list(csv.DictReader(io.StringIO(months.kept(row, "summary.csv").decode("utf-8-sig"))))
    totals = [one for one in lines if one["project"] == "total"]
    assert [(one["money"], one["project id"]) for one in totals] == [("real", ""), ("play", "")]
    parts = [one for one in lines if one["project"] != "total"]
    assert {one["project id"] for one in parts} == {str(project.uuid), str(second.uuid)}
    browser.force_login(owner)
    page = browser.get(reverse("audit_month", args=[project.team.slug, month]))
    for total, shown in zip(totals, page.context["charged"], strict=True):
        same = [one for one in parts if one["money"] == total["money"]]
        play = shown.moved.play
        moved = Movement.objects.filter(team=project.team, month=month, play=play)
        charges = moved.filter(kind__in=(Kind.SETTLE, Kind.ADJUST))
        paid = sum(charges.values_list("micros", flat=True))
        assert Decimal(total["charged USD"]) * 1_000_000 == paid == shown.moved.micros
        assert sum(Decimal(one["charged USD"]) for one in same) * 1_000_000 == paid
        assert (
            int(total["movements"]) == moved.count() == sum(int(one["movements"]) for one in same)
        )
    # What is handed out is what the digest was made of.
    body = browser.get(
        reverse("audit_file", args=[project.team.slug, month, "summary.csv"])
    ).content
    assert hashlib.sha256(body).hexdigest() == row.counts["files"]["summary.csv"]
    assert row.digest == closing.digest(row.counts["files"])


def test_a_clip_from_before_prices_were_kept_is_said_to_be_so(browser, charged, project):
    """It is counted apart, and no price is made up for it afterwards."""
    old = charged()
    SpendFacts.objects.filter(generation=old)._raw_delete("default")
    books.enter(old)
    seen = text(browser.get(reverse("spend_rows", args=[project.team.slug])))
    assert "not measured then" in seen


def test_an_auditor_is_led_to_no_page_that_refuses_her(project, charged, account):
    one = charged()
    Generation.objects.filter(pk=one.pk).update(
        state="failed", cause="failed", charged_micros=None, question="charge"
    )
    cases.catch_up()
    audrey = User.objects.create_user("audrey@example.org", "correct horse", name="Audrey")
    Membership.objects.create(team=project.team, user=audrey, role=TeamRole.AUDITOR)
    client = Client()
    client.force_login(audrey)
    team, refused = project.team.slug, reverse("uncertain", args=[project.team.slug])
    assert client.get(refused).status_code == 403
    case = Discrepancy.objects.get(generation=one)
    for page in (
        reverse("audit_case", args=[team, case.pk]),
        reverse("audit_account", args=[team, account["pixverse"].uuid]),
        reverse("audit_month", args=[team, f"{timezone.localdate():%Y-%m}"]),
    ):
        answer = client.get(page)
        assert answer.status_code == 200
        assert refused not in answer.text, page
