"""The ledger page: every movement once, each with its reference and the balance after it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts import ledger
from accounts.models import Movement, Purse, Scope
from generations.auditing import journal
from generations.spend import books

pytestmark = pytest.mark.django_db


@pytest.fixture
def moves(project, charged, monkeypatch):
    """A charge as sold, one with more than was held, one with less and a refund; four a page."""
    monkeypatch.setattr(journal, "PAGE", 4)
    charged()
    over = charged("50")
    charged("10")
    books.adjust(over, -30_000, reason="refund", note="Ticket 1")
    return Movement.objects.order_by("pk")


def pages(team, month):
    before = None
    while True:
        page = journal.page(team, month, play=True, before=before)
        yield page
        before = page.older
        if not before:
            return


def test_every_movement_stands_once_with_what_was_held_and_charged_after_it(moves, project):
    month = moves[0].month
    found = [one for page in pages(project.team, month) for one in page.entries]
    assert [one.movement.pk for one in found] == [one.pk for one in moves][::-1]
    held = charged = 0
    for one in found[::-1]:
        before = (held, charged)
        held, charged = one.held_micros, one.charged_micros
        assert (held - before[0], charged - before[1]) == journal.step(one.movement)
    purse = Purse.objects.get(team=project.team, scope=Scope.TEAM, play=True, month=month)
    # The newest balance is the budget's.
    assert (held, charged) == (purse.held_micros, purse.spent_micros)
    assert ledger.check() == []


def test_the_page_leads_on_and_names_references(moves, project, browser):
    month, last = moves[0].month, list(moves)[-1]
    address = reverse("audit_ledger", args=[project.team.slug, month])
    page = browser.get(address)
    assert last.key in page.text
    assert "Ticket 1" in page.text
    older = page.context["older"]
    more = browser.get(older, headers={"HX-Request": "true"}).text
    assert "<html" not in more
    assert moves[0].key not in page.text
    assert "<html" in browser.get(older).text
    assert browser.get(f"{address}?before=x&money=real").status_code == 200
    assert (
        browser.get(reverse("audit_ledger", args=[project.team.slug, "2026-13"])).status_code == 404
    )
    # The way here is the month's page.
    assert address in browser.get(reverse("audit_month", args=[project.team.slug, month])).text


def test_it_asks_as_much_however_many_there_are(
    moves, project, browser, django_assert_max_num_queries
):
    address = reverse("audit_ledger", args=[project.team.slug, moves[0].month])
    browser.get(address)
    with django_assert_max_num_queries(13):
        browser.get(address)
