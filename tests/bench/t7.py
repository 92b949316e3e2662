"""T7: from ``async_task`` to the start of the task on an idle cluster, and no-op throughput.

The cluster is ``manage.py worker`` with the studio's own settings.
"""

from __future__ import annotations

import random
import time
from pathlib import Path

from django.conf import settings
from django.db import connection
from django_q.models import OrmQ
from django_q.tasks import async_task

from .figures import Figure, share
from .place import load, prepare, running, wait_for

TASKS, MANY, RUNS = 60, 1500, 3


def main() -> None:
    prepare()
    with running("manage.py", "worker"):
        _wait(_ask(1, "warm"), 1)
        p50, p95 = [], []
        for run in range(RUNS):
            took = _spaced(f"spaced{run}")
            p50.append(1000 * share(took, 0.5))
            p95.append(1000 * share(took, 0.95))
    rates = [_rate(f"rate{run}") for run in range(RUNS)]
    # The targets of a team's server and of one machine differ.
    bar = 1500 if connection.vendor == "sqlite" else 900
    Figure("T7 enqueue to start: p95", p95, "ms", 55).emit()
    Figure("T7 enqueue to start: p50", p50, "ms").emit()
    Figure("T7 no-op tasks, start to last ack", rates, "per s", bar, more=True).emit()
    print(f"  load {load()}", flush=True)


def _ask(count: int, name: str) -> Path:
    path = Path(settings.DATA_DIR) / name
    for number in range(count):
        async_task("tests.bench.stamp.stamp", str(path), number)
    return path


def _stamps(path: Path) -> dict[int, float]:
    lines = path.read_text().split("\n")[:-1] if path.exists() else []
    return {int(number): float(moment) for number, moment in map(str.split, lines)}


def _wait(path: Path, count: int) -> None:
    wait_for(lambda: len(_stamps(path)) >= count, 60, f"{count} tasks did not run")


def _spaced(name: str) -> list[float]:
    """Seconds from asking to start, one task at a time."""
    path = Path(settings.DATA_DIR) / name
    asked = {}
    dice = random.Random(name)
    for number in range(TASKS):
        asked[number] = time.time()
        async_task("tests.bench.stamp.stamp", str(path), number)
        time.sleep(0.15 + dice.random() / 10)
    _wait(path, TASKS)
    begun = _stamps(path)
    return [begun[number] - asked[number] for number in range(TASKS)]


def _rate(name: str) -> float:
    """Tasks that wait when the cluster starts, from the first start to the last acknowledgement."""
    path = _ask(MANY, name)
    with running("manage.py", "worker"):
        wait_for(lambda: not OrmQ.objects.exists(), 120, "tasks were not acknowledged")
        took = time.time() - min(_stamps(path).values())
    return MANY / took
