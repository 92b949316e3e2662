"""The gallery as its cards look and its keys act, for a team in which nothing is being made."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from generations.models import Generation
from tests.story import picture

pytestmark = pytest.mark.browser
RESULTS = "/t/crew/results/"
# Who made each card, and whether all of it can be read.
CUT = """() => [...document.querySelectorAll(".card2 .who")]
  .map((one) => [one.textContent.trim(), one.scrollWidth > one.clientWidth])
  .filter(([, cut]) => cut)"""


@pytest.mark.parametrize("width", [1440, 1280, 390])
def test_the_maker_can_be_read_on_every_card(home, film, look, width):
    maker = home.people["owner"]
    maker.name = "Olga Constantinou"
    maker.save()
    home.project.name = "Autumn campaign for the river museum"
    home.project.save()
    Generation.objects.update(play=True)
    film("A red kite", 1, charged_micros=120_000)
    page = look(RESULTS)
    page.set_viewport_size({"width": width, "height": 900})
    expect(page.locator("[data-card] .who").first).to_contain_text("Olga Constantinou")
    assert page.evaluate(CUT) == []
    page.goto(page.url.replace("/results/", f"/p/{home.project.uuid}/"))
    expect(page.locator("#cards .who").first).to_contain_text("Olga Constantinou")
    assert page.evaluate(CUT) == []


def test_the_keys_go_on_after_a_click_beside_the_cards(home, film, look):
    film("A red kite", 1)
    film("A blue kite", 1)
    page = look(RESULTS)
    beside = {"x": 5, "y": 5}
    page.locator("#content").click(position=beside)
    page.keyboard.press("Shift")
    # Whoever clicks on nothing sees no ring around everything.
    assert page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle") == "none"
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-card] .ph").first).to_be_focused()
    page.locator("#content").click(position=beside)
    page.keyboard.press("Control+a")
    expect(page.locator("#picked")).to_have_text("3 chosen")
    page.goto(page.url.replace("/results/", f"/p/{home.project.uuid}/"))
    page.locator("#content").click(position={"x": 1000, "y": 4})
    page.keyboard.press("ArrowRight")
    expect(page.locator("#cards .ph").first).to_be_focused()


def test_uploads_count_what_just_came(home, look):
    page = look("/t/crew/uploads/")
    kept = page.locator("#kept")
    before = kept.inner_text()
    file = {"name": "lantern.png", "mimeType": "image/png", "buffer": picture(400, 300)}
    page.locator("#add-files").set_input_files([file])
    expect(page.locator(".file", has_text="lantern.png")).to_have_count(1)
    expect(kept).not_to_have_text(before)
    said = kept.inner_text()
    amounts = page.locator("#amounts").inner_text()
    page.reload()
    assert (kept.inner_text(), page.locator("#amounts").inner_text()) == (said, amounts)


def test_what_was_deleted_comes_back_by_a_key(home, film, look):
    film("A red kite", 1)
    film("A blue kite", 1)
    page = look(RESULTS)
    page.clock.install()
    page.reload()
    cards, undo = page.locator("[data-card]"), page.locator("[data-undo]")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Delete")
    expect(cards).to_have_count(2)
    expect(page.locator("#count")).to_have_text("2 results")
    # It can be undone as long as one likes, also after something else was done.
    page.clock.fast_forward(120_000)
    page.keyboard.press("x")
    page.locator("#bulk").get_by_role("button", name="Star", exact=True).click()
    expect(page.locator(".toast-line", has_text="starred")).to_be_visible()
    expect(undo).to_have_count(1)
    page.locator("#f-q").focus()
    page.keyboard.press("Control+z")
    expect(cards).to_have_count(2)
    page.locator("#content").click(position={"x": 5, "y": 5})
    page.keyboard.press("?")
    expect(page.locator("#keys-sheet")).to_contain_text("Undo the last deletion")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+z")
    expect(cards).to_have_count(3)
    back = cards.filter(has_text="A blue kite")
    expect(back.locator(".ph")).to_be_focused()


def test_a_deleted_upload_comes_back_by_a_key(home, look):
    page = look("/t/crew/uploads/")
    page.get_by_role("checkbox", name="Choose boat.png").check()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.locator(".msg.undo")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(page.locator(".msg.undo")).to_have_count(0)
    expect(page.locator(".file", has_text="boat.png")).to_have_count(1)


def test_the_address_says_only_what_is_asked_for(home, film, look):
    film("A red kite", 1)
    page = look(RESULTS)
    page.locator("#f-q").fill("red")
    page.keyboard.press("Enter")
    page.wait_for_url("**/results/?q=red")
    expect(page.locator("[data-card]")).to_have_count(1)
