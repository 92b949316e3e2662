"""PixVerse's own envelope, statuses and error numbers: the platform's, and one gateway's."""

import time
from datetime import UTC, datetime
from typing import Any

from generations.sandbox.check import Why, Wrong
from generations.sandbox.jobs import Job, State
from generations.sandbox.probing import Film
from generations.sandbox.wire import Reply, answer

STATUS = {
    State.QUEUED: 5,
    State.RUNNING: 5,
    State.DONE: 1,
    State.MODERATED: 7,
    State.FAILED: 8,
    State.ERROR: 8,
}
STRANGE_STATUS = 11

CODES = {Why.MISSING: 400011, Why.TYPE: 400013, Why.UNKNOWN: 400013, Why.VALUE: 400017}
TEXTS = {
    400011: "required parameter is empty",
    400012: "invalid account",
    400013: "Invalid field type or value",
    400017: "invalid parameter",
    400018: "prompt length exceeds the limit",
    400019: "negative prompt length exceeds the limit",
    400032: "invalid image id",
    500008: "requested data not found",
    500030: "file is too big",
    500031: "file information could not be read",
    500032: "format is invalid",
    500033: "width or height is invalid",
    500041: "upload failed",
    500042: "path is invalid",
    500044: "reached the limit for concurrent generations",
    500052: "image was refused by moderation",
    500070: "template is not activated",
    500071: "effect does not support 720p and 1080p",
    701002: "no clear subject in the photo",
    701003: "no person in focus in the video",
    500063: "prompt or image was refused by moderation",
    500090: "balance is not enough",
}
EPOCH = 1_577_836_800_000  # 2020-01-01 in milliseconds: keeps the ids at their known length


def fine(resp: dict[str, Any], said: str = "success") -> Reply:
    return answer(200, {"ErrCode": 0, "ErrMsg": said, "Resp": resp})


def fault(code: int, more: str = "", status: int = 200) -> Reply:
    said = TEXTS[code] + (f": {more}" if more else "")
    return answer(status, {"ErrCode": code, "ErrMsg": said, "Resp": None})


def code_of(wrong: Wrong) -> int:
    if wrong.why is Why.LONG:
        return 400019 if wrong.field == "negative_prompt" else 400018
    return CODES[wrong.why]


def status_of(job: Job) -> int:
    if job.state is State.RUNNING and job.has("unknown-status"):
        return STRANGE_STATUS
    return STATUS[job.state]


def stamp(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def timely_id(start: int, per_millisecond: int, number: int) -> int:
    """An id of fixed length that no other run of the sandbox has given out."""
    since = int(time.time() * 1000) - EPOCH
    return start + since * per_millisecond + number % per_millisecond


def number(amount: Any) -> int | float:
    """A decimal as JSON shows it: whole when it is whole."""
    return int(amount) if amount == int(amount) else float(amount)


MEDIA_MIME = {
    "video/mp4", "video/mov", "video/quicktime", "video/webm",
    "audio/mpeg", "audio/wav", "audio/wave", "audio/x-wav", "audio/vnd.wave", "audio/x-m4a",
    "audio/aac", "audio/x-aac", "audio/mp4",
}  # fmt: skip
MEDIA_SIZE, MEDIA_SIDE, MEDIA_SECONDS = 50 * 1024 * 1024, 1920, 30.0
CONTAINERS = {"video": {"mp4", "webm"}, "audio": {"mp3", "wav", "mp4", "aac"}}


def media_trouble(film: Film, size: int) -> tuple[int, str] | None:
    """What PixVerse has against this video or audio file."""
    if size > MEDIA_SIZE:
        return 500030, "at most 50 MB"
    if film.container not in CONTAINERS[film.kind]:
        return 500032, film.container
    if max(film.width, film.height) > MEDIA_SIDE:
        return 500033, f"at most {MEDIA_SIDE} px"
    if film.seconds > MEDIA_SECONDS + 0.1:
        return 400017, f"at most {MEDIA_SECONDS:g} s"
    return None
