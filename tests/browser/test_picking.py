"""The dialogs and the names in a prompt, with the keyboard alone."""

from __future__ import annotations

import re
from zlib import crc32

import pytest
from playwright.sync_api import expect

from tests.story import picture

from .conftest import settled
from .eyes import axe
from .test_every_page import look_at

pytestmark = pytest.mark.browser

ACTIVE = "document.activeElement.id"


def mode(page, name: str) -> None:
    settled(page)
    page.locator(f"#mode-{name}").check(force=True)
    expect(page.locator(f"#mode-{name}")).to_be_checked()
    settled(page)


def opened(page):
    """The dialog, once its choices stand there."""
    dialog = page.locator("#picker")
    expect(dialog).to_be_visible()
    expect(dialog.locator("[data-set], [data-put]").first).to_be_visible()
    return dialog


def give(page, *names: str) -> None:
    """Files into the form, as by a drop on its chooser."""
    for name in names:
        # The same picture again would be the upload that is there already, with its first name.
        colour = f"#{crc32(name.encode()) & 0xFFFFFF:06x}"
        body = picture(640, 360, colour)
        file = {"name": name, "mimeType": "image/png", "buffer": body}
        with page.expect_response(lambda one: one.url.endswith("/uploads/")):
            page.locator("#file-chooser").set_input_files(file)
        settled(page)


