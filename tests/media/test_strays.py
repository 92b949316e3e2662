"""Of uploads only what a killed process left is swept: older than a day, of no row, of no undo."""

from __future__ import annotations

import os
import time
import uuid
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from generations.media import removed, strays, uploads
from generations.models import Upload

from . import makers

SHELF = "cd"


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strays, "_swept", {})


def aged(name: str, days: float = 2.0) -> Path:
    path = Path(default_storage.path(name))
    old = time.time() - days * 86_400
    os.utime(path, (old, old))
    return path


def put(end: str = ".png", days: float = 2.0, shelf: str = SHELF) -> Path:
    key = uuid.UUID(shelf + uuid.uuid4().hex[2:])
    name = f"uploads/{shelf}/{key}{end}"
    return aged(default_storage.save(name, ContentFile(b"x")), days)


@pytest.fixture
def stored(place: SimpleNamespace) -> Upload:
    """An upload with old files."""
    row = uploads.store(place.project, place.creator, "boat.png", makers.picture())
    for one in (row.file, row.thumb):
        aged(str(one.name))
    return row


def shelf_of(row: Upload) -> str:
    return str(row.file.name).split("/")[1]


def exist(row: Upload) -> list[bool]:
    return [default_storage.exists(str(one.name)) for one in (row.file, row.thumb)]


def test_files_of_no_row_are_removed_and_a_rows_own_stay(stored: Upload) -> None:
    shelf = shelf_of(stored)
    lost = [put(end, shelf=shelf) for end in (".png", "-thumb.webp", "_aB3dE6f.mp4")]
    assert strays.sweep(shelf) == 3
    assert not any(one.exists() for one in lost)
    assert exist(stored) == [True, True]
    assert strays.sweep(shelf) == 0


def test_young_files_and_names_of_nobody_stay(place: SimpleNamespace) -> None:
    kept = [put(days=0.9), put(".tar.gz")]
    assert strays.sweep(SHELF) == 0
    assert all(one.exists() for one in kept)


def test_a_file_that_another_row_shares_stays(stored: Upload) -> None:
    Upload.objects.filter(pk=stored.pk).update(uuid=uuid.uuid4())
    assert strays.sweep(shelf_of(stored)) == 0
    assert exist(stored) == [True, True]


def test_what_can_be_brought_back_stays(stored: Upload) -> None:
    removed.remove(stored)
    assert strays.sweep(shelf_of(stored)) == 0
    assert removed.bring_back(stored.uuid)
    assert exist(stored) == [True, True]


def test_storing_sweeps_its_shelf_once_and_never_fails(
    place: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def broken(shelf: str) -> int:
        seen.append(shelf)
        raise OSError("no storage")

    monkeypatch.setattr(strays, "sweep", broken)
    row = uploads.store(place.project, place.creator, "boat.png", makers.picture())
    strays.sweep_beside(row)
    assert seen == [row.uuid.hex[:2]]
