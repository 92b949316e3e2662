"""The other ways to start: files find their slots, names the prompt, and keys reach everything."""

from __future__ import annotations

import base64

import pytest
from playwright.sync_api import expect

from tests.story import picture

from .conftest import CHEAP, card, settled, write
from .eyes import BY_COLOUR, axe

pytestmark = pytest.mark.browser

DROP = """([where, files]) => {
  const data = new DataTransfer();
  for (const [name, base64] of files) {
    const bytes = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
    data.items.add(new File([bytes], name, { type: "image/png" }));
  }
  const event = new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
  document.querySelector(where).dispatchEvent(event);
}"""
WIDTH = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def focused(page) -> str:
    return page.evaluate("document.activeElement.id || document.activeElement.className")


def tab_to(page, wanted: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if focused(page) == wanted:
            return
    pytest.fail(f"{wanted} is not reached with the Tab key")


def drop(page, *files: tuple[str, str], where: str = "body") -> None:
    """Files of these names and colours, all at once."""
    told = [[name, base64.b64encode(picture(colour=colour)).decode()] for name, colour in files]
    page.evaluate(DROP, [where, told])


def mode(page, name: str, operation: str = "") -> None:
    settled(page)
    page.locator(f"label:has(#mode-{name})").click()
    settled(page)
    if operation:
        page.locator(f"label:has(#op-{operation})").click()
        settled(page)


def things(page) -> list[str]:
    return [one.get_attribute("data-thing") for one in page.locator("[data-thing]").all()]


def test_between_two_dropped_pictures(visit, begun):
    page = visit().page
    page.locator("#prompt").fill("Dawn turns to dusk")
    mode(page, "between")
    drop(page, ("dawn.png", "#d08040"), ("dusk.png", "#304080"))
    expect(page.locator("[data-thing]")).to_have_count(2)
    assert things(page) == ["in_first_frame_1", "in_last_frame_1"]
    write(page, "Dawn turns to dusk", **CHEAP)
    page.locator("#generate").click()
    expect(card(page, "Dawn turns to dusk")).to_have_count(1)
    expect(page.locator(".card2[data-state=succeeded]", has_text="Dawn turns")).to_have_count(1)
    (job,) = begun.studio.jobs("Dawn turns to dusk")
    assert job["operation"] == "transition"


def test_files_follow_and_come_back(visit):
    page = visit().page
    mode(page, "between", "multi_transition")
    drop(page, *((f"{name}.png", f"#{name * 6}") for name in "369c"))
    expect(page.locator("[data-thing]")).to_have_count(4)
    expect(page.locator(".way")).to_have_count(3)
    page.locator("#f-prompt_2").fill("a storm comes up")
    settled(page)
    page.get_by_role("button", name="Move frame 4 to the left").click()
    settled(page)
    names = page.locator(".thing .about b").all_inner_texts()
    assert names == ["3.png", "6.png", "c.png", "9.png"]
    mode(page, "image")
    expect(page.locator("[data-thing]")).to_have_count(1)
    mode(page, "text")
    expect(page.locator("[data-thing]")).to_have_count(0)
    mode(page, "between")
    assert page.locator(".thing .about b").all_inner_texts() == names
    expect(page.locator("#f-prompt_2")).to_have_value("a storm comes up")
    page.reload()
    settled(page)
    assert page.locator(".thing .about b").all_inner_texts() == names
    expect(page.locator("#f-prompt_2")).to_have_value("a storm comes up")
    page.get_by_role("button", name="Remove 3.png").click()
    settled(page)
    assert page.locator(".thing .about b").all_inner_texts() == names[1:]


def test_combine_with_names_in_the_prompt(visit, begun):
    page = visit().page
    mode(page, "combine")
    drop(page, ("robot.png", "#808890"), ("city.png", "#202840"))
    expect(page.locator("#in_reference_1_name")).to_have_value("robot")
    page.locator("#prompt").fill("A robot walks, reference by name")
    expect(page.locator("#prompt-notes")).to_contain_text("Write @robot into the prompt")
    expect(page.locator("#generate")).to_contain_text("$")
    page.locator("#in_reference_1_name").fill("tin")
    settled(page)
    expect(page.locator("#in_reference_1_name")).to_be_focused()
    expect(page.locator("#prompt-notes")).to_contain_text("Write @tin into the prompt")
    page.locator("#in_reference_2_type").select_option("background")
    settled(page)
    write(page, "@tin walks through @city, reference by name", **CHEAP)
    expect(page.locator("#prompt-notes")).to_be_empty()
    expect(page.locator("#in_reference_2_type")).to_have_value("background")
    page.locator("#generate").click()
    expect(card(page, "reference by name")).to_have_count(1)
    done = page.locator(".card2[data-state=succeeded]", has_text="reference by name")
    expect(done).to_have_count(1)


def test_a_drop_on_a_slot_goes_there(visit):
    page = visit().page
    mode(page, "between", "transition")
    drop(page, ("end.png", "#123456"), where="[data-role=last_frame] .add")
    expect(page.locator("[data-thing]")).to_have_count(1)
    assert things(page) == ["in_last_frame_1"]


def test_typing_goes_on_while_a_file_comes_in(visit):
    page = visit().page
    mode(page, "image")
    page.locator("#prompt").fill("")
    page.locator("#prompt").focus()
    drop(page, ("sea.png", "#2468ac"))
    page.keyboard.type("the sea rises and falls, gulls above", delay=15)
    expect(page.locator("[data-thing]")).to_have_count(1)
    expect(page.locator("#prompt")).to_be_focused()
    expect(page.locator("#prompt")).to_have_value("the sea rises and falls, gulls above")


def test_a_result_goes_into_the_next_form_and_the_draft_stays(visit, begun):
    page = visit().page
    write(page, "A tug in the harbour", **CHEAP)
    page.locator("#generate").click()
    done = page.locator(".card2[data-state=succeeded]", has_text="A tug in the harbour")
    expect(done).to_have_count(1)
    clip = done.get_attribute("id").removeprefix("g-")
    page.locator("#prompt").fill("and it leaves the harbour")
    settled(page)
    page.goto(f"{begun.home}?use=clip:{clip}&as=source&operation=extend")
    settled(page)
    assert "use=" not in page.url
    expect(page.locator("#mode-continue")).to_be_checked()
    expect(page.locator("[data-thing]")).to_contain_text("A tug in the harbour")
    expect(page.locator("#prompt")).to_have_value("and it leaves the harbour")
    page.reload()
    settled(page)
    expect(page.locator("[data-thing]")).to_contain_text("A tug in the harbour")
    page.locator("#generate").click()
    after = page.locator(".card2[data-state=succeeded]", has_text="and it leaves the harbour")
    expect(after).to_have_count(1)


def test_modes_with_the_keyboard_alone(visit):
    page = visit().page
    files = [
        {"name": f"{name}.png", "mimeType": "image/png", "buffer": picture(colour=f"#{name * 6}")}
        for name in "48b"
    ]
    # Listened for from the start: told to only as the key is pressed, the browser may hear the
    # key first and open a dialog that nobody answers.
    page.on("filechooser", lambda chooser: chooser.set_files(files))
    settled(page)
    page.locator("#mode-text").focus()
    for wanted in ("image", "between"):
        page.keyboard.press("ArrowRight")
        settled(page)
        assert focused(page) == f"mode-{wanted}"
        expect(page.locator(f"#mode-{wanted}")).to_be_checked()
    tab_to(page, "op-transition")
    page.keyboard.press("ArrowRight")
    settled(page)
    assert focused(page) == "op-multi_transition"
    tab_to(page, "browse-frame")
    page.keyboard.press("Enter")
    expect(page.locator("[data-thing]")).to_have_count(3)
    settled(page)
    page.locator("#mode-between").focus()
    tab_to(page, "right-in_frame_1")
    page.keyboard.press("Enter")
    settled(page)
    assert page.locator(".thing .about b").all_inner_texts() == ["8.png", "4.png", "b.png"]
    tab_to(page, "f-prompt_1")
    page.keyboard.type("fog")
    page.keyboard.press("Enter")
    settled(page)
    expect(page.locator("#f-prompt_1")).to_have_value("fog")
    assert page.locator(".card2", has_text="Frames").count() == 0


def test_every_mode_is_sound_and_fits_a_phone(visit):
    page = visit(viewport={"width": 390, "height": 844}).page
    modes = [one.get_attribute("value") for one in page.locator("[name=mode]").all()]
    assert len(modes) == 10
    for name in modes:
        mode(page, name)
        for value in [one.get_attribute("value") for one in page.locator("[name=operation]").all()]:
            if page.locator(f"#op-{value}").count():
                page.locator(f"label:has(#op-{value})").click()
                settled(page)
            assert page.evaluate(WIDTH) <= 0, value
            expect(page.locator("#generate")).to_contain_text("$")
            for scheme, rules in (("dark", BY_COLOUR), ("light", ())):
                page.emulate_media(color_scheme=scheme)
                assert axe(page, *rules) == [], (value, scheme)
