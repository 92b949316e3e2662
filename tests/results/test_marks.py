"""Star, rating and tags, on one result and on many; who may set them."""

from __future__ import annotations

import pytest

from generations.models import Generation, GenerationTag, Project
from generations.results import marks

URL = "/t/crew/results/"


def tags(g: Generation) -> list[str]:
    return sorted(GenerationTag.objects.filter(generation=g).values_list("name", flat=True))


@pytest.fixture
def address(home, first):
    return f"/t/crew/p/{home.project.uuid}/g/{first.uuid}/marks/"


def test_a_result_is_starred_rated_and_tagged(visit, address, first):
    client = visit("creator")
    client.post(address, {"star": "1"})
    client.post(address, {"rating": "4"})
    client.post(address, {"tag": " Hero,  late Night , hero"})
    first.refresh_from_db()
    assert (first.starred, first.rating, tags(first)) == (True, 4, ["hero", "late night"])
    client.post(address, {"star": "0"})
    client.post(address, {"rating": "0"})
    client.post(address, {"untag": "hero"})
    first.refresh_from_db()
    assert (first.starred, first.rating, tags(first)) == (False, 0, ["late night"])


@pytest.mark.parametrize("bad", [{"star": "2"}, {"rating": "6"}, {"rating": "-1"}, {"x": "1"}, {}])
def test_what_is_no_mark_changes_nothing(visit, address, first, bad):
    before = Generation.objects.filter(pk=first.pk).values().get()
    assert visit("creator").post(address, bad).status_code == 302
    assert Generation.objects.filter(pk=first.pk).values().get() == before


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("x" * 31, "30 letters at most"),
        (" , ", "Write a tag"),
        (",".join(f"t{n}" for n in range(21)), "20 tags at most"),
        ("api_key=abcdef123456", "looks like a key"),
    ],
)
def test_a_bad_tag_is_refused_and_stays_in_its_field(visit, address, first, typed, said):
    part = visit("creator").post(address, {"tag": typed}, headers={"HX-Request": "true"})
    assert said in part.content.decode()
    assert f'value="{typed}"' in part.content.decode()
    assert tags(first) == []


def test_a_result_has_twenty_tags_at_most(first):
    marks.tag([first], [f"t{n}" for n in range(20)])
    marks.tag([first], ["t1"])
    with pytest.raises(marks.BadTag, match="Take one away"):
        marks.tag([first], ["one more"])
    assert len(tags(first)) == 20


def test_htmx_gets_the_marks_of_the_card_or_of_the_page(visit, address, first):
    client, htmx = visit("creator"), {"HX-Request": "true"}
    part = client.post(address, {"star": "1", "look": "quick"}, headers=htmx).content.decode()
    assert f'id="q-star-{first.uuid}" aria-pressed="true"' in part
    whole = client.post(address, {"rating": "3"}, headers=htmx).content.decode()
    assert f'id="marks-{first.uuid}"' in whole
    # Pressing the same rating again takes it away.
    assert f'name="rating" value="0" id="m-rate-3-{first.uuid}" aria-pressed="true"' in whole


def test_many_are_marked_at_once_and_what_is_not_ones_own_is_left(home, visit, clip, first, second):
    second.memberships.create(user=home.people["creator"], role="viewer")
    mine, other = clip(), clip(project=second)
    keys = [one.uuid for one in (mine, first, other)]
    client = visit("creator")
    answer = client.post(f"{URL}bulk/", {"do": "star", "g": keys, "query": "q=x"}, follow=True)
    assert answer.redirect_chain[0][0] == f"{URL}?q=x"
    said = [str(one) for one in answer.context["messages"]]
    assert said == [
        "1 result is left as before: your role there does not allow it.",
        "2 results are starred.",
    ]
    assert set(Generation.objects.filter(starred=True)) == {mine, first}
    client.post(f"{URL}bulk/", {"do": "tag", "g": keys, "tag": "Hero, best"})
    assert (tags(mine), tags(other)) == (["best", "hero"], [])
    client.post(f"{URL}bulk/", {"do": "untag", "g": keys, "tag": "hero"})
    assert tags(mine) == ["best"]


def test_the_answer_for_htmx_has_the_cards_anew_and_what_was_said(visit, clip):
    one = clip()
    part = visit("creator").post(
        f"{URL}bulk/", {"do": "star", "g": [one.uuid]}, headers={"HX-Request": "true"}
    )
    assert f'id="g-{one.uuid}" hx-swap-oob="true"' in part.content.decode()
    assert "1 result is starred." in part.content.decode()


def test_nothing_strange_is_touched_or_told_of(home, visit, clip, second):
    hidden = clip(project=second)
    posted = {"do": "star", "g": [hidden.uuid, "x", home.ids["upload"], ""]}
    answer = visit("creator").post(f"{URL}bulk/", posted, follow=True)
    assert "Choose results first" in answer.content.decode()
    hidden.refresh_from_db()
    assert not hidden.starred


def test_many_are_moved_and_what_may_not_go_is_said(home, visit, clip):
    ad = Project.objects.create(team=home.team, name="Ad", created_by=home.people["owner"])
    ad.memberships.create(user=home.people["creator"], role="creator")
    mine, others = clip(user=home.people["creator"]), clip()
    client = visit("creator")
    posted = {"do": "move", "g": [mine.uuid, others.uuid]}
    answer = client.post(f"{URL}bulk/", {**posted, "to": ad.uuid}, follow=True)
    said = " ".join(str(one) for one in answer.context["messages"])
    assert said.startswith("1 result moved. 1 stayed where it is:")
    mine.refresh_from_db()
    others.refresh_from_db()
    assert (mine.project, mine.paid_by, others.project) == (ad, home.project, home.project)
    answer = client.post(f"{URL}bulk/", posted, follow=True)
    assert "Choose the project" in answer.content.decode()
