"""Stories 1 to 3: from a brief to a clip, with the keyboard alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import settled
from tests.browser.eyes import Eyes

from .hands import Hands, only, sit_down

pytestmark = pytest.mark.browser

USD = re.compile(r"\$([\d,]+\.?\d*)")


def dollars(text: str) -> Decimal:
    return Decimal(USD.search(text)[1].replace(",", ""))


@dataclass
class Offers:
    """What stands below "Where to make it": a price or a reason for each account."""

    prices: dict[str, Decimal]
    units: dict[str, str]
    reasons: dict[str, str]
    cheapest: str


def offers(page: Page) -> Offers:
    settled(page)
    found = Offers({}, {}, {}, "")
    for row in page.locator("label.offer").all():
        name = row.locator(".n").inner_text()
        if "out" in (row.get_attribute("class") or ""):
            found.reasons[name] = row.locator(".s").inner_text()
            continue
        price = row.locator(".p").inner_text()
        found.prices[name], found.units[name] = dollars(price), price.partition("\n")[2].strip()
        if row.locator(".tag.ok").count():
            found.cheapest = name
    return found


def left_after(page: Page) -> Decimal:
    """What is left of the budget when this much is held."""
    words = page.locator("#after").inner_text()
    assert "is held" in words
    return dollars(words.partition(";")[2])


def test_story_1_a_brief_shows_what_it_costs_where(visit):
    hands = sit_down(visit)
    page = hands.page
    hands.to_content()
    hands.tab_to(page.locator("#prompt"), 3)
    hands.write("A lighthouse in the fog, seen from a boat")
    before = offers(page)
    assert len(before.prices) >= 3
    assert all(re.match(r"[\d.,]+ .*credits$|[\d.]+ ", unit) for unit in before.units.values())
    assert min(before.prices.values()) == before.prices[before.cheapest]

    # Each change of a field is a new price everywhere, or a reason why not there.
    hands.tab_to(page.locator("#f-quality"), 5)
    hands.press("Home")
    small = offers(page)
    assert page.locator("#f-quality").input_value() == "360p"
    hands.tab_to(page.locator("#f-duration"), 1)
    hands.press("End")
    long = offers(page)
    for name in small.prices.keys() & long.prices.keys():
        assert long.prices[name] > small.prices[name], name
    assert set(before.prices) | set(before.reasons) == set(long.prices) | set(long.reasons)
    hands.tab_to(page.locator("#f-model"), 3, "Shift+Tab")
    hands.choose(page.locator("#f-model"), "V5.6")
    other = offers(page)
    assert other.reasons and all(other.reasons.values())
    expect(page.locator("#f-model")).to_be_focused()

    # All takes together, and what is left of the budget after them: no sum lacks a part.
    one, left = dollars(page.locator("#total").inner_text()), left_after(page)
    chosen = page.locator("label.offer", has=page.locator("input:checked"))
    assert one == other.prices[chosen.locator(".n").inner_text()]
    hands.tab_to(page.locator("#takes-1"), 14)
    hands.press("ArrowRight", "ArrowRight")
    settled(page)
    assert dollars(page.locator("#total").inner_text()) == 3 * one
    assert abs(left - left_after(page) - 2 * one) <= Decimal("0.01")

    # Another account with an arrow key; the focus stays where it is when the prices change.
    offer = page.locator("#quote input:checked")
    first = offer.input_value()
    hands.tab_to(offer, 4, "Shift+Tab")
    hands.press("ArrowDown")
    expect(offer).not_to_have_value(first)
    settled(page)
    expect(offer).to_be_focused()
    # What cannot be told is said, and nothing takes the focus away.
    hands.to_prompt()
    hands.tab_to(page.locator("details.more summary"), 11)
    hands.press("Enter")
    hands.tab_to(page.locator("#f-seed"), 6)
    hands.write("many")
    expect(page.locator("#quote-notes .error")).to_contain_text("number")
    expect(page.locator("#f-seed")).to_be_focused()


def test_story_2_a_press_of_generate_happens_once(visit, begun):
    once, never = only("One narwhal"), only("A seal [lost-reply] [no-hook]")
    hands = sit_down(visit)
    page = hands.page
    hands.to_prompt()
    hands.write(once)
    hands.cheap()
    # In a second tab the same page, as a browser restores it.
    other = Eyes(page.context.new_page())
    other.page.goto(begun.home)
    settled(other.page)
    token = page.locator("#form-token").input_value()
    other.page.locator("#form-token").evaluate("(one, token) => { one.value = token; }", token)

    # A double press; then the other tab; then by way of the back button.
    hands.tab_to(page.locator("#generate"), 12)
    hands.press("Enter", "Enter", "ControlOrMeta+Enter")
    narwhal = hands.card(once)
    expect(narwhal).to_have_count(1)
    expect(other.page.locator("#prompt")).to_have_value(once)
    other.page.keyboard.press("ControlOrMeta+Enter")
    expect(other.page.locator(".card2", has_text=once)).to_have_count(1)
    other.page.close()
    page.reload()
    expect(narwhal).to_have_count(1)
    page.goto(begun.address("projects/"))
    page.go_back()
    hands.done(once)

    # The provider took it and its answer was lost: said so, held, and never sent again. A key
    # that is held down repeats itself, also after the studio has answered.
    hands.to_prompt()
    hands.write(never)
    settled(page)
    pin(hands, "WorldRouter")
    hands.tab_to(page.locator("#generate"), 6)
    page.keyboard.down("Enter")
    lost = hands.card(never)
    expect(lost).to_have_count(1)
    page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    expect(lost).to_have_attribute("data-state", "uncertain")
    for words in ("was lost", "Nothing will be sent again", "stays held"):
        expect(lost).to_contain_text(words)
    page.reload()
    expect(lost).to_have_attribute("data-state", "uncertain")
    assert len(begun.studio.jobs(never)) == 1
    assert len(begun.studio.jobs(once)) == 1
    assert other.complaints == []


# Word: the state at the end, whose fault, what about the money, the one next step.
FAULTS = {
    "[refuse]": ("failed", "refused the request", "Not charged", "Edit and try again"),
    "[moderate]": ("moderated", "refused the content", "Not charged", "Edit and try again"),
    "[lost-reply] [no-hook]": ("uncertain", "was lost", "stays held", "Resolve it yourself"),
    "[fail]": ("failed", "It failed at", "Not charged", "Try again"),
}


def test_story_3_jobs_are_watched_without_babysitting(visit, begun):
    snail, storm = only("A patient snail [slow]"), only("A storm at sea")
    hands = sit_down(visit)
    page = hands.page
    hands.to_prompt()
    hands.cheap()
    pin(hands, "WorldRouter")
    slow = hands.generate(snail)
    expect(slow).to_have_attribute("data-state", "running")
    expect(slow).to_contain_text(re.compile(r"usually .*\d+ (s|min)"))
    expect(page).to_have_title(re.compile(r"^\(\d+\) Sample project · PixStudio$"))
    elapsed = slow.locator("[data-elapsed]")
    expect(elapsed).not_to_have_text(elapsed.inner_text())

    for word in FAULTS:
        hands.generate(f"{storm} {word}")
    for word, (state, fault, money, step) in FAULTS.items():
        found = page.locator(f".card2[data-state={state}]", has_text=f"{storm} {word}")
        expect(found).to_have_count(1)
        expect(found).to_contain_text(fault)
        expect(found).to_contain_text(money)
        expect(found.locator(".msg a, .msg button")).to_have_text([step])
    assert len(begun.studio.jobs(f"{storm} [lost-reply] [no-hook]")) == 1

    # The next step of the newest one is two keys from the prompt; the other tab says what runs.
    hands.to_prompt()
    hands.press("Escape")
    newest = hands.card(f"{storm} [fail]")
    expect(newest.locator(".ph")).to_be_focused()
    hands.press("ArrowRight", "ArrowRight", "ArrowRight")
    refused = hands.card(f"{storm} [refuse]")
    expect(refused.locator(".ph")).to_be_focused()
    hands.tab_to(refused.get_by_role("link", name="Edit and try again"), 3)
    hands.press("Enter")
    page.wait_for_url("**remix=**")
    expect(page.locator("#prompt")).to_have_value(f"{storm} [refuse]")
    page.go_back()
    hands.done(snail)
    expect(page).to_have_title("Sample project · PixStudio", timeout=60_000)


def pin(hands: Hands, name: str) -> None:
    """Choose the account whose row carries this name, with the arrows."""
    chosen = hands.page.locator("#quote input:checked")
    hands.tab_to(chosen, 12)
    row = hands.page.locator("label.offer:not(.out)", has_text=name).locator("input")
    for _ in range(5):
        if row.is_checked():
            break
        hands.press("ArrowDown")
        settled(hands.page)
    expect(row).to_be_checked()
    expect(row).to_be_focused()
