"""Which bodies the platform takes where a clip is changed or a picture made to speak."""

import re
from typing import Any

from generations.sandbox.check import SEEDS, Field, Why, Wrong, one_of, read
from generations.sandbox.dialects.pixverse.made import SOURCE
from generations.sandbox.dialects.pixverse.rules import QUALITIES

UP_TO_720 = ("360p", "540p", "720p")
SPEECH = {
    "audio_media_id": Field(int),
    "lip_sync_tts_speaker_id": Field(str),
    "lip_sync_tts_content": Field(str, longest=200),
}
LIP_SYNC = {**SOURCE, **SPEECH}
SOUND = {
    **SOURCE,
    "sound_effect_content": Field(str, default="", longest=2048),
    "original_sound_switch": Field(bool, default=False),
}
RESTYLE = {
    **SOURCE,
    "restyle_id": Field(int),
    "restyle_prompt": Field(str, longest=5000),
    "seed": Field(int, among=SEEDS),
}
MASK = {**SOURCE, "keyframe_id": Field(int, default=1)}
SWAP = {
    **SOURCE,
    "keyframe_id": Field(int, required=True),
    "mask_id": Field(str, required=True),
    "img_id": Field(int, required=True),
    "quality": Field(str, required=True, among=UP_TO_720),
}
MIMIC = {
    **SOURCE,
    "img_id": Field(int, required=True),
    "quality": Field(str, required=True, among=UP_TO_720),
}
MODIFY = {
    **SOURCE,
    "prompt": Field(str, required=True, longest=5000),
    "img_ids": Field(list, default=[], of=int),
    "mask_ids": Field(list, default=[], of=str),
    "keyframe_ids": Field(int),
    "quality": Field(str, required=True, among=UP_TO_720),
}
UPSCALE = {**SOURCE}
AVATAR = {
    **SPEECH,
    "img_id": Field(int, required=True),
    "quality": Field(str, required=True, among=QUALITIES),
}
VOICE = {
    "name": Field(str, required=True, longest=100),
    "audio_media_id": Field(int, required=True),
}


def changed(body: dict[str, Any], fields: dict[str, Field]) -> dict[str, Any]:
    """A body with exactly one source clip; raises Wrong."""
    taken = read(body, fields)
    one_of(taken, "source_video_id", "video_media_id")
    return taken


def lip_sync(body: dict[str, Any]) -> dict[str, Any]:
    return spoken(changed(body, LIP_SYNC))


def spoken(taken: dict[str, Any]) -> dict[str, Any]:
    """Uploaded audio, or a speaker and what he says; never both."""
    pair = ("lip_sync_tts_speaker_id", "lip_sync_tts_content")
    if taken["audio_media_id"] is not None:
        if any(taken[name] is not None for name in pair):
            words = "audio_media_id and the speech fields exclude each other"
            raise Wrong("audio_media_id", Why.VALUE, words)
        return taken
    for name in pair:
        if not taken[name]:
            raise Wrong(name, Why.MISSING, f"{name} is required without audio_media_id")
    return taken


def restyle(body: dict[str, Any]) -> dict[str, Any]:
    taken = changed(body, RESTYLE)
    one_of(taken, "restyle_id", "restyle_prompt")
    return taken


def modify(body: dict[str, Any]) -> dict[str, Any]:
    taken = changed(body, MODIFY)
    for name, word in (("img_ids", "img"), ("mask_ids", "selection")):
        if len(taken[name]) > 3:
            raise Wrong(name, Why.VALUE, f"at most three {name}")
        for number in re.findall(rf"@{word}(\d+)", taken["prompt"]):
            if int(number) >= len(taken[name]):
                words = f"@{word}{number} has nothing in {name}"
                raise Wrong("prompt", Why.VALUE, words)
    return taken


def avatar(body: dict[str, Any]) -> dict[str, Any]:
    return spoken(read(body, AVATAR))
