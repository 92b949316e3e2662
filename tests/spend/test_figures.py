"""One clip's figures by day: what it adds, when, and what it is compared with."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generations.models import State
from generations.spend.figures import KEPT, NAMES, NOTHING, Clip, Moved, history

MON, TUE, WED = (dt.date(2026, 11, day) for day in (2, 3, 4))
HOLD = Moved(MON, "hold", 300)


def clip(state=State.SUCCEEDED, cause="", finished=MON, **more) -> Clip:
    facts = {"published": 200, "cheapest": 150, "on_failure": "no", "on_moderation": "yes"}
    return Clip(state, cause, finished, **{"delivered_ms": 5000, **facts, **more})


def told(figures) -> dict[str, int]:
    """What a page says of it."""
    return {name: figures[name] for name in NAMES if figures[name]}


def balance(figures) -> tuple[int, int, int]:
    return tuple(figures[name] for name in ("charges", "settled_micros", "untold_micros"))


def test_nothing_is_summed_while_it_is_held():
    assert history(clip(State.RUNNING, finished=None), [HOLD]) == {}


def test_what_was_cancelled_adds_nothing():
    assert history(clip(State.CANCELLED), [HOLD, Moved(MON, "release", 300)]) == {}


def test_a_clip_beside_its_prices():
    moved = [HOLD, Moved(MON, "settle", 240), Moved(MON, "release", 60)]
    assert {day: told(one) for day, one in history(clip(), moved).items()} == {
        MON: {
            "clips": 1,
            "succeeded": 1,
            "micros": 240,
            "delivered_ms": 5000,
            "published_clips": 1,
            "published_micros": 200,
            "published_paid_micros": 240,
            "over_micros": 40,
            "differing": 1,
            "cheapest_clips": 1,
            "cheapest_micros": 150,
            "cheapest_paid_micros": 240,
        }
    }


def test_a_refund_counts_on_its_own_day():
    moved = [HOLD, Moved(MON, "settle", 240), Moved(WED, "adjust", -40)]
    found = history(clip(), moved)
    assert told(found[WED]) == {
        "micros": -40,
        "published_paid_micros": -40,
        "over_micros": -40,
        "differing": -1,
        "cheapest_paid_micros": -40,
    }


def test_a_price_that_is_not_published_is_compared_with_nothing():
    found = history(clip(published=None), [HOLD, Moved(MON, "settle", 240)])[MON]
    assert found["published_clips"] == found["over_micros"] == found["published_paid_micros"] == 0
    assert found["micros"] == 240


def test_a_failure_that_was_not_charged_owes_nothing():
    found = history(clip(State.FAILED), [HOLD, Moved(MON, "release", 300)])[MON]
    assert told(found) == {"clips": 1, "failed": 1, "published_clips": 1, "cheapest_clips": 1}


def test_a_failure_charged_against_the_policy_is_all_over():
    found = history(clip(State.FAILED, "failed"), [HOLD, Moved(MON, "settle", 200)])[MON]
    assert (found["published_micros"], found["over_micros"]) == (0, 200)
    assert found["delivered_ms"] == 0


def test_a_refusal_charged_by_policy_is_owed():
    found = history(clip(State.MODERATED), [HOLD, Moved(MON, "settle", 200)])[MON]
    assert (found["moderated"], found["published_micros"], found["over_micros"]) == (1, 200, 0)


def test_an_unknown_policy_is_compared_with_nothing():
    moved = [HOLD, Moved(MON, "settle", 200)]
    found = history(clip(State.FAILED, on_failure="unknown"), moved)[MON]
    assert (found["micros"], found["published_clips"]) == (200, 0)


def test_a_file_fetched_on_a_later_day_was_a_paid_failure_until_then():
    found = history(clip(finished=TUE), [HOLD, Moved(MON, "settle", 200)])
    assert (found[MON]["failed"], found[MON]["micros"], found[MON]["differing"]) == (1, 200, 0)
    assert told(found[TUE]) == {"succeeded": 1, "failed": -1, "delivered_ms": 5000}
    assert (found[MON]["lost"], found[TUE]["lost"]) == (1, -1)


def test_a_step_that_is_no_clip_adds_its_money_only():
    found = history(clip("done", counts=False), [HOLD, Moved(MON, "settle", 20)])
    assert told(found[MON]) == {"micros": 20}
    assert history(clip("failed", counts=False), [HOLD, Moved(MON, "release", 300)]) == {}


def test_what_a_balance_is_compared_with():
    """How many charges, what was settled, and what of that was told in dollars only."""
    charge = Moved(MON, "settle", 300, Decimal(40), "credits")
    over, late = Moved(MON, "adjust", 90, over=True), Moved(WED, "adjust", -50)
    found = history(clip(), [HOLD, charge, over, late])
    assert (found[MON]["unit_millionths"], balance(found[MON])) == (40_000_000, (1, 390, 0))
    assert (found[WED]["micros"], balance(found[WED])) == (-50, (0, 0, 0))
    untold = history(clip(), [HOLD, Moved(MON, "settle", 300), over])
    assert balance(untold[MON]) == (1, 390, 390)
    free = history(clip(State.FAILED), [HOLD, Moved(MON, "settle", 0), late])
    assert balance(free[MON]) == (0, 0, 0)


RATE = Decimal("0.005")
SOLD = Moved(MON, "hold", 175_000, Decimal(35), "credits", rate=RATE)
CHARGED = Moved(MON, "settle", 175_000, Decimal(35), "credits", rate=RATE)


def units(figures) -> tuple[int, int, int]:
    """In all, of that corrected later, and what of the corrections has no unit."""
    names = ("unit_millionths", "corrected_millionths", "untold_corrected_micros")
    return tuple(figures[name] for name in names)


def test_a_refund_counts_in_units_as_it_was_told():
    back = Moved(WED, "adjust", -90_000, Decimal(-18), "credits", rate=RATE)
    found = history(clip(), [SOLD, CHARGED, back])
    assert units(found[MON]) == (35_000_000, 0, 0)
    assert units(found[WED]) == (-18_000_000, -18_000_000, 0)


def test_a_refund_told_in_dollars_counts_by_the_rate_of_its_charge():
    found = history(clip(), [SOLD, CHARGED, Moved(WED, "adjust", -90_000)])
    assert units(found[WED]) == (-18_000_000, -18_000_000, 0)
    # Told in another unit than the charge: the dollars say how much.
    other = Moved(WED, "adjust", -90_000, Decimal("-0.09"), "USD", rate=Decimal(1))
    assert units(history(clip(), [SOLD, CHARGED, other])[WED])[0] == -18_000_000


def test_a_charge_told_in_dollars_counts_by_the_rate_that_it_was_held_by():
    found = history(clip(), [SOLD, Moved(MON, "settle", 90_000)])
    assert (units(found[MON])[0], balance(found[MON])) == (18_000_000, (1, 90_000, 0))
    late = history(clip(State.FAILED), [SOLD, Moved(MON, "release", 1), Moved(TUE, "adjust", 50)])
    assert units(late[TUE]) == (10_000, 10_000, 0)


def test_what_no_rate_tells_stays_out_of_the_units():
    free = Moved(MON, "settle", 300, Decimal(40), "credits")
    found = history(clip(), [HOLD, free, Moved(WED, "adjust", -50)])
    assert units(found[WED]) == (0, 0, -50)


ENDS = [State.SUCCEEDED, State.FAILED, State.MODERATED]
DAYS = [MON, TUE, WED]


@settings(suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from(ENDS),
    st.sampled_from(DAYS),
    st.integers(0, 300),
    st.lists(st.tuples(st.sampled_from(DAYS), st.integers(0, 50)), max_size=4),
    st.one_of(st.none(), st.integers(0, 400)),
    st.sampled_from(["yes", "no", "unknown"]),
)
def test_the_days_of_a_clip_add_up_to_where_it_stands(
    state, finished, paid, later, published, policy
):
    moved = [HOLD, Moved(MON, "settle", paid), *(Moved(day, "adjust", n) for day, n in later)]
    found = history(clip(state, "", finished, published=published, on_failure=policy), moved)
    sums = Counter(NOTHING)
    for figures in found.values():
        sums.update(figures)
    assert sums["clips"] == 1
    assert sums["succeeded"] + sums["failed"] + sums["moderated"] == 1
    assert sums["micros"] == paid + sum(n for _, n in later)
    assert sums["settled_micros"] == sums["untold_micros"] == paid
    book, compared = sums["published_micros"], sums["published_paid_micros"]
    assert sums["over_micros"] - sums["under_micros"] == compared - book
    assert all(sums[name] >= 0 for name in KEPT)
