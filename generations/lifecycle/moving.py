"""Moving results to another project. Who may see them follows; what they cost stays where it was.

The project that paid keeps the money: its movements, its budget, its lines of spend, its cases.
``Generation.paid_by`` says which it is, from the first move on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from accounts import audit
from accounts.models import Membership, User
from generations.access import Need, allowed
from generations.models import (
    FINAL,
    Asking,
    BudgetRequest,
    Generation,
    GuestLink,
    GuestLinkItem,
    Project,
    ProjectMembership,
)

from .carrying import Copies, carry, clips_in, copies
from .rows import note

RUNNING = "It is not finished yet. Move it when it is done."
NEEDED = "Something that is not finished yet is made from it. Move it when that is done."
BINNED = "It lies in the bin. Take it back first."
NOT_YOURS = (
    "Only its maker, who may create in both projects, or a producer of both projects moves it."
)
CHANGED = "It changed meanwhile. Look at it again."


class CannotMove(Exception):
    """Nothing at all can be moved there. ``str()`` is for people."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved, and what was not, each with the reason in words for people."""

    moved: list[Generation] = field(default_factory=list)
    refused: list[tuple[Generation, str]] = field(default_factory=list)

    @property
    def words(self) -> str:
        """The result in a sentence or two."""
        count, reasons = len(self.moved), {why for _, why in self.refused}
        said = [f"{count} result{'' if count == 1 else 's'} moved."] if count else []
        if self.refused:
            left = len(self.refused)
            said.append(f"{left} stayed where {'it is' if left == 1 else 'they are'}:")
            said.append(" ".join(sorted(reasons)))
        return " ".join(said) or "Nothing was moved."


def move(generations: Iterable[Generation], project: Project, user: User) -> Moved:
    """Move finished results of one team into ``project``; what may not go stays, with the reason.

    Raises CannotMove where nothing may go there at all: the project is archived, of another team,
    or the person may not create in it. Files that the briefs need come along. Copies files, so
    not inside a transaction.
    """
    pks = [one.pk for one in generations]
    rows = Generation.objects.filter(pk__in=pks, team=project.team_id)
    found = list(rows.select_related("project", "team", "user").order_by("pk"))
    roles = _Roles(user, project)
    roles.refuse_target()
    done = Moved()
    going = []
    for row in found:
        if row.project_id == project.pk:
            continue
        why = roles.refusal(row)
        if why:
            done.refused.append((row, why))
        else:
            going.append(row)
    going, left = _unneeded(going, done)
    if going:
        _go(going, left, project, user, done)
    return done


class _Roles:
    """What a person may do in the projects concerned."""

    def __init__(self, user: User, target: Project) -> None:
        self.user, self.target = user, target
        member = Membership.objects.filter(team=target.team_id, user=user).first()
        self.team_role = member.role if member else None
        mine = ProjectMembership.objects.filter(user=user, project__team=target.team_id)
        self.roles = dict(mine.values_list("project_id", "role"))

    def may(self, project: Project) -> Need:
        if self.team_role is None:
            return Need.LOOK
        return allowed(self.team_role, self.roles.get(project.pk)) or Need.LOOK

    def refuse_target(self) -> None:
        target = self.target
        if self.may(target) < Need.CREATE:
            raise CannotMove("Your role in that project does not allow this.")
        if target.archived_at:
            raise CannotMove(f"{target} is archived. Restore it first.")
        if target.personal_of_id not in (None, self.user.pk):
            raise CannotMove("Into a personal space only its own person moves something.")

    def refusal(self, row: Generation) -> str:
        """Why this one may not be moved; "" if it may."""
        lower = min(self.may(row.project), self.may(self.target))
        if lower < (Need.CREATE if row.user_id == self.user.pk else Need.PRODUCE):
            return NOT_YOURS
        if row.project.archived_at:
            return f"{row.project} is archived. Restore it first."
        if row.deleted_at:
            return BINNED
        return "" if row.state in FINAL else RUNNING


def _unneeded(
    going: list[Generation], done: Moved
) -> tuple[list[Generation], dict[int, list[Generation]]]:
    """Without those that something unfinished needs; and what stays and names what goes.

    The latter by the project that it stays in.
    """
    ids, left = {str(one.uuid) for one in going}, {}
    if not ids:
        return [], {}
    held: set[str] = set()
    for project in {one.project_id: one.project for one in going}.values():
        held |= _asked_with(project) & ids
        stays = [one for one in _made_with(project, going) if clips_in([one]) & ids]
        held |= clips_in(one for one in stays if not one.is_final) & ids
        left[project.pk] = [one for one in stays if one.is_final]
    done.refused.extend((one, NEEDED) for one in going if str(one.uuid) in held)
    return [one for one in going if str(one.uuid) not in held], left


