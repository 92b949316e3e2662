"""Steps 1 and 2: the first minute, and a brief with its prices."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.story import picture

from .conftest import CHEAP, write

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


def names(page) -> set[str]:
    return {one.get_attribute("name") for one in page.locator("#fields [name]").all()}


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
