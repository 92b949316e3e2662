"""Step 5: each fault says whose it was, whether money was charged, and one next step."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from .conftest import CHEAP, generate, pin, write

pytestmark = pytest.mark.browser


def test_busy_waits_and_then_goes_on(visit):
    page = visit().page
    found = generate(page, "A crowded pier [flood]")
    expect(found).to_contain_text(re.compile("is busy|Waiting for a free place"))
    expect(found).to_contain_text("is held")
    expect(found.get_by_role("button", name="Cancel")).to_be_visible()
    found.get_by_role("button", name="Cancel").click()
    expect(found).to_have_attribute("data-state", "cancelled")
    expect(found).to_contain_text("Nothing was sent")


def test_no_balance_stops_the_account_until_somebody_looks(visit, begun):
    page = visit().page
    write_at = "EasyRouter"
    write(page, "A wreck [no-balance]", **CHEAP)
    pin(page, write_at)
    page.locator("#generate").click()
    found = page.locator(".card2[data-state=failed]", has_text="[no-balance]")
    expect(found).to_contain_text("No balance left at EasyRouter")
    expect(found).to_contain_text("Not charged")
    found.get_by_role("link", name="Make it at another provider").click()
    chosen = page.locator("label.offer", has=page.locator("input:checked"))
    expect(chosen).not_to_contain_text(write_at)
    out = page.locator("label.offer.out", has_text=write_at)
    expect(out).to_contain_text(re.compile("balance", re.I))
    out.get_by_role("link").click()
    page.get_by_role("button", name="Test").first.click()
    page.goto(begun.home)
    expect(page.locator("label.offer", has_text=write_at)).to_contain_text("$")


def test_what_never_ends_is_asked_about_and_resolved_by_a_person(visit, begun):
    page = visit().page
    found = generate(page, "Waiting for the tide [never]")
    expect(found).to_have_attribute("data-state", "running")
    assert begun.studio.inside("age", words="Waiting for the tide [never]", days=3, sent=True) == 1
    expect(found).to_have_attribute("data-state", "uncertain")
    expect(found).to_contain_text("never finished it")
    expect(found).to_contain_text("stays held")
    found.get_by_role("link", name="Resolve it yourself").click()
    case = page.locator("section.case", has_text="[never]")
    case.get_by_text("It never ran.").click()
    case.get_by_label("How do you know?").fill("Their list says so")
    case.get_by_role("button", name="Resolve").click()
    expect(page.get_by_text("Resolved; the money is settled.")).to_be_visible()
    expect(page.locator("section.case", has_text="[never]")).to_have_count(0)
    page.goto(begun.home)
    found = page.locator(".card2", has_text="[never]")
    expect(found).to_contain_text("Resolved: it never ran")
    expect(found).to_contain_text("Not charged")
