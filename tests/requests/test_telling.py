"""Who is told of a request for more, and of what became of it."""

import pytest
from django.urls import reverse

from accounts import notices
from accounts.budgets import set_budget
from accounts.models import Notice, Scope
from generations.budgets import asking
from generations.models import Prompt, PromptVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def tight(project, owner, price):
    set_budget(
        owner, project.team, scope=Scope.PROJECT, key=str(project.uuid), play=True,
        limit_micros=price // 2,
    )  # fmt: skip


def told(kind):
    return {one.user.name: one.text for one in Notice.objects.filter(kind=kind)}


def test_who_may_decide_is_told_with_the_reason(project, people, tight, ask):
    ask(people["carl"], takes=2, reason="For the pitch")
    said = told("budget_asked")
    assert set(said) == {"Olga Owner", "Petra"}
    assert "Carl asks for $0.45 for 2 takes" in said["Petra"]
    assert "For the pitch" in said["Petra"]
    assert Notice.objects.first().url == reverse("budgets", args=[project.team.slug])


def test_a_budget_that_only_owners_set_is_told_to_owners_only(
    project, people, tight, owner, ask, price
):
    set_budget(owner, project.team, scope=Scope.TEAM, play=True, limit_micros=price // 2)
    ask(people["carl"])
    assert set(told("budget_asked")) == {"Olga Owner"}


def test_the_one_who_asks_is_not_told_of_it(people, tight, ask):
    ask(people["petra"])
    assert set(told("budget_asked")) == {"Olga Owner"}


def test_the_answer_is_told_and_mailed_where_mail_leaves(
    people, tight, ask, price, settings, mailoutbox
):
    settings.SENDS_MAIL = True
    first, second = ask(people["carl"]), ask(people["carl"])
    asking.approve(people["petra"], first, seen_micros=price)
    asking.decline(people["petra"], second, "Next week")
    texts = sorted(Notice.objects.filter(kind="budget_decided").values_list("text", flat=True))
    assert "Petra approved your $0.225" in texts[0]
    assert "declined" in texts[1]
    assert "“Next week”" in texts[1]
    for pk in notices.due():
        notices.mail(pk)
    assert [one.to for one in mailoutbox].count([people["carl"].email]) == 2


def test_nobody_is_mailed_where_no_mail_leaves(people, tight, ask, settings):
    settings.SENDS_MAIL = False
    ask(people["carl"])
    assert notices.due() == []
    assert Notice.objects.filter(kind="budget_asked").count() == 2


def test_nothing_is_told_of_what_was_not_asked(people, tight, ask, price):
    row = ask(people["carl"])
    with pytest.raises(asking.CannotAsk):
        asking.approve(people["carl"], row, seen_micros=price)
    assert told("budget_decided") == {}


def test_what_is_approved_counts_for_the_prompt_it_came_from(project, people, tight, ask, price):
    prompt = Prompt.objects.create(team=project.team, title="Boat", made_by=people["carl"])
    version = PromptVersion.objects.create(
        prompt=prompt, number=1, text="a paper boat", author=people["carl"]
    )
    row = ask(people["carl"], prompt_version=version)
    (made,) = asking.approve(people["petra"], row, seen_micros=price)
    made.refresh_from_db()
    assert made.prompt_version == version
