"""The pages: a refused press offers to ask, producers decide, all four budgets can be set."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import ledger
from accounts.budgets import set_budget
from accounts.models import Budget, Membership, Purse, Scope, TeamRole, User
from generations.budgets import alerts
from generations.models import (
    Asking,
    BudgetRequest,
    Generation,
    Project,
    ProjectMembership,
    ProjectRole,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def text(answer):
    return answer.content.decode()


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def at(project):
    return lambda name, *more: reverse(name, args=[project.team.slug, *more])


@pytest.fixture
def typed(account, price):
    return {
        "operation": "text_to_video", "model": "v6", "prompt": "a <b>paper</b> boat",
        "quality": "720p", "duration": "5", "aspect_ratio": "16:9", "audio": "false",
        "takes": "2", "account": str(account.uuid), "best": "",
        "seen": str(price), "form_token": str(uuid.uuid4()),
    }  # fmt: skip


@pytest.fixture
def tight(project, owner, price):
    key = str(project.uuid)
    set_budget(owner, project.team, scope=Scope.PROJECT, key=key, play=True, limit_micros=price)


@pytest.fixture
def waiting(project, people, tight, typed, at):
    client = signed_in(people["carl"])
    client.post(at("budget_ask", project.uuid), typed | {"ask_reason": "Soon"}, headers=HTMX)
    return BudgetRequest.objects.get()


def test_over_the_budget_it_can_be_asked_for(project, people, tight, typed, at):
    client = signed_in(people["carl"])
    refused = text(client.post(at("generate", project.uuid), typed, headers=HTMX))
    assert "Ask for more" in refused
    assert at("budget_ask", project.uuid) in refused
    answer = client.post(at("budget_ask", project.uuid), typed, headers=HTMX)
    assert "Asked." in text(answer)
    assert "Waiting for approval" in text(answer)
    # The form goes on with a token of its own; what was typed in it is not drawn anew.
    assert typed["form_token"] not in text(answer)
    assert 'id="prompt"' not in text(answer)
    assert BudgetRequest.objects.get().brief.prompt == typed["prompt"]
    page = text(client.get(at("studio", project.uuid)))
    assert "a &lt;b&gt;paper&lt;/b&gt; boat" in page


def test_another_refusal_offers_no_asking(project, people, tight, typed, at):
    client = signed_in(people["carl"])
    answer = client.post(at("generate", project.uuid), typed | {"prompt": ""}, headers=HTMX)
    assert "Ask for more" not in text(answer)


def test_the_line_under_the_button_speaks_of_the_tightest_budget(project, people, tight, typed, at):
    client = signed_in(people["carl"])
    answer = text(client.post(at("quote", project.uuid), typed, headers=HTMX))
    assert "More than is left of the project’s play budget this month" in answer
    # So does the meter above, which is the team's on the pages of the team.
    assert "Project, play money" in text(client.get(at("studio", project.uuid)))
    assert "Project, play money" not in text(client.get(at("spend_mine")))


def test_a_changed_price_is_said_with_the_new_one_ready_to_press(project, people, typed, at, price):
    client = signed_in(people["carl"])
    for name in ("generate", "budget_ask"):
        answer = client.post(at(name, project.uuid), typed | {"seen": "1"}, headers=HTMX)
        if name == "generate":
            assert "The price changed from $0.000001 to" in text(answer)
            assert f'name="seen" value="{price}"' in text(answer)
    assert not Generation.objects.exists()
    client.post(at("generate", project.uuid), typed | {"seen": str(price)}, headers=HTMX)
    assert Generation.objects.count() == 2


def test_a_producer_sees_it_in_the_rail_and_approves(project, people, waiting, at, price):
    client = signed_in(people["petra"])
    page = text(client.get(at("budgets")))
    assert "Carl asks for" in page
    assert "“Soon”" in page
    assert f'name="seen" value="{price}"' in page
    assert '<span class="count num">1' in page
    done = client.post(at("budget_approve", waiting.uuid), {"seen": price, "more": ""})
    assert done.status_code == 302
    again = client.post(at("budget_approve", waiting.uuid), {"seen": price, "more": ""})
    assert "approved already" in text(again)
    assert Generation.objects.filter(user=people["carl"]).count() == 2
    assert ledger.check() == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"seen": "1"}, "The price changed"),
        ({"more": "0.01"}, "is not enough"),
        ({"more": "lots"}, "Write dollars with a point"),
    ],
)
def test_what_cannot_be_approved_so_says_why(people, waiting, at, price, given, words):
    client = signed_in(people["petra"])
    answer = client.post(at("budget_approve", waiting.uuid), {"seen": price, "more": ""} | given)
    assert answer.status_code == 200
    assert words in text(answer)
    waiting.refresh_from_db()
    assert waiting.state == Asking.WAITING


def test_declined_it_says_so_to_who_asked_until_put_away(project, people, waiting, at):
    signed_in(people["petra"]).post(at("budget_decline", waiting.uuid), {"note": "Next month"})
    client = signed_in(people["carl"])
    assert "Next month" in text(client.get(at("budget_strip", project.uuid)))
    client.post(at("budget_seen", project.uuid, waiting.uuid), headers=HTMX)
    assert "Next month" not in text(client.get(at("budget_strip", project.uuid)))


def test_withdrawn_it_is_gone(project, people, waiting, at):
    client = signed_in(people["carl"])
    answer = client.post(at("budget_withdraw", project.uuid, waiting.uuid), headers=HTMX)
    assert "Waiting for approval ·" not in text(answer)
    waiting.refresh_from_db()
    assert waiting.state == Asking.WITHDRAWN


def test_nobody_but_who_asked_ends_it(project, people, waiting, at):
    for name in ("budget_withdraw", "budget_seen"):
        answer = signed_in(people["petra"]).post(at(name, project.uuid, waiting.uuid))
        assert answer.status_code == 404


def test_all_four_budgets_are_set_and_stand_on_one_page(project, people, owner, account, at):
    client = signed_in(owner)
    carl = project.team.memberships.get(user=people["carl"])
    for name, more in (
        ("team_budget", ()),
        ("project_budget", (project.uuid,)),
        ("member_budget", (carl.pk,)),
        ("budget_account", (account.uuid,)),
    ):
        assert client.post(at(name, *more), {"real": "7", "play": "7"}).status_code == 302
    scopes = set(Budget.objects.filter(play=True).values_list("scope", flat=True))
    assert scopes == set(Scope.values)
    # A sandbox account can have play money only.
    assert not Budget.objects.filter(scope=Scope.ACCOUNT, play=False).exists()
    seen = client.get(at("budgets"))
    lines = [(one.scope, one.stand.play) for one in seen.context["lines"] if one.url]
    both = [(scope, play) for play in (False, True) for scope in Scope]
    assert lines == [one for one in both if one != (Scope.ACCOUNT, False)]
    assert account.name in text(seen)
    theirs = signed_in(people["petra"]).get(at("budgets"))
    set_by_petra = [one.scope for one in theirs.context["lines"] if one.url]
    assert set_by_petra == [Scope.PROJECT, Scope.PERSON] * 2
    assert account.name in text(theirs)


@pytest.fixture
def all_set(project, people, owner):
    """A limit for the team, two of its projects and Carl; nobody but the owner is in the second."""
    hidden = Project.objects.create(team=project.team, name="Hidden", created_by=owner)
    for scope, key in (
        (Scope.TEAM, ""),
        (Scope.PROJECT, str(project.uuid)),
        (Scope.PROJECT, str(hidden.uuid)),
        (Scope.PERSON, str(people["carl"].pk)),
    ):
        set_budget(owner, project.team, scope=scope, key=key, play=True, limit_micros=9_000_000)
    return hidden


def shown(client, at):
    """What the page of budgets says: the lines of play money, and what can be pressed."""
    page = client.get(at("budgets"))
    assert page.status_code == 200
    lines = [(one.scope, one.name, bool(one.url)) for one in page.context["lines"]]
    return lines, text(page).partition('id="content"')[2]


def test_a_creator_looks_at_the_budgets_they_spend_from(project, people, press, at, all_set, price):
    """The same figures as the producer's, nothing to set, no project of others."""
    press(people["carl"])
    client = signed_in(people["carl"])
    lines, page = shown(client, at)
    assert lines == [
        (Scope.TEAM, "Team", False),
        (Scope.PROJECT, project.name, False),
        (Scope.PERSON, "Carl", False),
    ]
    assert "<form" not in page
    assert at("project_settings", project.uuid) not in page
    # The way here: from one's own spend, which the meter of every page leads to.
    assert at("budgets") in text(client.get(at("spend_mine")))
    theirs = client.get(at("budgets")).context["lines"]
    producers = signed_in(people["petra"]).get(at("budgets")).context["lines"]
    mine = next(one for one in theirs if one.scope is Scope.PROJECT)
    same = next(one for one in producers if one.scope is Scope.PROJECT)
    assert mine.stand == same.stand
    assert mine.stand.now.held_micros == price
    assert mine.percent == 100 * price // 9_000_000
    assert same.url


