"""Stories 6, 7 and 10: a team's prompts, a capped project, and the first hour with a studio."""

from __future__ import annotations

import re
import uuid

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import CHEAP, card, generate, settled, write
from tests.browser.eyes import axe

from .hands import only

pytestmark = pytest.mark.browser

# So many presses at the same moment, each a wish of its own, as from as many tabs.
AT_ONCE = """(count) => {
  const form = document.getElementById("compose");
  const press = (_, at) => {
    const body = new FormData(form);
    body.set("form_token", crypto.randomUUID());
    // Each another brief: the very same one would be asked about.
    body.set("prompt", `${body.get("prompt")}, seen ${at}`);
    return fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } });
  };
  return Promise.all(Array.from({ length: count }, press))
    .then((all) => all.map((one) => one.status));
}"""


def done(page: Page, words: str, count: int = 1):
    found = page.locator(".card2[data-state=succeeded]", has_text=words)
    expect(found).to_have_count(count, timeout=60_000)
    return found


def test_story_6_the_team_keeps_prompts_that_work(visit, begun):
    title, kettle = only("Product shot"), only("brass kettle")
    page = visit("prompts/new/").page
    page.fill("#id_title", title)
    page.fill("#id_text", "A {{product}} stands on {{place}}, slow dolly-in")
    page.fill("#id_variables", "place = a dune | a dune, a roof | Where\nproduct | | What is sold")
    page.get_by_role("button", name="Save the prompt").click()
    expect(page.locator("h1")).to_have_text(title)
    address = page.url

    # Taken in the studio by keys, its variables filled in; the result knows where it is from.
    page.goto(begun.home)
    settled(page)
    page.locator("#take-prompt").click()
    expect(page.locator("#picker-q")).to_be_focused()
    page.locator("#picker-q").fill(title)
    expect(page.locator("#picker [data-item]")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#v-product")).to_be_focused()
    expect(page.locator("#fill-use")).to_be_disabled()
    page.fill("#v-product", kettle)
    page.locator("#v-place").select_option("a roof")
    expect(page.locator("#fill-out")).to_contain_text(f"A {kettle} stands on a roof")
    page.locator("#fill-use").click()
    words = f"A {kettle} stands on a roof, slow dolly-in"
    expect(page.locator("#prompt")).to_have_value(words)
    expect(page.locator("#picker")).to_be_hidden()
    generate(page, words)
    done(page, words).locator("a.ph").click()
    page.get_by_role("button", name="Open its prompt").click()
    expect(page.locator("h1")).to_have_text(title)
    sums = page.locator(".outcomes .sum")
    expect(sums.locator("td").nth(0)).to_have_text(re.compile(r"^1\b"))
    expect(sums.locator("td").nth(1)).to_have_text("100 %")
    expect(sums.locator("td").nth(4)).to_contain_text("$")

    # A second version says what changed; approved, it is the house's.
    page.get_by_role("link", name="New version").click()
    page.fill("#id_text", "A {{product}} stands on {{place}}, slow crane shot")
    page.get_by_role("button", name="Save the version").click()
    expect(page.locator("#h-words")).to_contain_text("Version 2")
    expect(page.locator("#diff ins")).to_contain_text("crane shot")
    expect(page.locator("#diff del")).to_contain_text("dolly-in")
    page.get_by_role("button", name="Approve", exact=True).click()
    house = page.locator("#h-labels ~ dl dd a").first
    expect(house).to_have_text("version 2")
    # Rolled back by moving the label: the first one is approved, and taken from then on.
    page.goto(f"{address}?v=1")
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(house).to_have_text("version 1")
    page.locator("#label-name").fill(page.locator("#h-labels ~ dl .tag.ok").inner_text())
    page.locator("#label-version").select_option("2")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(house).to_have_text("version 2")


def invited(visit, project: str) -> Page:
    """Somebody new, by the link that the producer passes on; the page where they arrive."""
    page = visit("team/invite/").page
    page.get_by_label(project).select_option(label="Creator")
    page.get_by_role("button", name=re.compile("Make the link|Invite")).click()
    link = page.locator("code.secret").inner_text()
    page = visit(link, storage_state=None).page
    page.get_by_label("E-mail").fill(f"carl-{uuid.uuid4().hex[:6]}@example.org")
    page.get_by_label("Your name").fill("Carl Creator")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Join").click()
    return page


def test_story_7_a_producer_caps_a_project(visit, begun):
    project, words = only("Capped film"), only("A heron stands in shallow water")
    owner = visit("projects/new/").page
    owner.get_by_label("Name").fill(project)
    owner.get_by_role("button", name="Create project").click()
    owner.wait_for_url(re.compile(r"/p/[0-9a-f-]{36}/"))
    studio = owner.url
    owner.get_by_role("link", name="Projects").click()
    owner.get_by_role("link", name=f"Settings of {project}").click()
    owner.locator("#budget input[name=play]").fill("0.05")
    owner.get_by_role("button", name="Set budget").click()
    expect(owner.locator(".toast-line.success").last).to_be_visible()

    # Eight presses at the same moment, and money for three: three are made.
    page = invited(visit, project)
    page.goto(studio)
    write(page, words, **CHEAP)
    expect(page.locator("#after")).to_contain_text("of the project’s budget left after that")
    assert page.evaluate(AT_ONCE, 8) == [200] * 8
    page.reload()
    expect(card(page, words)).to_have_count(3)
    done(page, words, 3)
    assert sum(len(begun.studio.jobs(f"{words}, seen {at}")) for at in range(8)) == 3
    settled(page)
    expect(page.locator("#after")).to_contain_text("More than is left of")

    # Stopped, they ask for more with one button, and nothing that was typed is lost.
    page.locator("#generate").click()
    reason = page.locator("#ask-reason")
    expect(reason).to_be_visible()
    assert axe(page) == []
    reason.fill("For Monday")
    page.locator("[data-ask-more]").click()
    waiting = page.locator("#waiting .msg", has_text=words)
    expect(waiting).to_be_visible()
    expect(page.locator("#prompt")).to_have_value(words)
    # A second press asks for it anew, and can be taken back.
    page.locator("#generate").click()
    page.locator("[data-ask-more]").click()
    expect(waiting).to_have_count(2)
    waiting.first.get_by_role("button", name="Withdraw").click()
    expect(waiting).to_have_count(1)

    owner.goto(begun.address("budgets/"))
    asked = owner.locator("section.request", has_text=words)
    expect(asked).to_contain_text("Carl Creator asks for")
    expect(asked).to_contain_text("“For Monday”")
    assert axe(owner) == []
    asked.get_by_role("button", name="Approve").click()
    expect(owner.get_by_text("Approved. The clip is on the way")).to_be_visible()
    # The strip looks again by itself, and the clip comes with it.
    expect(card(page, words)).to_have_count(4, timeout=30_000)
    expect(waiting).to_have_count(0)
    expect(page.locator("#prompt")).to_have_value(words)
    done(page, words, 4)


def test_story_10_a_new_administrator_tries_it_and_adds_a_provider(visit, begun):
    # The command, one form and the sandbox are the fixture's: a prompt and a price stood there.
    assert begun.complaints == []
    assert "/t/sample-team/p/" in begun.home
    page = visit().page
    words = only("A paper kite over the dunes")
    generate(page, words)
    done(page, words)
    page.locator("#meters a").first.click()
    expect(page.locator("h1")).to_have_text("My spend this month")
    expect(page.get_by_role("link", name=words)).to_be_visible()

    # Later a key of one's own: a free test that fails, then one that does not.
    name = only("Own key")
    page.get_by_role("link", name="Providers").click()
    page.get_by_role("link", name="Add an account").click()
    page.get_by_role("link", name="PixVerse", exact=True).click()
    page.get_by_label("Name").fill(name)
    page.get_by_label("Base URL").fill(f"{begun.studio.sandbox_url}/pixverse")
    page.locator("input[name=key]").fill("not-a-key-of-theirs")
    page.get_by_label(re.compile("^USD for one")).fill("0.005")
    page.get_by_role("button", name="Save and test").click()
    expect(page.locator(".account-trouble")).to_be_visible()
    page.get_by_role("link", name="Edit", exact=True).click()
    page.locator("input[name=key]").fill(f"sandbox-{uuid.uuid4().hex}")
    page.get_by_role("button", name="Save and test").click()
    expect(page.locator("h1")).to_have_text(name)
    expect(page.locator(".account-trouble")).to_have_count(0)
    facts = page.locator("dl.facts").first
    expect(facts).to_contain_text("PixVerse credits, now")
    expect(page.locator("#rates")).to_contain_text("$0.005")
    account = page.url
    try:
        # Its prices can be looked at before anything is made, and it is on.
        prices = page.locator("#published")
        expect(prices.locator("tbody tr").first).to_contain_text("$")
        page.goto(begun.home)
        write(page, words, **CHEAP)
        expect(page.locator("label.offer:not(.out)", has_text=name)).to_contain_text("$")
    finally:
        page.goto(account)
        page.get_by_role("button", name="Switch off").click()
        expect(page.get_by_role("button", name="Switch on")).to_be_visible()
