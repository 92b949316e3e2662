"""Periods, the pieces that cover them, and bars as geometry. All pure."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from generations.spend.charts import HEIGHT, MOST, Bucket, chart
from generations.spend.period import cover, month_end, period

TODAY = dt.date(2026, 11, 21)
days = st.dates(dt.date(2024, 1, 1), dt.date(2027, 12, 31))


def test_periods():
    assert period({}, TODAY).words == "1 to 30 November 2026"
    assert period({"period": "last-month"}, TODAY).words == "1 to 31 October 2026"
    assert period({"period": "30-days"}, TODAY).words == "23 October to 21 November 2026"
    assert period({"period": "year"}, TODAY).words == "1 January to 31 December 2026"
    one = {"from": "2026-02-03", "to": "2026-02-03"}
    assert period(one, TODAY).words == "3 February 2026"
    assert period({"from": "2026-03-01", "to": "2026-02-01"}, TODAY).start == dt.date(2026, 2, 1)


def test_dates_that_are_none_are_said():
    found = period({"period": "custom", "from": "30.11.2026"}, TODAY)
    assert "2026-11-30" in found.trouble
    assert found.start == dt.date(2026, 11, 1)


@given(days, days)
def test_the_pieces_cover_each_day_once(one, other):
    start, end = sorted((one, other))
    covered = []
    for whole, first, last in cover(start, end):
        assert first <= last
        if whole:
            assert first.day == 1
            assert last == month_end(last)
        covered += [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    assert covered == [start + dt.timedelta(days=n) for n in range((end - start).days + 1)]
    assert len(cover(start, end)) <= 3


@given(days, st.integers(0, 800))
def test_the_bars_cover_each_day_once(start, length):
    found = period({"from": str(start), "to": str(start + dt.timedelta(days=length))}, TODAY)
    buckets = list(found.buckets())
    assert buckets[0][0] == found.start
    assert buckets[-1][1] == found.end
    for (_, last), (first, _) in zip(buckets, buckets[1:], strict=False):
        assert first == last + dt.timedelta(days=1)


amounts = st.dictionaries(st.sampled_from("abcdefghij"), st.integers(-50, 5_000_000), max_size=10)


@given(st.lists(amounts, min_size=1, max_size=31))
def test_bars_stand_on_each_other_and_keep_every_amount(values):
    day = dt.date(2026, 11, 1)
    drawn = chart([Bucket(day, day, one, "/rows/") for one in values], {}, by_month=False)
    assert len(drawn.series) <= MOST
    for bar, told in zip(drawn.bars, values, strict=True):
        assert bar.micros == sum(told.values()) == sum(part.micros for part in bar.parts)
        (nought,) = (tick.y for tick in drawn.ticks if not tick.micros)
        above = below = nought
        for part in bar.parts:
            assert part.height >= 0
            if part.micros > 0:
                assert part.y + part.height == above
                above = part.y
            else:
                assert part.y == below
                below += part.height
        assert 0 <= above <= below <= HEIGHT
    assert [tick.y for tick in drawn.ticks] == sorted((t.y for t in drawn.ticks), reverse=True)
    assert len(drawn.ticks) <= 6


def test_the_scale_is_round():
    day = dt.date(2026, 11, 1)
    drawn = chart([Bucket(day, day, {"a": 7_300_000}, "")], {}, by_month=False)
    assert [tick.micros for tick in drawn.ticks] == [n * 2_000_000 for n in range(5)]


def test_money_that_came_back_hangs_below_the_line():
    day = dt.date(2026, 11, 1)
    alone = chart([Bucket(day, day, {"a": -125_000}, "")], {}, by_month=False)
    assert [tick.micros for tick in alone.ticks] == [-150_000, -100_000, -50_000, 0]
    (part,) = alone.bars[0].parts
    assert (part.y, part.height) == (0, 834)
    # What came back from one account and was charged by another is not nothing.
    both = chart([Bucket(day, day, {"a": -125_000, "b": 125_000}, "")], {}, by_month=False)
    assert not both.empty
    assert [tick.micros for tick in both.ticks][0] == -200_000
