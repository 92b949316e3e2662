"""Which bodies EasyRouter takes, and the sentences with which it refuses the others."""

from dataclasses import dataclass
from typing import Any

from generations.sandbox.check import SEEDS, Field, Why, Wrong, read

QUALITIES = ("360p", "540p", "720p", "1080p")
BASE_RATIOS = ("16:9", "9:16", "1:1", "4:3", "3:4")
RATIOS = (*BASE_RATIOS, "2:3", "3:2", "21:9")
DEFAULT_QUALITY = "720p"  # the real default is unknown
PREFIX = "PixVerse/"
FAST_ONLY = "V4/V4.5/V3.5 fast motion only supports 360p/540p/720p at 5s"


@dataclass(frozen=True)
class Model:
    durations: tuple[int, ...]
    full_hd: tuple[int, ...]
    audio: bool
    fast: bool


ANY = tuple(range(1, 16))
MODELS = {
    "c1": Model(ANY, ANY, audio=True, fast=False),
    "v6": Model(ANY, ANY, audio=True, fast=False),
    "v5.6": Model((5, 8, 10), (5, 8), audio=True, fast=False),
    "v5.5": Model((5, 8, 10), (5, 8), audio=True, fast=False),
    "v5": Model((5, 8), (5, 8), audio=False, fast=False),
    "v4.5": Model((5, 8), (5,), audio=False, fast=True),
    "v4": Model((5, 8), (5,), audio=False, fast=True),
    "v3.5": Model((5, 8), (5,), audio=False, fast=True),
}
TOP = {
    "model": Field(str, required=True),
    "prompt": Field(str, required=True, longest=2048),
    "image": Field(str),
    "images": Field(list),
    "duration": Field(int, default=5),
    "resolution": Field(str, among=("720P", "1080P")),
    "size": Field(str),
    "metadata": Field(dict, default={}),
}
METADATA = {
    "quality": Field(str, among=QUALITIES),
    "aspect_ratio": Field(str, among=RATIOS),
    "motion_mode": Field(str, among=("normal", "fast")),
    "camera_movement": Field(str),
    "seed": Field(int, among=SEEDS),
    "template_id": Field(int),
    "style": Field(str),
    "water_mark": Field(bool),
    "negative_prompt": Field(str),
    "generate_audio_switch": Field(bool, default=False),
    "img_id": Field(int),
}
# Pixels of every quality and ratio would be a guess; these are the ones a person would try.
PIXELS = {
    "640x360": "360p", "1024x576": "540p", "1280x720": "720p", "1920x1080": "1080p",
    "360x640": "360p", "576x1024": "540p", "720x1280": "720p", "1080x1920": "1080p",
}  # fmt: skip


def understand(body: dict[str, Any]) -> dict[str, Any]:
    """Top level and metadata in one dict, with `version` and the winning `quality`."""
    top = read(body, TOP)
    meta = read(top["metadata"], METADATA)
    version = _version(top["model"])
    size = _size(top["size"])
    resolution = top["resolution"].lower() if top["resolution"] else None
    quality = meta["quality"] or resolution or size or DEFAULT_QUALITY
    _combine(version, MODELS[version], quality, top["duration"], meta)
    images = top["images"] if top["images"] is not None else [top["image"]] if top["image"] else []
    if len(images) > 1 or not all(isinstance(image, str) and image for image in images):
        raise Wrong("images", Why.VALUE, "exactly one image is supported")
    for name in ("template_id", "img_id"):
        if meta[name] is not None:
            # Ids belong to the account that made them, and this gateway hands none out.
            raise Wrong(name, Why.VALUE, f"invalid {name}")
    return {**top, **meta, "version": version, "quality": quality, "picture": "".join(images)}


def _version(name: str) -> str:
    version = name.removeprefix(PREFIX).lower()
    if not name.startswith(PREFIX) or version not in MODELS:
        shown = name.removeprefix(PREFIX)
        raise Wrong("model", Why.VALUE, f'unknown model: "{shown}"')
    return version


def _size(size: str | None) -> str | None:
    if size is None:
        return None
    quality = PIXELS.get(size, size)
    if quality not in QUALITIES:
        raise Wrong("size", Why.VALUE, f"size {size} not supported")
    return quality


def _combine(version: str, model: Model, quality: str, seconds: int, meta: dict[str, Any]) -> None:
    if meta["generate_audio_switch"] and not model.audio:
        words = f'model "{version}" does not support audio generation'
        raise Wrong("generate_audio_switch", Why.VALUE, words)
    if meta["motion_mode"] == "fast":
        if not model.fast:
            words = f'model "{version}" does not support fast motion'
            raise Wrong("motion_mode", Why.VALUE, words)
        if quality == "1080p" or seconds != 5:
            raise Wrong("motion_mode", Why.VALUE, FAST_ONLY)
    lengths = model.full_hd if quality == "1080p" else model.durations
    if seconds not in lengths:
        words = f"combination {quality} / {seconds}s not supported"
        raise Wrong("duration", Why.VALUE, words)
    ratio = meta["aspect_ratio"]
    if ratio and ratio not in BASE_RATIOS and version not in ("v6", "c1"):
        raise Wrong("aspect_ratio", Why.VALUE, f"aspect_ratio {ratio} not supported")
