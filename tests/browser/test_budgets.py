"""A budget stops a press: it is asked for, approved, and made, and nothing typed is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .conftest import CHEAP, card, settled, write
from .eyes import axe

pytestmark = pytest.mark.browser


def set_budget(page, dollars: str) -> None:
    page.locator("#budget input[name=play]").fill(dollars)
    page.get_by_role("button", name="Set budget").click()
    expect(page.locator(".toast-line.success").last).to_be_visible()


def test_asked_for_and_approved(begun, visit):
    prompt = "A heron stands in shallow water at dawn, asked for"
    owner = visit("team/").page
    before = owner.locator("#budget input[name=play]").input_value()
    set_budget(owner, "0.00")
    try:
        page = visit().page
        write(page, prompt, **CHEAP)
        page.locator("#generate").click()
        reason = page.locator("#ask-reason")
        expect(reason).to_be_visible()
        assert axe(page) == []
        reason.fill("For Monday")
        page.locator("[data-ask-more]").click()
        waiting = page.locator("#waiting .msg", has_text=prompt)
        expect(waiting).to_be_visible()
        expect(page.locator("#prompt")).to_have_value(prompt)
        # A second press asks for it anew, and can be taken back.
        page.locator("#generate").click()
        page.locator("[data-ask-more]").click()
        expect(waiting).to_have_count(2)
        waiting.first.get_by_role("button", name="Withdraw").click()
        expect(waiting).to_have_count(1)

        owner.goto(begun.address("budgets/"))
        assert axe(owner) == []
        owner.get_by_role("button", name="Approve").click()
        expect(owner.get_by_text("Approved. The clip is on the way")).to_be_visible()
        # The strip looks again by itself, and the clip comes with it.
        expect(card(page, prompt)).to_have_count(1, timeout=25_000)
        expect(waiting).to_have_count(0)
        settled(page)
        expect(page.locator("#prompt")).to_have_value(prompt)
    finally:
        owner.goto(begun.address("team/"))
        set_budget(owner, before)
