"""Webhooks that are really sent, tried again as the dialect says, and kept in a log."""

import itertools
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import requests

from generations.sandbox.agenda import Agenda
from generations.sandbox.clock import Clock
from generations.sandbox.store import Store

log = logging.getLogger(__name__)
KEPT = 2000


@dataclass
class Hook:
    number: int
    provider: str
    key: str
    remote_id: str
    url: str
    kind: str  # progress, final, duplicate, forged
    body: str
    secret: str = ""
    trace: str = ""
    tries: list[dict[str, Any]] = field(default_factory=list)
    due: float | None = None  # sandbox time of the next try
    delivered: bool = False


@dataclass(frozen=True)
class Manners:
    """How a dialect sends: its headers, what it takes for an answer, when it tries again."""

    headers: Callable[[Hook], dict[str, str]]
    accepts: Callable[[int, str], bool]
    retries: tuple[float, ...]


class Courier:
    def __init__(
        self, store: Store, agenda: Agenda, clock: Clock, manners: dict[str, Manners]
    ) -> None:
        self._store, self._agenda, self._clock, self._manners = store, agenda, clock, manners
        self._pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix="sandbox-courier")
        self._lock = threading.Lock()
        self.log: list[Hook] = sorted(
            (Hook(**data) for data in store.all("hook")), key=lambda hook: hook.number
        )
        self._number = itertools.count(self.log[-1].number + 1 if self.log else 1)

    def start(self) -> None:
        """Send on what a former process left unsent."""
        for hook in self.log:
            if hook.due is not None:
                self._plan(hook, hook.due)

    def stop(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def send(self, hook: Hook, moment: float) -> None:
        with self._lock:
            hook.number = next(self._number)
            self.log.append(hook)
            del self.log[:-KEPT]
        self._plan(hook, moment)

    def _plan(self, hook: Hook, moment: float) -> None:
        hook.due = moment
        self._store.put(("hook", hook.number, hook))
        self._agenda.at(moment, lambda: self._hand_to_pool(hook))

    def _hand_to_pool(self, hook: Hook) -> None:
        try:
            self._pool.submit(self._try, hook)
        except RuntimeError:
            # The sandbox is stopping; the hook is stored as due and goes out after the restart.
            log.info("sandbox: webhook %s waits for the next start", hook.number)

    def _try(self, hook: Hook) -> None:
        manners = self._manners[hook.provider]
        status, said = 0, ""
        try:
            with requests.Session() as session:
                session.trust_env = False
                reply = session.post(
                    hook.url,
                    data=hook.body.encode(),
                    headers={"Content-Type": "application/json", **manners.headers(hook)},
                    timeout=10,
                    allow_redirects=False,
                )
                status, said = reply.status_code, reply.text[:200]
        except requests.RequestException as error:
            said = type(error).__name__
        hook.tries.append({"status": status, "said": said, "at": time.time()})
        hook.due = None
        hook.delivered = bool(status) and manners.accepts(status, said)
        attempt = len(hook.tries) - 1
        if not hook.delivered and attempt < len(manners.retries):
            self._plan(hook, self._clock.now() + manners.retries[attempt])
        else:
            self._store.put(("hook", hook.number, hook))

    def clear(self) -> None:
        with self._lock:
            self.log.clear()
