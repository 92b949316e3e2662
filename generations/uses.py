"""What a finished result can go into: the ways on that some account of the team offers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from accounts.models import Team

from .catalogue.loader import providers
from .catalogue.types import Media
from .models import Asset, Generation


@dataclass(frozen=True, slots=True)
class Use:
    """A way on. ``frame``: not the result itself goes in, but its first or last picture."""

    label: str
    icon: str
    role: str
    operation: str
    frame: str = ""


CLIP = (
    Use("Continue it", "player-track-next", "source", "extend"),
    Use("Make it speak", "microphone", "source", "lip_sync"),
    Use("Add sound", "volume", "source", "sound_effect"),
    Use("Change it", "wand", "source", "modify"),
    Use("Restyle it", "adjustments", "source", "restyle"),
    Use("Upscale it", "maximize", "source", "upscale"),
    Use("Copy its motion", "copy", "motion", "motion_control"),
    Use("Begin from its first frame", "photo", "image", "image_to_video", frame="first"),
    Use("Begin from its last frame", "photo", "image", "image_to_video", frame="last"),
)
PICTURE = (
    Use("Make a clip from it", "movie", "image", "image_to_video"),
    Use("Use as a reference", "stack-2", "reference", "fusion"),
    Use("Edit it", "pencil", "image", "image"),
)
OF = {Media.VIDEO.value: CLIP, Media.IMAGE.value: PICTURE}

# (operation, role) -> the accounts that take any file there.
type Places = Mapping[tuple[str, str], set[int]]
# The same, where only what the account made itself goes in: with the models it must be made by.
type Own = Mapping[tuple[str, str], dict[int, frozenset[str]]]


@dataclass(frozen=True, slots=True)
class Offered:
    """What the enabled accounts of a team take, by operation and role."""

    any: Places
    own: Own

    def uses(self, g: Generation, asset: Asset) -> tuple[Use, ...]:
        """The ways on from one result."""
        return tuple(one for one in OF.get(asset.kind, ()) if self._can(one, g))

    def _can(self, use: Use, g: Generation) -> bool:
        place = (use.operation, use.role)
        if self.any.get(place):
            return True
        models = self.own.get(place, {}).get(g.account_id)
        return models is not None and (not models or g.model in models)


def offered(team: Team) -> Offered:
    """One query."""
    anyone: dict[tuple[str, str], set[int]] = defaultdict(set)
    own: dict[tuple[str, str], dict[int, frozenset[str]]] = defaultdict(dict)
    for pk, name in team.provider_accounts.filter(enabled=True).values_list("pk", "provider"):
        for place, only_own, models in _places(name):
            if only_own:
                own[place][pk] = models
            else:
                anyone[place].add(pk)
    return Offered(anyone, own)


@cache
def _places(name: str) -> frozenset[tuple[tuple[str, str], bool, frozenset[str]]]:
    found = providers().get(name)
    offerings = found.offerings if found else ()
    return frozenset(
        ((one.operation, spec.role), spec.own, frozenset(spec.made_by))
        for one in offerings
        for spec in one.inputs
    )
