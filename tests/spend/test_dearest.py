"""The prompts that cost most in some years: found among few candidates, the same as among all."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from django.utils import timezone

from accounts import ledger
from generations.models import SpendPrompt
from generations.spend import books, queries
from generations.spend.queries import View, prompts


@pytest.fixture
def scans(monkeypatch):
    """How often all lines were ranked, not only those of the candidates; the best two of three."""
    monkeypatch.setattr(queries, "YEARS", 0)
    monkeypatch.setattr(queries, "CANDIDATES", 3)
    monkeypatch.setattr(queries, "MOST_PROMPTS", 2)
    seen = []
    real = queries._dearest

    def ranked(view):
        seen.append(view)
        return real(view)

    monkeypatch.setattr(queries, "_dearest", ranked)
    return seen


def view(crew, days: int) -> View:
    today = timezone.localdate()
    return View(crew.team.pk, False, today - dt.timedelta(days=days), today)


def told(found) -> list[tuple[str, int]]:
    return sorted(((words, one["micros"]) for _, words, one in found), key=lambda one: one[1])


def test_they_are_known_without_reading_all_lines(crew, scans):
    for paid, words in ((90_000, "a"), (70_000, "b"), (30_000, "c"), (20_000, "d"), (0, "e")):
        crew.clip(paid, prompt=words, days_ago=40)
    assert told(prompts(view(crew, 60))) == [("b", 70_000), ("a", 90_000)]
    assert scans == []


def test_few_prompts_are_all_shown_those_that_cost_nothing_too(crew, scans):
    crew.clip(90_000, prompt="a")
    crew.clip(0, prompt="free")
    assert told(prompts(view(crew, 60))) == [("free", 0), ("a", 90_000)]
    assert scans == []


def test_where_the_candidates_do_not_say_all_lines_do(crew, scans):
    """Three that cost much, but long ago."""
    for words in "abc":
        crew.clip(90_000, prompt=words, days_ago=300)
    for paid, words in ((30_000, "d"), (20_000, "e"), (10_000, "f")):
        crew.clip(paid, prompt=words)
    assert told(prompts(view(crew, 60))) == [("e", 20_000), ("d", 30_000)]
    assert len(scans) == 1


def test_what_came_back_makes_no_difference(crew, scans, monkeypatch):
    """Charged on one day and refunded on another: in days between, it did cost that much."""
    dice = random.Random(7)  # noqa: S311 - a test's own dice
    for _ in range(30):
        one = crew.clip(dice.randrange(1, 100) * 1000, prompt=dice.choice("abcdefgh"))
        crew.back(one, dice.randrange(0, 90))
        if dice.random() < 0.3:
            books.adjust(one, -dice.randrange(1, 1000), reason="refund", note="")
    for days in range(0, 100, 9):
        found = told(prompts(view(crew, days)))
        monkeypatch.setattr(queries, "YEARS", 1000)
        assert [paid for _, paid in found] == [paid for _, paid in told(prompts(view(crew, days)))]
        monkeypatch.setattr(queries, "YEARS", 0)
    assert len(SpendPrompt.objects.all()) <= 8
    assert ledger.check() == []
