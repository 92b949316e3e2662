"""Choosing what to swap: a frame by the slider, masks by pointer and keys, kept over a reload."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .conftest import CHEAP, WATCH, settled, write

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def clip(begun):
    """The address of the studio with a finished clip as its source."""
    context = begun.browser.new_context(storage_state=begun.state)
    context.add_init_script(WATCH)
    page = context.new_page()
    page.goto(begun.home)
    prompt = "A heron lands on a jetty at dusk"
    write(page, prompt, **CHEAP)
    page.locator("#generate").click()
    card = page.locator(".card2[data-state=succeeded]", has_text=prompt).first
    expect(card).to_be_visible(timeout=60_000)
    key = card.locator("a.ph").get_attribute("href").rstrip("/").rpartition("/")[2]
    context.close()
    return f"{begun.home}?use=clip:{key}&as=source&operation="


def value(page, name) -> str:
    return page.locator(f"#compose [name={name}]").first.input_value()


def shown(page) -> float:
    return page.locator("#masks-video").evaluate("(one) => one.currentTime")


def test_a_frame_is_found_once_and_a_mask_is_chosen_for_good(visit, clip):
    page = visit(f"{clip}swap").page
    settled(page)
    # Tests run in any order: another one may have looked at this clip's first frame.
    if page.locator("#masks-again").count():
        page.locator("#masks-again").click()
    # The slider moves the clip, and asks for no prices.
    slider = page.locator("#masks-slider")
    quotes = []
    page.on("request", lambda one: quotes.append(one.url) if one.url.endswith("/quote/") else None)
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.locator("#masks-number")).to_have_value("4")
    page.locator("[data-frame-step='1']").click()
    expect(page.locator("#masks-number")).to_have_value("5")
    page.wait_for_function("() => document.getElementById('masks-video').currentTime > 0.1")
    assert shown(page) < 0.5
    assert quotes == []

    presses = []
    page.on("request", lambda one: presses.append(one) if one.method == "POST" else None)
    page.locator("#masks-find").dblclick()
    masks = page.locator("#masks-list [data-mask]")
    expect(masks).to_have_count(3)
    assert sum(one.url.endswith("/masks/") for one in presses) == 1
    # By keys: Tab comes to the masks, Enter takes one.
    masks.nth(0).focus()
    expect(page.locator("[data-tint='1']")).to_have_class("tint glow")
    page.keyboard.press("Enter")
    expect(masks.nth(0)).to_have_attribute("aria-pressed", "true")
    settled(page)
    assert value(page, "mask") == "0"
    # By the pointer on the picture itself: the object stands at the right.
    stage = page.locator("#masks-stage")
    box = stage.bounding_box()
    stage.click(position={"x": box["width"] * 0.77, "y": box["height"] * 0.67})
    expect(masks.nth(1)).to_have_attribute("aria-pressed", "true")
    expect(masks.nth(0)).to_have_attribute("aria-pressed", "false")
    settled(page)
    assert (value(page, "keyframe"), value(page, "mask")) == ("5", "1")

    page.reload()
    settled(page)
    expect(page.locator("#mask-2")).to_have_attribute("aria-pressed", "true")
    assert value(page, "mask") == "1"
    page.locator("#masks-again").click()
    expect(page.locator("#masks-number")).to_have_value("5")
    settled(page)
    assert value(page, "mask") == ""
    page.get_by_role("button", name="frame 5").click()
    expect(page.locator("#masks-list [data-mask]")).to_have_count(3)


def test_three_parts_for_the_prompt_and_none_for_another_source(visit, clip):
    page = visit(f"{clip}modify").page
    settled(page)
    if page.locator("#f-model").count():
        page.locator("#f-model").select_option("pixverse")
        settled(page)
    if not page.locator("#masks-list").count():
        page.locator("#masks-find").click()
    masks = page.locator("#masks-list [data-mask]")
    expect(masks).to_have_count(3)
    for number in (2, 0):
        masks.nth(number).click()
    settled(page)
    expect(masks.nth(0)).to_contain_text("@selection1")
    expect(masks.nth(2)).to_contain_text("@selection0")
    assert (value(page, "mask"), value(page, "mask_2")) == ("2", "0")
    page.get_by_role("button", name="Remove").first.click()
    expect(page.locator("#masks")).to_contain_text("Add the video first")
    settled(page)
    assert value(page, "mask") == ""
