"""Video and audio that people upload: what they are by their content, and how long."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
from django.conf import settings

from .errors import BadFile
from .kinds import SOUNDS, VIDEOS, kind_of, refusal
from .probe import check_boxes, is_cover, probe_video

# Shorter is a slip: no provider takes it, and nobody would see or hear it.
SHORTEST_MS = 100
_DEMUXERS = {"MP3": "mp3", "WAV": "wav", "AAC": "aac", "M4A": "mp4", "MP4": "mp4", "MOV": "mp4"}
# In an MP4: what plays everywhere. ALAC and others are for archives.
_CODECS = {"M4A": ("aac", "mp3")}
_BROKEN = (av.FFmpegError, OSError, ValueError, EOFError, IndexError)


@dataclass(frozen=True, slots=True)
class Film:
    """A checked video or audio file. ``ms`` its length; the sides are 0 for sound."""

    kind: str
    mime: str
    ending: str
    codec: str
    ms: int
    width: int = 0
    height: int = 0


def check_film(path: Path, name: str) -> Film:
    """Read what an upload really is. Raises BadFile with what to do instead."""
    with path.open("rb") as file:
        kind = kind_of(file.read(4096))
    if kind not in VIDEOS and kind not in SOUNDS:
        raise BadFile(refusal(kind, name))
    film = _film(path, kind, name) if _has_pictures(path, kind) else _sound(path, kind, name)
    if film.ms < SHORTEST_MS:
        raise BadFile(f"{name} is {film.ms / 1000:.1f} s long. Choose a longer one.")
    most = settings.UPLOAD_MEDIA_MAX_SECONDS
    if film.ms > most * 1000:
        long = film.ms / 1000
        raise BadFile(f"{name} is {long:.0f} s long; at most {most} s are taken. Cut it shorter.")
    return film


def _film(path: Path, kind: str, name: str) -> Film:
    try:
        probed = probe_video(path)
    except BadFile as bad:
        text = bad.text.removeprefix("The file ").removeprefix("The video ")
        again = "Save or download it again, or export it as MP4 (H.264)."
        raise BadFile(f"{name} {text} {again}") from None
    mime = "video/mp4" if kind == "M4A" else VIDEOS[kind][0]
    ending = "mp4" if kind == "M4A" else VIDEOS[kind][1]
    sides = probed.width, probed.height
    return Film("video", mime, ending, probed.codec, probed.duration_ms, *sides)


def _sound(path: Path, kind: str, name: str) -> Film:
    """Decode its beginning and measure it, packet by packet: headers only guess."""
    if kind in ("MOV", "WEBM"):
        text = "holds sound but no video. Save the sound as MP3, WAV or M4A and choose that file."
        raise BadFile(f"{name} {text}")
    kind = "M4A" if kind == "MP4" else kind
    broken = f"{name} is damaged or incomplete. Save or download it again, or export it as MP3."
    if not _whole(path, kind):
        raise BadFile(broken)
    try:
        with _open(path, kind) as container:
            if not container.streams.audio:
                raise BadFile(f"{name} has no sound in it. Choose another file.")
            stream = container.streams.audio[0]
            codec = stream.codec_context.name if stream.codec_context else ""
            fine = codec in _CODECS.get(kind, (codec,)) and (kind != "WAV" or codec[:4] == "pcm_")
            if not codec or not fine:
                text = f"{name} holds sound of a kind ({codec or 'unknown'}) that few can play."
                raise BadFile(f"{text} Save it as MP3, WAV (PCM) or M4A (AAC).")
            if next(container.decode(stream), None) is None:
                raise BadFile(f"{name} has no sound in it. Choose another file.")
        with _open(path, kind) as container:
            ms = _counted(container)
    except _BROKEN:
        raise BadFile(broken) from None
    return Film("audio", *SOUNDS[kind], codec, ms)


def _has_pictures(path: Path, kind: str) -> bool:
    """Does an MP4 hold a film? One with sound alone is an M4A, whatever its brand says."""
    if kind in ("MP3", "WAV", "AAC"):
        return False
    try:
        with _open(path, kind) as container:
            films = [one for one in container.streams.video if not is_cover(one)]
            if films or container.streams.audio:
                return bool(films)
    except _BROKEN:
        pass
    # What is wrong with it is told by the whole look at it.
    return kind != "M4A"


@contextmanager
def _open(path: Path, kind: str) -> Iterator[Any]:
    """With the one demuxer of this kind, so that no list of addresses is ever followed."""
    options = {"protocol_whitelist": "file"}
    with av.open(str(path), format=_DEMUXERS.get(kind, "matroska"), options=options) as container:
        yield container


def _counted(container: Any) -> int:
    """Milliseconds of sound."""
    stream = container.streams.audio[0]
    end = start = None
    for packet in container.demux(stream):
        if packet.pts is not None:
            start = packet.pts if start is None else min(start, packet.pts)
            end = max(end or 0, packet.pts + (packet.duration or 0))
    if start is None or end is None:
        return 0
    return round(float((end - max(start, 0)) * stream.time_base) * 1000)


def _whole(path: Path, kind: str) -> bool:
    """Does the file go on to where its own index says that it ends? MP3 and AAC have none."""
    if kind == "M4A":
        try:
            check_boxes(path)
        except BadFile:
            return False
    if kind != "WAV":
        return True
    size, at = path.stat().st_size, 12
    with path.open("rb") as file:
        while at + 8 <= size:
            file.seek(at)
            head = file.read(8)
            length = int.from_bytes(head[4:8], "little")
            if head[:4] == b"data":
                # Recorders that could not go back leave these two.
                return length in (0, 0xFFFFFFFF) or at + 8 + length <= size
            at += 8 + length + length % 2
    return False
