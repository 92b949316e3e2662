"""The chart of a view, from its sums by day."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from typing import Any

from .asked import Asked
from .charts import Bucket, Chart, chart
from .period import BY_DAY
from .queries import by_day, sums
from .tables import GROUPED

# More bars than this are not drawn where they would be empty; days are never so many.
FEW = BY_DAY

type Span = tuple[dt.date, dt.date, dt.date]


def per_day(asked: Asked) -> Chart:
    """What was charged each day, or each month of a long period, stacked as asked."""
    by = asked.told("stack")
    name = GROUPED.get(by, by)
    when = asked.period
    if when.by_month and not asked.view.prompt:
        rows = sums(asked.view, "day", name, of=("micros",))
    else:
        rows = by_day(asked.view, name, of=("micros",))
    days: dict[Any, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for (day, pk), figures in rows:
        place = day.replace(day=1) if when.by_month else day
        days[place][asked.label(by, pk)] += figures["micros"]
    spans = [
        (start.replace(day=1) if when.by_month else start, start, end)
        for start, end in when.buckets()
    ]
    if len(spans) > FEW:
        spans = _worked(spans, days.keys())
    buckets = [
        Bucket(start, end, days.get(place, {}), asked.day_rows(start, end))
        for place, start, end in spans
    ]
    urls = {one.label: asked.url("spend", **{by: one.key}) for one in asked.choices[by]}
    return chart(buckets, urls, by_month=when.by_month)


def _worked(spans: list[Span], charged: Collection[Any]) -> list[Span]:
    """Without the empty months before the first charge and after the last: years have many."""
    full = [number for number, (place, _, _) in enumerate(spans) if place in charged]
    return spans[full[0] : full[-1] + 1] if full else spans
