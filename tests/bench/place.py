"""Where a bench runs: a temporary data directory, a fresh database, processes of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVER = "postgres://postgres@127.0.0.1:5432"


@contextlib.contextmanager
def place(*, postgres: bool, keep: bool = False) -> Iterator[dict[str, str]]:
    """The environment of a set-up that nobody else uses; everything is gone afterwards.

    ``keep``: what stands in BENCH_DATA is taken, and stays, where somebody told it.
    """
    if keep and (data := os.environ.get("BENCH_DATA")):
        yield os.environ | {"PIXSTUDIO_DATA": data, "LOG_LEVEL": "ERROR", "PYTHONUNBUFFERED": "1"}
        return
    with tempfile.TemporaryDirectory(prefix="pixstudio-bench-") as data:
        env = {name: text for name, text in os.environ.items() if name not in OURS}
        env |= {"PIXSTUDIO_DATA": data, "LOG_LEVEL": "ERROR", "PYTHONUNBUFFERED": "1"}
        if not postgres:
            yield env
            return
        with _database() as url:
            yield env | {"DATABASE_URL": url}


OURS = {"DATABASE_URL", "PUBLIC_URL", "SANDBOX_URL", "LOCAL_URL", "QUEUE", "REDIS_URL"}


@contextlib.contextmanager
def _database() -> Iterator[str]:
    import psycopg

    name = f"pixstudio_bench_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"{SERVER}/{name}"
        finally:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def prepare() -> None:
    """Tables in the database of this process."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


@contextlib.contextmanager
def running(*command: str, **env: str) -> Iterator[subprocess.Popen[str]]:
    """A process of our own Python in a group of its own, ended with all it started."""
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, **env},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        end(process)


def end(process: subprocess.Popen[str], patience: float = 35) -> None:
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(patience)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout:
        process.stdout.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(true: Callable[[], object], patience: float, what: str) -> None:
    end = time.monotonic() + patience
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            if true():
                return
        time.sleep(0.1)
    raise TimeoutError(what)


def answers(url: str) -> bool:
    with urllib.request.urlopen(url, timeout=2) as answer:
        return bool(answer.status == 200)


def load() -> str:
    return " ".join(f"{one:.2f}" for one in os.getloadavg())
