"""Steps 1 and 2: the first minute, and a brief with its prices."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from tests.story import picture

from .conftest import CHEAP, card, pin, settled, write

pytestmark = pytest.mark.browser

DROP = """([kind, base64]) => {
  const bytes = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], "boat.png", { type: "image/png" }));
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })
    : new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
  document.body.dispatchEvent(event);
}"""


def dollars(text: str) -> Decimal:
    return Decimal(re.search(r"\$([\d,.]+)", text)[1].replace(",", ""))


def names(page) -> set[str]:
    return {one.get_attribute("name") for one in page.locator("#fields [name]").all()}


def test_the_first_minute(begun):
    assert begun.complaints == []
    assert "/t/sample-team/p/" in begun.home


def test_fields_follow_the_catalogue(visit):
    page = visit().page
    write(page, "A fox in the snow")
    with_text = names(page)
    assert {"quality", "duration", "aspect_ratio"} <= with_text
    durations = page.locator("#f-duration option").all_text_contents()
    models = page.locator("#f-model option").all()
    assert len(models) > 2
    seen = {tuple(durations)}
    for model in models[1:4]:
        with page.expect_response(lambda one: one.url.endswith("/quote/")):
            page.locator("#f-model").select_option(model.get_attribute("value"))
        page.wait_for_timeout(100)
        seen.add(tuple(page.locator("#f-duration option").all_text_contents()))
    assert len(seen) > 1
    with page.expect_response(lambda one: one.url.endswith("/quote/")):
        page.locator("label:has(#mode-image)").click()
    expect(page.locator("#f-aspect_ratio")).to_have_count(0)
    expect(page.locator("#prompt")).to_have_value("A fox in the snow")


def test_each_account_has_a_price_or_a_reason(visit):
    page = visit().page
    write(page, "A fox in the snow", **CHEAP)
    rows = page.locator("label.offer").all_inner_texts()
    assert len(rows) >= 5
    priced = [one for one in rows if "$" in one]
    assert len(priced) >= 3
    for row in rows:
        assert re.search(r"\$[\d.]+\s+[\d.]+ .*credits|\$[\d.]+\s+.*USD", row) or "." in row
    least = min(priced, key=dollars)
    assert "cheapest" in least
    expect(page.locator("label.offer", has=page.locator("input:checked"))).to_contain_text(
        "cheapest"
    )


def test_pin_another_take_three_and_press_mod_enter(visit):
    page = visit().page
    write(page, "Three takes of a heron", **CHEAP)
    pin(page, "WorldRouter")
    one = dollars(page.locator("#total").inner_text())
    page.get_by_text("×3").click()
    settled(page)
    assert dollars(page.locator("#total").inner_text()) == 3 * one
    page.locator("#prompt").press("ControlOrMeta+Enter")
    found = card(page, "Three takes of a heron")
    expect(found).to_have_count(3)
    expect(page.locator(".card2[data-state=succeeded]", has_text="Three takes")).to_have_count(3)
    assert "WorldRouter" not in page.locator("#trouble").inner_text()


@pytest.mark.parametrize("how", ["choose", "paste", "drop"])
def test_a_picture_comes_in(visit, begun, how):
    import base64

    page = visit().page
    page.locator("#prompt").fill(f"The boat sets sail, by {how}")
    with page.expect_response(lambda one: one.url.endswith("/uploads/")) as sent:
        if how == "choose":
            boat = {"name": "boat.png", "mimeType": "image/png", "buffer": picture()}
            page.locator("#file-chooser").set_input_files(boat)
        else:
            page.evaluate(DROP, [how, base64.b64encode(picture()).decode()])
    assert sent.value.status == 201
    expect(page.locator("#mode-image")).to_be_checked()
    expect(page.locator("[data-thing]")).to_contain_text("640 × 360")
    expect(page.locator("#f-aspect_ratio")).to_have_count(0)
    expect(page.locator("#generate")).to_be_enabled()
    if how != "choose":
        return
    write(page, "The boat sets sail", **CHEAP)
    page.locator("#generate").click()
    expect(page.locator(".card2[data-state=succeeded]", has_text="sets sail")).to_have_count(1)
    (job,) = begun.studio.jobs("The boat sets sail")
    assert job["state"] == "done"
    # The same picture may have come before under another name: it is kept once.
    page.locator("[data-thing]").get_by_role("button", name=re.compile("^Remove")).click()
    expect(page.locator("#browse-image")).to_be_focused()
    expect(page.locator("[data-thing]")).to_have_count(0)


def focused(page) -> str:
    return page.evaluate("document.activeElement.id || document.activeElement.className")


def tab_to(page, wanted: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if focused(page) == wanted:
            return
    pytest.fail(f"{wanted} is not reached with the Tab key")


def test_with_the_keyboard_alone(visit):
    page = visit().page
    tab_to(page, "skip")
    tab_to(page, "prompt")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("A lighthouse, by keyboard", delay=1)
    tab_to(page, "f-quality")
    page.keyboard.press("Home")
    tab_to(page, "takes-1")
    # From the end of the form back: the chosen offer, another with an arrow key.
    settled(page)
    page.keyboard.press("Shift+Tab")
    while not focused(page):  # a link in the row of an account that cannot
        page.keyboard.press("Shift+Tab")
    assert focused(page).startswith("o-"), (focused(page), page.locator("#quote").inner_text())
    before = page.locator("#quote input:checked").get_attribute("value")
    with page.expect_response(lambda one: one.url.endswith("/quote/")):
        page.keyboard.press("ArrowDown")
    expect(page.locator("#quote input:checked")).not_to_have_value(before)
    page.wait_for_timeout(300)
    assert focused(page).startswith("o-"), "the focus is lost when the prices change"
    tab_to(page, "generate")
    page.keyboard.press("Enter")
    expect(card(page, "A lighthouse, by keyboard")).to_have_count(1)
    expect(page.locator(".card2[data-state=succeeded]", has_text="by keyboard")).to_have_count(1)
