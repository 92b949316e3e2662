"""Starts processes, starts them again when they end, ends them all together."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

# Longer than a clean stop of the worker takes (it ends what it has prefetched).
STOP_S = 30
PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """``outside``: it stands for the world outside, and ends when the others have ended."""

    name: str
    command: list[str]
    outside: bool = False
    process: subprocess.Popen[bytes] | None = None
    ends: int = 0
    not_before: float = 0.0
    started: float = 0.0


@dataclass
class Supervisor:
    """``say`` prints one line for a person."""

    children: list[Child]
    env: Mapping[str, str]
    say: Callable[[str], None]
    stopping: bool = False

    def start(self) -> None:
        for child in self.children:
            self._spawn(child)

    def _spawn(self, child: Child) -> None:
        child.started = time.monotonic()
        child.process = subprocess.Popen(  # noqa: S603 - our own commands
            child.command,
            env=dict(self.env),
            start_new_session=True,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509
        )

    def watch(self) -> None:
        """Until told to stop: start again what has ended, later each time it ends at once."""
        while not self.stopping:
            for child in self.children:
                self._look(child)
            time.sleep(0.3)
        self.stop()

    def _look(self, child: Child) -> None:
        if child.process is not None and child.process.poll() is not None:
            lived = time.monotonic() - child.started
            child.ends = 0 if lived > 20 else child.ends + 1
            pause = min(0.5 * 2**child.ends, 15) if child.ends else 0.5
            child.not_before = time.monotonic() + pause
            self.say(f"{child.name} ended ({child.process.returncode}); starting it again")
            _kill_group(child.process.pid)
            child.process = None
        if child.process is None and time.monotonic() >= child.not_before:
            self._spawn(child)

    def stop(self) -> None:
        """A clean end for all within STOP_S seconds, then the hard one.

        First those of ours: what they have begun outside is answered to the end.
        """
        self.say("Stopping: what is on its way is brought to a safe point, up to half a minute.")
        for outside in (False, True):
            self._end(
                [one.process for one in self.children if one.process and one.outside == outside]
            )
        self.say("Stopped. Clips that were under way go on with the next start.")

    def _end(self, running: list[subprocess.Popen[bytes]]) -> None:
        for process in running:
            process.terminate()
        end = time.monotonic() + STOP_S
        for process in running:
            try:
                process.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                self.say(f"process {process.pid} does not end; killing it")
            _kill_group(process.pid)


def _kill_group(pid: int) -> None:
    """What a dead process left behind: its session has its own process group."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _die_with_parent() -> None:
    """A killed supervisor leaves nobody behind who holds the port."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
