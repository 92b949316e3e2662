"""What happens to money, told as stories. Amounts in whole micro-dollars."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone

from accounts import ledger
from accounts.budgets import set_budget
from accounts.ledger import Bill, Misused, OverBudget
from accounts.models import Kind, Movement, Purse, Scope
from accounts.models.frozen import Frozen
from accounts.money import DOLLAR

from .people import MONTH, bill, person, team

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return person("Ada")


@pytest.fixture
def crew(ada):
    return team(ada, slug="crew")


@pytest.fixture(autouse=True)
def november(monkeypatch):
    now = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
    monkeypatch.setattr(timezone, "now", lambda: now)


def limited(actor, team, limit, **scope):
    set_budget(actor, team, scope=scope.pop("scope", "team"), limit_micros=limit, **scope)


def stands(team, **which):
    now = ledger.standing(team, month=MONTH, **which)
    return now.held_micros, now.spent_micros, now.left_micros


def test_hold_30_the_clip_costs_24_the_team_has_6_back(ada, crew):
    limited(ada, crew, 100)
    ledger.hold(bill(crew, ada, "clip"), 30)
    assert stands(crew) == (30, 0, 70)
    settled, released = ledger.settle("clip", 24)
    assert (settled.kind, settled.micros) == (Kind.SETTLE, 24)
    assert (released.kind, released.micros) == (Kind.RELEASE, 6)
    assert stands(crew) == (0, 24, 76)
    assert ledger.check() == []


def test_every_purse_of_the_bill_is_held_and_charged(ada, crew):
    ledger.hold(bill(crew, ada, "clip"), 30)
    ledger.settle("clip", 24)
    for scope, key in (("team", ""), ("project", "film"), ("person", str(ada.pk)),
                       ("account", "pixazo")):  # fmt: skip
        assert stands(crew, scope=scope, key=key) == (0, 24, None)


def test_a_failed_clip_gives_everything_back_once(ada, crew):
    limited(ada, crew, 30)
    ledger.hold(bill(crew, ada, "clip"), 30)
    first = ledger.release("clip", "refused by the provider")
    assert ledger.release("clip") == first
    assert stands(crew) == (0, 0, 30)
    assert ledger.check() == []


def test_release_of_what_was_never_held_is_nothing(ada, crew):
    assert ledger.release("clip") is None


def test_release_after_settle_changes_nothing(ada, crew):
    ledger.hold(bill(crew, ada, "clip"), 30)
    ledger.settle("clip", 30)
    assert ledger.release("clip") is None
    assert stands(crew) == (0, 30, None)


def test_the_provider_took_more_than_was_held(ada, crew):
    limited(ada, crew, 40)
    ledger.hold(bill(crew, ada, "clip"), 30)
    settled, adjusted = ledger.settle("clip", 45)
    assert (settled.micros, adjusted.kind, adjusted.micros) == (30, Kind.ADJUST, 15)
    assert adjusted.key == "adjust:clip:over"
    assert stands(crew) == (0, 45, -5)
    assert ledger.check() == []


def test_a_charge_of_nothing_is_settled_too(ada, crew):
    ledger.hold(bill(crew, ada, "clip"), 30)
    settled, released = ledger.settle("clip", 0)
    assert (settled.micros, released.micros) == (0, 30)
    assert ledger.held("clip") == 0


@pytest.mark.parametrize("charge", [24, 30, 45])
def test_a_second_settle_changes_nothing(ada, crew, charge):
    ledger.hold(bill(crew, ada, "clip"), 30)
    first = ledger.settle("clip", charge)
    before = stands(crew)
    assert ledger.settle("clip", charge + 7) == first
    assert stands(crew) == before


def test_a_second_hold_is_the_first_one(ada, crew):
    limited(ada, crew, 30)
    first = ledger.hold(bill(crew, ada, "clip"), 30)
    assert ledger.hold(bill(crew, ada, "clip"), 30) == first
    assert stands(crew) == (30, 0, 0)


def test_a_second_hold_for_another_amount_is_our_mistake(ada, crew):
    ledger.hold(bill(crew, ada, "clip"), 30)
    with pytest.raises(Misused):
        ledger.hold(bill(crew, ada, "clip"), 31)
    assert stands(crew)[0] == 30


def test_nothing_is_settled_that_was_not_held(ada, crew):
    with pytest.raises(Misused, match="nothing was held"):
        ledger.settle("clip", 10)


def test_nothing_is_settled_after_it_was_released(ada, crew):
    ledger.hold(bill(crew, ada, "clip"), 30)
    ledger.release("clip")
    with pytest.raises(Misused, match="was released"):
        ledger.settle("clip", 30)
    assert stands(crew) == (0, 0, None)


def test_a_late_charge_and_a_refund_are_adjustments_once_each(ada, crew):
    ledger.hold(bill(crew, ada, "clip"), 30)
    ledger.release("clip")
    late = ledger.adjust("clip", 30, reason="late", note="found on the statement")
    assert ledger.adjust("clip", 30, reason="late", note="again") == late
    ledger.adjust("clip", -10, reason="refund", note="")
    assert stands(crew) == (0, 20, None)
    with pytest.raises(Misused, match="less was charged"):
        ledger.adjust("clip", -21, reason="more", note="")
    assert ledger.check() == []


def test_an_open_hold_is_not_adjusted(ada, crew):
    ledger.hold(bill(crew, ada, "clip"), 30)
    with pytest.raises(Misused, match="not finished"):
        ledger.adjust("clip", 1, reason="x", note="")


def test_over_budget_takes_nothing_and_says_so(ada, crew):
    limited(ada, crew, DOLLAR * 12 // 10)
    with pytest.raises(OverBudget) as refused:
        ledger.hold(bill(crew, ada, "clip"), 2 * DOLLAR)
    assert str(refused.value) == ("The team's November budget has $1.20 left; this needs $2.00.")
    assert (refused.value.scope, refused.value.left_micros) == (Scope.TEAM, 1_200_000)
    assert refused.value.asked_micros == 2_000_000
    assert not Movement.objects.exists()
    assert stands(crew) == (0, 0, 1_200_000)


@pytest.mark.parametrize(
    ("scope", "key", "whose"),
    [("project", "film", "The project's"), ("person", None, "Your"),
     ("account", "pixazo", "The provider account's")],
)  # fmt: skip
def test_a_later_purse_refuses_and_the_earlier_ones_get_theirs_back(ada, crew, scope, key, whose):
    limited(ada, crew, 10, scope=scope, key=key or str(ada.pk))
    with transaction.atomic():
        with pytest.raises(OverBudget, match=whose):
            ledger.hold(bill(crew, ada, "clip"), 11)
        ledger.hold(bill(crew, ada, "smaller"), 10)
    assert stands(crew) == (10, 0, None)
    assert ledger.check() == []


def test_an_overspent_budget_has_nothing_left(ada, crew):
    limited(ada, crew, 30)
    ledger.hold(bill(crew, ada, "clip"), 30)
    ledger.settle("clip", 45)
    with pytest.raises(OverBudget, match=r"over by \$0\.000015;"):
        ledger.hold(bill(crew, ada, "next"), 1)


def test_exactly_the_budget_fits(ada, crew):
    limited(ada, crew, 30)
    ledger.hold(bill(crew, ada, "one"), 20)
    ledger.hold(bill(crew, ada, "two"), 10)
    with pytest.raises(OverBudget):
        ledger.hold(bill(crew, ada, "three"), 1)


def test_play_money_is_another_purse(ada, crew):
    limited(ada, crew, 10)
    limited(ada, crew, 100, play=True)
    ledger.hold(bill(crew, ada, "clip", play=True), 60)
    assert stands(crew) == (0, 0, 10)
    assert stands(crew, play=True) == (60, 0, 40)
    with pytest.raises(OverBudget, match="November play budget"):
        ledger.hold(bill(crew, ada, "next", play=True), 60)


def test_teams_share_nothing(ada, crew):
    other = team(ada)
    limited(ada, crew, 10)
    ledger.hold(bill(other, ada, "clip"), 60)
    assert stands(crew) == (0, 0, 10)


def test_a_hold_of_november_is_settled_in_november(ada, crew):
    limited(ada, crew, 100)
    ledger.hold(bill(crew, ada, "clip", month="2026-11"), 30)
    ledger.hold(bill(crew, ada, "next", month="2026-12"), 100)
    ledger.settle("clip", 30)
    assert stands(crew) == (0, 30, 70)
    assert ledger.standing(crew, month="2026-12").held_micros == 100


def test_a_bill_without_project_and_account_moves_two_purses(ada, crew):
    ledger.hold(bill(crew, ada, "clip", project="", account=""), 30)
    assert set(Purse.objects.values_list("scope", flat=True)) == {"team", "person"}


def test_the_providers_unit_stands_beside_the_money(ada, crew):
    ledger.hold(bill(crew, ada, "clip"), 30)
    settled, _ = ledger.settle(
        "clip", 24, units=Decimal(45), unit="credits", rate=Decimal("0.005"), note="as reported"
    )
    settled.refresh_from_db()
    assert (settled.units, settled.unit, settled.rate) == (45, "credits", Decimal("0.005"))
    assert settled.note == "as reported"


@pytest.mark.parametrize("amount", [1.5, "3", True, Decimal(3), None])
def test_money_is_whole_numbers(ada, crew, amount):
    with pytest.raises(TypeError):
        ledger.hold(bill(crew, ada, "clip"), amount)


def test_money_is_never_negative(ada, crew):
    with pytest.raises(ValueError, match="negative"):
        ledger.hold(bill(crew, ada, "clip"), -1)


def test_movements_are_written_once(ada, crew):
    line = ledger.hold(bill(crew, ada, "clip"), 30)
    line.micros = 3
    with pytest.raises(Frozen):
        line.save()
    with pytest.raises(Frozen):
        line.delete()
    with pytest.raises(Frozen):
        ledger.movements("clip").update(micros=3)
    with pytest.raises(Frozen):
        ledger.movements("clip").delete()


def test_held_is_what_is_still_set_aside(ada, crew):
    assert ledger.held("clip") == 0
    ledger.hold(bill(crew, ada, "clip"), 30)
    assert ledger.held("clip") == 30
    ledger.settle("clip", 45)
    assert ledger.held("clip") == 0
    assert ledger.charged("clip") == 45


def test_everything_goes_back_with_the_callers_transaction(ada, crew):
    with pytest.raises(RuntimeError), transaction.atomic():
        ledger.hold(bill(crew, ada, "clip"), 30)
        raise RuntimeError
    assert not Movement.objects.exists()
    assert stands(crew) == (0, 0, None)


def test_the_month_is_that_of_the_studios_time_zone():
    late = dt.datetime(2026, 11, 30, 23, 30, tzinfo=dt.UTC)
    assert ledger.month_of(late) == "2026-11"
    with timezone.override("Europe/Berlin"):
        assert ledger.month_of(late) == "2026-12"


def test_queries(ada, crew, django_assert_num_queries):
    ledger.hold(bill(crew, ada, "first"), 30)
    with django_assert_num_queries(9):  # two of them open and close the savepoint
        ledger.hold(bill(crew, ada, "clip"), 30)
    with django_assert_num_queries(1):
        ledger.standing(crew, month=MONTH)
    with django_assert_num_queries(1):
        ledger.standing(crew, scope="project", key="nothing yet")


def test_bills_are_frozen(ada, crew):
    one = bill(crew, ada, "clip")
    assert isinstance(one, Bill)
    with pytest.raises(AttributeError):
        one.subject = "other"
