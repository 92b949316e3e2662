"""Processes die at random while thirty clips are made, some with lost replies: nothing twice."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from contextlib import suppress

import pytest

from tests.story import PROVIDERS

from .studio import Studio, command_of, descendants, wait_for

pytestmark = [pytest.mark.kill, pytest.mark.cluster]

CLIPS, KILL_S, EVERY_S, END_S = 30, 22, 0.5, 90
WORDS = ("", "", "", "[lost-reply]", "[busy]", "[fail]")
OVER = {"succeeded", "failed", "moderated", "cancelled", "uncertain"}


def processes(supervisor: int) -> dict[str, list[int]]:
    """The cluster's processes and dispatch, by what they are. All of the cluster look alike."""
    mine = {pid: " ".join(command_of(pid)) for pid in descendants(supervisor)}
    return {
        "cluster": [pid for pid, text in mine.items() if "qcluster" in text],
        "dispatch": [pid for pid, text in mine.items() if "manage.py dispatch" in text],
    }


def kill_one(dice: random.Random, studio: Studio) -> str:
    """Any process of the cluster but seldom its two heads, or dispatch; what it was."""
    alive = processes(studio.processes["cluster"].pid)
    heads, hands = alive["cluster"][:2], alive["cluster"][2:]
    lots = (("head", 1, heads), ("hand", 12, hands), ("dispatch", 1, alive["dispatch"]))
    there = {kind: (weight, pids) for kind, weight, pids in lots if pids}
    if there:
        kind = dice.choices(list(there), [weight for weight, _ in there.values()])[0]
        with suppress(ProcessLookupError):
            os.kill(dice.choice(there[kind][1]), signal.SIGKILL)
            return kind
    return "nobody"


def test_random_kills(tmp_path_factory):
    seed = int(os.environ.get("KILL_SEED") or random.randrange(10**6))
    print(f"\nKILL_SEED={seed}")
    dice = random.Random(seed)
    with Studio(tmp_path_factory.mktemp("random"), speed=15) as studio:
        # A dead worker's leases are short, or the test would wait for them.
        studio.env |= {"SUBMIT_LEASE_S": "8", "ARCHIVE_LEASE_S": "40"}
        studio.start_sandbox()
        studio.start_web()
        studio.start_cluster()
        clips, killed = [], Counter()
        end = time.monotonic() + KILL_S
        while time.monotonic() < end:
            for _ in range(2):
                if len(clips) < CLIPS:
                    provider = PROVIDERS[len(clips) % len(PROVIDERS)]
                    clips.append(studio.inside("ask", provider=provider, words=dice.choice(WORDS)))
            time.sleep(EVERY_S)
            killed[kill_one(dice, studio)] += 1
        wait_for(lambda: set(studio.inside("states").values()) <= OVER, END_S, "all are over", 0.5)
        check(studio, clips)
        states = Counter(studio.inside("states").values())
        print(f"killed: {dict(killed)}; ended: {dict(states)}")


def check(studio: Studio, clips: list[dict]) -> None:
    prompts = Counter(job["prompt"] for job in studio.books()["jobs"])
    attached = {job["remote_id"]: job["prompt"] for job in studio.books()["jobs"]}
    assert studio.inside("drift") == []
    for clip in clips:
        row = studio.inside("row", pk=clip["pk"])
        assert prompts[clip["prompt"]] <= 1, f"sent twice: {row}"
        ids = [remote_id for _, remote_id in row["attempts"] if remote_id]
        assert all(attached[one] == clip["prompt"] for one in ids)
        if prompts[clip["prompt"]] and not ids:
            assert row["state"] == "uncertain", f"a job was made and forgotten: {row}"
        ends = [one for one in row["money"] if one in ("settle", "release")]
        held = row["state"] == "uncertain" or row["question"]
        # A charge below the hold settles one part and releases the other, at once.
        assert (ends == []) if held else ("settle" in ends or ends == ["release"]), row
        assert len(ends) == len(set(ends)), f"ended twice: {row}"
        if row["state"] == "succeeded":
            assert row["asset"]
            assert row["events"].count("succeeded") == 1
    unknown = set(prompts) - {clip["prompt"] for clip in clips}
    assert unknown == set()
