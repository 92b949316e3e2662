"""Projects and who may do what in them; each change leaves an audit line."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from accounts import audit, invitations
from accounts.models import Membership, Team, TeamRole, User
from generations.access import Need, allowed, visible_projects
from generations.models import Project, ProjectMembership, ProjectRole


class CannotChange(Exception):
    """A change that does not fit the project as it is. ``str()`` is for people."""


PERSONAL = "This is a personal space: nobody else is given a role in it. Move it to the team first."


def make_project(maker: User, team: Team, name: str) -> Project:
    """A new project; whoever makes it is its first producer."""
    with transaction.atomic():
        project = Project.objects.create(team=team, name=name, created_by=maker)
        ProjectMembership.objects.create(project=project, user=maker, role=ProjectRole.PRODUCER)
        audit.record(maker, "project.made", project.name, team=team)
    return project


def personal_space(user: User, team: Team) -> Project:
    """A person's own project in a team, made when it is first asked for."""
    mine = Project.objects.filter(team=team, personal_of=user)
    if found := mine.first():
        return found
    try:
        with transaction.atomic():
            name = f"{user}"[:67].strip() + "’s own space"
            made = Project.objects.create(team=team, name=name, created_by=user, personal_of=user)
            ProjectMembership.objects.create(project=made, user=user, role=ProjectRole.PRODUCER)
            audit.record(user, "project.made", name, team=team, personal=True)
    except IntegrityError:  # pressed twice
        return mine.get()
    return made


def give_to_team(actor: User, project: Project, name: str) -> None:
    """A personal space becomes a project of the team, with all that is in it. Money stays in it."""
    before = project.name
    with transaction.atomic():
        rows = Project.objects.filter(pk=project.pk).exclude(personal_of=None)
        if not rows.update(personal_of=None, name=name):
            raise CannotChange("It is a project of the team already.")
        facts = {"before": before, "after": name}
        audit.record(actor, "project.given_to_team", name, team=project.team, **facts)
    project.personal_of, project.name = None, name


def places_for(member: Membership, without: Project | None = None) -> list[Project]:
    """The live projects in which a member may create, by name; others' own spaces are none."""
    rows = visible_projects(member).filter(archived_at=None)
    rows = rows.filter(Q(personal_of=None) | Q(personal_of=member.user_id)).order_by("name", "pk")
    found = []
    for row in rows:
        may = allowed(TeamRole(member.role), vars(row)["project_role"])
        if may is not None and may >= Need.CREATE and row != without:
            found.append(row)
    return found


def rename(actor: User, project: Project, name: str) -> None:
    before = project.name
    if before == name:
        return
    project.name = name
    with transaction.atomic():
        project.save(update_fields=["name"])
        audit.record(actor, "project.renamed", name, team=project.team, before=before, after=name)


def archive(actor: User, project: Project) -> None:
    """Out of the lists, and nothing new is made in it; what runs goes on to its end."""
    rows = Project.objects.filter(pk=project.pk, archived_at=None)
    with transaction.atomic():
        if rows.update(archived_at=timezone.now()):
            audit.record(actor, "project.archived", project.name, team=project.team)


def restore(actor: User, project: Project) -> None:
    rows = Project.objects.filter(pk=project.pk, archived_at__isnull=False)
    with transaction.atomic():
        if rows.update(archived_at=None):
            audit.record(actor, "project.restored", project.name, team=project.team)


def set_role(actor: User, project: Project, member: Membership, role: str) -> None:
    """Give a member of the team a role in the project; an empty one takes them out of it.

    Raises CannotChange in a personal space.
    """
    if project.personal_of_id:
        raise CannotChange(PERSONAL)
    rows = ProjectMembership.objects.filter(project=project, user_id=member.user_id)
    after = ProjectRole(role).value if role else ""
    with transaction.atomic():
        before = rows.values_list("role", flat=True).first() or ""
        if before == after:
            return
        if after:
            ProjectMembership.objects.update_or_create(
                project=project, user_id=member.user_id, defaults={"role": after}
            )
        else:
            rows.delete()
        target = f"{project.name}: {member.user.email}"
        facts = {"before": before, "after": after}
        audit.record(actor, "project.role", target, team=project.team, **facts)
        if before == ProjectRole.PRODUCER and member.role != TeamRole.OWNER:
            _end_invitations(actor, project, member)


def _end_invitations(actor: User, project: Project, member: Membership) -> None:
    """Into a project that they no longer produce, nobody's open links lead any more."""
    for one in invitations.open_ones(project.team).filter(by=member.user_id):
        if str(project.uuid) in one.projects:
            invitations.revoke(actor, one)
