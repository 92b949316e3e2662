"""Where a clip comes from: the earlier clip that went in, the shot it belongs to, its files."""

from __future__ import annotations

from collections.abc import Sequence

from generations.catalogue.types import Brief
from generations.models import Generation, Project, Upload, UploadUse


def trace(
    made: Sequence[Generation], project: Project, brief: Brief, remix_of: Generation | None
) -> None:
    """Write down what ``made``, takes of one ``brief``, were made of. In the request's transaction.

    The first earlier clip among the inputs, itself or a picture of it, is what they are made
    from; together with what they are a remix of it says to which shot they belong.
    """
    ids = [one.upload for one in brief.inputs if one.upload]
    uploads = {str(one.uuid): one for one in Upload.objects.filter(project=project, uuid__in=ids)}
    UploadUse.objects.bulk_create(
        [UploadUse(upload=upload, generation=one) for upload in uploads.values() for one in made]
    )
    source = _source(project, brief, uploads)
    parent = source or remix_of
    if parent is None:
        return
    for one in made:
        one.made_from, one.shot_id = source, parent.shot_id or parent.pk
    Generation.objects.bulk_update(made, ["made_from", "shot"])


def _source(project: Project, brief: Brief, uploads: dict[str, Upload]) -> Generation | None:
    for one in brief.inputs:
        if one.clip:
            return Generation.objects.filter(uuid=one.clip, team=project.team_id).first()
        if (upload := uploads.get(one.upload)) and upload.clip_id:
            return upload.clip
    return None
