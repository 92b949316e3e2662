"""Uploads of all projects, how the providers know them, and the clips that were made of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from generations.models import Handle, TeamStorage, Upload, UploadTag, UploadUse
from generations.spend.writing import keys_told, next_key, write

from .clips import Clip
from .prompts import TAGS
from .world import World

FOLDERS = ("", "", "Cast", "Places", "Products", "Logos", "Sounds")
# Kind, type, ending, and the share of all files.
KINDS = (
    ("image", "image/jpeg", "jpg", 80),
    ("video", "video/mp4", "mp4", 15),
    ("audio", "audio/mpeg", "mp3", 5),
)
SIZE = 800_000


class Files:
    """``of`` are the keys of the uploads by project, the oldest first."""

    def __init__(self, world: World, count: int) -> None:
        self.world = world
        self.of: dict[int, list[int]] = defaultdict(list)
        self._make(count)

    def use(self, clips: Sequence[Clip]) -> None:
        """What these clips were made of, by their operations."""
        pairs = []
        for one in clips:
            mine = self.of[one.project.pk]
            if mine and one.operation != "text_to_video":
                often = {mine[self.world.favourite(len(mine))] for _ in range(2)}
                pairs += [(upload, one.pk) for upload in often]
        write(UploadUse, ("upload", "generation"), pairs)

    def _make(self, count: int) -> None:
        world, dice = self.world, self.world.dice
        first = next_key(Upload)
        files, tags, handles = [], [], []
        for number, at in enumerate(sorted(world.moment() for _ in range(count))):
            pk, uuid, project = first + number, world.key(), dice.choice(world.projects)
            kind, mime, end, _ = dice.choices(KINDS, [one[3] for one in KINDS])[0]
            name, folder = f"{world.words(dice.randrange(100_000))}.{end}", dice.choice(FOLDERS)
            mine = dice.sample(TAGS, dice.choice((0, 0, 1, 2)))
            words = " ".join([name, folder, *mine]).casefold()
            ms = 0 if kind == "image" else dice.randrange(1000, 30_000)
            width, height = (0, 0) if kind == "audio" else (1280, 720)
            files.append((
                pk, uuid, project.pk, dice.choice(world.people).pk, name, f"made-up/{uuid}.{end}",
                "" if kind == "audio" else f"made-up/{uuid}-thumb.webp", uuid.hex * 2, kind, mime,
                ms, SIZE, width, height, folder, words, at,
            ))  # fmt: skip
            tags += [(pk, one) for one in mine]
            if world.chance(0.6):
                for account in dice.sample(world.accounts, 2):
                    handles.append((pk, account.pk, "url", f"https://made-up.example/{pk}", at))
            self.of[project.pk].append(pk)
        write(Upload, _UPLOAD, files)
        keys_told(Upload)
        write(UploadTag, ("upload", "name"), tags)
        write(Handle, ("upload", "account", "form", "value", "made_at"), handles)
        TeamStorage.objects.create(team=world.team, uploads=count * SIZE)


_UPLOAD = (
    "id", "uuid", "project", "user", "name", "file", "thumb", "digest", "kind", "mime", "ms",
    "size", "width", "height", "folder", "words", "created_at",
)  # fmt: skip