def test_a_creator_sees_the_limits_of_accounts_and_no_spend_without_one(
    project, people, press, owner, account, at
):
    """What may stop them; what others spend at an account without a limit is not theirs."""
    press(people["carl"])
    assert Scope.ACCOUNT not in [one for one, _, _ in shown(signed_in(people["carl"]), at)[0]]
    place = {"scope": Scope.ACCOUNT, "key": str(account.uuid), "play": True}
    set_budget(owner, project.team, **place, limit_micros=9_000_000)
    assert (Scope.ACCOUNT, account.name, False) in shown(signed_in(people["carl"]), at)[0]


def test_a_producer_elsewhere_looks_on_where_they_only_create(project, people, at, all_set):
    ProjectMembership.objects.create(
        project=all_set, user=people["petra"], role=ProjectRole.CREATOR
    )
    lines, _ = shown(signed_in(people["petra"]), at)
    assert [one for one in lines if one[0] == Scope.PROJECT] == [
        (Scope.PROJECT, "Hidden", False),
        (Scope.PROJECT, project.name, True),
    ]


@pytest.mark.parametrize("gone", ["viewer", "archived", "left"])
def test_where_one_may_not_spend_one_sees_no_budget(project, people, at, all_set, gone):
    mine = ProjectMembership.objects.create(
        project=all_set, user=people["carl"], role=ProjectRole.CREATOR
    )
    assert "Hidden" in [name for _, name, _ in shown(signed_in(people["carl"]), at)[0]]
    if gone == "viewer":
        ProjectMembership.objects.filter(pk=mine.pk).update(role=ProjectRole.VIEWER)
    elif gone == "archived":
        Project.objects.filter(pk=all_set.pk).update(archived_at=timezone.now())
    else:
        mine.delete()
    assert "Hidden" not in [name for _, name, _ in shown(signed_in(people["carl"]), at)[0]]


