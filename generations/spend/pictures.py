"""The chart of a view, from its sums by day."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from .asked import Asked
from .charts import Bucket, Chart, chart
from .queries import by_day, sums
from .tables import GROUPED


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
    buckets = []
    for start, end in when.buckets():
        place = start.replace(day=1) if when.by_month else start
        buckets.append(Bucket(start, end, days.get(place, {}), asked.day_rows(start, end)))
    urls = {one.label: asked.url("spend", **{by: one.key}) for one in asked.choices[by]}
    return chart(buckets, urls, by_month=when.by_month)
