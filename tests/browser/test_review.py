"""Watching together: comments at a moment, verdicts by keys, comparing in sync, a guest's phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from generations.models import Generation
from generations.reviewing import guests

from .eyes import axe

pytestmark = pytest.mark.browser
READY = "() => [...document.querySelectorAll('video')].every((one) => one.readyState >= 2)"


def place(home, row: Generation) -> str:
    return f"/t/crew/p/{home.project.uuid}/g/{row.uuid}/"


def test_a_clip_is_reviewed_by_keys_alone(home, film, look):
    first = film("A red kite", 3)
    row = film("A red kite over dunes", 3, remix_of=first, shot=first)
    page = look(place(home, row))
    page.wait_for_function(READY)
    expect(page.locator("[data-bar]")).to_be_visible()
    page.evaluate("() => { player.currentTime = 1.5; }")
    expect(page.locator("[data-moment-time]")).to_have_text("0:01.50")
    page.keyboard.press("c")
    page.keyboard.type("The a and the x are letters here")
    page.keyboard.press("Control+Enter")
    said = page.locator(".remark", has_text="The a and the x")
    expect(said).to_contain_text("0:01.50")
    expect(page.locator(".pin")).to_have_count(1)
    assert row.comments.get().at_ms == 1500
    assert not row.reviews.exists()
    page.evaluate("() => document.activeElement.blur()")
    page.evaluate("() => { player.currentTime = 0; }")
    said.locator("[data-seek]").click()
    page.wait_for_function("() => Math.abs(player.currentTime - 1.5) < 0.01")
    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.press("i")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("o")
    expect(page.locator("[data-loop]")).to_be_visible()
    page.keyboard.press("a")
    expect(page.locator(".stands")).to_contain_text("Approved by Olga")
    expect(page.locator(".outcome .verdict-mark")).to_have_text("Approved")
    page.keyboard.press("x")
    expect(page.locator("#review-note")).to_be_focused()
    page.keyboard.type("Slower")
    page.keyboard.press("Enter")
    expect(page.locator(".stands")).to_contain_text("“Slower”")
    assert [one.verdict for one in row.reviews.all()] == ["approved", "changes"]
    assert axe(page) == []
    page.locator(".strip input").first.check()
    page.get_by_role("button", name="Compare those ticked").click()
    expect(page.locator("[data-side]")).to_have_count(2)


def test_after_a_verdict_or_a_comment_the_keys_are_free_again(home, film, look):
    row = film("A red kite", 2)
    film("A blue kite", 2)
    page = look(place(home, row))
    page.wait_for_function(READY)
    page.keyboard.press("c")
    page.keyboard.type("half a thought")
    # Esc leaves the field, and what was typed stays.
    page.keyboard.press("Escape")
    expect(page.locator("#comment-text")).not_to_be_focused()
    expect(page.locator("#comment-text")).to_have_value("half a thought")
    page.keyboard.press("c")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".remark")).to_contain_text("half a thought")
    expect(page.locator("#comment-text")).not_to_be_focused()
    page.keyboard.press("x")
    page.keyboard.type("fix it")
    page.keyboard.press("Enter")
    expect(page.locator(".stands")).to_contain_text("“fix it”")
    expect(page.locator("#review-note")).not_to_be_focused()
    address = page.url
    page.keyboard.press("n")
    page.wait_for_url(lambda url: url != address)
    expect(page.locator("#review-approve")).to_be_visible()
    page.keyboard.press("a")
    expect(page.locator(".stands")).to_contain_text("Approved by Olga")
    assert row.reviews.get().note == "fix it"


def test_two_clips_are_compared_by_keys_alone(home, film, look):
    short, long = film("A short kite", 1), film("A long kite", 3)
    page = look(f"/t/crew/compare/?g={short.uuid}&g={long.uuid}")
    page.wait_for_function(READY)
    sides = page.locator("[data-side]")
    expect(sides.first).to_contain_text("A short kite")
    page.keyboard.press("Space")
    # The short one is over and stands still, the long one goes on.
    page.wait_for_function("() => document.querySelectorAll('video')[1].currentTime > 1.2")
    expect(sides.first.locator("[data-over]")).to_be_visible()
    page.keyboard.press("Space")
    page.wait_for_function("() => [...document.querySelectorAll('video')].every((v) => v.paused)")
    page.locator("[data-seek-bar]").evaluate(
        "(bar) => { bar.value = 500; bar.dispatchEvent(new Event('input')); }"
    )
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        """() => { const at = [...document.querySelectorAll('video')].map((v) => v.currentTime);
        return Math.abs(at[0] - at[1]) < 0.001 && at[0] > 0.51 && at[0] < 0.6; }"""
    )
    page.keyboard.press("2")
    expect(sides.last).to_have_attribute("data-chosen", "")
    page.keyboard.press("s")
    loud = "() => [...document.querySelectorAll('video')].map((one) => !one.muted)"
    assert page.evaluate(loud) == [False, True]
    page.keyboard.press("a")
    expect(sides.last).to_contain_text("Approved")
    page.keyboard.press("1")
    page.keyboard.press("x")
    expect(sides.first).to_contain_text("Changes requested")
    # One word for one thing: what the button asks for is what stands then.
    expect(sides.first.locator("[data-verdict=changes]")).to_have_text("Request changes")
    assert (long.reviews.get().verdict, short.reviews.get().verdict) == ("approved", "changes")
    page.keyboard.press("c")
    expect(sides.first).to_contain_text("A long kite")
    page.keyboard.press("m")
    expect(page.locator("[data-wipe-line]")).to_be_visible()
    page.locator("[data-wipe]").focus()
    page.keyboard.press("ArrowRight")
    assert (
        page.locator("[data-sides]").evaluate("(one) => one.style.getPropertyValue('--wipe')")
        == "51%"
    )
    assert axe(page) == []


def test_a_guest_reviews_on_a_phone(home, film, look):
    rows = [film("A secret prompt", 2), film("Another prompt", 2)]
    terms = guests.Terms("Acme spring film", passphrase="open sesame")
    _, token = guests.make(home.people["owner"], home.project, rows, terms)
    page = look(f"/guest/{token}/", signed_in=False, color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_label("Passphrase").fill("open sesame")
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("heading", name="Acme spring film")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("link", name="Clip 2").click()
    page.wait_for_function(READY)
    page.get_by_label("Your name").fill("Greta")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("You are Greta")).to_be_visible()
    page.get_by_label("Your comment").fill("The logo is late")
    page.get_by_role("button", name="Comment").click()
    expect(page.locator(".remark")).to_contain_text("The logo is late")
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.locator(".stands")).to_contain_text("Approved by Greta, a guest")
    assert rows[1].reviews.get().guest == "Greta"
    assert "prompt" not in page.content()
    width = "() => document.documentElement.scrollWidth <= window.innerWidth"
    assert page.evaluate(width)
    assert axe(page) == []
