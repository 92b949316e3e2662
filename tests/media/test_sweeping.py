"""Only what a killed worker left is swept: in assets/, older than a day, and of no row."""

from __future__ import annotations

import os
import time
import uuid
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from generations.media import sweeping
from generations.media.archive import keep
from generations.media.fetch import Fetched
from generations.media.sweeping import sweep, sweep_beside
from generations.models import Asset

from . import makers

SHELF = "ab"


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "_swept", {})


def put(name: str, days: float = 2.0) -> Path:
    path = Path(default_storage.path(default_storage.save(name, ContentFile(b"x"))))
    old = time.time() - days * 86_400
    os.utime(path, (old, old))
    return path


def key() -> uuid.UUID:
    return uuid.UUID(SHELF + uuid.uuid4().hex[2:])


def folder(of: uuid.UUID) -> str:
    return f"assets/{SHELF}/{of}"


def test_what_belongs_to_no_row_is_removed(place: SimpleNamespace) -> None:
    lost, left = key(), key()
    files = [put(f"{folder(lost)}/{name}") for name in ("clip.mp4", "poster.webp", "preview.mp4")]
    row = makers.generation(place.project, place.owner, place.account)
    kept = put(f"{folder(left)}/picture.png")
    facts = {"mime": "image/png", "digest": "d", "size": 1, "duration_ms": 0}
    facts |= {"width": 1, "height": 1, "generation": row}
    Asset.objects.create(uuid=left, file=f"{folder(left)}/picture.png", **facts)
    assert sweep(SHELF) == 1
    assert not any(one.exists() for one in files)
    assert not files[0].parent.exists()
    assert kept.exists()
    assert sweep(SHELF) == 0


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("assets/ab/{key}/clip.mp4", 0.9),
        ("assets/ab/{key}/notes.txt", 2),
        ("assets/ab/{key}/clip.mp4.part", 2),
        ("assets/ab/{key}/more/clip.mp4", 2),
        ("assets/ab/{upper}/clip.mp4", 2),
        ("assets/ab/{other}/clip.mp4", 2),
        ("assets/ab/films/clip.mp4", 2),
        ("assets/ab/clip.mp4", 2),
        ("assets/cd/{key}/clip.mp4", 2),
        ("uploads/ab/{key}.mp4", 2),
        ("clips/{key}.mp4", 2),
    ],
)
def test_nothing_else_is(place: SimpleNamespace, name: str, days: float) -> None:
    mine = key()
    other = uuid.UUID("cd" + mine.hex[2:])
    path = put(name.format(key=mine, upper=str(mine).upper(), other=other), days)
    assert sweep(SHELF) == 0
    assert path.exists()


def test_one_new_file_keeps_the_old_ones(place: SimpleNamespace) -> None:
    one = key()
    old, new = put(f"{folder(one)}/poster.webp"), put(f"{folder(one)}/clip.mp4", 0)
    assert sweep(SHELF) == 0
    assert old.exists()
    assert new.exists()


def test_a_row_that_speaks_of_the_file_keeps_it(place: SimpleNamespace) -> None:
    """Whatever the row's own id is."""
    one = key()
    path = put(f"{folder(one)}/clip.mp4")
    row = makers.generation(place.project, place.owner, place.account)
    facts = {"mime": "video/mp4", "digest": "d", "size": 1, "duration_ms": 0}
    Asset.objects.create(generation=row, file=f"{folder(one)}/clip.mp4", width=1, height=1, **facts)
    assert sweep(SHELF) == 0
    assert path.exists()


@pytest.mark.parametrize("shelf", ["", "..", "a", "abc", "../uploads", "AB", "a/"])
def test_no_other_folder_is_ever_a_shelf(db: None, shelf: str) -> None:
    with pytest.raises(ValueError, match="no shelf"):
        sweep(shelf)


def test_keeping_a_result_sweeps_its_shelf_once(
    place: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(sweeping, "sweep", seen.append)
    row = makers.generation(place.project, place.owner, place.account)
    row.operation = "image"
    (tmp_path / "came").write_bytes(makers.picture())
    asset = keep(row, tmp_path / "came", Fetched(9, "d", "image/png"), "https://a.example/b")
    assert seen == [asset.uuid.hex[:2]]
    sweep_beside(asset)
    assert len(seen) == 1


def test_a_sweep_that_fails_harms_nothing(
    place: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any) -> None:
        raise OSError("disk")

    monkeypatch.setattr(sweeping, "sweep", broken)
    sweep_beside(Asset(uuid=key()))
