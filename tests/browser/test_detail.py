"""Step 4: one generation: the player, what was asked, what happened, the money, and on from it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from .conftest import WATCH, generate, pin, settled

pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def clip(begun):
    """The address of a clip that is done."""
    context = begun.browser.new_context(storage_state=begun.state)
    context.add_init_script(WATCH)
    page = context.new_page()
    page.goto(begun.home)
    found = generate(page, "A comet over the harbour", duration="5", seed="")
    expect(page.locator(".card2[data-state=succeeded]", has_text="A comet")).to_have_count(1)
    address = found.locator("a.ph").get_attribute("href")
    context.close()
    return begun.studio.url + address


def test_the_player_plays_and_seeks(visit, clip):
    eyes = visit(clip)
    page = eyes.page
    statuses = []
    page.on(
        "response", lambda one: statuses.append(one.status) if one.url.endswith("/file") else None
    )
    page.reload()
    page.wait_for_function("document.getElementById('player').readyState >= 1")
    assert page.evaluate("document.getElementById('player').duration") == pytest.approx(5, abs=0.2)
    page.evaluate("() => { const v = document.getElementById('player'); v.currentTime = 4; }")
    page.wait_for_function("() => { const v = player; return !v.seeking && v.currentTime >= 3.9; }")
    assert set(statuses) == {206}
    page.locator("h2").first.click()
    page.keyboard.press("Space")
    page.wait_for_function("() => !player.paused && player.currentTime != 4")
    page.keyboard.press("Space")
    page.wait_for_function("() => player.paused")
    before = page.evaluate("player.currentTime")
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(f"() => player.currentTime < {before}")


def test_it_says_what_was_asked_what_happened_and_what_it_cost(visit, clip):
    page = visit(clip).page
    asked = page.locator("section", has=page.locator("#h-parameters"))
    expect(asked).to_contain_text("360p")
    expect(asked).to_contain_text("5 s")
    timeline = page.locator("section", has=page.locator("#h-timeline"))
    assert timeline.locator("li").count() >= 4
    expect(timeline).to_contain_text("Submission 1")
    money = page.locator("section", has=page.locator("#h-money"))
    for words in ("play money", "Price as sold", "Charged", "It was the cheapest that could."):
        expect(money).to_contain_text(words)
    kinds = money.locator("tbody tr").all_inner_texts()
    assert len(kinds) >= 2
    assert re.search(r"\$\d", kinds[0])


def test_the_download_is_the_clip(visit, clip, tmp_path):
    page = visit(clip).page
    with page.expect_download() as coming:
        page.get_by_role("link", name="Download").click()
    assert re.fullmatch(
        r"a-comet-over-the-harbour-[0-9a-f]{8}\.mp4", coming.value.suggested_filename
    )
    coming.value.save_as(tmp_path / "clip.mp4")
    assert Path(tmp_path / "clip.mp4").read_bytes()[4:8] == b"ftyp"


def test_keys_take_the_prompt_or_the_seed_only(visit, clip):
    page = visit(clip).page
    page.keyboard.press("p")
    page.wait_for_url("**/p/*/*")
    prompt = page.locator("#prompt")
    expect(prompt).to_have_value("A comet over the harbour")
    expect(page.locator(".remix")).to_have_count(0)
    prompt.fill("Words of my own")
    settled(page)
    card = page.locator(".card2[data-state=succeeded]", has_text="A comet").last
    card.locator(".ph").focus()
    page.keyboard.press("s")
    expect(page.locator("#toasts")).to_contain_text("is taken")
    settled(page)
    expect(prompt).to_have_value("Words of my own")
    expect(page.locator("#f-seed")).to_have_value(re.compile(r"^\d+$"))
    prompt.focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(prompt).not_to_have_value("Words of my own")
    page.keyboard.press("Alt+ArrowDown")
    expect(prompt).to_have_value("Words of my own")


def test_the_same_at_another_provider_says_what_does_not_carry_over(visit, clip):
    page = visit(clip).page
    first = page.locator(".outcome").inner_text()
    page.get_by_role("link", name="Make again at another provider").click()
    words = page.locator(".remix").inner_text()
    assert "does not carry over" in words or "Everything carries over" in words
    chosen = page.locator("label.offer", has=page.locator("input:checked"))
    name = chosen.locator(".n").inner_text()
    assert name not in first
    pin(page, "WorldRouter")
    expect(page.locator("#prompt")).to_have_value("A comet over the harbour")


def test_the_ways_on_by_keyboard(visit, begun, clip):
    """Opened, left and taken without a mouse; the studio begins with what was chosen."""
    page = visit().page
    card = page.locator(".card2[data-state=succeeded]", has_text="A comet over the harbour").last
    menu = card.locator("details.uses")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(menu.get_by_role("link", name="Continue it")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**operation=extend")
    expect(page.locator("#compose")).to_contain_text("A comet over the harbour")
    page.go_back()
    menu.locator("summary").click()
    menu.get_by_role("button", name="Begin from its last frame").click()
    page.wait_for_url("**use=upload**")
    expect(page.locator("#compose")).to_contain_text("last-frame.png")
