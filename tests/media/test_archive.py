from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from PIL import Image

from generations.media import archive
from generations.media.archive import bare, discard, keep, workplace
from generations.media.errors import BadFile
from generations.media.fetch import Fetched
from generations.models import Asset

from . import makers

URL = "https://user:pw@cdn.example/out/clip.mp4?Signature=topsecret#x"


def files(root: Path) -> list[str]:
    return sorted(path.name for path in root.rglob("*") if path.is_file())


@pytest.fixture
def came(film: Path, tmp_path: Path) -> tuple[Path, Fetched]:
    """The film as it was just downloaded."""
    path = tmp_path / "came" / "result"
    path.parent.mkdir()
    shutil.copy(film, path)
    body = film.read_bytes()
    return path, Fetched(len(body), hashlib.sha256(body).hexdigest(), "video/mp4")


@pytest.fixture
def generation(place: SimpleNamespace) -> Any:
    return makers.generation(place.project, place.owner, place.account)


def test_kept(generation: Any, came: tuple[Path, Fetched], storage: Path, film: Path) -> None:
    path, fetched = came
    asset = keep(generation, path, fetched, URL)
    assert asset.pk is None
    assert not Asset.objects.exists()
    asset.save()
    asset = Asset.objects.get()
    assert asset.generation == generation
    assert (asset.mime, asset.duration_ms, asset.width, asset.height) == (
        "video/mp4",
        2000,
        320,
        180,
    )
    assert (asset.size, asset.digest, asset.has_audio) == (fetched.size, fetched.digest, True)
    assert asset.source == "https://cdn.example/out/clip.mp4"
    folder = f"assets/{asset.uuid.hex[:2]}/{asset.uuid}"
    assert asset.file.name == f"{folder}/clip.mp4"
    assert asset.poster.name == f"{folder}/poster.webp"
    assert asset.preview.name == f"{folder}/preview.mp4"
    assert files(storage) == ["clip.mp4", "poster.webp", "preview.mp4"]
    with asset.file.open() as file:
        assert file.read() == film.read_bytes()
    assert files(path.parent) == []


def test_kept_in_a_storage_without_folders(
    generation: Any, came: tuple[Path, Fetched], settings: Any, film: Path
) -> None:
    """As on S3: nothing to move, the bytes are read."""
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": memory}
    asset = keep(generation, *came, URL)
    with asset.file.open() as file:
        assert file.read() == film.read_bytes()
    assert asset.poster.size
    discard(asset)
    assert not default_storage.exists(asset.file.name)


def test_another_length_than_asked_for_is_no_error(
    generation: Any, came: tuple[Path, Fetched]
) -> None:
    generation.brief_json = {"options": {"duration": 8}}
    assert keep(generation, *came, URL).duration_ms == 2000


def test_quicktime_keeps_its_ending(generation: Any, tmp_path: Path) -> None:
    path = makers.clip(tmp_path / "came", 0.2, fmt="mov")
    asset = keep(generation, path, Fetched(path.stat().st_size, "d", ""), "")
    assert asset.file.name.endswith("/clip.mov")


@pytest.mark.parametrize("body", [b"<html>expired</html>", b"", b'{"error": 1}'])
def test_what_is_no_video_is_not_kept(
    generation: Any, tmp_path: Path, storage: Path, body: bytes
) -> None:
    path = tmp_path / "came"
    path.write_bytes(body)
    with pytest.raises(BadFile):
        keep(generation, path, Fetched(len(body), "d", "video/mp4"), URL)
    assert files(storage) == []
    assert path.exists()


