"""``python -m tests.screenshots [name ...]``: pictures of every page, of a studio in every state.

All go to docs/screenshots/all (not in git), the handful that documents show beside it. A page that
no picture shows is an error. Names ("results", "scenes") make only those anew.
"""

from __future__ import annotations

import os
import sys
import tempfile
from io import BytesIO
from pathlib import Path

import django
from PIL import Image
from playwright.sync_api import Browser, Page, expect

FOLDER = tempfile.TemporaryDirectory(prefix="screenshots-")
os.environ |= {"PIXSTUDIO_DATA": FOLDER.name, "DJANGO_SETTINGS_MODULE": "pixstudio.settings"}
django.setup()

from django.urls import reverse  # noqa: E402

from tests.browser.conftest import (  # noqa: E402
    PATIENCE,
    WATCH,
    Begun,
    first_minute,
    pin,
    settled,
    write,
)
from tests.browser.crawl import crawl, name_of  # noqa: E402
from tests.browser.eyes import chromium  # noqa: E402
from tests.browser.test_every_page import MORE, NO_PAGES, OUTSIDE  # noqa: E402
from tests.kill.studio import ROOT, Studio, answers, wait_for  # noqa: E402
from tests.story import picture  # noqa: E402
from tests.test_access import rows  # noqa: E402

OUT = ROOT / "docs" / "screenshots"
LARGEST = 250_000
SIZES = (
    ("dark", "dark", 1440, 900),
    ("light", "light", 1440, 900),
    ("whole", "light", 1280, 900),
    ("phone", "dark", 390, 844),
)
# What documents show: the page, and how it is seen.
SHOWN = {
    ("studio", "dark"): "studio-dark",
    ("studio", "light"): "studio-light",
    ("studio", "phone"): "phone",
    ("generation", "dark"): "generation",
    ("providers", "light"): "providers",
    ("uncertain", "light"): "uncertain",
    ("results", "dark"): "results",
    ("compare", "dark"): "compare",
    ("prompt", "light"): "prompt",
    ("spend", "light"): "spend",
    ("combine", "dark"): "combine",
    ("swap", "light"): "swap",
}
CLIPS = (
    "A paper kite drifts over sand dunes at golden hour, hand-painted look, slow dolly-in",
    "Rain on a neon street at night, reflections in the puddles, the camera low and steady",
    "A lighthouse in a storm, waves over the rocks, seen from a drone",
    "Macro: dew runs down a fern, morning light, shallow depth of field",
)
# Two pictures to combine, by the names that the prompt gives them.
PICTURES = {"robot": "A tin robot on a workbench", "city": "A city of folded paper at dawn"}
# Prompt and the account that answers it as told.
ENDS = (
    ("A brass automaton pours tea, clockwork close-up [fail]", "PixVerse"),
    ("A crowd leaves the stadium, long lens [moderate]", "WorldRouter"),
    ("A ferry crosses the bay in fog [lost-reply] [no-hook]", "PixVerse"),
    ("A fox crosses a snowy field, tracking shot", "WorldRouter"),
    # One that runs in every picture, however long they take.
    ("Clouds over a city, time lapse [never]", "useapi"),
)


def fill(page: Page) -> None:
    """One of every state."""
    for prompt, account in ENDS:
        write(page, prompt, quality="540p", duration="5")
        pin(page, account)
        page.locator("#generate").click()
        expect(page.locator(".card2", has_text=prompt[:30])).to_have_count(1)
    for prompt in CLIPS:
        write(page, prompt, quality="540p", duration="5")
        pin(page, "EasyRouter")
        page.locator("#generate").click()
        expect(page.locator(".card2", has_text=prompt[:30])).to_have_count(1)
    mode(page, "picture")
    for prompt in PICTURES.values():
        page.locator("#prompt").fill(prompt)
        settled(page)
        page.locator("#generate").click()
        expect(page.locator(".card2", has_text=prompt)).to_have_count(1)
    for prompt in (*CLIPS, *PICTURES.values(), ENDS[3][0]):
        done = page.locator(".card2[data-state=succeeded]", has_text=prompt[:30])
        expect(done).to_have_count(1, timeout=60_000)
    mode(page, "text")
    write(page, CLIPS[0])


def mode(page: Page, name: str, operation: str = "") -> None:
    settled(page)
    page.locator(f"label:has(#mode-{name})").click()
    if operation:
        page.locator(f"label:has(#op-{operation})").click()
    settled(page)


