"""Twenty at the same moment: budgets, balances and approvals let through what there is room for."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from accounts import ledger
from accounts.budgets import set_budget
from accounts.models import Kind, Movement, Scope
from generations import lifecycle
from generations.budgets import asking
from generations.models import Generation, ProviderAccount

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 20
REFUSALS = (
    ledger.OverBudget,
    lifecycle.AskedAlready,
    lifecycle.CannotMake,
    asking.CannotAsk,
)


def together(work):
    start = Barrier(THREADS)

    def one(number):
        start.wait()
        try:
            return work(number)
        except REFUSALS as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


@pytest.mark.parametrize("scope", Scope.values)
def test_twenty_press_and_a_budget_has_enough_for_three(
    project, people, press, price, owner, account, scope
):
    keys = {"team": "", "project": project.uuid, "person": owner.pk, "account": account.uuid}
    set_budget(
        owner, project.team, scope=scope, key=str(keys[scope]), play=True,
        limit_micros=3 * price + price // 2,
    )  # fmt: skip
    found = together(lambda _: press(owner))
    assert sum(isinstance(one, ledger.OverBudget) for one in found) == THREADS - 3
    assert Movement.objects.filter(kind=Kind.HOLD).count() == 3 == Generation.objects.count()
    assert ledger.check() == []


def test_twenty_press_and_the_balance_there_has_enough_for_three(
    project, press, price, owner, account, brief
):
    units = press(owner)[0].price["units"]
    Generation.objects.update(state="cancelled", charged_micros=0)
    ProviderAccount.objects.filter(pk=account.pk).update(
        balance=3 * float(units) + 1, balance_at=timezone.now()
    )
    found = together(lambda _: press(owner))
    refused = [one for one in found if isinstance(one, lifecycle.CannotMake)]
    assert len(refused) == THREADS - 3
    assert "top it up" in str(refused[0])
    assert Generation.objects.exclude(state="cancelled").count() == 3
    assert ledger.check() == []


def test_takes_count_together_against_the_balance(press, owner, account, price):
    units = press(owner)[0].price["units"]
    now = timezone.now()
    Generation.objects.update(state="succeeded", submitted_at=now, charged_micros=price)
    accounts = ProviderAccount.objects.filter(pk=account.pk)
    # Read before that clip was sent: it is not in the balance yet.
    accounts.update(balance=3 * float(units), balance_at=now - timezone.timedelta(minutes=1))
    with pytest.raises(lifecycle.CannotMake):
        press(owner, takes=3)
    assert Generation.objects.count() == 1
    assert len(press(owner, takes=2)) == 2
    # An old balance says nothing: somebody may have topped up since.
    accounts.update(balance_at=now - timezone.timedelta(hours=2))
    assert len(press(owner, takes=4)) == 4


def test_twenty_approve_and_it_is_made_once(project, people, ask, price, owner):
    key = str(project.uuid)
    set_budget(owner, project.team, scope="project", key=key, play=True, limit_micros=price - 1)
    row = ask(people["carl"])
    by = [owner, people["petra"]]
    found = together(lambda n: asking.approve(by[n % 2], row, seen_micros=price))
    assert sum(isinstance(one, list) for one in found) == 1
    assert Generation.objects.count() == 1
    assert ledger.standing(project.team, scope="project", key=key, play=True).left_micros == 0


def test_approving_while_others_press_gives_to_the_one_who_asked(
    project, people, press, ask, price, owner
):
    key = str(project.uuid)
    set_budget(owner, project.team, scope="project", key=key, play=True, limit_micros=price - 1)
    rows = [ask(people["carl"], form_token=uuid.uuid4()) for _ in range(3)]

    def either(number):
        if number < 3:
            return asking.approve(people["petra"], rows[number], seen_micros=price)
        return press(owner)

    together(either)
    assert Generation.objects.filter(user=people["carl"]).count() == 3
    assert not Generation.objects.filter(user=owner).exists()
    now = ledger.standing(project.team, scope="project", key=key, play=True)
    assert (now.held_micros, now.left_micros) == (3 * price, 0)
    assert ledger.check() == []


def test_twenty_tabs_with_the_same_brief_make_one_and_ask_the_others(press, owner):
    found = together(lambda _: press(owner, knowing=()))
    assert sum(isinstance(one, lifecycle.AskedAlready) for one in found) == THREADS - 1
    assert Generation.objects.count() == 1
    assert ledger.check() == []


def test_one_form_pressed_twenty_times_at_once_makes_one_and_asks_nobody(press, owner):
    """The same token is the same wish: it is not asked about itself."""
    token = uuid.uuid4()
    found = together(lambda _: press(owner, knowing=(), form_token=token))
    (made,) = Generation.objects.all()
    assert found == [[made]] * THREADS
    assert ledger.check() == []
