"""The 24 traps that others fell into, by number; each number once, each a story of its own.

Most of them are proven more widely elsewhere (tests/kill, tests/generations, tests/auditing,
tests/requests); here each has the shortest test that would fail if we fell in too.
"""

from __future__ import annotations

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import OperationalError, connection
from django.urls import reverse
from django.utils import timezone

from accounts import ledger
from accounts.budgets import set_budget
from accounts.models import Kind, Movement, Purse, Scope, TeamRole
from generations import lifecycle, offers
from generations.auditing import cases
from generations.catalogue.loader import providers
from generations.catalogue.quote import quote as pure_quote
from generations.catalogue.types import Terms
from generations.dispatch.poller import Poller
from generations.lifecycle import answering, sending
from generations.models import (
    Attempt,
    Discrepancy,
    Event,
    Generation,
    ProviderAccount,
    State,
    UnitRate,
)
from generations.providers.types import Accepted, Exchange, Remote, Report
from tests.accounts.people import join, person
from tests.briefs import sample
from tests.story import PROVIDERS

pytestmark = pytest.mark.django_db(transaction=True)
# A rate for its credits is nowhere published.
UNPRICED = sample(providers()["useapi"].offering("text_to_video", "v6"))
EXCHANGE = Exchange("POST", "u", "s", 200, "RAW-REPLY", 1)


def again(generation):
    return Generation.objects.select_related("account").get(pk=generation.pk)


def standing(story):
    now = ledger.standing(story.project.team, play=True)
    return now.held_micros, now.spent_micros


def press(story, provider="pixverse", **more):
    brief, account = story.brief(provider), story.account(provider)
    given = {"form_token": uuid.uuid4(), **more}
    return lifecycle.request(
        project=story.project, user=story.user, brief=brief, account=account, **given
    )


def at_once(work, threads=8):
    """What each of so many threads returned or was refused with, begun at the same moment."""
    start = Barrier(threads)

    def one(number):
        start.wait()
        try:
            return work(number)
        except (ledger.OverBudget, ledger.Misused, lifecycle.CannotResolve) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, range(threads)))


def limit(story, micros, scope=Scope.TEAM, key=""):
    set_budget(story.user, story.project.team, scope=scope, key=key, play=True, limit_micros=micros)


@pytest.mark.parametrize("word", ["poll-5xx", "poll-404"])
def test_trap_01_a_failing_poll_never_submits_again(story, word):
    generation = story.work(story.ask("pixverse", words=f"[{word}] [no-hook]"))
    assert generation.state == State.SUCCEEDED
    assert len(story.jobs(generation)) == generation.attempts.count() == 1


@pytest.mark.parametrize("died", ["claimed", "intended", "sent", "answered"])
def test_trap_02_a_worker_that_dies_anywhere_submits_once_at_most(story, died, monkeypatch):
    generation = story.ask("easyrouter")
    if died == "sent":
        # The answer came and nobody could write it down.
        monkeypatch.setattr(answering, "step", _broken)
        with pytest.raises(OperationalError):
            lifecycle.submit(generation.pk)
        monkeypatch.undo()
    elif died == "answered":
        lifecycle.submit(generation.pk)
    else:
        claim = sending._claim(generation.pk)
        if died == "intended":
            sending._intend(claim)
    past = timezone.now() - dt.timedelta(seconds=1)
    Generation.objects.filter(pk=generation.pk).update(lease_until=past)
    until = {State.SUCCEEDED, State.UNCERTAIN}
    generation = story.work(generation, until=until)
    story.work(generation, until={State.SUCCEEDED}, rounds=4)
    # Before anything left it is sent, once; after that nobody sends it again.
    expected = {"claimed": 1, "intended": 0, "sent": 1, "answered": 1}
    assert len(story.jobs(generation)) == expected[died]
    assert ledger.check() == []


def _broken(*_, **__):
    raise OperationalError("database is locked")


def test_trap_03_a_job_id_lost_before_the_commit_is_a_ghost_with_its_raw_reply(
    story, monkeypatch, caplog
):
    generation = story.ask("easyrouter")
    monkeypatch.setattr(answering, "step", _broken)
    with pytest.raises(OperationalError):
        lifecycle.submit(generation.pk)
    monkeypatch.undo()
    (job,) = story.jobs(generation)
    assert job["remote_id"] in caplog.text
    Generation.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    lifecycle.recover(generation.pk)
    assert again(generation).state == State.UNCERTAIN
    assert ledger.held(str(generation.uuid)) == generation.price_micros


