"""Stacked bars as geometry: the page draws each bar as a small SVG inside a link. Pure.

Heights are in thousandths of the chart. No text stands in the drawing, so it is as sharp and as
large on a phone as anywhere; a table with the same figures stands behind it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

HEIGHT = 1000
# So many colours can be told apart; what is left is drawn together.
MOST = 7
OTHERS = "Others"


@dataclass(frozen=True, slots=True)
class Series:
    """One colour of the chart: ``slot`` is its number, from 1."""

    label: str
    slot: int
    micros: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar."""

    series: Series
    micros: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A day or a month. ``label`` stands under it, ``words`` say it in full."""

    start: dt.date
    end: dt.date
    label: str
    words: str
    micros: int
    parts: tuple[Part, ...]
    url: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the scale; ``y`` is from the top."""

    micros: int
    y: int


@dataclass(frozen=True, slots=True)
class Scale:
    """What bottom and top of the whole height stand for, in micro-dollars."""

    least: int
    most: int

    def y(self, micros: int) -> int:
        """How far from the top an amount stands."""
        return HEIGHT - HEIGHT * (micros - self.least) // (self.most - self.least)


@dataclass(frozen=True, slots=True)
class Chart:
    bars: tuple[Bar, ...]
    series: tuple[Series, ...]
    ticks: tuple[Tick, ...]
    unit: str

    @property
    def empty(self) -> bool:
        return not any(bar.parts for bar in self.bars)


@dataclass(frozen=True, slots=True)
class Bucket:
    """What stands in one place of the chart: micro-dollars by label, and where it leads."""

    start: dt.date
    end: dt.date
    values: Mapping[str, int]
    url: str


def chart(buckets: Sequence[Bucket], urls: Mapping[str, str], *, by_month: bool) -> Chart:
    """The bars of these buckets. What came back in a bucket hangs below the line of nought."""
    series = _series(buckets, urls)
    known = {one.label: one for one in series}
    sums = [_folded(bucket.values, known) for bucket in buckets]
    top = max((sum(n for n in one.values() if n > 0) for one in sums), default=0)
    low = min((sum(n for n in one.values() if n < 0) for one in sums), default=0)
    ticks, scale = _ticks(top, low)
    marks = _marks(len(buckets))
    bars = tuple(
        _bar(bucket, values, series, scale, by_month=by_month, marked=place in marks)
        for place, (bucket, values) in enumerate(zip(buckets, sums, strict=True))
    )
    return Chart(bars, series, ticks, "month" if by_month else "day")


def _series(buckets: Sequence[Bucket], urls: Mapping[str, str]) -> tuple[Series, ...]:
    """The largest first; each keeps its place and colour in all bars."""
    sums: dict[str, int] = {}
    for bucket in buckets:
        for label, micros in bucket.values.items():
            sums[label] = sums.get(label, 0) + micros
    ranked = sorted(sums, key=lambda label: (-sums[label], label))
    alone = ranked if len(ranked) <= MOST else ranked[: MOST - 1]
    found = [Series(one, slot, sums[one], urls.get(one, "")) for slot, one in enumerate(alone, 1)]
    if rest := ranked[len(alone) :]:
        found.append(Series(OTHERS, MOST, sum(sums[one] for one in rest)))
    return tuple(found)


def _folded(values: Mapping[str, int], known: Mapping[str, Series]) -> dict[str, int]:
    found: dict[str, int] = {}
    for label, micros in values.items():
        name = label if label in known else OTHERS
        found[name] = found.get(name, 0) + micros
    return found


def _bar(
    bucket: Bucket,
    values: Mapping[str, int],
    series: tuple[Series, ...],
    scale: Scale,
    *,
    by_month: bool,
    marked: bool,
) -> Bar:
    parts, above, below = [], 0, 0
    for one in series:
        micros = values.get(one.label, 0)
        if not micros:
            continue
        ends = (above, above + micros) if micros > 0 else (below, below + micros)
        base, y = (scale.y(level) for level in sorted(ends))
        parts.append(Part(one, micros, y, base - y))
        above, below = (ends[1], below) if micros > 0 else (above, ends[1])
    start = bucket.start
    label = f"{start:%b}" if by_month else str(start.day)
    words = f"{start:%B %Y}" if by_month else f"{start.day} {start:%B %Y}"
    paid = sum(values.values())
    return Bar(start, bucket.end, label, words, paid, tuple(parts), bucket.url, marked)


def _ticks(top: int, low: int) -> tuple[tuple[Tick, ...], Scale]:
    """Round amounts from below the lowest bar (nought for most) up to above the tallest."""
    step = 1
    while step * 4 < top - low:
        step = _next(step)
    least = low // step * step
    scale = Scale(least, max(-(-top // step) * step, least + step))
    levels = range(least, scale.most + 1, step)
    return tuple(Tick(level, scale.y(level)) for level in levels), scale


def _next(step: int) -> int:
    """1, 2, 5, 10, 20, 50 …"""
    text = str(step)
    return step * 5 // 2 if text[0] == "2" else step * 2


def _marks(count: int) -> set[int]:
    """Which bars keep their label where there is little room."""
    step = max(1, -(-count // 7))
    return set(range(0, count, step))
