"""The gallery with the keyboard alone: find, star, rate, choose, delete and take back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .conftest import generate
from .test_every_page import look_at

pytestmark = pytest.mark.browser


def test_results_are_marked_deleted_and_taken_back_by_keys(visit):
    page = visit().page
    for words in ("gallery heron", "gallery otter"):
        generate(page, words)
    for words in ("gallery heron", "gallery otter"):
        done = page.locator(".card2[data-state=succeeded]", has_text=words)
        expect(done).to_have_count(1)
    page.goto(page.url.partition("/p/")[0] + "/results/?q=gallery")
    cards = page.locator("[data-card]")
    expect(cards).to_have_count(2)
    assert look_at(page) == []
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light", reduced_motion="no-preference")

    page.keyboard.press("ArrowRight")
    first, second = cards.nth(0), cards.nth(1)
    expect(first.locator(".ph")).to_be_focused()
    # The preview begins by itself, and Space stops it.
    expect(first.locator("video")).to_have_count(1)
    page.keyboard.press("Space")
    expect(first.locator("video")).to_have_count(0)
    page.keyboard.press(".")
    expect(first.locator("[data-mark-star]")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("4")
    expect(first.locator("[data-mark-rate='4']")).to_have_attribute("aria-pressed", "true")
    expect(first.locator(".ph")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(second.locator(".ph")).to_be_focused()

    page.keyboard.press("Control+a")
    expect(page.locator("#picked")).to_have_text("2 chosen")
    assert look_at(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#bulk")).to_be_hidden()

    page.keyboard.press("Delete")
    expect(cards).to_have_count(1)
    expect(page.locator("[data-card] .ph")).to_be_focused()
    page.locator("[data-undo]").click()
    expect(cards).to_have_count(2)
