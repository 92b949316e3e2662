"""The endpoints whose fields are published, one row each."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from generations.sandbox.check import Field, Why, Wrong

RATIOS = ("16:9", "9:16", "1:1", "4:3", "3:4")
STYLES = ("anime", "3d_animation", "clay", "comic", "cyberpunk")
V6_RESOLUTIONS = ("360p", "480p", "540p", "720p", "1080p")


@dataclass(frozen=True)
class Endpoint:
    api_id: str
    path: str
    operation: str
    model: str
    fields: dict[str, Field]
    defaults: dict[str, Any]


V6 = {
    "prompt": Field(str, required=True),
    "resolution": Field(str, among=V6_RESOLUTIONS),
    "duration": Field(int, among=range(1, 16)),
    "negative_prompt": Field(str),
    "style": Field(str, among=STYLES),
    "generate_audio_switch": Field(bool),
}
V6_DEFAULTS = {"resolution": "720p", "duration": 5}
ENDPOINTS = (
    Endpoint(
        "pixverse-v6-image-to-video",
        "pixverse-v6-image-to-video-request",
        "image_to_video",
        "v6",
        V6
        | {
            "image_url": Field(str, required=True),
            "seed": Field(int),
            "generate_multi_clip_switch": Field(bool),
            "thinking_type": Field(str, among=("enabled", "disabled", "auto")),
        },
        V6_DEFAULTS,
    ),
    Endpoint(
        "pixverse-v6-text-to-video",
        "pixverse-v6-text-to-video-request",
        "text_to_video",
        "v6",
        V6 | {"aspect_ratio": Field(str, among=(*RATIOS, "2:3", "3:2", "21:9"))},
        V6_DEFAULTS | {"aspect_ratio": "16:9"},
    ),
    Endpoint(
        "pixverse",
        "pixverse-request",
        "text_to_video",
        "v5.6",
        {
            "prompt": Field(str, required=True),
            "aspect_ratio": Field(str, required=True, among=RATIOS),
            "resolution": Field(str, required=True, among=("720p", "1080p", "2160p")),
            "duration": Field(int, required=True, among=(3, 5, 7, 10)),
            "negative_prompt": Field(str),
        },
        {},
    ),
    Endpoint(
        "pixverse-i2v",
        "pixverse-i2v-request",
        "image_to_video",
        "v5.6",
        {
            "prompt": Field(str, required=True),
            "image_url": Field(str, required=True),
            "resolution": Field(str, required=True, among=("720p", "1080p")),
            # A string here, and only here.
            "duration": Field(str, required=True, among=("5", "10")),
            "negative_prompt": Field(str),
        },
        {},
    ),
)


def check_address(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Wrong("image_url", Why.VALUE, "image_url must be a public HTTP or HTTPS link")
