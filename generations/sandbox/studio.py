"""A small background pool that renders the clips, politely: it must not slow the answers down."""

import itertools
import logging
import os
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from generations.sandbox.clips import render
from generations.sandbox.script import Script

log = logging.getLogger(__name__)
HURRY, USUAL = 0, 1


class Studio:
    def __init__(self, folder: Path, workers: int = 2) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._work: queue.PriorityQueue[tuple[int, int, Callable[[], None] | None]] = (
            queue.PriorityQueue()
        )
        self._tie = itertools.count()
        self._lock = threading.Lock()
        self._rendering: dict[str, Future[None]] = {}
        self._over = False
        self._threads = [
            threading.Thread(target=self._run, name=f"sandbox-studio-{n}", daemon=True)
            for n in range(workers)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._over = True
        for _ in self._threads:
            self._work.put((-1, next(self._tie), None))
        for thread in self._threads:
            thread.join(timeout=20)

    def do(self, work: Callable[[], None], urgency: int = USUAL) -> None:
        self._work.put((urgency, next(self._tie), work))

    def clip(self, script: Script) -> Path:
        """The finished file of this script; renders it here and now if nobody did yet."""
        path = self.folder / script.name
        if path.exists():
            return path
        with self._lock:
            mine = script.name not in self._rendering
            future = self._rendering.setdefault(script.name, Future())
        if mine:
            try:
                if not path.exists():
                    render(script, path)
                future.set_result(None)
            except BaseException as error:
                future.set_exception(error)
                raise
            finally:
                with self._lock:
                    del self._rendering[script.name]
        else:
            future.result()
        return path

    def _run(self) -> None:
        if hasattr(os, "setpriority"):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
        while not self._over:
            work = self._work.get()[2]
            if work is None:
                return
            try:
                work()
            except Exception:  # noqa: BLE001 - a picture that cannot be drawn must not end the pool
                log.exception("sandbox: work in the studio failed")
