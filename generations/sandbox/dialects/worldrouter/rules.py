"""Which bodies the gateway takes on its PixVerse routes."""

import re
from typing import Any

from generations.sandbox.check import SEEDS, Field, Why, Wrong, one_of, read

MODELS = {"pixverse-v6": "v6", "pixverse-c1": "c1"}
RATIOS = ("16:9", "4:3", "1:1", "3:4", "9:16", "2:3", "3:2", "21:9")
FORMATS = ("JPEG", "PNG", "WEBP")
REFERENCES_MOST = 7
SHARED = {
    "model": Field(str, required=True),
    "prompt": Field(str, required=True, longest=5000),
    "duration": Field(int, required=True, among=range(1, 16)),
    "quality": Field(str, required=True, among=("360p", "540p", "720p", "1080p")),
    "generate_audio_switch": Field(bool, default=False),
    "motion_mode": Field(str, among=("normal",)),
    "seed": Field(int, among=SEEDS),
    "negative_prompt": Field(str, longest=2048),
}
# The picture decides; the samples name a ratio all the same.
IDLE_RATIO = {"aspect_ratio": Field(str, among=RATIOS)}
TEXT = {**SHARED, "aspect_ratio": Field(str, required=True, among=RATIOS)}
IMAGE = {**SHARED, **IDLE_RATIO, "img_id": Field(int, required=True)}
TRANSITION = {
    **SHARED,
    **IDLE_RATIO,
    "first_frame_img": Field(int, required=True),
    "last_frame_img": Field(int, required=True),
}
FUSION = {
    **{name: field for name, field in TEXT.items() if name != "motion_mode"},
    "image_references": Field(list, required=True, of=dict),
}
REFERENCE = {
    "type": Field(str, required=True, among=("subject", "background")),
    "img_id": Field(int, required=True),
    "ref_name": Field(str, required=True),
}
# The samples of extend name neither a ratio nor a motion mode.
EXTEND = {
    **{name: field for name, field in SHARED.items() if name != "motion_mode"},
    "source_video_id": Field(int),
    "video_media_id": Field(int),
}


def fusion(taken: dict[str, Any]) -> None:
    told = taken["image_references"] = [read(one, REFERENCE) for one in taken["image_references"]]
    if len(told) > REFERENCES_MOST:
        raise Wrong("image_references", Why.VALUE, f"at most {REFERENCES_MOST} references")
    names = [one["ref_name"] for one in told]
    if len(set(names)) < len(names) or any(len(name.encode()) > 30 for name in names):
        raise Wrong("ref_name", Why.VALUE, "ref_name must be unique, at most 30 bytes")
    for match in re.finditer("@", taken["prompt"]):
        rest = taken["prompt"][match.end() :] + " "
        if not any(rest.startswith(f"{name} ") for name in names):
            words = "every @ in the prompt must be followed by a ref_name and a space"
            raise Wrong("prompt", Why.VALUE, words)


def extend(taken: dict[str, Any]) -> None:
    one_of(taken, "source_video_id", "video_media_id")
    if MODELS[taken["model"]] == "c1":
        raise Wrong("model", Why.VALUE, "extend is not sold for this model")
