"""The gallery's list: who sees what, what each filter finds, and the way from page to page."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.utils import timezone

from generations.models import (
    Generation,
    GenerationTag,
    Project,
    Prompt,
    PromptVersion,
    SavedSearch,
    State,
    Verdict,
)
from generations.prompts import versions
from generations.results import choices, listing
from generations.results.asked import Asked

URL = "/t/crew/results/"


def found(reader, **asked: str) -> list[int]:
    return [one.pk for one in listing.page(reader, Asked.of(asked)).rows]


def test_the_newest_stand_first_and_only_what_is_done(reader, clip, first):
    newer = clip(prompt="A red fox")
    clip(state=State.FAILED)
    assert found(reader("viewer")) == [newer.pk, first.pk]
    assert len(found(reader("viewer"), state="any")) == 3


def test_members_see_their_projects_alone(reader, clip, first, second):
    hidden = clip(project=second)
    assert found(reader("creator")) == [first.pk]
    assert found(reader("owner")) == [hidden.pk, first.pk]
    assert found(reader("creator"), project=str(second.uuid)) == []
    assert found(reader("auditor"), project=str(second.uuid)) == [hidden.pk]


CASES = [
    ({"q": "RED kite"}, {"prompt": "A kite, red as a fox"}),
    ({"model": "v6"}, {"model": "v6"}),
    ({"operation": "extend"}, {"operation": "extend"}),
    ({"state": "refused"}, {"state": State.MODERATED}),
    ({"state": "moving"}, {"state": State.RUNNING}),
    ({"state": "unknown"}, {"state": State.UNCERTAIN}),
    ({"review": "approved"}, {"review": Verdict.APPROVED}),
    ({"review": "changes"}, {"review": Verdict.CHANGES}),
    ({"rating": "4"}, {"rating": 5}),
    ({"star": "1"}, {"starred": True}),
    ({"min": "0.25"}, {"charged_micros": 250_000}),
    ({"max": "$0,10"}, {"charged_micros": 100_000}),
    ({"to": "2026-01-31"}, {"created_at": dt.datetime(2026, 1, 31, 23, 59, tzinfo=dt.UTC)}),
    ({"from": "2031-02-01"}, {"created_at": dt.datetime(2031, 2, 1, tzinfo=dt.UTC)}),
]


def test_each_filter_finds_what_has_it_and_nothing_else(reader, clip, first):
    owner = reader("owner")
    for asked, fields in CASES:
        wanted = clip(**fields)
        assert found(owner, **asked) == [wanted.pk], asked
        wanted.delete()


def test_few_days_are_found_at_once_many_part_by_part(reader, clip, monkeypatch):
    monkeypatch.setattr(listing, "WINDOW", 2)
    some = [clip(created_at=dt.datetime(2026, 2, day, tzinfo=dt.UTC)) for day in range(1, 8)]
    owner, asked = reader("owner"), Asked.of({"from": "2026-02-02", "to": "2026-02-04"})
    for few, pages in ((4000, 1), (1, 3)):
        monkeypatch.setattr(listing, "FEW", few)
        page = listing.page(owner, asked)
        seen, looks = page.rows, 1
        while page.older:
            page = listing.page(owner, asked, page.older)
            seen, looks = seen + page.rows, looks + 1
        assert (seen, looks) == ([some[3], some[2], some[1]], pages)


def test_what_no_index_knows_is_looked_for_part_by_part(reader, visit, clip, first, monkeypatch):
    monkeypatch.setattr(listing, "WINDOW", 5)
    wanted = clip(prompt="A lonely fox")
    for _ in range(12):
        clip()
    for sort in ("", "oldest"):
        owner, asked = reader("owner"), Asked.of({"q": "fox", "sort": sort})
        looks, after, seen = 0, "", []
        while looks < 9:
            page = listing.page(owner, asked, after)
            looks, seen, after = looks + 1, seen + page.rows, page.older
            assert page.back == page.more == bool(after)
            if not after:
                break
        assert (seen, looks) == ([wanted], 3)
    page = visit("owner").get(URL, {"q": "fox"}).content.decode()
    assert "0+ results" in page
    assert "Look further back" in page


@pytest.mark.parametrize("tagged", [False, True])
def test_ratings_from_several_indexes_come_in_one_order(reader, clip, monkeypatch, tagged):
    """What has a tag is found by that, all ratings at once."""
    monkeypatch.setattr(listing, "PAGE", 4)
    some = [clip(rating=n % 6) for n in range(18)]
    if tagged:
        clip(rating=5)
        GenerationTag.objects.bulk_create(GenerationTag(generation=g, name="hero") for g in some)
    owner = reader("owner")
    for sort in ("", "oldest", "rating"):
        told = {"rating": "3", "sort": sort, "tag": "hero" if tagged else ""}
        asked, seen, after = Asked.of(told), [], ""
        while True:
            page = listing.page(owner, asked, after)
            seen, after = seen + page.rows, page.older
            if not after:
                break
        wanted = [one for one in some if one.rating >= 3]
        wanted = wanted if sort == "oldest" else wanted[::-1]
        if sort == "rating":
            wanted.sort(key=lambda g: -g.rating)
        assert seen == wanted


def test_filters_by_things_of_the_team(home, reader, clip, first):
    version = home.ids["version"]
    creator = home.people["creator"]
    wanted = clip(user=creator, prompt_version_id=version)
    GenerationTag.objects.create(generation=wanted, name="hero")
    owner = reader("owner")
    assert found(owner, person=str(creator.pk)) == [wanted.pk]
    assert found(owner, version=str(version)) == [wanted.pk]
    assert found(owner, tag="Hero") == [wanted.pk]
    assert len(found(owner, account=str(home.ids["account"]))) == 2
    assert len(found(owner, provider="pixazo")) == 2
    assert found(owner, provider="pixverse") == []
    assert found(owner, project=str(home.project.uuid), tag="hero") == [wanted.pk]


def test_results_of_one_prompt_whatever_its_version(home, visit, reader, clip):
    first = PromptVersion.objects.get(pk=home.ids["version"])
    owner, prompt = home.people["owner"], first.prompt
    second = versions.add(owner, prompt, versions.Words("A paper kite at dusk"))
    wanted = [clip(prompt_version=one, rating=n) for n, one in enumerate((first, second), 4)]
    asked = str(prompt.uuid)
    assert found(reader("owner"), prompt=asked) == [one.pk for one in reversed(wanted)]
    assert found(reader("owner"), prompt=asked, rating="5") == [wanted[1].pk]
    assert found(reader("owner"), prompt=str(uuid4())) == []
    page = visit("viewer").get(URL, {"prompt": asked}).content.decode()
    assert f'<option value="{asked}" selected>Kite</option>' in page
    assert "Prompt: Kite " in page
    # A prompt of a project that one does not see is not named, and finds nothing.
    elsewhere = Project.objects.create(team=home.team, name="Secret", created_by=owner)
    about = versions.About("Hidden kite", project=elsewhere)
    hidden = versions.make(owner, home.team, about, versions.Words("Hush"))
    clip(prompt_version=hidden)
    page = visit("viewer").get(URL, {"prompt": str(hidden.prompt.uuid)}).content.decode()
    assert "Prompt: not to be seen here" in page
    assert "Hidden kite" not in page
    assert "Nothing fits" in page


def test_words_in_the_results_of_a_prompt_are_looked_for_at_once(home, reader, clip, monkeypatch):
    monkeypatch.setattr(listing, "WINDOW", 2)
    wanted = clip(prompt_version_id=home.ids["version"], prompt="A red kite")
    for _ in range(5):
        clip(prompt="A red fox")
    asked = Asked.of({"q": "red", "prompt": str(home.ids["prompt"])})
    page = listing.page(reader("owner"), asked)
    assert ([one.pk for one in page.rows], page.count, page.more) == ([wanted.pk], 1, False)


def test_only_the_newest_prompts_are_offered_and_the_one_asked_for(home, reader, monkeypatch):
    monkeypatch.setattr(choices, "MOST_PROMPTS", 2)
    owner = home.people["owner"]
    for title in ("One", "Two", "Three"):
        versions.make(owner, home.team, versions.About(title), versions.Words(title))
    offered = choices.Choices.of(reader("viewer"), Asked.of({})).prompts
    assert [title for _, title in offered] == ["Three", "Two"]
    asked = Asked.of({"prompt": str(home.ids["prompt"])})
    offered = choices.Choices.of(reader("viewer"), asked).prompts
    assert [title for _, title in offered] == ["Kite", "Three", "Two"]


def test_a_result_says_of_which_version_of_a_prompt_it_is(home, visit, clip):
    version = PromptVersion.objects.get(pk=home.ids["version"])
    row = clip(prompt_version=version)
    place = f"/t/crew/p/{home.project.uuid}/g/{row.uuid}/"
    link = f'<a href="/t/crew/prompts/{version.prompt.uuid}/?v=1">Kite · version 1</a>'
    assert link in visit("viewer").get(place).content.decode()
    # One of another project is named to those who see that.
    elsewhere = Project.objects.create(
        team=home.team, name="Secret", created_by=home.people["owner"]
    )
    Prompt.objects.update(project=elsewhere)
    assert "Kite · version" not in visit("creator").get(place).content.decode()
    assert link in visit("owner").get(place).content.decode()


def test_who_sees_no_money_cannot_find_out_by_asking(home, visit, clip):
    clip(charged_micros=900_000)
    page = visit("viewer").get(URL, {"min": "0.5"})
    assert len(page.context["cards"]) == 2
    assert b"Charged from" not in page.content
    assert b"$" not in page.content.split(b"</header>")[1]
    assert len(visit("creator").get(URL, {"min": "0.5"}).context["cards"]) == 1


def test_cost_is_asked_only_where_one_may_see_it(home, reader, clip, second):
    """A viewer of one project who creates in another."""
    second.memberships.create(user=home.people["viewer"], role="creator")
    cheap = clip(project=second, charged_micros=10)
    clip(charged_micros=5)
    assert found(reader("viewer"), max="1") == [cheap.pk]
    assert found(reader("viewer"), sort="cheapest") == [cheap.pk]


@pytest.mark.parametrize("sort", ["", "oldest", "rating", "dearest", "cheapest"])
def test_pages_follow_each_other_without_gap_or_twice(reader, clip, monkeypatch, sort):
    monkeypatch.setattr(listing, "PAGE", 4)
    monkeypatch.setattr(listing, "COUNTED", 9)
    for n in range(14):
        clip(rating=n % 4, charged_micros=1000 * (n % 3))
    clip(charged_micros=None, state=State.SUCCEEDED)
    owner, asked = reader("owner"), Asked.of({"sort": sort})
    seen, after = [], ""
    while True:
        page = listing.page(owner, asked, after)
        if not after:
            assert (page.count, page.more) == (9, True)
        seen += page.rows
        after = page.older
        if not after:
            break
        assert listing.is_place(after)
        # What comes meanwhile moves nothing.
        if sort == "":
            clip(rating=3)
    keys = [one.pk for one in seen]
    assert len(keys) == len(set(keys)) == (15 if sort in ("dearest", "cheapest") else 16)
    key = {
        "": lambda g: -g.pk,
        "oldest": lambda g: g.pk,
        "rating": lambda g: (-g.rating, -g.pk),
        "dearest": lambda g: (-g.charged_micros, g.pk),
        "cheapest": lambda g: (g.charged_micros, -g.pk),
    }[sort]
    assert seen == sorted(seen, key=key)


def test_what_cannot_be_read_is_said_and_left_out(visit):
    page = visit("owner").get(
        URL, {"from": "yesterday", "min": "much", "project": "x", "sort": "z"}
    )
    assert page.status_code == 200
    assert len(page.context["asked"].troubles) == 4
    assert "“yesterday” is no date" in page.content.decode()
    assert len(page.context["cards"]) == 1
    for after in ("a", "1.2.3", "9" * 30, "-1", "1.", ".1", "²"):
        assert visit("owner").get(URL, {"after": after, "sort": "rating"}).status_code == 200


def test_the_chips_say_what_is_asked_and_take_it_away(home, visit):
    asked = {"q": "kite & fox", "star": "1", "person": str(home.people["creator"].pk)}
    page = visit("owner").get(URL, asked)
    chips = {one.label: one.url for one in page.context["chips"]}
    assert set(chips) == {"“kite & fox”", "Starred", f"Made by: {home.people['creator']}"}
    rest = {name: asked[name] for name in ("person", "star")}
    assert chips["“kite & fox”"] == f"?{urlencode(rest)}"
    assert "Nothing fits" in page.content.decode()


def test_new_results_are_counted_and_nothing_else_is_said(home, visit, clip):
    """Both what is asked for since, and what was under way and is done now."""
    running = clip(state=State.RUNNING)
    client = visit("creator")
    page = client.get(URL)
    mark = page.context["mark"].text
    assert client.get(f"{URL}news/", {"mark": mark}).status_code == 204
    clip(state_at=timezone.now())
    Generation.objects.filter(pk=running.pk).update(state=State.SUCCEEDED, state_at=timezone.now())
    clip(state=State.FAILED, state_at=timezone.now())
    answer = client.get(f"{URL}news/", {"mark": mark})
    assert "2 new results" in answer.content.decode()
    assert client.get(f"{URL}news/", {"mark": mark, "star": "1"}).status_code == 204
    for bad in ("", "x", "1-", "nan-1", "9e99-1", "-1-1", "1-" + "9" * 30):
        assert client.get(f"{URL}news/", {"mark": bad}).status_code == 204


def test_the_filters_stand_as_they_are_asked_for(visit, first):
    place = first.project
    Project.objects.filter(pk=place.pk).update(name="Cats & <dogs>")
    page = visit("owner").get(URL, {"project": place.uuid, "sort": "oldest"}).content.decode()
    assert f'<option value="{place.uuid}" selected>Cats &amp; &lt;dogs&gt;</option>' in page
    assert '<option value="oldest" selected>' in page
    assert '<option value="">All projects</option>' in page


def test_the_next_page_comes_alone_for_htmx(home, visit, clip, monkeypatch):
    monkeypatch.setattr(listing, "PAGE", 2)
    for _ in range(4):
        clip()
    client = visit("viewer")
    after = client.get(URL).context["page"].older
    part = client.get(URL, {"after": after}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert part.count("data-card") == 2
    whole = client.get(URL, {"after": after}).content.decode()
    assert "Back to the first" in whole


def test_a_page_costs_the_same_queries_however_full_it_is(
    home, visit, clip, django_assert_max_num_queries, django_assert_num_queries
):
    client = visit("creator")
    client.get(URL)
    with django_assert_max_num_queries(40) as few:
        client.get(URL)
    for n in range(30):
        one = clip(rating=n % 5, starred=bool(n % 2))
        GenerationTag.objects.create(generation=one, name=f"t{n % 3}")
    with django_assert_num_queries(len(few.captured_queries)):
        client.get(URL)


def test_searches_are_kept_shared_and_removed(home, visit):
    creator, viewer = visit("creator"), visit("viewer")
    query = "q=red+kite&star=1"
    answer = creator.post(f"{URL}searches/", {"name": " Foxes ", "query": query, "shared": "on"})
    assert answer.headers["Location"] == f"{URL}?{query}"
    creator.post(f"{URL}searches/", {"name": "Mine", "query": "rating=4"})
    row = SavedSearch.objects.get(name="Foxes")
    assert (row.query, row.shared) == (query, True)
    seen = viewer.get(URL).content.decode()
    assert "Foxes" in seen
    assert "Mine" not in seen
    assert viewer.post(f"{URL}searches/{row.pk}/forget/").status_code == 403
    mine = SavedSearch.objects.get(name="Mine")
    assert viewer.post(f"{URL}searches/{mine.pk}/forget/").status_code == 404
    assert visit("owner").post(f"{URL}searches/{row.pk}/forget/").status_code == 302
    # The same name again takes the place of the first.
    creator.post(f"{URL}searches/", {"name": "Mine", "query": "rating=5"})
    assert SavedSearch.objects.get(name="Mine").query == "rating=5"


def test_a_search_without_a_name_keeps_what_was_typed(visit):
    page = visit("creator").post(f"{URL}searches/", {"name": "  ", "query": "q=red"})
    assert page.status_code == 200
    assert "This field is required." in page.content.decode()
    assert page.context["asked"].told("q") == "red"
    long = visit("creator").post(
        f"{URL}searches/", {"name": "Long", "query": urlencode({"q": "é" * 200})}
    )
    assert "too long" in long.content.decode()
    assert 'value="Long"' in long.content.decode()
