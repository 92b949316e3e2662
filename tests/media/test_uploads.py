from __future__ import annotations

from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from generations.media import uploads
from generations.media.sniff import BadFile
from generations.media.uploads import as_media_file, read, store
from generations.models import Upload

from . import makers
from .makers import picture


def files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def test_stored_with_its_thumbnail(place: SimpleNamespace, storage: Path) -> None:
    body = picture("JPEG", (1200, 600))
    upload = store(place.project, place.owner, "holiday.jpg", body)
    assert read(upload) == body
    assert (upload.name, upload.mime, upload.size) == ("holiday.jpg", "image/jpeg", len(body))
    assert (upload.width, upload.height) == (1200, 600)
    assert upload.file.name == f"uploads/{upload.uuid.hex[:2]}/{upload.uuid}.jpg"
    with upload.thumb.open() as file, Image.open(file) as thumb:
        assert (thumb.format, thumb.size) == ("WEBP", (480, 240))
    assert upload == Upload.objects.get()
    assert len(files(storage)) == 2


def test_the_same_picture_again_is_the_same_row(place: SimpleNamespace, storage: Path) -> None:
    first = store(place.project, place.owner, "a.png", picture())
    again = store(place.project, place.creator, "b.png", BytesIO(picture()))
    assert again == first
    assert again.name == "a.png"
    assert len(files(storage)) == 2


def test_another_project_has_its_own(place: SimpleNamespace) -> None:
    other = makers.project(place.team, place.owner, "Other")
    first = store(place.project, place.owner, "a.png", picture())
    assert store(other, place.owner, "a.png", picture()) != first


def test_the_loser_of_a_race_gets_the_winners_row(
    place: SimpleNamespace, storage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = uploads.thumbnail

    def overtaken(body: Any) -> bytes:
        monkeypatch.setattr(uploads, "thumbnail", real)
        store(place.project, place.creator, "winner.png", body)
        return real(body)

    monkeypatch.setattr(uploads, "thumbnail", overtaken)
    assert store(place.project, place.owner, "loser.png", picture()).name == "winner.png"
    assert Upload.objects.count() == 1
    assert len(files(storage)) == 2


def test_nothing_is_left_when_the_database_fails(
    place: SimpleNamespace, storage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("no database")

    monkeypatch.setattr(Upload, "save", broken)
    with pytest.raises(RuntimeError):
        store(place.project, place.owner, "a.png", picture())
    assert files(storage) == []


def test_of_a_file_that_says_it_is_too_large_only_the_head_is_read(
    place: SimpleNamespace,
) -> None:
    file = SimpleUploadedFile("a.png", picture() + bytes(9000))
    file.size = 30_000_000
    with pytest.raises(BadFile, match=r"30\.0 MB"):
        store(place.project, place.owner, "a.png", file)
    assert file.tell() == 0


def test_a_stream_without_size_is_read_no_further_than_the_limit(
    place: SimpleNamespace, settings: Any
) -> None:
    settings.UPLOAD_MAX_BYTES = 1000
    stream = BytesIO(bytes(5000))
    with pytest.raises(BadFile, match="at most"):
        store(place.project, place.owner, "a.png", stream)
    assert stream.tell() == 1001


def test_bad_file_leaves_nothing(place: SimpleNamespace, storage: Path) -> None:
    with pytest.raises(BadFile):
        store(place.project, place.owner, "a.txt", b"hello")
    assert files(storage) == []
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("fmt", "mode", "clear"),
    [("PNG", "RGBA", True), ("PNG", "P", False), ("PNG", "1", False), ("JPEG", "CMYK", False)],
)
def test_thumbnails_of_every_mode(place: SimpleNamespace, fmt: str, mode: str, clear: bool) -> None:
    body = picture(fmt, (600, 500), mode=mode)
    if clear:
        out = BytesIO()
        Image.new(mode, (600, 500), (9, 9, 9, 100)).save(out, fmt)
        body = out.getvalue()
    upload = store(place.project, place.owner, "a", body)
    with upload.thumb.open() as file, Image.open(file) as thumb:
        assert max(thumb.size) == 480
        assert thumb.mode == ("RGBA" if clear else "RGB")


def test_small_pictures_are_not_enlarged(place: SimpleNamespace) -> None:
    upload = store(place.project, place.owner, "a.png", picture())
    with upload.thumb.open() as file, Image.open(file) as thumb:
        assert thumb.size == (64, 48)


def test_as_adapters_take_it(place: SimpleNamespace) -> None:
    upload = store(place.project, place.owner, "a.png", picture())
    image = as_media_file(upload)
    assert (image.name, image.mime, image.width, image.height) == ("a.png", "image/png", 64, 48)
    assert image.body == picture()


def test_a_lost_file_says_so(place: SimpleNamespace) -> None:
    upload = store(place.project, place.owner, "a.png", picture())
    default_storage.delete(upload.file.name)
    with pytest.raises(FileNotFoundError):
        read(upload)


def test_a_lost_file_is_put_back_by_the_same_picture(place: SimpleNamespace) -> None:
    first = store(place.project, place.owner, "a.png", picture())
    default_storage.delete(first.file.name)
    default_storage.delete(first.thumb.name)
    again = store(place.project, place.owner, "a.png", picture())
    assert again == first
    assert read(Upload.objects.get()) == picture()
    assert default_storage.exists(again.thumb.name)
