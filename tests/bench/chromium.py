"""A real Chromium, the system's own where there is one."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator

from playwright.sync_api import Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@contextlib.contextmanager
def page(**context: object) -> Iterator[Page]:
    # Playwright keeps an event loop in this thread; ours are plain queries beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    flags = ["--no-sandbox", "--disable-dev-shm-usage"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=flags)
        try:
            yield browser.new_context(**context).new_page()  # type: ignore[arg-type]
        finally:
            browser.close()
