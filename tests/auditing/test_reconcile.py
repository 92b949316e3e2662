"""Balances against books: what agrees, what ran meanwhile, and gaps that are named."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generations import lifecycle
from generations.account_prices import add_rate
from generations.auditing import balances, resolving, usage
from generations.auditing.reconcile import Observed, policy, reconcile
from generations.auditing.runway import runways
from generations.auditing.scorecard import ENOUGH, scores
from generations.catalogue.types import Brief
from generations.models import Attempt, BalanceSnapshot, Discrepancy, Generation
from generations.providers.types import Balance, Usage
from generations.spend import books
from tests.auditing.conftest import OPTIONS

pytestmark = pytest.mark.django_db
UNIT = "credits"


@pytest.fixture
def pixverse(account):
    return account["pixverse"]


def known(account, amount, minutes: float = 0) -> BalanceSnapshot:
    at = timezone.now() + dt.timedelta(minutes=minutes)
    return BalanceSnapshot.objects.create(account=account, at=at, amount=amount, unit=UNIT)


def whole(account):
    now = timezone.now()
    return reconcile(account, now - dt.timedelta(days=2), now + dt.timedelta(days=1))


def test_two_known_balances_are_needed(pixverse):
    assert whole(pixverse) is None
    known(pixverse, 100)
    assert whole(pixverse) is None


def test_balance_and_top_ups_less_charges_agree(pixverse, charged, owner):
    known(pixverse, 1000, -60)
    sold = Decimal(charged().price["units"])
    balances.top_up(owner, pixverse, Decimal(500), timezone.now())
    known(pixverse, 1500 - sold, 1)
    found = whole(pixverse)
    assert (found.charged, found.topped, found.jobs) == (sold, 500, 1)
    assert found.gap == 0
    assert found.agrees


def test_a_gap_is_named(pixverse, charged):
    known(pixverse, 1000, -60)
    sold = Decimal(charged().price["units"])
    known(pixverse, 1000 - sold - 30, 1)
    found = whole(pixverse)
    assert found.unexplained == -30
    assert not found.agrees


def test_what_still_runs_may_explain_a_gap(pixverse, project, owner):
    """Held and not settled: the provider has taken it at submit, our books have not."""
    known(pixverse, 1000, -60)
    brief = Brief("text_to_video", "v6", "a kite", OPTIONS)
    ask = {"project": project, "user": owner, "brief": brief, "account": pixverse}
    (one,) = lifecycle.request(**ask, form_token=uuid.uuid4())
    sold = Decimal(one.price["units"])
    known(pixverse, 1000 - sold, 1)
    found = whole(pixverse)
    assert (found.gap, found.running_now.units, found.unexplained) == (-sold, sold, 0)
    assert found.agrees
    known(pixverse, 1000 - sold - 7, 2)
    assert whole(pixverse).unexplained == -7


def test_a_refund_of_ours_counts_and_one_of_theirs_is_a_gap(pixverse, charged, audited, owner):
    known(pixverse, 1000, -60)
    sold = Decimal(charged().price["units"])
    charged(sold * 2)
    audited()
    row = Discrepancy.objects.get(cause="charged_twice")
    back = row.generation.price_micros
    resolving.resolve(row, owner, resolution="refunded", note="x", refund_micros=back)
    known(pixverse, 1000 - 2 * sold, 1)
    found = whole(pixverse)
    assert found.adjusted == -sold
    assert found.agrees


def test_runway_and_holds_above_the_balance(pixverse, charged, owner):
    sold = Decimal(charged().price["units"])
    balances.keep(pixverse, Balance(sold, UNIT, {}), by=owner)
    found = runways([pixverse])[0]
    assert found.burn_7 == sold
    assert found.days_7 == 7
    assert not found.is_short


def test_what_is_held_keeps_the_rate_that_it_was_sold_at(pixverse, project, owner):
    brief = Brief("text_to_video", "v6", "a kite", OPTIONS)
    ask = {"project": project, "user": owner, "brief": brief, "account": pixverse}
    (one,) = lifecycle.request(**ask, form_token=uuid.uuid4())
    sold = Decimal(one.price["units"])
    assert runways([pixverse])[0].held_units == sold
    add_rate(owner, pixverse, Decimal(one.price["rate"]) * 2, timezone.localdate())
    assert runways([pixverse])[0].held_units == sold


def test_the_policy_as_seen(pixverse, charged):
    for state, cause, micros in (("failed", "failed", 5), ("failed", "failed", 0),
                                 ("moderated", "moderated", 0)):  # fmt: skip
        one = charged()
        rows = Generation.objects.filter(pk=one.pk)
        rows.update(state=state, cause=cause, charged_micros=micros)
    # One of which nobody knows yet whether it was charged is none that was not.
    Generation.objects.filter(pk=charged().pk).update(
        state="failed", cause="failed", charged_micros=None, question="charge"
    )
    found = policy(pixverse)
    assert found["failure"] == Observed("unknown", known=2, charged=1, open=1)
    assert found["moderation"] == Observed("no", known=1, charged=0, open=0)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL reads so few rows whole")
def test_the_policy_is_counted_from_an_index_alone(pixverse):
    """The rows of failures lie all over the table: cold, each costs a look at the disk."""
    with CaptureQueriesContext(connection) as asked:
        policy(pixverse)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {asked[0]['sql']}")
        assert "COVERING INDEX ended_of_account" in str(cursor.fetchall())


def test_runways_of_many_accounts_cost_no_more_queries(
    account, charged, django_assert_max_num_queries
):
    charged()
    every = list(account.values())
    with django_assert_max_num_queries(3):
        found = runways(every)
    assert found == [runways([one])[0] for one in every]
    assert [bool(one.burn_7) for one in found] == [one.provider == "pixverse" for one in every]


def test_a_scorecard_says_nothing_of_a_few_clips(pixverse, charged, audited):
    now = timezone.now()
    days = (now - dt.timedelta(days=1), now + dt.timedelta(days=1))
    charged()
    (few,) = scores([pixverse], *days)
    assert (few.is_enough, few.median_s, few.second_micros) == (False, None, None)
    for _ in range(ENOUGH):
        one = charged()
    audited()
    (enough,) = scores([pixverse], *days)
    assert (enough.median_s, enough.p90_s) == (0, 0)
    assert enough.clips == ENOUGH + 1
    assert enough.second_micros == one.price_micros // 5


def test_a_scorecard_counts_the_files_that_never_came(pixverse, charged):
    for cause in ("lost_file", "failed"):
        one = charged()
        Generation.objects.filter(pk=one.pk).update(state="failed", cause=cause)
        books.enter(one)
    now = timezone.now()
    (found,) = scores([pixverse], now - dt.timedelta(days=1), now + dt.timedelta(days=1))
    assert (found.clips, found.failed, found.lost) == (2, 2, 1)


def test_a_scorecard_ends_with_its_last_day(pixverse, charged):
    charged()
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    (before,) = scores([pixverse], today - dt.timedelta(days=3), today)
    (until,) = scores([pixverse], today, today + dt.timedelta(days=1))
    assert (before.clips, until.clips) == (0, 1)
    assert scores([], today, today) == []


def lines_of(*pairs: tuple[str, int]) -> list[Usage]:
    now = timezone.now() - dt.timedelta(minutes=1)
    return [Usage(str(number), job, "text_to_video", Decimal(amount), now)
            for number, (job, amount) in enumerate(pairs)]  # fmt: skip


def match(monkeypatch, account, *pairs):
    monkeypatch.setattr(usage, "BEHIND", dt.timedelta(0))
    monkeypatch.setattr(usage, "read", lambda *_: iter(lines_of(*pairs)))
    now = timezone.now()
    return usage.match(account, now - dt.timedelta(hours=1), now)


def test_the_usage_list_is_matched_job_by_job(pixverse, charged, monkeypatch):
    sold = int(Decimal(charged().price["units"]))
    first, good, more = (charged(sold) for _ in range(3))
    ids = {one.pk: Attempt.objects.get(generation=one).remote_id for one in (first, good, more)}
    found = match(
        monkeypatch,
        pixverse,
        (ids[good.pk], sold),
        (ids[more.pk], sold),
        (ids[more.pk], sold),
        ("777", 40),
        ("", 5),
    )
    assert (found.lines, found.agree, found.no_job) == (5, 1, 1)
    told = dict(Discrepancy.objects.values_list("subject", "cause"))
    assert told[str(more.uuid)] == "charged_twice"
    assert told["remote:777"] == "not_ours"
    assert told[str(first.uuid)] == "not_listed"
    assert str(good.uuid) not in told

    match(monkeypatch, pixverse, *[(one, sold) for one in ids.values()], ("777", 40), ("777", -40))
    assert not Discrepancy.objects.filter(subject__in=["remote:777", str(more.uuid)], is_open=True)


def test_a_failure_that_was_never_given_back_is_found_in_the_list(pixverse, charged, monkeypatch):
    one = charged(30)
    Generation.objects.filter(pk=one.pk).update(state="moderated", charged_micros=0)
    remote = Attempt.objects.get(generation=one).remote_id
    match(monkeypatch, pixverse, (remote, 30))
    assert Discrepancy.objects.get(generation=one).cause == "charged_on_failure"
    match(monkeypatch, pixverse, (remote, 30), (remote, -30))
    assert not Discrepancy.objects.get(generation=one).is_open
