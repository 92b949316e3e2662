"""The uploads page in a browser: files come in, are chosen by keyboard, go and come back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.story import picture

from .test_every_page import look_at

pytestmark = pytest.mark.browser

NEW = {"mimeType": "image/png"}


def test_files_come_in_are_filed_deleted_and_brought_back(visit):
    page = visit("uploads/", expected=("422 POST",)).page
    page.locator("#add-folder").fill("Autumn")
    page.locator("#add-files").set_input_files(
        [
            {"name": "lantern.png", "buffer": picture(90, 60), **NEW},
            {"name": "broken.png", "buffer": b"no picture", **NEW},
        ]
    )
    lantern = page.locator(".file", has_text="lantern.png")
    expect(lantern).to_have_count(1)
    expect(lantern).to_contain_text("Autumn")
    expect(page.locator(".sending.wrong")).to_contain_text("broken.png")

    # The same again: it is pointed to, and stands there once.
    page.locator("#add-files").set_input_files(
        [{"name": "again.png", "buffer": picture(90, 60), **NEW}]
    )
    known = page.locator(".sending", has_text="again.png")
    expect(known).to_contain_text("is already here, as lantern.png")
    expect(known.get_by_role("link", name="Open")).to_be_visible()
    expect(page.locator(".file", has_text="again.png")).to_have_count(0)

    # Pasted, by hand of a script, as a browser would.
    page.evaluate(
        """(bytes) => {
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array(bytes)], "pasted.png", { type: "image/png" }));
          document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data }));
        }""",
        list(picture(64, 96)),
    )
    pasted = page.locator(".file", has_text="pasted.png")
    expect(pasted).to_have_count(1)

    # By keyboard: chosen, counted, tagged.
    pasted.get_by_role("checkbox").focus()
    page.keyboard.press("Space")
    expect(page.locator("[data-chosen-count]")).to_have_text("1 file")
    page.locator("#bulk-tags").fill("brand")
    page.get_by_role("button", name="Tag", exact=True).press("Enter")
    expect(page.locator(".file", has_text="pasted.png")).to_contain_text("#brand")
    assert look_at(page) == []
    page.set_viewport_size({"width": 1280, "height": 900})

    page.locator(".file", has_text="pasted.png").locator("a.ph").click()
    expect(page.locator("h1")).to_have_text("pasted.png")
    assert look_at(page) == []
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("button", name="Delete this file").click()
    expect(page.locator(".undo")).to_contain_text("pasted.png deleted.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".file", has_text="pasted.png")).to_contain_text("#brand")
