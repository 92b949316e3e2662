"""How long to wait: a table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generations.pace import back_off, next_look, slow


@pytest.mark.parametrize(
    ("age", "typical", "refresh", "seconds"),
    [
        # With a measured typical time: nothing in its first half ...
        (0, 60, 5, 30),
        (10, 60, 5, 20),
        (29.5, 60, 2, 1),
        # ... often around it ...
        (30, 60, 2, 3),
        (60, 60, 2, 3),
        (60, 40, 2, 2),
        (8, 6, 2, 1),
        # ... seldom long after.
        (200, 60, 2, 10),
        (20_000, 60, 2, 600),
        # Never more than thrice in the provider's own refresh time.
        (60, 60, 15, 5),
        (1, 4, 15, 5),
        # Without a measurement: steady, then slower with age.
        (0, None, 3, 1),
        (8, None, 3, 2),
        (100, None, 3, 5),
        (400, None, 3, 20),
        # Somewhere that learns something new every few minutes only: never oftener.
        (10, None, 180, 60),
        (400, None, 180, 60),
        (40_000, None, 180, 600),
    ],
)
def test_next_look(age, typical, refresh, seconds):
    assert next_look(age, typical, refresh) == pytest.approx(seconds)


@given(st.floats(0, 1e7), st.none() | st.floats(0.1, 3600), st.floats(0.1, 60))
def test_a_look_is_never_at_once_and_never_forgotten(age, typical, refresh):
    assert 1 <= next_look(age, typical, refresh) <= max(1800, refresh / 3)


@pytest.mark.parametrize(("age", "seconds"), [(0, 3), (60, 3), (600, 30), (1e9, 600)])
def test_slow(age, seconds):
    assert slow(age) == seconds


@pytest.mark.parametrize(("tries", "seconds"), [(0, 2), (1, 2), (2, 4), (5, 32), (50, 120)])
def test_back_off(tries, seconds):
    assert back_off(tries) == seconds
