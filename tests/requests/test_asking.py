"""Asking for more: kept whole, decided once, made as it was asked for."""

import uuid

import pytest

from accounts import ledger
from accounts.budgets import limits, set_budget
from accounts.ledger import OverBudget
from accounts.models import AuditLine, Movement, Scope, TeamRole
from generations import lifecycle
from generations.budgets import asking
from generations.budgets.asking import CannotAsk, NotShort
from generations.models import Asking, BudgetRequest, Generation, ProjectMembership, TeamPrice
from generations.projects import archive

pytestmark = pytest.mark.django_db


@pytest.fixture
def tight(project, owner, price):
    """The project has enough for a half of one take."""
    set_budget(
        owner, project.team, scope=Scope.PROJECT, key=str(project.uuid), play=True,
        limit_micros=price // 2,
    )  # fmt: skip


@pytest.fixture
def key(project):
    return str(project.uuid)


def left(project, scope=Scope.PROJECT, key=None):
    key = str(project.uuid) if key is None else key
    return ledger.standing(project.team, scope=scope, key=key, play=True).left_micros


def test_what_a_budget_stops_is_kept_with_its_brief(project, people, tight, ask, brief, price, key):
    row = ask(people["carl"], takes=2, reason="For the pitch on Monday")
    assert row.brief == brief
    assert (row.takes, row.price_micros, row.state) == (2, price, Asking.WAITING)
    short = 2 * price - price // 2
    assert row.passed == [{"scope": "project", "key": key, "left": price // 2, "short": short}]
    assert not Movement.objects.exists()
    assert AuditLine.objects.get(verb="request.asked").facts["reason"] == "For the pitch on Monday"


def test_the_words_tell_of_all_takes_and_of_what_is_really_left(
    project, people, press, price, owner
):
    set_budget(owner, project.team, scope=Scope.TEAM, play=True, limit_micros=3 * price)
    with pytest.raises(OverBudget) as over:
        press(people["carl"], takes=4)
    assert over.value.left_micros == 3 * price
    assert over.value.asked_micros == 4 * price


def test_pressed_twice_it_is_asked_once(people, tight, ask):
    token = uuid.uuid4()
    first, second = ask(people["carl"], form_token=token), ask(people["carl"], form_token=token)
    assert first == second
    assert AuditLine.objects.filter(verb="request.asked").count() == 1


def test_what_could_be_made_now_is_not_asked_for(people, ask):
    with pytest.raises(NotShort, match="Press Generate"):
        ask(people["carl"])
    assert not BudgetRequest.objects.exists()


def test_a_price_that_changed_is_shown_first(people, tight, ask):
    with pytest.raises(lifecycle.PriceChanged):
        ask(people["carl"], seen_micros=1)


def test_a_producer_approves_and_exactly_what_is_missing_is_raised(
    project, people, tight, ask, price, key
):
    row = ask(people["carl"], takes=2)
    made = asking.approve(people["petra"], row, seen_micros=price)
    assert [one.user for one in made] == [people["carl"]] * 2
    assert left(project) == 0
    assert ledger.standing(project.team, play=True).held_micros == 2 * price
    row.refresh_from_db()
    assert (row.state, row.decided_by) == (Asking.APPROVED, people["petra"])
    assert row.raised == [{"scope": "project", "key": key, "micros": 2 * price - price // 2}]
    # Next month begins with what the budget was set to.
    assert limits(project.team, Scope.PROJECT, key) == {"play": price // 2}
    raised = AuditLine.objects.get(verb="budget.raised")
    assert raised.actor == people["petra"]
    assert raised.facts["after"] == 2 * price
    assert raised.target == "Project " + project.name
    assert AuditLine.objects.filter(verb="request.approved").count() == 1
    assert ledger.check() == []


def test_an_amount_typed_is_what_it_is_raised_by(project, people, tight, ask, price):
    row = ask(people["carl"])
    with pytest.raises(CannotAsk, match="is not enough"):
        asking.approve(people["petra"], row, seen_micros=price, more_micros=1)
    asking.approve(people["petra"], row, seen_micros=price, more_micros=2 * price)
    assert left(project) == price // 2 + price


def test_approved_twice_it_is_made_once(people, tight, ask, price):
    row = ask(people["carl"])
    asking.approve(people["petra"], row, seen_micros=price)
    with pytest.raises(CannotAsk, match="approved already"):
        asking.approve(people["petra"], row, seen_micros=price)
    assert Generation.objects.count() == 1


def test_two_budgets_that_are_short_are_an_owners(project, people, tight, ask, price, owner):
    set_budget(owner, project.team, scope=Scope.TEAM, play=True, limit_micros=price - 5)
    row = ask(people["carl"])
    assert [one["scope"] for one in row.passed] == ["team", "project"]
    assert row not in asking.waiting_for(
        people["petra"], project.team, _role(project, people["petra"])
    )
    with pytest.raises(CannotAsk, match="has to decide"):
        asking.approve(people["petra"], row, seen_micros=price)
    asking.approve(owner, row, seen_micros=price)
    assert left(project) == left(project, Scope.TEAM, "") == 0


def test_a_budget_that_became_short_meanwhile_is_not_the_producers(
    project, people, tight, ask, price, owner
):
    row = ask(people["carl"])
    set_budget(owner, project.team, scope=Scope.TEAM, play=True, limit_micros=1)
    with pytest.raises(CannotAsk, match="Another budget"):
        asking.approve(people["petra"], row, seen_micros=price)
    row.refresh_from_db()
    assert row.state == Asking.WAITING
    assert left(project) == price // 2


def test_a_creator_decides_nothing(people, tight, ask, price):
    row = ask(people["carl"])
    for verb in (
        lambda: asking.approve(people["carl"], row, seen_micros=price),
        lambda: asking.decline(people["carl"], row),
    ):
        with pytest.raises(CannotAsk):
            verb()
    row.refresh_from_db()
    assert row.state == Asking.WAITING


def test_a_price_that_changed_has_to_be_seen_by_who_approves(
    people, tight, ask, price, account, owner
):
    row = ask(people["carl"])
    TeamPrice.objects.create(
        account=account, operation="text_to_video", model="v6", quality="720p", audio=False,
        duration=5, formula="per_clip", amount=99, unit="credits", entered_by=owner,
    )  # fmt: skip
    with pytest.raises(lifecycle.PriceChanged) as changed:
        asking.approve(people["petra"], row, seen_micros=price)
    row.refresh_from_db()
    assert row.state == Asking.WAITING
    (made,) = asking.approve(people["petra"], row, seen_micros=changed.value.new)
    row.refresh_from_db()
    assert made.price_micros == row.price_micros == changed.value.new != price


def test_declined_with_a_note_and_read(project, people, tight, ask, price):
    row = ask(people["carl"])
    asking.decline(people["petra"], row, "Next month")
    (shown,) = asking.mine(people["carl"], project)
    assert (shown.state, shown.note) == (Asking.DECLINED, "Next month")
    asking.put_away(people["carl"], shown)
    assert not asking.mine(people["carl"], project)
    with pytest.raises(CannotAsk, match="declined already"):
        asking.approve(people["petra"], row, seen_micros=price)
    assert not Generation.objects.exists()


def test_withdrawn_by_who_asked_and_nobody_else(people, tight, ask, price):
    row = ask(people["carl"])
    with pytest.raises(CannotAsk):
        asking.withdraw(people["petra"], row)
    asking.withdraw(people["carl"], row)
    with pytest.raises(CannotAsk, match="withdrawn already"):
        asking.approve(people["petra"], row, seen_micros=price)


def test_enough_by_now_raises_nothing(project, people, tight, ask, price, owner, key):
    row = ask(people["carl"])
    set_budget(owner, project.team, scope=Scope.PROJECT, key=key, play=True, limit_micros=9 * price)
    asking.approve(people["petra"], row, seen_micros=price)
    assert left(project) == 8 * price
    assert not AuditLine.objects.filter(verb="budget.raised").exists()


def test_who_may_no_longer_make_clips_gets_none(project, people, tight, ask, price, owner):
    row = ask(people["carl"])
    ProjectMembership.objects.filter(user=people["carl"]).update(role="viewer")
    with pytest.raises(CannotAsk, match="may no longer"):
        asking.approve(owner, row, seen_micros=price)
    ProjectMembership.objects.filter(user=people["carl"]).update(role="creator")
    archive(owner, project)
    with pytest.raises(CannotAsk, match="archived"):
        asking.approve(owner, row, seen_micros=price)
    assert left(project) == price // 2


def test_an_account_that_cannot_raises_nothing(project, people, tight, ask, price, account):
    row = ask(people["carl"])
    type(account).objects.filter(pk=account.pk).update(enabled=False)
    with pytest.raises(lifecycle.CannotMake):
        asking.approve(people["petra"], row, seen_micros=price)
    row.refresh_from_db()
    assert (row.state, left(project)) == (Asking.WAITING, price // 2)


def _role(project, user):
    return TeamRole(project.team.memberships.get(user=user).role)
