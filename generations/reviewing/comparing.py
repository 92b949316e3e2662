"""Several results side by side, and what was asked differently."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from accounts.models import Membership
from accounts.money import format_usd
from generations.access import Need, allowed, visible_projects
from generations.catalogue.types import Media
from generations.forms.values import label_of, shown
from generations.models import Asset, Generation, Project
from generations.titles import names_of, title

MOST = 4


@dataclass(frozen=True, slots=True)
class Side:
    """One of those that are compared. ``sees_money``: in its project."""

    g: Generation
    project: Project
    asset: Asset
    title: str
    may_review: bool
    sees_money: bool

    @property
    def is_picture(self) -> bool:
        return self.asset.kind == Media.IMAGE


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was asked, with the value of each side; "–" for not told."""

    label: str
    values: tuple[str, ...]

    @property
    def differs(self) -> bool:
        return len(set(self.values)) > 1


def keys_in(given: Iterable[str]) -> list[UUID]:
    """What reads as a result's id, each once, as asked for."""
    found: dict[UUID, None] = {}
    for text in given:
        try:
            found[UUID(text)] = None
        except ValueError:
            continue
    return list(found)


def sides(member: Membership, keys: list[UUID]) -> list[Side]:
    """Those of the keys that the member may see and that have a file, in their order.

    Three queries and two for each project; at most four clips.
    """
    projects = {one.pk: one for one in visible_projects(member)}
    # By their keys alone: with the team named beside them SQLite would read all its clips.
    rows = Generation.objects.filter(
        uuid__in=keys[: 4 * MOST], deleted_at=None, asset__isnull=False
    ).select_related("asset", "account", "user")
    found = {one.uuid: one for one in rows if one.project_id in projects}
    made: list[Side] = []
    for key in keys:
        if (g := found.get(key)) and len(made) < MOST:
            made.append(_side(g, projects[g.project_id], member))
    return made


def differences(found: list[Side]) -> list[Row]:
    """What was asked of at least two of them differently."""
    told = [_told(one) for one in found]
    labels = dict.fromkeys(label for one in told for label in one)
    rows = [Row(label, tuple(one.get(label, "–") for one in told)) for label in labels]
    return [one for one in rows if one.differs]


def _side(g: Generation, project: Project, member: Membership) -> Side:
    g.project, g.team = project, member.team
    project.team = member.team
    may = allowed(member.role, vars(project)["project_role"]) or Need.LOOK
    sees = may >= Need.CREATE or member.role == "auditor"
    name = title(g, names_of([g]))
    return Side(g, project, g.asset, name, project.archived_at is None, sees)


def _told(one: Side) -> dict[str, str]:
    g = one.g
    brief = g.brief
    found = {
        "Prompt": brief.prompt or one.title,
        "What": label_of(brief.operation),
        "Model": brief.model,
        "Provider": g.account.name,
        "Project": one.project.name,
    }
    for name, value in brief.options.items():
        found[label_of(name)] = shown(name, value)
    asset = one.asset
    found["Dimensions"] = f"{asset.width} × {asset.height}"
    if not one.is_picture:
        found["Real length"] = f"{asset.duration_ms / 1000:.2f} s"
    if one.sees_money and g.charged_micros is not None:
        found["Charged"] = format_usd(g.charged_micros) + (" play" if g.play else "")
    found["Made by"] = str(g.user)
    return found
