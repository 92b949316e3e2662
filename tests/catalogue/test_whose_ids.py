"""Whose ids a brief holds: only the provider of a list, and the account of masks, knows them."""

from dataclasses import replace
from decimal import Decimal

import pytest

from generations.catalogue.quote import offer
from generations.catalogue.types import Brief, Input, Terms

OURS = "11111111-2222-4333-8444-555555555555"
OTHER = "99999999-2222-4333-8444-555555555555"
PICTURE = Input("image", "u", "image/png", 1000, 640, 360)
SOURCE = Input("source", "u", "video/mp4", 1000, 640, 360, kind="video", ms=5000)
TEMPLATE = Brief("template", "pixverse", "", {"template": 7, "quality": "540p", "audio": False},
                 (PICTURE,))  # fmt: skip
SWAP = Brief(
    "swap",
    "pixverse",
    "",
    {"quality": "540p", "keyframe": 1, "mask": "0"},
    (SOURCE, PICTURE),
)
UPSCALE = Brief(
    "upscale", "pixverse", "", {}, (replace(SOURCE, upload="", clip="c", account=OURS),)
)


def terms(provider, account=OURS):
    rate = Decimal("0.005")
    return Terms(account, provider, provider, play=False, usd_per_unit=rate, ceiling=1)


def fields(brief, at):
    return [one.field for one in offer(brief, at).problems]


@pytest.mark.parametrize(
    ("at", "provider", "wrong"),
    [
        ("", "pixverse", []),
        ("pixverse", "pixverse", []),
        (OURS, "pixverse", []),
        (OTHER, "pixverse", ["template"]),
        ("useapi", "pixverse", ["template"]),
        ("pixverse", "useapi", ["template"]),
    ],
)
def test_an_id_of_a_list_is_its_providers(at, provider, wrong):
    brief = replace(TEMPLATE, at=at)
    if provider == "useapi":
        brief = replace(brief, options={"template": 7, "quality": "540p"})
    assert fields(brief, terms(provider)) == wrong


@pytest.mark.parametrize(
    ("at", "account", "wrong"),
    [
        (OURS, OURS, []),
        (OURS, OTHER, ["mask"]),
        (OTHER, OURS, ["mask"]),
        ("useapi", OURS, ["mask"]),
        ("pixverse", OURS, ["mask"]),
    ],
)
def test_a_mask_is_of_the_account_that_found_it(at, account, wrong):
    assert fields(replace(SWAP, at=at), terms("pixverse", account)) == wrong


def test_each_strange_id_is_named_once():
    brief = replace(SWAP, operation="modify", prompt="x @selection0", at=OTHER,
                    inputs=(SOURCE,), options={**SWAP.options, "mask_2": "1"})  # fmt: skip
    assert fields(brief, terms("pixverse")) == ["mask", "mask_2"]
    text = offer(brief, terms("pixverse")).problems[0].text
    assert text == "the mask was chosen from another's list: choose one here"


def test_what_is_no_id_goes_anywhere():
    brief = Brief("text_to_video", "v6", "x", {"duration": 5, "quality": "540p", "audio": False,
                                               "aspect_ratio": "16:9"}, at=OTHER)  # fmt: skip
    assert fields(brief, terms("pixverse")) == []


@pytest.mark.parametrize(("account", "wrong"), [(OURS, []), (OTHER, ["source"])])
def test_a_clip_of_its_own_is_of_this_very_account(account, wrong):
    """useapi upscales only what the same account made."""
    assert fields(UPSCALE, terms("useapi", account)) == wrong


def test_elsewhere_a_clip_of_another_account_is_handed_over_as_a_file():
    clip = replace(SOURCE, upload="", clip="c", account=OTHER)
    assert fields(replace(UPSCALE, inputs=(clip,)), terms("pixverse")) == []


def test_an_upload_is_no_clip_of_ones_own():
    (problem,) = offer(replace(UPSCALE, inputs=(SOURCE,)), terms("useapi")).problems
    assert problem.field == "source"
    assert "that it made" in problem.text


def test_what_a_brief_holds_survives_its_journey():
    brief = replace(UPSCALE, at=OURS)
    assert Brief.from_json(brief.to_json()) == brief
    old = brief.to_json()
    del old["at"]
    assert Brief.from_json(old).at == ""
