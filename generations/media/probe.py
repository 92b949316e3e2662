"""What a video really is: read with FFmpeg's libraries, by the file's content and not its name.

Downloads are strangers' files. Only two demuxers are ever opened, chosen by the first bytes, so
that a playlist saved as ``clip.mp4`` cannot make FFmpeg open other files or addresses.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av

from .errors import BadFile

__all__ = ["BadFile", "Probed", "opened", "probe_video", "upright"]

LONGEST_SIDE = 8192
# More pictures a second than that has no film; a file that says so does not know.
FASTEST = 240
# The last picture may end this long before the clip says it does, in seconds.
_SLACK_S = 1.0
_BROKEN = (av.FFmpegError, OSError, ValueError, EOFError, IndexError)


@dataclass(frozen=True, slots=True)
class Probed:
    """Facts of a playable video: duration in milliseconds, sides in pixels as it is shown.

    ``fps`` is how many pictures a second has on average; None where the file says nothing likely.
    """

    mime: str
    codec: str
    duration_ms: int
    width: int
    height: int
    has_audio: bool
    fps: float | None = None


def probe_video(path: Path) -> Probed:
    """Read the facts and decode the first and the last pictures. Raises BadFile.

    Costs one group of pictures at the end, on one thread, whatever the length.
    """
    mime, _ = _kind(path)
    if mime != "video/webm":
        check_boxes(path)
    try:
        with opened(path) as (container, video):
            first = next(container.decode(video), None)
            if first is None:
                raise BadFile("The file has no pictures in it.")
            if max(first.width, first.height) > LONGEST_SIDE:
                raise BadFile(f"The video has {first.width} x {first.height} pixels: too large.")
            said_s = length_s(container, video)
            end_s = _last_picture(container, video, said_s)
            if said_s and end_s < said_s - _SLACK_S:
                raise BadFile(f"The video breaks off after {end_s:.1f} of {said_s:.1f} s.")
            sides = (first.width, first.height)
            width, height = sides if upright(first) else sides[::-1]
            return Probed(
                mime=mime,
                codec=video.codec_context.name,
                duration_ms=round((said_s or end_s) * 1000),
                width=width,
                height=height,
                has_audio=bool(container.streams.audio),
                fps=_pictures_a_second(video),
            )
    except _BROKEN:
        raise BadFile("The file is not a playable video: damaged or incomplete.") from None


@contextmanager
def opened(path: Path) -> Iterator[tuple[Any, Any]]:
    """The container and its video stream, decoding on one thread. Raises BadFile, FFmpegError."""
    _, demuxer = _kind(path)
    options = {"protocol_whitelist": "file"}
    with av.open(str(path), format=demuxer, options=options) as container:
        video = next((one for one in container.streams.video if not is_cover(one)), None)
        if video is None:
            raise BadFile("The file has no video in it.")
        if video.codec_context is None:
            raise BadFile("The video is of a kind that nobody here can play.")
        video.codec_context.thread_count = 1
        yield container, video


def is_cover(stream: Any) -> bool:
    """A picture beside the sound, as music has it; no film."""
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def upright(frame: Any) -> bool:
    """False for a picture that a player turns by a quarter, as phones film."""
    return bool(round(frame.rotation / 90) % 2 == 0)


def length_s(container: Any, video: Any) -> float:
    """Seconds of the video track, else of the whole file; 0 if nothing says."""
    if video.duration and video.time_base:
        return float(video.duration * video.time_base)
    return float(container.duration or 0) / 1_000_000


def _pictures_a_second(video: Any) -> float | None:
    rate = float(video.average_rate or 0)
    return round(rate, 3) if 1 <= rate <= FASTEST else None


def _kind(path: Path) -> tuple[str, str]:
    """(mime, FFmpeg's demuxer) by the first bytes. Raises BadFile."""
    with path.open("rb") as file:
        head = file.read(64)
    if head[4:8] == b"ftyp":
        return ("video/quicktime" if head[8:12] == b"qt  " else "video/mp4"), "mp4"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "video/webm", "matroska"
    if head.lstrip()[:1] == b"<":
        raise BadFile("The file is a web page, not a video.")
    raise BadFile("The file is not a video." if head else "The file is empty.")


def check_boxes(path: Path) -> None:
    """Walk an MP4's outermost boxes: each must be whole, and there must be a ``moov``."""
    size, at, seen = path.stat().st_size, 0, set()
    with path.open("rb") as file:
        while at < size:
            file.seek(at)
            head = file.read(16)
            length = int.from_bytes(head[:4])
            if length == 1:
                length = int.from_bytes(head[8:16])
            elif length == 0:
                length = size - at
            if len(head) < 8 or length < 8 or at + length > size:
                raise BadFile("The video is incomplete: its end is missing.")
            seen.add(head[4:8])
            at += length
    if b"moov" not in seen:
        raise BadFile("The video is incomplete: its index is missing.")


def _last_picture(container: Any, video: Any, said_s: float) -> float:
    """When the last picture that can be decoded ends, in seconds."""
    if said_s:
        container.seek(max(0, int((said_s - 0.1) * 1_000_000)), backward=True)
    end = 0.0
    pace = float(1 / video.average_rate) if video.average_rate else 0.0
    for frame in container.decode(video):
        if frame.time is not None:
            end = max(end, frame.time + pace)
    return end
