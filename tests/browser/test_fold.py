"""What it costs at each provider is in sight before anybody scrolls, and stands still meanwhile."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .conftest import settled, write
from .eyes import JUMPS, jumps

pytestmark = pytest.mark.browser
# Rows that lie wholly above the button's part, which stays at the bottom; not what is chosen.
IN_SIGHT = """() => {
  const foot = document.querySelector(".buy").getBoundingClientRect().top;
  const seen = (one) => one.getBoundingClientRect().bottom <= foot + 1;
  return [...document.querySelectorAll(".offer")].filter(seen).length;
}"""


@pytest.mark.parametrize(
    ("width", "height", "from_text", "from_image"), [(1366, 768, 5, 3), (1280, 720, 4, 2)]
)
def test_offers_are_in_sight_without_scrolling(visit, width, height, from_text, from_image):
    page = visit(viewport={"width": width, "height": height}).page
    write(page, "A heron lands on a pier at dawn, slow dolly-in, soft light on the water")
    # Other tests add accounts to this team: five at least.
    expect(page.locator(".offer").nth(4)).to_be_attached()
    assert page.evaluate(IN_SIGHT) >= from_text
    page.locator("label:has(#mode-image)").click()
    expect(page.locator("[data-zone]")).to_have_count(1)
    settled(page)
    assert page.evaluate(IN_SIGHT) >= from_image


def test_a_page_as_high_as_its_window_does_not_scroll(visit):
    # Higher than the longest list of clips that other tests leave behind.
    page = visit(viewport={"width": 1280, "height": 8000}).page
    settled(page)
    assert page.evaluate("document.documentElement.scrollHeight") == 8000


def test_beside_the_button_stands_who_makes_it_for_which_money_and_who_is_next(visit):
    page = visit().page
    write(page, "A heron lands on a pier")
    rows = page.locator(".offer:not(.out)")
    first, second = (rows.nth(at).locator(".n").inner_text() for at in (0, 1))
    said = page.locator("#after")
    expect(said).to_contain_text(f"at {first} · play money")
    price = rows.nth(1).locator(".p").inner_text().split()[0]
    expect(said).to_contain_text(f"next: {second} {price}")
    rows.nth(1).click()
    expect(said).to_contain_text(f"at {second} · play money")
    expect(said).to_contain_text(f"cheapest: {first}")


def test_what_is_folded_away_is_named_and_what_is_set_there_stands_open(visit):
    page = visit().page
    write(page, "A heron on a post")
    folded = page.locator("details.more")
    expect(folded).not_to_have_attribute("open", "")
    expect(folded.locator("summary")).to_contain_text("Off-peak")
    folded.locator("summary").click()
    page.locator("#f-off_peak").check()
    settled(page)
    page.reload()
    settled(page)
    expect(page.locator("#f-off_peak")).to_be_checked()
    expect(page.locator("#f-off_peak")).to_be_visible()
    page.locator("#f-off_peak").uncheck()
    settled(page)


def test_nothing_jumps_while_one_writes(visit):
    page = visit(script=JUMPS, viewport={"width": 1366, "height": 768}).page
    write(page, "A heron")
    page.evaluate("window.jumps = []")
    page.locator("#prompt").press_sequentially(" lands on a pier", delay=60)
    settled(page)
    assert jumps(page) == []
