"""What could not be sent says so where it was pressed; what was put right is told of no more."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from playwright.sync_api import Error, Route, expect

from .conftest import CHEAP, card, generate, settled, write

pytestmark = pytest.mark.browser
AWAY = ("net::ERR", "htmx:sendError")


def away(page, part: str) -> None:
    """The studio cannot be reached by what asks for this part of an address."""
    page.route(re.compile(part), lambda route: route.abort("connectionrefused"))


def test_a_refusal_goes_when_the_prompt_is_put_right(visit):
    page = visit().page
    settled(page)
    page.locator("#prompt").fill("x" * 6000)
    settled(page)
    page.locator("#generate").click()
    expect(page.locator("#trouble .msg")).to_contain_text("Shorten it by")
    page.locator("#prompt").fill("A short one")
    expect(page.locator("#trouble .msg")).to_have_count(0)


def test_the_counter_counts_as_the_refusal_does(visit):
    page = visit().page
    settled(page)
    # Blanks around it are not sent; one sign is one character, however a browser keeps it.
    page.locator("#prompt").fill("  " + "x" * 5999 + "🛶\n")
    expect(page.locator("#prompt-count")).to_contain_text("6000 /")
    settled(page)
    expect(page.locator("#prompt-count")).to_contain_text("6000 /")
    page.locator("#generate").click()
    expect(page.locator("#trouble .msg")).to_contain_text("6,000 characters")


@pytest.mark.parametrize("how", ["away", "in between"])
def test_generate_that_was_not_sent_says_so_and_can_be_pressed_again(visit, how):
    page = visit(expected=(*AWAY, "502 POST", "Error Code 502")).page
    prompt = f"A raft on a still lake, {how}"
    write(page, prompt, **CHEAP)
    if how == "away":
        away(page, r"/generate/")
    else:
        page.route(re.compile(r"/generate/"), lambda route: route.fulfill(status=502))
    page.locator("#generate").click()
    said = page.locator("#trouble .msg")
    expect(said).to_contain_text("Press Generate again; it cannot double")
    expect(page.locator("#quiet-banner")).not_to_contain_text("tries again")
    expect(card(page, prompt)).to_have_count(0)
    page.unroute(re.compile(r"/generate/"))
    page.locator("#generate").click()
    expect(card(page, prompt)).to_have_count(1)
    expect(said).to_have_count(0)


def test_another_press_that_was_not_sent_says_so_in_a_toast(visit):
    page = visit(expected=AWAY).page
    found = generate(page, "A ferry in the queue [flood]")
    away(page, r"/cancel/")
    found.get_by_role("button", name="Cancel").click()
    told = page.locator(".toast-line.error")
    expect(told).to_contain_text("Not sent: Cancel")
    page.unroute(re.compile(r"/cancel/"))
    found.get_by_role("button", name="Cancel").click()
    expect(found).to_have_attribute("data-state", "cancelled")
    expect(told).to_have_count(0)


def test_writing_while_prices_are_asked_is_no_error(visit):
    """The question before is taken back; the eyes of the page would see what nobody caught."""
    page = visit().page
    write(page, "A draft that comes back")
    held: list[Route] = []
    page.route(re.compile(r"/quote/"), lambda route: held.append(route))
    with page.expect_request(re.compile(r"/quote/")):
        page.reload()
    page.locator("#prompt").press_sequentially("ab")
    page.wait_for_timeout(300)
    page.unroute_all(behavior="ignoreErrors")
    for one in held:
        with suppress(Error):
            one.abort()
    page.locator("#prompt").press_sequentially("c")
    settled(page)
