"""The desk at which orders are handed in: faults at the door, limits, money, then the job."""

import itertools
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from generations.sandbox.dialects.base import WIDE, Dialect, Trouble
from generations.sandbox.faults import words_in
from generations.sandbox.jobs import Job, Order
from generations.sandbox.money import Account
from generations.sandbox.wire import Hangup, Refused, Reply, Request, text

if TYPE_CHECKING:
    from generations.sandbox.world import World

BUSY_TRIES = 2
GATEWAY_PAGE = "<html><body><h1>502 Bad Gateway</h1><hr>nginx</body></html>"


class Desk:
    def __init__(self, world: "World") -> None:
        self._world = world
        self._tries: dict[tuple[str, str, str], int] = {}
        self._number = itertools.count(max(world.jobs.all, default=0) + 1)

    def submit(
        self,
        dialect: Dialect,
        account: Account,
        order: Order,
        request: Request,
        said: Callable[[Job], Reply],
    ) -> Reply:
        """Make the job and answer; or refuse, or let the connection die, as the faults want it."""
        jobs = self._world.jobs
        with jobs.lock:
            earlier = jobs.tokens.get((dialect.name, account.key, order.token))
            if earlier is not None and dialect.dedupes:
                return said(earlier)
            faults = words_in(order.prompt) | self._world.rules.draw(dialect.name)
            self._door(dialect, account, order, faults)
            self._limits(dialect, account, order)
            number = next(self._number)
            job = self._world.life.create(dialect, account, order, faults, number, request.origin)
        return self._after(job.faults, said(job))

    def at_once(
        self, dialect: Dialect, account: Account, order: Order, work: Callable[[], Reply]
    ) -> Reply:
        """A call that is answered without a job: the same faults, and money if it costs."""
        with self._world.jobs.lock:
            faults = words_in(order.prompt) | self._world.rules.draw(dialect.name)
            self._door(dialect, account, order, faults)
            if account.balance < order.price:
                raise Refused(dialect.trouble(Trouble.POOR, account, order))
        # The work may take a while, and nobody else should wait for it.
        reply = work()
        if order.price:
            self._world.books.take(account, order.operation, order.price)
        return self._after(faults, reply)

    def _door(
        self, dialect: Dialect, account: Account, order: Order, faults: frozenset[str]
    ) -> None:
        for word, trouble in (
            ("locked", Trouble.LOCKED),
            ("refuse", Trouble.REFUSED),
            ("moderate-now", Trouble.MODERATED),
            ("no-balance", Trouble.POOR),
            ("5xx", Trouble.BROKEN),
            ("flood", Trouble.BUSY),
        ):
            if word in faults:
                raise Refused(dialect.trouble(trouble, account, order))
        if "reset" in faults:
            raise Hangup("reset")
        if "busy" in faults:
            mark = (dialect.name, account.key, order.prompt)
            self._tries[mark] = self._tries.get(mark, 0) + 1
            if self._tries[mark] <= BUSY_TRIES:
                raise Refused(dialect.trouble(Trouble.BUSY, account, order))
            del self._tries[mark]

    def _limits(self, dialect: Dialect, account: Account, order: Order) -> None:
        mine = self._world.jobs.open[dialect.name, account.key]
        running = len(mine)
        wide = account.limit >= WIDE
        if not wide:
            running = sum(dialect.counts(job) for job in mine.values())
        if refusal := dialect.full(account, order, running):
            raise Refused(refusal)
        promised = Decimal(0)
        if dialect.charges_success and not wide:
            promised = sum((job.order.price for job in mine.values()), promised)
        if account.balance - promised < order.price:
            raise Refused(dialect.trouble(Trouble.POOR, account, order))

    def _after(self, faults: frozenset[str], reply: Reply) -> Reply:
        if "lost-reply" in faults:
            raise Hangup("close")
        if "5xx-made" in faults:
            return text(502, GATEWAY_PAGE, "text/html")
        if "garbled" in faults:
            return Reply(reply.status, b'{"ErrCode":0,"Resp":{"vid\xff\xfe', reply.content_type)
        return reply

    def clear(self) -> None:
        self._tries.clear()