def pick(page: Page, role: str, words: str) -> None:
    """A file of the project, from the dialog."""
    page.locator(f"#pick-{role}").click()
    page.locator("#picker [data-put]", has_text=words).click()
    settled(page)


def combine(page: Page) -> None:
    """Two earlier pictures by their names."""
    mode(page, "combine")
    for number, (name, words) in enumerate(PICTURES.items(), 1):
        pick(page, "reference", words)
        page.locator(f"#in_reference_{number}_name").fill(name)
        settled(page)
    page.locator("#in_reference_2_type").select_option("background")
    page.locator("#prompt").fill("@robot walks through @city, slow tracking shot")
    settled(page)


def swap(page: Page) -> None:
    """What is found on a frame, and one of it chosen."""
    mode(page, "change", "swap")
    pick(page, "source", CLIPS[0][:30])
    # The first of the pictures that were combined has come along.
    expect(page.locator("[data-thing=in_image_1]")).to_be_visible()
    page.locator("#masks-find").click()
    page.locator("#masks-list [data-mask]").first.click()
    settled(page)
    page.locator("#slots").evaluate("(one) => one.scrollIntoView()")


def effect(page: Page) -> None:
    """The dialog of a provider's list."""
    mode(page, "effect")
    page.locator("#choose-template").click()
    page.get_by_role("button", name="useapi.net", exact=True).click()
    expect(page.locator("#picker [data-set]").first).to_be_visible()


def by_form(browser: Browser, begun: Begun) -> None:
    """The same list without scripts, within the form."""
    context = browser.new_context(storage_state=begun.state, java_script_enabled=False)
    page = context.new_page()
    for how, width, height in (("light", 1440, 900), ("phone", 390, 844)):
        page.emulate_media(color_scheme="dark" if how == "phone" else "light")
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{begun.home}?operation=template&use=upload:x&as=image")
        page.locator("#choose-template").click()
        page.locator("#look-at").select_option(label="useapi.net")
        page.get_by_role("button", name="Find").click()
        expect(page.locator("#shelf input[type=radio]").first).to_be_visible()
        page.locator("#shelf").evaluate("(one) => one.scrollIntoView()")
        shoot(page, "by_form", how)
    context.close()


def scenes(page: Page, home: str) -> None:
    """The form in ways that no address leads to."""
    page.set_viewport_size({"width": 1440, "height": 900})
    for fill_in, how in ((combine, "dark"), (swap, "light"), (effect, "light")):
        page.emulate_media(color_scheme=how)
        page.goto(home)
        fill_in(page)
        page.wait_for_timeout(800)
        shoot(page, fill_in.__name__, how)


def workspace(page: Page, begun: Begun) -> tuple[str, ...]:
    """A prompt that was used, marks and verdicts; the addresses that no link leads to."""
    page.goto(f"{begun.team}prompts/new/")
    page.fill("#id_title", "Kite over dunes")
    page.fill("#id_text", f"{CLIPS[0]}, {{{{light}}}}")
    page.fill("#id_variables", "light = golden hour | golden hour, blue hour | Time of day")
    page.get_by_role("button", name="Save the prompt").click()
    page.goto(f"{begun.team}uploads/")
    body = {"name": "boat.png", "mimeType": "image/png", "buffer": picture(colour="#4488cc")}
    page.set_input_files("input[type=file]", body)
    expect(page.locator("main a", has_text="boat.png")).not_to_have_count(0)
    page.goto(begun.home)
    done = page.locator(".card2[data-state=succeeded]")
    clips = [done.filter(has_text=one[:30]).first for one in CLIPS]
    paths = [one.locator("a.ph").get_attribute("href") or "" for one in clips]
    for path, keys in zip(paths, ("a", "a", "x", ""), strict=True):
        page.goto(begun.studio.url + path)
        page.wait_for_function("() => !window.player || window.player.readyState >= 2")
        for key in keys:
            page.keyboard.press(key)
            page.wait_for_timeout(300)
    page.goto(f"{begun.team}results/")
    for key in ("ArrowRight", "5", "ArrowRight", ".", "4", "ArrowRight", "2"):
        page.keyboard.press(key)
        page.wait_for_timeout(300)
    both = "&".join(f"g={one.rstrip('/').rpartition('/')[2]}" for one in paths[:2])
    here = (f"{begun.team}compare/?{both}", begun.studio.url + paths[0], f"{begun.home}voices/")
    return (*here, *(begun.studio.url + one for one in MORE))


