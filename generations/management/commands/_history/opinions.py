"""What people say of clips: verdicts, tags, remarks."""

from __future__ import annotations

from collections.abc import Sequence

from generations.models import Comment, GenerationTag, Review, Verdict
from generations.spend.writing import write

from .clips import Clip
from .prompts import TAGS
from .world import World


def say(world: World, clips: Sequence[Clip]) -> None:
    """Verdicts as the clips have them; tags and remarks on some."""
    dice = world.dice
    reviews, tags, remarks = [], [], []
    for one in clips:
        if one.review != Verdict.NONE:
            reviews.append((one.pk, dice.choice(world.people).pk, one.review, one.ended))
        if world.chance(0.25):
            tags += [(one.pk, name) for name in dice.sample(TAGS, dice.randrange(1, 3))]
        if world.chance(0.05):
            who, at_ms = dice.choice(world.people).pk, dice.randrange(5000)
            remarks.append((one.pk, who, at_ms, "The horizon tilts here.", one.ended))
    write(Review, ("generation", "user", "verdict", "at"), reviews)
    write(GenerationTag, ("generation", "name"), tags)
    write(Comment, ("generation", "user", "at_ms", "text", "at"), remarks)
