"""Sandbox time: real seconds times a speed that may be changed while jobs are running."""

import threading
import time


class Clock:
    """Counts sandbox seconds. It never runs backwards, whatever happens to the speed."""

    def __init__(self, speed: float, saved: dict[str, float] | None = None) -> None:
        self._lock = threading.Lock()
        self._speed = speed
        wall = time.time()
        # A saved clock went on running while the process was away, as the real providers would.
        self._base = saved["now"] + (wall - saved["wall"]) * saved["speed"] if saved else wall
        self._mark = time.monotonic()

    @property
    def speed(self) -> float:
        return self._speed

    def now(self) -> float:
        return self._base + (time.monotonic() - self._mark) * self._speed

    def set_speed(self, speed: float) -> None:
        with self._lock:
            self._base, self._mark = self.now(), time.monotonic()
            self._speed = speed

    def real_seconds_until(self, moment: float) -> float:
        return (moment - self.now()) / self._speed

    def wall(self, moment: float) -> float:
        """The Unix time at which a sandbox moment is (or was), at the present speed."""
        return time.time() + self.real_seconds_until(moment)

    def saved(self) -> dict[str, float]:
        return {"now": self.now(), "wall": time.time(), "speed": self._speed}
