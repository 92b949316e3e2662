"""What is drawn on a clip is letters: what the font has none for is left out, and it says so."""

import pytest

from generations.sandbox.lettering import drawable
from generations.sandbox.scenery import words


@pytest.mark.parametrize("text", ["A paper boat", "Über die Brücke, “piñata” — 5 €", ""])
def test_what_has_letters_stays(text):
    assert drawable(text) == text


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("A boat 🚤 at sea", "A boat at sea (1 sign not drawn: no such letters here)"),
        ("שלום", "(4 signs not drawn: no such letters here)"),
        ("مرحبا boat", "boat (5 signs not drawn: no such letters here)"),
    ],
)
def test_boxes_are_left_out_with_a_note(text, drawn):
    assert drawable(text) == drawn


def test_words_of_any_script_are_a_strip():
    strip, top = words(640, 360, "🚤 שלום", "pixverse")
    assert (strip.width, top + strip.height) == (640, 360)
