"""A producer sets the budgets of those who make clips in their projects, and of nobody else."""

import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import ledger
from accounts.budgets import limits, set_budget
from accounts.models import AuditLine, Membership, Notice, Scope, TeamRole, User
from generations import projects
from generations.budgets import asking, who
from generations.catalogue.types import Brief
from generations.models import ProjectMembership, ProjectRole

from .conftest import OPTIONS

pytestmark = pytest.mark.django_db


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def page(project, people):
    carl = project.team.memberships.get(user=people["carl"])
    return reverse("person_budget", args=[project.team.slug, carl.pk])


@pytest.fixture
def carls(people):
    return (Scope.PERSON, str(people["carl"].pk))


def test_a_producer_sees_and_sets_what_a_creator_may_spend(
    project, people, owner, press, price, page, carls
):
    press(people["carl"])
    client = signed_in(people["petra"])
    settings = text(client.get(reverse("project_settings", args=[project.team.slug, project.uuid])))
    assert page in settings
    assert "$0.225 held, no limit" in settings
    assert client.post(page, {"real": "", "play": "9"}).status_code == 302
    assert limits(project.team, *carls) == {"play": 9_000_000}
    line = AuditLine.objects.filter(verb="budget.set").last()
    assert (line.actor, line.target) == (people["petra"], "Carl")
    for seen in (text(client.get(page)), text(client.get(page.partition("people/")[0]))):
        assert "$8.775" in seen
    assert "in every project, and in their own space" in text(client.get(page))


def test_what_cannot_be_read_is_kept_and_said(people, page):
    answer = text(signed_in(people["petra"]).post(page, {"real": "lots", "play": "9"}))
    assert 'value="lots"' in answer
    assert "Write dollars with a point" in answer


@pytest.mark.parametrize("who_asks", ["carl", "outsider"])
def test_nobody_sets_their_own(project, people, page, who_asks):
    user = people.get(who_asks) or User.objects.create_user("o@example.org", "x", name="O")
    answer = signed_in(user).post(page, {"real": "9", "play": "9"})
    assert answer.status_code == (403 if who_asks == "carl" else 404)


@pytest.mark.parametrize("becomes", ["owner", "auditor", "producer", "viewer", "gone", "archived"])
def test_it_reaches_those_only_who_make_clips_there(project, people, owner, carls, becomes):
    petra, carl = people["petra"], people["carl"]
    assert who.may_set(petra, project.team, [carls])
    assert petra in who.setters(project.team, *carls)
    here = ProjectMembership.objects.filter(project=project, user=carl)
    if becomes in TeamRole.values:
        Membership.objects.filter(user=carl).update(role=becomes)
    elif becomes == "producer":
        second = projects.make_project(owner, project.team, "Second")
        ProjectMembership.objects.create(project=second, user=carl, role=ProjectRole.PRODUCER)
    elif becomes == "viewer":
        here.update(role=ProjectRole.VIEWER)
    elif becomes == "gone":
        here.delete()
    else:
        projects.archive(owner, project)
    assert not who.may_set(petra, project.team, [carls])
    assert who.setters(project.team, *carls) == list(
        User.objects.filter(memberships__role=TeamRole.OWNER).order_by("pk")
    )


def test_a_project_of_ones_own_gives_no_right_over_people(project, people, carls):
    """Whoever makes a project is its producer and may take anybody in."""
    nina = User.objects.create_user("nina@example.org", "correct horse", name="Nina")
    member = Membership.objects.create(team=project.team, user=nina, role=TeamRole.MEMBER)
    made = projects.make_project(nina, project.team, "Nina’s")
    carl = project.team.memberships.get(user=people["carl"])
    projects.set_role(nina, made, carl, ProjectRole.CREATOR)
    assert not who.may_set(nina, project.team, [carls])
    assert nina not in who.setters(project.team, *carls)
    # Nor does it take anybody out of another producer's reach.
    projects.set_role(people["petra"], project, member, ProjectRole.CREATOR)
    assert who.may_set(people["petra"], project.team, [(Scope.PERSON, str(nina.pk))])


def test_where_a_persons_budget_is_short_their_producer_decides(
    project, people, owner, ask, price, carls
):
    place = {"scope": carls[0], "key": carls[1], "play": True}
    set_budget(owner, project.team, **place, limit_micros=price // 2)
    row = ask(people["carl"])
    told = set(Notice.objects.filter(kind="budget_asked").values_list("user", flat=True))
    assert told == {owner.pk, people["petra"].pk}
    assert list(asking.waiting_for(people["petra"], project.team, TeamRole.MEMBER)) == [row]
    asking.approve(people["petra"], row, seen_micros=price)
    now = ledger.standing(project.team, scope=carls[0], key=carls[1], play=True)
    assert now.limit_micros == now.held_micros == price


def test_a_brief_of_another_project_is_not_theirs_to_decide(project, people, owner, ask, price):
    """Petra may set Carl's budget, but what he makes elsewhere is not hers to see."""
    row = ask_elsewhere(project, people, owner, price)
    assert not asking.may_decide(people["petra"], row)
    assert asking.may_decide(owner, row)
    assert not asking.waiting_for(people["petra"], project.team, TeamRole.MEMBER).exists()


def ask_elsewhere(project, people, owner, price):
    second = projects.make_project(owner, project.team, "Second")
    carl = people["carl"]
    ProjectMembership.objects.create(project=second, user=carl, role=ProjectRole.CREATOR)
    key = str(carl.pk)
    set_budget(owner, project.team, scope=Scope.PERSON, key=key, play=True, limit_micros=0)
    return asking.ask(
        project=second,
        user=carl,
        brief=Brief("text_to_video", "v6", "a paper boat", OPTIONS),
        account=project.team.provider_accounts.get(provider="pixverse"),
        takes=1,
        form_token=uuid.uuid4(),
        seen_micros=price,
    )


def test_the_page_of_budgets_says_to_each_what_they_may_set(project, people, owner):
    budgets = reverse("budgets", args=[project.team.slug])
    assert "the team’s and members’ on" in text(signed_in(owner).get(budgets))
    hers = text(signed_in(people["petra"]).get(budgets))
    assert "the team’s and members’ on" not in hers
    assert "and of who makes clips there" in hers
    ProjectMembership.objects.filter(user=people["carl"]).delete()
    assert "and of who makes clips there" not in text(signed_in(people["petra"]).get(budgets))
    assert "You set" not in text(signed_in(owner).get(budgets))


def test_more_people_cost_no_more_queries(project, people, django_assert_num_queries):
    client = signed_in(people["petra"])
    page = reverse("project_settings", args=[project.team.slug, project.uuid])
    client.get(page)
    with CaptureQueriesContext(connection) as few:
        client.get(page)
    for number in range(5):
        user = User.objects.create_user(f"c{number}@example.org", "correct horse", name="C")
        Membership.objects.create(team=project.team, user=user, role=TeamRole.MEMBER)
        ProjectMembership.objects.create(project=project, user=user, role=ProjectRole.CREATOR)
    with django_assert_num_queries(len(few)):
        client.get(page)
