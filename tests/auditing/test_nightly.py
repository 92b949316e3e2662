"""The ledger is summed again every night, in pieces; what drifts is kept, shown and told."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditLine, Movement, Notice, Purse
from generations import tasks
from generations.auditing import nightly
from generations.dispatch.tick import Dispatch
from generations.models import Heartbeat, SpendDay, SpendLine, SpendMonth, SpendPrompt
from generations.spend import checking

pytestmark = pytest.mark.django_db

MORNING = dt.datetime(2026, 5, 6, 9, tzinfo=dt.UTC)


@pytest.fixture
def rung(monkeypatch):
    """What would have been rung; the pieces run at once."""
    rings = []

    def ring(task, *ids):
        rings.extend((task, one) for one in ids)
        if task.startswith("check_"):
            for one in ids:
                getattr(tasks, task)(one)

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
    tasks.check_books(0)
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


def drifts() -> list[str]:
    rows = AuditLine.objects.filter(verb="ledger.drift").order_by("pk")
    return [f"{one.target}: {one.facts['what']}" for one in rows]


@pytest.mark.parametrize("model", [SpendDay, SpendMonth])
def test_a_sum_of_spend_that_was_tampered_with_is_found_and_named(
    browser, charged, rung, project, owner, model
):
    one = charged()
    kept = model.objects.get()
    model.objects.update(micros=kept.micros + 7, clips=3)
    nightly.begin()
    when = f"in {kept.day:%Y-%m}" if model is SpendMonth else f"on {kept.day}"
    where = f"spend {when} (play): v6 text_to_video, {project.name[:16]}, {str(owner)[:16]}, "
    where += f"{one.account.name[:16]}, credits"
    assert drifts() == [f"{where}: the number of clips", f"{where}: charged"]
    clips, paid = AuditLine.objects.filter(verb="ledger.drift").order_by("pk")
    assert (clips.facts["expected"], clips.facts["found"], clips.facts["unit"]) == ("1", "3", "")
    assert paid.facts["expected"] == str(kept.micros)
    assert paid.facts["unit"] == "micro-dollars"
    assert Notice.objects.get(kind="books_drift").user == owner
    page = browser.get(reverse("audit", args=[project.team.slug])).content.decode()
    assert where in page
    assert "rollup --rebuild" in page


def test_a_sum_of_spend_that_is_missing_or_of_nothing_is_found(charged, rung):
    charged()
    SpendMonth.objects.all().delete()
    day = SpendDay.objects.get()
    day.pk, day.operation, day.day = None, "extend", dt.date(2024, 2, 29)
    day.save(force_insert=True)
    nightly.begin()
    assert any(one.startswith("spend in ") and one.endswith(": charged") for one in drifts())
    assert any(one.startswith("spend on 2024-02-29 (play): v6 extend, ") for one in drifts())


def test_a_line_of_spend_is_compared_with_its_movements(charged, rung):
    one, other = charged(), charged()
    SpendLine.objects.filter(subject=one.uuid).update(failed=1)
    SpendLine.objects.filter(subject=other.uuid).delete()
    nightly.begin()
    day = SpendLine.objects.get().day
    assert f"spend of {one.uuid} on {day}: the number of failures" in drifts()
    assert f"spend of {other.uuid} on {day}: charged" in drifts()


def test_a_line_of_what_was_never_held_is_found(charged, rung):
    charged()
    line = SpendLine.objects.get()
    line.pk, line.subject, line.generation = None, uuid.UUID(int=7), None
    line.save(force_insert=True)
    nightly.begin()
    assert f"spend of {line.subject}: the number of lines, with no hold," in drifts()


def test_a_sum_by_prompt_is_compared_with_the_lines(charged, rung, monkeypatch):
    monkeypatch.setattr(nightly, "PIECE_S", -1.0)
    charged()
    kept = SpendPrompt.objects.get()
    kept.most_micros -= 1
    kept.save()
    SpendPrompt.objects.create(team=kept.team, play=False, prompt="f" * 32, most_micros=5)
    nightly.begin()
    assert drifts() == [
        f"spend of the prompt {one.prompt}{' (play)' if one.play else ''}: at most charged"
        for one in SpendPrompt.objects.order_by("prompt")
    ]


def test_what_is_settled_between_two_queries_is_no_difference(charged, rung, monkeypatch):
    """The first look sees a sum without its line; the second sees both."""
    charged()
    real, looks = checking.month_sums, []

    def late(*args):
        looks.append(args)
        return checking.Month() if len(looks) == 1 else real(*args)

    monkeypatch.setattr(checking, "month_sums", late)
    nightly.begin()
    assert (len(looks), drifts()) == (2, [])


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
