"""The checks of ``make test``: ``check.py lint``, ``check.py test``, ``check.py all``."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PYTHON = sys.executable
BIN = Path(PYTHON).parent
# As many failures may be tried again; see Kind.again.
FEW = 5
# What pytest ends with when it ran everything and some tests failed.
SOME_FAILED = 1
# And where there was no test to run.
NONE_CHOSEN = 5
PRODUCTION = {
    "PUBLIC_URL": "https://studio.example.org",
    "DEBUG": "0",
    "EMAIL_URL": "smtp+tls://studio:password@mail.example.org:587",
}


def run(title: str, *command: str, **env: str) -> None:
    print(f"== {title}", flush=True)
    done = subprocess.run(command, env={**os.environ, **env}, check=False)
    if done.returncode:
        sys.exit(done.returncode)


def lint() -> None:
    with tempfile.TemporaryDirectory() as data:
        env = {"PIXSTUDIO_DATA": data}
        templates = [str(one) for one in sorted(Path("templates").rglob("*.html"))]
        run("format", str(BIN / "ruff"), "format", "--check", "--quiet", ".")
        run("rules", str(BIN / "ruff"), "check", "--quiet", ".")
        run("templates", str(BIN / "djade"), "--check", "--target-version", "6.0", *templates)
        run(
            "types",
            str(BIN / "mypy"),
            "--no-error-summary",
            "pixstudio",
            "accounts",
            "generations",
            **env,
        )
        run("system checks", PYTHON, "manage.py", "check", "--fail-level", "WARNING", **env)
        run(
            "deployment checks",
            PYTHON,
            "manage.py",
            "check",
            "--deploy",
            "--fail-level",
            "WARNING",
            **env,
            **PRODUCTION,
        )
        run("migrations", PYTHON, "manage.py", "makemigrations", "--check", "--dry-run", **env)


def test(arguments: list[str], *beside: str) -> None:
    """All kinds of tests, with enough side by side to keep two processors busy.

    Killed processes wait more than they work, and stand beside the fast tests from the start; the
    browser comes when they are through. ``beside``: another check that runs meanwhile.
    """
    # A studio of many processes compiles our modules once, not at every start.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as data:
        fast = Kind("tests", "not browser and not kill and not live", *spread(4))
        killed = [
            Kind("killed processes", "kill and not cluster and not live", *KILL),
            Kind("killed clusters", "cluster and not live", *KILL),
        ]
        browser = Kind("a real browser", "browser and not live", "tests/browser", *spread(2))
        pipes: Any = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        others = [subprocess.Popen([PYTHON, __file__, one], **pipes) for one in beside]
        print(f"== {', '.join(one.title for one in [fast, *killed, browser])}", flush=True)
        for one in [fast, *killed]:
            one.start(arguments, Path(data), quiet=one is not fast)
        for one in killed:
            one.end()
        browser.start(arguments, Path(data), quiet=True)
        for one in [fast, browser]:
            one.end()
        for one in [*killed, browser]:
            one.show()
        # Now that nothing else is at work.
        good = [one.is_good or one.again(arguments) for one in [fast, *killed, browser]]
        for other in others:
            print(other.communicate()[0], flush=True)
            good.append(other.returncode == 0)
        if not all(good):
            sys.exit(1)


# Where they are is said, for to look through all of the others takes each process five seconds.
KILL = ("tests/kill", "-p", "no:xdist")


def spread(workers: int) -> tuple[str, ...]:
    return ("-n", str(workers), "--dist", "worksteal")


class Kind:
    """Tests of one kind, in processes and a data folder of their own."""

    def __init__(self, title: str, mark: str, *options: str) -> None:
        self.title, self.mark, self.options = title, mark, list(options)

    def start(self, arguments: list[str], data: Path, *, quiet: bool) -> None:
        self.place = data / self.title.replace(" ", "_")
        self.place.mkdir()
        self.log = self.place / "log" if quiet else None
        self.is_choice = bool(arguments)
        self.process = self._run([*self.options, *arguments])

    def end(self) -> None:
        self.code = self.process.wait()

    def show(self) -> None:
        if self.log:
            print(f"== {self.title}\n{self.log.read_text()}", flush=True)

    @property
    def is_good(self) -> bool:
        # Of what was asked for nothing may be of this kind; of everything something is.
        return self.code == 0 or (self.is_choice and self.code == NONE_CHOSEN)

    def again(self, arguments: list[str]) -> bool:
        """Whatever failed runs once more, alone: what failed for want of time does not twice.

        A handful only: more of them is no accident. Both outcomes stand in the log. Any other
        code than that some failed says that pytest itself came to grief: that is no wobbling test.
        """
        failed = self._failed()
        if self.code != SOME_FAILED or not 0 < len(failed) <= FEW:
            return False
        print(f"== once more, alone: {', '.join(failed)}", flush=True)
        self.log = None
        return self._run(["-p", "no:xdist", "--last-failed", *arguments]).wait() == 0

    def _failed(self) -> list[str]:
        memory = self.place / "cache" / "v" / "cache" / "lastfailed"
        return sorted(json.loads(memory.read_text())) if memory.exists() else []

    def _run(self, options: list[str]) -> subprocess.Popen[bytes]:
        cache = f"cache_dir={self.place / 'cache'}"
        command = [PYTHON, "-m", "pytest", "-q", "-o", cache, "-m", self.mark, *options]
        env = {**os.environ, "PIXSTUDIO_DATA": str(self.place / "data")}
        # On a server the databases of two kinds have names of their own, as their folders have.
        if url := os.environ.get("DATABASE_URL"):
            there = urlsplit(url)
            env["DATABASE_URL"] = there._replace(path=f"{there.path}_{self.place.name}").geturl()
        if self.log is None:
            return subprocess.Popen(command, env=env)
        with self.log.open("wb") as log:
            return subprocess.Popen(command, env=env, stdout=log, stderr=log)


if __name__ == "__main__":
    if sys.argv[1] == "lint":
        lint()
    elif sys.argv[1] == "all":
        test(sys.argv[2:], "lint")
    else:
        test(sys.argv[2:])
