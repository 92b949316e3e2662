"""What a brief says in words: how a provider reads it, and what no provider can read."""

import pytest

from generations.catalogue import rules
from generations.catalogue.types import Brief, Input, InputSpec, Offering, Option

CAT = Input("reference", "1", "image/png", 9, 640, 360, name="cat")
SPACED = {"cat": "@cat ", "cat2": "@cat2 ", "猫": "@猫 "}
NUMBERED = {"cat": "@image1", "image1": "@image2"}


@pytest.mark.parametrize(
    ("prompt", "names", "read"),
    [
        ("@cat sleeps", SPACED, "@cat sleeps"),
        ("@cat, @cat2.", SPACED, "@cat , @cat2 ."),
        ("the @猫", SPACED, "the @猫 "),
        ("@cat\n", SPACED, "@cat \n"),
        ("@cats", SPACED, "@cats"),
        ("@cat and @image1!", NUMBERED, "@image1 and @image2!"),
        ("me@example.org", {}, "me@example.org"),
    ],
)
def test_as_a_provider_reads_it(prompt, names, read):
    assert rules.spelled(prompt, names) == read


def offering(spoken, most, prompt="required", options=None):
    spec = InputSpec("reference", "image", named=True, spoken=spoken)
    return Offering("fusion", "m", "m", most, options or {}, inputs=(spec,), prompt=prompt)


def problems(found, prompt, options=None):
    return [one.text for one in found.problems(Brief("fusion", "m", prompt, options or {}, (CAT,)))]


@pytest.mark.parametrize(("spoken", "more"), [("@{name}", 0), ("@{name} ", 1), ("@image{n}", 3)])
def test_the_limit_is_for_what_is_sent(spoken, more):
    prompt = "@cat,"
    assert not problems(offering(spoken, len(prompt) + more), prompt)
    if more:
        (text,) = problems(offering(spoken, len(prompt) + more - 1), prompt)
        assert text.startswith(f"with its references the prompt has {len(prompt) + more}")


@pytest.mark.parametrize(
    ("prompt", "wrong"),
    [
        ("@cat and @dog", "@dog is no reference here"),
        ("@cat, write to me@example.org", "@example is no reference here"),
        ("@cat @ home", "an @ stands without a name"),
    ],
)
def test_an_at_that_names_nothing(prompt, wrong):
    (text,) = problems(offering("@{name}", 99), prompt)
    assert text.startswith(wrong)


def test_an_at_where_nothing_has_a_name():
    found = Offering("text_to_video", "m", "m", 99, {})
    assert not found.problems(Brief("text_to_video", "m", "write to me@example.org"))


@pytest.mark.parametrize("blank", [" ", "\n\t", "\u3000"])
def test_a_blank_prompt(blank):
    for need in ("required", "optional"):
        found = Offering("restyle", "m", "m", 9, {}, prompt=need)
        (problem,) = found.problems(Brief("restyle", "m", blank))
        assert (problem.field, "blank" in problem.text) == ("prompt", True)


@pytest.mark.parametrize("number", ["1", "00001", "9" * 4990])
def test_a_number_of_any_length(number):
    assert list(rules.counted(f"@img{number}", {"img": 1}))
    assert not list(rules.counted("@img0000000", {"img": 1}))


@pytest.mark.parametrize("value", ["", "  ", 7, True])
def test_a_text_that_is_none(value):
    found = Option("speech", max_length=9).problem(value)
    assert found.field == "speech"
    assert Option("speech", max_length=9).problem("hello") is None
