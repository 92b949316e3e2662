"""What nobody can tell about is resolved by a person, with a note."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import ledger
from generations.models import Attempt, Discrepancy, Generation, Outcome, ProjectMembership, State


def text(answer):
    return answer.content.decode()


@pytest.fixture
def lost(make, account):
    one = make("lost on the way", state=State.UNCERTAIN, cause="lost_reply")
    Attempt.objects.create(
        generation=one, account=account["pixverse"], outcome=Outcome.UNCERTAIN, exchange={"a": 1}
    )
    return one


@pytest.fixture
def page(project):
    return reverse("uncertain", args=[project.team.slug])


def test_it_shows_what_we_know(browser, page, lost):
    answer = text(browser.get(page))
    for words in ("lost on the way", "$0.225", str(lost.attempt.token), "own page"):
        assert words in answer
    assert 'class="count num">1' in answer


def test_nothing_open(browser, page, project):
    assert "Nothing is open" in text(browser.get(page))


@pytest.mark.parametrize(
    ("typed", "state", "charged", "held"),
    [
        ({"verdict": "charged", "amount": "0.2"}, State.FAILED, 200_000, 0),
        ({"verdict": "never_ran"}, State.FAILED, 0, 0),
        ({"verdict": "found", "remote_id": "77"}, State.RUNNING, None, 225_000),
    ],
)
def test_each_verdict(browser, at, project, lost, typed, state, charged, held):
    answer = browser.post(at("resolve", lost.uuid), {"note": "seen there", **typed}, follow=True)
    assert answer.status_code == 200
    lost.refresh_from_db()
    assert (lost.state, lost.charged_micros) == (state, charged)
    assert ledger.standing(project.team, play=True).held_micros == held


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"verdict": "charged", "amount": "lots", "note": "x"}, "Write dollars"),
        ({"verdict": "charged", "amount": "1", "note": " "}, "Say in the note"),
        ({"verdict": "found", "note": "x"}, "Give the id"),
        ({"note": "x"}, "Choose what became of it"),
    ],
)
def test_what_does_not_fit_is_said_and_what_was_typed_stays(browser, at, lost, typed, words):
    answer = text(browser.post(at("resolve", lost.uuid), typed))
    assert words in answer
    assert f">{typed['note']}</textarea>" in answer
    lost.refresh_from_db()
    assert lost.state == State.UNCERTAIN


def test_a_failure_whose_charge_is_open_is_asked_too(browser, page, make):
    make(state=State.FAILED, cause="failed", question="charge")
    answer = text(browser.get(page))
    assert "It was not charged." in answer
    assert 'value="found"' not in answer


def test_only_owners_and_producers(signed_in, creator, page, at, lost, project):
    client = signed_in(creator)
    assert client.get(page).status_code == 403
    verdict = {"verdict": "never_ran", "note": "x"}
    assert client.post(at("resolve", lost.uuid), verdict).status_code == 403
    assert "To resolve" not in text(client.get(at("studio")))
    ProjectMembership.objects.filter(user=creator).update(role="producer")
    assert "lost on the way" in text(client.get(page))
    assert client.post(at("resolve", lost.uuid), verdict).status_code == 302
    assert Generation.objects.get().charged_micros == 0


def test_many_open_ones_cost_no_more_queries_than_one(
    browser, page, lost, make, account, django_assert_max_num_queries
):
    def another(**fields):
        one = make("another", **fields)
        Attempt.objects.create(generation=one, account=account["pixverse"], exchange={"a": 1})

    browser.get(page)
    with CaptureQueriesContext(connection) as one:
        browser.get(page)
    for _ in range(3):
        another(state=State.UNCERTAIN, cause="lost_reply")
        another(state=State.FAILED, cause="failed", question="charge")
    with django_assert_max_num_queries(len(one)):
        answer = text(browser.get(page))
    assert answer.count('class="panel case"') == 7


def test_a_job_of_that_time_that_nobody_asked_for_is_shown(browser, page, lost, account, project):
    def stranger(remote_id, at):
        Discrepancy.objects.create(
            team=project.team,
            account=account["pixverse"],
            subject=f"remote:{remote_id}",
            cause="not_ours",
            at=at,
            risk_micros=1,
            play=True,
            facts={"remote_id": remote_id, "theirs": "45 credits"},
        )

    sent = lost.attempt.sent_at
    stranger("4123", sent + timedelta(minutes=1))
    stranger("4999", sent + timedelta(hours=3))
    seen = text(browser.get(page))
    assert "4123" in seen
    assert "45 credits" in seen
    assert "4999" not in seen


def test_it_says_when_the_list_will_answer(browser, page, make, account):
    one = make("failed", state=State.FAILED, cause="failed", question="charge")
    Attempt.objects.create(generation=one, account=account["pixverse"], remote_id="77")
    assert "entered 24 hours after the end" in text(browser.get(page))
