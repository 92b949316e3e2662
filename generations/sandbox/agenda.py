"""What is to happen at which sandbox moment: one thread, one heap."""

import heapq
import itertools
import logging
import threading
from collections.abc import Callable

from generations.sandbox.clock import Clock

log = logging.getLogger(__name__)


class Agenda:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._tie = itertools.count()
        self._changed = threading.Condition()
        self._over = False
        self._thread = threading.Thread(target=self._run, name="sandbox-agenda", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        with self._changed:
            self._over = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def at(self, moment: float, deed: Callable[[], None]) -> None:
        with self._changed:
            heapq.heappush(self._heap, (moment, next(self._tie), deed))
            self._changed.notify()

    def clear(self) -> None:
        with self._changed:
            self._heap.clear()

    def look_again(self) -> None:
        """The speed was changed: what looked far may be near."""
        with self._changed:
            self._changed.notify()

    def _run(self) -> None:
        while deed := self._next():
            try:
                deed()
            except Exception:  # noqa: BLE001 - one broken deed must not stop the sandbox's time
                log.exception("sandbox: a planned deed failed")

    def _next(self) -> Callable[[], None] | None:
        with self._changed:
            while not self._over:
                if not self._heap:
                    self._changed.wait()
                    continue
                wait = self._clock.real_seconds_until(self._heap[0][0])
                if wait <= 0:
                    return heapq.heappop(self._heap)[2]
                self._changed.wait(wait)
        return None
