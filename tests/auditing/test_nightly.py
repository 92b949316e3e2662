"""The ledger is summed again every night, in pieces; what drifts is kept, shown and told."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditLine, Movement, Notice, Purse
from generations import tasks
from generations.auditing import nightly
from generations.dispatch.tick import Dispatch
from generations.models import Heartbeat

pytestmark = pytest.mark.django_db

MORNING = dt.datetime(2026, 5, 6, 9, tzinfo=dt.UTC)


@pytest.fixture
def rung(monkeypatch):
    """What would have been rung; the pieces run at once."""
    rings = []

    def ring(task, *ids):
        rings.extend((task, one) for one in ids)
        if task == "check_books":
            for one in ids:
                tasks.check_books(one)

    monkeypatch.setattr("generations.queue.ring", ring)
    return rings


def checked() -> AuditLine:
    return AuditLine.objects.filter(verb="ledger.checked").latest("pk")


def test_all_is_well_and_that_is_kept(charged, rung, project):
    charged()
    nightly.begin()
    assert checked().facts["differences"] == 0
    assert checked().facts["movements"] == Movement.objects.count()
    now = nightly.standing(project.team)
    assert now.at is not None
    assert (now.drifts, now.is_stale) == ([], False)
    assert not nightly.due()


def test_in_pieces_every_movement_is_looked_at(charged, rung, monkeypatch):
    monkeypatch.setattr(nightly, "CHUNK", 1)
    monkeypatch.setattr(nightly, "PIECE_S", -1.0)
    seen = []
    real = nightly.check_subjects
    monkeypatch.setattr(nightly, "check_subjects", lambda some: seen.extend(some) or real(some))
    clips = [charged(), charged()]
    nightly.begin()
    assert len([one for one in rung if one[0] == "check_books"]) == Movement.objects.count()
    assert {str(one.uuid) for one in clips} == set(seen)
    assert AuditLine.objects.filter(verb="ledger.checked").count() == 1


def test_a_purse_that_drifted_is_kept_shown_and_told_once(browser, charged, rung, project, owner):
    charged()
    Purse.objects.filter(team=project.team, scope="team").update(spent_micros=7)
    nightly.begin()
    nightly.piece(0)
    line = AuditLine.objects.get(verb="ledger.drift")
    assert line.team == project.team
    assert line.facts["found"] == "7"
    assert checked().facts["differences"] == 1
    assert Notice.objects.get(kind="books_drift").user == owner
    page = browser.get(reverse("audit", args=[project.team.slug])).content.decode()
    assert "The books do not add up" in page
    assert "should be" in page


def test_a_movement_that_is_missing_is_found(charged, rung, project, monkeypatch):
    monkeypatch.setattr(nightly, "CHUNK", 1)
    one = charged()
    Movement.objects.filter(subject=str(one.uuid), kind="hold")._raw_delete("default")
    nightly.begin()
    whats = set(AuditLine.objects.filter(verb="ledger.drift").values_list("facts__what", flat=True))
    assert "the number of holds" in whats
    # A subject that comes up in several pieces is told once.
    lines = AuditLine.objects.filter(verb="ledger.drift", facts__what="the number of holds")
    assert lines.count() == 1


def test_the_next_good_night_takes_the_alarm_back(charged, rung, project):
    charged()
    purse = Purse.objects.filter(team=project.team, scope="team")
    spent = purse.get().spent_micros
    purse.update(spent_micros=7)
    nightly.begin()
    purse.update(spent_micros=spent)
    nightly.begin()
    assert nightly.standing(project.team).drifts == []


@pytest.mark.parametrize(
    ("rung_at", "answered_at", "expected"),
    [
        (None, None, True),
        (MORNING - dt.timedelta(hours=1), MORNING, False),
        (MORNING - dt.timedelta(days=1), MORNING - dt.timedelta(days=1), True),
        (MORNING - dt.timedelta(hours=3), None, True),
        (MORNING - dt.timedelta(minutes=5), MORNING - dt.timedelta(days=1), False),
    ],
)
def test_once_a_day_and_again_where_it_never_ended(monkeypatch, rung_at, answered_at, expected):
    monkeypatch.setattr(timezone, "now", lambda: MORNING)
    Heartbeat.objects.create(name="ledger", rung_at=rung_at, answered_at=answered_at)
    assert nightly.due() is expected


def test_not_before_the_night(monkeypatch):
    night = timezone.make_aware(dt.datetime(2026, 5, 6, 1))
    monkeypatch.setattr(timezone, "now", lambda: night)
    before = night - dt.timedelta(hours=20)
    Heartbeat.objects.create(name="ledger", rung_at=before, answered_at=before)
    assert not nightly.due()


def test_dispatch_rings_for_it_once(monkeypatch):
    rings = []
    monkeypatch.setattr("generations.queue.ring", lambda task, *ids: rings.append(task))
    Dispatch().balances()
    Dispatch().balances()
    assert rings.count("check_books") == 1


def test_an_old_result_is_no_result(browser, charged, rung, project, monkeypatch):
    nightly.begin()
    monkeypatch.setattr(nightly, "STALE", dt.timedelta(0))
    assert nightly.standing(project.team).is_stale
    page = browser.get(reverse("audit", args=[project.team.slug])).content.decode()
    assert "does dispatch run?" in page