def _made_with(project: Project, going: Sequence[Generation]) -> list[Generation]:
    """What stays in a project and was made from something that goes."""
    rows = Generation.objects.filter(project=project, pk__gt=min(one.pk for one in going))
    rows = rows.exclude(made_from=None).exclude(pk__in=[one.pk for one in going])
    ids = {str(one.uuid) for one in going}
    briefs = rows.values_list("pk", "brief_json").iterator(500)
    pks = [pk for pk, brief in briefs if any(one.get("clip") in ids for one in brief["inputs"])]
    return list(Generation.objects.filter(pk__in=pks).select_related("project").order_by("pk"))


def _asked_with(project: Project) -> set[str]:
    """The results that go into what waits for a bigger budget."""
    rows = BudgetRequest.objects.filter(project=project, state=Asking.WAITING)
    briefs = rows.values_list("brief_json", flat=True)
    return {one["clip"] for brief in briefs for one in brief["inputs"] if one.get("clip")}


def _go(
    going: list[Generation],
    left: dict[int, list[Generation]],
    project: Project,
    user: User,
    done: Moved,
) -> None:
    """First the files, then everything else at once."""
    ids = {str(one.uuid) for one in going}
    there = Generation.objects.filter(project=project, uuid__in=clips_in(going) - ids)
    known = ids | {str(one) for one in there.values_list("uuid", flat=True)}
    brought = copies(clips_in(going) - known, project, user)
    came_from = {one.pk: one.project for one in going}
    sources = {one.pk: one for one in came_from.values()}
    behind = {pk: copies(clips_in(left[pk]) & ids, source, user) for pk, source in sources.items()}
    with transaction.atomic():
        # In the order of their keys, as everybody takes them; projects come last.
        for row in going:
            _one(row, project, user, brought, done)
        if not done.moved:
            return
        gone = {str(one.uuid) for one in done.moved}
        changed = []
        for pk, source in sources.items():
            kept = {uuid: one for uuid, one in behind[pk].items() if uuid in gone}
            for row in left[pk]:
                if clips_in([row]) & kept.keys():
                    carry(row, source, user, kept)
                    changed.append(row)
        _links_along(done.moved, project)
        _tell(done.moved, came_from, project, user)
        _touch([*done.moved, *changed], {project.pk, *sources})


def _one(row: Generation, project: Project, user: User, brought: Copies, done: Moved) -> None:
    before = row.project
    still = Generation.objects.filter(pk=row.pk, project=before, deleted_at=None, state__in=FINAL)
    if not still.update(paid_by=Coalesce("paid_by", "project"), project=project):
        done.refused.append((row, CHANGED))
        return
    # Back where it was paid, it needs no second name for that.
    Generation.objects.filter(pk=row.pk, paid_by=project).update(paid_by=None)
    row.project = project
    row.project_id = project.pk
    carry(row, project, user, brought)
    facts = {"from": str(before.uuid), "to": str(project.uuid)}
    note(row, "moved", f"Moved from {before} to {project} by {user}.", **facts)
    done.moved.append(row)


def _links_along(rows: Sequence[Generation], project: Project) -> None:
    """Guest links go on showing what they show; one with nothing left behind goes along whole."""
    items = GuestLinkItem.objects.filter(generation__in=[one.pk for one in rows])
    links = set(items.values_list("link", flat=True))
    others = GuestLinkItem.objects.filter(link__in=links).exclude(generation__project=project)
    whole = links - set(others.values_list("link", flat=True))
    GuestLink.objects.filter(pk__in=whole).update(project=project)


def _tell(
    rows: Sequence[Generation], came_from: dict[int, Project], project: Project, user: User
) -> None:
    """One audit line for each project that something left."""
    for source in {one.pk: one for one in came_from.values()}.values():
        mine = [str(one.uuid) for one in rows if came_from[one.pk] == source]
        if mine:
            target = f"{len(mine)} result{'' if len(mine) == 1 else 's'}"
            facts = {"before": source.name, "after": project.name, "generations": mine}
            audit.record(user, "generation.moved", target, team=project.team, **facts)


def _touch(rows: Sequence[Generation], projects: set[int]) -> None:
    """Let the live pages of all of them see it. Last, and projects in the order of their keys."""
    for pk in sorted(projects):
        here = Project.objects.filter(pk=pk)
        here.update(version=F("version") + 1)
        version = here.values_list("version", flat=True).get()
        mine = [one.pk for one in rows if one.project_id == pk]
        Generation.objects.filter(pk__in=mine).update(version=version)
