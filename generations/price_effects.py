"""What a change of an account's prices would do to its offers, before it is made."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from generations.catalogue import effects
from generations.catalogue.effects import Change
from generations.catalogue.types import Terms
from generations.models import ProviderAccount
from generations.offers import price_row

SHOWN = 40


@dataclass(frozen=True, slots=True)
class Effect:
    """``day``: from when on it holds, today where it does so already."""

    changes: list[Change]
    day: dt.date

    @property
    def shown(self) -> list[Change]:
        return self.changes[:SHOWN]

    @property
    def more(self) -> int:
        return max(0, len(self.changes) - SHOWN)

    @property
    def counts(self) -> dict[str, int]:
        return dict(effects.summed(self.changes))

    @property
    def digest(self) -> str:
        """Names what a person was shown: what is saved must still do just that."""
        return hashlib.sha256(repr((self.changes, self.day)).encode()).hexdigest()[:16]


def of(
    account: ProviderAccount, save: Callable[[], object], since: dt.date | None = None
) -> Effect:
    """Make the change, look, and take it back: so all that may refuse it is asked as well.

    Raises what ``save`` raises. ``since``: a change for later is looked at on its first day.
    """
    day = max(since or dt.date.min, timezone.localdate())
    before = _terms(account, day)
    try:
        with transaction.atomic():
            save()
            account.refresh_from_db(fields=["ceiling_micros"])
            after = _terms(account, day)
            transaction.set_rollback(True)
    finally:
        account.refresh_from_db(fields=["ceiling_micros"])
    return Effect(effects.changes(account.catalogue, before, after), day)


def _terms(account: ProviderAccount, day: dt.date) -> Terms:
    """The account as a quote of that day would know it, as far as prices go."""
    rows = account.prices.filter(since__lte=day, withdrawn_at=None).order_by("-since", "-pk")
    rate = account.rates.filter(since__lte=day).order_by("-since", "-pk").first()
    return Terms(
        account=str(account.uuid),
        label=account.name,
        provider=account.provider,
        play=account.play,
        usd_per_unit=rate.usd_per_unit if rate else account.catalogue.usd_per_unit,
        rows=tuple(price_row(one) for one in rows),
        ceiling=account.ceiling_micros,
    )
