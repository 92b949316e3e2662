"""Uploaded video and audio: what is taken, what is refused and with which words."""

from __future__ import annotations

import io
import wave
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import av
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import TemporaryUploadedFile
from PIL import Image

from generations.media.errors import BadFile
from generations.media.films import Film, check_film
from generations.media.uploads import as_media_file, read, store
from generations.models import Upload

from . import makers


def sound(path: Path, fmt: str, codec: str, seconds: float = 1.0, cover: bool = False) -> Path:
    """A second of silence in a container."""
    with av.open(str(path), "w", format=fmt) as out:
        rate = 48_000 if codec == "libopus" else 44_100
        stream = out.add_stream(codec, rate=rate)
        art = out.add_stream("mjpeg", rate=1) if cover else None
        if art is not None:
            art.width, art.height, art.pix_fmt = 64, 64, "yuvj420p"
            art.disposition = av.stream.Disposition.attached_pic
            picture = av.VideoFrame.from_image(Image.new("RGB", (64, 64), "teal"))
            out.mux(art.encode(picture.reformat(format="yuvj420p")))
            out.mux(art.encode(None))
        form = stream.codec_context.format.name
        for at in range(0, round(seconds * rate), 1024):
            frame = av.AudioFrame(format=form, layout="stereo", samples=1024)
            for plane in frame.planes:
                plane.update(bytes(plane.buffer_size))
            frame.sample_rate, frame.pts, frame.time_base = rate, at, Fraction(1, rate)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


SOUNDS = {
    "mp3": (("mp3", "libmp3lame"), Film("audio", "audio/mpeg", "mp3", "mp3float", 1000)),
    "wav": (("wav", "pcm_s16le"), Film("audio", "audio/wav", "wav", "pcm_s16le", 1000)),
    "m4a": (("ipod", "aac"), Film("audio", "audio/mp4", "m4a", "aac", 1000)),
    "mp4": (("mp4", "aac"), Film("audio", "audio/mp4", "m4a", "aac", 1000)),
    "aac": (("adts", "aac"), Film("audio", "audio/aac", "aac", "aac", 1000)),
}
FILMS = {
    "mp4": ({}, "video/mp4", "h264"),
    "hevc": ({"codec": "libx265"}, "video/mp4", "hevc"),
    "mov": ({"fmt": "mov"}, "video/quicktime", "h264"),
    "webm": ({"fmt": "webm", "codec": "libvpx-vp9"}, "video/webm", "vp9"),
}


@pytest.mark.parametrize("name", SOUNDS)
def test_sounds(name: str, tmp_path: Path) -> None:
    how, expected = SOUNDS[name]
    found = check_film(sound(tmp_path / "any.name", *how), "song")
    assert abs(found.ms - expected.ms) < 80
    said = (found.kind, found.mime, found.ending, found.codec)
    assert said == (expected.kind, expected.mime, expected.ending, expected.codec)


@pytest.mark.parametrize("name", FILMS)
def test_films(name: str, tmp_path: Path) -> None:
    how, mime, codec = FILMS[name]
    found = check_film(makers.clip(tmp_path / "any.name", 1, **how), "clip")
    assert (found.kind, found.mime, found.codec) == ("video", mime, codec)
    assert (found.width, found.height) == (320, 180)
    assert abs(found.ms - 1000) < 60


def test_a_tag_before_the_sound(tmp_path: Path) -> None:
    path = sound(tmp_path / "a", "adts", "aac")
    path.write_bytes(b"ID3\x04\0\0\0\0\0\x0a" + bytes(10) + path.read_bytes())
    assert check_film(path, "a").mime == "audio/aac"


def test_a_phone_that_was_held_upright(tmp_path: Path) -> None:
    """The picture lies, and the file says to turn it."""
    path = makers.clip(tmp_path / "a.mp4", 0.5)
    body = bytearray(path.read_bytes())
    at = body.index(b"tkhd") + 4 + 40
    turn = [0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000]
    body[at : at + 36] = b"".join(one.to_bytes(4, "big", signed=True) for one in turn)
    path.write_bytes(bytes(body))
    found = check_film(path, "a")
    assert (found.width, found.height) == (180, 320)


