"""Processes of the worker cluster are killed: within a minute everything works again.

Three studios side by side, for django-q2's own ways of hanging take half a minute to be sure of;
each first loses what its supervisor or its sentinel can replace at once.
"""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from .studio import Studio, is_alive, wait_for

pytestmark = [pytest.mark.kill, pytest.mark.cluster]

BAR_S = 60
# Who is killed, and whether the cluster must be another one afterwards. An idle worker hangs it
# only if it was the one that held the queue's lock.
DEATHS = {
    "pusher": False,
    "one worker": False,
    "main": True,
    "all workers": True,
    "sentinel": True,
    "monitor": True,
}
STUDIOS = (("pusher", "one worker"), ("main", "all workers"), ("sentinel", "monitor"))


def victims(cluster: dict, who: str) -> list[int]:
    if who.endswith("workers"):
        return cluster["workers"]
    return cluster["workers"][:1] if who == "one worker" else [cluster[who]]


def works(studio: Studio) -> bool:
    """A canary ran a moment ago, and what was taken lately is acknowledged.

    What the dead one had in its hand stays unacknowledged for ``retry`` seconds; rows ring again.
    """
    now = time.time()
    fresh = now - studio.inside("answered").get("canary", 0) < 8
    return fresh and studio.inside("unacknowledged", since=now - 14, until=now - 6) == 0


def everybody(cluster: dict) -> list[int]:
    names = ("main", "sentinel", "monitor", "pusher")
    return [*(cluster[one] for one in names), *cluster["workers"]]


def kill(studio: Studio, who: str) -> dict[str, float]:
    """Kill and wait; seconds until a task ran again, until all was as before, until a clip was."""
    before = studio.inside("cluster")
    started = time.monotonic()
    for pid in victims(before, who):
        os.kill(pid, signal.SIGKILL)
    time.sleep(0.5)
    asked = studio.inside("ask", provider="pixverse")
    pk = str(asked["pk"])
    left = ("running", "archiving", "succeeded")
    wait_for(lambda: studio.inside("states")[pk] in left, 70, f"{who}: nothing runs", 0.3)
    ran = time.monotonic() - started
    wait_for(lambda: studio.inside("states")[pk] == "succeeded", 90, f"{who}: not finished", 0.3)
    done = time.monotonic() - started
    wait_for(lambda: _again(studio, before, who), 70, f"{who}: not acknowledged", 0.5)
    whole = time.monotonic() - started
    row = studio.inside("row", pk=asked["pk"])
    assert len(row["attempts"]) == len(studio.jobs(asked["prompt"])) == 1
    assert row["money"].count("settle") == 1
    assert studio.inside("drift") == []
    if DEATHS[who]:
        left_over = [pid for pid in everybody(before) if is_alive(pid)]
        assert left_over == [], f"{who}: orphans"
    return {"ran": ran, "done": done, "whole": whole}


def _again(studio: Studio, before: dict, who: str) -> bool:
    now = studio.inside("cluster")
    if now is None or (DEATHS[who] and now["main"] == before["main"]):
        return False
    return works(studio)


def kill_each(studio: Studio, deaths: tuple[str, ...]) -> dict[str, dict[str, float]]:
    studio.start_cluster()
    seconds = {}
    for who in deaths:
        wait_for(lambda: works(studio), 60, f"a cluster that works, before the {who} is killed")
        seconds[who] = kill(studio, who)
    return seconds


def all_deaths(place: Path) -> dict[str, dict[str, float]]:
    """Run by conftest.py beside the other tests, for most of it is waiting."""
    with ExitStack() as stack, ThreadPoolExecutor(len(STUDIOS)) as pool:
        world = stack.enter_context(Studio(place / "world", speed=60))
        world.start_sandbox()
        runs = []
        for number, deaths in enumerate(STUDIOS):
            studio = Studio(place / str(number), sandbox_url=world.sandbox_url)
            runs.append(pool.submit(kill_each, stack.enter_context(studio), deaths))
        return {who: took for run in runs for who, took in run.result().items()}


def test_a_killed_process_is_made_good_within_a_minute(watchdogs):
    seconds = watchdogs.result()
    print()
    for who, took in seconds.items():
        print(f"{who:12} killed:", *(f"{what} {s:5.1f} s" for what, s in took.items()))
    assert {
        who for who, took in seconds.items() if max(took["ran"], took["whole"]) > BAR_S
    } == set()
