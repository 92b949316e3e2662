"""What a reviewer found: clips stuck for ever, sent twice, or charged wrongly. Each was a bug."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.conf import settings as conf
from django.utils import timezone

from accounts import ledger
from generations import lifecycle
from generations.dispatch.poller import Poller
from generations.lifecycle import answering, looking, saving, sending
from generations.models import Attempt, Generation, Handle, State
from generations.providers.types import (
    Accepted,
    Busy,
    Charge,
    Exchange,
    Refused,
    Remote,
    Report,
    Uncertain,
)

pytestmark = pytest.mark.django_db(transaction=True)
EXCHANGE = Exchange("POST", "u", "s", 200, "RAW-REPLY", 1)


def row(generation):
    return Generation.objects.select_related("account").get(pk=generation.pk)


def expire(generation):
    Generation.objects.filter(pk=generation.pk).update(
        lease_until=timezone.now() - dt.timedelta(seconds=1)
    )


@pytest.mark.parametrize("provider", ["pixverse", "worldrouter", "pixazo", "easyrouter"])
def test_a_job_that_every_look_calls_gone_ends_as_overdue(story, provider):
    generation = story.ask(provider)
    lifecycle.submit(generation.pk)
    Attempt.objects.filter(generation=generation).update(remote_id="424242", poll_url="")
    story.hurry(generation, hours=48)
    Poller().run(1)
    assert row(generation).state == State.UNCERTAIN


def test_a_mistyped_remote_id_can_be_put_right(story):
    generation = story.ask("pixverse")
    claim = sending._claim(generation.pk)
    attempt = sending._intend(claim)
    answering.answered(attempt.pk, Uncertain("lost"))
    with pytest.raises(lifecycle.CannotResolve, match="as it writes it"):
        lifecycle.resolve(
            generation, story.user, verdict="found", remote_id="not-a-number", note="typo"
        )
    lifecycle.resolve(generation, story.user, verdict="found", remote_id="123456", note="typo")
    story.hurry(generation, hours=48)
    story.work(generation, until={State.UNCERTAIN}, patience=5)
    assert row(generation).state == State.UNCERTAIN
    lifecycle.resolve(generation, story.user, verdict="never_ran", note="it was a typo")


def test_recover_and_a_slow_worker_never_both_go_on(story, monkeypatch):
    """recover() takes the lease first: whoever is late finds it gone before anything is sent."""
    generation = story.ask("pixverse")
    claim = sending._claim(generation.pk)
    expire(generation)
    real = Generation.attempt
    sent = []

    def attempt_then_race(self):
        found = real.fget(self)
        monkeypatch.setattr(Generation, "attempt", real)
        sent.append(sending._intend(claim))
        return found

    monkeypatch.setattr(Generation, "attempt", property(attempt_then_race))
    lifecycle.recover(generation.pk)
    assert sent == [None]
    assert row(generation).state == State.QUEUED


def test_a_late_failed_upload_of_an_old_worker_does_not_requeue_the_new_ones_submission(story):
    generation = story.ask("pixverse")
    old = sending._claim(generation.pk)
    expire(generation)
    lifecycle.recover(generation.pk)
    new = sending._claim(generation.pk)
    assert sending._intend(new) is not None  # the POST of the new worker is in the air
    answering.not_handed_over(old.generation, Busy("the upload broke"))
    assert row(generation).state == State.SUBMITTING
    assert sending._claim(generation.pk) is None


def test_a_late_failed_upload_does_not_release_what_the_new_worker_submits(story):
    generation = story.ask("pixverse")
    old = sending._claim(generation.pk)
    expire(generation)
    lifecycle.recover(generation.pk)
    new = sending._claim(generation.pk)
    attempt = sending._intend(new)
    answering.not_handed_over(old.generation, Refused("bad picture"))
    answering.accept(attempt.pk, Accepted("77001"), EXCHANGE)
    assert row(generation).state == State.RUNNING
    assert ledger.held(str(generation.uuid)) == generation.price_micros


def test_a_certain_refusal_after_the_lease_ends_the_uncertainty(story):
    generation = story.ask("pixverse")
    attempt = sending._intend(sending._claim(generation.pk))
    expire(generation)
    lifecycle.recover(generation.pk)
    assert row(generation).state == State.UNCERTAIN
    answering.answered(attempt.pk, Refused("no"))
    assert row(generation).state == State.FAILED
    assert ledger.held(str(generation.uuid)) == 0


@pytest.mark.parametrize("provider", ["pixverse", "worldrouter", "useapi"])
def test_a_picture_that_the_provider_has_forgotten_is_handed_over_again(story, provider):
    generation = story.ask(provider, "image_to_video")
    old = timezone.now() - dt.timedelta(days=30)
    from generations.models import Upload

    upload = Upload.objects.get(uuid=generation.brief.image.upload)
    form = "path" if provider == "useapi" else "img_id"
    Handle.objects.create(
        upload=upload, account=generation.account, form=form, value="123", made_at=old
    )
    for _ in range(3):
        lifecycle.submit(generation.pk)
    found = row(generation)
    assert found.state != State.FAILED, (found.cause, found.said)


def test_the_download_gives_up_before_the_queue_kills_its_worker():
    assert conf.DOWNLOAD_S + 60 <= conf.Q_CLUSTER["timeout"] < conf.ARCHIVE_LEASE_S


def test_a_clip_whose_worker_always_dies_is_given_up(story):
    generation = story.ask("pixverse")
    attempt = sending._intend(sending._claim(generation.pk))
    answering.accept(attempt.pk, Accepted("77002"), EXCHANGE)
    looking.looked(attempt.pk, Report(Remote.SUCCEEDED, "1", links=("http://x.test/a.mp4",)), None)
    for _ in range(30):
        claim = saving._claim(generation.pk)  # and then the worker dies
        if claim is None:
            break
        expire(generation)
    assert row(generation).tries > 0 or row(generation).state == State.FAILED


@pytest.mark.parametrize("figure", ["1e30", "-1", "NaN", "Infinity"])
def test_an_absurd_charge_is_no_charge(figure):
    """SQLite keeps 1e30 and cannot read it again; it must not come so far."""
    from generations.providers import client

    assert client._amount(Charge(Decimal(figure), "credits")) is None
    report = Report(Remote.SUCCEEDED, "1\0", ("http://x.test/\0",), Charge(Decimal("1e30"), "x"))
    assert client._bounded(report) == Report(Remote.SUCCEEDED, "1")


def test_the_reply_is_not_lost_when_it_cannot_be_entered(story, monkeypatch, caplog):
    """Trap 3: a visible ghost with the raw reply."""
    from django.db import OperationalError

    generation = story.ask("pixverse")

    def locked(*_, **__):
        raise OperationalError("database is locked")

    monkeypatch.setattr(answering, "step", locked)
    with pytest.raises(OperationalError):
        lifecycle.submit(generation.pk)
    monkeypatch.undo()
    job = story.jobs(generation)[0]
    kept = Attempt.objects.get(generation=generation)
    told = caplog.text + kept.remote_id + str(kept.exchange)
    assert str(job.get("remote_id") or job["id"]) in told, job


def test_seeds_of_all_takes_can_be_told(story):
    import uuid

    brief = story.brief("pixverse")
    brief = replace(brief, options={**brief.options, "seed": 2147483647})
    account = story.account("pixverse")
    made = lifecycle.request(
        project=story.project,
        user=story.user,
        brief=brief,
        account=account,
        takes=2,
        form_token=uuid.uuid4(),
    )
    for one in made:
        offering = account.catalogue.offering(brief.operation, brief.model)
        assert not offering.problems(one.brief)


def test_a_failure_charged_as_reported_uses_the_reported_charge(story, monkeypatch):
    """settle_failure() bills with the attempt as it was before _remember() wrote the charge."""
    from generations.catalogue.types import Charged
    from generations.lifecycle import settling
    from generations.models import ProviderAccount

    generation = story.ask("pixverse")
    attempt = sending._intend(sending._claim(generation.pk))
    answering.accept(attempt.pk, Accepted("77005"), EXCHANGE)
    room = replace(generation.account.catalogue, charged_on_failure=Charged.UNKNOWN)
    monkeypatch.setattr(ProviderAccount, "catalogue", property(lambda _: room))
    report = Report(Remote.FAILED, "8", charge=Charge(Decimal(1), room.unit))
    looking.looked(attempt.pk, report, None)
    assert Attempt.objects.get(pk=attempt.pk).charge_amount == 1
    rate = generation.account.rate()
    assert row(generation).charged_micros == settling.to_micros(Decimal(1), rate)


def test_one_odd_row_does_not_stop_the_looks_at_others(story, monkeypatch):
    bad, good = story.ask("pixverse"), story.ask("worldrouter")
    for one in (bad, good):
        lifecycle.submit(one.pk)
    real = lifecycle.looked

    def looked(attempt, report, exchange):
        if Attempt.objects.get(pk=attempt).generation_id == bad.pk:
            raise ValueError("odd")
        real(attempt, report, exchange)

    monkeypatch.setattr(lifecycle, "looked", looked)
    story.work(good, until={State.ARCHIVING}, patience=8)
    assert row(good).state == State.ARCHIVING
    assert row(bad).state == State.RUNNING
