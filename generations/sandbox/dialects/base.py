"""What every dialect has: routes, a way to know its keys, its words for trouble, its policies.

A new operation is a new route and a function that turns a body into an Order; everything after
that (faults, limits, money, time, files, webhooks) is the shared core's work.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar

from generations.sandbox.courier import Hook, Manners
from generations.sandbox.jobs import Job, Order, State
from generations.sandbox.money import Account
from generations.sandbox.wire import Refused, Reply, Request

if TYPE_CHECKING:
    from generations.sandbox.world import World

WIDE = 100_000  # the concurrency of a key that says "wide"
RICH = Decimal(10**12)


class Trouble(StrEnum):
    REFUSED = "refused"
    MODERATED = "moderated"
    BUSY = "busy"
    POOR = "poor"
    LOCKED = "locked"
    BROKEN = "broken"


@dataclass(frozen=True)
class Call:
    request: Request
    account: Account
    match: re.Match[str]


@dataclass(frozen=True)
class Route:
    method: str
    pattern: re.Pattern[str]
    handle: Callable[[Call], Reply]


def route(method: str, pattern: str, handle: Callable[[Call], Reply]) -> Route:
    return Route(method, re.compile(pattern + r"/?\Z"), handle)


class Dialect(ABC):
    name: ClassVar[str]
    unit: ClassVar[str]
    limit: ClassVar[int]  # jobs at the same time
    balance: ClassVar[Decimal]
    poor: ClassVar[Decimal]
    charges_success: ClassVar[bool] = False  # only when the job is done, not at submit
    keeps: ClassVar[frozenset[State]] = frozenset()  # bad ends that are not refunded
    dedupes: ClassVar[bool] = False  # a repeated token makes no second job
    media_type: ClassVar[str] = "video/mp4"

    def __init__(self, world: "World") -> None:
        self.world = world
        self.routes = self.make_routes()
        self.manners = Manners(self.hook_headers, self.hook_accepts, self.hook_retries())

    # To be said by each dialect

    @abstractmethod
    def make_routes(self) -> list[Route]: ...

    @abstractmethod
    def key_of(self, request: Request) -> str:
        """The key of this request; raises Refused with the dialect's 401."""

    @abstractmethod
    def trouble(self, what: Trouble, account: Account, order: Order) -> Reply: ...

    @abstractmethod
    def lost(self) -> Reply:
        """No such route."""

    @abstractmethod
    def no_such_job(self) -> Reply: ...

    @abstractmethod
    def new_id(self, account: Account, order: Order, number: int) -> str: ...

    @abstractmethod
    def media_path(self, job: Job) -> str:
        """The part of a link behind its token, percent-encoded as it goes over the wire."""

    def caption_name(self) -> str:
        return self.name

    # Limits

    def counts(self, job: Job) -> bool:
        """Does this open job take one of the account's places?"""
        return True

    def full(self, account: Account, order: Order, running: int) -> Reply | None:
        if running >= account.limit:
            return self.trouble(Trouble.BUSY, account, order)
        return None

    # Webhooks; a dialect without them keeps these

    def hook_body(self, job: Job, kind: str) -> str | None:
        """The body of a webhook of this kind (progress, final, forged), or None: not sent."""
        return None

    def hook_headers(self, hook: Hook) -> dict[str, str]:
        return {}

    def hook_accepts(self, status: int, said: str) -> bool:
        return 200 <= status < 300

    def hook_retries(self) -> tuple[float, ...]:
        return (5.0, 30.0)

    # Shared

    def answer(self, request: Request, path: str) -> Reply:
        account = self.account(self.key_of(request))
        for entry in self.routes:
            if entry.method == request.method and (match := entry.pattern.match(path)):
                return entry.handle(Call(request, account, match))
        return self.lost()

    def account(self, key: str) -> Account:
        known = self.world.books.accounts.get((self.name, key))
        return known or self.world.books.open(self.fresh_account(key))

    def fresh_account(self, key: str) -> Account:
        wide, poor = "wide" in key, "poor" in key
        balance = self.poor if poor else RICH if wide else self.balance
        return Account(self.name, key, balance, WIDE if wide else self.limit)

    def submit(self, call: Call, order: Order, said: Callable[[Job], Reply]) -> Reply:
        return self.world.desk.submit(self, call.account, order, call.request, said)

    def price(self, order_: dict[str, Any], *factors: str) -> Decimal:
        """The tariff's price; an unpriced combination is a gap of ours, and must be loud."""
        return self.world.tariff.price(self.name, **order_, factors=factors)

    def asked(self, job: Job) -> None:
        """A status was asked for: count it, let the poll's faults strike, renew a dead link."""
        job.polls += 1
        if job.polls <= 3 and job.has("poll-5xx"):
            account = self.account(job.key)
            raise Refused(self.trouble(Trouble.BROKEN, account, job.order))
        if job.polls <= 3 and job.has("poll-404"):
            raise Refused(self.no_such_job())
        if job.state is State.DONE and self.world.shelf.fresh_link(job):
            self.world.store.put(job.row)

    def link(self, job: Job, origin: str = "") -> str:
        token = self.world.shelf.token(job)
        return f"{origin or job.origin}/media/{token}/{self.media_path(job)}"


def bearer(request: Request) -> str:
    scheme, _, key = request.header("Authorization").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""
