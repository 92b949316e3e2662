"""When the watchdog calls a cluster hung; with times that are made up."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from generations import queue
from generations.dispatch import watchdog
from generations.dispatch.watchdog import CANARY, LIFE, Watchdog
from generations.models import Generation, Heartbeat, State

pytestmark = pytest.mark.django_db(transaction=True)
NOW = timezone.now()


def at(seconds: float) -> dt.datetime:
    return NOW + dt.timedelta(seconds=seconds)


@pytest.fixture
def dog(monkeypatch):
    """One that has watched for a long time; what it ends is counted."""
    ended = []
    monkeypatch.setattr(watchdog, "end_cluster", lambda: ended.append(1))
    dog = Watchdog()
    dog.grace_from = dog.busy_at = at(-3600)
    dog.rung_at = at(-1)
    dog.ended = ended
    return dog


def beat(**seconds: float) -> None:
    for name, ago in seconds.items():
        Heartbeat.objects.update_or_create(name=name, defaults={"answered_at": at(-ago)})


def taken(monkeypatch, *seconds: float) -> None:
    monkeypatch.setattr(queue, "canaries_taken", lambda: [at(-ago) for ago in seconds])


def test_it_lives_while_tasks_start(dog):
    beat(**{LIFE: 29, CANARY: 300})
    assert dog._hung(NOW) == ""


def test_it_hangs_when_no_task_starts(dog):
    beat(**{LIFE: 31, CANARY: 31})
    assert "no task was started" in dog._hung(NOW)


def test_a_cluster_that_never_answered_gets_its_time(dog):
    dog.grace_from = dog.busy_at = at(-29)
    assert dog._hung(NOW) == ""
    assert dog._hung(at(2)) != ""


def busy_rows(story, count: int, lease: float) -> None:
    for _ in range(count):
        made = story.ask("pixverse")
        fields = {"state": State.ARCHIVING, "lease_until": at(lease)}
        Generation.objects.filter(pk=made.pk).update(**fields)


def test_a_cluster_whose_workers_all_have_long_work_does_not_hang(story, dog, settings):
    settings.Q_CLUSTER = {**settings.Q_CLUSTER, "workers": 3}
    beat(**{LIFE: 200})
    busy_rows(story, 2, 100)
    assert dog._hung(NOW) != ""
    account = story.account("useapi")
    account.lease, account.lease_until = "0" * 31 + "1", at(5)
    account.save()
    assert dog._hung(NOW) == ""
    # One of them is free again: it gets its time to run a canary.
    Generation.objects.update(lease_until=None)
    assert dog._hung(at(29)) == ""
    assert dog._hung(at(31)) != ""


def test_leases_that_ran_out_do_no_work(story, dog, settings):
    settings.Q_CLUSTER = {**settings.Q_CLUSTER, "workers": 2}
    beat(**{LIFE: 200})
    busy_rows(story, 2, -1)
    assert dog._hung(NOW) != ""


@pytest.mark.parametrize(
    ("lost", "hangs"),
    [
        ((), False),
        # One was in the hands of a worker that died.
        ((40,), False),
        ((40, 35), True),
        # Taken a moment ago: their acknowledgement may be under way.
        ((14, 9, 4), False),
        # Lost before the cluster was started again.
        ((4000, 3990), False),
    ],
)
def test_it_hangs_when_what_was_run_is_not_acknowledged(dog, monkeypatch, lost, hangs):
    beat(**{LIFE: 0, CANARY: 0})
    taken(monkeypatch, *lost)
    assert ("not acknowledged" in dog._hung(NOW)) is hangs


def test_it_ends_the_cluster_once_and_gives_the_next_one_its_time(dog):
    beat(**{LIFE: 60, CANARY: 60})
    assert dog.watch(NOW)
    ended = [second for second in range(1, 70) if dog.watch(at(second))]
    assert ended == [31, 62]
    assert dog.ended == [1, 1, 1]


def test_a_machine_that_slept_is_not_judged(dog):
    beat(**{LIFE: 0})
    dog.rung_at = NOW
    assert not dog.watch(at(8 * 3600))
    assert dog.ended == []


def test_canaries_are_few_and_those_taken_are_known(settings):
    retry = settings.Q_CLUSTER["retry"]
    for _ in range(5):
        queue.ring_canary()
    assert OrmQ.objects.count() == 3
    assert queue.canaries_taken() == []
    queue.ring("submit", 1)
    OrmQ.objects.update(lock=timezone.now() + dt.timedelta(seconds=retry - 7))
    ages = [(timezone.now() - one).total_seconds() for one in queue.canaries_taken()]
    assert len(ages) == 3
    assert all(7 <= age < 10 for age in ages)
    # They are asked for although those that were taken are never acknowledged.
    queue.ring_canary()
    assert OrmQ.objects.count() == 5
    queue.forget_canaries()
    assert OrmQ.objects.count() == 1


def test_an_answer_is_a_sign_of_life():
    watchdog.answer()
    watchdog.answer()
    assert set(Heartbeat.objects.values_list("name", flat=True)) == {LIFE, CANARY}
