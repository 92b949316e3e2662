"""What a brief costs is told before there are words and a picture."""

from decimal import Decimal

import pytest

from generations.catalogue.quote import offer
from generations.catalogue.types import Brief, Terms

TERMS = Terms("a", "Ours", "pixverse", play=False, usd_per_unit=Decimal("0.005"))
OPTIONS = {"quality": "360p", "duration": 5, "audio": False}


@pytest.mark.parametrize(
    ("operation", "more"), [("text_to_video", {"aspect_ratio": "16:9"}), ("image_to_video", {})]
)
def test_an_empty_form_has_its_price(operation, more):
    found = offer(Brief(operation, "v6", "", {**OPTIONS, **more}), TERMS)
    assert found.can
    assert found.price.micros == 125_000


def test_words_that_are_too_long_are_said_at_once():
    brief = Brief("text_to_video", "v6", "x" * 6000, {**OPTIONS, "aspect_ratio": "16:9"})
    assert "5000 characters" in offer(brief, TERMS).problems[0].text
