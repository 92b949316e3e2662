"""Was a failure charged? PixVerse's own list answers, and only where it says so."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts import ledger
from accounts.models import AuditLine
from generations.auditing import answers, cases, panel, usage
from generations.auditing.answers import BELIEVED, Says, says
from generations.models import Discrepancy, Generation, State
from generations.providers.types import Usage

NOW = timezone.now()
LONG_AGO = NOW - BELIEVED


def line(amount: int, job: str = "7") -> Usage:
    return Usage(str(amount), job, "text_to_video", Decimal(amount), NOW)


@pytest.mark.parametrize(
    ("amounts", "ended", "expected"),
    [
        ((), LONG_AGO, Says.NOTHING),
        ((45,), NOW, Says.TOO_EARLY),
        ((45,), None, Says.TOO_EARLY),
        ((45,), LONG_AGO, Says.CHARGED),
        ((45, -45), NOW, Says.GIVEN_BACK),
        ((45, -45), None, Says.GIVEN_BACK),
        ((0,), NOW, Says.GIVEN_BACK),
        ((45, -20), NOW, Says.TOO_EARLY),
        ((45, -20), LONG_AGO, Says.CHARGED),
        ((-45,), LONG_AGO, Says.UNCLEAR),
    ],
)
def test_what_lines_say(amounts, ended, expected):
    assert says([line(one) for one in amounts], ended, NOW) is expected


def failed(story, words: str) -> Generation:
    """A clip that failed at PixVerse, and whose charge is an open question."""
    one = story.ask("pixverse", words=words)
    one = story.work(one, {State.FAILED})
    assert one.question == "charge"
    assert one.charged_micros is None
    return one


def a_day_later(one: Generation) -> None:
    Generation.objects.filter(pk=one.pk).update(finished_at=timezone.now() - BELIEVED)


def line_of_panel(one: Generation) -> panel.Witness:
    return panel.panel(one).witnesses[1]


@pytest.mark.django_db(transaction=True)
def test_given_back_there_comes_back_here(story):
    one = failed(story, "[fail]")
    account = story.account("pixverse")
    assert answers.answer_open(account).given_back == 1
    assert answers.answer_open(account).asked == 0
    one.refresh_from_db()
    assert (one.question, one.charged_micros, one.state) == (None, 0, State.FAILED)
    assert story.money(one) == {"hold": one.price_micros, "release": one.price_micros}
    event = one.events.last()
    assert "list of charges says that nothing was kept" in event.text
    assert event.facts["witness"] == "list"
    assert len(event.facts["lines"]) == 2
    told = AuditLine.objects.get(verb="generation.resolved")
    assert told.actor is None
    assert "it never ran" in told.details
    cases.catch_up()
    assert not Discrepancy.objects.filter(generation=one, is_open=True).exists()
    assert "list of charges" in line_of_panel(one).words


@pytest.mark.django_db(transaction=True)
def test_a_charge_that_stays_is_believed_a_day_later(story):
    one = failed(story, "[charge-failed]")
    account = story.account("pixverse")
    found = answers.answer_open(account)
    assert (found.asked, found.charged) == (1, 0)
    one.refresh_from_db()
    assert one.question == "charge"
    assert ledger.held(str(one.uuid)) == one.price_micros
    # The same money is not at risk twice: until it is known, the open question stands alone.
    span = (timezone.now() - dt.timedelta(hours=2), timezone.now() + answers.AHEAD)
    usage.match(account, *span)
    cases.catch_up()
    assert [row.cause for row in Discrepancy.objects.filter(generation=one)] == ["uncertain"]

    a_day_later(one)
    assert answers.answer_open(account).charged == 1
    one.refresh_from_db()
    (job,) = story.jobs(one)
    units = Decimal(job["charged"])
    assert (one.question, one.charged_micros) == (None, int(units * 5_000))
    assert story.money(one)["settle"] == one.charged_micros
    case = Discrepancy.objects.get(generation=one, cause="charged_on_failure")
    assert (case.is_open, case.risk_micros) == (True, one.charged_micros)
    assert line_of_panel(one).amount.units == units
    # Looked at again, by rows and by list, it waits for a person all the same.
    cases.rebuild()
    usage.match(account, timezone.now() - dt.timedelta(hours=2), timezone.now() + answers.AHEAD)
    case.refresh_from_db()
    assert case.is_open
    assert ledger.check() == []


@pytest.mark.django_db(transaction=True)
def test_what_the_list_does_not_name_stays_open(story, monkeypatch):
    one = failed(story, "[fail]")
    monkeypatch.setattr(usage, "read", lambda *_: iter([line(45, "someone else's")]))
    account = story.account("pixverse")
    a_day_later(one)
    for _ in range(2):
        assert answers.answer_open(account) == answers.Answered(1, 0, 0)
    one.refresh_from_db()
    assert one.question == "charge"
    assert ledger.held(str(one.uuid)) == one.price_micros
    assert one.events.filter(kind="not_listed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_uncertain_job_that_was_given_back_is_over(story):
    one = failed(story, "[fail]")
    # As if its looks had never told: overdue, and nobody knows.
    Generation.objects.filter(pk=one.pk).update(
        state=State.UNCERTAIN, cause="overdue", question=None, finished_at=None
    )
    assert answers.answer_open(story.account("pixverse")).given_back == 1
    one.refresh_from_db()
    assert (one.state, one.charged_micros) == (State.FAILED, 0)


@pytest.mark.django_db(transaction=True)
def test_an_uncertain_job_that_was_charged_may_still_come(story, monkeypatch):
    one = failed(story, "[fail]")
    Generation.objects.filter(pk=one.pk).update(
        state=State.UNCERTAIN, cause="overdue", question=None, finished_at=None
    )
    monkeypatch.setattr(usage, "read", lambda *_: iter([line(45, one.attempt.remote_id)]))
    assert answers.answer_open(story.account("pixverse")) == answers.Answered(1, 0, 0)
    one.refresh_from_db()
    assert one.state == State.UNCERTAIN


@pytest.mark.django_db(transaction=True)
def test_nothing_is_read_where_nothing_is_open(story, monkeypatch):
    monkeypatch.setattr(usage, "read", lambda *_: pytest.fail("read for nothing"))
    for account in story.project.team.provider_accounts.all():
        assert answers.answer_open(account) == answers.Answered()
