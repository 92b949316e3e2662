"""What one unit of an account cost on which day, and amounts by it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from django.utils import timezone

from generations.models import ProviderAccount


@dataclass(frozen=True, slots=True)
class Rates:
    """What one unit of an account cost on which day; ``published`` before the first of its own."""

    dated: list[tuple[dt.date, Decimal]]
    published: Decimal | None

    def on(self, moment: dt.datetime) -> Decimal | None:
        day = timezone.localdate(moment)
        return next((rate for since, rate in reversed(self.dated) if since <= day), self.published)

    def changes(self, start: dt.datetime, end: dt.datetime) -> list[dt.datetime]:
        """The moments between these from which another rate held."""
        days = (dt.datetime.combine(since, dt.time()) for since, _ in self.dated)
        found = {timezone.make_aware(one) for one in days}
        return sorted(one for one in found if start < one < end)


def rates_of(account: ProviderAccount) -> Rates:
    rows = account.rates.order_by("since", "pk")
    return Rates(list(rows.values_list("since", "usd_per_unit")), account.catalogue.usd_per_unit)


def worth(units: Decimal, rate: Decimal | None) -> int | None:
    """Micro-dollars of so many units."""
    return None if rate is None else int(units * rate * 1_000_000)


def units_of(micros: int, rate: Decimal | None) -> Decimal | None:
    """So many micro-dollars in units; None where nobody knows what one costs."""
    if not rate:
        return None
    return (Decimal(micros) / 1_000_000 / rate).quantize(Decimal("0.000001"), ROUND_CEILING)
