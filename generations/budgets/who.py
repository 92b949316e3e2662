"""Whose a budget is, what it is called, and who may set it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

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
    """Who may set a budget, and so is told of it and asked for more: owners, then producers."""
    owners = User.objects.filter(
        memberships__team=team, memberships__role=TeamRole.OWNER, is_active=True
    )
    found = list(owners.order_by("pk"))
    if scope == Scope.PROJECT:
        projects = Project.objects.filter(team=team, uuid=key)
    elif scope == Scope.PERSON and key.isdigit():
        projects = Project.objects.filter(memberships__in=_makers(team).filter(user=int(key)))
    else:
        return found
    producers = User.objects.filter(
        project_memberships__in=ProjectMembership.objects.filter(
            project__in=projects, role=ProjectRole.PRODUCER
        ),
        pk__in=_plain(team),
        is_active=True,
    )
    return found + list(producers.distinct().order_by("pk"))


def settable(user: User, team: Team, places: Iterable[Place]) -> set[Place]:
    """Which of these budgets a person may set; ``setters`` seen from the other side.

    Owners all; producers their projects', and those of ``people``. Four queries at most.
    """
    wanted = set(places)
    role = Membership.objects.filter(team=team, user=user).values_list("role", flat=True).first()
    if role == TeamRole.OWNER:
        return wanted
    if role != TeamRole.MEMBER:
        return set()
    found = {(Scope.PROJECT, key) for key in produced(user, team)}
    if any(scope == Scope.PERSON for scope, _ in wanted):
        found |= {(Scope.PERSON, key) for key in people(user, team)}
    return wanted & found


def may_set(user: User, team: Team, places: Iterable[Place]) -> bool:
    """May this person set all these budgets?"""
    wanted = set(places)
    return settable(user, team, wanted) == wanted


def people(user: User, team: Team) -> set[str]:
    """The members whose budgets a producer may set: who makes clips in a project of theirs.

    Such a budget limits all that the person makes in the team. Whoever begins a project is its
    producer and may take others in, so only projects that an owner began give this right; and it
    reaches no owner, no auditor and no other producer.
    """
    mine = ProjectMembership.objects.filter(user=user, role=ProjectRole.PRODUCER)
    rows = _makers(team).filter(project__in=mine.values("project"))
    return {str(one) for one in rows.values_list("user", flat=True)}


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


def _makers(team: Team) -> QuerySet[ProjectMembership]:
    """The roles by which a producer of the same project may set a person's budget."""
    owners = Membership.objects.filter(team=team, role=TeamRole.OWNER).values("user")
    rows = ProjectMembership.objects.filter(
        project__team=team,
        project__archived_at=None,
        project__personal_of=None,
        project__created_by__in=owners,
    )
    producers = rows.filter(role=ProjectRole.PRODUCER).values("user")
    makers = rows.filter(role=ProjectRole.CREATOR, user__in=_plain(team))
    return makers.exclude(user__in=producers)


def _plain(team: Team) -> QuerySet[Any, Any]:
    """The people of a team who are neither owner nor auditor."""
    return Membership.objects.filter(team=team, role=TeamRole.MEMBER).values("user")


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
