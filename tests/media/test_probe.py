from __future__ import annotations

import random
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

import av
import pytest

from generations.media import probe
from generations.media.probe import BadFile, Probed, probe_video
from generations.media.stills import fitted, make_poster, make_preview

from .makers import clip, picture, silence


def broken(path: Path) -> str:
    with pytest.raises(BadFile) as caught:
        probe_video(path)
    return caught.value.text


def cut(source: Path, target: Path, share: float) -> Path:
    body = source.read_bytes()
    target.write_bytes(body[: int(len(body) * share)])
    return target


def test_facts(film: Path) -> None:
    assert probe_video(film) == Probed("video/mp4", "h264", 2000, 320, 180, has_audio=True, fps=24)


def test_silent_and_upright(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4", 0.5, (180, 320), faststart=False)
    assert probe_video(path) == Probed("video/mp4", "h264", 500, 180, 320, has_audio=False, fps=24)


@pytest.mark.parametrize("fps", [25, 60])
def test_pictures_a_second(tmp_path: Path, fps: int) -> None:
    assert probe_video(clip(tmp_path / "a.mp4", 0.5, fps=fps)).fps == fps


def test_the_name_does_not_count(film: Path, tmp_path: Path) -> None:
    path = tmp_path / "result.bin"
    shutil.copy(film, path)
    assert probe_video(path).mime == "video/mp4"


def test_quicktime_and_webm(tmp_path: Path) -> None:
    assert probe_video(clip(tmp_path / "a", fmt="mov")).mime == "video/quicktime"
    webm = clip(tmp_path / "b", 1, fmt="webm", codec="libvpx-vp9")
    found = probe_video(webm)
    assert (found.mime, found.codec) == ("video/webm", "vp9")
    assert abs(found.duration_ms - 1000) < 60


def test_one_picture_is_a_clip(tmp_path: Path) -> None:
    assert probe_video(clip(tmp_path / "a.mp4", 1 / 24)).duration_ms == 42


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"", "empty"),
        (b"<!doctype html><title>Login</title>", "web page"),
        (b"\n <?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", "web page"),
        (b'{"error": "expired"}', "not a video"),
        (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "not a video"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "not a video"),
        (picture("PNG"), "not a video"),
        (b"\0\0\0\x14ftypisom\0\0\0\0isom", "index is missing"),
        (b"\0\0\0\x14ftypisom\0\0\0\0isom" + b"\0\0\0\x08moov", "no video"),
        (b"\0\0\0\x14ftypisom\0\0\0\0isom" + b"\0\0\0\x04moov", "end is missing"),
        (b"\x1a\x45\xdf\xa3" + bytes(50), "not a playable video"),
    ],
)
def test_what_is_no_video(body: bytes, word: str, tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(body)
    assert word in broken(path)


@pytest.mark.parametrize("faststart", [True, False])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.7, 0.999])
def test_truncated(tmp_path: Path, *, faststart: bool, share: float) -> None:
    whole = clip(tmp_path / "a.mp4", 1, faststart=faststart)
    assert broken(cut(whole, tmp_path / "b.mp4", share))


@pytest.mark.parametrize("share", [0.05, 0.5])
def test_truncated_webm(tmp_path: Path, share: float) -> None:
    whole = clip(tmp_path / "a.webm", 3, fmt="webm", codec="libvpx-vp9")
    assert broken(cut(whole, tmp_path / "b.webm", share))


def test_pictures_overwritten_with_zeros(film: Path, tmp_path: Path) -> None:
    body = bytearray(film.read_bytes())
    start = body.index(b"mdat") + 4
    body[start:] = bytes(len(body) - start)
    path = tmp_path / "a.mp4"
    path.write_bytes(body)
    assert broken(path)


def test_sound_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w", format="mp4") as out:
        silence(out, out.add_stream("aac", rate=44_100), 0.5)
    assert "no video" in broken(path)


