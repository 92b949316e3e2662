"""The check of all books, as it runs every night: how long, in how much memory, in what pieces.

In a process of its own, without the queue between the pieces. "Clock" is what passed, "CPU" what
this process worked of it; memory is what it needed above that of a worker that waits.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable

from django.db import connection
from django.utils import timezone

from accounts.models import AuditLine, Movement
from generations.auditing import nightly
from generations.models import Heartbeat

from .figures import Figure
from .history import ready
from .place import ROOT, load

# Seconds, megabytes: at night there is time, but a worker is shared with everybody's clips.
WHOLE_S, PIECE_S, MEMORY_MB = 600, 20, 64


def main() -> None:
    ready()
    command = [sys.executable, "-m", "tests.bench.item", "books", "check"]
    subprocess.run(command, cwd=ROOT, env=os.environ.copy(), check=True)


def check() -> None:
    """Every piece, one after another; then what it found."""
    Movement.objects.first()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            # What SQLite maps of its file counts as memory of the process, and is none of ours.
            cursor.execute("PRAGMA mmap_size=0")
    before = _memory()
    Heartbeat.objects.update_or_create(name=nightly.NAME, defaults={"rung_at": timezone.now()})
    cpu, clock = time.process_time(), time.perf_counter()
    books = _pieces(nightly.piece)
    sums = _pieces(nightly.sums)
    cpu, clock = time.process_time() - cpu, time.perf_counter() - clock
    told = AuditLine.objects.filter(verb=nightly.CHECKED).latest("pk").facts
    words = f"{told['movements']:,} movements, {len(books) + len(sums)} pieces"
    Figure(f"books: the nightly check of {words}: CPU", [cpu], "s", WHOLE_S).emit()
    Figure("books: the same by the clock", [clock], "s").emit()
    Figure("books: of it Spend's days, months and prompts", [sum(sums)], "s").emit()
    Figure("books: the longest piece", [max(*books, *sums)], "s", PIECE_S).emit()
    Figure("books: memory above what a worker has", [_memory() - before], "MB", MEMORY_MB).emit()
    Figure("books: differences", [told["differences"]], "", 1).emit()
    print(f"  load {load()}", flush=True)


def _pieces(run: Callable[[int], int | None]) -> list[float]:
    """How many seconds each piece took."""
    took = []
    after: int | None = 0
    while after is not None:
        began = time.perf_counter()
        after = run(after)
        took.append(time.perf_counter() - began)
    return took


def _memory() -> float:
    """The most that this process ever had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
