"""What a brief needs, brought along into another project: rows of its own, files stored once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.core.exceptions import ObjectDoesNotExist

from accounts.models import User
from generations.catalogue.types import Brief, Input
from generations.media import uploads
from generations.media.errors import BadFile
from generations.models import Generation, Project, Upload, UploadTag, UploadUse

# Clips that stay behind, as files of the project in which they are needed; by the clip's id.
type Copies = Mapping[str, Upload]

_SAME = ("name", "kind", "mime", "ms", "codec", "size", "width", "height", "folder", "words")


def clips_in(rows: Iterable[Generation]) -> set[str]:
    """The earlier results that went into these."""
    return {one["clip"] for row in rows for one in row.brief_json["inputs"] if one.get("clip")}


def copies(wanted: Iterable[str], project: Project, user: User) -> dict[str, Upload]:
    """Results of other projects as files of this one. Copies files, so outside a transaction.

    Those whose file is gone are left out: there is nothing to bring along.
    """
    found = {}
    ids = [one for one in wanted if one]
    rows = Generation.objects.filter(uuid__in=ids, team=project.team_id)
    for row in rows.select_related("asset", "project"):
        try:
            found[str(row.uuid)] = uploads.from_clip(row, user, project)
        except (BadFile, FileNotFoundError, ObjectDoesNotExist):
            continue
    return found


def carry(row: Generation, project: Project, user: User, clips: Copies) -> None:
    """Let the brief of ``row`` speak of files of ``project``. In the caller's transaction.

    ``clips`` are the results that it may no longer name, as files. What was asked, and every
    byte that went in, stays as it was: only where it is found changes.
    """
    brief = row.brief
    named = [one.upload for one in brief.inputs if one.upload]
    files = {str(one.uuid): one for one in Upload.objects.filter(uuid__in=named)}
    here = {uuid: shared(one, project, user) for uuid, one in files.items()}
    inputs = tuple(_of(one, here, clips) for one in brief.inputs)
    UploadUse.objects.filter(generation=row).delete()
    used = {one.upload for one in inputs if one.upload}
    kept = {str(one.uuid): one for one in (*here.values(), *clips.values())}
    UploadUse.objects.bulk_create(
        [UploadUse(upload=kept[uuid], generation=row) for uuid in sorted(used) if uuid in kept]
    )
    if inputs != brief.inputs:
        row.brief_json = _json(brief, inputs)
        Generation.objects.filter(pk=row.pk).update(brief_json=row.brief_json)


def shared(upload: Upload, project: Project, user: User) -> Upload:
    """The same file as one of another project; the file itself is not stored again."""
    if upload.project_id == project.pk:
        return upload
    found, made = Upload.objects.get_or_create(
        project=project,
        digest=upload.digest,
        defaults={
            "user": user,
            "file": upload.file.name,
            "thumb": upload.thumb.name,
            "clip_id": upload.clip_id,
            **{name: getattr(upload, name) for name in _SAME},
        },
    )
    if made:
        names = upload.tags.values_list("name", flat=True)
        UploadTag.objects.bulk_create([UploadTag(upload=found, name=name) for name in names])
    return found


def _of(one: Input, here: Mapping[str, Upload], clips: Copies) -> Input:
    if one.clip and (copy := clips.get(one.clip)):
        return copy.as_input(one.role, one.name, one.type)
    if one.upload and (row := here.get(one.upload)):
        return replace(one, upload=str(row.uuid))
    return one


def _json(brief: Brief, inputs: Sequence[Input]) -> dict[str, Any]:
    return replace(brief, inputs=tuple(inputs)).to_json()
