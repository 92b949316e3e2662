"""The body and path of every operation: one row, and where needed one function, for each.

Source: contract sheet pixverse, sections 2.3 to 2.22. What a row's ``fields`` do not name cannot
be told, and is refused. Prompts go where ``prompt`` says; "" means that there is no such field.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from generations.catalogue.types import Operation

from ..menu import given, offering, told
from ..types import Ask, Handle, Request, Unsupported
from .parts import (
    AUDIO,
    Body,
    bare,
    clip,
    frames,
    one_clip,
    one_picture,
    pictures,
    references,
    seed_of,
    video_references,
)

ID = "pixverse"
ROOT = "/openapi/v2"
TRACE = "Ai-trace-id"
ANY_MODEL = "v6"  # 2.5: any valid model, not used by the template
ANY_LENGTH = 5  # 2.5: send 5, the real length comes from the template
FIELDS = {
    "duration": "duration",
    "quality": "quality",
    "aspect_ratio": "aspect_ratio",
    "audio": "generate_audio_switch",
    "seed": "seed",
    "negative_prompt": "negative_prompt",
}
VOICE = {"voice": "lip_sync_tts_speaker_id", "speech": "lip_sync_tts_content"}
STEPS = {f"{name}_{at}": f"{name}_{at}" for name in ("seconds", "prompt") for at in range(1, 7)}
MASKS = ("mask", "mask_2", "mask_3")


@dataclass(frozen=True, slots=True)
class Row:
    """``fields``: our options' names there. ``write`` adds what the inputs say."""

    path: str
    write: Callable[[Ask, Body], None]
    fields: Mapping[str, str] = field(default_factory=lambda: FIELDS)
    prompt: str = "prompt"
    webhook: bool = False


def submit(ask: Ask) -> Request:
    """The one request of an operation. The trace id is our token: a repeated one makes no clip."""
    found = offering(ID, ask)
    row = ROWS[Operation(ask.brief.operation)]
    body: Body = {"model": ask.remote_model} if ask.remote_model else {}
    if row.prompt and (ask.brief.prompt or found.prompt == "required"):
        body[row.prompt] = ask.brief.prompt
    body |= told(ask, found, row.fields, ID)
    row.write(ask, body)
    webhook = ask.settings.get("webhook_id", "").strip()
    if row.webhook and webhook:
        body["webhook_id"] = bare(webhook, "webhook id")
    return Request("POST", f"{ROOT}{row.path}", headers={TRACE: ask.token}, json=body, pays=True)


def mask_selection(source: Handle, keyframe: int, token: str) -> Request:
    """2.16: synchronous, and it costs."""
    body = {**clip(source, "source", ID), "keyframe_id": keyframe}
    path = f"{ROOT}/video/mask/selection"
    return Request("POST", path, headers={TRACE: token}, json=body, pays=True)


def voice(name: str, audio: Handle, token: str) -> Request:
    """2.12: nothing else is documented, so nothing else is told."""
    if audio.form not in AUDIO:
        raise Unsupported(f"{ID} cannot be handed a recording as {audio.form}", field="voice_track")
    body = {"name": name, "audio_media_id": bare(audio.value, "audio id")}
    path = f"{ROOT}/video/tts_speaker"
    return Request("POST", path, headers={TRACE: token}, json=body, pays=True)


def _nothing(ask: Ask, body: Body) -> None:
    """2.3: no inputs."""


def _image(ask: Ask, body: Body) -> None:
    body["img_id"] = one_picture(ask, "image", ID)


def _template(ask: Ask, body: Body) -> None:
    """2.5: one picture as ``img_id``, several as ``img_ids``, never both."""
    found = pictures(ask, "image", ID)
    body |= {"img_id": found[0]} if len(found) == 1 else {"img_ids": found}
    body |= {"model": ANY_MODEL, "duration": ANY_LENGTH, "prompt": ask.brief.prompt}


def _transition(ask: Ask, body: Body) -> None:
    body |= frames(ask, ID)


def _multi_transition(ask: Ask, body: Body) -> None:
    """2.7: seconds and prompt stand with the frame that a segment starts from."""
    rows: list[Body] = [{"img_id": img_id} for img_id in pictures(ask, "frame", ID)]
    for at, row in enumerate(rows[:-1], 1):
        for ours, theirs in (("seconds", "duration"), ("prompt", "prompt")):
            if f"{ours}_{at}" in body:
                row[theirs] = body.pop(f"{ours}_{at}")
    for left in STEPS.keys() & body.keys():
        raise Unsupported(f"{ID} has no frame for {left.replace('_', ' ')}", field=left)
    body["multi_transition"] = rows


