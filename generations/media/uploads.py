"""A team's files: checked, stored once per project and digest, with a small thumbnail."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from PIL import Image

from accounts.models import User
from generations.models import Asset, Generation, Project, Upload
from generations.providers.types import MediaFile

from . import room, strays
from .errors import BadFile
from .films import check_film
from .kinds import ENDINGS, SOUNDS, VIDEOS, kind_of
from .probe import probe_video
from .reading import Source, bytes_of, head, on_disk
from .sniff import check_image, clean_name
from .stills import frame_of, make_poster, shrink
from .storing import copy, forget, stored, workplace

THUMB_SIDE = 480


@dataclass(frozen=True, slots=True)
class _Checked:
    """A file that may be stored: an unsaved row, its ending, and its bytes or where they are."""

    row: Upload
    ending: str
    body: bytes | Path

    def keep(self) -> str:
        if isinstance(self.body, Path):
            return stored(self.body, self._name(f".{self.ending}"))
        return default_storage.save(self._name(f".{self.ending}"), ContentFile(self.body))

    def keep_thumb(self) -> str:
        """Empty for sound: there is nothing to be seen."""
        body = self._drawn()
        return default_storage.save(self._name("-thumb.webp"), ContentFile(body)) if body else ""

    def _drawn(self) -> bytes:
        if self.row.kind == "audio":
            return b""
        if self.row.kind == "image":
            return thumbnail(self.body)
        assert isinstance(self.body, Path)  # noqa: S101 - a film is never held in memory
        return _film_thumb(self.body)

    def _name(self, end: str) -> str:
        return f"uploads/{self.row.uuid.hex[:2]}/{self.row.uuid}{end}"


@dataclass(frozen=True, slots=True)
class Taken:
    """``was_here``: the project had the same file already, and ``row`` is that one."""

    row: Upload
    was_here: bool = False


def store(project: Project, user: User, name: str, file: Source) -> Upload:
    """Check a file and keep it; the same file again is the row that is there already.

    What it is, its content says. Raises BadFile, before reading a file that says itself that it
    is too large. A video or sound is never held in memory whole.
    """
    return take(project, user, name, file).row


def take(project: Project, user: User, name: str, file: Source) -> Taken:
    """``store``, for those who want to know whether it was here."""
    name = clean_name(name)
    kind = kind_of(head(file))
    row = Upload(project=project, user=user, name=name)
    if kind in VIDEOS or kind in SOUNDS:
        with on_disk(file, name) as (path, size, digest):
            film = check_film(path, name)
            row.kind, row.mime, row.codec, row.ms = film.kind, film.mime, film.codec, film.ms
            row.size, row.digest, row.width, row.height = size, digest, film.width, film.height
            return _kept(_Checked(row, film.ending, path))
    return _pictured_row(row, bytes_of(file, name))


def from_clip(generation: Generation, user: User, project: Project | None = None) -> Upload:
    """A copy of an earlier result, to be handed over as a file; the same again is the same row.

    In its own project, or in another of its team's.

    Raises BadFile if there is no result, and FileNotFoundError if its file was lost.
    """
    asset, project = _asset(generation), project or generation.project
    same = Upload.objects.filter(project=project, digest=asset.digest).first()
    if same and default_storage.exists(str(same.file.name)):
        return same
    with workplace() as place:
        path = place / "result"
        with asset.file.open("rb") as file:
            size, digest = copy(file, path, asset.size)
        row = Upload(
            project=project,
            user=user,
            clip=generation,
            name=file_name(generation, asset.mime),
            kind=asset.kind,
            mime=asset.mime,
            codec=probe_video(path).codec if asset.kind == "video" else "",
            ms=asset.duration_ms,
            size=size,
            digest=digest,
            width=asset.width,
            height=asset.height,
        )
        # It is part of a brief that is held already: never refused.
        return _kept(_Checked(row, ENDINGS[asset.mime], path), refuse=False).row


def still(generation: Generation, where: str = "last", *, user: User) -> Upload:
    """The ``first`` or the ``last`` picture of a clip, as PNG; the same again is the same row.

    Raises BadFile if there is no clip, and FileNotFoundError if its file was lost.
    """
    asset = _asset(generation)
    if asset.kind != "video":
        raise BadFile("This result is a picture itself: use it as it is.")
    with workplace() as place:
        path = place / "result"
        with asset.file.open("rb") as file:
            copy(file, path, asset.size)
        picture = frame_of(path, where)
    body, mime = _pictured(picture, "PNG"), "image/png"
    if len(body) > settings.UPLOAD_MAX_BYTES:
        body, mime = _pictured(picture, "JPEG"), "image/jpeg"
    name = file_name(generation, mime, f"{where}-frame")
    row = Upload(project=generation.project, user=user, clip=generation, name=name)
    return _pictured_row(row, body).row


def file_name(generation: Generation, mime: str, part: str = "") -> str:
    """A name of the prompt's first words and a short id."""
    text = generation.prompt[:200] or generation.operation.replace("_", " ")
    words = slugify(text, allow_unicode=True)[:60]
    start = words.rpartition("-")[0] if len(words) == 60 and "-" in words else words
    ending = ENDINGS.get(mime, "mp4")
    return "-".join(filter(None, [start, generation.uuid.hex[:8], part])) + f".{ending}"


