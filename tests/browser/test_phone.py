"""On a phone: what was asked for is told of with the way there, and every page has its way."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .conftest import CHEAP, card, write

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 390, "height": 844}}


def test_generate_says_that_it_is_queued_and_leads_to_the_card(visit):
    page = visit(**PHONE).page
    write(page, "A kettle sings on a stove", **CHEAP)
    page.locator("#generate").click()
    told = page.locator(".toast-line", has_text="Queued")
    expect(told).to_be_visible()
    found = card(page, "A kettle sings")
    told.get_by_role("button", name="Show").click()
    expect(found).to_be_in_viewport()
    expect(found.locator(".ph")).to_be_focused()
    expect(told).to_have_count(0)


def test_where_the_card_is_in_sight_nothing_covers_it(visit):
    page = visit().page
    write(page, "A kettle cools on a sill", **CHEAP)
    page.locator("#generate").click()
    expect(card(page, "A kettle cools")).to_be_in_viewport()
    expect(page.locator(".toast-line", has_text="Queued")).to_have_count(0)


@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_form_to_the_clips_and_back(visit, scripts):
    page = visit(java_script_enabled=scripts, **PHONE).page
    parts = page.get_by_role("navigation", name="Parts of the studio")
    expect(page.locator("#chips")).not_to_be_in_viewport()
    parts.get_by_role("link", name="Clips").click()
    expect(page.locator("#chips")).to_be_in_viewport()
    parts.get_by_role("link", name="Compose").click()
    expect(page.locator("#prompt")).to_be_in_viewport()


def test_every_page_is_in_the_bar_or_under_more(visit):
    page = visit(**PHONE).page
    bar = page.get_by_role("navigation", name="Main")
    labels = page.locator(".rail > a span:first-of-type").all_text_contents()
    shown = [one for one in labels if bar.get_by_role("link", name=one).first.is_visible()]
    assert shown == ["Studio", "Results", "Projects", "Uploads"]
    expect(page.locator("#meters")).to_contain_text("play", use_inner_text=True)
    bar.get_by_text("More").click()
    for one in labels[4:]:
        expect(bar.locator(".menu-list").get_by_role("link", name=one)).to_be_in_viewport()
    bar.locator(".menu-list").get_by_role("link", name="Providers").click()
    page.wait_for_url("**/providers/")