def test_who_only_looks_sees_no_budget_and_an_auditor_all(project, people, at, all_set):
    ProjectMembership.objects.filter(user=people["carl"]).update(role=ProjectRole.VIEWER)
    assert signed_in(people["carl"]).get(at("budgets")).status_code == 403
    audrey = User.objects.create_user("audrey@example.org", "correct horse", name="Audrey")
    Membership.objects.create(team=project.team, user=audrey, role=TeamRole.AUDITOR)
    lines, page = shown(signed_in(audrey), at)
    assert [name for _, name, _ in lines] == ["Team", "Hidden", project.name, "Carl"]
    assert not any(url for _, _, url in lines)
    assert "<form" not in page


def test_for_this_month_only(project, owner, at):
    client = signed_in(owner)
    client.post(at("team_budget"), {"real": "", "play": "9", "only": "on"})
    purse = Purse.objects.get(team=project.team, scope=Scope.TEAM, play=True)
    assert purse.limit_micros == 9_000_000
    assert Budget.objects.get(scope=Scope.TEAM, play=True).limit_micros == 50_000_000
    page = text(client.get(at("team")))
    assert "next month $50" in page
    assert "This month: $9.00 (only)" in page
    # Set without it, what stands in the field holds at once.
    answer = client.post(at("team_budget"), {"real": "", "play": "50"}, follow=True)
    purse.refresh_from_db()
    assert purse.limit_micros == 50_000_000
    assert "This month: " not in text(answer)


@pytest.mark.parametrize("wrong", ["a lot", "0", "101", "1 2 3 4 5 6"])
def test_thresholds_are_whole_percents(project, owner, at, wrong):
    client = signed_in(owner)
    assert client.post(at("team_alerts"), {"percents": wrong}).status_code == 200
    client.post(at("team_alerts"), {"percents": "90 %, 75"})
    project.team.refresh_from_db()
    assert project.team.alert_percents == [75, 90]


def test_the_page_asks_a_fixed_number_of_queries(project, people, owner, at, waiting, press,
                                                 django_assert_max_num_queries):  # fmt: skip
    client = signed_in(owner)
    client.get(at("budgets"))
    with django_assert_max_num_queries(40):
        client.get(at("budgets"))


def test_the_bar_and_the_page_say_the_same_share(project, owner, press, price, at):
    """Five of eight are used: 62 %, whichever threshold was passed."""
    set_budget(owner, project.team, scope=Scope.TEAM, play=True, limit_micros=8 * price)
    press(owner, takes=5)
    alerts.watch()
    page = text(signed_in(owner).get(at("budgets")))
    assert page.count("62 %") == 3
    assert "passed 50 %" in page
    assert page.count("50 %") == 1


def test_what_is_passed_is_said_as_over_by_so_much(project, people, owner, press, price, at, typed):
    press(owner)
    set_budget(owner, project.team, scope=Scope.TEAM, play=True, limit_micros=price - 75_000)
    client = signed_in(people["carl"])
    refused = text(client.post(at("generate", project.uuid), typed, headers=HTMX))
    assert "play budget is over by $0.075; this needs $0.45." in refused
    assert "<b>over by $0.075</b>" in text(client.get(at("spend_mine")))
    assert "<b>over by $0.075</b>" in text(signed_in(owner).get(at("team")))


def test_the_button_says_what_approving_raises(project, people, tight, typed, at, price):
    client = signed_in(people["carl"])
    client.post(at("budget_ask", project.uuid), typed, headers=HTMX)
    page = text(signed_in(people["petra"]).get(at("budgets")))
    assert 'Approve and raise <span class="by-short">by $0.225</span>' in page
    set_budget(
        people["petra"], project.team, scope=Scope.PROJECT, key=str(project.uuid), play=True,
        limit_micros=None,
    )  # fmt: skip
    page = text(signed_in(people["petra"]).get(at("budgets")))
    assert "and raise by" not in page
    assert "Approve · $0.450" in page
