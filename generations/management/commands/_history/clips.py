"""Clips: somebody sits down in a project and makes a dozen takes of something; then the next."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from generations.models import (
    Asset,
    Generation,
    Project,
    ProviderAccount,
    SpendFacts,
    State,
    Verdict,
)
from generations.spend.writing import keys_told, next_key, write

from .world import World

MODELS = ("v6", "v5.6", "v5.5", "c1")
OPERATIONS = ("text_to_video", "image_to_video", "transition", "extend")
# How clips end, in percent.
ENDS = ((State.SUCCEEDED, 91), (State.FAILED, 6), (State.MODERATED, 3))
OPTIONS = {"quality": "720p", "duration": 5, "audio": False, "aspect_ratio": "16:9"}
# So many takes in a row, about.
SITTING = 9


@dataclass(slots=True)
class Clip:
    """What the other tables need to know of a clip."""

    pk: int
    uuid: uuid.UUID
    project: Project
    user: int
    account: ProviderAccount
    operation: str
    asked: dt.datetime
    ended: dt.datetime
    state: State
    micros: int
    charged: int
    review: Verdict
    row: tuple[Any, ...]


_COLUMNS = (
    "id", "uuid", "team", "project", "user", "account", "made_from", "shot", "prompt_version",
    "form_token", "brief_json", "operation", "model", "prompt", "price", "price_micros",
    "charged_micros", "state", "state_at", "due_at", "starred", "rating", "review", "deleted_at",
    "created_at", "submitted_at", "made_at", "finished_at",
)  # fmt: skip


class Clips:
    """``versions`` are keys of prompt versions, which some clips are made from."""

    def __init__(self, world: World, count: int, versions: Sequence[int]) -> None:
        self.world, self.versions = world, versions
        self.next = next_key(Generation)
        self.sittings = sorted(world.moment() for _ in range(count // SITTING + 1))
        self.left = self.sitting = self.number = 0
        self.before: tuple[int, int] | None = None

    def make(self, count: int) -> list[Clip]:
        """The next so many, with their files and what they are measured against."""
        made = [self._clip() for _ in range(count)]
        write(Generation, _COLUMNS, (one.row for one in made))
        keys_told(Generation)
        write(SpendFacts, _FACTS, (_facts(self.world, one) for one in made))
        write(Asset, _ASSET, _assets(made))
        return made

    def _sit_down(self) -> None:
        world, dice = self.world, self.world.dice
        self.left = dice.randrange(3, 2 * SITTING - 2)
        self.now = self.sittings[min(self.sitting, len(self.sittings) - 1)]
        self.sitting += 1
        self.account, self.user = dice.choice(world.accounts), dice.choice(world.people).pk
        # A person works in few projects with few models, and changes little from take to take.
        self.project = world.projects[(self.user + dice.randrange(3)) % len(world.projects)]
        self.model = MODELS[(self.user + dice.randrange(2)) % len(MODELS)]
        self.operation = dice.choice(OPERATIONS)
        self.version = None
        if self.versions and world.chance(0.4):
            self.version = self.versions[world.favourite(len(self.versions))]
        self.before = None

    def _clip(self) -> Clip:
        if not self.left:
            self._sit_down()
        world, dice, key = self.world, self.world.dice, self.world.key()
        if world.chance(0.4):
            self.number = dice.randrange(100_000)
        self.left -= 1
        self.now = asked = self.now + dt.timedelta(minutes=dice.randrange(1, 6))
        ended = asked + dt.timedelta(seconds=dice.randrange(40, 200))
        state = dice.choices([one for one, _ in ENDS], [share for _, share in ENDS])[0]
        done = state == State.SUCCEEDED
        micros = dice.randrange(50_000, 900_000, 500)
        charged = micros if done else 0
        if world.chance(0.03):
            charged += dice.randrange(1_000, 90_000, 500)
        prompt = world.words(self.number)
        brief = {"operation": self.operation, "model": self.model, "prompt": prompt}
        made_from, shot = self._chain(done=done)
        review = Verdict.NONE
        if done and world.chance(0.3):
            review = Verdict.APPROVED if world.chance(0.6) else Verdict.CHANGES
        row = (
            self.next, key, world.team.pk, self.project.pk, self.user, self.account.pk,
            made_from, shot, self.version,
            key, {**brief, "options": OPTIONS, "inputs": []}, self.operation, self.model, prompt,
            _price(micros, self.account), micros,
            charged, state, ended, None,
            done and world.chance(0.06), dice.randrange(1, 6) if done and world.chance(0.2) else 0,
            review, ended if world.chance(0.01) else None,
            asked, asked, ended, ended,
        )  # fmt: skip
        self.next += 1
        return Clip(
            row[0], key, self.project, self.user, self.account, self.operation, asked, ended,
            state, micros, charged, review, row,
        )  # fmt: skip

    def _chain(self, *, done: bool) -> tuple[int | None, int | None]:
        """Which clip this one is made from, and the first of their shot; None for most."""
        made_from = shot = None
        if self.before and self.world.chance(0.15):
            made_from, shot = self.before
        if done:
            self.before = (self.next, shot or self.next)
        return made_from, shot


def _price(micros: int, account: ProviderAccount) -> dict[str, Any]:
    units = {"units": str(micros // 1000), "unit": account.catalogue.unit, "rate": "0.001"}
    source = {"formula": "", "source": "made up", "read_on": None, "is_ceiling": False}
    return {"micros": micros} | units | source


_FACTS = (
    "generation", "published_micros", "book_source", "cheapest_micros", "cheapest_account",
    "on_failure", "on_moderation",
)  # fmt: skip


def _facts(world: World, clip: Clip) -> tuple[Any, ...]:
    book = clip.micros - world.dice.choice((0, 0, 0, 0, 1_000, -2_000))
    cheapest = clip.micros * world.dice.choice((10, 10, 9, 8)) // 10
    published = None if world.chance(0.08) else book
    return (clip.pk, published, "made up", cheapest, clip.account.pk, "no", "unknown")


_ASSET = (
    "uuid", "generation", "file", "poster", "preview", "mime", "digest", "size", "duration_ms",
    "width", "height", "created_at",
)  # fmt: skip


def _assets(clips: Sequence[Clip]) -> Iterator[tuple[Any, ...]]:
    for one in clips:
        if one.state == State.SUCCEEDED:
            path, digest = f"made-up/{one.uuid}", one.uuid.hex * 2
            files = (f"{path}.mp4", f"{path}.webp", f"{path}-preview.mp4")
            what = ("video/mp4", digest, 4_000_000, 5000, 1280, 720, one.ended)
            yield (one.uuid, one.pk, *files, *what)