def test_trap_04_a_failed_download_is_tried_alone(story):
    generation = story.work(story.ask("pixverse", words="[truncated]"))
    assert generation.state == State.SUCCEEDED
    assert len(story.jobs(generation)) == generation.attempts.count() == 1
    assert standing(story) == (0, generation.price_micros)


def test_trap_05_what_runs_is_bound_to_what_was_sold(story):
    generation = story.ask("pixverse")
    sold = (generation.price, generation.brief_json, generation.account_id)
    account = story.account("pixverse")
    UnitRate.objects.create(account=account, usd_per_unit=Decimal("0.9"), entered_by=story.user)
    lifecycle.submit(generation.pk)
    ProviderAccount.objects.filter(pk=account.pk).update(enabled=False, name="Other")
    generation = story.work(generation)
    assert generation.state == State.SUCCEEDED
    assert (generation.price, generation.brief_json, generation.account_id) == sold
    assert generation.attempts.get().account_id == account.pk
    assert generation.charged_micros == generation.price_micros


def test_trap_06_our_time_out_gives_nothing_back_and_the_late_clip_is_settled(story):
    generation = story.work(story.ask("pixverse", words="[no-hook]"), until={State.RUNNING})
    story.hurry(generation, days=40)
    lifecycle.overdue(again(generation))
    assert again(generation).state == State.UNCERTAIN
    assert standing(story) == (generation.price_micros, 0)
    generation = story.work(generation, until={State.SUCCEEDED})
    assert generation.state == State.SUCCEEDED
    assert standing(story) == (0, generation.price_micros)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_trap_07_every_priced_parameter_is_sent_explicitly(story, provider):
    generation = story.ask(provider)
    lifecycle.submit(generation.pk)
    sent = str(generation.attempts.get().exchange["sent"]).lower()
    options = generation.brief_json["options"]
    assert options["quality"] in sent
    assert "duration" in sent or "seconds" in sent
    priced = {name for row in providers()[provider].prices for name, _ in row.when}
    option = generation.account.catalogue.offering("text_to_video", generation.model).options
    for name in priced & set(option):
        assert name in options or option[name].default in (None, False), name


def test_trap_08_a_hold_comes_back_once_however_many_say_so(story):
    generation = story.work(story.ask("easyrouter", words="[lost-reply]"), until={State.UNCERTAIN})

    def never_ran(_):
        lifecycle.resolve(again(generation), story.user, verdict="never_ran", note="not listed")

    found = at_once(never_ran)
    assert sum(one is None for one in found) == 1
    assert story.money(generation) == {
        "hold": generation.price_micros, "release": generation.price_micros,
    }  # fmt: skip
    assert standing(story) == (0, 0)
    assert ledger.check() == []


def test_trap_09_balance_and_used_are_both_checked_against_the_movements(story):
    generation = story.work(story.ask("easyrouter", words="[fail]"))
    assert standing(story) == (0, 0)
    assert ledger.check() == []
    Purse.objects.filter(team=generation.team, scope=Scope.TEAM, play=True).update(spent_micros=5)
    (drift,) = [one for one in ledger.check() if one.what == "spent"]
    assert (drift.expected, drift.found) == (0, 5)


def test_trap_10_a_retry_that_is_cancelled_touches_nothing_of_the_first(story):
    first = story.work(story.ask("worldrouter"))
    (second,) = lifecycle.request(
        project=story.project,
        user=story.user,
        brief=first.brief,
        account=first.account,
        form_token=uuid.uuid4(),
        remix_of=first,
    )
    paid = story.money(first)
    assert lifecycle.cancel(second, story.user)
    assert not second.attempts.exists()
    assert story.money(first) == paid
    assert story.money(second)["release"] == second.price_micros
    assert standing(story) == (0, first.price_micros)


def test_trap_11_eight_press_with_a_budget_for_three(story):
    price = story.ask("pixverse").price_micros
    limit(story, 4 * price)
    found = at_once(lambda _: press(story))
    assert sum(isinstance(one, ledger.OverBudget) for one in found) == 5
    assert Movement.objects.filter(kind=Kind.HOLD).count() == 4
    assert ledger.check() == []


