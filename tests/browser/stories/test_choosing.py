"""Stories 4 and 5: find a good take and make it again; pick the best of four. Keys alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import settled

from .hands import only, sit_down

pytestmark = pytest.mark.browser

READY = "() => [...document.querySelectorAll('video')].every((one) => one.readyState >= 2)"
PLAYS = "() => [...document.querySelectorAll('video')].every((one) => one.currentTime > 0.1)"
TIMES = "() => [...document.querySelectorAll('video')].map((one) => one.currentTime)"
RESTS = "() => [...document.querySelectorAll('video')].every((one) => one.paused && !one.seeking)"
# What would work a page by other means than keys.
OTHER = re.compile(
    r"\.(click|dblclick|fill|check|uncheck|hover|focus|tap|select_option|set_input_files|mouse|"
    r"dispatch_event|drag_to)\b"
)


def test_these_stories_are_told_with_keys_alone():
    here = Path(__file__).parent
    for name in ("hands.py", "test_making.py", "test_choosing.py"):
        told = (here / name).read_text(encoding="utf-8").partition("OTHER = re")
        assert OTHER.findall(told[0] + told[2].partition(")")[2]) == [], name


def test_story_4_last_months_good_take_is_found_and_made_again(visit, begun):
    words = only("A red balloon over the rooftops")
    hands = sit_down(visit)
    page = hands.page
    hands.to_prompt()
    hands.write(words)
    hands.cheap()
    hands.tab_to(page.locator("details.more summary"), 8)
    hands.press("Enter")
    hands.tab_to(page.locator("#f-seed"), 6)
    hands.type("4242")
    settled(page)
    hands.press("ControlOrMeta+Enter")
    hands.done(words)
    assert begun.studio.inside("age", words=words, days=40) == 1

    # Found among the results by words and filters, which stand in the address.
    hands.press("Escape", "g", "r")
    page.wait_for_url("**/results/")
    hands.press("/")
    hands.type(words)
    hands.press("Enter")
    page.wait_for_url("**/results/?**q=**")
    taken = page.locator("[data-card]")
    expect(taken).to_have_count(1)
    hands.press("ArrowRight", "5")
    expect(taken.locator("[data-mark-rate='5']")).to_have_attribute("aria-pressed", "true")
    hands.press("/")
    hands.tab_to(page.locator("details.rmore summary"), 5)
    hands.press("Enter")
    rating, provider = page.locator("#f-rating"), page.locator("#f-provider")
    hands.tab_to(rating, 6)
    hands.press("End")
    hands.tab_to(provider, 4)
    hands.choose(provider, "useapi.net")
    hands.press("Enter")
    page.wait_for_url(re.compile("rating=5.*provider=useapi|provider=useapi.*rating=5"))
    expect(taken).to_have_count(1)
    expect(taken).to_contain_text("40 d ago")

    # It plays as soon as it is reached, and R takes all of it back into the form.
    hands.press("ArrowRight")
    expect(taken.locator(".ph")).to_be_focused()
    page.wait_for_function("() => document.querySelector('[data-card] video')?.currentTime > 0")
    hands.press("r")
    page.wait_for_url("**/p/**remix=**")
    filled = {"#prompt": words, "#f-quality": "360p", "#f-duration": "1", "#f-seed": "4242"}
    for field, value in filled.items():
        expect(page.locator(field)).to_have_value(value)
    expect(page.locator(".remix")).to_contain_text("prices are today's")
    settled(page)
    expect(page.locator("#generate")).to_contain_text("$")
    # The seed is kept, or not: it stands there to be taken away.
    hands.to_prompt()
    hands.tab_to(page.locator("#f-seed"), 16)
    hands.write("")
    expect(page.locator("#f-seed")).to_have_value("")
    settled(page)
    hands.press("ControlOrMeta+Enter")
    hands.done(words, 2)
    hands.press("Escape", "Enter")
    page.wait_for_url("**/g/**")
    expect(page.get_by_text("Remix of", exact=True)).to_be_visible()


def test_story_5_the_best_of_four_is_picked(visit, begun):
    words = only("A heron takes off")
    hands = sit_down(visit, "prompts/new/")
    page = hands.page
    hands.to_content()
    hands.tab_to(page.locator("#id_title"), 3)
    hands.type(words)
    hands.tab_to(page.locator("#id_text"), 5)
    hands.type(words)
    hands.tab_to(page.get_by_role("button", name="Save the prompt"), 6)
    hands.press("Enter")
    expect(page.locator("h1")).to_have_text(words)
    prompt = page.url.partition("#")[0]
    hands.tab_to(page.get_by_role("button", name="Open in the studio"), 12)
    hands.press("Enter")
    page.wait_for_url("**/p/**")
    hands.to_prompt()
    expect(page.locator("#prompt")).to_have_value(words)
    hands.cheap()
    hands.tab_to(page.locator("#takes-1"), 12)
    hands.press("ArrowRight", "ArrowRight", "ArrowRight")
    settled(page)
    hands.press("ControlOrMeta+Enter")
    expect(hands.card(words)).to_have_count(4)
    hands.done(words, 4)

    # From one of them to all four side by side, under one play head.
    hands.to_prompt()
    hands.press("Escape", "Enter")
    page.wait_for_url("**/g/**")
    hands.press("v")
    page.wait_for_url("**/compare/**")
    sides = page.locator("[data-side]")
    expect(sides).to_have_count(4)
    page.wait_for_function(READY)
    hands.press("Space")
    page.wait_for_function(PLAYS)
    hands.press("Space")
    page.wait_for_function(RESTS)
    hands.press("ArrowRight")
    page.wait_for_function(RESTS)
    at = page.evaluate(TIMES)
    assert max(at) - min(at) < 0.002
    hands.press("ArrowLeft", "ArrowLeft")
    page.wait_for_function(RESTS)
    assert page.evaluate(TIMES)[0] < at[0]

    # Rejected and approved without looking for a button.
    for number, key, verdict in (("1", "x", "Changes requested"), ("3", "a", "Approved")):
        hands.press(number)
        side = sides.nth(int(number) - 1)
        expect(side).to_have_attribute("data-chosen", "")
        hands.press(key)
        expect(side.locator(".verdict-mark")).to_have_text(verdict)

    # The decision is in the prompt's numbers.
    hands.press("g", "p")
    page.wait_for_url("**/prompts/")
    hands.press("/")
    hands.type(words)
    hands.press("Enter")
    page.wait_for_url("**/prompts/?**q=**")
    hands.to_content()
    hands.tab_to(page.get_by_role("link", name=words).first, 20)
    hands.press("Enter")
    page.wait_for_url(prompt)
    sums = page.locator(".outcomes .sum td")
    expect(sums.nth(0)).to_have_text(re.compile(r"^4\b"))
    expect(sums.nth(1)).to_have_text("100 %")
    expect(sums.nth(3)).to_contain_text("50 %")
    expect(sums.nth(3)).to_contain_text("1 of 2")