def test_unknown_codec(film: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(film.read_bytes().replace(b"avc1", b"zzz9"))
    assert "nobody here can play" in broken(path)


@pytest.mark.parametrize("seed", range(40))
def test_damage_never_escapes(tmp_path: Path, seed: int) -> None:
    """Flipped bytes give facts or a BadFile, in all three."""
    chance = random.Random(seed)
    path = clip(tmp_path / "a.mp4", 0.3, (96, 64), audio=True)
    body = bytearray(path.read_bytes())
    for _ in range(chance.choice((1, 3, 20))):
        body[chance.randrange(len(body))] = chance.randrange(256)
    path.write_bytes(body)
    with suppress(BadFile):
        probe_video(path)
    with suppress(BadFile):
        make_poster(path, tmp_path / "p.webp")
    with suppress(BadFile):
        make_preview(path, tmp_path / "p.mp4")


def test_too_large_a_picture(film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "LONGEST_SIDE", 200)
    assert "too large" in broken(film)


def test_a_missing_file_is_no_bad_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        probe_video(tmp_path / "none.mp4")


def seen(path: Path) -> tuple[Any, list[Any]]:
    with av.open(str(path)) as container:
        return container.streams, list(container.decode(video=0))


@pytest.mark.parametrize(("name", "fmt"), [("p.jpg", "JPEG"), ("p.webp", "WEBP")])
def test_poster_is_a_third_in(film: Path, tmp_path: Path, name: str, fmt: str) -> None:
    from PIL import Image

    make_poster(film, tmp_path / name)
    with Image.open(tmp_path / name) as poster:
        assert (poster.format, poster.size) == (fmt, (320, 180))
        assert 75 < poster.convert("RGB").getpixel((100, 100))[0] < 95


def test_poster_is_no_larger_than_960(tmp_path: Path) -> None:
    from PIL import Image

    make_poster(clip(tmp_path / "a.mp4", 0.2, (1080, 1920)), tmp_path / "p.webp")
    with Image.open(tmp_path / "p.webp") as poster:
        assert poster.size == (540, 960)


def test_preview_is_short_small_and_silent(tmp_path: Path) -> None:
    long = clip(tmp_path / "a.mp4", 6, (640, 360), audio=True)
    make_preview(long, tmp_path / "p.mp4")
    found = probe_video(tmp_path / "p.mp4")
    assert (found.codec, found.width, found.height) == ("h264", 480, 270)
    assert not found.has_audio
    assert 3900 <= found.duration_ms <= 4000
    streams, frames = seen(tmp_path / "p.mp4")
    assert len(frames) == 48
    body = (tmp_path / "p.mp4").read_bytes()
    assert body.index(b"moov") < body.index(b"mdat")
    assert len(body) < 100_000


@pytest.mark.parametrize("fps", [5, 12, 25, 60])
def test_preview_keeps_time(tmp_path: Path, fps: int) -> None:
    make_preview(clip(tmp_path / "a.mp4", 1, fps=fps), tmp_path / "p.mp4")
    _, frames = seen(tmp_path / "p.mp4")
    assert len(frames) == min(fps, 12)
    assert 0.7 < frames[-1].time < 1


def test_preview_of_odd_sides(tmp_path: Path) -> None:
    make_preview(clip(tmp_path / "a.mp4", 0.2, (854, 482)), tmp_path / "p.mp4")
    found = probe_video(tmp_path / "p.mp4")
    assert (found.width, found.height) == (480, 270)


@pytest.mark.parametrize("make", [make_poster, make_preview])
def test_nothing_is_made_of_a_broken_clip(tmp_path: Path, make: Any) -> None:
    bad = tmp_path / "a.mp4"
    bad.write_bytes(b"\0\0\0\x14ftypisom\0\0\0\0isom\0\0\0\x08moov")
    with pytest.raises(BadFile):
        make(bad, tmp_path / "p.webp")


@pytest.mark.parametrize(
    ("sides", "made"),
    [
        ((1920, 1080), (480, 270)),
        ((1080, 1920), (270, 480)),
        ((480, 480), (480, 480)),
        ((101, 51), (100, 50)),
        ((8000, 2), (480, 2)),
    ],
)
def test_fitted(sides: tuple[int, int], made: tuple[int, int]) -> None:
    assert fitted(*sides, 480) == made
