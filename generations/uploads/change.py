"""Names, folders and tags of uploads; deleting them, and taking that back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from accounts import audit
from accounts.models import Team, User
from generations.media import removed, room
from generations.models import TeamStorage, Upload, UploadTag

from . import using
from .who import Reader

MOST_TAGS = 12


@dataclass(slots=True)
class Done:
    """What became of several files: those that were changed, and why others were not."""

    rows: list[Upload] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)


@transaction.atomic
def describe(upload: Upload, name: str, folder: str, tags: Iterable[str]) -> None:
    upload.name, upload.folder = name, folder
    upload.tags.all().delete()
    wanted = dict.fromkeys(tags)
    UploadTag.objects.bulk_create(UploadTag(upload=upload, name=one) for one in wanted)
    upload.words = words_of(upload, wanted)
    upload.save(update_fields=["name", "folder", "words"])


@transaction.atomic
def file_away(rows: Sequence[Upload], folder: str) -> None:
    """Into one folder; the empty name is none. The tags are read once for all."""
    for one, tags in _tagged(rows):
        one.folder = folder
        one.words = words_of(one, tags)
    Upload.objects.bulk_update(rows, ["folder", "words"], batch_size=200)


@transaction.atomic
def tag(rows: Sequence[Upload], names: Sequence[str], *, away: bool = False) -> Done:
    """Add the tags, or take them ``away``. A file that has as many as it may keeps what it has."""
    done = Done()
    made = []
    for one, tags in _tagged(rows):
        wanted = [name for name in tags if name not in names] if away else [*tags, *names]
        wanted = list(dict.fromkeys(wanted))
        if len(wanted) > MOST_TAGS:
            done.reasons.append(f"{one.name} would have more than {MOST_TAGS} tags.")
            continue
        one.words = words_of(one, wanted)
        made += [UploadTag(upload=one, name=name) for name in wanted if name not in tags]
        done.rows.append(one)
    if away:
        UploadTag.objects.filter(upload__in=done.rows, name__in=names).delete()
    UploadTag.objects.bulk_create(made, ignore_conflicts=True)
    Upload.objects.bulk_update(done.rows, ["words"], batch_size=200)
    return done


def remove(reader: Reader, user: User, rows: Sequence[Upload]) -> Done:
    """Delete what nothing uses and this person may delete; the others stay, with the reason."""
    done = Done()
    uses = using.keeping(rows)
    for one in rows:
        if not reader.may_remove(one):
            done.reasons.append(f"{one.name} is of somebody else: producers and owners delete it.")
        elif used := uses[one.pk]:
            done.reasons.append(f"{one.name} stays: it is used by {used.said}.")
        elif _removed(user, reader.member.team, one):
            done.rows.append(one)
        else:
            done.reasons.append(f"{one.name} stays: something began to use it just now.")
    return done


def bring_back(reader: Reader, user: User, keys: Iterable[UUID]) -> list[Upload]:
    """Undo deletions, where the reader may put something into the project."""
    found = []
    mine = {row.pk for row in reader.makes_in}
    for key in keys:
        if removed.project_of(key) in mine and (row := removed.bring_back(key)):
            audit.record(user, "upload.restored", row.name, team=reader.member.team)
            found.append(row)
    return found


@transaction.atomic
def set_limit(team: Team, user: User, limit: int | None) -> None:
    room.lock(team)
    row = TeamStorage.objects.get(team=team)
    before, row.limit = row.limit, limit
    row.save(update_fields=["limit"])
    audit.record(
        user, "storage.limit", team.name, team=team, before=_limit(before), after=_limit(limit)
    )


def words_of(upload: Upload, tags: Iterable[str]) -> str:
    """What the search looks at."""
    return " ".join([upload.name, upload.folder, *tags]).casefold()


def _removed(user: User, team: Team, upload: Upload) -> bool:
    name, size = upload.name, room.said(upload.size)
    upload_uuid = upload.uuid
    try:
        with transaction.atomic():
            removed.remove(upload)
            audit.record(user, "upload.deleted", name, team=team, size=size, file=str(upload_uuid))
    except (ProtectedError, IntegrityError):
        return False
    return True


def _tagged(rows: Sequence[Upload]) -> list[tuple[Upload, list[str]]]:
    found: dict[int, list[str]] = {one.pk: [] for one in rows}
    tags = UploadTag.objects.filter(upload__in=rows).order_by("name")
    for key, name in tags.values_list("upload", "name"):
        found[key].append(name)
    return [(one, found[one.pk]) for one in rows]


def _limit(limit: int | None) -> str:
    return "none" if limit is None else room.said(limit)