def test_a_template_is_chosen_with_the_keyboard(visit):
    page = visit().page
    mode(page, "effect")
    page.locator("#choose-template").focus()
    page.keyboard.press("Enter")
    dialog = opened(page)
    expect(page.locator("#picker-q")).to_be_focused()
    assert axe(page) == []
    page.keyboard.type("old and")
    expect(dialog.locator("[data-set]")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    expect(dialog.locator("[data-set]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog).not_to_be_visible()
    expect(page.locator("#choose-template")).to_contain_text("Old and Young")
    settled(page)
    expect(page.locator("#choose-template")).to_be_focused()
    # It is opened again where it was, with the chosen one marked.
    page.keyboard.press("Enter")
    chosen = opened(page).locator("[data-set][aria-current]")
    expect(chosen).to_contain_text("Old and Young")
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    expect(page.locator("#choose-template")).to_be_focused()


def test_a_template_is_chosen_without_scripts(visit):
    # They never arrive: in a page that forbids them axe could not look either.
    page = visit(expected=("ERR_FAILED",)).page
    page.route("**/*.js", lambda route: route.abort())
    page.goto(f"{page.url}?operation=template&use=upload:x&as=image")
    page.locator("#prompt").fill("A kite, hand-painted")
    page.locator("#choose-template").press("Enter")
    entry = page.locator("#shelf label", has_text="Old and Young")
    # Nobody read this list yet, perhaps: whoever waits looks again.
    for _ in range(20):
        if entry.count():
            break
        page.wait_for_timeout(500)
        page.get_by_role("button", name="Find").click()
    expect(page.locator("#look-for")).to_be_focused()
    page.locator("#look-for").fill("old and")
    page.locator("#look-for").press("Enter")
    expect(page.locator("#shelf input[type=radio]")).to_have_count(1)
    assert look_at(page) == []
    page.locator("#shelf input[type=radio]").press("Space")
    page.get_by_role("button", name="Take the marked one").press("Enter")
    expect(page.locator("#shelf")).to_have_count(0)
    expect(page.locator("#choose-template")).to_contain_text("Old and Young")
    expect(page.locator("#prompt")).to_have_value("A kite, hand-painted")
    page.get_by_role("button", name="Clear: Effect").press("Enter")
    expect(page.locator("#choose-template")).to_contain_text("Choose an effect")


def test_what_is_typed_the_moment_the_search_has_the_focus_is_searched(visit):
    for title in ("A hare at dawn", "A snail at dusk"):
        page = visit("prompts/new/").page
        page.fill("#id_title", title)
        page.fill("#id_text", f"{title}, slow dolly-in")
        page.get_by_role("button", name="Save the prompt").click()
        expect(page.locator("h1")).to_have_text(title)
    page = visit().page
    settled(page)
    page.evaluate(
        """document.addEventListener("focusin", (event) => {
          if (event.target.id !== "picker-q" || event.target.value) return;
          event.target.value = "snail";
          event.target.dispatchEvent(new Event("input", { bubbles: true }));
        })"""
    )
    page.locator("#take-prompt").click()
    expect(page.locator("#picker [data-item]")).to_have_count(1)


def test_arrows_move_by_what_stands_where(visit):
    page = visit().page
    mode(page, "effect")
    page.locator("#choose-template").click()
    dialog = opened(page)
    page.get_by_role("button", name="useapi.net", exact=True).click()
    expect(dialog.locator("#picker-title + span")).to_contain_text("useapi.net")
    expect(dialog.locator("[data-set]")).to_have_count(22)
    cards = [one.bounding_box() for one in dialog.locator("[data-item]").all()]
    columns = sum(one["y"] == cards[0]["y"] for one in cards)
    assert columns > 2
    ids = dialog.locator("[data-item]").evaluate_all("all => all.map((one) => one.id)")
    page.locator("#picker-q").focus()
    moves = {"ArrowDown": 0, "ArrowRight": 1, "End": 21, "Home": 0}
    for key, at in moves.items():
        page.keyboard.press(key)
        assert page.evaluate(ACTIVE) == ids[at], key
    page.keyboard.press("ArrowDown")
    assert page.evaluate(ACTIVE) == ids[columns]
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    assert page.evaluate(ACTIVE) == ids[1]
    page.keyboard.press("ArrowUp")
    expect(page.locator("#picker-q")).to_be_focused()
    # One of the choices is reached with Tab, the next Tab leaves them.
    page.keyboard.press("Tab")
    assert page.evaluate(ACTIVE) == ids[1]
    page.keyboard.press("Tab")
    assert page.evaluate(ACTIVE) not in ids
    # A preview of the sandbox comes from us, or not at all.
    expect(dialog.locator("img").first).to_have_js_property("complete", value=True)
    assert dialog.locator("img").first.evaluate("one => one.naturalWidth") > 0
    dialog.get_by_role("button", name="Refresh").click()
    expect(page.locator("#picker-age")).to_contain_text("Read just now")
    expect(page.locator("#picker-age")).not_to_contain_text("being read")


def test_a_voice_is_heard_and_looks_right(visit):
    page = visit().page
    mode(page, "speak")
    page.locator("#choose-voice").click()
    dialog = opened(page)
    page.get_by_role("button", name="useapi.net", exact=True).click()
    hear = dialog.get_by_role("button", name="Hear Emily")
    hear.click()
    expect(hear).to_have_attribute("aria-pressed", "true")
    hear.click()
    expect(hear).to_have_attribute("aria-pressed", "false")
    assert look_at(page) == []
    dialog.get_by_role("button", name="Emily", exact=True).press("Enter")
    expect(page.locator("#choose-voice")).to_contain_text("Emily")


def test_a_file_of_the_project_is_picked(visit):
    page = visit().page
    mode(page, "image")
    give(page, "harbour.png")
    page.locator("[data-thing] button[name=remove]").click()
    expect(page.locator("[data-thing]")).to_have_count(0)
    settled(page)
    page.locator("#pick-image").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#picker")).to_be_visible()
    page.get_by_role("button", name="Uploads", exact=True).click()
    dialog = opened(page)
    card = dialog.locator("[data-put]", has_text="harbour.png")
    card.focus()
    page.keyboard.press("Enter")
    expect(dialog).not_to_be_visible()
    expect(page.locator("[data-thing]")).to_have_count(1)
    expect(page.locator("[data-thing]")).to_contain_text("640 × 360")


def test_names_are_completed_while_one_types(visit):
    page = visit().page
    mode(page, "combine")
    give(page, "robot.png", "rope.png")
    expect(page.locator("[data-thing]")).to_have_count(2)
    prompt, names = page.locator("#prompt"), page.locator("#mentions")
    prompt.fill("")
    prompt.focus()
    page.keyboard.type("a day of mail@example and @ro")
    expect(names.locator("li")).to_have_count(2)
    assert axe(page) == []
    expect(prompt).to_have_attribute("aria-activedescendant", "mention-0")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(prompt).to_have_value("a day of mail@example and @rope ")
    expect(names).to_be_hidden()
    page.keyboard.type("with @")
    # A hidden list keeps its lines.
    expect(names).to_be_visible()
    expect(names.locator("li")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(names).to_be_hidden()
    expect(prompt).to_be_focused()
    page.keyboard.type("r")
    expect(names).to_be_visible()
    names.locator("li", has_text="robot").click()
    expect(prompt).to_have_value("a day of mail@example and @rope with @robot ")
    chips = page.locator("#mention-chips button")
    expect(chips).to_have_text(["@robot", "@rope"])
    expect(chips.first).to_have_class(re.compile("spoken"))
    chips.first.click()
    expect(prompt).to_have_value("a day of mail@example and @rope with @robot @robot ")
