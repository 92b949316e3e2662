"""From nothing to a playing clip: clone, ``make run``, set-up, the sandbox, generate, play.

What a newcomer does, by a real Chromium in a clean clone of what is committed. Packages are
fetched anew (no cache of pip's); the clip is the one that the form proposes.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from .chromium import page
from .figures import Figure
from .place import ROOT, answers, free_port, load, wait_for

PATIENCE = 300


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="pixstudio-first-") as place:
        clone = Path(place) / "pixstudio"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        port, sandbox_port = free_port(), free_port()
        data = Path(place) / "data"
        ours = ("PIXSTUDIO_DATA", "DATABASE_URL", "VIRTUAL_ENV", "LOG_LEVEL")
        env = {name: text for name, text in os.environ.items() if name not in ours}
        start = time.monotonic()
        process = subprocess.Popen(
            ["make", "run", f"PORT={port}", f"SANDBOX_PORT={sandbox_port}", f"DATA={data}"],
            cwd=clone,
            env=env | {"PIP_NO_CACHE_DIR": "1"},
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            home = f"http://127.0.0.1:{port}"
            wait_for(lambda: answers(f"{home}/healthz"), PATIENCE, "make run serves nothing")
            ready = time.monotonic()
            code = data / "setup_code"
            wait_for(code.exists, 30, "there is no one-time code")
            asked = _begin_and_play(home, code.read_text().strip(), start)
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(60)
    end = asked["playing"]
    Figure("First clip: make run in a clean clone to playing", [end], "s", 120).emit()
    Figure("First clip: of it, installing and starting", [ready - start], "s").emit()
    Figure(
        "First clip: of it, set-up by hand of a machine", [asked["made"] - ready + start], "s"
    ).emit()
    Figure("First clip: of it, generate to playing", [end - asked["made"]], "s").emit()
    print(f"  load {load()}", flush=True)


def _begin_and_play(home: str, code: str, start: float) -> dict[str, float]:
    """Seconds since ``start`` when the clip was asked for, and when it played."""
    with page() as tab:
        tab.set_default_timeout(120_000)
        tab.goto(f"{home}/setup/?code={code}")
        tab.fill("input[name=code]", code)
        tab.fill("input[name=email]", "first@example.org")
        tab.fill("input[name=name]", "First Person")
        tab.fill("input[name=password]", "correct horse battery")
        tab.click("form button[type=submit]")
        tab.click("form[action$='/welcome/sandbox/'] button")
        tab.click("#generate:enabled")
        made = time.monotonic() - start
        # Not one of the samples, which may be done before it.
        ours = ".card2[data-state=succeeded]:has-text('A paper kite')"
        tab.wait_for_selector(ours)
        tab.click(f"{ours} a.ph")
        tab.wait_for_selector("video")
        tab.evaluate(
            "() => { const v = document.querySelector('video'); v.muted = true; v.play() }"
        )
        tab.wait_for_function("() => document.querySelector('video').currentTime > 0")
        return {"made": made, "playing": time.monotonic() - start}