@pytest.mark.parametrize("maker", ["make_poster", "make_preview"])
@pytest.mark.parametrize("error", [BadFile("no"), MemoryError()])
def test_a_clip_survives_without_its_poster_or_preview(
    generation: Any,
    came: tuple[Path, Fetched],
    monkeypatch: pytest.MonkeyPatch,
    maker: str,
    error: Exception,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fails(source: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise error

    monkeypatch.setattr(archive, maker, fails)
    asset = keep(generation, *came, URL)
    assert asset.file.size
    assert bool(asset.poster) is (maker == "make_preview")
    assert bool(asset.preview) is (maker == "make_poster")
    assert "is missing" in caplog.text


def test_a_storage_that_fails_keeps_nothing_and_the_download_stays(
    generation: Any,
    came: tuple[Path, Fetched],
    storage: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real: Callable[..., str] = FileSystemStorage.save

    def save(self: FileSystemStorage, name: str, content: Any, **more: Any) -> str:
        if name.endswith("clip.mp4"):
            raise OSError(28, "No space left on device")
        return real(self, name, content, **more)

    monkeypatch.setattr(FileSystemStorage, "save", save)
    with pytest.raises(OSError, match="No space"):
        keep(generation, *came, URL)
    assert files(storage) == []
    assert came[0].exists()


def test_discard(generation: Any, came: tuple[Path, Fetched], storage: Path) -> None:
    asset = keep(generation, *came, URL)
    other = default_storage.save("assets/00/other/clip.mp4", ContentFile(b"x"))
    discard(asset)
    discard(asset)
    assert files(storage) == ["clip.mp4"]
    assert default_storage.exists(other)
    assert not (storage / asset.file.name).parent.exists()


def test_discard_goes_on_when_one_file_cannot_be_removed(
    generation: Any,
    came: tuple[Path, Fetched],
    storage: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asset = keep(generation, *came, URL)
    real = FileSystemStorage.delete

    def delete(self: FileSystemStorage, name: str) -> None:
        if name.endswith("clip.mp4"):
            raise PermissionError(name)
        real(self, name)

    monkeypatch.setattr(FileSystemStorage, "delete", delete)
    discard(asset)
    assert files(storage) == ["clip.mp4"]


def test_discard_of_nothing() -> None:
    discard(Asset())


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        (URL, "https://cdn.example/out/clip.mp4"),
        ("http://127.0.0.1:8765/m/1.mp4", "http://127.0.0.1:8765/m/1.mp4"),
        ("https://a.example/" + "x" * 900 + "?q", "https://a.example/" + "x" * 900),
    ],
)
def test_bare(url: str, kept: str) -> None:
    assert bare(url) == kept


def test_workplace_is_gone_afterwards(tmp_path: Path) -> None:
    with workplace() as folder:
        (folder / "clip.part").write_bytes(b"x")
        assert folder.parent == tmp_path / "incoming"
    assert list((tmp_path / "incoming").iterdir()) == []


def test_workplace_sweeps_what_a_killed_process_left(tmp_path: Path) -> None:
    old, new = tmp_path / "incoming" / "old", tmp_path / "incoming" / "new"
    for folder in (old, new):
        folder.mkdir(parents=True)
        (folder / "clip.part").write_bytes(b"x")
    day_before = time.time() - 90_000
    os.utime(old, (day_before, day_before))
    with workplace():
        assert not old.exists()
        assert new.exists()


@pytest.mark.parametrize(
    ("fmt", "mime", "name"),
    [
        ("PNG", "image/png", "picture.png"),
        ("JPEG", "image/jpeg", "picture.jpg"),
        ("WEBP", "image/webp", "picture.webp"),
    ],
)
def test_a_picture_is_kept(
    generation: Any, tmp_path: Path, storage: Path, fmt: str, mime: str, name: str
) -> None:
    generation.operation = "image"
    body = makers.picture(fmt, (1600, 900))
    (tmp_path / "came").write_bytes(body)
    digest = hashlib.sha256(body).hexdigest()
    asset = keep(generation, tmp_path / "came", Fetched(len(body), digest, mime), URL)
    asset.save()
    asset = Asset.objects.get()
    assert (asset.kind, asset.mime, asset.width, asset.height) == ("image", mime, 1600, 900)
    assert (asset.duration_ms, asset.has_audio, asset.preview.name) == (0, False, "")
    assert files(storage) == sorted(["poster.webp", name])
    with asset.poster.open() as file, Image.open(file) as poster:
        assert (poster.format, poster.size) == ("WEBP", (960, 540))
    with asset.file.open() as file:
        assert file.read() == body


@pytest.mark.parametrize("body", [b"", b"<html>", makers.picture()[:200], makers.picture("GIF")])
def test_what_is_no_picture(generation: Any, tmp_path: Path, storage: Path, body: bytes) -> None:
    generation.operation = "image_template"
    (tmp_path / "came").write_bytes(body)
    with pytest.raises(BadFile):
        keep(generation, tmp_path / "came", Fetched(len(body), "d", ""), URL)
    assert files(storage) == []


def test_a_film_for_a_picture_and_the_other_way_round(
    generation: Any, came: tuple[Path, Fetched], tmp_path: Path
) -> None:
    generation.operation = "image"
    with pytest.raises(BadFile):
        keep(generation, *came, URL)
    generation.operation = "upscale"
    (tmp_path / "still").write_bytes(makers.picture())
    with pytest.raises(BadFile):
        keep(generation, tmp_path / "still", came[1], URL)
