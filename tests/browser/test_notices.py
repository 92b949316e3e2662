"""The bell and the keyboard sheet, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .conftest import generate
from .eyes import axe

pytestmark = pytest.mark.browser


def test_the_sheet_lists_the_keys_and_none_fires_while_one_types(visit):
    page = visit("prompts/").page
    sheet = page.locator("#keys-sheet[open]")
    page.locator("body").press("/")
    page.keyboard.type("g?")
    expect(page.locator("#q")).to_have_value("g?")
    expect(sheet).to_have_count(0)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Shift+?")
    expect(sheet).to_be_visible()
    assert axe(page) == []
    page.keyboard.type("notif")
    expect(sheet.locator(".key-row")).to_have_count(1)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url("**/p/*/")


def test_single_keys_are_switched_off_and_the_menu_opens_the_sheet(visit):
    page = visit("notices/choices/").page
    page.get_by_label("Shortcuts of a single key").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your choices are saved.")).to_be_visible()
    page.locator("body").press("?")
    page.get_by_role("button", name="Show all shortcuts").click()
    sheet = page.locator("#keys-sheet[open]")
    expect(sheet.get_by_text("Shortcuts of a single key are switched off.")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_label("Shortcuts of a single key").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your choices are saved.")).to_be_visible()


def test_the_bell_rings_when_a_clip_is_finished(visit):
    page = visit().page
    before = page.locator("[data-bell]").get_attribute("data-unread")
    generate(page, "a bell on a bicycle")
    expect(page.locator("[data-bell] [data-number]")).not_to_have_text(before, timeout=60_000)
    page.locator("[data-bell] > summary").click()
    expect(page.locator("[data-latest]")).to_contain_text("bell on a bicycle")
    assert axe(page) == []
