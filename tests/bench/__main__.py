"""Figures beside their targets: ``make bench``, or some of them: ``make bench BENCH="t1 t4"``.

Each runs in a temporary data directory, on SQLite or with ``--postgres`` in a database of its
own. Those over one history of years share it; ``BENCH_DATA=<directory>``, with a DATABASE_URL for
PostgreSQL, keeps it for the next time. Exit code 1 means that a bench broke; a missed target is
only said.
"""

from __future__ import annotations

import argparse
import contextlib
import subprocess
import sys

from . import figures
from .place import ROOT, load, place

ITEMS = {
    "t1": "thousands of jobs in flight on one worker process",
    "t2": "sandbox done to card shown, in a real Chromium",
    "t4": "the live partial under 500 browsers",
    "audit": "2,000 clips of which a third are charged wrongly",
    "t7": "from enqueueing a task to its start",
    "spend": "the Spend and audit pages over two years of a big team",
    "books": "the check of a million movements, as every night",
    "library": "the prompt library with 20,000 versions",
    "studio": "the studio beside 200,000 clips",
    "gallery": "the gallery of 200,000 clips",
    "uploads": "50,000 uploads",
    "form": "new fields and prices after a change in the form",
    "first": "a clean clone, make run, a playing clip",
}
# These look at one history, which takes minutes to make.
OF_HISTORY = {"spend", "books", "library", "studio", "gallery", "uploads"}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    lines = ", ".join(f"{name} ({what})" for name, what in ITEMS.items())
    parser.add_argument("items", nargs="*", metavar="ITEM", help=f"{lines}; all by default")
    parser.add_argument("--postgres", action="store_true", help="on a local PostgreSQL")
    asked = parser.parse_args()
    wrong = [name for name in asked.items if name not in ITEMS]
    if wrong:
        parser.error(f"there is no {' or '.join(wrong)}; there are {', '.join(ITEMS)}")
    found: list[figures.Figure] = []
    broken = []
    with contextlib.ExitStack() as kept:
        shared: dict[str, str] = {}
        for name in asked.items or ITEMS:
            print(f"== {name}: {ITEMS[name]} (load {load()})", flush=True)
            if name in OF_HISTORY:
                shared = shared or kept.enter_context(place(postgres=asked.postgres, keep=True))
                done = _run(name, found, shared)
            else:
                with place(postgres=asked.postgres) as env:
                    done = _run(name, found, env)
            if not done:
                broken.append(name)
    print()
    print(figures.table(found))
    if broken:
        print(f"\nbroken: {', '.join(broken)}")
    return 1 if broken else 0


def _run(name: str, found: list[figures.Figure], env: dict[str, str]) -> bool:
    command = [sys.executable, "-m", "tests.bench.item", name, "main"]
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as item:
        assert item.stdout
        for line in item.stdout:
            one = figures.read(line)
            if one is None:
                print(line, end="", flush=True)
            else:
                found.append(one)
                print("  " + "  ".join(one.cells()), flush=True)
    return item.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
