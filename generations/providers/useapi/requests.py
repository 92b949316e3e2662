"""What useapi.net is sent, operation by operation: a path and a body.

Source: contract sheet useapi, sections 2.4 to 2.13 and 2.18. Each function takes what the
catalogue offers and nothing else; ``told`` refuses the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from generations.catalogue.types import Offering
from generations.catalogue.types import Operation as Op

from ..menu import given, told
from ..types import Ask

ID = "useapi"
Body = dict[str, Any]

CLIP = {
    "duration": "duration",
    "quality": "quality",
    "aspect_ratio": "aspect_ratio",
    "audio": "audio",
    "seed": "seed",
    "multi_clip": "multi_shot",
    "preview": "preview_mode",
    "off_peak": "off_peak_mode",
    "auto_sound": "auto_sound",
    "sound": "sound_effect_prompt",
    "speech": "lip_sync_tts_prompt",
    "voice": "lip_sync_tts_speaker_id",
}
PARTS = {f"seconds_{one}": f"duration_{one}_to_{one + 1}" for one in range(1, 7)} | {
    f"prompt_{one}": f"prompt_{one}_to_{one + 1}" for one in range(1, 7)
}
TEMPLATE = {
    "template": "template_id",
    "quality": "quality",
    "auto_sound": "auto_sound",
    "sound": "sound_effect_prompt",
}
RESTYLE = {"restyle": "restyle_id", "seed": "seed", "off_peak": "off_peak_mode"}
SPEAK = {
    "speech": "prompt",
    "voice": "speaker_id",
    "keep_sound": "original_sound_switch",
    "off_peak": "off_peak_mode",
}
PICTURE = {
    "quality": "quality",
    "aspect_ratio": "aspect_ratio",
    "detail": "detail_level",
    "seed": "seed",
}


def written(ask: Ask, found: Offering) -> tuple[str, Body]:
    """The path and what is peculiar to the operation. Raises Unsupported."""
    path, write = WRITERS[Op(ask.brief.operation)]
    return path, write(ask, found)


def _clip(ask: Ask, found: Offering) -> Body:
    """2.4: from a text, or from a picture that gives the shape."""
    body = _asked(ask, found)
    if pictures := given(ask, "image", ID, "path"):
        body["first_frame_path"] = pictures[0]
    return body


def _template(ask: Ask, found: Offering) -> Body:
    """2.4: the template brings the model; its frames are one, first and last, or numbered."""
    body = _prompt(ask) | told(ask, found, TEMPLATE, ID)
    pictures = given(ask, "image", ID, "path")
    if len(pictures) > 2:
        return body | _numbered("frame_{}_path", pictures)
    return body | dict(zip(("first_frame_path", "last_frame_path"), pictures, strict=False))


def _frames(ask: Ask, found: Offering) -> Body:
    """2.5: from a first to a last frame."""
    first, last = given(ask, "first_frame", ID, "path"), given(ask, "last_frame", ID, "path")
    return _asked(ask, found) | {"first_frame_path": first[0], "last_frame_path": last[0]}


def _transition(ask: Ask, found: Offering) -> Body:
    """2.6: through two to seven frames; the seconds travel as texts."""
    frames = given(ask, "frame", ID, "path")
    body = {"model": ask.remote_model, **told(ask, found, CLIP | PARTS, ID)}
    for name in [one for one in body if one.startswith("duration_")]:
        body[name] = str(body[name])
    return body | _numbered("frame_{}_path", frames)


def _fusion(ask: Ask, found: Offering) -> Body:
    """2.7: references by position; the prompt's ``@robot`` becomes ``@image1``."""
    body: Body = {"model": ask.remote_model, "prompt": found.spelled(ask.brief)}
    body |= told(ask, found, CLIP, ID)
    for role, field in (
        ("reference", "frame_{}_path"),
        ("video_reference", "video_{}_path"),
        ("audio_reference", "audio_{}_path"),
    ):
        body |= _numbered(field, given(ask, role, ID, "path"))
    return body


def _motion(ask: Ask, found: Offering) -> Body:
    """2.8: a character moves as the clip does; no prompt."""
    image, motion = given(ask, "image", ID, "path"), given(ask, "motion", ID, "path")
    body = {"model": ask.remote_model, **told(ask, found, CLIP, ID)}
    return body | {"frame_1_path": image[0], "video_1_path": motion[0]}


def _onward(ask: Ask, found: Offering) -> Body:
    """2.9 and 2.10: continue or change a clip of the account, or an upload."""
    return _asked(ask, found) | _source(ask)


def _restyle(ask: Ask, found: Offering) -> Body:
    """2.11: the engine is not told, for the pages disagree about its name."""
    return _prompt(ask) | told(ask, found, RESTYLE, ID) | _source(ask)


def _lip_sync(ask: Ask, found: Offering) -> Body:
    """2.13: an audio file, or a text with its speaker; ``prompt`` is what is spoken."""
    body = told(ask, found, SPEAK, ID) | _source(ask)
    if voice := given(ask, "voice_track", ID, "path"):
        body["audio_path"] = voice[0]
    return body


def _upscale(ask: Ask, found: Offering) -> Body:
    """2.12: only a clip that the account made itself."""
    return told(ask, found, {}, ID) | {"video_id": given(ask, "source", ID, "remote_id")[0]}


def _picture(ask: Ask, found: Offering) -> Body:
    """2.18: one picture, for the default number is not published."""
    body = _prompt(ask) | {"model": ask.remote_model, **told(ask, found, PICTURE, ID)}
    return body | {"create_count": 1} | _numbered("image_path_{}", given(ask, "image", ID, "path"))


WRITERS: dict[Op, tuple[str, Callable[[Ask, Offering], Body]]] = {
    Op.TEXT_TO_VIDEO: ("/videos/create", _clip),
    Op.IMAGE_TO_VIDEO: ("/videos/create", _clip),
    Op.TEMPLATE: ("/videos/create", _template),
    Op.IMAGE_TEMPLATE: ("/videos/create", _template),
    Op.TRANSITION: ("/videos/create-frames", _frames),
    Op.MULTI_TRANSITION: ("/videos/create-transition", _transition),
    Op.FUSION: ("/videos/create-fusion", _fusion),
    Op.MOTION_CONTROL: ("/videos/motion-control", _motion),
    Op.EXTEND: ("/videos/extend", _onward),
    Op.MODIFY: ("/videos/modify", _onward),
    Op.RESTYLE: ("/videos/restyle", _restyle),
    Op.LIP_SYNC: ("/videos/lipsync", _lip_sync),
    Op.UPSCALE: ("/videos/upscale", _upscale),
    Op.IMAGE: ("/images/create", _picture),
}


def _asked(ask: Ask, found: Offering) -> Body:
    return {"model": ask.remote_model, **_prompt(ask), **told(ask, found, CLIP, ID)}


def _prompt(ask: Ask) -> Body:
    return {"prompt": ask.brief.prompt} if ask.brief.prompt else {}


def _numbered(field: str, values: list[str]) -> Body:
    return {field.format(number): value for number, value in enumerate(values, 1)}


def _source(ask: Ask) -> Body:
    (value,) = given(ask, "source", ID, "remote_id", "path")
    ((_, handle),) = ask.of("source")
    return {"video_id" if handle.form == "remote_id" else "video_path": value}
