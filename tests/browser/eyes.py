"""A real Chromium, and somebody who notes every complaint of a page."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

VENDOR = Path(__file__).parent / "vendor" / "axe-core"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# What the pages themselves cannot tell Python: a violated policy, with its place.
WATCH = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error("CSP", event.violatedDirective, event.blockedURI, event.sourceFile,
    event.lineNumber, event.sample);
});
"""
# What htmx writes when a newer question takes the place of one that is under way, as it should.
TAKEN_BACK = ("htmx:afterRequest", "htmx:sendAbort")
# How far things jumped by themselves, as browsers measure it ("cumulative layout shift"), and
# what jumped. What follows somebody's press at once is no jump.
JUMPS = """
window.jumps = [];
new PerformanceObserver((list) => {
  for (const one of list.getEntries().filter((each) => !each.hadRecentInput)) {
    const what = one.sources.map(({ node }) => node?.parentElement?.outerHTML.slice(0, 160));
    window.jumps.push([one.value, what]);
  }
}).observe({ type: "layout-shift", buffered: true });
"""
# Nothing jumps: below this nobody can see it (a letter's width on a whole screen).
FAR = 0.002
# What axe-core complains of, be it ever so minor. "target-size" is a rule of WCAG 2.2 AA that it
# leaves out unless one asks.
AXE = """async (only) => {
  const rules = { "target-size": { enabled: true } };
  const wanted = only.length ? { runOnly: only } : { rules };
  const found = await window.axe.run(document, { resultTypes: ["violations"], ...wanted });
  return found.violations.flatMap((one) => one.nodes.slice(0, 3).map((node) =>
    `${one.id}: ${node.html.slice(0, 160)} (${node.failureSummary.split("\\n")[1]?.trim()})`));
}"""
# The rules whose answer hangs on the theme, and those that hang on the width: one look is enough
# for the others.
BY_COLOUR = ("color-contrast", "link-in-text-block")
BY_WIDTH = ("target-size", "scrollable-region-focusable")


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's Chromium, else Playwright's own; skips where there is neither and no CI."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    with sync_playwright() as play:
        if path is None and not Path(play.chromium.executable_path).exists():
            if os.environ.get("CI"):
                pytest.fail("no Chromium is installed")
            pytest.skip("no Chromium is installed")
        browser = play.chromium.launch(executable_path=path, args=ARGS)
        yield browser
        browser.close()


@dataclass
class Eyes:
    """A page and what it complained about. ``expected`` are parts of complaints that may come."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.page.add_init_script(WATCH)
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error {error}"))
        self.page.on("request", lambda one: self.requests.append(f"{one.method} {one.url}"))
        self.page.on("response", self._answered)

    def _heard(self, message: Any) -> None:
        if message.text.startswith(TAKEN_BACK):
            return
        if message.type in ("error", "warning") and "status of" not in message.text:
            self._complain(f"{message.text} ({message.location.get('url', '')})")

    def _answered(self, response: Any) -> None:
        if response.status >= 400:
            self._complain(f"{response.status} {response.request.method} {response.url}")

    def _complain(self, text: str) -> None:
        if not any(one in text for one in self.expected):
            self.complaints.append(f"{text} at {self.page.url}")

    def looks(self) -> int:
        """How many live questions the page has asked."""
        return sum("/live/" in one for one in self.requests)


# Colours on their way from one to another are none to measure; what moves for ever is no matter.
STILL = """() => document.getAnimations().every((one) => one.playState !== "running"
  || one.effect.getComputedTiming().iterations === Infinity)"""


def axe(page: Page, *only: str) -> list[str]:
    """What axe-core finds on the page as it stands, by all its rules or by some."""
    page.wait_for_function(STILL)
    # Through the debugger, not as a script of the page: the policy of the page stays as it is.
    if not page.evaluate("'axe' in window"):
        page.evaluate((VENDOR / "axe.min.js").read_text(encoding="utf-8"))
    return page.evaluate(AXE, list(only))


def jumps(page: Page) -> list[str]:
    """What jumped since the page was opened with JUMPS, where it is far enough to be seen."""
    found = page.evaluate("window.jumps")
    total = sum(value for value, _ in found)
    return [f"jumps by {total:.4f}: {found}"] if total >= FAR else []


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
