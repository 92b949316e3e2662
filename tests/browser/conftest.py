"""One whole studio and one Chromium for all browser tests; each test has pages of its own."""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.conf import settings as django_settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from generations.models import Asset, Generation
from tests import house
from tests.kill.studio import Studio, answers, wait_for
from tests.sandbox.media import clip

from .eyes import Eyes, chromium

EMAIL, PASSWORD = "ada@example.org", "correct horse battery"
PATIENCE = 15_000


# Counts the requests for prices, so that a test can wait until the last one is answered.
WATCH = """
window.asked = { open: 0, at: 0 };
const moved = (by) => (event) => {
  if (!event.detail.requestConfig?.path?.endsWith("/quote/")) return;
  window.asked.open += by;
  window.asked.at = performance.now();
};
document.addEventListener("htmx:beforeRequest", moved(1));
document.addEventListener("htmx:afterRequest", moved(-1));
document.addEventListener("input", () => { window.asked.at = performance.now(); });
"""
QUIET = "() => window.asked.open === 0 && performance.now() - window.asked.at > 300"


def settled(page: Page) -> None:
    """Wait until the prices shown are those for what stands in the form."""
    page.wait_for_function(QUIET)


@dataclass
class Begun:
    """A studio after its first minute: who is signed in, and where the first project is."""

    studio: Studio
    browser: Browser
    state: dict
    home: str
    team: str
    complaints: list[str]

    def address(self, path: str) -> str:
        return path if path.startswith("http") else f"{self.team}{path}"


@pytest.fixture(scope="session")
def browser():
    # Playwright's loop runs in this thread; Django would refuse its database beside it.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=PATIENCE)
    with chromium() as running:
        yield running
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def begun(browser, tmp_path_factory):
    with Studio(tmp_path_factory.mktemp("browser"), speed=20) as studio:
        studio.run_command()
        wait_for(lambda: answers(f"{studio.url}/healthz"), 60, "the studio")
        yield first_minute(studio, browser)


def first_minute(studio: Studio, browser: Browser) -> Begun:
    """The first administrator, by hand: the code, the sandbox, the studio."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    eyes = Eyes(page)
    page.goto(studio.url)
    assert page.url.endswith("/setup/")
    page.get_by_label("One-time code").fill("not the code")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Your name").fill("Ada Lovelace")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_text("This is not the code.")).to_be_visible()
    expect(page.get_by_label("E-mail")).to_have_value(EMAIL)
    code = (studio.data / "setup_code").read_text(encoding="utf-8").strip()
    page.get_by_label("One-time code").fill(code)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.get_by_role("button", name="Start with the sandbox").click()
    page.wait_for_url("**/t/*/p/*/")
    # A prompt that works and a price stand there already.
    expect(page.locator("#prompt")).to_have_value(re.compile("paper kite"))
    expect(page.locator("#generate")).to_contain_text("$")
    expect(page.locator("#generate")).to_be_enabled()
    home, state = page.url, context.storage_state()
    context.close()
    team = home.partition("/p/")[0] + "/"
    return Begun(studio, browser, state, home, team, eyes.complaints)


@pytest.fixture
def visit(begun) -> Callable[..., Eyes]:
    """Opens a page as the first administrator; at the end none may have complained."""
    opened: list[Eyes] = []
    contexts = []

    def go(path: str = "", *, expected: tuple[str, ...] = (), script: str = "", **options) -> Eyes:
        options = {
            "viewport": {"width": 1280, "height": 900},
            "storage_state": begun.state,
        } | options
        contexts.append(begun.browser.new_context(**options))
        contexts[-1].add_init_script(WATCH + script)
        eyes = Eyes(contexts[-1].new_page(), expected=expected)
        eyes.page.set_default_timeout(PATIENCE)
        opened.append(eyes)
        eyes.page.goto(begun.address(path) if path else begun.home)
        return eyes

    yield go
    complaints = [one for eyes in opened for one in eyes.complaints]
    for context in contexts:
        context.close()
    assert complaints == []


def write(page: Page, prompt: str, **fields: str) -> None:
    """Fill the form and wait until its offers are the ones for it."""
    settled(page)
    page.locator("#prompt").fill(prompt)
    settled(page)
    for name, value in fields.items():
        field = page.locator(f"#f-{name}")
        if field.count() and field.input_value() != value:
            field.select_option(value)
            settled(page)
    expect(page.locator("#generate")).to_be_enabled()


CHEAP = {"quality": "360p", "duration": "1"}


def card(page: Page, words: str):
    return page.locator(".card2", has_text=words)


def generate(page: Page, prompt: str, **fields: str):
    """Ask for a small clip; the card, which must stand there at once."""
    write(page, prompt, **(CHEAP | fields))
    page.locator("#generate").click()
    found = card(page, prompt)
    expect(found).to_have_count(1, timeout=3000)
    return found


def pin(page: Page, name: str) -> None:
    """Choose the account whose row carries this name."""
    row = page.locator("label.offer:not(.out)", has_text=name).first
    if not row.locator("input").is_checked():
        row.click()
    settled(page)
    expect(row.locator("input")).to_be_checked()


@pytest.fixture
def home(transactional_db, live_server, settings, media_dir):
    """A team with one of everything, served from this process: what needs no provider."""
    settings.LOCAL_URL = settings.SANDBOX_URL = live_server.url
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    built = house.build("crew")
    Generation.objects.get().comments.all().delete()
    return built


@pytest.fixture
def film(home):
    """One more clip of the project, with a real film of some seconds."""

    def make(prompt: str, seconds: int, **fields) -> Generation:
        row = Generation.objects.get(uuid=home.ids["generation"])
        row.pk, row.uuid, row.form_token = None, uuid.uuid4(), uuid.uuid4()
        row._state.adding, row.prompt = True, prompt
        for name, value in fields.items():
            setattr(row, name, value)
        row.save()
        body = clip(seconds, rate=24)
        Asset.objects.create(
            generation=row,
            file=default_storage.save(f"clips/{row.uuid}.mp4", ContentFile(body)),
            mime="video/mp4",
            digest=row.uuid.hex * 2,
            size=len(body),
            duration_ms=seconds * 1000,
            width=320,
            height=180,
            has_audio=True,
        )
        return row

    return make


@pytest.fixture
def look(browser, live_server, home):
    """Opens a page, as the owner or as nobody; at the end none may have complained."""
    contexts, opened = [], []

    def go(path: str, *, signed_in: bool = True, expected: tuple[str, ...] = (), **options) -> Page:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, **options)
        contexts.append(context)
        if signed_in:
            client = Client()
            client.force_login(home.people["owner"])
            name = django_settings.SESSION_COOKIE_NAME
            value = client.cookies[name].value
            context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
        eyes = Eyes(context.new_page(), expected=expected)
        eyes.page.set_default_timeout(120_000)
        opened.append(eyes)
        eyes.page.goto(f"{live_server.url}{path}")
        return eyes.page

    yield go
    complaints = [one for eyes in opened for one in eyes.complaints]
    for context in contexts:
        context.close()
    assert complaints == []
