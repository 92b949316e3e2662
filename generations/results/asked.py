"""What an address of the gallery asks for. All of it stands in the URL, to be sent on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q

from generations.models import State, Verdict

MOVING = (State.QUEUED, State.SUBMITTING, State.RUNNING, State.ARCHIVING)
# Word in the address, words on the page, and which rows these are.
STATES: dict[str, tuple[str, Q]] = {
    "": ("Done", Q(state=State.SUCCEEDED)),
    "any": ("Any state", Q()),
    "moving": ("Under way", Q(state__in=MOVING)),
    "failed": ("Failed", Q(state=State.FAILED)),
    "refused": ("Refused by moderation", Q(state=State.MODERATED)),
    "cancelled": ("Cancelled", Q(state=State.CANCELLED)),
    "unknown": ("Outcome unknown", Q(state=State.UNCERTAIN)),
}
REVIEWS = {
    "none": ("Waiting for review", Verdict.NONE),
    "approved": ("Approved", Verdict.APPROVED),
    "changes": ("Changes requested", Verdict.CHANGES),
}
NEWEST, OLDEST, RATED, DEAREST, CHEAPEST = "", "oldest", "rating", "dearest", "cheapest"
SORTS = {
    NEWEST: "Newest first",
    OLDEST: "Oldest first",
    RATED: "Best rated first",
    DEAREST: "Dearest first",
    CHEAPEST: "Cheapest first",
}
BY_COST = frozenset({DEAREST, CHEAPEST})
# In the order in which they stand in an address.
NAMES = (
    "q",
    "project",
    "person",
    "provider",
    "account",
    "model",
    "operation",
    "state",
    "review",
    "rating",
    "star",
    "tag",
    "prompt",
    "version",
    "min",
    "max",
    "from",
    "to",
    "sort",
)
LONGEST = 200
MOST_MICROS = 10**15


@dataclass(frozen=True, slots=True)
class Asked:
    """``params`` is what the address says of it; the rest is what that means.

    ``troubles`` are sentences about what could not be read and was left out.
    """

    params: dict[str, str]
    project: UUID | None = None
    person: int | None = None
    account: UUID | None = None
    rating: int = 0
    prompt: UUID | None = None
    version: int | None = None
    least: int | None = None
    most: int | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    troubles: tuple[str, ...] = ()

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Asked:
        read = _Reading(given)
        known = {
            "project": read.uuid("project"),
            "person": read.number("person"),
            "account": read.uuid("account"),
            "rating": read.number("rating", most=5) or 0,
            "prompt": read.uuid("prompt"),
            "version": read.number("version"),
            "least": read.micros("min"),
            "most": read.micros("max"),
            "since": read.day("from"),
            "until": read.day("to"),
        }
        read.one_of("state", STATES)
        read.one_of("review", REVIEWS)
        read.one_of("sort", SORTS)
        read.one_of("star", ("1",))
        return cls(read.params, troubles=tuple(read.troubles), **known)  # type: ignore[arg-type]

    def told(self, name: str) -> str:
        return self.params.get(name, "")

    @property
    def sort(self) -> str:
        return self.told("sort")

    @property
    def about_money(self) -> bool:
        return self.least is not None or self.most is not None or self.sort in BY_COST

    @property
    def narrows(self) -> bool:
        return any(name != "sort" for name in self.params)

    @property
    def query(self) -> str:
        """Behind the ? of an address that asks for the same."""
        return urlencode({name: self.params[name] for name in NAMES if name in self.params})

    def but(self, *names: str) -> str:
        """The same without these, as behind a ?."""
        kept = {name: self.params[name] for name in NAMES if name in self.params}
        return "?" + urlencode({key: value for key, value in kept.items() if key not in names})


class _Reading:
    """Reads one parameter after the other, and keeps what is good."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self.params = {
            name: text
            for name in NAMES
            if (text := " ".join(given.get(name, "").replace("\0", "").split())[:LONGEST])
        }
        self.troubles: list[str] = []

    def _drop(self, name: str, text: str) -> None:
        self.params.pop(name, None)
        self.troubles.append(text)

    def uuid(self, name: str) -> UUID | None:
        if name not in self.params:
            return None
        try:
            return UUID(self.params[name])
        except ValueError:
            self._drop(name, f"There is no such {name}, so it was left out.")
            return None

    def number(self, name: str, most: int = 2**62) -> int | None:
        text = self.params.get(name, "")
        if not text:
            return None
        if text.isascii() and text.isdigit() and len(text) < 19 and 0 < int(text) <= most:
            return int(text)
        self._drop(name, f"“{text}” is no {name} that there is, so it was left out.")
        return None

    def micros(self, name: str) -> int | None:
        text = self.params.get(name, "").removeprefix("$").strip()
        if not text:
            self.params.pop(name, None)
            return None
        try:
            amount = Decimal(text.replace(",", "."))
            if amount.is_finite() and 0 <= amount * 1_000_000 <= MOST_MICROS:
                return int(amount * 1_000_000)
        except InvalidOperation:
            pass
        self._drop(name, f"“{text}” is no amount of dollars, so it was left out. Write 0.25.")
        return None

    def day(self, name: str) -> dt.date | None:
        text = self.params.get(name, "")
        if not text:
            return None
        try:
            found = dt.date.fromisoformat(text)
            if dt.date(2000, 1, 1) <= found <= dt.date(2200, 1, 1):
                return found
        except ValueError:
            pass
        self._drop(name, f"“{text}” is no date, so it was left out. Write 2026-11-30.")
        return None

    def one_of(self, name: str, known: object) -> None:
        if name in self.params and self.params[name] not in known:  # type: ignore[operator]
            self._drop(name, f"“{self.params[name]}” is no {name} that there is.")
