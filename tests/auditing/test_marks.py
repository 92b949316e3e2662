"""How many charges agree: counted by month as they are audited, the same as clip by clip."""

from __future__ import annotations

import datetime as dt
import random
from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import AuditLine
from generations import tasks
from generations.auditing import marks, nightly
from generations.models import Audited, AuditedMonth

WORDS = (True, False, None)


@pytest.fixture
def clips(charged):
    return [charged() for _ in range(4)]


def see(clip, agrees, at) -> None:
    marks.keep(clip, {"account_id": clip.account_id, "event": 1, "at": at, "agrees": agrees})


def one_by_one(clip, start, end) -> tuple[int, int]:
    rows = Audited.objects.filter(account=clip.account_id, at__gte=start, at__lt=end)
    said = [one for one in rows.values_list("agrees", flat=True) if one is not None]
    return len(said), sum(said)


def moment(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def test_a_clip_that_is_audited_again_counts_once(clips):
    one, now = clips[0], timezone.now()
    for agrees, counts in ((True, (1, 1)), (False, (1, 0)), (None, (0, 0)), (True, (1, 1))):
        see(one, agrees, now)
        assert AuditedMonth.objects.values_list("told", "agree").get() == counts
    see(one, True, now - dt.timedelta(days=45))
    assert sorted(AuditedMonth.objects.values_list("told", "agree")) == [(0, 0), (1, 1)]
    assert marks.check() == []


def test_months_and_days_say_what_the_marks_say(clips):
    dice = random.Random(11)  # noqa: S311 - a test's own dice
    today = timezone.localdate()
    for _ in range(60):
        days = dt.timedelta(days=dice.randrange(100), seconds=dice.randrange(86_400))
        see(dice.choice(clips), dice.choice(WORDS), moment(today) - days)
    assert marks.check() == []
    one = clips[0]
    for _ in range(40):
        first = today - dt.timedelta(days=dice.randrange(120))
        start, end = moment(first), moment(first + dt.timedelta(days=dice.randrange(1, 120)))
        found = marks.checked([one.account_id], start, end).get(one.account_id, (0, 0))
        assert found == one_by_one(one, start, end)


def test_the_upgrade_and_making_them_again_count_the_same(clips):
    for number, clip in enumerate(clips):
        see(clip, WORDS[number % 3], timezone.now() - dt.timedelta(days=31 * number))
    columns = ("account", "month", "told", "agree")
    kept = set(AuditedMonth.objects.values_list(*columns))
    AuditedMonth.objects.all().delete()
    import_module("generations.migrations.0003_audited_months").count_what_was_audited(apps, None)
    assert set(AuditedMonth.objects.values_list(*columns)) == kept
    marks.remake()
    assert set(AuditedMonth.objects.values_list(*columns)) == kept


def test_a_count_that_was_tampered_with_is_found_and_put_right(clips, monkeypatch):
    monkeypatch.setattr("generations.queue.ring", lambda task, one: getattr(tasks, task)(one))
    see(clips[0], True, timezone.now())
    AuditedMonth.objects.update(agree=0, told=3)
    nightly.begin()
    month, name = timezone.localdate(), clips[0].account.name
    where = f"charges audited in {month:%Y-%m}: {name}"
    found = AuditLine.objects.filter(verb=nightly.DRIFT).order_by("pk")
    assert [(one.target, one.facts["what"]) for one in found] == [
        (where, "the number of those told"),
        (where, "the number of those agreeing"),
    ]
    with pytest.raises(CommandError):
        call_command("rollup")
    call_command("rollup", rebuild=True)
    assert AuditedMonth.objects.values_list("told", "agree").get() == (1, 1)