def body_of(path: Path) -> bytes:
    return path.read_bytes()


def cut(path: Path, share: float) -> bytes:
    body = path.read_bytes()
    return body[: int(len(body) * share)]


def mute(path: Path) -> bytes:
    """A WAV with a header and no sound."""
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
    return path.read_bytes()


# What comes, its name, and words of the refusal.
BAD: dict[str, tuple[Any, str, str]] = {
    "text": (lambda p: b"hello", "a.mp4", "named like a video"),
    "text as sound": (lambda p: b"hello", "a.mp3", "named like a sound"),
    "playlist": (lambda p: b"#EXTM3U\nfile:///etc/passwd\n", "a.mp4", "playlist"),
    "concat": (lambda p: b"ffconcat version 1.0\nfile x\n", "a.mp4", "playlist"),
    "dash": (lambda p: b"<?xml version='1.0'?><MPD/>", "a.mp4", "playlist"),
    "avi": (
        lambda p: body_of(makers.clip(p, 0.5, fmt="avi", codec="mpeg4")),
        "a.mp4",
        "AVI is not taken. Save it as MP4 (H.264)",
    ),
    "mkv": (lambda p: body_of(makers.clip(p, 0.5, fmt="matroska")), "a.webm", "MKV is not taken"),
    "ts": (lambda p: body_of(makers.clip(p, 0.5, fmt="mpegts")), "a.mp4", "transport streams"),
    "flv": (lambda p: body_of(makers.clip(p, 0.5, fmt="flv", codec="flv1")), "a.mp4", "Flash"),
    "ogg": (lambda p: body_of(sound(p, "ogg", "libopus")), "a.mp3", "Ogg"),
    "flac": (lambda p: body_of(sound(p, "flac", "flac")), "a.wav", "FLAC"),
    "aiff": (lambda p: body_of(sound(p, "aiff", "pcm_s16be")), "a.wav", "AIFF"),
    "cut film": (lambda p: cut(makers.clip(p), 0.5), "a.mp4", "incomplete"),
    "cut film at its end": (lambda p: cut(makers.clip(p, faststart=False), 0.9), "a.mp4", "again"),
    "cut wav": (lambda p: cut(sound(p, "wav", "pcm_s16le"), 0.5), "a.wav", "incomplete"),
    "cut m4a": (lambda p: cut(sound(p, "ipod", "aac"), 0.5), "a.m4a", "incomplete"),
    "noise as mp3": (lambda p: b"\xff\xfb\x90\x00" + b"\x55" * 3000, "a.mp3", "a.mp3"),
    "no sound": (mute, "a.wav", "no sound"),
    "short": (lambda p: body_of(makers.clip(p, 1 / 24)), "a.mp4", "0.0 s long"),
    "short sound": (lambda p: body_of(sound(p, "wav", "pcm_s16le", 0.02)), "a.wav", "0.0 s long"),
    "alac": (lambda p: body_of(sound(p, "ipod", "alac")), "a.m4a", "alac"),
    "sound in a webm": (lambda p: body_of(sound(p, "webm", "libopus")), "a.webm", "no video"),
    "sound in a mov": (lambda p: body_of(sound(p, "mov", "pcm_s16le")), "a.mov", "no video"),
    "empty box": (
        lambda p: b"\0\0\0\x14ftypisom\0\0\0\0isom\0\0\0\x08moov",
        "a.mp4",
        "a.mp4",
    ),
    "gif": (lambda p: makers.animation("GIF"), "a.mp4", "GIF"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_refusal_says_what_to_do(
    case: str, place: SimpleNamespace, tmp_path: Path, storage: Path
) -> None:
    make, name, words = BAD[case]
    body = make(tmp_path / "made")
    with pytest.raises(BadFile) as caught:
        store(place.project, place.owner, name, body)
    text = caught.value.text
    assert words in text
    assert name in text
    assert any(verb in text for verb in ("Save", "Choose", "again", "Export", "Cut")), text
    assert not Upload.objects.exists()
    assert not [one for one in storage.rglob("*") if one.is_file()]


def test_a_stored_film(place: SimpleNamespace, film: Path, storage: Path, tmp_path: Path) -> None:
    upload = store(place.project, place.owner, "C:\\me\\boat.MP4", film.read_bytes())
    assert (upload.kind, upload.mime, upload.codec) == ("video", "video/mp4", "h264")
    assert (upload.ms, upload.width, upload.height) == (2000, 320, 180)
    assert upload.name == "boat.MP4"
    assert read(upload) == film.read_bytes()
    with upload.thumb.open() as file, Image.open(file) as thumb:
        assert (thumb.format, thumb.size) == ("WEBP", (320, 180))
    again = store(place.project, place.creator, "copy.mp4", film.read_bytes())
    assert again == upload
    assert len([one for one in storage.rglob("*") if one.is_file()]) == 2
    assert list((tmp_path / "incoming").iterdir()) == []
    given = upload.as_input("source")
    assert (given.kind, given.ms, given.mime) == ("video", 2000, "video/mp4")
    handed = as_media_file(upload)
    assert (handed.kind, handed.ms, handed.body) == ("video", 2000, film.read_bytes())


def test_a_stored_sound_has_no_thumbnail(place: SimpleNamespace, tmp_path: Path) -> None:
    body = sound(tmp_path / "a", "mp3", "libmp3lame").read_bytes()
    upload = store(place.project, place.owner, "voice.mp3", io.BytesIO(body))
    assert (upload.kind, upload.mime, upload.width, upload.thumb.name) == (
        "audio",
        "audio/mpeg",
        0,
        "",
    )
    assert upload.digest
    assert upload.file.name.endswith(".mp3")


def test_a_large_upload_is_moved_not_read(place: SimpleNamespace, film: Path) -> None:
    """Django put it on the disk already; it moves into storage from there."""
    file = TemporaryUploadedFile("boat.mp4", "text/plain", 0, None)
    file.write(film.read_bytes())
    file.seek(0)
    file.size = film.stat().st_size
    came = Path(file.temporary_file_path())
    inode = came.stat().st_ino
    upload = store(place.project, place.owner, "boat.mp4", file)
    assert read(upload) == film.read_bytes()
    same_disk = came.parent.stat().st_dev == Path(upload.file.path).stat().st_dev
    assert not same_disk or Path(upload.file.path).stat().st_ino == inode
    assert not came.exists()


def test_a_lost_film_is_put_back(place: SimpleNamespace, film: Path) -> None:
    first = store(place.project, place.owner, "boat.mp4", film.read_bytes())
    default_storage.delete(first.file.name)
    default_storage.delete(first.thumb.name)
    again = store(place.project, place.owner, "boat.mp4", film.read_bytes())
    assert again == first
    assert read(Upload.objects.get()) == film.read_bytes()
    assert default_storage.exists(again.thumb.name)


def test_too_large_and_too_long(place: SimpleNamespace, film: Path, settings: Any) -> None:
    settings.UPLOAD_MEDIA_MAX_SECONDS = 1
    with pytest.raises(BadFile, match="at most 1 s"):
        store(place.project, place.owner, "a.mp4", film.read_bytes())
    settings.UPLOAD_MEDIA_MAX_BYTES = 1000
    with pytest.raises(BadFile, match="at most 0.001 MB"):
        store(place.project, place.owner, "a.mp4", film.read_bytes())
    stream = io.BytesIO(film.read_bytes())
    with pytest.raises(BadFile, match="at most"):
        store(place.project, place.owner, "a.mp4", stream)
    assert stream.tell() <= 1001
