"""An account of each provider in a sandbox, and everything that can go into a brief there."""

from __future__ import annotations

import io
import time
import uuid
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace

from PIL import Image

from generations.catalogue.quote import offer
from generations.catalogue.types import Brief, Input, Offering, Problem, Terms
from generations.providers.client import Client
from generations.providers.menu import catalogue
from generations.providers.types import Access, Ask, Entry, Handle, Job, MediaFile
from generations.sandbox import effects
from tests.random_briefs import Cupboard, File
from tests.sandbox.media import clip, speech

KEYS = {"easyrouter": "sk-sandbox-wide-{}", "useapi": "user:sandbox-wide-{}"}
ACCOUNT = "11111111-2222-4333-8444-555555555555"
PATIENCE_S = 120


def picture(width: int, height: int, form: str = "PNG") -> MediaFile:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, form)
    kind = form.lower()
    return MediaFile(f"boat.{kind}", f"image/{kind}", width, height, out.getvalue())


def video(seconds: float, size: tuple[int, int], rate: int = 24) -> MediaFile:
    body = clip(seconds, size, rate=rate)
    return MediaFile("clip.mp4", "video/mp4", *size, body, "video", round(seconds * 1000))


def sound(seconds: float) -> MediaFile:
    body = speech(seconds)
    return MediaFile("voice.wav", "audio/wav", 0, 0, body, "audio", round(seconds * 1000))


def files() -> list[MediaFile]:
    return [
        picture(320, 180),
        picture(90, 160, "JPEG"),
        picture(64, 64, "WEBP"),
        video(2, (320, 180)),
        video(5, (180, 320)),
        video(1, (1920, 32)),
        video(15, (64, 64)),
        video(30, (64, 64)),
        video(31, (64, 64)),
        video(0.5, (64, 64)),
        video(1.5, (6016, 32)),
        sound(2),
        sound(7.5),
        sound(15),
        sound(30),
        sound(60),
        sound(1),
        sound(61),
    ]


class Desk:
    """One account, with real files handed over once and its lists read once."""

    def __init__(self, sandbox: object, provider: str) -> None:
        self.provider, self.room = provider, catalogue(provider)
        key = KEYS.get(provider, "sandbox-wide-{}").format(uuid.uuid4().hex[:8])
        settings = {"email": "sandbox@example.org"} if provider == "useapi" else {}
        self.client = Client(
            provider, Access(f"{sandbox.url}/{provider}", key, settings), allow_private=True
        )
        self.sandbox = sandbox
        self.terms = Terms(
            ACCOUNT, provider, provider, play=True, usd_per_unit=None, ceiling=1, has_address=True
        )
        videos = self.room.media.get("video")
        by_id = videos.by_id if videos else ()
        self.cupboard = Cupboard(self._files(), self._lists(), by_id)

    def _files(self) -> list[File]:
        found = []
        for number, one in enumerate(files()):
            rules = self.room.media.get(one.kind)
            if rules is None or not self._takes(one):
                continue
            made = Input(
                "",
                f"{number}",
                one.mime,
                len(one.body),
                one.width,
                one.height,
                one.kind,
                one.ms,
            )
            handle = self._handed(rules.form, one)
            masks = self._masks(handle) if one.kind == "video" and one.ms == 2000 else None
            found.append(File(made, handle, masks))
        if "video" in self.room.media:
            found.append(self._own())
        return found

    def _takes(self, one: MediaFile) -> bool:
        """What is too long or too large for any use cannot be uploaded."""
        rules = self.room.media[one.kind]
        large = rules.max_side and max(one.width, one.height) > rules.max_side
        return not large and not (rules.max_seconds and one.ms > rules.max_seconds * 1000)

    def _handed(self, form: str, one: MediaFile) -> Handle:
        if form == "link":
            return Handle("link", f"{self.sandbox.url}/media/upload/{one.name}")
        if form == "data_uri":
            return Handle("data_uri", f"data:{one.mime};base64,{b64encode(one.body).decode()}")
        handle, _ = self.client.upload(one)
        return handle

    def _masks(self, handle: Handle):
        if self.provider != "pixverse":
            return None
        return self.client.masks(handle, 1, str(uuid.uuid4()))[0]

    def _own(self) -> File:
        """A clip that this very account made."""
        found = self.room.offering("text_to_video", "v6")
        options = {"duration": 1, "quality": "360p", "aspect_ratio": "16:9", "audio": False}
        brief = Brief("text_to_video", "v6", "a paper boat", options)
        accepted, _ = self.client.submit(Ask(brief, found.remote_model, str(uuid.uuid4())))
        end = time.monotonic() + PATIENCE_S
        while not self.client.check(Job(accepted.remote_id))[0].final:
            assert time.monotonic() < end
            time.sleep(0.05)
        handle = Handle("remote_id", accepted.remote_id)
        made = Input("", "", "video/mp4", 40_000, 640, 360, "video", 1000)
        return File(
            replace(made, clip="a-clip", account=ACCOUNT, model="v6"), handle, self._masks(handle)
        )

    def _lists(self) -> dict[str, list[Entry]]:
        names = {
            option.listed
            for one in self.room.offerings
            for option in one.options.values()
            if option.listed
        }
        return {name: list(_told(self.client.listing(name))) for name in names}

    @staticmethod
    def called(one: File) -> str:
        """The name by which a table asks for a file: its kind and what is peculiar to it."""
        wide = one.made.width > 6000
        return f"{one.made.kind} {f'{one.made.width}px' if wide else one.made.ms}"

    def kind(self, role: str) -> list[File]:
        """A file of the kind that a role's name speaks of, for an offering that has no such."""
        word = role.partition("_")[0]
        return [one for one in self.cupboard.files if one.made.kind == word][:1]

    @staticmethod
    def token() -> str:
        return str(uuid.uuid4())

    def refusals(self, offering: Offering, brief: Brief) -> list[Problem]:
        """All that we have against a brief, as a quote and a request say it."""
        return [*offering.problems(brief), *offer(brief, self.terms).problems]

    def submit(self, offering: Offering, brief: Brief, handles: tuple[Handle, ...]) -> str:
        ask = Ask(brief, offering.remote_model, self.token(), handles)
        return self.client.submit(ask)[0].remote_id


def _told(entries: list[Entry]) -> Iterator[Entry]:
    """PixVerse's list is silent about pictures and qualities, and about what is not activated."""
    for entry in entries:
        effect = effects.EFFECTS.get(int(entry.id)) if entry.id.isdigit() else None
        if effect is None:
            yield entry
        elif effect.active:
            facts = {"images": str(effect.images), "qualities": ", ".join(effect.qualities)}
            yield replace(entry, facts=entry.facts | facts)
