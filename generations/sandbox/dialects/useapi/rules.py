"""Which bodies useapi's generation routes take."""

import re
from typing import Any

from generations.sandbox.check import Field, Why, Wrong, one_of, read
from generations.sandbox.dialects.useapi.fields import (
    CREATE,
    EXTEND,
    FRAMES,
    FUSION,
    LIPSYNC,
    RESTYLE,
    TRANSITION,
)
from generations.sandbox.dialects.useapi.models import ALWAYS, MODELS, REFUSED, Model

SEGMENT_SECONDS = range(1, 11)


def from_form(form: dict[str, str], fields: dict[str, Field]) -> dict[str, Any]:
    """Multipart carries text only; numbers and switches come as strings."""
    body: dict[str, Any] = dict(form)
    for name in body:
        kind = fields[name].kind if name in fields else str
        if kind is int and body[name].lstrip("-").isdigit():
            body[name] = int(body[name])
        elif kind is bool:
            body[name] = {"true": True, "false": False}.get(body[name], body[name])
    return body


def row_of(taken: dict[str, Any]) -> Model:
    model = MODELS.get(taken["model"])
    if model is None:
        raise Wrong("model", Why.VALUE, f"model {taken['model']} is not supported")
    return model


def grid(taken: dict[str, Any], body: dict[str, Any], row: Model) -> None:
    """Quality, length, sound and the native switches against the model's row."""
    name = taken["model"]
    if not row.native:
        for field in ("duration", "quality"):
            if taken[field] is None:
                raise Wrong(field, Why.MISSING, f"{field} is required for {name}")
        for field in ("seed", "preview_mode", "off_peak_mode"):
            if body.get(field):
                raise Wrong(field, Why.VALUE, f"{field} is not supported for {name}")
    quality = taken["quality"] = taken["quality"] or row.quality
    seconds = taken["duration"] = 5 if taken["duration"] is None else taken["duration"]
    if quality not in row.qualities:
        raise Wrong("quality", Why.VALUE, f"quality {quality} is not supported for {name}")
    if seconds not in row.lengths or seconds > row.longest(quality):
        words = f"duration must be {row.lengths[0]}-{row.longest(quality)} for {name} at {quality}"
        raise Wrong("duration", Why.VALUE, words)
    sound(taken, body, row)


def sound(taken: dict[str, Any], body: dict[str, Any], row: Model) -> None:
    if "audio" in body and row.audio is REFUSED:
        raise Wrong("audio", Why.VALUE, f"audio is not supported for {taken['model']}")
    if row.audio is ALWAYS and body.get("audio") is False:
        raise Wrong("audio", Why.VALUE, f"audio is always on for {taken['model']}")
    # What is asked beside the model's own sound makes the clip sound too.
    inline = taken.get("lip_sync_tts_prompt") or taken.get("sound_effect_prompt")
    taken["audio"] = bool(taken.get("audio")) or row.sounds
    taken["heard"] = taken["audio"] or bool(inline or taken.get("auto_sound"))
    if taken.get("auto_sound") is False and not taken["audio"]:
        taken["heard"] = bool(taken.get("lip_sync_tts_prompt"))


def create(body: dict[str, Any]) -> dict[str, Any]:
    taken = read(body, CREATE)
    taken["model"] = taken["model"] or "v6"
    row = row_of(taken)
    grid(taken, body, row)
    numbered = consecutive(taken, "frame", 5)
    if taken["first_frame_path"] and numbered:
        raise Wrong("frame_1_path", Why.VALUE, "first_frame_path and frame_1_path exclude another")
    if taken["last_frame_path"] or len(numbered) > 1:
        raise Wrong("last_frame_path", Why.VALUE, "more than one frame is for templates")
    picture = taken["picture"] = taken["first_frame_path"] or next(iter(numbered), None)
    if not picture and not row.text:
        raise Wrong("first_frame_path", Why.MISSING, "first_frame_path is required")
    if not taken["prompt"] and not picture:
        raise Wrong("prompt", Why.MISSING, "prompt is required")
    if picture and taken["aspect_ratio"]:
        raise Wrong("aspect_ratio", Why.VALUE, "aspect_ratio is not accepted with an image")
    ratio(taken, row)
    if taken["multi_shot"] and taken["model"] != "v6":
        raise Wrong("multi_shot", Why.VALUE, "multi_shot is supported for v6 only")
    return {**taken, "row": row}


def ratio(taken: dict[str, Any], row: Model) -> None:
    taken["aspect_ratio"] = taken["aspect_ratio"] or "16:9"
    if taken["aspect_ratio"] not in row.ratios:
        words = f"aspect_ratio {taken['aspect_ratio']} is not supported"
        raise Wrong("aspect_ratio", Why.VALUE, words)


def template(body: dict[str, Any]) -> dict[str, Any]:
    """A create with `template_id`: the template brings model and length."""
    taken = read(body, CREATE)
    for name in ("model", "aspect_ratio", "multi_shot"):
        if name in body:
            raise Wrong(name, Why.VALUE, f"{name} is not accepted with template_id")
    pair = [taken[n] for n in ("first_frame_path", "last_frame_path") if taken[n]]
    numbered = consecutive(taken, "frame", 5)
    if pair and numbered:
        raise Wrong("frame_1_path", Why.VALUE, "first_frame_path and frame_1_path exclude another")
    if taken["last_frame_path"] and not taken["first_frame_path"]:
        raise Wrong("first_frame_path", Why.MISSING, "first_frame_path is required")
    taken["heard"] = bool(taken["audio"] or taken["auto_sound"] or taken["sound_effect_prompt"])
    return {**taken, "pictures": pair or numbered}


