"""Variables and differences: pure functions."""

import pytest

from generations.prompts import diffs
from generations.prompts.variables import (
    Unreadable,
    Variable,
    fill,
    is_filled_from,
    lines_of,
    missing,
    names_in,
    of,
    told,
    values_of,
)

TEXT = "A {{product}} on {{ place }}, {{product}} again"


def test_names_stand_once_and_in_order():
    assert names_in(TEXT) == ["product", "place"]
    assert names_in("No variable { here }") == []


@pytest.mark.parametrize("text", ["{{Two words}}", "{{ }}", "{{a", "b}}", "{{Ä}}", "{{1a}}"])
def test_broken_braces_are_said(text):
    with pytest.raises(Unreadable, match="product"):
        names_in(text)


def test_too_many_are_refused():
    with pytest.raises(Unreadable, match="21"):
        names_in(" ".join(f"{{{{v{n}}}}}" for n in range(21)))


def test_lines_describe_and_come_back():
    lines = "place = a dune | a dune, a beach | Where it stands\nproduct = kite"
    found = told(TEXT, lines)
    assert found == (
        Variable("product", "kite"),
        Variable("place", "a dune", ("a dune", "a beach"), "Where it stands"),
    )
    assert told(TEXT, lines_of(found)) == found
    assert of([one.to_json() for one in found]) == found


def test_lines_with_only_help_come_back():
    found = (Variable("product", "", (), "What is sold"),)
    assert told("{{product}}", lines_of(found)) == found


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("thing = x", "not in the text"),
        ("Place = x", "no name"),
        ("place = sea | dune, beach", "one of its choices"),
        ("place = " + "x" * 501, "longer than 500"),
    ],
)
def test_a_wrong_line_is_said(lines, said):
    with pytest.raises(Unreadable, match=said):
        told(TEXT, lines)


def test_values_are_typed_default_or_one_of_the_choices():
    variables = told(TEXT, "place = a dune | a dune, a beach")
    values = values_of(variables, {"v_product": " red   kite ", "v_place": "the moon"})
    assert values == {"product": "red kite", "place": "a dune"}
    assert missing(values_of(variables, {})) == ["product"]


def test_a_place_without_a_value_stays_to_be_seen():
    assert fill(TEXT, {"product": "kite", "place": ""}) == "A kite on {{ place }}, kite again"


def test_a_value_with_braces_is_not_filled_again():
    assert fill("{{a}}{{b}}", {"a": "{{b}}", "b": "x"}) == "{{b}}x"


@pytest.mark.parametrize(
    ("words", "text", "is_it"),
    [
        ("A kite", "A kite", True),
        ("A kite \r\n", "A kite", True),
        ("A kite!", "A kite", False),
        ("A red kite on a dune, red kite again", TEXT, True),
        ("A red kite on a dune, slow", TEXT, False),
        ("", "{{a}}", True),
        ("anything", "{{a}}", True),
        ("ab", "ab{{a}}ab", False),
        ("abab", "ab{{a}}ab", True),
        ("x-y-z", "{{a}}-{{b}}", True),
    ],
)
def test_words_count_only_while_they_are_the_versions(words, text, is_it):
    assert is_filled_from(words, text) is is_it


def test_long_words_are_compared_at_once():
    text = "".join("{{a}}a" for _ in range(2000)) + "b"
    assert not is_filled_from("a" * 20_000, text)


def pieces(a, b):
    return [(one.kind, one.text) for one in diffs.diff(a, b)]


def test_a_difference_is_told_word_by_word():
    assert pieces("A red kite, slow", "A blue kite, slow") == [
        ("same", "A "),
        ("gone", "red "),
        ("new", "blue "),
        ("same", "kite, slow"),
    ]
    assert pieces("", "New") == [("new", "New")]
    assert pieces("Same", "Same") == [("same", "Same")]


def test_both_texts_can_be_read_from_a_difference():
    a = "A fox crosses a field.\nSlow pan, " + "and on " * 4000
    b = "A red fox crosses the field.\nSlow pan. " + "and on " * 3900
    found = diffs.diff(a, b)
    assert "".join(one.text for one in found if one.kind != diffs.NEW) == a
    assert "".join(one.text for one in found if one.kind != diffs.GONE) == b
