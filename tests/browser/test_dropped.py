"""Files dropped on pages that ask for none: the page stays, and the files can be kept or used."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from generations.models import Upload
from tests.accounts.people import join, person
from tests.story import picture

from .eyes import axe

pytestmark = pytest.mark.browser
# As a browser does it; the answer is whether the page keeps it from opening the file.
DROP = """([selector, files]) => {
  const data = new DataTransfer();
  for (const [name, bytes] of files) {
    data.items.add(new File([new Uint8Array(bytes)], name, { type: "image/png" }));
  }
  const place = document.querySelector(selector);
  return ["dragover", "drop"].map((name) => {
    const event = new DragEvent(name, { dataTransfer: data, bubbles: true, cancelable: true });
    return !place.dispatchEvent(event);
  });
}"""


def drop(page: Page, *names: str, on: str = "#content") -> list[bool]:
    files = [[name, list(picture(80, 60 + n))] for n, name in enumerate(names)]
    return page.evaluate(DROP, [on, files])


def test_a_dropped_file_is_kept_and_what_was_written_stays(home, look):
    page = look("/t/crew/prompts/new/")
    page.get_by_label("Title").fill("Half a prompt")
    assert drop(page, "lantern.png") == [True, True]
    toast = page.locator("[data-dropped]")
    expect(toast).to_contain_text("lantern.png: dropped here, and not kept yet.")
    assert axe(page) == []
    toast.get_by_role("button", name="Keep in uploads").click()
    expect(toast).to_contain_text("lantern.png is in uploads.")
    kept = Upload.objects.get(name="lantern.png")
    place = f"/t/crew/p/{home.project.uuid}/uploads/{kept.uuid}/"
    expect(toast.get_by_role("link", name="Open")).to_have_attribute("href", place)
    expect(page.get_by_label("Title")).to_have_value("Half a prompt")


def test_several_dropped_files_begin_a_brief(home, look):
    page = look("/t/crew/results/")
    drop(page, "first.png", "second.png")
    expect(page.locator("[data-dropped]")).to_contain_text("first.png and 1 more")
    page.get_by_role("button", name="Take to the studio").click()
    page.wait_for_url(f"**/p/{home.project.uuid}/?use=*")
    assert Upload.objects.filter(name__in=["first.png", "second.png"]).count() == 2
    expect(page.locator("#compose")).to_contain_text("first.png")


def test_what_cannot_be_used_is_said_and_the_rest_is_kept(home, look):
    page = look("/t/crew/results/", expected=("422 POST",))
    files = [["broken.png", [1, 2, 3]], ["lantern.png", list(picture(80, 60))]]
    page.evaluate(DROP, ["#content", files])
    page.get_by_role("button", name="Take to the studio").click()
    said = "lantern.png is in uploads. broken.png is not a picture."
    expect(page.locator("[data-dropped]")).to_contain_text(said)
    assert page.url.endswith("/t/crew/results/")


def test_who_may_only_look_is_told_so(home, look):
    looker = person("Lou")
    join(home.team, looker)
    home.project.memberships.create(user=looker, role="viewer")
    home.people["owner"] = looker
    page = look("/t/crew/results/")
    assert drop(page, "lantern.png") == [True, True]
    expect(page.locator("[data-dropped]")).to_contain_text("You may only look here")
    expect(page.get_by_role("button", name="Keep in uploads")).to_have_count(0)


def test_a_field_for_files_takes_them_by_itself(home, look):
    page = look("/t/crew/prompts/")
    assert drop(page, "prompts.json", on="input[type=file]") == [False, False]
