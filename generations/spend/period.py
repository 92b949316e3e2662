"""From when to when. Pure. Days are the studio's; both ends belong to the period."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

MONTH, LAST, DAYS, YEAR, CUSTOM = "month", "last-month", "30-days", "year", "custom"
LABELS = {
    MONTH: "This month",
    LAST: "Last month",
    DAYS: "Last 30 days",
    YEAR: "This year",
    CUSTOM: "From … to …",
}
# A period longer than this is drawn by month.
BY_DAY = 62
EARLIEST = dt.date(2020, 1, 1)


@dataclass(frozen=True, slots=True)
class Period:
    """``name`` is one of LABELS. ``trouble`` says what is wrong with the dates that were typed."""

    name: str
    start: dt.date
    end: dt.date
    trouble: str = ""

    @property
    def by_month(self) -> bool:
        return (self.end - self.start).days >= BY_DAY

    @property
    def words(self) -> str:
        """``1 to 30 November 2026``, as short as it is clear."""
        start, end = self.start, self.end
        last = f"{end.day} {calendar.month_name[end.month]} {end.year}"
        if start == end:
            return last
        if (start.year, start.month) == (end.year, end.month):
            return f"{start.day} to {last}"
        year = "" if start.year == end.year else f" {start.year}"
        return f"{start.day} {calendar.month_name[start.month]}{year} to {last}"

    def buckets(self) -> Iterator[tuple[dt.date, dt.date]]:
        """The bars of a chart: each day, or each month as far as it belongs to the period."""
        day = self.start
        while day <= self.end:
            last = min(month_end(day), self.end) if self.by_month else day
            yield day, last
            day = last + dt.timedelta(days=1)


def period(asked: Mapping[str, str], today: dt.date) -> Period:
    """The period of an address: ``period``, and ``from`` and ``to`` for a custom one."""
    name = asked.get("period", "")
    if name not in LABELS:
        name = CUSTOM if asked.get("from") or asked.get("to") else MONTH
    first = today.replace(day=1)
    if name == MONTH:
        return Period(name, first, month_end(today))
    if name == LAST:
        last = first - dt.timedelta(days=1)
        return Period(name, last.replace(day=1), last)
    if name == DAYS:
        return Period(name, today - dt.timedelta(days=29), today)
    if name == YEAR:
        return Period(name, today.replace(month=1, day=1), today.replace(month=12, day=31))
    return _custom(asked, today)


def _custom(asked: Mapping[str, str], today: dt.date) -> Period:
    try:
        start = _day(asked.get("from", "")) or today.replace(day=1)
        end = _day(asked.get("to", "")) or max(start, today)
    except ValueError:
        words = "Write both dates as 2026-11-30; this month is shown meanwhile."
        return Period(CUSTOM, today.replace(day=1), month_end(today), words)
    if start > end:
        start, end = end, start
    return Period(CUSTOM, max(start, EARLIEST), max(end, EARLIEST))


def _day(text: str) -> dt.date | None:
    found = dt.date.fromisoformat(text) if text else None
    if found and found.year > 2200:
        raise ValueError(text)
    return found


def month_end(day: dt.date) -> dt.date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def cover(start: dt.date, end: dt.date) -> list[tuple[bool, dt.date, dt.date]]:
    """The period in few pieces: whole months (True) in the middle, days (False) at its ends."""
    first = start if start.day == 1 else month_end(start) + dt.timedelta(days=1)
    last = end if end == month_end(end) else end.replace(day=1) - dt.timedelta(days=1)
    if first > last:
        return [(False, start, end)]
    pieces = [(True, first, last)]
    if start < first:
        pieces.insert(0, (False, start, first - dt.timedelta(days=1)))
    if last < end:
        pieces.append((False, last + dt.timedelta(days=1), end))
    return pieces