def guests(browser: Browser, page: Page, begun: Begun) -> None:
    """A link for guests as it is made, and what they see of it on a phone and a large screen."""
    page.set_viewport_size({"width": 1440, "height": 900})
    args = [begun.team.rstrip("/").rpartition("/")[2], begun.home.rstrip("/").rpartition("/")[2]]
    page.goto(begun.studio.url + reverse("review_link_new", args=args))
    page.get_by_label("Name", exact=True).fill("Kite and Daughters")
    for box in page.locator("[name=g]").all()[:3]:
        box.check()
    page.get_by_role("button", name="Make the link").click()
    link = page.locator("code.secret").inner_text()
    for how, scheme, width, height in SIZES:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(350)
        shoot(page, "review_link_made", how)
    guest = browser.new_page()
    look(guest, "guest", link)
    guest.locator(".guest-grid a").first.click()
    look(guest, "guest_clip", guest.url)
    guest.close()


def addresses(begun: Begun, page: Page) -> dict[str, str]:
    """Every page by the name of its address, and a few in another state."""
    more = workspace(page, begun)
    found = crawl(begun.home, begun.state["cookies"], more)
    pages = {name for name, how, codes in rows() if how == "GET" and codes["owner"] == "200"}
    if missing := sorted(pages - found.keys() - NO_PAGES):
        raise SystemExit(f"No link leads to {', '.join(missing)}: tell this script the way.")
    page.goto(begun.home)
    done = page.locator(".card2[data-state=succeeded]")
    picture = done.filter(has_text=PICTURES["robot"]).locator("a.ph").first.get_attribute("href")
    return found | {
        "picture": f"{begun.studio.url}{picture}",
        "generation": more[1],
        "not_found": f"{begun.studio.url}/nowhere/",
        "sandbox": f"{begun.studio.sandbox_url}/?pause=1",
    }


def shoot(page: Page, name: str, how: str) -> None:
    shot = Image.open(BytesIO(page.screenshot(full_page=how == "whole"))).convert("RGB")
    shot.save(OUT / "all" / f"{name}-{how}.webp", quality=88)
    if shown := SHOWN.get((name, how)):
        place = OUT / f"{shown}.webp"
        for quality in (90, 80, 70, 60):
            shot.save(place, quality=quality, method=6)
            if place.stat().st_size < LARGEST:
                return


def look(page: Page, name: str, address: str) -> None:
    """In dark, light and on a phone; opened anew where another width draws another page."""
    for how, scheme, width, height in SIZES:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": height})
        if how in ("dark", "phone"):
            page.goto(address)
        page.wait_for_function("() => !window.player || window.player.readyState >= 2")
        page.wait_for_timeout(350)
        shoot(page, name, how)


def main(wanted: list[str]) -> None:
    (OUT / "all").mkdir(parents=True, exist_ok=True)
    if not wanted:
        for old in (OUT / "all").glob("*.webp"):
            old.unlink()
    expect.set_options(timeout=PATIENCE)
    with chromium() as browser, Studio(Path(FOLDER.name) / "studio", speed=20) as studio:
        studio.run_command()
        wait_for(lambda: answers(f"{studio.url}/healthz"), 60, "the studio")
        guest = browser.new_page()
        look(guest, "setup", f"{studio.url}/setup/")
        begun = first_minute(studio, browser)
        for path in OUTSIDE:
            name = name_of(path)
            look(guest, f"{name}_over" if "no-such" in path else name, studio.url + path)
        page = browser.new_context(storage_state=begun.state).new_page()
        page.add_init_script(WATCH)
        page.set_default_timeout(PATIENCE)
        look(page, "studio_first", begun.home)
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(begun.home)
        try:
            fill(page)
        finally:
            # What stood there when it went wrong.
            shoot(page, "last", "whole")
        places = addresses(begun, page)
        for name, address in places.items():
            if not wanted or name in wanted:
                look(page, name, address)
        if not wanted or "guest" in wanted:
            guests(browser, page, begun)
        if not wanted or "scenes" in wanted:
            scenes(page, begun.home)
            by_form(browser, begun)
    print(f"{len(list((OUT / 'all').glob('*.webp')))} pictures of {len(places)} pages in {OUT}/all")


if __name__ == "__main__":
    main(sys.argv[1:])
