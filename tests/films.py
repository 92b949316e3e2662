"""A video of a project, as an upload leaves it."""

from __future__ import annotations

import uuid

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from generations.models import Upload
from tests.sandbox.media import clip


def film(story, name: str = "clip.mp4", seconds: int = 2) -> Upload:
    """320 x 180 at 12 pictures a second, H.264, silent."""
    body = clip(seconds)
    stored = default_storage.save(f"uploads/{uuid.uuid4()}.mp4", ContentFile(body))
    return Upload.objects.create(
        project=story.project,
        user=story.user,
        name=name,
        file=stored,
        digest=uuid.uuid4().hex,
        kind="video",
        mime="video/mp4",
        ms=seconds * 1000,
        codec="h264",
        size=len(body),
        width=320,
        height=180,
    )
