import pytest
from django.utils import timezone

from accounts import ledger
from accounts.budgets import limits, set_budget, set_limits
from accounts.models import AuditLine, Budget, Purse

from .people import bill, person, team

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return person("Ada")


@pytest.fixture
def crew(ada):
    return team(ada)


def test_the_limit_reaches_the_purse_of_this_month_and_no_earlier_one(ada, crew):
    ledger.hold(bill(crew, ada, "old", month="2020-01"), 10)
    ledger.hold(bill(crew, ada, "new", month=ledger.month_of(timezone.now())), 10)
    set_budget(ada, crew, scope="team", limit_micros=50)
    assert ledger.standing(crew).left_micros == 40
    assert ledger.standing(crew, month="2020-01").left_micros is None


def test_next_months_purse_begins_with_the_limit(ada, crew):
    set_budget(ada, crew, scope="project", key="film", limit_micros=50)
    ledger.hold(bill(crew, ada, "clip", month="2099-01"), 10)
    purse = Purse.objects.get(scope="project", month="2099-01")
    assert purse.limit_micros == 50
    assert purse.left_micros == 40


def test_standing_knows_the_limit_before_there_is_a_purse(ada, crew):
    Budget.objects.create(team=crew, scope="team", limit_micros=50)
    assert ledger.standing(crew).left_micros == 50
    assert ledger.standing(crew, month="2020-01").limit_micros is None


def test_a_limit_is_lifted(ada, crew):
    set_budget(ada, crew, scope="team", limit_micros=5)
    set_budget(ada, crew, scope="team", limit_micros=None)
    assert not Budget.objects.exists()
    assert ledger.standing(crew).limit_micros is None


def test_below_what_is_spent_stops_what_comes_next(ada, crew):
    month = ledger.month_of(timezone.now())
    ledger.hold(bill(crew, ada, "clip", month=month), 10)
    set_budget(ada, crew, scope="team", limit_micros=5)
    assert ledger.standing(crew).left_micros == -5
    with pytest.raises(ledger.OverBudget):
        ledger.hold(bill(crew, ada, "next", month=month), 1)


@pytest.mark.parametrize("limit", [-1, -5])
def test_no_negative_limit(ada, crew, limit):
    with pytest.raises(ValueError, match="negative"):
        set_budget(ada, crew, scope="team", limit_micros=limit)


def test_unknown_scopes_are_refused(ada, crew):
    with pytest.raises(ValueError, match="galaxy"):
        set_budget(ada, crew, scope="galaxy", limit_micros=1)


def test_both_limits_are_set_and_each_change_leaves_a_line(ada, crew):
    set_limits(ada, crew, "team", "", {"real": 5, "play": 7})
    set_limits(ada, crew, "team", "", {"real": 5, "play": None})
    assert limits(crew, "team") == {"real": 5}
    facts = list(AuditLine.objects.order_by("pk").values_list("facts", flat=True))
    assert facts == [
        {"before": None, "after": 5, "play": False},
        {"before": None, "after": 7, "play": True},
        {"before": 7, "after": None, "play": True},
    ]
