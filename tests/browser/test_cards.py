"""Step 3: cards that appear at once, move by themselves, play, and never double."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .conftest import CHEAP, PATIENCE, card, generate, write

pytestmark = pytest.mark.browser

HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", { get: () => hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def done(page, words: str, count: int = 1, patience: float = PATIENCE):
    cards = page.locator(".card2[data-state=succeeded]", has_text=words)
    expect(cards).to_have_count(count, timeout=patience)


def test_a_double_click_asks_once_and_the_clip_plays_under_the_pointer(visit, begun):
    page = visit().page
    write(page, "Exactly one walrus", **CHEAP)
    box = page.locator("#generate").bounding_box()
    at = (box["x"] + 20, box["y"] + 20)
    # As people do it: the first click is answered before the second one comes.
    page.mouse.move(*at)
    page.mouse.down()
    page.mouse.up()
    page.wait_for_timeout(250)
    page.mouse.down(click_count=2)
    page.mouse.up(click_count=2)
    expect(card(page, "Exactly one walrus")).to_have_count(1)
    done(page, "Exactly one walrus")
    assert len(begun.studio.jobs("Exactly one walrus")) == 1
    found = card(page, "Exactly one walrus")
    expect(found.locator("img")).to_be_visible()
    page.mouse.move(5, 5)
    found.locator("[data-preview]").hover()
    page.wait_for_function(
        "() => { const v = document.querySelector('[data-preview] video');"
        " return v && v.readyState >= 2 && v.currentTime > 0; }"
    )
    page.mouse.move(5, 5)
    expect(found.locator("video")).to_have_count(0)


def test_a_draft_survives_a_reload(visit):
    page = visit().page
    write(page, "A draft that stays", duration="8")
    page.reload()
    expect(page.locator("#prompt")).to_have_value("A draft that stays")
    expect(page.locator("#f-duration")).to_have_value("8")


def test_nothing_asks_when_all_is_final_and_a_hidden_tab_rests(visit):
    eyes = visit("projects/new/")
    page = eyes.page
    # A project of its own: nothing of another test is under way there.
    page.get_by_label("Name").fill("Quiet film")
    page.get_by_role("button", name="Create project").click()
    page.wait_for_url("**/p/*/")
    generate(page, "A slow snail [slow]")
    page.evaluate(HIDE, True)
    page.wait_for_timeout(2500)
    looked = eyes.looks()
    page.wait_for_timeout(3500)
    assert eyes.looks() == looked, "a hidden tab goes on asking"
    page.evaluate(HIDE, False)
    page.wait_for_timeout(500)
    assert eyes.looks() > looked, "a tab that is seen again does not look at once"
    # The sandbox takes its time with it, and other tests are at work.
    done(page, "A slow snail", patience=3 * PATIENCE)
    quiet = visit(page.url)
    quiet.page.wait_for_timeout(4500)
    assert quiet.looks() == 0
