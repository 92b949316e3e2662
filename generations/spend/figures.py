"""One clip's figures, and what they added to each day. Pure.

Everything that is summed anywhere comes from ``history``: the lines, the days and the months, the
check of them and their rebuilding. So they can differ only by a mistake in adding.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from accounts.models import Kind
from generations.catalogue.types import Charged
from generations.causes import Cause
from generations.models import State

# What pages sum.
NAMES = (
    "clips",
    "succeeded",
    "failed",
    "moderated",
    "micros",
    "unit_millionths",
    "delivered_ms",
    "published_clips",
    "published_micros",
    "published_paid_micros",
    "over_micros",
    "under_micros",
    "differing",
    "cheapest_clips",
    "cheapest_micros",
    "cheapest_paid_micros",
)
# All that is kept: what balances and scorecards need is not on the Spend pages.
KEPT = (
    *NAMES,
    "charges",
    "settled_micros",
    "untold_micros",
    "corrected_millionths",
    "untold_corrected_micros",
    "lost",
)
NOTHING: dict[str, int] = dict.fromkeys(KEPT, 0)
# The provider made it, whatever became of the file: its price is owed.
MADE = frozenset({Cause.LOST_FILE.value, Cause.CHARGED.value})

type Figures = dict[str, int]


@dataclass(frozen=True, slots=True)
class Moved:
    """A movement as far as the figures go; ``day`` is the studio's, ``rate`` USD for a unit.

    ``over``: an adjustment that is no correction, but what the charge was more than the hold.
    """

    day: dt.date
    kind: str
    micros: int
    units: Decimal | None = None
    unit: str = ""
    over: bool = False
    rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Clip:
    """What the rows say of one clip. ``published``, ``cheapest``, ``on_…``: as it was asked for.

    ``counts`` is False for a step that costs money and is no clip: only its money is summed.
    """

    state: str
    cause: str
    finished: dt.date | None
    delivered_ms: int = 0
    published: int | None = None
    cheapest: int | None = None
    on_failure: str = Charged.UNKNOWN
    on_moderation: str = Charged.UNKNOWN
    counts: bool = True


def history(clip: Clip, moved: Iterable[Moved]) -> dict[dt.date, Figures]:
    """What the clip added to each day, from the day on which its money was settled.

    A late adjustment counts on its own day. So does a file that was fetched after all on a later
    day: until then the clip was a failure that was paid. Empty while the money is held, and for
    what was cancelled before anything was sent.
    """
    rows = sorted(moved, key=lambda one: one.day)
    ends = [one.day for one in rows if one.kind in (Kind.SETTLE, Kind.RELEASE)]
    if not ends or clip.state == State.CANCELLED:
        return {}
    late = clip.state == State.SUCCEEDED and clip.finished is not None and clip.finished > ends[0]
    days = {one.day for one in rows if one.day >= ends[0] and one.kind != Kind.HOLD}
    if late and clip.finished is not None:
        days.add(clip.finished)
    found: dict[dt.date, Figures] = {}
    before = NOTHING
    for day in sorted(days):
        until = [one for one in rows if one.day <= day]
        then = clip
        if late and clip.finished is not None and day < clip.finished:
            then = replace(clip, state=State.FAILED, cause=Cause.LOST_FILE, delivered_ms=0)
        now = _figures(then, until)
        change = {name: now[name] - before[name] for name in KEPT}
        if any(change.values()):
            found[day] = change
        before = now
    return found


def _figures(clip: Clip, moved: list[Moved]) -> Figures:
    """Where the clip stands after these movements."""
    paid = sum(one.micros for one in moved if one.kind in (Kind.SETTLE, Kind.ADJUST))
    succeeded, moderated = clip.state == State.SUCCEEDED, clip.state == State.MODERATED
    owed = _owed(clip, paid)
    published, cheapest = (
        0 if owed is False else None if owed is None else price
        for price in (clip.published, clip.cheapest)
    )
    found = NOTHING | {"micros": paid} | _settled(moved) | _corrected(moved)
    found["unit_millionths"] += found["corrected_millionths"]
    if not clip.counts:
        return found
    found["clips"] = 1
    found["succeeded" if succeeded else "moderated" if moderated else "failed"] = 1
    found["lost"] = int(clip.state == State.FAILED and clip.cause == Cause.LOST_FILE)
    found["delivered_ms"] = clip.delivered_ms if succeeded else 0
    if published is not None:
        found |= {"published_clips": 1, "published_micros": published}
        found |= {"published_paid_micros": paid, "differing": int(paid != published)}
        found |= {"over_micros": max(0, paid - published)}
        found |= {"under_micros": max(0, published - paid)}
    if cheapest is not None:
        found |= {"cheapest_clips": 1, "cheapest_micros": cheapest, "cheapest_paid_micros": paid}
    return found


def _settled(moved: list[Moved]) -> Figures:
    """The charge as it was settled, whatever was corrected later."""
    rows = [one for one in moved if one.kind == Kind.SETTLE]
    paid = sum(one.micros for one in moved if one.kind == Kind.SETTLE or one.over)
    told = [one.units for one in rows if one.units is not None]
    units = sum(told, Decimal(0)) if told else _by_rate(paid, _sold_in(moved)[1])
    charges = sum(one.micros > 0 for one in rows)
    found = {"charges": charges, "settled_micros": paid, "untold_micros": paid}
    if units is not None:
        found |= {"unit_millionths": _millionths(units), "untold_micros": 0}
    return {"unit_millionths": 0} | found


def _corrected(moved: list[Moved]) -> Figures:
    """Refunds and late charges in the unit of the charge, and what of them cannot be told in it."""
    unit, rate = _sold_in(moved)
    units, untold = Decimal(0), 0
    for one in moved:
        if one.kind != Kind.ADJUST or one.over:
            continue
        told = one.units if one.unit == unit else None
        more = _by_rate(one.micros, rate) if told is None else told
        if more is None:
            untold += one.micros
        else:
            units += more
    return {"corrected_millionths": _millionths(units), "untold_corrected_micros": untold}


def _sold_in(moved: list[Moved]) -> tuple[str, Decimal | None]:
    """The unit of the charge and its rate; where it named none, those it was held by."""
    rows = [one for kind in (Kind.SETTLE, Kind.HOLD) for one in moved if one.kind == kind]
    return next(((one.unit, one.rate) for one in rows if one.unit), ("", None))


def _by_rate(micros: int, rate: Decimal | None) -> Decimal | None:
    """Units of what was told in dollars only; None where nobody knows what one cost."""
    return Decimal(micros) / 1_000_000 / rate if rate else None


def _millionths(units: Decimal) -> int:
    return int((units * 1_000_000).to_integral_value())


def _owed(clip: Clip, paid: int) -> bool | None:
    """Is the price owed, by what the provider publishes? None where it does not say."""
    if clip.state == State.SUCCEEDED or clip.cause in MADE or clip.state == State.ARCHIVING:
        return True
    if not paid:
        return False
    policy = clip.on_moderation if clip.state == State.MODERATED else clip.on_failure
    return {Charged.YES.value: True, Charged.NO.value: False}.get(policy)
