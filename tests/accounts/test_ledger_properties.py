"""Any order of verbs, repeated or not, keeps the books straight."""

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from accounts import ledger
from accounts.budgets import set_budget
from accounts.ledger import Misused, OverBudget
from accounts.models import Purse

from .people import bill, person, team

amounts = st.integers(0, 60)
subjects = st.sampled_from([f"clip-{n}" for n in range(6)])


class Books(RuleBasedStateMachine):
    """A model in plain numbers, held against the ledger after every step."""

    def __init__(self):
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.ada, self.ben = person("Ada"), person("Ben")
        self.crew = team(self.ada)
        self.month = ledger.month_of(timezone.now())
        self.holds, self.charges, self.released = {}, {}, set()
        self.limit = None

    def _open(self):
        return sum(n for s, n in self.holds.items()
                   if s not in self.charges and s not in self.released)  # fmt: skip

    def _spent(self):
        return sum(self.charges.values())

    @rule(limit=st.none() | st.integers(0, 150))
    def budget(self, limit):
        set_budget(self.ada, self.crew, scope="team", limit_micros=limit)
        self.limit = limit

    @rule(subject=subjects, micros=amounts, project=st.sampled_from(["film", "ad", ""]),
          ben=st.booleans())  # fmt: skip
    def hold(self, subject, micros, project, ben):
        user = self.ben if ben else self.ada
        one = bill(self.crew, user, subject, project=project, month=self.month)
        try:
            ledger.hold(one, micros)
        except OverBudget:
            assert subject not in self.holds
            assert self.limit is not None
            assert self._open() + self._spent() + micros > self.limit
        except Misused:
            assert self.holds[subject] != micros
        else:
            if subject not in self.holds and self.limit is not None:
                assert self._open() + self._spent() + micros <= self.limit
            assert self.holds.setdefault(subject, micros) == micros

    @rule(subject=subjects, micros=amounts)
    def settle(self, subject, micros):
        try:
            ledger.settle(subject, micros)
        except Misused:
            assert subject not in self.holds or subject in self.released
        else:
            self.charges.setdefault(subject, micros)

    @rule(subject=subjects)
    def release(self, subject):
        ledger.release(subject)
        if subject in self.holds and subject not in self.charges:
            self.released.add(subject)

    @invariant()
    def the_ledger_agrees(self):
        now = ledger.standing(self.crew)
        assert (now.held_micros, now.spent_micros) == (self._open(), self._spent())
        assert now.limit_micros == self.limit
        assert ledger.check() == []
        for subject, micros in self.holds.items():
            is_open = subject not in self.charges and subject not in self.released
            assert ledger.held(subject) == (micros if is_open else 0)
            assert ledger.charged(subject) == self.charges.get(subject, 0)
        for purse in Purse.objects.all():
            assert purse.held_micros >= 0
            assert purse.spent_micros >= 0

    def teardown(self):
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)


@pytest.mark.django_db
def test_any_order_of_verbs_keeps_the_books_straight():
    given = settings(max_examples=15, stateful_step_count=20, deadline=None, database=None)
    run_state_machine_as_test(Books, settings=given)
