"""Telling people how a clip ended: whoever asked for it, and the owners where a file was lost."""

from __future__ import annotations

from django.urls import reverse
from django.utils.text import Truncator

from accounts import notices
from accounts.models import Membership, TeamRole
from generations.causes import Cause
from generations.models import Generation, State
from generations.titles import title

LONGEST_TITLE = 80
KINDS = {
    State.SUCCEEDED: "finished",
    State.FAILED: "failed",
    State.MODERATED: "failed",
    State.UNCERTAIN: "uncertain",
}


def ended(generation: Generation, state: State, text: str, cause: str) -> None:
    """In the transaction that moves it; once a state, however often it is fetched again."""
    kind = KINDS.get(state)
    if kind is None:
        return
    team, project = generation.team, generation.project
    url = reverse("generation", args=[team.slug, project.uuid, generation.uuid])
    called = Truncator(title(generation)).chars(LONGEST_TITLE)
    words = "It is finished." if state == State.SUCCEEDED else text
    maker, key = generation.user_id, f"{state.value}:{generation.uuid}"
    notices.tell([maker], team, kind, key, f"“{called}”: {words}", url)
    if cause == Cause.LOST_FILE:
        owners = Membership.objects.filter(team=team, role=TeamRole.OWNER)
        said = f"A clip in {project.name} was made and paid, but its file could not be saved."
        people = list(owners.values_list("user_id", flat=True))
        key = f"archive_trouble:{generation.uuid}"
        notices.tell(people, team, "archive_trouble", key, said, url, but=maker)
