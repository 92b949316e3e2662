"""How long the server works at a page: in this process, without a network and without a browser.

The first request warms up; then come ``TIMES`` of each page, all pages in turn. "Clock" is what
passed, "CPU" what this process worked of it: on a busy machine only that says anything, and on
SQLite it is all the work there is; PostgreSQL works in another process. Of an export that leaves
line by line, the time is that to its first line of figures. With ``BENCH_COLD`` nobody has looked
at any of it before: no card of it is drawn already.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client

from accounts.models import User
from generations import pieces

from .figures import Figure, share
from .place import load

TIMES = int(os.environ.get("BENCH_TIMES", "20"))
COLD = bool(os.environ.get("BENCH_COLD"))
# So many pieces of an export: mark, head, first line.
PIECES = 3

type Page = tuple[str, str]


def measure(what: str, user: User, pages: Sequence[Page], target: Callable[[], float]) -> None:
    """Names and addresses of pages, each to be there in ``target`` milliseconds."""
    # As the web process does, this one sets aside what is loaded.
    import_module("pixstudio.wsgi")
    client = Client(SERVER_NAME=settings.ALLOWED_HOSTS[0].strip("*.") or "localhost")
    client.raise_request_exception = True
    client.force_login(user)
    known = []
    for name, path in pages:
        status = _get(client, path)
        if status == 200:
            known.append((name, path))
        else:
            print(f"  {what}, {name}: answers {status}", flush=True)
    took: dict[str, list[tuple[float, float]]] = {name: [] for name, _ in known}
    for _ in range(TIMES):
        for name, path in known:
            took[name].append(_timed(client, path))
    for name, path in known:
        queries, slowest, sql = _queries(client, path)
        cpu, clock = ([1000 * pair[n] for pair in took[name]] for n in (0, 1))
        title = f"{what}, {name}"
        Figure(f"{title}: clock p95", [share(clock, 0.95)], "ms", target()).emit()
        words = f"CPU p95; clock min {min(clock):.0f}, {queries} queries, slowest {slowest:.0f} ms"
        Figure(f"{title}: {words}", [share(cpu, 0.95)], "ms").emit()
        if os.environ.get("BENCH_SQL"):
            print(f"    {sql}", flush=True)
    print(f"  load {load()}", flush=True)


def by_database(sqlite: float, postgres: float) -> Callable[[], float]:
    return lambda: postgres if connection.vendor == "postgresql" else sqlite


def _timed(client: Client, path: str) -> tuple[float, float]:
    if COLD:
        pieces.forget()
    cpu, clock = time.process_time(), time.perf_counter()
    _get(client, path)
    return time.process_time() - cpu, time.perf_counter() - clock


def _get(client: Client, path: str) -> int:
    with closing(client.get(path)) as answer:
        if answer.streaming:
            pieces = iter(answer.streaming_content)
            for _ in range(PIECES):
                next(pieces, b"")
        return int(answer.status_code)


def _queries(client: Client, path: str) -> tuple[int, float, str]:
    """How many, how long the slowest took in milliseconds, and which it is."""
    seen: list[tuple[float, str]] = []

    def keep(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        start = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            seen.append((time.perf_counter() - start, f"{sql} {params}"))

    with connection.execute_wrapper(keep):
        _get(client, path)
    slowest, sql = max(seen, default=(0.0, ""))
    return len(seen), 1000 * slowest, sql
