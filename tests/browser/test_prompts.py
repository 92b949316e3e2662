"""A prompt from the library to a clip and back, in a browser; its pages in every look."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .conftest import generate, settled
from .test_every_page import look_at

pytestmark = pytest.mark.browser


def test_a_prompt_is_written_taken_used_and_measured(visit, begun):
    page = visit("prompts/new/").page
    assert look_at(page) == []
    page.set_viewport_size({"width": 1280, "height": 900})
    page.fill("#id_title", "Product shot")
    page.fill("#id_text", "A {{product}} stands on {{place}}, slow dolly-in")
    page.fill("#id_variables", "place = a dune | a dune, a roof | Where\nproduct | | What is sold")
    page.get_by_role("button", name="Save the prompt").click()
    expect(page.locator("h1")).to_have_text("Product shot")
    address = page.url

    page.goto(begun.home)
    settled(page)
    page.locator("#take-prompt").click()
    expect(page.locator("#picker-q")).to_be_focused()
    page.locator("#picker-q").press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#v-product")).to_be_focused()
    expect(page.locator("#fill-use")).to_be_disabled()
    page.fill("#v-product", "brass kettle")
    page.locator("#v-place").select_option("a roof")
    expect(page.locator("#fill-out")).to_contain_text("A brass kettle stands on a roof")
    expect(page.locator("#fill-use")).to_be_enabled()
    page.locator("#fill-use").click()
    words = "A brass kettle stands on a roof, slow dolly-in"
    expect(page.locator("#prompt")).to_have_value(words)
    expect(page.locator("#picker")).to_be_hidden()
    generate(page, words)

    done = page.locator(".card2[data-state=succeeded]", has_text="brass kettle")
    expect(done).to_have_count(1)
    page.goto(address)
    expect(page.locator(".outcomes .sum")).to_contain_text("100 %")
    assert look_at(page) == []


def test_the_list_in_every_look(visit):
    assert look_at(visit("prompts/").page) == []
