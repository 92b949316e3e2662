import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.money import MOST, decimals_of, format_usd, parse_usd


@pytest.mark.parametrize(
    ("micros", "text"),
    [
        (0, "$0.00"),
        (1, "$0.000001"),
        (10_000, "$0.01"),
        (225_000, "$0.225"),
        (200_000, "$0.20"),
        (1_000_000, "$1.00"),
        (1_234_500_000, "$1,234.50"),
        (-200_000, "-$0.20"),
        (-1, "-$0.000001"),
    ],
)
def test_written(micros, text):
    assert format_usd(micros) == text


@pytest.mark.parametrize(
    ("text", "micros"),
    [
        ("120", 120_000_000),
        ("0.25", 250_000),
        (".5", 500_000),
        (" $1,200.50 ", 1_200_500_000),
        ("$ 3", 3_000_000),
        ("0", 0),
        ("007", 7_000_000),
        ("0.000001", 1),
        ("1000000000", MOST),
    ],
)
def test_read(text, micros):
    assert parse_usd(text) == micros


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Enter an amount"),
        ("  ", "Enter an amount"),
        ("-1", "negative"),
        ("\N{MINUS SIGN}1", "negative"),
        ("0,25", "point"),
        ("0,225", "point"),
        ("1,20", "point"),
        ("12,00.5", "point"),
        ("1.2.3", "point"),
        ("5.", "point"),
        (".", "point"),
        ("$", "point"),
        ("1e3", "point"),
        ("ten", "point"),
        ("1 000", "point"),
        ("\N{ARABIC-INDIC DIGIT ONE}", "point"),
        ("nan", "point"),
        ("0.0000001", "six decimals"),
        ("1000000000.000001", "at most"),
        ("9" * 5000, "at most"),
    ],
)
def test_refused_with_words(text, words):
    with pytest.raises(ValueError, match=words):
        parse_usd(text)


@given(st.integers(0, MOST))
def test_what_is_written_is_read_again(micros):
    assert parse_usd(format_usd(micros)) == micros


@given(st.text())
def test_any_text_is_an_amount_or_refused_with_words(text):
    try:
        assert 0 <= parse_usd(text) <= MOST
    except ValueError as trouble:
        assert str(trouble).endswith(".")


def test_the_amounts_of_a_column_get_as_many_decimals_as_the_longest_needs():
    assert decimals_of([]) == decimals_of([None, 0, 3_000_000]) == 2
    places = decimals_of([120_000, -192_500, None])
    assert (places, format_usd(120_000, places)) == (4, "$0.1200")