def _fusion(ask: Ask, body: Body) -> None:
    """2.8. With videos: omni, and a duration of 0, for the longest video tells it."""
    body["prompt"] = offering(ID, ask).spelled(ask.brief)
    if found := references(ask, ID):
        body["image_references"] = found
    if videos := video_references(ask, ID):
        body |= {"video_references": videos, "reference_mode": "omni", "duration": 0}


def _source(ask: Ask, body: Body) -> None:
    body |= one_clip(ask, "source", ID)


def _extend(ask: Ask, body: Body) -> None:
    """2.9: one schema requires the seed, so there is always one."""
    _source(ask, body)
    body.setdefault("seed", seed_of(ask.token))


def _voice(ask: Ask, body: Body) -> None:
    """2.10, 2.21: an uploaded voice, or a speaker and a text."""
    for media_id in given(ask, "voice_track", ID, *AUDIO):
        body["audio_media_id"] = bare(media_id, "audio id")


def _lip_sync(ask: Ask, body: Body) -> None:
    _source(ask, body)
    _voice(ask, body)


def _avatar(ask: Ask, body: Body) -> None:
    _image(ask, body)
    _voice(ask, body)


def _swap(ask: Ask, body: Body) -> None:
    """2.17: source, key frame and mask must be those of the mask selection."""
    _source(ask, body)
    _image(ask, body)


def _motion_control(ask: Ask, body: Body) -> None:
    """2.18: the schema marks both ids of a video as required, a slip."""
    body |= one_clip(ask, "motion", ID)
    _image(ask, body)


def _modify(ask: Ask, body: Body) -> None:
    """2.19: ``@selection0`` in the prompt is the first mask, ``@img0`` the first picture."""
    _source(ask, body)
    if found := pictures(ask, "image", ID):
        body["img_ids"] = found
    if masks := [body.pop(name) for name in MASKS if name in body]:
        body["mask_ids"] = masks


def _image_template(ask: Ask, body: Body) -> None:
    body["img_ids"] = pictures(ask, "image", ID)


_QUALITY = {"quality": "quality"}
ROWS: Mapping[Operation, Row] = {
    Operation.TEXT_TO_VIDEO: Row("/video/text/generate", _nothing, webhook=True),
    Operation.IMAGE_TO_VIDEO: Row("/video/img/generate", _image, webhook=True),
    Operation.TEMPLATE: Row(
        "/video/img/generate",
        _template,
        {"template": "template_id", "audio": "sound_effect_switch", **_QUALITY},
    ),
    Operation.TRANSITION: Row("/video/transition/generate", _transition),
    Operation.MULTI_TRANSITION: Row(
        "/video/multi_transition/generate", _multi_transition, {**_QUALITY, **STEPS}, prompt=""
    ),
    Operation.FUSION: Row("/video/fusion/generate", _fusion),
    Operation.EXTEND: Row("/video/extend/generate", _extend),
    Operation.LIP_SYNC: Row("/video/lip_sync/generate", _lip_sync, VOICE, prompt=""),
    Operation.SOUND_EFFECT: Row(
        "/video/sound_effect/generate",
        _source,
        {"sound": "sound_effect_content", "keep_sound": "original_sound_switch"},
        prompt="",
    ),
    Operation.RESTYLE: Row(
        "/video/restyle/generate",
        _source,
        {"restyle": "restyle_id", "seed": "seed"},
        prompt="restyle_prompt",
    ),
    Operation.SWAP: Row(
        "/video/swap/generate",
        _swap,
        {"keyframe": "keyframe_id", "mask": "mask_id", **_QUALITY},
        prompt="",
    ),
    Operation.MOTION_CONTROL: Row("/video/mimic/generate", _motion_control, _QUALITY, prompt=""),
    Operation.MODIFY: Row(
        "/video/modify/generate",
        _modify,
        {"keyframe": "keyframe_ids", **{name: name for name in MASKS}, **_QUALITY},
    ),
    Operation.UPSCALE: Row("/video/upscale/generate", _source, {}, prompt=""),
    Operation.AVATAR: Row("/video/avatar/generate", _avatar, {**VOICE, **_QUALITY}, prompt=""),
    Operation.IMAGE_TEMPLATE: Row(
        "/image/template/generate", _image_template, {"template": "template_id"}, prompt=""
    ),
}
