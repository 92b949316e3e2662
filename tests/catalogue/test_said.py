"""What keeps an offering from a brief is said as people speak: no roles, no names of options."""

from dataclasses import replace
from decimal import Decimal

import pytest

from generations.catalogue.loader import providers
from generations.catalogue.quote import offer
from generations.catalogue.types import Brief, Input, Option, Terms, formats

FILM = Input(
    role="source",
    upload="1",
    kind="video",
    mime="video/mp4",
    size=1000,
    width=640,
    height=360,
    ms=4000,
)


def why(provider: str, operation: str, *given: Input, **options) -> str:
    found = providers()[provider]
    model = next(one.model for one in found.offerings if one.operation == operation)
    terms = Terms("1", "x", provider, play=True, usd_per_unit=Decimal(1))
    brief = Brief(operation, model, "", options, given)
    fields = {*options, *(one.role for one in given)}
    problems = offer(brief, terms).problems
    return "; ".join(one.text for one in problems if one.field in fields)


def test_files():
    webm = replace(FILM, mime="video/webm")
    assert "takes a video as MP4 or MOV only" in why("pixverse", "lip_sync", webm)
    assert why("pixverse", "upscale", replace(FILM, ms=40_000)) == "takes videos up to 30 s"
    assert why("useapi", "upscale", FILM) == "takes only a clip that it made itself"
    assert formats(["video/mp4", "video/quicktime", "video/webm"]) == "MP4, MOV or WebM"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("speech", "Hello", "cannot be told what is said"),
        ("off_peak", True, "cannot be told to wait for off-peak times"),
        ("prompt_2", "rain", "cannot be told what happens in each part"),
        ("voice", "7", "cannot be told a voice"),
    ],
)
def test_options(name, value, words):
    assert words in why("easyrouter", "text_to_video", **{name: value})


def test_what_must_be_chosen_and_where_it_was():
    terms = Terms("1", "x", "pixverse", play=True, usd_per_unit=Decimal(1))
    brief = Brief("restyle", "pixverse", "", {"restyle": 7}, (FILM,), at="useapi")
    texts = [one.text for one in offer(brief, terms).problems]
    assert "the style was chosen from another's list: choose one here" in texts
    assert Option("audio", values=(True,)).problem(False).text == "makes it only with sound"