def test_trap_12_an_unknown_price_is_refused_or_its_ceiling_is_held():
    terms = Terms("a", "useapi", "useapi", play=False, usd_per_unit=None)
    (refused,) = pure_quote(UNPRICED, [terms]).offers
    assert refused.price is None
    assert {one.field for one in refused.problems} <= {"price", "rate"}
    (held,) = pure_quote(UNPRICED, [replace(terms, ceiling=2_000_000)]).offers
    assert held.can
    assert held.price.is_ceiling
    assert held.price.micros == 2_000_000


def test_trap_13_a_hold_is_what_this_clip_can_cost_and_no_more(story, client):
    generation = story.ask("pixverse")
    limit(story, 2 * generation.price_micros)
    assert standing(story) == (generation.price_micros, 0)
    # Exactly the rest is still free for somebody else.
    assert press(story)
    client.force_login(story.user)
    page = client.get(reverse("budgets", args=[story.project.team.slug])).content.decode()
    assert '<td class="n" data-label="Left">$0.00</td>' in page


def test_trap_14_only_submitting_and_settling_write_money(story):
    generation = story.work(story.ask("pixverse", words="[slow] [no-hook]"), until={State.RUNNING})
    before = list(Movement.objects.values_list("pk", "kind"))
    for _ in range(5):
        Generation.objects.update(due_at=timezone.now())
        Poller().run(0.1)
    assert generation.state == State.RUNNING
    assert list(Movement.objects.values_list("pk", "kind")) == before


def test_trap_15_an_unknown_charge_is_unknown_and_never_nothing(story, client):
    generation = story.work(story.ask("pixverse", words="[fail]"))
    assert (generation.question, generation.charged_micros) == ("charge", None)
    client.force_login(story.user)
    args = [story.project.team.slug, story.project.uuid, generation.uuid]
    page = client.get(reverse("generation", args=args)).content.decode()
    assert "Not charged" not in page
    assert standing(story) == (generation.price_micros, 0)
    # What nobody can price has no price, and no total is shown of it.
    quote = pure_quote(UNPRICED, [Terms("a", "useapi", "useapi", play=False, usd_per_unit=None)])
    assert quote.best is None


def test_trap_16_sound_is_priced_only_where_the_provider_makes_it():
    silent = 0
    for provider in providers().values():
        terms = Terms("a", provider.name, provider.id, play=False, usd_per_unit=Decimal(1))
        for offering in provider.offerings:
            if offering.operation != "text_to_video" or "audio" in offering.options:
                continue
            silent += 1
            plain = sample(offering)
            brief = replace(plain, options={**plain.options, "audio": True})
            (offer,) = pure_quote(brief, [terms]).offers
            assert not offer.can
    assert silent


@pytest.mark.parametrize("provider", PROVIDERS)
def test_trap_17_what_was_quoted_is_what_was_sold_and_what_ran(story, provider):
    brief, account = story.brief(provider), story.account(provider)
    offer = offers.quote(story.project, brief).of(str(account.uuid))
    (generation,) = lifecycle.request(
        project=story.project,
        user=story.user,
        brief=brief,
        account=account,
        form_token=uuid.uuid4(),
    )
    assert generation.price == offer.price.to_json()
    lifecycle.submit(generation.pk)
    (job,) = story.jobs(generation)
    assert str(job["model"]).lower().replace("pixverse-", "").endswith(brief.model)


def test_trap_18_other_seconds_are_settled_as_reported_and_flagged(story):
    generation = story.work(story.ask("pixverse", words="[other-seconds]"))
    assert generation.charged_micros > generation.price_micros
    cases.catch_up()
    found = Discrepancy.objects.get(generation=generation)
    assert found.risk_micros == generation.charged_micros - generation.price_micros
    assert ledger.check() == []


def test_trap_19_budget_and_last_known_balance_are_checked_before_anything_is_sent(story):
    units = Decimal(story.ask("pixverse").price["units"])
    accounts = ProviderAccount.objects.filter(provider="pixverse")
    accounts.update(balance=units * Decimal("3.5"), balance_at=timezone.now())
    # One waits already: there is room for two more, however many press.
    refused = []
    for _ in range(4):
        try:
            press(story)
        except lifecycle.CannotMake as trouble:
            refused.append(str(trouble))
    assert Generation.objects.count() == 3
    assert len(refused) == 2
    assert "top it up" in refused[0]
    assert not Attempt.objects.exists()


