"""Taking the key frame and its masks into our keeping. Changes neither money nor outcome."""

from __future__ import annotations

import datetime as dt
import logging
import time
import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Q
from django.utils import timezone

from generations.media import archive as keeping
from generations.media.errors import BadFile
from generations.media.fetch import FetchFailed, fetch
from generations.media.links import allow_private
from generations.media.overlays import frame_picture, overlay
from generations.models import Found, Selection

log = logging.getLogger(__name__)

# All pictures of one try together, and how long they are tried for: seconds.
TRY_S = 60.0
PATIENCE = dt.timedelta(minutes=3)
AGAIN = dt.timedelta(seconds=4)


def fetch_pictures(pk: int) -> None:
    """Fetch what is missing. A picture that cannot be had is left blank in the end."""
    selection = _claim(pk)
    if selection is None:
        return
    end = time.monotonic() + TRY_S
    late = timezone.now() > (selection.sent_at or selection.created_at) + PATIENCE
    folder = f"selections/{selection.uuid}"
    kept: list[str] = []
    with keeping.workplace() as place:
        frame_link = str(selection.exchange.get("picture", ""))
        frame, frame_link = _one(
            selection, frame_link, place, end, kept, f"{folder}/frame.webp", None
        )
        rows = []
        for number, row in enumerate(selection.masks, 1):
            name, link = row["picture"], row.get("link", "")
            if link:
                name, link = _one(
                    selection, link, place, end, kept, f"{folder}/mask-{number}.webp", number
                )
            rows.append({**row, "picture": name, "link": "" if late else link})
    frame = frame or str(selection.picture.name or "")
    missing = not late and (bool(frame_link) or any(row["link"] for row in rows))
    fields: dict[str, Any] = {"masks": rows, "picture": frame, "lease": None}
    fields["exchange"] = {**selection.exchange, "picture": frame_link}
    if missing:
        fields["lease_until"] = timezone.now() + AGAIN
    else:
        fields |= {"lease_until": None, "finished_at": timezone.now()}
    if not Selection.objects.filter(pk=pk, lease=selection.lease).update(**fields):
        for name in kept:
            default_storage.delete(name)


def _claim(pk: int) -> Selection | None:
    now = timezone.now()
    rows = Selection.objects.filter(pk=pk, state=Found.DONE, finished_at=None)
    free = rows.filter(Q(lease=None) | Q(lease_until__lt=now))
    until = now + dt.timedelta(seconds=settings.SUBMIT_LEASE_S)
    if not free.update(lease=uuid.uuid4(), lease_until=until):
        return None
    return Selection.objects.select_related("account", "project").get(pk=pk)


def _one(
    selection: Selection,
    link: str,
    place: Path,
    end: float,
    kept: list[str],
    name: str,
    number: int | None,
) -> tuple[str, str]:
    """(stored name, link to try again): one of them is empty, both where it is given up."""
    if not link:
        return "", ""
    target = place / uuid.uuid4().hex
    try:
        fetch(
            link,
            target,
            allow_private=allow_private(selection.account),
            max_bytes=settings.UPLOAD_MAX_BYTES,
            deadline_s=max(1.0, end - time.monotonic()),
        )
        body = frame_picture(target) if number is None else overlay(target, number)
        stored = default_storage.save(name, ContentFile(body))
    except (FetchFailed, BadFile, OSError) as trouble:
        log.warning("a picture of selection %s could not be had: %s", selection.uuid, trouble)
        again = isinstance(trouble, OSError) or getattr(trouble, "retry", False)
        return "", link if again else ""
    finally:
        target.unlink(missing_ok=True)
    kept.append(stored)
    return stored, ""
