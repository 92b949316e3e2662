"""Any order of what happens to clips keeps the books: rows and ledger, without any provider.

Requests, what a budget stops, submissions and their answers, dead workers, looks, downloads,
resolutions, cancellations, retries, changes of price and budget; each verb may come twice.
"""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from itertools import count

import hypothesis
import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from accounts import ledger
from accounts.budgets import set_budget
from accounts.ledger import OverBudget
from accounts.models import Kind, Movement, Purse, Scope
from generations import demo, lifecycle, offers
from generations.budgets import asking
from generations.catalogue.types import Brief
from generations.lifecycle import answering, saving, sending
from generations.models import (
    Asking,
    Asset,
    BudgetRequest,
    Generation,
    ProviderAccount,
    State,
    UnitRate,
)
from generations.providers.types import (
    Accepted,
    Busy,
    Charge,
    Exchange,
    NoBalance,
    Refused,
    Remote,
    Report,
    Uncertain,
)
from tests.accounts.people import person

EXCHANGE = Exchange("POST", "u", "s", 200, "{}", 1)
OPTIONS = {"quality": "720p", "duration": 5, "aspect_ratio": "16:9", "audio": False}
# Failures: one that says nothing of charges, one that charges none, one that reports.
PROVIDERS = ("pixverse", "worldrouter", "easyrouter")
ANSWERS = (Accepted, Refused, Busy, Uncertain, NoBalance)
ENDS = (Remote.RUNNING, Remote.SUCCEEDED, Remote.FAILED, Remote.MODERATED)
IN_CREDITS = (None, Decimal(0), Decimal(10), Decimal(45), Decimal(200))

numbers = count(1)
which = st.integers(0, 5)


