"""Whose a budget is, what it is called, and who may set it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable

from accounts.models import Membership, Scope, Team, TeamRole, User
from generations.models import Project, ProjectMembership, ProjectRole, ProviderAccount

# A budget of a team: what it limits, and the id of that.
type Place = tuple[str, str]


def names(team: Team, places: Iterable[Place]) -> dict[Place, str]:
    """What each budget is called on pages, in mails and in the audit. Three queries at most."""
    keys: dict[str, set[str]] = defaultdict(set)
    for scope, key in places:
        keys[scope].add(key)
    found: dict[Place, str] = {(Scope.TEAM, ""): "Team"}
    if ids := keys[Scope.PROJECT]:
        rows = Project.objects.filter(team=team, uuid__in=[one for one in ids if _is_uuid(one)])
        found |= {(Scope.PROJECT, str(one.uuid)): f"Project {one.name}" for one in rows}
    if ids := keys[Scope.PERSON]:
        people = User.objects.filter(pk__in=[int(one) for one in ids if one.isdigit()])
        found |= {(Scope.PERSON, str(one.pk)): str(one) for one in people}
    if ids := keys[Scope.ACCOUNT]:
        accounts = ProviderAccount.objects.filter(team=team).only("uuid", "name")
        rows_ = accounts.filter(uuid__in=[one for one in ids if _is_uuid(one)])
        found |= {(Scope.ACCOUNT, str(one.uuid)): one.name for one in rows_}
    return found


def called(team: Team, scope: str, key: str, *, play: bool) -> str:
    """A budget within a sentence: ``the play budget of Winter campaign``. Three queries at most."""
    kind = "play budget" if play else "budget"
    if scope == Scope.TEAM:
        return f"the team’s {kind}"
    name = names(team, [(scope, key)]).get((scope, key), f"a {Scope(scope).label.lower()}")
    return f"the {kind} of {name.removeprefix('Project ') if scope == Scope.PROJECT else name}"


def setters(team: Team, scope: str, key: str) -> list[User]:
    """Who may set a budget, and so is told of it and asked for more: producers, owners."""
    owners = User.objects.filter(
        memberships__team=team, memberships__role=TeamRole.OWNER, is_active=True
    )
    found = list(owners.order_by("pk"))
    if scope == Scope.PROJECT:
        found += User.objects.filter(
            project_memberships__project__uuid=key,
            project_memberships__role=ProjectRole.PRODUCER,
            memberships__team=team,
            memberships__role=TeamRole.MEMBER,
            is_active=True,
        ).order_by("pk")
    return found


def may_set(user: User, team: Team, places: Iterable[Place]) -> bool:
    """May this person set all these budgets? Owners all, producers those of their projects."""
    wanted = set(places)
    role = Membership.objects.filter(team=team, user=user).values_list("role", flat=True).first()
    if role == TeamRole.OWNER:
        return True
    if role != TeamRole.MEMBER or any(scope != Scope.PROJECT for scope, _ in wanted):
        return False
    return {key for _, key in wanted} <= produced(user, team)


def produced(user: User, team: Team) -> set[str]:
    """The projects of a team that a person produces."""
    rows = ProjectMembership.objects.filter(
        user=user, project__team=team, role=ProjectRole.PRODUCER
    )
    return {str(one) for one in rows.values_list("project__uuid", flat=True)}


def spends_in(user: User, team: Team) -> set[str]:
    """The projects of a team whose budget a person spends from: as producer or creator, live."""
    rows = ProjectMembership.objects.filter(
        user=user, project__team=team, project__archived_at=None
    ).exclude(role=ProjectRole.VIEWER)
    return {str(one) for one in rows.values_list("project__uuid", flat=True)}


def sees_money(user: User, team: Team) -> bool:
    """Does a member see any budget? All but those who may only look, wherever they may."""
    role = Membership.objects.filter(team=team, user=user).values_list("role", flat=True).first()
    if role != TeamRole.MEMBER:
        return role is not None
    mine = ProjectMembership.objects.filter(user=user, project__team=team)
    return mine.exclude(role=ProjectRole.VIEWER).exists()


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
