"""Handing files over, in the form that the provider account wants."""

from __future__ import annotations

import base64
import datetime as dt

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Q
from django.utils import timezone

from generations.catalogue.types import Input
from generations.media import uploads
from generations.media.errors import BadFile
from generations.media.links import NoAddress, input_link
from generations.models import (
    Asset,
    Attempt,
    Found,
    Generation,
    Project,
    ProviderAccount,
    Selection,
    State,
    Upload,
)
from generations.models import Handle as HandleRow
from generations.providers.client import Client
from generations.providers.types import Handle, ProviderError, Refused


class HandleFailed(Exception):
    """A file could not be handed over; ``trouble`` says why."""

    def __init__(self, trouble: ProviderError) -> None:
        super().__init__(str(trouble))
        self.trouble = trouble


def handles_for(generation: Generation, client: Client) -> tuple[Handle, ...]:
    """Each input of the brief as this account knows it; made again when it has expired.

    In the order of the brief. Uses the network; raises HandleFailed.
    """
    project, account = generation.project, generation.account
    inputs = generation.brief.inputs
    handles = tuple(hand_over(one, project, account, client) for one in inputs)
    _check_masks(generation, handles)
    return handles


def _check_masks(generation: Generation, handles: tuple[Handle, ...]) -> None:
    """Masks are good for the copy of the source that they were found on. Raises HandleFailed."""
    options = generation.brief.options
    masks = [str(value) for name, value in options.items() if name.startswith("mask")]
    for one, handle in zip(generation.brief.inputs, handles, strict=True):
        if one.role != "source" or not masks:
            continue
        rows = Selection.objects.of(one).filter(
            project=generation.project,
            account=generation.account,
            keyframe=int(options.get("keyframe") or 0),
            state=Found.DONE,
        )
        same = {"form": handle.form, "value": handle.value}
        if not any(row.has(*masks) and row.handle == same for row in rows):
            said = "The video had to be handed over anew, so its masks are void. Find them again."
            raise HandleFailed(Refused(said, field="mask"))


def hand_over(one: Input, project: Project, account: ProviderAccount, client: Client) -> Handle:
    """One input of a project as one account knows it. Uses the network; raises HandleFailed."""
    rules = account.catalogue.media.get(one.kind)
    if rules is None:
        raise HandleFailed(Refused(f"{account.name} takes no {one.kind}", field=one.role))
    if one.clip and client.takes_by_id(one.role):
        own = _own_clip(one, project, account)
        if own is not None:
            return own
    try:
        upload = _file(one, project)
        if rules.form == "link":
            return Handle("link", input_link(upload, account))
        if rules.form == "data_uri":
            body = base64.b64encode(uploads.read(upload)).decode()
            return Handle("data_uri", f"data:{upload.mime};base64,{body}")
        return _known(upload, account) or _uploaded(upload, account, client)
    except NoAddress as trouble:
        raise HandleFailed(Refused(str(trouble), field=one.role)) from trouble
    except (ObjectDoesNotExist, FileNotFoundError, BadFile) as trouble:
        said = f"The file for {one.role.replace('_', ' ')} is not in our keeping any more."
        raise HandleFailed(Refused(said, field=one.role)) from trouble


def _own_clip(one: Input, project: Project, account: ProviderAccount) -> Handle | None:
    """A clip that this very account made is known there by its remote id; needs no upload."""
    attempt = Attempt.objects.filter(
        generation__uuid=one.clip,
        generation__project=project,
        generation__state=State.SUCCEEDED,
        account=account,
    ).exclude(remote_id="")
    found = attempt.order_by("-number").first()
    return Handle("remote_id", found.remote_id) if found else None


def _file(one: Input, project: Project) -> Upload:
    """The file itself; of an earlier result a copy among the uploads. Raises if it is lost."""
    if not one.clip:
        return Upload.objects.get(uuid=one.upload, project=project)
    rows = Generation.objects.select_related("project", "user", "asset")
    clip = rows.get(uuid=one.clip, project=project)
    return uploads.from_clip(clip, clip.user)


def _known(upload: Upload, account: ProviderAccount) -> Handle | None:
    row = HandleRow.objects.filter(upload=upload, account=account).first()
    if row is None or (row.expires_at and row.expires_at < timezone.now()):
        return None
    return Handle(row.form, row.value, row.expires_at)


def _uploaded(upload: Upload, account: ProviderAccount, client: Client) -> Handle:
    try:
        handle, _ = client.upload(uploads.as_media_file(upload))
    except ProviderError as trouble:
        raise HandleFailed(trouble) from trouble
    if handle is None:
        raise HandleFailed(Refused(f"{account.name} takes no uploads"))
    rules = account.catalogue.media.get(upload.kind)
    life = rules.handle_life_s if rules else None
    expires = handle.expires_at or (timezone.now() + dt.timedelta(seconds=life) if life else None)
    HandleRow.objects.update_or_create(
        upload=upload,
        account=account,
        defaults={
            "form": handle.form,
            "value": handle.value,
            "made_at": timezone.now(),
            "expires_at": expires,
        },
    )
    return handle


def drop_handles(generation: Generation) -> bool:
    """Forget handles that the provider no longer knows. True if it was worth another try."""
    if generation.attempts.count() > 1:
        return False
    stale = timezone.now() - dt.timedelta(seconds=60)
    inputs = generation.brief.inputs
    given = Q(upload__uuid__in=[one.upload for one in inputs if one.upload])
    copies = Asset.objects.filter(generation__uuid__in=[one.clip for one in inputs if one.clip])
    given |= Q(upload__project=generation.project, upload__digest__in=copies.values("digest"))
    rows = HandleRow.objects.filter(given, account=generation.account, made_at__lt=stale)
    return rows.delete()[0] > 0
