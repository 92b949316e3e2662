"""Where a month's spend leads, at the pace so far."""

from __future__ import annotations

import calendar
import datetime as dt
from fractions import Fraction

from django.utils import timezone

# Days of a month after which its pace says something.
TOO_EARLY = 3


def month_end(spent: int, held: int, at: dt.datetime | None = None) -> int | None:
    """What this month will have cost when it ends: micro-dollars, or None in its first 3 days.

    Spent so far / days passed x days of the month, plus what is held now. Today counts by the
    hour. Refunds may have made ``spent`` negative: then the pace is none.
    """
    now = timezone.localtime(at)
    days = calendar.monthrange(now.year, now.month)[1]
    passed = now.day - 1 + Fraction(now.hour * 3600 + now.minute * 60 + now.second, 86_400)
    if passed < TOO_EARLY:
        return None
    return round(Fraction(max(0, spent)) / passed * days) + held
