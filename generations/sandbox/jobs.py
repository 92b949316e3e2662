"""One job, and the index of all of them."""

import hashlib
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any


class State(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    MODERATED = "moderated"
    ERROR = "error"

    @property
    def final(self) -> bool:
        return self not in (State.QUEUED, State.RUNNING)


@dataclass
class Order:
    """What a dialect understood from a body, in nobody's dialect."""

    operation: str
    model: str
    prompt: str
    seconds: float
    quality: str
    ratio: float
    price: Decimal
    audio: bool = False
    seed: int | None = None  # None: chosen when the job is made
    token: str = ""  # the client's own mark: trace id, replyRef or webhook address
    hook: str = ""
    hook_secret: str = ""
    image: str = ""  # file name of the input picture on our shelf
    image_url: str = ""  # to be fetched when the job starts
    film: dict[str, Any] = field(default_factory=dict)  # a recipe: see films.py
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass
class Job:
    number: int
    provider: str
    key: str
    remote_id: str
    order: Order
    faults: frozenset[str]
    origin: str
    created: float  # Unix time
    born: float  # sandbox time, like the next three
    starts: float
    ends: float | None  # None: never
    finished: float | None = None
    done: float | None = None  # the same in Unix time
    state: State = State.QUEUED
    ending: State = State.DONE
    reason: str = ""
    charged: Decimal = Decimal(0)
    width: int = 0
    height: int = 0
    clip: str = ""
    size: int = 0
    link: int = 0  # serial of the link now handed out
    linked: float = 0.0  # when it was issued, Unix time
    touched: bool = False  # somebody fetched the present link
    cut: bool = False  # the file was already cut once
    polls: int = 0

    def has(self, *words: str) -> bool:
        return any(word in self.faults for word in words)

    @property
    def row(self) -> "tuple[str, int, Job]":
        """As the store wants it."""
        return ("job", self.number, self)

    @classmethod
    def load(cls, data: dict[str, Any]) -> "Job":
        order = data.pop("order")
        order["price"] = Decimal(order["price"])
        data["charged"] = Decimal(data["charged"])
        data["state"], data["ending"] = State(data["state"]), State(data["ending"])
        data["faults"] = frozenset(data["faults"])
        return cls(order=Order(**order), **data)

    def digest(self, salt: str = "") -> int:
        return stable(f"{self.provider}:{self.remote_id}:{salt}")


def stable(text: str) -> int:
    """The same number for the same text, in every process."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6])


class Jobs:
    """All jobs, found by number, by remote id and by the client's mark."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.clear()

    def clear(self) -> None:
        self.all: dict[int, Job] = {}
        self.remote: dict[tuple[str, str], Job] = {}
        self.tokens: dict[tuple[str, str, str], Job] = {}
        self.open: defaultdict[tuple[str, str], dict[int, Job]] = defaultdict(dict)

    def add(self, job: Job) -> None:
        with self.lock:
            self.all[job.number] = job
            self.remote[job.provider, job.remote_id] = job
            if job.order.token:
                self.tokens[job.provider, job.key, job.order.token] = job
            if not job.state.final:
                self.open[job.provider, job.key][job.number] = job

    def close(self, job: Job) -> None:
        self.open[job.provider, job.key].pop(job.number, None)

    def find(self, provider: str, remote_id: str) -> Job | None:
        return self.remote.get((provider, remote_id))

    def of(self, provider: str, key: str) -> list[Job]:
        """Newest first."""
        mine = [j for j in list(self.all.values()) if j.provider == provider and j.key == key]
        return mine[::-1]
