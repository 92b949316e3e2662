"""Which bodies the platform takes: the sheet's tables of models, lengths and switches."""

from dataclasses import dataclass
from typing import Any

from generations.sandbox.check import SEEDS, Field, Why, Wrong, read

BASE_RATIOS = ("16:9", "4:3", "1:1", "3:4", "9:16")
MORE_RATIOS = (*BASE_RATIOS, "2:3", "3:2", "21:9")
QUALITIES = ("360p", "540p", "720p", "1080p")
CAMERAS = (
    "horizontal_left", "horizontal_right", "vertical_up", "vertical_down", "zoom_in", "zoom_out",
    "crane_up", "quickly_zoom_in", "quickly_zoom_out", "smooth_zoom_in", "camera_rotation",
    "robo_arm", "super_dolly_out", "whip_pan", "hitchcock", "left_follow", "right_follow",
    "pan_left", "pan_right", "fix_bg",
)  # fmt: skip
STYLES = ("anime", "3d_animation", "clay", "comic", "cyberpunk")


@dataclass(frozen=True)
class Model:
    durations: tuple[int, ...]
    full_hd: tuple[int, ...]  # the durations it has in 1080p
    ratios: tuple[str, ...] = BASE_RATIOS
    prompt: int = 2048
    extras: tuple[str, ...] = ()


OLD = ("motion_mode", "sound_effect_switch", "sound_effect_content", "lip_sync_switch",
       "lip_sync_tts_switch", "lip_sync_tts_content", "lip_sync_tts_speaker_id")  # fmt: skip
INLINE = ("sound_effect_switch", "lip_sync_switch", "lip_sync_tts_switch")  # older ways to sound
AUDIO, CLIPS = "generate_audio_switch", "generate_multi_clip_switch"
ANY = tuple(range(1, 16))
MODELS = {
    "v6": Model(ANY, ANY, MORE_RATIOS, 5000, (AUDIO, CLIPS)),
    "c1": Model(ANY, ANY, MORE_RATIOS, 5000, (AUDIO,)),
    "v5.6": Model((5, 8, 10), (5, 8), extras=(AUDIO,)),
    "v5.5": Model((5, 8, 10), (5, 8), extras=(AUDIO, CLIPS, "thinking_type")),
    "v5": Model((5, 8), (5, 8), extras=OLD[1:]),
    "v4.5": Model((5, 8), (5,), extras=(*OLD, "camera_movement")),
    "v4": Model((5, 8), (5,), extras=(*OLD, "camera_movement")),
    "v3.5": Model((5, 8), (5,), extras=(*OLD, "style")),
}

SHARED = {
    "model": Field(str, required=True, among=MODELS),
    "prompt": Field(str, required=True),
    "duration": Field(int, required=True),
    "quality": Field(str, required=True, among=QUALITIES),
    "negative_prompt": Field(str, longest=2048, default=""),
    "seed": Field(int, among=SEEDS),
    "webhook_id": Field(int),
    AUDIO: Field(bool),
    CLIPS: Field(bool),
    "thinking_type": Field(str, among=("enabled", "disabled", "auto")),
    "motion_mode": Field(str, among=("normal", "fast")),
    "camera_movement": Field(str, among=CAMERAS),
    "style": Field(str, among=STYLES),
    "sound_effect_switch": Field(bool),
    "sound_effect_content": Field(str),
    "lip_sync_switch": Field(bool),
    "lip_sync_tts_switch": Field(bool),
    "lip_sync_tts_content": Field(str, longest=140),
    "lip_sync_tts_speaker_id": Field(str),
}
TEXT = {**SHARED, "aspect_ratio": Field(str, required=True, among=MORE_RATIOS)}
# No aspect_ratio here: the picture decides.
IMAGE = {**SHARED, "img_id": Field(int, required=True)}
# Webhooks, cameras and styles are known for text and image only.
BETWEEN = {n: f for n, f in SHARED.items() if n not in ("webhook_id", "camera_movement", "style")}
TRANSITION = {
    **BETWEEN,
    "first_frame_img": Field(int, required=True),
    "last_frame_img": Field(int, required=True),
}
EVERYWHERE = {"model", "prompt", "duration", "quality", "negative_prompt", "seed", "webhook_id"}
EVERYWHERE |= {"aspect_ratio", "img_id", "first_frame_img", "last_frame_img"}
EVERYWHERE |= {"image_references", "video_references", "reference_mode"}
EVERYWHERE |= {"source_video_id", "video_media_id"}


def understand(body: dict[str, Any], fields: dict[str, Field]) -> dict[str, Any]:
    """The body's fields, checked one by one and against each other; raises Wrong."""
    taken = read(body, fields)
    switches(body, taken)
    lengths(taken)
    return taken


def transition(body: dict[str, Any]) -> dict[str, Any]:
    taken = understand(body, TRANSITION)
    if taken[CLIPS] and taken["model"] == "v6":
        raise Wrong(CLIPS, Why.VALUE, f"{CLIPS} on v6 is for text and image only")
    return taken


def switches(body: dict[str, Any], taken: dict[str, Any]) -> None:
    """What this model has no switch for, and how long its prompt may be."""
    model = MODELS[taken["model"]]
    if len(taken["prompt"]) > model.prompt:
        raise Wrong("prompt", Why.LONG, f"prompt is longer than {model.prompt}")
    for name in body:
        # A switch that is off says the same as one that is not there.
        if name not in EVERYWHERE and name not in model.extras and body[name] is not False:
            raise Wrong(name, Why.VALUE, f"{name} is not supported by {taken['model']}")


def lengths(taken: dict[str, Any]) -> None:
    """Length, quality and ratio against the model's grid."""
    model, seconds = MODELS[taken["model"]], taken["duration"]
    full_hd = taken["quality"] == "1080p"
    if seconds not in (model.full_hd if full_hd else model.durations):
        words = f"duration {seconds} at {taken['quality']} is not supported by {taken['model']}"
        raise Wrong("duration", Why.VALUE, words)
    if taken.get("aspect_ratio") not in (None, *model.ratios):
        raise Wrong("aspect_ratio", Why.VALUE, "aspect_ratio is not supported by this model")
    if taken.get("motion_mode") == "fast" and (seconds != 5 or full_hd):
        raise Wrong("motion_mode", Why.VALUE, "motion_mode fast needs 5 s and at most 720p")
