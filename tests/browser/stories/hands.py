"""Two hands on a keyboard: a page that is worked with keys alone, and would tell of a mouse."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import settled
from tests.browser.eyes import Eyes

# What only a pointer makes becomes a complaint of the page, and those fail the test.
NO_POINTER = """
for (const kind of ["pointerdown", "mousedown", "touchstart", "wheel"]) {
  addEventListener(kind, (event) => {
    if (event.isTrusted) console.error(`not a key: ${kind}`);
  }, { capture: true, passive: true });
}
"""
# Where somebody is must be seen: on the element itself, or on what is drawn in its place, and
# nothing may lie over it.
SEEN = """(one) => {
  const drawn = [one, one.nextElementSibling, one.parentElement].some((each) => {
    const looks = each && getComputedStyle(each);
    return looks && (looks.outlineStyle !== "none" || looks.boxShadow !== "none");
  });
  const shown = one.offsetWidth > 4 ? one : one.closest("label");
  const box = shown.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const open = top && (one.contains(top) || shown.contains(top));
  return one.matches(":focus-visible") && drawn && open;
}"""
IS_HERE = "(one) => one === document.activeElement"


def only(words: str) -> str:
    """A prompt that no other test has, nor this one when it runs again in the same studio."""
    return f"{words} {uuid.uuid4().hex[:5]}"


@dataclass
class Hands:
    """Presses keys on a page, and does nothing else to it."""

    page: Page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, words: str) -> None:
        self.page.keyboard.type(words)

    def write(self, words: str) -> None:
        """Into the field that has the focus, in place of what stands there."""
        self.press("ControlOrMeta+a", "Delete")
        self.type(words)

    def tab_to(self, wanted: Locator, most: int = 12, key: str = "Tab") -> None:
        """Press Tab until it has the focus, and see that this shows; ``most`` is a promise."""
        expect(wanted).to_have_count(1)
        for _ in range(most):
            self.press(key)
            if wanted.evaluate(IS_HERE):
                self.page.wait_for_function(SEEN, arg=wanted.element_handle())
                return
        pytest.fail(f"{wanted} is more than {most} presses of {key} away")

    def to_content(self) -> None:
        """From the head of a page over everything that all pages have."""
        skip = self.page.locator("a.skip")
        self.tab_to(skip, 1)
        self.press("Enter")
        expect(self.page.locator("#content")).to_be_focused()

    def choose(self, field: Locator, label: str) -> None:
        """An option of the list that has the focus, by typing what it is called."""
        expect(field).to_be_focused()
        self.type(label)
        expect(field.locator("option:checked")).to_have_text(label)

    def to_prompt(self) -> None:
        settled(self.page)
        self.press("/")
        expect(self.page.locator("#prompt")).to_be_focused()

    def generate(self, prompt: str) -> Locator:
        """Write it and press Mod+Enter; the card, which must stand there at once."""
        if not self.page.locator("#prompt").evaluate(IS_HERE):
            self.to_prompt()
        self.write(prompt)
        settled(self.page)
        expect(self.page.locator("#generate")).to_be_enabled()
        self.press("ControlOrMeta+Enter")
        found = self.card(prompt)
        expect(found).to_have_count(1)
        return found

    def card(self, words: str) -> Locator:
        return self.page.locator(".card2", has_text=words)

    def done(self, words: str, count: int = 1) -> Locator:
        found = self.page.locator(".card2[data-state=succeeded]", has_text=words)
        expect(found).to_have_count(count, timeout=60_000)
        return found

    def cheap(self) -> None:
        """From the prompt to the smallest clip: 360p, one second."""
        quality, duration = self.page.locator("#f-quality"), self.page.locator("#f-duration")
        for field, least in ((quality, "360p"), (duration, "1")):
            self.tab_to(field, 6)
            if field.input_value() != least:
                self.press("Home")
                expect(field).to_have_value(least)
                settled(self.page)


def sit_down(visit: Callable[..., Eyes], path: str = "", **options) -> Hands:
    """Open a page as somebody does who has no mouse."""
    return Hands(visit(path, script=NO_POINTER, **options).page)
