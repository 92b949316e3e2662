"""Rules between the parts of a brief: references in a prompt, seconds that add up."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from generations.catalogue.loader import _offerings, _prices
from generations.catalogue.quote import find_row
from generations.catalogue.types import Brief, Input

PICTURE = Input("reference", "1", "image/png", 9, 640, 360, name="cat", type="subject")
CLIP = Input("source", "2", "video/mp4", 9, 640, 360, kind="video", ms=5000)


def offering(**words):
    row = {"operations": ["fusion"], "models": {"m": "m"}, "prompt_max": 99, "options": {}, **words}
    (found,) = _offerings(row)
    return found


def fields(found, brief):
    return [one.field for one in found.problems(brief)]


FUSION = offering(
    inputs=[{"role": "reference", "maximum": 2, "named": True, "name_bytes": 6}],
)


@pytest.mark.parametrize(
    ("prompt", "names", "wrong"),
    [
        ("@cat sleeps", ["cat"], []),
        ("a sleeping @cat", ["cat"], []),
        ("@cat, @cat2", ["cat", "cat2"], []),
        ("@猫 sleeps", ["猫"], []),
        ("the cat sleeps", ["cat"], ["prompt"]),
        ("@cat2 sleeps", ["cat"], ["prompt"]),
        ("@cat sleeps", ["cat", "dog"], ["prompt"]),
        ("@big cat", ["big c"], ["prompt"]),
        ("@catcats", ["catcats"], ["reference"]),
        ("@猫猫猫", ["猫猫猫"], ["reference"]),
    ],
)
def test_references_in_the_prompt(prompt, names, wrong):
    inputs = tuple(replace(PICTURE, name=name) for name in names)
    assert fields(FUSION, Brief("fusion", "m", prompt, {}, inputs)) == wrong


def test_a_name_twice_in_two_roles():
    found = offering(
        inputs=[{"role": "reference", "named": True}, {"role": "other", "named": True}]
    )
    inputs = (PICTURE, replace(PICTURE, role="other"))
    assert "prompt" in fields(found, Brief("fusion", "m", "@cat", {}, inputs))


@pytest.mark.parametrize(
    ("prompt", "options", "wrong"),
    [
        ("@selection0 becomes @img0", {"mask": "0", "keyframe": 1}, []),
        ("@selection1 and @img0", {"mask": "0", "mask_2": "4", "keyframe": 1}, []),
        ("@img1", {}, ["prompt"]),
        ("@selection0", {}, ["prompt"]),
        ("x", {"mask": "0"}, ["keyframe"]),
        ("x", {"keyframe": 1}, ["mask"]),
    ],
)
def test_numbered_references(prompt, options, wrong):
    found = offering(
        inputs=[{"role": "image"}],
        together=[["keyframe", "mask"]],
        counted={"img": "image", "selection": "mask"},
        options={"mask": {}, "mask_2": {}, "keyframe": {"whole": True}},
    )
    inputs = (replace(PICTURE, role="image"),)
    assert fields(found, Brief("fusion", "m", prompt, options, inputs)) == wrong


@pytest.mark.parametrize(
    ("frames", "seconds", "wrong"),
    [
        (2, [30], []),
        (3, [15, 15], []),
        (3, [15, 16], ["seconds_1"]),
        (3, [15], ["seconds_2"]),
        (2, [1, 1], ["seconds_2"]),
    ],
)
def test_seconds_of_all_ways_together(frames, seconds, wrong):
    found = offering(
        inputs=[{"role": "frame", "minimum": 2, "maximum": 7}],
        total=[1, 30],
        options={f"seconds_{way}": {"minimum": 1, "maximum": 30} for way in (1, 2)},
    )
    options = {f"seconds_{way}": one for way, one in enumerate(seconds, 1)}
    inputs = tuple(replace(PICTURE, role="frame", upload=str(at)) for at in range(frames))
    assert fields(found, Brief("fusion", "m", "x", options, inputs))[: len(wrong) or None] == wrong


def test_fewer_kinds_of_files_than_the_upload_takes():
    found = offering(inputs=[{"role": "source", "kind": "video", "mimes": ["video/mp4"]}])
    assert fields(found, Brief("fusion", "m", "x", {}, (CLIP,))) == []
    webm = replace(CLIP, mime="video/webm")
    (problem,) = found.problems(Brief("fusion", "m", "x", {}, (webm,)))
    assert (problem.field, problem.text) == ("source", "takes a video as MP4 only")


def test_one_of_one_is_what_must_be_given():
    found = offering(one_of=[["template"]], options={"template": {"whole": True}})
    (problem,) = found.problems(Brief("fusion", "m", "x"))
    assert problem.text == "needs the effect"


def test_a_speech_is_paid_by_its_bytes_and_a_voice_track_by_its_seconds():
    row = {"operations": ["lip_sync"], "models": ["m"], "amount": {"any": "4"}, "source": "x"}
    rows = [
        one
        for formula in ("per_source_second", "per_15_bytes")
        for one in _prices({**row, "formula": formula, "read_on": date(2025, 1, 1)}, "credits")
    ]
    track = replace(CLIP, role="voice_track", kind="audio", ms=2051)
    spoken = Brief("lip_sync", "m", "", {"voice": "7", "speech": "sixteen letters…"}, (CLIP,))
    heard = Brief("lip_sync", "m", "", {}, (CLIP, track))
    assert find_row(rows, spoken).units(spoken) == Decimal(8)
    assert find_row(rows, heard).units(heard) == Decimal(12)


def test_every_model_of_a_row_has_the_same_inputs():
    row = {"role": "source", "kind": "video", "mimes": ["video/mp4"], "types": ["x"]}
    found = _offerings(
        {
            "operations": ["extend", "fusion"],
            "models": {"a": "a", "b": "b"},
            "prompt_max": 9,
            "options": {},
            "inputs": [row],
        }
    )
    specs = [one.inputs for one in found]
    assert specs == [specs[0]] * 4
    assert (specs[3][0].kind, specs[3][0].mimes, specs[3][0].types) == (
        "video",
        ("video/mp4",),
        ("x",),
    )
