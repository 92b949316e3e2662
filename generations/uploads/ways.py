"""What an upload can go into in the studio: the ways that some account of the team offers."""

from __future__ import annotations

from accounts.models import Team
from generations.catalogue.types import Media
from generations.models import Upload
from generations.uses import CLIP, PICTURE, Use, offered

SOUND = (
    Use("Make a clip speak it", "microphone", "voice_track", "lip_sync"),
    Use("Use as a reference", "stack-2", "audio_reference", "fusion"),
)
OF = {Media.IMAGE.value: PICTURE, Media.VIDEO.value: CLIP, Media.AUDIO.value: SOUND}


def ways(upload: Upload, team: Team) -> list[Use]:
    """One query."""
    found = offered(team)
    here = [one for one in OF[upload.kind] if not one.frame]
    return [one for one in here if found.any.get((one.operation, one.role))]
