"""T1: thousands in flight at a 5 s period on one worker process.

Real rows, claims, adapter and transport; the provider is an echo with 100 ms latency. One poller
in one process, as a poll task runs it, but for its whole life. Its pace is fixed at 5 s for the
bench (``Poller._wait``), for its own would be slower. One look in twelve finds the clip done and
moves the row to ARCHIVING with its timeline and ring, as always; this process then puts those
rows back, so that the number in flight stays.
"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import threading
import time
from itertools import pairwise

from django.utils import timezone
from django_q.models import OrmQ

from accounts.models import User
from generations import lifecycle
from generations.dispatch.poller import Poller
from generations.models import Attempt, Event, Generation, Project, ProviderAccount, State

from . import rows
from .figures import Figure, share
from .place import free_port, load, prepare, running

PERIOD = 5.0
WARM_S, RUN_S, RUNS = 8.0, 15.0, 3
DONE_EVERY = 12
HISTORY = 20_000
SIZES = (2000, 3000, 5000)
# 1,000 looks a second of 100 ms each need more threads than the default.
MORE = {5000: {"POLL_THREADS": "160"}}


def main() -> None:
    prepare()
    for size in SIZES:
        _measure(size)


def _measure(size: int) -> None:
    port = free_port()
    with running("-m", "tests.bench.echo", str(port), str(DONE_EVERY)):
        time.sleep(0.5)
        user, project, accounts = _world(f"http://127.0.0.1:{port}")
        rows.in_flight(project, user, accounts, size, PERIOD)
        env = {"ALLOW_PRIVATE_ADDRESSES": "1"} | MORE.get(size, {})
        with running("-m", "tests.bench.item", "t1", "poller", **env) as poller:
            _put_back_until_done(poller)
            assert poller.stdout
            windows = json.loads(poller.stdout.read().strip().splitlines()[-1])
    bar = size == SIZES[0]
    name = f"T1 {size:,} in flight"
    late = [[row["p50"], row["p95"]] for row in windows]
    Figure(f"{name}: lateness p95", [p95 for _, p95 in late], "ms", 250 if bar else None).emit()
    Figure(f"{name}: lateness p50", [p50 for p50, _ in late], "ms").emit()
    wanted = 0.95 * size / PERIOD if bar else None
    Figure(f"{name}: looks", [w["rate"] for w in windows], "per s", wanted, more=True).emit()
    Figure(f"{name}: of them done", [w["done"] for w in windows], "per s").emit()
    Figure(f"{name}: CPU", [w["cores"] for w in windows], "cores").emit()
    print(f"  load {load()}", flush=True)


def _world(base_url: str) -> tuple[User, Project, list[ProviderAccount]]:
    """Five accounts with a history of finished clips, and nothing in flight."""
    if not User.objects.exists():
        user, (project,) = rows.team()
        accounts = rows.accounts(project.team, 5, base_url)
        made = (rows.generation(project, user, accounts[n % 5]) for n in range(HISTORY))
        Generation.objects.bulk_create(made, rows.BATCH)
    Event.objects.all().delete()
    Attempt.objects.all().delete()
    Generation.objects.filter(state__in=[State.RUNNING, State.ARCHIVING]).delete()
    ProviderAccount.objects.update(base_url=base_url, lease=None, lease_until=None)
    project = Project.objects.select_related("team").get()
    return User.objects.get(), project, list(ProviderAccount.objects.all())


def _put_back_until_done(poller: subprocess.Popen[str]) -> None:
    """What worker and the next submissions would do: finished jobs go, new ones come."""
    while poller.poll() is None:
        time.sleep(0.5)
        now = timezone.now()
        Generation.objects.filter(state=State.ARCHIVING).update(
            state=State.RUNNING,
            report=rows.LOOKED_AT,
            submitted_at=now,
            due_at=now + dt.timedelta(seconds=PERIOD),
        )
        OrmQ.objects.all().delete()


class Late(list):
    """Lateness with the moment it was noticed."""

    def append(self, seconds: float) -> None:
        super().append((time.monotonic(), seconds))


def poller() -> None:
    """The process that is measured; prints one line of JSON."""
    Poller._wait = lambda *_: PERIOD  # type: ignore[method-assign]
    done = 0
    looked = lifecycle.looked

    def counted(*args: object) -> None:
        nonlocal done
        done += 1
        looked(*args)

    lifecycle.looked = counted
    one = Poller(late=Late())
    marks = []

    def watch() -> None:
        time.sleep(WARM_S)
        for _ in range(RUNS + 1):
            marks.append((time.monotonic(), time.process_time(), one.looks, done))
            time.sleep(RUN_S)

    threading.Thread(target=watch, daemon=True).start()
    one.run(WARM_S + RUNS * RUN_S + 2)
    windows = []
    for (start, cpu, looks, ended), (end, cpu2, looks2, ended2) in pairwise(marks):
        took = end - start
        late = [1000 * seconds for moment, seconds in one.late or [] if start <= moment < end]
        windows.append(
            {
                "p50": share(late, 0.5),
                "p95": share(late, 0.95),
                "rate": (looks2 - looks) / took,
                "done": (ended2 - ended) / took,
                "cores": (cpu2 - cpu) / took,
            }
        )
    print(json.dumps(windows), flush=True)
