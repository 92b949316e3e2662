"""A poster and a hover preview of a video, with bounded work: one thread, a few seconds at most."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import av
from PIL import Image

from .errors import BadFile
from .probe import length_s, opened

POSTER_SIDE = 960
PREVIEW_SIDE = 480
PREVIEW_S = 4
PREVIEW_FPS = 12
_BROKEN = (
    av.FFmpegError,
    OSError,
    ValueError,
    EOFError,
    IndexError,
    SyntaxError,
    Image.DecompressionBombError,
)
_H264 = {"preset": "veryfast", "crf": "30", "profile": "main"}


def make_poster(path: Path, target: Path, side: int = POSTER_SIDE) -> None:
    """Write the picture at a third of the clip, longest side ``side``; JPEG or WebP by ``target``.

    Raises BadFile if there is none.
    """
    try:
        with opened(path) as (container, video):
            frame = _frame_at(container, video, length_s(container, video) / 3)
            width, height = fitted(frame.width, frame.height, side)
            picture = _turned(frame.reformat(width, height, format="rgb24").to_image(), frame)
        kind = "WEBP" if target.suffix == ".webp" else "JPEG"
        picture.save(target, format=kind, quality=82)
    except _BROKEN:
        raise BadFile("No poster could be made of the video.") from None


def make_preview(path: Path, target: Path) -> None:
    """Write a silent H.264 MP4 of the first 4 s: longest side 480, 12 pictures a second, faststart.

    Raises BadFile if it cannot be made.
    """
    options = {"movflags": "+faststart"}
    try:
        with (
            opened(path) as (container, video),
            av.open(str(target), "w", format="mp4", options=options) as out,
        ):
            _encode(_thinned(container, video), out)
    except _BROKEN:
        raise BadFile("No preview could be made of the video.") from None


def shrink(source: Path | IO[bytes], target: Path | IO[bytes], side: int = POSTER_SIDE) -> None:
    """Write a small WebP of a picture, longest side ``side``. Raises BadFile if it cannot."""
    try:
        with Image.open(source) as picture:
            picture.draft("RGB", (side, side))
            picture.thumbnail((side, side))
            clear = "A" in picture.getbands() or "transparency" in picture.info
            small = picture.convert("RGBA" if clear else "RGB")
            if picture.mode not in ("RGB", "RGBA"):
                small.info.pop("icc_profile", None)
            small.save(target, format="WEBP", quality=82, method=4)
    except _BROKEN:
        raise BadFile("No small copy could be made of the picture.") from None


def frame_of(path: Path, where: str) -> Image.Image:
    """The ``first`` or the ``last`` picture of a clip, whole. Raises BadFile if there is none."""
    try:
        with opened(path) as (container, video):
            if where == "last":
                frame = _last(container, video, max(0.0, length_s(container, video) - 0.1))
            else:
                frame = _frame_at(container, video, 0)
            return _turned(frame.to_image(), frame)
    except _BROKEN:
        raise BadFile("No picture could be taken of the video.") from None


def fitted(width: int, height: int, side: int) -> tuple[int, int]:
    """Even sides in the same ratio, the longer one at most ``side``; never enlarged."""
    scale = min(1.0, side / max(width, height))
    wide, high = (int(one * scale + 0.01) // 2 * 2 for one in (width, height))
    return max(2, wide), max(2, high)


def _frame_at(container: Any, video: Any, when_s: float) -> Any:
    """The first picture at or after ``when_s``, else the last one before it."""
    container.seek(int(when_s * 1_000_000), backward=True)
    last = None
    for frame in container.decode(video):
        last = frame
        if frame.time is None or frame.time >= when_s:
            break
    if last is None:
        raise BadFile("The video has no pictures in it.")
    return last


def _last(container: Any, video: Any, near_s: float) -> Any:
    """The very last picture that can be decoded."""
    container.seek(int(near_s * 1_000_000), backward=True)
    last = None
    for frame in container.decode(video):
        last = frame
    if last is None:
        raise BadFile("The video has no pictures in it.")
    return last


def _turned(picture: Any, frame: Any) -> Image.Image:
    """As a player shows it: phones film lying down and say how to turn it."""
    turned: Image.Image = picture.rotate(frame.rotation, expand=True) if frame.rotation else picture
    return turned


def _thinned(container: Any, video: Any) -> Iterator[tuple[int, Any]]:
    """(number at 12 a second, picture) for the first seconds; at most one picture a number."""
    start, last = None, -1
    for frame in container.decode(video):
        at = frame.time or 0.0
        start = at if start is None else start
        if at - start >= PREVIEW_S:
            return
        number = int((at - start) * PREVIEW_FPS + 0.01)
        if number > last:
            last = number
            yield number, frame


def _encode(pictures: Iterator[tuple[int, Any]], out: Any) -> None:
    stream = None
    for number, frame in pictures:
        if stream is None:
            stream = out.add_stream("libx264", rate=PREVIEW_FPS, options=_H264)
            stream.width, stream.height = fitted(frame.width, frame.height, PREVIEW_SIDE)
            stream.pix_fmt = "yuv420p"
            stream.codec_context.thread_count = 1
        small = frame.reformat(stream.width, stream.height, format="yuv420p")
        small.pts, small.time_base = number, stream.codec_context.time_base
        out.mux(stream.encode(small))
    if stream is None:
        raise BadFile("The video has no pictures in it.")
    out.mux(stream.encode(None))
