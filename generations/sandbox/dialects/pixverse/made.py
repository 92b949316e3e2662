"""Which bodies the platform takes where references, frames or a clip go in."""

import re
from typing import Any

from generations.sandbox.check import SEEDS, Field, Why, Wrong, one_of, read
from generations.sandbox.dialects.pixverse.rules import (
    AUDIO,
    BETWEEN,
    CLIPS,
    MODELS,
    MORE_RATIOS,
    QUALITIES,
    lengths,
    switches,
)

IMAGES_MOST = {"v4.5": 3, "v5": 3, "v5.5": 7, "v5.6": 7, "v6": 7, "c1": 7}
OMNI_IMAGES, OMNI_VIDEOS, OMNI_SECONDS = 10, 2, 15
FUSION = {
    "model": Field(str, required=True, among=IMAGES_MOST),
    "prompt": Field(str, required=True),
    "duration": Field(int, required=True),
    "quality": Field(str, required=True, among=QUALITIES),
    "aspect_ratio": Field(str, required=True, among=(*MORE_RATIOS, "auto")),
    "image_references": Field(list, default=[], of=dict),
    "video_references": Field(list, default=[], of=dict),
    "reference_mode": Field(str, among=("omni",)),
    "negative_prompt": Field(str, longest=2048, default=""),
    "seed": Field(int, among=SEEDS),
    AUDIO: Field(bool),
}
PICTURE_REFERENCE = {
    "img_id": Field(int, required=True),
    "type": Field(str, required=True, among=("subject", "background")),
    "ref_name": Field(str, required=True),
}
VIDEO_REFERENCE = {
    "ref_name": Field(str, required=True),
    "video_media_id": Field(int),
    "source_video_id": Field(int),
}
SOURCE = {"source_video_id": Field(int), "video_media_id": Field(int)}
EXTEND_MODELS = ("v3.5", "v4", "v4.5", "v5", "v5.5", "v6")
EXTEND = {
    **BETWEEN,
    **SOURCE,
    "model": Field(str, required=True, among=EXTEND_MODELS),
    "seed": Field(int, required=True, among=SEEDS),
}
SEGMENT = {
    "img_id": Field(int, required=True),
    "duration": Field(int),
    "prompt": Field(str, default="", longest=2048),
}
MULTI = {
    "model": Field(str, required=True, among=("v3.5", "v4", "v4.5", "v5")),
    "quality": Field(str, required=True, among=QUALITIES),
    "multi_transition": Field(list, required=True, of=dict),
    "motion_mode": Field(str, among=("normal", "fast")),
}


def fusion(body: dict[str, Any]) -> dict[str, Any]:
    taken = read(body, FUSION)
    omni, films = taken["reference_mode"] == "omni", taken["video_references"]
    if omni and taken["model"] != "v6":
        raise Wrong("reference_mode", Why.VALUE, "omni is for v6 only")
    if films and not omni:
        raise Wrong("reference_mode", Why.MISSING, "video_references need reference_mode omni")
    if taken[AUDIO] and taken["model"] == "v5.5":
        raise Wrong(AUDIO, Why.VALUE, "v5.5 has no sound in fusion")
    switches(body, taken)
    if films:
        if taken["duration"] != 0:
            raise Wrong("duration", Why.VALUE, "duration must be 0 with video_references")
        if len(films) > OMNI_VIDEOS:
            raise Wrong("video_references", Why.VALUE, f"at most {OMNI_VIDEOS} video_references")
    else:
        lengths(taken)
    most = OMNI_IMAGES if omni else IMAGES_MOST[taken["model"]]
    if not films and not taken["image_references"]:
        raise Wrong("image_references", Why.MISSING, "image_references is required")
    if len(taken["image_references"]) > most:
        raise Wrong("image_references", Why.VALUE, f"at most {most} image_references")
    _references(taken)
    return taken


def _references(taken: dict[str, Any]) -> None:
    taken["image_references"] = [read(one, PICTURE_REFERENCE) for one in taken["image_references"]]
    taken["video_references"] = [read(one, VIDEO_REFERENCE) for one in taken["video_references"]]
    for one in taken["video_references"]:
        one_of(one, "video_media_id", "source_video_id")
    both = taken["image_references"] + taken["video_references"]
    names_in(taken["prompt"], [one["ref_name"] for one in both])


def names_in(prompt: str, names: list[str]) -> None:
    """Names are short and differ, and every @name of the prompt is one of them."""
    if len(set(names)) < len(names):
        raise Wrong("ref_name", Why.VALUE, "ref_name must be unique")
    for name in names:
        if len(name.encode()) > 30:
            raise Wrong("ref_name", Why.VALUE, "ref_name is longer than 30 bytes")
    for match in re.finditer("@", prompt):
        rest = prompt[match.end() :] + " "
        if not any(rest.startswith(f"{name} ") for name in names):
            words = "every @ in the prompt must be followed by a ref_name and a space"
            raise Wrong("prompt", Why.VALUE, words)


def extend(body: dict[str, Any]) -> dict[str, Any]:
    taken = read(body, EXTEND)
    one_of(taken, "source_video_id", "video_media_id")
    switches({name: value for name, value in body.items() if name not in SOURCE}, taken)
    if taken["model"] != "v6" and (taken[AUDIO] or taken[CLIPS]):
        raise Wrong(AUDIO, Why.VALUE, "only v6 has switches for extend")
    if taken[CLIPS]:
        raise Wrong(CLIPS, Why.VALUE, f"{CLIPS} on v6 is for text and image only")
    lengths(taken)
    return taken


def multi_transition(body: dict[str, Any]) -> dict[str, Any]:
    taken = read(body, MULTI)
    steps = [read(one, SEGMENT) for one in taken["multi_transition"]]
    if not 2 <= len(steps) <= 7:
        raise Wrong("multi_transition", Why.VALUE, "multi_transition must hold 2 to 7 frames")
    if (steps[-1]["duration"] or 0) != 0:
        raise Wrong("duration", Why.VALUE, "the last frame has no duration")
    for step in steps[:-1]:
        if step["duration"] is None:
            raise Wrong("duration", Why.MISSING, "every frame but the last needs a duration")
        if step["duration"] < 1:
            raise Wrong("duration", Why.VALUE, "duration must be at least 1")
    total = sum(step["duration"] for step in steps[:-1])
    if total > 30:
        raise Wrong("duration", Why.VALUE, "the whole video must be 1 to 30 s")
    if taken["motion_mode"] == "fast" and taken["model"] == "v5":
        raise Wrong("motion_mode", Why.VALUE, "motion_mode is not supported by v5")
    prompts = [step["prompt"] for step in steps]
    return {**taken, "steps": steps, "duration": total, "prompt": " / ".join(filter(None, prompts))}


assert set(EXTEND_MODELS) <= set(MODELS)  # noqa: S101 - two tables of one sheet
