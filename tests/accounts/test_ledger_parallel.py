"""Parallel requests cannot pass a budget, hold twice or pay back twice."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from accounts import ledger
from accounts.budgets import set_budget
from accounts.ledger import Misused, OverBudget
from accounts.models import Kind, Movement

from .people import bill, person, team

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 20


@pytest.fixture
def ada():
    return person("Ada")


@pytest.fixture
def crew(ada):
    return team(ada)


@pytest.fixture
def month():
    return ledger.month_of(timezone.now())


def together(work):
    """Runs ``work(n)`` in many threads at the same moment; gives what each returned or raised."""
    start = Barrier(THREADS)

    def one(number):
        start.wait()
        try:
            return work(number)
        except (OverBudget, Misused) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


def test_twenty_ask_there_is_money_for_three(ada, crew, month):
    set_budget(ada, crew, scope="team", limit_micros=30)
    found = together(lambda n: ledger.hold(bill(crew, ada, f"clip-{n}", month=month), 10))
    assert sum(isinstance(one, OverBudget) for one in found) == THREADS - 3
    assert Movement.objects.filter(kind=Kind.HOLD).count() == 3
    assert ledger.standing(crew).left_micros == 0
    assert ledger.check() == []


def test_twenty_ask_at_five_projects_and_the_third_purse_refuses(ada, crew, month):
    set_budget(ada, crew, scope="person", key=str(ada.pk), limit_micros=30)
    together(
        lambda n: ledger.hold(bill(crew, ada, f"clip-{n}", month=month, project=f"p{n % 5}"), 10)
    )
    assert Movement.objects.filter(kind=Kind.HOLD).count() == 3
    assert ledger.standing(crew).held_micros == 30
    assert ledger.check() == []


def test_the_first_purse_of_the_month_is_made_once(ada, crew, month):
    found = together(lambda n: ledger.hold(bill(crew, ada, f"clip-{n}", month=month), 10))
    assert not [one for one in found if isinstance(one, Exception)]
    assert ledger.standing(crew).held_micros == 10 * THREADS


def test_twenty_presses_for_one_clip_hold_once(ada, crew, month):
    set_budget(ada, crew, scope="team", limit_micros=10)
    found = together(lambda n: ledger.hold(bill(crew, ada, "clip", month=month), 10))
    assert len({one.pk for one in found}) == 1
    assert ledger.standing(crew).held_micros == 10


def test_settle_and_release_race_and_one_wins(ada, crew, month):
    ledger.hold(bill(crew, ada, "clip", month=month), 10)

    def finish(number):
        return ledger.settle("clip", 10) if number % 2 else ledger.release("clip")

    together(finish)
    now = ledger.standing(crew)
    assert now.held_micros == 0
    assert now.spent_micros in (0, 10)
    assert ledger.movements("clip").count() == 2
    assert ledger.check() == []


def test_a_budget_is_set_while_the_purse_is_made(ada, crew, month):
    def either(number):
        if number == 7:
            return set_budget(ada, crew, scope="team", limit_micros=50)
        return ledger.hold(bill(crew, ada, f"clip-{number}", month=month), 10)

    together(either)
    assert ledger.standing(crew).limit_micros == 50
    assert ledger.check() == []


def test_different_people_and_accounts_never_deadlock(ada, crew, month):
    people = [ada, person("Ben"), person("Cy")]

    def work(number):
        user = people[number % 3]
        one = bill(crew, user, f"clip-{number}", month=month, account=f"a{number % 2}",
                   project=f"p{number % 4}")  # fmt: skip
        ledger.hold(one, 10)
        return ledger.settle(one.subject, number)

    found = together(work)
    assert not [one for one in found if isinstance(one, Exception)]
    assert ledger.standing(crew).spent_micros == sum(range(THREADS))
    assert ledger.check() == []
