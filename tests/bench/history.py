"""A big team's years of work to open pages in: made once in a place, used by every bench there."""

from __future__ import annotations

import os
import time

from django.core.management import call_command

from accounts.models import Team, User
from generations.models import Generation

from .place import prepare

CLIPS = int(os.environ.get("BENCH_CLIPS", "200000"))


def ready() -> tuple[Team, User]:
    """The team and its owner."""
    prepare()
    call_command("collectstatic", interactive=False, verbosity=0)
    if not Generation.objects.exists():
        start = time.monotonic()
        call_command(
            "make_history",
            generations=CLIPS,
            movements=5 * CLIPS,
            versions=CLIPS // 10,
            uploads=CLIPS // 4,
        )
        print(f"  made in {time.monotonic() - start:.0f} s", flush=True)
    team = Team.objects.get()
    return team, team.memberships.select_related("user").get(role="owner").user
