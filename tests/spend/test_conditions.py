"""What narrows rows to some of them: in the database, of figures, and in the sums that are kept."""

from __future__ import annotations

import datetime as dt
import itertools
from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from accounts import ledger
from generations.models import SpendLine, SpendSome, State
from generations.spend import books, rollup
from generations.spend.asked import ONLY
from generations.spend.conditions import CONDITIONS, SAID, held_bits, holds
from generations.spend.figures import KEPT
from generations.spend.queries import View, sums

LONG_AGO, SOON = dt.date(2020, 1, 1), dt.date(2029, 12, 31)


@pytest.fixture
def spent(crew):
    """One of each kind; one was corrected later, and one taken back on the same day."""
    crew.clip(120_000, cheapest=90_000)
    crew.clip(50_000, account=crew.pixazo, published=None, cheapest=50_000)
    crew.clip(80_000, user=crew.olga, project=crew.ad)
    crew.clip(0, state=State.FAILED)
    crew.clip(10_000, state=State.MODERATED)
    late = crew.clip(100_000, days_ago=40)
    books.adjust(late, 20_000, reason="late", note="on the statement")
    books.adjust(late, -20_000, reason="back", note="they saw it too")
    books.adjust(crew.clip(100_000), -100_000, reason="back", note="all of it")
    return crew


def test_every_choice_of_the_page_is_a_condition_with_a_bit_of_its_own():
    assert set(CONDITIONS) == set(ONLY) - {"held"}
    bits = [one.bit for one in CONDITIONS.values()]
    assert bits == [1 << place for place in range(len(bits))]


def test_lines_and_figures_say_the_same(crew):
    crew.clip(1)
    line = SpendLine.objects.get()
    names = (
        *("clips", "succeeded", "failed", "moderated", "micros", "published_clips"),
        *("published_paid_micros", "over_micros", "under_micros"),
    )
    for some in itertools.product((0, 1), repeat=len(names)):
        told = dict(zip(names, some, strict=True))
        for cheapest in (0, 1):
            told |= {"cheapest_micros": cheapest, "cheapest_paid_micros": told["micros"]}
            told["settled_micros"] = cheapest
            rows = SpendLine.objects.filter(pk=line.pk)
            rows.update(**told)
            assert rows.annotate(bits=held_bits()).get().bits == holds(told), told
            for one in CONDITIONS.values():
                assert rows.filter(one.where).exists() == one.of(told), told


@pytest.mark.parametrize("name", CONDITIONS)
def test_what_is_summed_by_month_is_the_sum_of_the_lines(spent, name):
    condition = CONDITIONS[name]
    for narrow in ({}, {"project": spent.film.pk}, {"user": spent.olga.pk}):
        today = timezone.localdate()
        for start, end in ((LONG_AGO, SOON), (today - dt.timedelta(days=41), today)):
            view = View(spent.team.pk, False, start, end, **narrow)
            lines = SpendLine.objects.filter(condition.where, day__gte=start, day__lte=end)
            wanted = dict.fromkeys(SAID, 0)
            for row in lines.filter(**narrow).values(*SAID):
                wanted = {key: wanted[key] + row[key] for key in SAID}
            ((_, found),) = sums(view, only=condition, of=SAID)
            assert {key: found[key] for key in SAID} == wanted


def test_they_are_kept_as_they_would_be_made_again(spent):
    assert ledger.check() == []
    assert list(rollup.check()) == []
    columns = ("team", "project", "user", "account", "model", "operation", "day", "holds", *SAID)
    kept = {row for row in SpendSome.objects.values_list(*columns) if any(row[-len(SAID) :])}
    rollup.rebuild()
    again = {row for row in SpendSome.objects.values_list(*columns) if any(row[-len(SAID) :])}
    assert kept == again != set()


def test_one_that_was_tampered_with_is_found_and_named(spent):
    one = SpendSome.objects.filter(micros__gt=0).first()
    SpendSome.objects.filter(pk=one.pk).update(micros=one.micros + 7)
    (drift,) = rollup.check()
    assert f"spend in {one.day:%Y-%m}: {one.model} {one.operation}, " in str(drift)
    assert f"only {one.holds}" in str(drift)
    assert (drift.expected, drift.found) == (one.micros, one.micros + 7)


def test_the_upgrade_makes_what_the_books_keep(spent):
    columns = ("team", "project", "user", "account", "model", "operation", "day", "holds", *SAID)
    rollup.rebuild()
    kept = set(SpendSome.objects.values_list(*columns))
    SpendSome.objects.all().delete()
    import_module("generations.migrations.0004_corrected_rows").sum_the_lines(apps, None)
    assert set(SpendSome.objects.values_list(*columns)) == kept


def test_all_that_is_said_is_kept():
    assert set(SAID) <= set(KEPT)
