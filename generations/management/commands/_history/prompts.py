"""A prompt library: prompts with a handful of versions, labels, tags, stars and remarks."""

from __future__ import annotations

import datetime as dt
from typing import Any

from generations.models import (
    HOUSE,
    Prompt,
    PromptComment,
    PromptFavourite,
    PromptLabel,
    PromptTag,
    PromptVersion,
)
from generations.spend.writing import keys_told, next_key, write

from .world import WORDS, World

FOLDERS = ("", "Adverts/Spring", "Adverts/Autumn", "Openers", "Loops", "Nature", "People", "Titles")
TAGS = ("slow", "fast", "night", "day", "macro", "aerial", "hand-drawn", "product", "dusk", "test")
# So many versions a prompt, about.
EACH = 5


def make_prompts(world: World, count: int) -> list[int]:
    """About so many versions; their keys, in no order."""
    dice, team = world.dice, world.team.pk
    tables: list[list[tuple[Any, ...]]] = [[] for _ in range(6)]
    prompts, versions, tags, labels, stars, remarks = tables
    key, version = next_key(Prompt), next_key(PromptVersion)
    while len(versions) < count:
        maker, at = dice.choice(world.people).pk, world.moment()
        project = dice.choice(world.projects).pk if world.chance(0.4) else None
        title = f"{dice.choice(WORDS).title()} {dice.choice(WORDS)} {key}"
        folder, mine = dice.choice(FOLDERS), dice.sample(TAGS, dice.randrange(4))
        first = version
        for number in range(1, 1 + dice.randrange(1, 2 * EACH)):
            text = f"{world.words(dice.randrange(100_000))}, {{{{place}}}}, slow dolly-in"
            variables = [{"name": "place", "default": "a street", "choices": [], "help": ""}]
            when = at + dt.timedelta(hours=number)
            versions.append((version, key, number, text, variables, maker, when))
            version += 1
        words = "\n".join([title, folder, *mine, versions[-1][3]]).casefold()
        away = at if world.chance(0.05) else None
        prompts.append((key, world.key(), team, project, title, folder, words, maker, at, at, away))
        tags += [(key, one) for one in mine]
        for name, share in ((HOUSE, 0.3), ("draft", 0.2)):
            if world.chance(share):
                labels.append((key, name, dice.randrange(first, version), maker))
        if world.chance(0.05):
            stars.append((key, world.owner.pk))
        if world.chance(0.2):
            remarks.append((key, maker, "It needs a calmer camera."))
        key += 1
    names = ("id", "uuid", "team", "project", "title", "folder", "words")
    write(Prompt, (*names, "made_by", "made_at", "changed_at", "archived_at"), prompts)
    names = ("id", "prompt", "number", "text", "variables", "author", "at")
    write(PromptVersion, names, versions)
    keys_told(Prompt, PromptVersion)
    write(PromptTag, ("prompt", "name"), tags)
    write(PromptLabel, ("prompt", "name", "version", "moved_by"), labels)
    write(PromptFavourite, ("prompt", "user"), stars)
    write(PromptComment, ("prompt", "user", "text"), remarks)
    found = [row[0] for row in versions]
    dice.shuffle(found)
    return found
