"""The checks of ``make test``: ``check.py lint``, ``check.py test``, ``check.py all``."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

PYTHON = sys.executable
BIN = Path(PYTHON).parent
# As many failures may be tried again; see Kind.again.
FEW = 5
# What pytest ends with when it ran everything and some tests failed.
SOME_FAILED = 1
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
    """Two rounds, each with enough side by side to keep two processors busy.

    ``beside``: another check that runs beside the first round.
    """
    # A studio of many processes compiles our modules once, not at every start.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as data:
        # Stories wait more than they work: four of them and the killed processes fill two cores.
        fast = Kind("tests", "not browser and not kill and not live", *spread(4))
        killed = Kind("killed processes", "kill and not live", "-p", "no:xdist")
        browser = Kind("a real browser", "browser and not live", *spread(2))
        pipes: Any = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        others = [subprocess.Popen([PYTHON, __file__, one], **pipes) for one in beside]
        for together in ([fast, killed], [browser]):
            print(f"== {', and '.join(kind.title for kind in together)}", flush=True)
            for kind in together:
                kind.start(arguments, Path(data), quiet=kind is not together[0])
            codes = [kind.end() for kind in together]
            for kind, code in zip(together, codes, strict=True):
                # Any other code says that pytest itself came to grief: that is no wobbling test.
                if code and (code != SOME_FAILED or kind.again(arguments)):
                    sys.exit(1)
            while others:
                other = others.pop()
                print(other.communicate()[0], flush=True)
                if other.returncode:
                    sys.exit(1)


def spread(workers: int) -> tuple[str, ...]:
    return ("-n", str(workers), "--dist", "worksteal")


class Kind:
    """Tests of one kind, in processes and a data folder of their own."""

    def __init__(self, title: str, mark: str, *options: str) -> None:
        self.title, self.mark, self.options = title, mark, list(options)

    def start(self, arguments: list[str], data: Path, *, quiet: bool) -> None:
        self.place = data / self.title.replace(" ", "-")
        self.place.mkdir()
        self.log = self.place / "log" if quiet else None
        self.process = self._run([*self.options, *arguments])

    def end(self) -> int:
        code = self.process.wait()
        if self.log:
            print(self.log.read_text(), flush=True)
        return code

    def again(self, arguments: list[str]) -> int:
        """Whatever failed runs once more, alone: what failed for want of time does not twice.

        A handful only: more of them is no accident. Both outcomes stand in the log.
        """
        failed = self._failed()
        if not 0 < len(failed) <= FEW:
            return 1
        print(f"== once more, alone: {', '.join(failed)}", flush=True)
        self.log = None
        return self._run(["-p", "no:xdist", "--last-failed", *arguments]).wait()

    def _failed(self) -> list[str]:
        memory = self.place / "cache" / "v" / "cache" / "lastfailed"
        return sorted(json.loads(memory.read_text())) if memory.exists() else []

    def _run(self, options: list[str]) -> subprocess.Popen[bytes]:
        cache = f"cache_dir={self.place / 'cache'}"
        command = [PYTHON, "-m", "pytest", "-q", "-o", cache, "-m", self.mark, *options]
        env = {**os.environ, "PIXSTUDIO_DATA": str(self.place / "data")}
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
