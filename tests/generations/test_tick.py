"""What dispatch rings for, from rows alone."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from generations import queue
from generations.dispatch.tick import Dispatch
from generations.models import Generation, State

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def polls(monkeypatch):
    rung = []
    monkeypatch.setattr(queue, "poll", lambda: rung.append(1))
    return rung


def running(story, *, due: float, lease: float | None) -> None:
    """A running clip that fell due ``due`` seconds ago; the account's lease ended or ends then."""
    now = timezone.now()
    generation = story.ask("pixverse")
    ago = dt.timedelta(seconds=due)
    Generation.objects.filter(pk=generation.pk).update(state=State.RUNNING, due_at=now - ago)
    account = story.account("pixverse")
    account.lease_until = None if lease is None else now - dt.timedelta(seconds=lease)
    account.save()


@pytest.mark.parametrize(
    ("due", "lease", "rung"),
    [
        (1, None, 1),
        (-60, None, 0),
        (1, 5, 1),
        # A poller died just after it had pushed the row: due within its lease, now both are over.
        (9, 1, 1),
        # Somebody looks after it.
        (9, -60, 0),
    ],
)
def test_a_poll_is_rung_where_something_is_due_and_nobody_looks(story, polls, due, lease, rung):
    running(story, due=due, lease=lease)
    assert Dispatch().polls() == rung
    assert len(polls) == rung


def test_polls_are_rung_once_a_second(story, polls):
    running(story, due=1, lease=None)
    dispatch = Dispatch()
    assert [dispatch.polls(), dispatch.polls()] == [1, 0]
