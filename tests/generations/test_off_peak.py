"""A clip off peak: it may run for a day, calls nobody, and is found again in the account's list."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import ledger
from generations import lifecycle, offers
from generations.catalogue.types import Brief
from generations.dispatch.poller import Door, Poller
from generations.models import Generation, State
from generations.pace import measured
from generations.providers.types import Ask

pytestmark = pytest.mark.django_db(transaction=True)

OPTIONS = {"quality": "360p", "duration": 1, "audio": False, "aspect_ratio": "16:9"}
WAIT = Poller._wait  # as it is; the story's fixture makes it short


def ask(story, **more):
    account = story.account("useapi")
    words = f"a paper boat {uuid.uuid4().hex[:6]}"
    brief = Brief("text_to_video", "v6", words, {**OPTIONS, **more})
    offer = offers.quote(story.project, brief).of(str(account.uuid))
    assert offer.can, [problem.text for problem in offer.problems]
    (made,) = lifecycle.request(
        project=story.project,
        user=story.user,
        brief=brief,
        account=account,
        takes=1,
        form_token=uuid.uuid4(),
        seen_micros=offer.price.micros,
    )
    return made


def bury(story, count):
    """So many newer videos of the same account, made by somebody else."""
    client = lifecycle.client_of(story.account("useapi"))
    brief = Brief("text_to_video", "v6", "another boat", {**OPTIONS, "off_peak": True})
    for _ in range(count):
        client.submit(Ask(brief, "v6", str(uuid.uuid4())))


def test_it_outlives_the_usual_deadline_and_is_found_far_down_the_list(story):
    speed = story.sandbox.world.clock.speed
    generation = ask(story, off_peak=True)
    generation = story.work(generation, {State.RUNNING})
    assert generation.off_peak
    assert generation.price_micros == 12_000  # 4 credits × 0.7, a whole one more
    bury(story, 45)

    # Twenty hours pass for us; the provider has not begun.
    story.hurry(generation, hours=20)
    generation = story.work(generation, patience=1.0)
    assert generation.state == State.RUNNING, generation.cause

    story.sandbox.world.set_speed(2000)
    try:
        generation = story.work(generation, patience=30.0)
    finally:
        story.sandbox.world.set_speed(speed)
    assert generation.state == State.SUCCEEDED, (generation.cause, generation.said)
    (job,) = story.jobs(generation)
    assert not job["hook"]
    assert generation.charged_micros == generation.price_micros
    assert ledger.check() == []


def test_after_two_days_it_is_uncertain_and_still_found(story):
    speed = story.sandbox.world.clock.speed
    generation = story.work(ask(story, off_peak=True), {State.RUNNING})
    story.hurry(generation, hours=49)
    generation = story.work(generation, {State.UNCERTAIN}, patience=5.0)
    assert (generation.state, generation.cause) == (State.UNCERTAIN, "overdue")
    assert story.money(generation).get("release") is None
    story.sandbox.world.set_speed(2000)
    try:
        generation = story.work(generation, patience=30.0)
    finally:
        story.sandbox.world.set_speed(speed)
    assert generation.state == State.SUCCEEDED


def test_any_other_clip_keeps_its_deadline(story):
    story.sandbox.fault("never", provider="useapi")
    generation = story.work(ask(story), {State.RUNNING})
    story.hurry(generation, hours=1)
    generation = story.work(generation, {State.UNCERTAIN}, patience=5.0)
    assert generation.cause == "overdue"


def test_it_is_looked_at_seldom(story):
    account = story.account("useapi")
    poller = Poller()
    poller.doors[account.pk] = Door(account, lifecycle.client_of(account))
    now = timezone.now()

    def wait(age, off_peak):
        row = Generation(account=account, operation="text_to_video", model="v6", state="running")
        row.submitted_at = now - timedelta(seconds=age)
        row.told_off_peak = off_peak
        return WAIT(poller, row, now)

    assert wait(10, True) >= 60 > wait(10, False)
    assert wait(600, True) >= 60
    assert wait(12 * 3600, True) == 600
    # What other clips take says nothing of it.
    poller.typical[account.pk, "text_to_video", "v6", False] = 40.0
    assert wait(10, True) >= 60


def test_its_usual_time_is_measured_apart(story, monkeypatch):
    monkeypatch.setattr("generations.pace.KEPT_S", -1)
    account = story.account("useapi")
    for off_peak, seconds in ((True, 40_000), (False, 40)):
        generation = ask(story, off_peak=off_peak)
        now = timezone.now()
        Generation.objects.filter(pk=generation.pk).update(
            state=State.SUCCEEDED, submitted_at=now - timedelta(seconds=seconds), made_at=now
        )
    found = measured([account.pk])
    assert found[account.pk, "text_to_video", "v6", True] == pytest.approx(40_000)
    assert found[account.pk, "text_to_video", "v6", False] == pytest.approx(40)
    brief = Brief("text_to_video", "v6", "x", {**OPTIONS, "off_peak": True})
    terms = offers.quote(story.project, brief).of(str(account.uuid)).terms
    assert terms.typical_s == pytest.approx(40_000)
