"""What an invitation gives beside the team: roles in its projects."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from accounts import invitations
from accounts.models import Invitation, Membership, TeamRole, User
from generations import projects
from generations.models import Project, ProjectMembership, ProjectRole


def projects_to_invite_to(by: Membership) -> QuerySet[Project]:
    """The live projects of a team in which somebody gives roles: all to owners, else one's own."""
    rows = Project.objects.filter(team=by.team_id, archived_at=None, personal_of=None)
    if by.role == TeamRole.OWNER:
        return rows
    if by.role != TeamRole.MEMBER:
        return rows.none()
    mine = ProjectMembership.objects.filter(user=by.user_id, role=ProjectRole.PRODUCER)
    return rows.filter(pk__in=mine.values("project"))


def may_invite(by: Membership) -> bool:
    """Owners, and producers of a project."""
    return by.role == TeamRole.OWNER or projects_to_invite_to(by).exists()


def open_ones(by: Membership) -> list[Invitation]:
    """The open invitations that somebody may see and revoke: all to owners, else one's own."""
    rows = invitations.open_ones(by.team)
    return list(rows if by.role == TeamRole.OWNER else rows.filter(by=by.user_id))


def take(one: Invitation, user: User) -> None:
    """Join the team and its projects, all or nothing. Raises what ``invitations.accept`` does.

    A project that was archived meanwhile, or in which whoever invited gives no roles any more, is
    passed over. Raises Over where they may invite nobody at all any more.
    """
    with transaction.atomic():
        by = Membership.objects.filter(team=one.team, user=one.by).first()
        if by is None or not may_invite(by):
            raise invitations.Over("Whoever invited you may no longer do so.")
        member = invitations.accept(one, user)
        if member is None:
            return
        rows = projects_to_invite_to(by).filter(uuid__in=one.projects)
        for project in rows.order_by("pk"):
            projects.set_role(one.by, project, member, one.projects[str(project.uuid)])


def sign_up(one: Invitation, email: str, name: str, password: str) -> User:
    """A new person who joins at once. Raises IntegrityError where the e-mail is taken."""
    with transaction.atomic():
        user = User.objects.create_user(email, password, name=name)
        take(one, user)
    return user
