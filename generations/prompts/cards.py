"""One prompt as the library says it: a piece (pieces.py)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.text import Truncator

from generations.models import HOUSE, Prompt

from .who import Reader

SHORT = 220


@dataclass(frozen=True, slots=True)
class Card:
    """All that is shown of it. ``project`` is empty for the whole team's; ``number`` is that of
    the version whose ``words`` are shown; ``labels`` say whether they are the house's.
    """

    title: str
    url: str
    project: str
    folder: str
    is_favourite: bool
    words: str
    number: int
    labels: tuple[tuple[str, bool], ...]
    tags: tuple[str, ...]


def cards(reader: Reader, prompts: Iterable[Prompt]) -> list[Card]:
    """In their order; each prompt has its parts (library.found)."""
    slug = reader.member.team.slug
    return [_card(slug, one) for one in prompts]


def _card(slug: str, prompt: Prompt) -> Card:
    shown = vars(prompt)["shown"]
    return Card(
        title=prompt.title,
        url=reverse("prompt", args=[slug, prompt.uuid]),
        project=prompt.project.name if prompt.project else "",
        folder=prompt.folder,
        is_favourite=bool(vars(prompt)["mine"]),
        words=Truncator(shown.text).chars(SHORT),
        number=shown.number,
        labels=tuple(
            (
                one.name if one.version_id == shown.pk else f"{one.name} v{one.version.number}",
                one.name == HOUSE,
            )
            for one in prompt.labels.all()
        ),
        tags=tuple(one.name for one in prompt.tags.all()),
    )
