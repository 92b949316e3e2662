"""The versions of a shot, and several results side by side."""

import uuid

import pytest
from django.utils import timezone

from generations.models import Project
from generations.reviewing import chain, comparing
from tests import house

from .conftest import text

pytestmark = pytest.mark.django_db


def page(client, *rows, team="crew"):
    answer = client.get(f"/t/{team}/compare/", {"g": [getattr(one, "uuid", one) for one in rows]})
    assert answer.status_code == 200
    return text(answer)


@pytest.fixture
def secret(home, another):
    """A clip in a project that only owners and auditors see."""
    hidden = Project.objects.create(team=home.team, name="Secret", created_by=home.people["owner"])
    return another(project=hidden, prompt="A secret kite")


def test_the_strip_names_how_each_came_from_which(home, clip, another, visit, at, secret):
    remix = another(remix_of=clip, shot=clip)
    longer = another(operation="extend", made_from=remix, shot=clip, review="approved")
    another(remix_of=clip, shot=clip, deleted_at=timezone.now())
    type(secret).objects.filter(pk=secret.pk).update(shot=clip, remix_of=clip)
    row = type(clip).objects.select_related("project").get(pk=remix.pk)
    found = chain.of(row, house.Membership.objects.get(user=home.people["viewer"]))
    said = [(one.number, one.relation, one.current) for one in found.links]
    assert said == [(1, "The first", False), (2, "Remix of 1", True), (3, "Extended from 2", False)]
    assert found.links[2].g.pk == longer.pk
    owners = chain.of(row, house.Membership.objects.get(user=home.people["owner"]))
    assert len(owners.links) == 4, "an owner sees the other project too"
    shown = text(visit("viewer").get(at("generation", of=remix)))
    assert "Versions of this shot" in shown
    assert "Extended from 2" in shown
    assert shown.count('aria-current="page"') >= 1
    assert f'value="{longer.uuid}"' in shown


def test_a_clip_alone_has_no_strip(clip, visit, at):
    assert "Versions of this shot" not in text(visit("owner").get(at("generation")))


def test_a_long_chain_is_cut_but_keeps_the_first_and_the_one_looked_at(home, clip, another):
    made = [another(remix_of=clip, shot=clip) for _ in range(chain.LONGEST + 3)]
    row = type(clip).objects.select_related("project").get(pk=made[0].pk)
    found = chain.of(row, house.Membership.objects.get(user=home.people["owner"]))
    numbers = [one.number for one in found.links]
    assert numbers[:2] == [1, 2]
    assert numbers[-1] == chain.LONGEST + 4
    assert found.hidden == 3


def test_the_takes_of_one_press_are_compared(home, clip, another, visit, at):
    token = uuid.uuid4()
    takes = [another(form_token=token, take=number) for number in (1, 2)]
    shown = text(visit("viewer").get(at("generation", of=takes[1])))
    assert f"/compare/?g={takes[1].uuid}&amp;g={takes[0].uuid}" in shown
    assert "Compare the takes" not in text(visit("viewer").get(at("generation")))


def test_what_differs_is_shown(home, clip, another, visit):
    brief = {**clip.brief_json, "options": {**clip.brief_json["options"], "quality": "360p"}}
    other = another(brief_json=brief, charged_micros=150_000)
    shown = page(visit("owner"), clip, other)
    table = shown.split('class="t differs"')[1].split("</table>")[0]
    assert "360p" in table
    assert "720p" in table
    assert "$0.15 play" in table
    assert "16:9" not in table, "what is alike is left out"
    assert "$" not in page(visit("viewer"), clip, other).split('class="t differs"')[1]


def test_of_other_projects_only_what_one_sees(clip, another, visit, secret):
    assert "A secret kite" in page(visit("owner"), clip, secret)
    shown = page(visit("viewer"), clip, secret)
    assert "A secret kite" not in shown
    assert "1 of them cannot be shown" in shown
    assert "Two results are needed" in shown


def test_nothing_of_another_team(clip, another, visit):
    theirs = house.build("rivals")
    shown = page(visit("owner"), clip, theirs.ids["generation"])
    assert str(theirs.ids["generation"]) not in shown


@pytest.mark.parametrize("keys", [[], ["nonsense"], ["nonsense", "x" * 500]])
def test_without_two_it_says_what_to_do(visit, keys):
    assert "Two results are needed" in page(visit("viewer"), *keys)


def test_at_most_four_and_it_is_said(clip, another, visit):
    rows = [clip, *(another() for _ in range(4))]
    shown = page(visit("viewer"), *rows, clip)
    assert shown.count("<article") == 4
    assert "1 was left out" in shown


def test_a_verdict_given_there_answers_with_the_mark(clip, visit, at):
    answer = visit("viewer").post(
        at("review_decide"), {"verdict": "changes", "as": "mark"}, headers={"HX-Request": "true"}
    )
    assert text(answer).lstrip().startswith('<span class="verdict-mark" id="mark-compare-')
    assert "Changes requested" in text(answer)
    assert clip.reviews.get().verdict == "changes"


def test_the_queries_do_not_grow_with_the_sides(
    clip, another, visit, django_assert_max_num_queries
):
    rows = [clip, *(another() for _ in range(3))]
    client = visit("owner")
    page(client, *rows[:2])
    with django_assert_max_num_queries(40) as two:
        page(client, *rows[:2])
    with django_assert_max_num_queries(len(two)):
        page(client, *rows)


def test_keys_are_read_once_each_in_their_order():
    one, two = uuid.uuid4(), uuid.uuid4()
    assert comparing.keys_in([str(two), "x", str(one), str(two)]) == [two, one]
