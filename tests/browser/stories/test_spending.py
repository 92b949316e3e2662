"""Stories 8 and 9: what was paid is audited against each price; a month is closed."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from decimal import Decimal

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.auditing.conftest import account, audited, charged  # noqa: F401
from tests.browser.conftest import generate
from tests.browser.eyes import Eyes
from tests.kill.studio import wait_for

from .hands import only

pytestmark = pytest.mark.browser
WIDE = {"width": 1280, "height": 900}


def dollars(text: str) -> Decimal:
    return Decimal(re.search(r"\$([\d,]+\.?\d*)", text)[1].replace(",", ""))


def test_story_8_spend_is_audited_against_each_price(visit, begun):
    words, twice, more = (only(f"A heron in the reeds, {one}") for one in ("", "twice", "more"))
    page = visit().page
    generate(page, words)
    generate(page, f"{more} [overcharge]")
    generate(page, f"{twice} [wrong-charge]", duration="4")
    for one in (words, more, twice):
        done = page.locator(".card2[data-state=succeeded]", has_text=one)
        expect(done).to_have_count(1, timeout=60_000)
    page.locator("#meters a").first.click()
    expect(page.locator("h1")).to_have_text("My spend this month")
    page.get_by_role("link", name="Everybody’s spend").click()

    # The six figures stand in full rows.
    for width, rows in ((1600, 1), (1280, 2), (390, 3)):
        page.set_viewport_size({"width": width, "height": 900})
        tops = [one.bounding_box()["y"] for one in page.locator(".kpi").all()]
        assert sorted(tops.count(top) for top in set(tops)) == [6 // rows] * rows
    page.set_viewport_size(WIDE)

    # The bars: one stop for Tab, arrows between them, Escape hides what hangs over them.
    bars = page.locator("[data-bars] a")
    expect(page.locator("[data-bars] a[tabindex='0']")).to_have_count(1)
    bars.last.focus()
    page.keyboard.press("Home")
    expect(bars.first).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(bars.nth(1)).to_be_focused()
    tip = page.locator("[data-bars] li").nth(1).locator(".tip")
    expect(tip).to_be_visible()
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()

    # A filter applies itself, stands in the address and can be cleared.
    page.locator("select[name=person]").select_option(index=1)
    expect(page).to_have_url(re.compile("person="))
    page.get_by_role("link", name="Clear").click()
    expect(page).not_to_have_url(re.compile("person="))
    page.locator("select[name=period]").select_option("custom")
    expect(page.locator("input[name=from]")).to_be_focused()
    inner = page.locator("#audit .inner").first
    expect(inner).to_be_visible()
    page.get_by_label("Each account").uncheck()
    expect(inner).to_be_hidden()

    # A figure opens its rows, a row its clip: formula, dated price, their figure, their words.
    page.locator("dl.kpis a").first.click()
    row = page.locator("table.clips tr", has_text=twice)
    expect(row).to_contain_text("useapi.net")
    paid, published = (row.locator(f"[data-label={one}]") for one in ("Charged", "Published"))
    assert dollars(paid.inner_text()) == 2 * dollars(published.inner_text())
    row.get_by_role("link", name=twice).click()
    money = page.locator("section", has=page.locator("#h-money"))
    for fact in (r"× 4", r"\d{4}-\d\d-\d\d|\d+ \w{3} \d{4}", "plan credits"):
        expect(money).to_contain_text(re.compile(fact))
    expect(page.locator("section.four")).to_contain_text("Charged twice")
    expect(page.locator(".attempt").first).to_contain_text("reported")
    page.locator(".attempt details summary").first.click()
    expect(page.locator(".attempt pre.raw").first).to_contain_text("200")

    # What differs stands in the audit with its cause, the most money first, and is resolved.
    page.goto(begun.address("audit/?money=play"))
    cases = page.locator(".case-row")
    ours = cases.filter(has_text=twice)
    wait_for(lambda: page.reload() and ours.count(), 30, "the clip is audited")
    risks = [dollars(one) for one in cases.locator("b.n").all_inner_texts()]
    assert risks == sorted(risks, reverse=True)
    expect(cases.filter(has_text=more)).to_have_count(1)
    ours.locator("summary").first.click()
    form = ours.locator("form.resolve")
    form.locator("input[name=resolution]").first.check()
    form.locator("input[name=note]").fill("Ticket 4711: they give it back")
    form.get_by_role("button", name="Resolve").click()
    expect(page.locator(".toast-line.success, .msg.ok").first).to_be_visible()
    page.goto(begun.address("audit/?money=play"))
    expect(cases.filter(has_text=more)).to_have_count(1)


@pytest.fixture
def project(transactional_db, live_server, settings, media_dir, owner):
    from generations.demo import make_sandbox_team

    settings.LOCAL_URL = settings.SANDBOX_URL = live_server.url
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    return make_sandbox_team(owner)


@pytest.fixture
def finance(browser, live_server, project):
    """Opens pages as the owner on the day that it is then; at the end none may have complained."""
    contexts, opened = [], []

    def go(path: str) -> Page:
        contexts.append(browser.new_context(viewport={"width": 1280, "height": 900}))
        client = Client()
        client.force_login(project.created_by)
        name = django_settings.SESSION_COOKIE_NAME
        value = client.cookies[name].value
        contexts[-1].add_cookies([{"name": name, "value": value, "url": live_server.url}])
        opened.append(Eyes(contexts[-1].new_page()))
        opened[-1].page.goto(f"{live_server.url}{path}")
        return opened[-1].page

    yield go
    complaints = [one for eyes in opened for one in eyes.complaints]
    for context in contexts:
        context.close()
    assert complaints == []


def test_story_9_a_month_is_reconciled_and_closed(project, charged, audited, finance, monkeypatch):  # noqa: F811
    sold = sum(Decimal(charged().price["units"]) for _ in range(2))
    audited()
    first = timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    after = (first + dt.timedelta(days=32)).replace(day=1)
    month, last = f"{first:%Y-%m}", after - dt.timedelta(minutes=10)
    monkeypatch.setattr("django.utils.timezone.now", lambda: after + dt.timedelta(hours=9))

    # It is the first of the next month: two balances are typed in, and the gap is named.
    page = finance(f"/t/{project.team.slug}/audit/accounts/?money=play")
    page.get_by_role("link", name="PixVerse", exact=False).first.click()
    for at, amount in ((first, 1000), (last, 1500 - sold)):
        page.locator("#id_balance-amount").fill(f"{amount:f}" if at == last else str(amount))
        page.locator("#id_balance-at").fill(f"{at:%Y-%m-%dT%H:%M}")
        page.get_by_role("button", name="Type it in").click()
    page.locator("select[name=period]").select_option("last-month")
    books = page.locator("section", has=page.locator("#h-books"))
    expect(books.locator(".gap.bad")).to_contain_text("+500")
    expect(books.locator(".gap.bad")).to_contain_text("a top-up that is not entered")
    page.locator("#id_topup-amount").fill("500")
    page.locator("#id_topup-at").fill(f"{first + dt.timedelta(days=20):%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="Enter it").click()
    page.locator("select[name=period]").select_option("last-month")
    expect(books.locator(".gap")).to_contain_text("Agrees")
    for figure in ("1,000", "+500", f"−{sold:f}"):
        expect(books).to_contain_text(figure)

    # The month is closed, and its files are the same for ever.
    page.get_by_role("link", name="Months").click()
    page.get_by_role("link", name=re.compile(f"{month}|{first:%B %Y}")).click()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name=re.compile("^Close")).click()
    expect(page.locator(".page-head .tag.ok")).to_have_text("Closed")
    file = page.locator("section tr", has_text="sample-project").first
    link = file.get_by_role("link")
    with page.expect_download() as coming:
        link.click()
    body = coming.value.path().read_bytes()
    assert hashlib.sha256(body).hexdigest() == file.locator(".sha").inner_text().strip()
    lines = body.decode("utf-8-sig").splitlines()
    assert "total charged" in lines[-1]
    again = page.request.get(page.url.partition("/t/")[0] + link.get_attribute("href"))
    assert again.body() == body
