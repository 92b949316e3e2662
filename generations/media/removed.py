"""Deleted uploads: the row is gone at once, its files and a note of it stay for an hour.

So a deletion can be undone without a second kind of row that every list would have to leave out.
The notes lie in storage beside the files; what is older is swept when the next upload comes or
goes.
"""

from __future__ import annotations

import json
import logging
import time
from typing import Any, cast
from uuid import UUID

from django.core import serializers
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from generations.models import Upload

from . import room
from .storing import forget

log = logging.getLogger(__name__)
ROOT = "removed"
KEPT_S = 3600
_SWEEP_S = 600
_next_sweep = 0.0


def remove(upload: Upload) -> None:
    """Delete the row, with a note from which it can be made again.

    Raises ProtectedError or IntegrityError, and changes nothing, if something uses it.
    """
    team = upload.project.team
    rows = [upload, *upload.tags.all(), *upload.handles.all()]
    note = {
        "at": time.time(),
        "project": upload.project_id,
        "files": [str(one.name) for one in (upload.file, upload.thumb) if one.name],
        "rows": serializers.serialize("json", rows),
    }
    name = _name(upload.uuid)
    forget([name])
    default_storage.save(name, ContentFile(json.dumps(note).encode()))
    try:
        with transaction.atomic():
            room.lock(team)
            last = not room.shared(upload)
            upload.delete()
            room.came(team, uploads=-upload.size if last else 0)
    except BaseException:
        forget([name])
        raise
    sweep_now_and_then()


def project_of(key: UUID) -> int | None:
    """The project from which it was deleted; None when it is too late for an undo."""
    note = _read(_name(key))
    return None if note is None or _is_over(note) else note["project"]


def bring_back(key: UUID) -> Upload | None:
    """The row again, as it was; None when it is too late. Counted, but never refused."""
    note = _read(_name(key))
    if note is None or _is_over(note) or not default_storage.exists(note["files"][0]):
        return None
    rows = list(serializers.deserialize("json", note["rows"]))
    upload = cast(Upload, rows[0].object)
    team = upload.project.team
    try:
        with transaction.atomic():
            room.lock(team)
            if not room.shared(upload):
                room.came(team, uploads=upload.size)
            for one in rows:
                one.save(force_insert=True)
    except IntegrityError:
        # The same file was uploaded again in the meantime, or somebody else pressed Undo.
        return Upload.objects.filter(project=upload.project, digest=upload.digest).first()
    forget([_name(key)])
    return upload


def held() -> set[str]:
    """The files of what can still be brought back."""
    try:
        _, names = default_storage.listdir(ROOT)
    except FileNotFoundError:
        return set()
    notes = [note for name in names if (note := _read(f"{ROOT}/{name}"))]
    return {name for note in notes for name in note["files"]}


def sweep_now_and_then() -> None:
    """At most every ten minutes in each process. Never raises."""
    global _next_sweep
    if time.monotonic() < _next_sweep:
        return
    _next_sweep = time.monotonic() + _SWEEP_S
    try:
        sweep()
    except Exception:
        log.exception("Could not sweep %s", ROOT)


def sweep() -> int:
    """Remove the files of what was deleted more than an hour ago; how many uploads."""
    try:
        _, names = default_storage.listdir(ROOT)
    except FileNotFoundError:
        return 0
    return sum(_swept(f"{ROOT}/{name}") for name in names)


def _swept(name: str) -> bool:
    note = _read(name)
    if note is None or not _is_over(note):
        return False
    # Another project's row may keep the same files, and so does one that was brought back.
    used = Upload.objects.filter(file__in=note["files"]).exists()
    forget([name] if used else [*note["files"], name])
    return not used


def _name(key: UUID) -> str:
    return f"{ROOT}/{key}.json"


def _read(name: str) -> dict[str, Any] | None:
    try:
        with default_storage.open(name) as file:
            note: dict[str, Any] = json.loads(file.read())
    except (OSError, ValueError):
        return None
    return note


def _is_over(note: dict[str, Any]) -> bool:
    return bool(time.time() - note["at"] > KEPT_S)