def test_trap_20_our_empty_budget_says_nothing_about_the_provider(story):
    limit(story, 1)
    before = ProviderAccount.objects.values_list("trouble", "paused_until", "enabled", "lease")
    stood = list(before)
    for _ in range(3):
        with pytest.raises(ledger.OverBudget):
            press(story)
    assert list(before.all()) == stood
    account = story.account("pixverse")
    assert offers.quote(story.project, story.brief("pixverse")).of(str(account.uuid)).can


def test_trap_21_nobody_but_an_owner_reads_of_the_operators_balance(story, client):
    account = story.account("worldrouter")
    story.sandbox.world.set_balance("worldrouter", account.access.key, Decimal("1.2345"))
    generation = story.work(story.ask("worldrouter", words="[no-balance]"))
    assert generation.cause == "no_balance"
    assert generation.said == ""
    carl = join(story.project.team, person("Carl"), TeamRole.MEMBER).user
    story.project.memberships.create(user=carl, role="creator")
    client.force_login(carl)
    args = [story.project.team.slug, story.project.uuid]
    pages = [
        reverse("generation", args=[*args, generation.uuid]),
        reverse("studio", args=args),
        reverse("providers", args=args[:1]),
    ]
    said = story.account("worldrouter").trouble_said
    for page in pages:
        text = client.get(page).content.decode()
        assert "1.2345" not in text
        assert not said or said not in text


def test_trap_22_poll_and_webhook_end_on_one_road_and_settle_once(story):
    by_poll = story.work(story.ask("pixverse", words="[no-hook]"))
    by_hook = story.work(story.ask("pixverse", words="[dup-hook]"))
    for one in (by_poll, by_hook):
        assert one.state == State.SUCCEEDED
        assert set(story.money(one)) == {"hold", "settle"}
        # However often the end is told again.
        report = Report(Remote.SUCCEEDED, "1", tuple(one.links))
        at_once(lambda _, one=one, report=report: lifecycle.looked(
            one.attempts.get().pk, report, None))  # fmt: skip
        assert story.money(one)["settle"] == one.price_micros
    assert standing(story) == (0, by_poll.price_micros + by_hook.price_micros)


def test_trap_23_a_word_that_nobody_documented_is_told_and_not_polled_for_ever(story, caplog):
    generation = story.ask("pixverse")
    attempt = sending._intend(sending._claim(generation.pk))
    answering.accept(attempt.pk, Accepted("77023"), EXCHANGE)
    odd = Report(Remote.RUNNING, "requires_action", known=False)
    lifecycle.looked(attempt.pk, odd, None)
    assert "requires_action" in caplog.text
    told = Event.objects.get(generation=generation, kind="unknown_word")
    assert "requires_action" in told.text
    assert again(generation).state == State.RUNNING
    story.hurry(generation, days=40)
    lifecycle.looked(attempt.pk, odd, None)
    assert again(generation).state == State.UNCERTAIN


def test_trap_24_a_file_follows_every_change_of_who_may_see_it(story, client):
    """Role x whose file it is x what became of the project; a file is never stuck."""
    team, project = story.project.team, story.project
    generation = story.work(story.ask("worldrouter", "image_to_video"))
    upload = project.uploads.get()
    files = [
        reverse("clip", args=[team.slug, project.uuid, generation.uuid]),
        reverse("clip_download", args=[team.slug, project.uuid, generation.uuid]),
        reverse("upload_file", args=[team.slug, project.uuid, upload.uuid]),
    ]
    carl = join(team, person("Carl"), TeamRole.MEMBER).user

    def answers():
        client.force_login(carl)
        return {client.get(one).status_code for one in files}

    assert answers() == {404}
    role = project.memberships.create(user=carl, role="viewer")
    for name in ("viewer", "creator", "producer"):
        project.memberships.filter(pk=role.pk).update(role=name)
        assert answers() == {200}
    # His own, too, only while he is in the project.
    Generation.objects.filter(pk=generation.pk).update(user=carl)
    for archived in (timezone.now(), None):
        type(project).objects.filter(pk=project.pk).update(archived_at=archived)
        assert answers() == {200}
    role.delete()
    assert answers() == {404}
    for whole, seen in ((TeamRole.AUDITOR, 200), (TeamRole.OWNER, 200), (TeamRole.MEMBER, 404)):
        team.memberships.filter(user=carl).update(role=whole)
        assert answers() == {seen}
    team.memberships.filter(user=carl).delete()
    assert answers() == {404}
