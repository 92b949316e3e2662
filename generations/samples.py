"""Clips that stand in the sample project, so that its first page is not empty.

They are asked for as any clip is, and made by the sandbox: real rows, real files, play money.
"""

from __future__ import annotations

import uuid

from accounts.models import User

from . import lifecycle
from .catalogue.types import Brief, Value
from .models import Generation, Project

# Provider, prompt, shape. Small and short, together less than a hundredth of the play budget.
SAMPLES = (
    (
        "easyrouter",
        "A night train crosses a snowy valley, warm windows in the blue dusk, seen from far above",
        "21:9",
    ),
    (
        "useapi",
        "Steam rises from a cup of tea on a rainy windowsill, macro, shallow focus",
        "1:1",
    ),
    (
        "worldrouter",
        "A lighthouse keeper climbs a spiral stair with a lantern, the camera follows upwards",
        "9:16",
    ),
    (
        "pixverse",
        "Paper lanterns lift off from a quiet harbour at dusk, slow crane shot",
        "16:9",
    ),
)
OPTIONS: dict[str, Value] = {"quality": "540p", "duration": 3, "audio": False}


def add_samples(project: Project, user: User) -> list[Generation]:
    """Ask for them; a second time it changes nothing. Where one cannot be made, it is left out."""
    made = []
    accounts = {one.provider: one for one in project.team.provider_accounts.all()}
    for token, (provider, prompt, ratio) in zip(_tokens(project), SAMPLES, strict=True):
        brief = Brief("text_to_video", "v6", prompt, OPTIONS | {"aspect_ratio": ratio})
        try:
            made += lifecycle.request(
                project=project,
                user=user,
                brief=brief,
                account=accounts[provider],
                form_token=token,
                pinned=True,
            )
        except lifecycle.CannotMake:
            continue
    return made


def has_only_samples(project: Project) -> bool:
    """Did nobody ask for anything here yet, or for nothing but the samples? One query."""
    return not project.generations.exclude(form_token__in=_tokens(project)).exists()


def _tokens(project: Project) -> list[uuid.UUID]:
    """Of forms that nobody ever saw: by them samples are known."""
    return [uuid.uuid5(project.uuid, f"sample {number}") for number in range(len(SAMPLES))]
