"""What is corrected after a month was closed: told on every page, and the month stays as it was."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import ledger
from accounts.closing import Closed, refuse_closed
from accounts.models import AuditLine, Movement
from generations.auditing import month_sums, months
from generations.models import Discrepancy

pytestmark = pytest.mark.django_db
OCTOBER = "2026-10"


@pytest.fixture
def clock(monkeypatch):
    """Sets the studio's time; the defaults of rows go by it as well."""

    class Then(dt.datetime):
        at = dt.datetime(2026, 10, 20, 12, tzinfo=dt.UTC)

        @classmethod
        def now(cls, tz=None):
            return cls.at.astimezone(tz)

    monkeypatch.setattr("django.utils.timezone.datetime", Then)

    def to(*parts):
        Then.at = dt.datetime(*parts, tzinfo=dt.UTC)

    return to


@pytest.fixture
def closed(clock, account, project, owner, charged, audited, media_dir):
    """October, closed on the 2nd of November with one clip that was charged twice."""
    for one in account.values():
        one.rates.update(since=dt.date(2026, 1, 1))
    clock(2026, 10, 20, 12)
    charged("25", prompt="a paper boat")
    twice = charged("50", prompt="=a red kite")
    audited()
    clock(2026, 11, 2, 9)
    row = months.close(owner, project.team, OCTOBER)
    return row, twice


@pytest.fixture
def refunded(closed, browser, owner, project):
    """The answer to the press that enters the refund."""
    row, twice = closed
    browser.force_login(owner)
    case = Discrepancy.objects.get(generation=twice)
    press = reverse("audit_resolve", args=[project.team.slug, case.pk])
    given = {"resolution": "refunded", "amount": "0.125", "note": "Ticket 4711"}
    return browser.post(press, given, follow=True)


def page(browser, project, name, *more, **query):
    answer = browser.get(reverse(name, args=[project.team.slug, *more]), query)
    assert answer.status_code == 200
    return answer


def test_a_refund_after_the_close_is_a_movement_of_the_open_month(closed, refunded, project):
    row, twice = closed
    made = Movement.objects.get(kind="adjust", corrects=OCTOBER)
    assert (made.month, made.micros, made.subject) == ("2026-11", -125_000, str(twice.uuid))
    assert "counts in November 2026, for October 2026 is closed" in refunded.text
    line = AuditLine.objects.get(verb="discrepancy.resolved")
    assert line.facts["counts_in"] == "2026-11"
    assert ledger.check() == []


def test_both_months_tell_it_and_the_closed_files_stay(closed, refunded, browser, project):
    row, twice = closed
    before = {name: months.kept(row, name) for name in row.counts["files"]}
    october = page(browser, project, "audit_month", OCTOBER)
    assert "Corrected since" in october.text
    assert "=a red kite" in october.text
    assert "Ticket 4711" in october.text
    (then,) = october.context["charged"]
    assert (then.moved.micros, then.moved.corrections_micros) == (375_000, 0)
    november = page(browser, project, "audit_month", "2026-11")
    assert "Corrections of closed months" in november.text
    assert "October 2026" in november.text
    (now,) = november.context["charged"]
    assert now.moved.micros == now.moved.corrections_micros == now.by_day_micros == -125_000
    assert now.moved.refunded_micros == 125_000
    assert {name: months.kept(row, name) for name in row.counts["files"]} == before
    row.refresh_from_db()
    assert row.digest == closed[0].digest


def test_the_export_of_the_later_month_names_the_month_it_corrects(
    closed, refunded, clock, owner, project
):
    clock(2026, 12, 1, 9)
    row = months.close(owner, project.team, "2026-11")
    names = [name for name in row.counts["files"] if name != "summary.csv"]
    (body,) = (months.kept(row, name) for name in names)
    first, *_ = csv.DictReader(io.StringIO(body.decode("utf-8-sig")))
    assert (first["kind"], first["USD"], first["corrects"]) == ("Adjusted", "-0.125", OCTOBER)
    made = Movement.objects.get(corrects=OCTOBER)
    assert (first["reference"], first["held then USD"], first["charged then USD"]) == (
        made.key,
        "0",
        "-0.125",
    )
    body = months.kept(row, "summary.csv").decode("utf-8-sig")
    for line in csv.DictReader(io.StringIO(body)):
        assert line["charged USD"] == line["of it corrections of closed months USD"] == "-0.125"
        assert line["came back USD"] == "0.125"


def test_the_sums_of_a_month_add_up(closed, refunded, browser, project):
    for month in (OCTOBER, "2026-11"):
        for one in (each.moved for each in month_sums.charged(project.team, month)):
            came = one.asked_micros - one.released_micros - one.held_micros
            assert came + one.added_micros - one.refunded_micros == one.micros
    (then,) = month_sums.charged(project.team, OCTOBER)
    # Twice the price was taken of what held it once.
    assert (then.moved.asked_micros, then.moved.added_micros) == (250_000, 125_000)


def test_what_is_dated_into_a_closed_month_is_refused_in_words(closed, project):
    with pytest.raises(Closed, match=r"^October 2026 is closed and cannot change\. "):
        refuse_closed(project.team.pk, dt.date(2026, 10, 31))
    refuse_closed(project.team.pk, timezone.now())
