"""Accounts, balances, charges, and the tariff they are charged by."""

import itertools
import math
import threading
import time
import tomllib
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from pathlib import Path
from typing import Any

from generations.sandbox.jobs import Job, Order
from generations.sandbox.store import Store

TARIFF = Path(__file__).with_name("tariff.toml")


class Tariff:
    """The price list of the simulated world; the file's head explains its form."""

    def __init__(self, path: Path = TARIFF) -> None:
        self._data = tomllib.loads(path.read_text())

    def factor(self, provider: str, name: str) -> Decimal:
        return Decimal(self._data[provider].get("factors", {}).get(name, "1"))

    def price(
        self,
        provider: str,
        operation: str,
        model: str,
        quality: str,
        seconds: float,
        *,
        audio: bool = False,
        source: int = 0,
        speech: str = "",
        factors: tuple[str, ...] = (),
    ) -> Decimal:
        """What this costs in the provider's unit; LookupError when the list has no such row.

        `source` is the started seconds that go in, `speech` the text to be spoken.
        """
        measures = _Measures(quality, seconds, audio, source, speech)
        for row in self._data[provider]["rows"]:
            if model in row["models"] and operation in row["operations"]:
                amount = measures.amount(row)
                if amount is not None:
                    break
        else:
            words = f"{provider} {operation} {model} {quality} {seconds}"
            raise LookupError(f"no tariff row: {words}")
        for name in factors:
            amount *= self.factor(provider, name)
        if self._data[provider].get("whole"):
            amount = amount.to_integral_value(ROUND_CEILING)
        return amount


@dataclass(frozen=True)
class _Measures:
    """What is counted of one order."""

    quality: str
    seconds: float
    audio: bool
    source: int
    speech: str

    def amount(self, row: dict[str, Any]) -> Decimal | None:
        """By this row, or None when it does not sell this."""
        cell = row["amounts"].get(self.quality)
        column = "audio" if self.audio else "silent"
        if cell is None:
            return None
        if row["formula"] == "per_clip":
            return self._by_clip(cell, column)
        count = {
            "per_second": started(self.seconds),
            "per_source_second": self.source,
            "per_source_5_seconds": -(-self.source // 5),
            "per_15_bytes": -(-len(self.speech.encode()) // 15),
        }[row["formula"]]
        return Decimal(cell[column]) * count if count and column in cell else None

    def _by_clip(self, cell: dict[str, Any], column: str) -> Decimal | None:
        # A clip between two listed lengths costs what the next longer one does.
        for length in sorted(map(int, cell)):
            if self.seconds <= length and column in cell[str(length)]:
                return Decimal(cell[str(length)][column])
        return None


def taken(order: Order, faults: frozenset[str]) -> list[Decimal]:
    """What is taken for an order, line by line: the price, or what the faults make of it."""
    price = order.price
    if "other-seconds" in faults and order.seconds:
        length = started(order.seconds)
        price = price * (length + 3) / length
    for word, factor in (("overcharge", "1.5"), ("undercharge", "0.5"), ("wrong-charge", "2")):
        if word in faults:
            price *= Decimal(factor)
    if order.price == order.price.to_integral_value():
        price = price.to_integral_value(ROUND_CEILING)
    price = order.price if price == order.price else round(price, 6)
    return [price, price] if "charge-twice" in faults else [price]


def started(seconds: float) -> int:
    """Whole seconds that have begun; a few hundredths of padding in a container are forgiven."""
    return max(1, math.ceil(seconds - 0.05)) if seconds else 0


@dataclass
class Account:
    provider: str
    key: str
    balance: Decimal
    limit: int
    created: float = field(default_factory=time.time)
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass
class Charge:
    """One line of the sandbox's own books. A refund is negative."""

    number: int
    provider: str
    key: str
    remote_id: str
    kind: str  # charge, refund
    amount: Decimal
    at: float


class Books:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.RLock()
        self.accounts: dict[tuple[str, str], Account] = {}
        self.charges: list[Charge] = []
        for data in store.all("account"):
            data["balance"] = Decimal(data["balance"])
            account = Account(**data)
            self.accounts[account.provider, account.key] = account
        for data in store.all("charge"):
            data["amount"] = Decimal(data["amount"])
            self.charges.append(Charge(**data))
        self.charges.sort(key=lambda charge: charge.number)
        self._number = itertools.count(self.charges[-1].number + 1 if self.charges else 1)

    def open(self, fresh: Account) -> Account:
        """The account of this key; on first sight the given one."""
        with self._lock:
            known = self.accounts.setdefault((fresh.provider, fresh.key), fresh)
        if known is fresh:
            self.save(fresh)
        return known

    def save(self, account: Account) -> None:
        self._store.put(self.row(account))

    def row(self, account: Account) -> tuple[str, str, Account]:
        return ("account", f"{account.provider} {account.key}", account)

    def book(self, account: Account, job: Job, kind: str, amount: Decimal) -> None:
        """Take (or give back, when negative) and write line and job together: a kill between
        the two would charge for nothing or refund twice."""
        charge = self._enter(account, job.remote_id, kind, amount)
        self._store.put(self.row(account), ("charge", charge.number, charge), job.row)

    def take(self, account: Account, what: str, amount: Decimal) -> None:
        """Charge for something that is no job."""
        charge = self._enter(account, what, "charge", amount)
        self._store.put(self.row(account), ("charge", charge.number, charge))

    def _enter(self, account: Account, what: str, kind: str, amount: Decimal) -> Charge:
        with self._lock:
            account.balance -= amount
            charge = Charge(
                next(self._number), account.provider, account.key, what, kind, amount, time.time()
            )
            self.charges.append(charge)
        return charge