def _asset(generation: Generation) -> Asset:
    asset: Asset | None = getattr(generation, "asset", None)
    if asset is None:
        raise BadFile("There is no finished file of it.")
    return asset


def read(upload: Upload) -> bytes:
    """The stored bytes. Raises FileNotFoundError if the file was lost."""
    with upload.file.open("rb") as file:
        body: bytes = file.read()
    return body


def as_media_file(upload: Upload) -> MediaFile:
    """The file as adapters take it. Raises FileNotFoundError if it was lost."""
    size = upload.width, upload.height
    return MediaFile(upload.name, upload.mime, *size, read(upload), upload.kind, upload.ms)


def thumbnail(body: bytes | Path) -> bytes:
    """A WebP of a picture whose longest side has at most 480 pixels."""
    out = BytesIO()
    shrink(BytesIO(body) if isinstance(body, bytes) else body, out, THUMB_SIDE)
    return out.getvalue()


def _pictured(picture: Image.Image, fmt: str) -> bytes:
    out = BytesIO()
    picture.save(out, format=fmt, quality=95)
    return out.getvalue()


def _film_thumb(path: Path) -> bytes:
    """A picture out of a film; empty where none can be drawn."""
    with workplace() as place:
        target = place / "thumb.webp"
        try:
            make_poster(path, target, THUMB_SIDE)
        except BadFile:
            return b""
        return target.read_bytes()


def _pictured_row(row: Upload, body: bytes) -> Taken:
    image = check_image(body, row.name)
    row.mime, row.size, row.digest = image.mime, image.size, image.digest
    row.width, row.height = image.width, image.height
    return _kept(_Checked(row, image.ending, image.body))


def _kept(checked: _Checked, *, refuse: bool = True) -> Taken:
    """Store it, or return the row with the same content; then its files are sure to be there.

    Another project's copy lends its stored file. Raises NoRoom if the quota may ``refuse`` it.
    """
    row, team = checked.row, checked.row.project.team
    row.words = row.name.casefold()
    same = Upload.objects.filter(project=row.project, digest=row.digest)
    if known := same.first():
        return Taken(_healed(known, checked), was_here=True)
    strays.sweep_beside(row)
    names: list[str] = []
    twin = _twin(row)
    try:
        if twin:
            row.thumb.name, row.file.name = twin.thumb.name, twin.file.name
        else:
            if refuse:
                room.check(team, row.name, row.size)
            # The thumbnail first: storing moves the file away.
            names.append(checked.keep_thumb())
            names.append(checked.keep())
            row.thumb.name, row.file.name = names
        with transaction.atomic():
            room.lock(team)
            if not room.shared(row):
                if refuse:
                    room.take(team, row.name, row.size)
                else:
                    room.came(team, uploads=row.size)
            row.save(force_insert=True)
    except IntegrityError:
        forget([one for one in names if one])
        return Taken(same.get(), was_here=True)
    except BaseException:
        forget([one for one in names if one])
        raise
    return Taken(row)


def _twin(row: Upload) -> Upload | None:
    """The same file in another project of the team, if it is still there."""
    rows = Upload.objects.filter(project__team=row.project.team_id, digest=row.digest)
    found = rows.first()
    return found if found and default_storage.exists(str(found.file.name)) else None


def _healed(upload: Upload, checked: _Checked) -> Upload:
    """The row that is there already; its files are put back if storage lost them."""
    if not upload.thumb or not default_storage.exists(str(upload.thumb.name)):
        upload.thumb.name = checked.keep_thumb()
        upload.save(update_fields=["thumb"])
    if not default_storage.exists(str(upload.file.name)):
        upload.file.name = checked.keep()
        upload.save(update_fields=["file"])
    return upload
