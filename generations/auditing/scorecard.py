"""What each provider account is worth: waits, failures, accuracy, price of a usable second."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from generations.models import Audited, ProviderAccount, State
from generations.spend.queries import View, sums
from generations.spend.totals import MOVING

from . import marks

# Fewer clips than this say nothing.
ENOUGH = 5
# The newest so many waits stand for all of a period: enough for its ninth tenth.
SAMPLE = 500
_WANTED = ("clips", "failed", "moderated", "lost", MOVING, "delivered_ms")


@dataclass(frozen=True, slots=True)
class Score:
    """One account over a period. None: not enough data. Shares are 0 to 1, waits in seconds."""

    account: ProviderAccount
    clips: int
    failed: int
    moderated: int
    lost: int
    median_s: float | None
    p90_s: float | None
    audited: int
    agree: int
    micros: int
    delivered_ms: int

    @property
    def is_enough(self) -> bool:
        return self.clips >= ENOUGH

    @property
    def failure_share(self) -> float | None:
        return self.failed / self.clips if self.is_enough else None

    @property
    def moderation_share(self) -> float | None:
        return self.moderated / self.clips if self.is_enough else None

    @property
    def accuracy(self) -> float | None:
        """Of the charges that the provider told: how many were the book's price."""
        return self.agree / self.audited if self.audited >= ENOUGH else None

    @property
    def second_micros(self) -> int | None:
        """All that was paid for clips, failures among them, by the seconds that came."""
        seconds = self.delivered_ms / 1000
        return round(int(self.micros / seconds), -2) if seconds >= 1 and self.is_enough else None


def scores(
    accounts: Sequence[ProviderAccount], start: dt.datetime, end: dt.datetime
) -> list[Score]:
    """Of one team's accounts of one kind of money; ``end`` is the first moment after the period.

    Sums come from the months and days of spend, waits from the newest clips.
    """
    pks = [one.pk for one in accounts]
    spent = _sums(accounts, start, end)
    checked = marks.checked(pks, start, end)
    found = []
    for one in accounts:
        waits = _waits(one, start, end)
        enough = len(waits) >= ENOUGH
        days, told = spent.get(one.pk, {}), checked.get(one.pk, (0, 0))
        found.append(
            Score(
                account=one,
                clips=days.get("clips") or 0,
                failed=days.get("failed") or 0,
                moderated=days.get("moderated") or 0,
                lost=max(0, days.get("lost") or 0),
                median_s=share(waits, 0.5) if enough else None,
                p90_s=share(waits, 0.9) if enough else None,
                audited=told[0],
                agree=told[1],
                micros=days.get(MOVING) or 0,
                delivered_ms=days.get("delivered_ms") or 0,
            )
        )
    return found


def share(values: Sequence[float], part: float) -> float:
    """The value that ``part`` of all are not above; values in order, at least one."""
    return values[min(len(values) - 1, int(part * len(values)))]


def _sums(
    accounts: Sequence[ProviderAccount], start: dt.datetime, end: dt.datetime
) -> dict[int, dict[str, int]]:
    if not accounts:
        return {}
    first, last = (timezone.localdate(one) for one in (start, end - dt.timedelta(microseconds=1)))
    one = accounts[0].pk if len(accounts) == 1 else None
    view = View(accounts[0].team_id, accounts[0].play, first, last, account=one)
    return {key[0]: figures for key, figures in sums(view, "account", of=_WANTED)}


def _waits(account: ProviderAccount, start: dt.datetime, end: dt.datetime) -> list[float]:
    # By the audit's marks, for which there is an index by account and time.
    rows = Audited.objects.filter(
        account=account, at__gte=start, at__lt=end, generation__state=State.SUCCEEDED
    ).order_by("-at")
    newest = rows.values_list("generation__submitted_at", "generation__made_at")[:SAMPLE]
    return sorted((made - sent).total_seconds() for sent, made in newest if sent and made)
