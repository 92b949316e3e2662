import pytest
from django.utils import timezone

from accounts import ledger
from accounts.budgets import add_to_month, limits, set_budget, set_limits
from accounts.models import AuditLine, Budget, Purse, Scope

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
    with pytest.raises(ledger.OverBudget, match="is over by \\$0.000005; this needs") as refused:
        ledger.hold(bill(crew, ada, "next", month=month), 1)
    assert refused.value.left_micros == 0


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


@pytest.fixture
def raised(ada, crew):
    """$20 a month, and $30 for this month only."""
    set_limits(ada, crew, "project", "film", {"real": 20_000_000})
    set_limits(ada, crew, "project", "film", {"real": 30_000_000, "only": True})


def last_line():
    return AuditLine.objects.order_by("-pk").first()


def test_the_line_says_what_was_in_force_this_month_and_for_later_ones(ada, crew, raised):
    set_limits(ada, crew, "project", "film", {"real": 25_000_000})
    month = f"{timezone.localtime():%B %Y}"
    assert last_line().details == (
        f"{month}: $30.00 → $25.00, later months: $20.00 → $25.00, real money"
    )


def test_what_was_pressed_is_in_force_at_once_though_the_figure_is_the_same(ada, crew, raised):
    set_limits(ada, crew, "project", "film", {"real": 20_000_000})
    assert ledger.standing(crew, scope="project", key="film").limit_micros == 20_000_000
    assert "$30.00 → $20.00, later months: $20.00 as before" in last_line().details


def test_this_months_limit_becomes_the_lasting_one(ada, crew, raised):
    set_limits(ada, crew, "project", "film", {"real": 30_000_000})
    assert limits(crew, "project", "film") == {"real": 30_000_000}
    month = f"{timezone.localtime():%B %Y}"
    assert last_line().details == (
        f"{month}: $30.00 as before, later months: $20.00 → $30.00, real money"
    )


def test_what_was_added_on_request_is_taken_back_with_a_line(ada, crew):
    set_limits(ada, crew, "project", "film", {"real": 100_000})
    add_to_month(ada, crew, Scope.PROJECT, "film", play=False, more_micros=3_147_000)
    set_limits(ada, crew, "project", "film", {"real": 20_000_000})
    assert "$3.247 → $20.00, later months: $0.10 → $20.00" in last_line().details


def test_the_same_again_leaves_no_line(ada, crew, raised):
    before = AuditLine.objects.count()
    set_limits(ada, crew, "project", "film", {"real": 30_000_000, "only": True})
    assert AuditLine.objects.count() == before
    set_limits(ada, crew, "project", "film", {"real": 20_000_000})
    set_limits(ada, crew, "project", "film", {"real": 20_000_000, "play": None})
    assert AuditLine.objects.count() == before + 1
    assert not Purse.objects.filter(play=True).exists()


def test_for_this_month_only_it_can_be_what_the_later_months_have(ada, crew, raised):
    set_limits(ada, crew, "project", "film", {"real": 20_000_000, "only": True})
    assert ledger.standing(crew, scope="project", key="film").limit_micros == 20_000_000
    assert f"{timezone.localtime():%B %Y} only" in last_line().details
