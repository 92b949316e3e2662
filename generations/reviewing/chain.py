"""The chain of versions of a shot: everything that was made from the same first clip."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.models import Membership
from generations.access import visible_projects
from generations.models import Asset, Generation, State
from generations.titles import names_of, title

LONGEST = 40
COMPARED = 4
# How a clip came from the one before it, by its operation.
CAME = {
    "extend": "Extended from",
    "upscale": "Upscaled from",
    "modify": "Changed from",
    "restyle": "Restyled from",
    "swap": "Swapped in",
    "lip_sync": "Lip sync of",
    "sound_effect": "Sound added to",
    "motion_control": "Motion of",
    "image_to_video": "Begun from",
    "transition": "Begun from",
    "multi_transition": "Begun from",
    "fusion": "Combined from",
    "avatar": "Made to speak from",
    "image": "Edited from",
}


@dataclass(frozen=True, slots=True)
class Link:
    """One version: ``number`` in the chain, and how it came from which."""

    g: Generation
    number: int
    relation: str
    title: str
    url: str
    asset: Asset | None
    current: bool


@dataclass(frozen=True, slots=True)
class Chain:
    """``hidden``: earlier versions that are not shown, for the strip is not endless."""

    links: tuple[Link, ...]
    hidden: int = 0

    @property
    def compares(self) -> bool:
        return sum(one.asset is not None for one in self.links) > 1


def of(row: Generation, member: Membership) -> Chain | None:
    """The versions that the member may see, the first one first; None where there is only one.

    Three queries at most. Versions in the bin are left out.
    """
    root = row.shot_id or row.pk
    rows = _visible(member).filter(Q(shot=root) | Q(pk=root)).order_by("pk")
    found = list(rows)
    if len(found) < 2:
        return None
    kept = _around(found, row)
    numbers = {one.pk: at for at, one in enumerate(found, 1)}
    names = names_of(kept)
    links = [
        Link(
            g=one,
            number=numbers[one.pk],
            relation=_relation(one, numbers),
            title=title(one, names),
            url=reverse("generation", args=[member.team.slug, one.project.uuid, one.uuid]),
            asset=getattr(one, "asset", None),
            current=one.pk == row.pk,
        )
        for one in kept
    ]
    return Chain(tuple(links), len(found) - len(kept))


def takes(row: Generation) -> list[Generation]:
    """The finished takes of the same press, this one first; four at most, as many as compared."""
    rows = Generation.objects.filter(
        user=row.user_id,
        form_token=row.form_token,
        project=row.project_id,
        state=State.SUCCEEDED,
        deleted_at=None,
        asset__isnull=False,
    )
    found = sorted(rows, key=lambda one: (one.pk != row.pk, one.take))
    return found[:COMPARED]


def _visible(member: Membership) -> QuerySet[Generation]:
    # The team is not named beside its projects: SQLite would read all of the team's clips.
    projects = visible_projects(member).values("pk")
    rows = Generation.objects.filter(deleted_at=None, project__in=projects)
    return rows.select_related("asset", "project")


def _around(found: list[Generation], row: Generation) -> list[Generation]:
    """All of a short chain; of a long one the first and the newest, and the one looked at."""
    if len(found) <= LONGEST:
        return found
    kept = [found[0], *found[1 - LONGEST :]]
    if row.pk not in {one.pk for one in kept}:
        kept.insert(1, row)
    return kept


def _relation(one: Generation, numbers: dict[int, int]) -> str:
    parent = one.made_from_id or one.remix_of_id
    if parent is None:
        return "The first"
    word = CAME.get(one.operation, "Made from") if one.made_from_id else "Remix of"
    return f"{word} {numbers[parent]}" if parent in numbers else word
