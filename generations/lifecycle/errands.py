"""An errand: a row of its own that one account is told of once, whatever dies on the way.

Selections of masks and voices share it. The order is the promise, as with clips: claim
(committed), hand the source over, write down the token (committed), send, write the answer. A
worker that dies after the token was written may have sent it: then nobody knows, and nothing is
sent again by itself.
"""

from __future__ import annotations

import datetime as dt
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from generations.models import Found, Selection, Voice
from generations.providers.types import (
    Barred,
    Busy,
    Moderated,
    NoBalance,
    ProviderError,
    Refused,
    Uncertain,
)

from .answering import flag, pause

# Somebody waits for it: after this nobody does any more.
PATIENCE = dt.timedelta(minutes=10)


class Errand[Row: (Selection, Voice)](ABC):
    """One row and its moves. Each move is conditional, and harmless when run 0, 1 or N times."""

    # For the words: what the provider refused for its content, and what else to choose.
    refused_for: ClassVar[str]
    instead: ClassVar[str]
    # What it says of one whose worker died after it may have been sent.
    interrupted: ClassVar[str] = ""

    def __init__(self, row: Row) -> None:
        self.row: Row = row

    @property
    @abstractmethod
    def rows(self) -> QuerySet[Row]:
        """The row, as it stands in the database."""

    @abstractmethod
    def lost(self, said: str) -> None:
        """Nobody knows whether it was done: see ``move_to_uncertain``."""

    @abstractmethod
    def give_back(self, said: str) -> None:
        """The money of what was certainly not done; in the same transaction."""

    def is_worth_another(self, trouble: Refused) -> bool:
        """Will it go through if it is sent once more at once?"""
        return False

    def claim(self) -> bool:
        """Take it, so that nobody else works on it. False: it is not ours, or not yet its time."""
        row, now = self.row, timezone.now()
        if row.state != Found.QUEUED:
            return False
        account = row.account
        if now - row.created_at > PATIENCE:
            self.refuse(f"{account.name} had no room for it in ten minutes.", Found.QUEUED)
            return False
        wait = account.paused_until
        if not account.enabled or account.trouble:
            wait = now + dt.timedelta(seconds=15)
        if wait and wait > now:
            self.rows.filter(state=Found.QUEUED).update(lease_until=wait)
            return False
        lease = uuid.uuid4()
        if not self.move((Found.QUEUED,), Found.SENDING, lease=lease, lease_until=_lease_end(now)):
            return False
        row.state, row.lease = Found.SENDING, lease
        return True

    def intend(self, **fields: Any) -> bool:
        """Write down that we are about to send, under a token of its own. False: lease is lost."""
        now = timezone.now()
        self.row.token, self.row.sent_at = uuid.uuid4(), now
        ours = self.rows.filter(state=Found.SENDING, lease=self.row.lease)
        told = {"token": self.row.token, "sent_at": now, "lease_until": _lease_end(now)}
        return ours.update(**told, **fields) == 1

    @transaction.atomic
    def recover(self) -> None:
        """A worker died while it was at it: go on from what the row says."""
        now = timezone.now()
        stale = self.rows.filter(Q(lease_until=None) | Q(lease_until__lt=now), state=Found.SENDING)
        # First of all: a worker that is late all the same finds its lease gone before it sends.
        if not stale.update(lease=uuid.uuid4(), lease_until=now + dt.timedelta(seconds=60)):
            return
        self.row = self.rows.get()
        if self.row.sent_at is None:
            self.back(seconds=0)
        else:
            # The token was committed, so the request may have left.
            self.lost(self.interrupted)

    @transaction.atomic
    def answered(self, trouble: ProviderError) -> None:
        """Nothing was done, or nobody knows: state and money by what is certain."""
        rows = self.rows.filter(token=self.row.token)
        rows.update(exchange=trouble.exchange.to_json() if trouble.exchange else {})
        if isinstance(trouble, Uncertain):
            self.lost(trouble.said)
        elif rows.filter(state=Found.UNCERTAIN).exists():
            # Called lost when the lease ran out, and now it is certain that nothing was done.
            self.refuse(self.words(trouble), Found.UNCERTAIN)
        elif isinstance(trouble, Refused) and self.is_worth_another(trouble):
            self.back(seconds=0)
        elif isinstance(trouble, Busy):
            wait = trouble.retry_after or self._wait()
            if not trouble.slots:
                pause(self.row.account_id, wait)
            self.back(seconds=wait)
        else:
            flag(self.row.account_id, trouble)
            self.refuse(self.words(trouble))

    @transaction.atomic
    def not_sent(self, trouble: ProviderError) -> None:
        """The way there failed: nothing was asked for, so nothing is uncertain."""
        if isinstance(trouble, Busy | Uncertain):
            self.back(seconds=self._wait())
        else:
            flag(self.row.account_id, trouble)
            self.refuse(self.words(trouble))

    def words(self, trouble: ProviderError) -> str:
        """What people are told. What a provider says of the account is for its owners alone."""
        name, said = self.row.account.name, trouble.said.rstrip(".")
        if isinstance(trouble, NoBalance):
            return f"The balance of {name} is too low. An owner tops it up there."
        if isinstance(trouble, Barred):
            return f"{name} did not let us in. An owner looks at the account."
        if isinstance(trouble, Moderated):
            return f"{name} refused {self.refused_for}: {said}."
        if isinstance(trouble, Refused):
            return f"{name} refused it: {said}. Choose {self.instead}."
        return f"{name} answered in an unknown way: {said}."

    def back(self, *, seconds: float) -> None:
        """Certain: nothing was done. It is sent again, under a new token."""
        due = timezone.now() + dt.timedelta(seconds=seconds)
        fields: dict[str, Any] = {"lease": None, "lease_until": due, "sent_at": None}
        self.move((Found.SENDING,), Found.QUEUED, lease_held=self.row.lease, **fields)

    def refuse(self, said: str, old: Found = Found.SENDING) -> None:
        """Certain: nothing was done. All money comes back."""
        self.move(
            (old,),
            Found.FAILED,
            lambda: self.give_back(said),
            lease_held=self.row.lease if old == Found.SENDING else None,
            said=said[:500],
            finished_at=timezone.now(),
            lease=None,
            lease_until=None,
        )

    def move_to_uncertain(self, said: str, look_at: dt.datetime | None) -> bool:
        """Nothing is sent again by itself. ``look_at``: when to look what became of it."""
        return self.move(
            (Found.SENDING,),
            Found.UNCERTAIN,
            lease_held=self.row.lease,
            said=said[:500],
            lease=None,
            lease_until=look_at,
        )

    @transaction.atomic
    def move(
        self,
        old: tuple[Found, ...],
        new: Found,
        money: Callable[[], object] | None = None,
        *,
        token: uuid.UUID | None = None,
        lease_held: uuid.UUID | None = None,
        **fields: Any,
    ) -> bool:
        """True if we, and nobody else, moved it; its money in the same transaction.

        ``token``: only while this is its newest sending; ``lease_held``: only while this lease
        holds.
        """
        rows = self.rows.filter(state__in=old)
        if token is not None:
            rows = rows.filter(token=token)
        if lease_held is not None:
            rows = rows.filter(lease=lease_held)
        if not rows.update(state=new, **fields):
            return False
        if money is not None:
            money()
        return True

    def _wait(self) -> float:
        """Seconds before the next try, by how long it has waited."""
        age: float = (timezone.now() - self.row.created_at).total_seconds()
        return min(max(age / 2, 1.0), 20.0)


def _lease_end(now: dt.datetime) -> dt.datetime:
    return now + dt.timedelta(seconds=settings.SUBMIT_LEASE_S)
