"""The Spend page with mouse and keyboard: from a clip to its figure and back to the clip."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from .conftest import generate

pytestmark = pytest.mark.browser


def test_from_the_clip_to_the_figure_and_back(visit, begun):
    page = visit(begun.home).page
    words = "A heron in the reeds"
    generate(page, words)
    expect(page.locator(".card2[data-state=succeeded]", has_text=words)).to_have_count(1)
    page.locator("#meters a").first.click()
    expect(page.locator("h1")).to_have_text("My spend this month")
    page.get_by_role("link", name="Everybody’s spend").click()

    # The bars: one stop for Tab, arrows between them, Escape hides what hangs over them.
    bars = page.locator("[data-bars] a")
    expect(page.locator("[data-bars] a[tabindex='0']")).to_have_count(1)
    bars.last.focus()
    page.keyboard.press("Home")
    expect(bars.first).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(bars.nth(1)).to_be_focused()
    tip = page.locator("[data-bars] li").nth(1).locator(".tip")
    expect(tip).to_be_visible()
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()

    # A filter applies itself, stands in the address and can be cleared.
    page.locator("select[name=person]").select_option(index=1)
    expect(page).to_have_url(re.compile("person="))
    page.get_by_role("link", name="Clear").click()
    expect(page).not_to_have_url(re.compile("person="))
    page.locator("select[name=period]").select_option("custom")
    expect(page.locator("input[name=from]")).to_be_focused()

    # Each account of the audit folds away.
    inner = page.locator("#audit .inner").first
    expect(inner).to_be_visible()
    page.get_by_label("Each account").uncheck()
    expect(inner).to_be_hidden()

    # A figure leads to its clips, and a clip to its page.
    page.locator("dl.kpis a").first.click()
    page.get_by_role("link", name=words).first.click()
    expect(page.locator("body")).to_contain_text(words)
