"""What a media file is: container, codec, size and length, as PyAV reads it."""

import io
from dataclasses import dataclass
from pathlib import Path

import av


class Unplayable(Exception):
    """These bytes are no video or audio."""


@dataclass(frozen=True)
class Film:
    """A video or an audio file. Without pictures, width and height are 0."""

    kind: str  # video, audio
    container: str  # mp4, webm, mp3, wav, aac, ...
    codec: str
    width: int
    height: int
    fps: float
    seconds: float
    sound: bool


CONTAINERS = {"mov": "mp4", "matroska": "webm", "mp3": "mp3", "wav": "wav", "aac": "aac"}


def probe(content: bytes | Path) -> Film:
    """Read the head and the length; raises Unplayable."""
    try:
        with av.open(str(content) if isinstance(content, Path) else io.BytesIO(content)) as film:
            videos = [one for one in film.streams.video if not _is_cover(one)]
            if not videos and not film.streams.audio:
                raise Unplayable("no picture and no sound in it")
            name = film.format.name.partition(",")[0]
            container = CONTAINERS.get(name, name)
            if videos:
                one = videos[0].codec_context
                rate = float(videos[0].average_rate or 24)
                facts = ("video", container, one.name, one.width, one.height, rate)
            else:
                facts = ("audio", container, film.streams.audio[0].codec_context.name, 0, 0, 0.0)
            return Film(*facts, _length(film), bool(film.streams.audio))
    except (av.FFmpegError, OSError, ValueError, IndexError) as error:
        raise Unplayable("file could not be read") from error


def _is_cover(stream: object) -> bool:
    disposition = getattr(stream, "disposition", 0)
    return bool(disposition & av.stream.Disposition.attached_pic)


def _length(film: "av.container.InputContainer") -> float:
    if film.duration:
        return float(film.duration) / 1_000_000
    # Streams without a header (raw AAC, live WebM) are counted packet by packet.
    last = 0.0
    for packet in film.demux():
        if packet.pts is not None and packet.time_base:
            last = max(last, float((packet.pts + (packet.duration or 0)) * packet.time_base))
    return last
