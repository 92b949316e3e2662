"""A voice of one's own made in the dialog and chosen there; a file asked for by its address."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.sandbox.media import speech

from .conftest import settled
from .eyes import axe
from .test_picking import mode, opened

pytestmark = pytest.mark.browser


def test_a_voice_is_made_in_the_dialog_and_spoken_with(visit):
    page = visit().page
    mode(page, "speak")
    page.locator("#choose-voice").click()
    dialog = opened(page)
    dialog.get_by_role("button", name="Make a voice of your own").click()
    dialog.get_by_role("button", name="Make the voice").click()
    expect(dialog.get_by_text("Give the voice a name")).to_be_visible()
    dialog.get_by_label("Its name").fill("Old sailor")
    sound = {"name": "me.wav", "mimeType": "audio/wav", "buffer": speech()}
    dialog.locator("#voice-file").set_input_files(sound)
    dialog.get_by_role("button", name="Make the voice").click()
    row = dialog.locator(".own-voice", has_text="Old sailor")
    expect(row.get_by_text("Ready")).to_be_visible(timeout=40_000)
    assert axe(page) == []
    row.get_by_role("button", name="Speak with it").click()
    expect(dialog).to_be_hidden()
    settled(page)
    expect(page.locator("[name=voice]")).to_have_value(re.compile("^50000[0-9]$"))

    page.goto(f"{page.url}voices/")
    row = page.locator(".own-voice", has_text="Old sailor")
    row.get_by_text("Withdraw…").press("Enter")
    assert axe(page) == []
    row.get_by_role("button", name="Withdraw “Old sailor”").click()
    expect(page.get_by_text("nothing can speak with it any more")).to_be_visible()
    expect(row).to_have_count(0)


def test_an_address_is_told_with_the_keyboard_and_stays_where_it_is_refused(visit):
    page = visit(expected=("422",)).page
    mode(page, "image")
    page.locator("#by-address-image").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#address-image")).to_be_focused()
    page.keyboard.type("https://127.0.0.1/boat.png")
    page.keyboard.press("Enter")
    line = page.locator("#sendings .wrong")
    expect(line).to_contain_text("not public")
    expect(page.locator("#address-image")).to_have_value("https://127.0.0.1/boat.png")
    expect(page.locator("#address-image")).to_be_focused()
    settled(page)
    assert axe(page) == []