class Studio(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.olga = person("Olga")
        self.project = demo.make_sandbox_team(self.olga)
        self.team = self.project.team
        accounts = self.team.provider_accounts.filter(provider__in=PROVIDERS)
        accounts.update(concurrency=1000)
        self.accounts = list(accounts.order_by("provider"))
        self.brief = Brief("text_to_video", "v6", "a paper boat", OPTIONS)
        self.seen: dict[int, tuple[object, ...]] = {}

    def clip(self, number: int, *states: State) -> Generation | None:
        rows = Generation.objects.select_related("account").order_by("pk")
        some = list(rows.filter(state__in=states) if states else rows)
        return some[number % len(some)] if some else None

    def price(self, account: ProviderAccount) -> int | None:
        offer = offers.quote(self.project, self.brief).of(str(account.uuid))
        return offer.price.micros if offer and offer.price and offer.can else None

    def used(self) -> dict[int, int]:
        return {one.pk: one.held_micros + one.spent_micros for one in Purse.objects.all()}

    def nothing_passed(self, before: dict[int, int]) -> None:
        """A limit may be set below what is held already; nothing is held beyond it after that."""
        for one in Purse.objects.exclude(limit_micros=None):
            used = one.held_micros + one.spent_micros
            assert used <= max(one.limit_micros, before.get(one.pk, 0)), one

    @rule(number=which, takes=st.integers(1, 3), stale=st.booleans())
    def press(self, number, takes, stale):
        account = self.accounts[number % len(self.accounts)]
        price = self.price(account)
        if price is None:
            return
        given = {
            "project": self.project, "user": self.olga, "brief": self.brief, "account": account,
            "takes": takes, "form_token": uuid.uuid4(), "seen_micros": price + stale,
        }  # fmt: skip
        before, used = Movement.objects.count(), self.used()
        try:
            made = lifecycle.request(**given)
        except lifecycle.PriceChanged as changed:
            assert stale
            assert changed.new == price
        except OverBudget as over:
            assert not stale
            assert over.left_micros < price * takes
            asking.ask(**given, reason="more")
        else:
            assert not stale
            assert lifecycle.request(**given) == made
            assert Movement.objects.count() == before + takes
            self.nothing_passed(used)
            return
        assert Movement.objects.count() == before

    @rule(number=which, approved=st.booleans())
    def decide(self, number, approved):
        rows = list(BudgetRequest.objects.filter(state=Asking.WAITING).order_by("pk"))
        if not rows:
            return
        row = rows[number % len(rows)]
        price = self.price(row.account)
        if not approved or price is None:
            asking.decline(self.olga, row, "no")
            return
        made = asking.approve(self.olga, row, seen_micros=price)
        assert len(made) == row.takes
        with pytest.raises(asking.CannotAsk):
            asking.approve(self.olga, row, seen_micros=price)

    @rule(scope=st.sampled_from(Scope.values), dollars=st.none() | st.integers(0, 4), n=which)
    def budget(self, scope, dollars, n):
        account = self.accounts[n % len(self.accounts)]
        keys = {"team": "", "project": self.project.uuid, "person": self.olga.pk,
                "account": account.uuid}  # fmt: skip
        limit = None if dollars is None else dollars * 500_000
        set_budget(
            self.olga, self.team, scope=scope, key=str(keys[scope]), play=True, limit_micros=limit
        )

    @rule(number=which, rate=st.sampled_from(["0.001", "0.005", "0.02"]))
    def change_price(self, number, rate):
        account = self.accounts[number % len(self.accounts)]
        UnitRate.objects.create(account=account, usd_per_unit=Decimal(rate), entered_by=self.olga)

    @rule(number=which, answer=st.sampled_from(ANSWERS))
    def submit(self, number, answer):
        clip = self.clip(number, State.QUEUED)
        claim = clip and sending._claim(clip.pk)
        attempt = claim and sending._intend(claim)
        if not attempt:
            return
        assert sending._claim(clip.pk) is None
        for _ in range(2):
            if answer is Accepted:
                answering.accept(attempt.pk, Accepted(f"77{attempt.pk}"), EXCHANGE)
            else:
                answering.answered(attempt.pk, answer("no"))
        ProviderAccount.objects.update(trouble="", paused_until=None)

    @rule(number=which, sent=st.booleans())
    def die(self, number, sent):
        clip = self.clip(number, State.QUEUED)
        claim = clip and sending._claim(clip.pk)
        if not claim:
            return
        if sent:
            sending._intend(claim)
        past = timezone.now() - dt.timedelta(seconds=1)
        Generation.objects.filter(pk=clip.pk).update(lease_until=past)
        for _ in range(2):
            lifecycle.recover(clip.pk)

    @rule(number=which, end=st.sampled_from(ENDS), units=st.sampled_from(IN_CREDITS))
    def look(self, number, end, units):
        clip = self.clip(number, State.RUNNING, State.UNCERTAIN)
        attempt = clip and clip.attempt
        if not attempt:
            return
        charge = None if units is None else Charge(units, clip.account.catalogue.unit)
        for _ in range(2):
            lifecycle.looked(attempt.pk, Report(end, str(end), charge=charge), None)

    @rule(number=which)
    def overdue(self, number):
        clip = self.clip(number, State.RUNNING)
        if clip:
            long_ago = timezone.now() - dt.timedelta(days=90)
            Generation.objects.filter(pk=clip.pk).update(submitted_at=long_ago)
            lifecycle.overdue(Generation.objects.select_related("account").get(pk=clip.pk))

    @rule(number=which, good=st.booleans())
    def fetch(self, number, good):
        clip = self.clip(number, State.ARCHIVING)
        claim = clip and saving._claim(clip.pk)
        if not claim:
            return
        for _ in range(2):
            if good:
                saving._keep(claim, _asset(clip))
            else:
                saving._give_up(claim, "no file")

    @rule(number=which, verdict=st.sampled_from(["charged", "never_ran", "found"]),
          micros=st.none() | st.integers(0, 900_000))  # fmt: skip
    def resolve(self, number, verdict, micros):
        open_ = list(Generation.objects.filter(state=State.UNCERTAIN).order_by("pk"))
        open_ += list(Generation.objects.exclude(question=None).order_by("pk"))
        if not open_:
            return
        facts = {"micros": micros if verdict == "charged" else None, "note": "looked it up"}
        for _ in range(2):
            try:
                lifecycle.resolve(
                    open_[number % len(open_)],
                    self.olga,
                    verdict=verdict,
                    remote_id=str(next(numbers)) if verdict == "found" else "",
                    **facts,
                )
            except lifecycle.CannotResolve:
                continue

    @rule(number=which)
    def cancel(self, number):
        clip = self.clip(number)
        if clip:
            was = clip.state
            assert lifecycle.cancel(clip, self.olga) == (was == State.QUEUED)
            assert not lifecycle.cancel(clip, self.olga)

    @rule(number=which)
    def fetch_again(self, number):
        clip = self.clip(number, State.FAILED)
        if clip:
            lifecycle.refetch(clip, self.olga)

    @invariant()
    def the_books_are_straight(self):
        assert ledger.check() == []
        now = {one.pk: tuple(vars(one).items())[1:] for one in Movement.objects.all()}
        assert {pk: now.get(pk) for pk in self.seen} == self.seen, "a movement was changed"
        self.seen = now
        for one in Generation.objects.all():
            subject = str(one.uuid)
            rows = list(ledger.movements(subject))
            sums = {kind: sum(row.micros for row in rows if row.kind == kind) for kind in Kind}
            assert sums[Kind.HOLD] == one.price_micros
            back = sums[Kind.SETTLE] + sums[Kind.RELEASE]
            is_open = back == 0 and not [row for row in rows if row.kind != Kind.HOLD]
            assert is_open or back == one.price_micros
            if one.charged_micros is not None:
                assert not is_open or one.price_micros == 0
                assert ledger.charged(subject) == one.charged_micros
            if one.state in (State.SUCCEEDED, State.CANCELLED):
                assert not is_open
            if one.state in (State.QUEUED, State.SUBMITTING, State.RUNNING, State.UNCERTAIN):
                assert is_open

    def teardown(self):
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)


def _asset(clip: Generation) -> Asset:
    return Asset(
        generation=clip,
        file="clips/none.mp4",
        mime="video/mp4",
        digest="0" * 64,
        size=1,
        duration_ms=5000,
        width=1280,
        height=720,
    )


@pytest.mark.django_db
def test_whatever_happens_to_clips_the_books_are_straight(settings):
    settings.SANDBOX_URL = "http://127.0.0.1:9"
    given = hypothesis.settings(
        max_examples=12, stateful_step_count=30, deadline=None, database=None
    )
    run_state_machine_as_test(Studio, settings=given)
