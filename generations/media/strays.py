"""Uploaded files without a row: what a process left that was killed before its transaction."""

from __future__ import annotations

import logging
import re
from uuid import UUID

from django.core.files.storage import default_storage
from django.db.models import Q

from generations.models import Upload

from . import removed
from .shelves import is_old, once_a_day
from .storing import forget

log = logging.getLogger(__name__)
ROOT = "uploads"
_OURS = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(-thumb)?(_\w+)?\.[a-z0-9]{3,4}")
_swept: dict[str, float] = {}


def sweep_beside(upload: Upload) -> None:
    """Once a day in each process: the shelf onto which this upload goes. Never raises."""
    once_a_day(_swept, ROOT, upload.uuid.hex[:2], sweep)


def sweep(shelf: str) -> int:
    """Delete what is older than a day on one shelf and belongs to no row; how many files.

    Several rows may share a file, named after the first of them; what is deleted and can still be
    brought back has a note instead. Notes are read before the rows and after them: whatever goes
    from one to the other meanwhile is seen in one of the two.
    """
    try:
        _, names = default_storage.listdir(f"{ROOT}/{shelf}")
    except FileNotFoundError:
        return 0
    ours = {f"{ROOT}/{shelf}/{name}": found for name in names if (found := _OURS.fullmatch(name))}
    noted = removed.held()
    known = Upload.objects.filter(uuid__in={UUID(found[1]) for found in ours.values()})
    keys = {str(key) for key in known.values_list("uuid", flat=True)}
    # Next to none is left, and only for those all rows are looked at.
    left = {name for name, found in ours.items() if found[1] not in keys and is_old(name)}
    if left:
        shared = Upload.objects.filter(Q(file__in=left) | Q(thumb__in=left))
        left -= {name for pair in shared.values_list("file", "thumb") for name in pair}
    left -= noted | removed.held()
    forget(sorted(left))
    if left:
        log.warning("Removed %d files of %s/%s: no row is theirs", len(left), ROOT, shelf)
    return len(left)
