"""What the filters offer: who and what anything was ever paid for, found without reading sums."""

from __future__ import annotations

from django.utils import timezone

from generations.spend.queries import View, occurring


def view(crew, **narrow) -> View:
    today = timezone.localdate()
    return View(crew.team.pk, narrow.pop("play", False), today, today, **narrow)


def test_everything_of_the_team_whatever_the_days(crew, django_assert_num_queries):
    crew.clip(model="v6")
    crew.clip(model="c1", operation="extend", user=crew.olga, days_ago=400)
    crew.clip(model="v5.6", account=crew.account("pixverse", play=True, name="Toy"))
    with django_assert_num_queries(1):
        found = occurring(view(crew))
    assert found == {
        "user": sorted([crew.carl.pk, crew.olga.pk]),
        "model": ["c1", "v6"],
        "operation": ["extend", "text_to_video"],
    }
    assert occurring(view(crew, play=True))["model"] == ["v5.6"]


def test_nothing_yet(crew):
    assert occurring(view(crew)) == {"user": [], "model": [], "operation": []}


def test_a_producer_is_offered_what_her_projects_have(crew):
    crew.clip(model="v6")
    crew.clip(model="c1", user=crew.olga, project=crew.ad)
    found = occurring(view(crew, projects=frozenset([crew.film.pk])))
    assert (found["user"], found["model"]) == ([crew.carl.pk], ["v6"])