def frames(body: dict[str, Any]) -> dict[str, Any]:
    taken = read(body, FRAMES)
    row = row_of(taken)
    if not row.frames:
        raise Wrong("model", Why.VALUE, f"model {taken['model']} is not supported here")
    grid(taken, body, row)
    return {**taken, "row": row}


def transition(body: dict[str, Any]) -> dict[str, Any]:
    # The samples show the lengths as strings, in JSON too.
    body = {name: int(value) if _is_length(name, value) else value for name, value in body.items()}
    taken = read(body, TRANSITION)
    row = row_of(taken)
    sound(taken, body, row)
    taken["frames"] = consecutive(taken, "frame", 7)
    count = len(taken["frames"])
    if count > 2 and taken["model"] != "v5":
        raise Wrong("model", Why.VALUE, "three and more frames are for v5 only")
    for n in range(count, 7):
        for name in (f"duration_{n}_to_{n + 1}", f"prompt_{n}_to_{n + 1}"):
            if taken[name] is not None:
                raise Wrong(name, Why.VALUE, f"{name} has no frame to go to")
    steps = range(1, count)
    lengths = taken["lengths"] = [taken[f"duration_{n}_to_{n + 1}"] or 5 for n in steps]
    if any(one not in SEGMENT_SECONDS for one in lengths):
        raise Wrong("duration_1_to_2", Why.VALUE, "every duration must be 1-10")
    taken["duration"] = sum(lengths)
    said = [taken[f"prompt_{n}_to_{n + 1}"] or "" for n in steps]
    return {**taken, "row": row, "prompt": " / ".join(filter(None, said))}


def _is_length(name: str, value: Any) -> bool:
    return name.startswith("duration_") and isinstance(value, str) and value.isdigit()


def fusion(body: dict[str, Any]) -> dict[str, Any]:
    taken = read(body, FUSION)
    row = row_of(taken)
    if not row.images:
        raise Wrong("model", Why.VALUE, f"model {taken['model']} is not supported here")
    grid(taken, body, row)
    ratio(taken, row)
    for word, kind, most in (
        ("image", "frame", row.images),
        ("video", "video", row.videos),
        ("audio", "audio", row.tracks),
    ):
        found = taken[f"{kind}s"] = consecutive(taken, kind, 30 if kind == "frame" else 10)
        if len(found) > most:
            raise Wrong(f"{kind}_{most + 1}_path", Why.VALUE, f"at most {most} {word} references")
        marks = "image|pic" if kind == "frame" and taken["model"] == "v5" else word
        for number in re.findall(rf"@(?:{marks})(\d+)", taken["prompt"]):
            if not 1 <= int(number) <= len(found):
                raise Wrong("prompt", Why.VALUE, f"@{word}{number} has no {kind}_{number}_path")
    return {**taken, "row": row}


def extend(body: dict[str, Any]) -> dict[str, Any]:
    taken = read(body, EXTEND)
    one_of(taken, "video_id", "video_path")
    row = row_of(taken)
    grid(taken, body, row)
    if "audio" in body and taken["model"] != "v6":
        raise Wrong("audio", Why.VALUE, "audio is supported for v6 only")
    if not row.native and not 2 <= taken["duration"] <= 10:
        raise Wrong("duration", Why.VALUE, f"duration must be 2-10 for {taken['model']}")
    return {**taken, "row": row}


def changed(body: dict[str, Any], fields: dict[str, Field]) -> dict[str, Any]:
    taken = read(body, fields)
    one_of(taken, "video_id", "video_path")
    return taken


def restyle(body: dict[str, Any]) -> dict[str, Any]:
    taken = changed(body, RESTYLE)
    if not taken["prompt"] and taken["restyle_id"] is None:
        raise Wrong("prompt", Why.MISSING, "prompt or restyle_id is required")
    return taken


def lipsync(body: dict[str, Any]) -> dict[str, Any]:
    taken = changed(body, LIPSYNC)
    one_of(taken, "audio_path", "prompt")
    if taken["prompt"] and not taken["speaker_id"]:
        raise Wrong("speaker_id", Why.MISSING, "speaker_id is required with prompt")
    if taken["audio_path"] and taken["speaker_id"]:
        raise Wrong("speaker_id", Why.VALUE, "speaker_id is for prompt only")
    return taken


def consecutive(taken: dict[str, Any], kind: str, most: int) -> list[str]:
    """The paths numbered from 1; raises Wrong for a gap."""
    given = [taken.get(f"{kind}_{n}_path") for n in range(1, most + 1)]
    found = [path for path in given if path]
    if given[: len(found)] != found:
        words = f"{kind}_N_path must be numbered from 1 without gaps"
        raise Wrong(f"{kind}_1_path", Why.VALUE, words)
    return found
