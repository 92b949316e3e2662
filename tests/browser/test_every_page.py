"""Every page in light, dark and on a phone: nothing for axe, nothing that jumps by itself."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.story import picture
from tests.test_access import rows

from .conftest import CHEAP, WATCH, generate, pin, write
from .crawl import crawl
from .eyes import BY_COLOUR, BY_WIDTH, JUMPS, VENDOR, axe, digest, jumps

pytestmark = pytest.mark.browser

AXE_SUMS = {
    "LICENSE": "af175b9d96ee93c21a036152e1b905b0b95304d4ae8c2c921c7609100ba8df7e",
    "LICENSE-3RD-PARTY.txt": "4f8563870d0fca38bbc3e00b6f670cb7fa9f380ba9f26a7f7d1184a6b18b1653",
    "axe.min.js": "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c",
}
PHONE = {"width": 390, "height": 800}
# Addresses that no link leads to.
MORE = (
    "/?choose=1",
    "/welcome/",
    "/accounts/logout/",
    "/accounts/password/change/",
    "/accounts/security/webauthn/",
)
OUTSIDE = (
    "/accounts/login/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/no-such/",
    "/accounts/password/reset/key/done/",
    "/accounts/inactive/",
    "/accounts/confirm-email/",
    "/accounts/confirm-email/no-such/",
)
# What answers an owner with 200 and is no page: parts of one, files, what a guest's link opens
# (tests/browser/test_review.py looks at those) and the pages of OUTSIDE.
NO_PAGES = {
    "account_confirm_email",
    "account_email_verification_sent",
    "account_inactive",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "audit_changes_csv",
    "audit_csv",
    "budget_strip",
    "clip",
    "clip_download",
    "clip_poster",
    "clip_preview",
    "generation_live",
    "guest",
    "healthz",
    "lists",
    "mask_picture",
    "notices_latest",
    "notices_news",
    "pick",
    "prompt_fill",
    "prompt_pick",
    "prompt_recipe",
    "prompts_before",
    "prompts_csv",
    "prompts_json",
    "shared_input",
    "spend_export",
    "upload_download",
    "upload_file",
}


@pytest.fixture
def places(begun):
    """Every page by its name, in a team with one done clip and one open question."""
    context = begun.browser.new_context(storage_state=begun.state)
    context.add_init_script(WATCH)
    page = context.new_page()
    page.goto(begun.home)
    done = generate(page, "A balloon over the bay")
    # PixVerse has no list in which a lost reply could be found, and without a webhook nobody can.
    write(page, "Somewhere", **CHEAP)
    pin(page, "PixVerse")
    generate(page, "A gull in the fog [lost-reply] [no-hook]")
    expect(page.locator(".card2[data-state=succeeded]", has_text="A balloon")).to_have_count(1)
    expect(page.locator(".card2[data-state=uncertain]", has_text="A gull")).to_have_count(1)
    clip = begun.studio.url + done.locator("a.ph").get_attribute("href")
    page.goto(f"{begun.team}prompts/new/")
    page.fill("#id_title", "Every page")
    page.fill("#id_text", "A {{thing}} over the bay")
    page.get_by_role("button", name="Save the prompt").click()
    expect(page.locator("h1")).to_have_text("Every page")
    page.goto(f"{begun.team}uploads/")
    body = {"name": "boat.png", "mimeType": "image/png", "buffer": picture(colour="#4488cc")}
    page.set_input_files("input[type=file]", body)
    expect(page.locator("main a", has_text="boat.png")).not_to_have_count(0)
    context.close()
    more = (clip, f"{begun.home}voices/", *(begun.studio.url + one for one in MORE))
    return crawl(begun.home, begun.state["cookies"], more)


@pytest.fixture
def walk(visit):
    """A page to go through addresses with; axe is there from the beginning of each."""

    def begin(start: str, **options):
        page = visit(start, **options).page
        page.add_init_script(JUMPS)
        page.add_init_script(path=VENDOR / "axe.min.js")
        return page

    return begin


def themes(page) -> list[str]:
    """What is wrong with the page as it stands, in light and dark."""
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    wrong = [f"light: {one}" for one in axe(page)]
    page.emulate_media(color_scheme="dark")
    return wrong + [f"dark: {one}" for one in axe(page, *BY_COLOUR)]


def look_at(page) -> list[str]:
    """The page as it stands, in light, dark and narrow; what is wrong with it."""
    wrong = themes(page)
    page.set_viewport_size(PHONE)
    return wrong + narrow(page)


def open_and_look(page, address: str) -> list[str]:
    """The same from the beginning, twice: also what jumps while the page comes."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(address)
    wrong = themes(page) + jumps(page)
    page.set_viewport_size(PHONE)
    page.goto(address)
    return wrong + narrow(page) + [f"at 390 px: {one}" for one in jumps(page)]


def narrow(page) -> list[str]:
    # What has just been said lies over the page for a moment, and goes by itself.
    page.evaluate("document.querySelectorAll('[data-toast]').forEach((one) => one.remove())")
    wrong = [f"at 390 px: {one}" for one in axe(page, *BY_WIDTH)]
    width = page.evaluate("document.scrollingElement.scrollWidth")
    if width > 390:
        wrong.append(f"scrolls sideways at 390 px: {width} px")
    return wrong


def test_axe_is_as_published():
    assert {one.name: digest(one) for one in VENDOR.iterdir()} == AXE_SUMS


def test_every_page_of_the_team(walk, begun, places):
    pages = {name for name, how, codes in rows() if how == "GET" and codes["owner"] == "200"}
    assert sorted(pages - places.keys() - NO_PAGES) == [], "no link leads there"
    page = walk(begun.home)
    found = {name: open_and_look(page, address) for name, address in places.items()}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_every_page_for_everybody(walk, begun):
    page = walk(begun.studio.url + OUTSIDE[0], storage_state=None, expected=("404 GET",))
    places = [begun.studio.url + path for path in (*OUTSIDE, "/nowhere/")]
    places.append(f"{begun.studio.sandbox_url}/?pause=1")
    found = {address: open_and_look(page, address) for address in places}
    assert {address: wrong for address, wrong in found.items() if wrong} == {}
