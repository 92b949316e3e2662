"""The files that went into a generation, as its page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from .catalogue.types import Brief, Input, Media
from .models import Generation, Project, Upload
from .titles import title


@dataclass(frozen=True, slots=True)
class Given:
    """One file. ``thumb`` is empty for sound; ``url`` leads to it, or to the page it came from."""

    role: str
    kind: str
    name: str
    facts: str
    url: str = ""
    thumb: str = ""
    said: str = ""
    is_clip: bool = False


def given(brief: Brief, project: Project) -> list[Given]:
    """In the order of the brief. Two queries at most."""
    files = {one.upload for one in brief.inputs if one.upload}
    clips = {one.clip for one in brief.inputs if one.clip}
    uploads = (
        {str(one.uuid): one for one in project.uploads.filter(uuid__in=files)} if files else {}
    )
    past: dict[str, Generation] = {}
    if clips:
        rows = Generation.objects.select_related("asset", "project")
        past = {str(one.uuid): one for one in rows.filter(project=project, uuid__in=clips)}
    place = [project.team.slug, project.uuid]
    roles = [one.role for one in brief.inputs]
    found = []
    for at, one in enumerate(brief.inputs):
        label = _label(one.role, roles, at)
        if one.clip:
            found.append(_clip(one, label, past.get(one.clip), place))
        else:
            found.append(_upload(one, label, uploads.get(one.upload), place))
    return found


def _upload(one: Input, label: str, row: Upload | None, place: Sequence[object]) -> Given:
    if row is None:
        return Given(label, one.kind, "A file that is gone", _facts(one), said=_said(one))
    url = reverse("upload_file", args=[*place, row.uuid])
    thumb = f"{url}?thumb=1" if row.thumb else ""
    return Given(label, one.kind, row.name, _facts(one), url, thumb, _said(one))


def _clip(one: Input, label: str, row: Generation | None, place: Sequence[object]) -> Given:
    if row is None:
        return Given(label, one.kind, "A clip that is gone", _facts(one), said=_said(one))
    url = reverse("generation", args=[*place, row.uuid])
    asset = getattr(row, "asset", None)
    thumb = reverse("clip_poster", args=[*place, row.uuid]) if asset and asset.poster else ""
    return Given(label, one.kind, title(row), _facts(one), url, thumb, _said(one), is_clip=True)


def _label(role: str, roles: Sequence[str], at: int) -> str:
    """ "Frame 2" where several files have the same role."""
    label = role.replace("_", " ").capitalize()
    if roles.count(role) < 2:
        return label
    return f"{label} {roles[: at + 1].count(role)}"


def _facts(one: Input) -> str:
    sides = f"{one.width} × {one.height}" if one.width and one.height else ""
    length = f"{one.ms / 1000:.1f} s" if one.kind != Media.IMAGE and one.ms else ""
    return " · ".join(filter(None, [sides, length]))


def _said(one: Input) -> str:
    """What the prompt calls it, and what it is there for."""
    called = f"@{one.name}" if one.name else ""
    return " · ".join(filter(None, [called, one.type]))
