"""The fields of useapi's generation routes."""

from generations.sandbox.check import Field
from generations.sandbox.dialects.useapi.models import ALL, WIDE

QUALITIES = ("360p", "480p", "540p", "720p", "768p", "1080p", "1440p", "2160p")
UP_TO_720 = ALL[:3]
FOR_ALL = {
    "email": Field(str),
    "replyUrl": Field(str, longest=1024, default=""),
    "replyRef": Field(str, longest=1024, default=""),
    "maxJobs": Field(int, among=range(1, 9)),
}
PEAK = {"off_peak_mode": Field(bool, default=False)}
SEED = {"seed": Field(int, among=range(1, 2**31))}
SOUND = {
    "auto_sound": Field(bool),
    "sound_effect_prompt": Field(str),
    "lip_sync_tts_prompt": Field(str, longest=140),
    "lip_sync_tts_speaker_id": Field(str),
}
NATIVE = {**PEAK, **SEED, **SOUND, "preview_mode": Field(bool, default=False)}
GRID = {"duration": Field(int), "quality": Field(str, among=QUALITIES)}
AUDIO = {"audio": Field(bool)}
SOURCE = {"video_id": Field(str), "video_path": Field(str)}
RATIO = {"aspect_ratio": Field(str, among=WIDE)}
CREATE = {
    **FOR_ALL, **NATIVE, **GRID, **AUDIO, **RATIO,
    "model": Field(str),
    "prompt": Field(str, longest=5000, default=""),
    "first_frame_path": Field(str),
    "last_frame_path": Field(str),
    **{f"frame_{n}_path": Field(str) for n in range(1, 6)},
    "template_id": Field(int),
    "multi_shot": Field(bool, default=False),
}  # fmt: skip
FRAMES = {
    **FOR_ALL, **NATIVE, **GRID, **AUDIO,
    "model": Field(str, default="v5.6"),
    "prompt": Field(str, longest=2048, default=""),
    "first_frame_path": Field(str, required=True),
    "last_frame_path": Field(str, required=True),
}  # fmt: skip
SIX = range(1, 7)
TRANSITION = {
    **FOR_ALL, **NATIVE, **AUDIO,
    "model": Field(str, default="v5", among=("v5", "v5.5", "v5.6")),
    "quality": Field(str, default="540p", among=ALL),
    **{f"frame_{n}_path": Field(str, required=n < 3) for n in range(1, 8)},
    **{f"duration_{n}_to_{n + 1}": Field(int) for n in SIX},
    **{f"prompt_{n}_to_{n + 1}": Field(str, longest=2048) for n in SIX},
}  # fmt: skip
FUSION = {
    **FOR_ALL, **PEAK, **SEED, **GRID, **RATIO,
    "model": Field(str, default="pixverse-c1"),
    "prompt": Field(str, required=True, longest=2048),
    **{f"frame_{n}_path": Field(str, required=n == 1) for n in range(1, 31)},
    **{f"video_{n}_path": Field(str) for n in range(1, 11)},
    **{f"audio_{n}_path": Field(str) for n in range(1, 11)},
}  # fmt: skip
MOTION = {
    **FOR_ALL, **PEAK,
    "model": Field(str, default="v5.6", among=("v5.6",)),
    "frame_1_path": Field(str, required=True),
    "video_1_path": Field(str, required=True),
    "quality": Field(str, default="720p", among=UP_TO_720),
}  # fmt: skip
EXTEND = {
    **FOR_ALL, **PEAK, **SEED, **SOURCE, **GRID, **AUDIO,
    "model": Field(str, default="v6", among=("v6", "v5.5", "v5", "grok-imagine")),
    "prompt": Field(str, longest=5000, default=""),
}  # fmt: skip
MODIFY = {
    **FOR_ALL, **PEAK, **SEED, **SOURCE,
    "model": Field(str, default="v5.5", among=("v5.5",)),
    "prompt": Field(str, required=True, longest=5000),
    "quality": Field(str, default="540p", among=UP_TO_720),
}  # fmt: skip
RESTYLE = {
    **FOR_ALL, **PEAK, **SEED, **SOURCE,
    "model": Field(str, default="v5", among=("v4", "v5")),
    "prompt": Field(str, longest=2048),
    "restyle_id": Field(int),
}  # fmt: skip
LIPSYNC = {
    **FOR_ALL, **PEAK, **SOURCE,
    "audio_path": Field(str),
    "prompt": Field(str, longest=200),
    "speaker_id": Field(str),
    "original_sound_switch": Field(bool, default=False),
}  # fmt: skip
UPSCALE = {
    "video_id": Field(str, required=True),
    **{name: FOR_ALL[name] for name in ("replyUrl", "replyRef", "maxJobs")},
}
