"""A team, its people, projects and provider accounts, and how long it has been at work."""

from __future__ import annotations

import datetime as dt
import random
import re
import uuid
from typing import Any

from django.utils import timezone

from accounts import teams
from accounts.models import Membership, Team, TeamRole, User
from generations.models import ProjectMembership, ProjectRole, ProviderAccount
from generations.projects import make_project

PROVIDERS = ("pixverse", "worldrouter", "pixazo", "easyrouter", "useapi")
THINGS = "kite lighthouse fox rain neon fern ferry crowd storm boat street dunes clock tea"
WORDS = tuple(re.findall(r"\w+", THINGS))


class World:
    """Who works, where and since when. ``dice`` throws the same for the same seed."""

    def __init__(self, people: int, projects: int, months: int, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - rows to measure with, nothing secret
        self.owner = _person("Hanna History")
        self.team = teams.make_team(self.owner, "History")
        members = [_person(f"Creator {n}") for n in range(1, people)]
        Membership.objects.bulk_create(
            Membership(team=self.team, user=user, role=TeamRole.MEMBER) for user in members
        )
        self.people = [self.owner, *members]
        self.projects = [
            make_project(self.owner, self.team, f"Project {n + 1}") for n in range(projects)
        ]
        ProjectMembership.objects.bulk_create(
            ProjectMembership(project=project, user=user, role=ProjectRole.CREATOR)
            for user in members
            for project in self.projects
        )
        self.accounts = [_account(self.team, one) for one in PROVIDERS]
        self.now = timezone.now()
        self.start = self.now - dt.timedelta(days=30 * months)
        self.span = int((self.now - self.start).total_seconds())

    def chance(self, share: float) -> bool:
        return self.dice.random() < share

    def moment(self) -> dt.datetime:
        return self.start + dt.timedelta(seconds=self.dice.randrange(self.span))

    def favourite(self, count: int) -> int:
        """A number below ``count``; few of them come often, as with everything people use."""
        return int(count * self.dice.random() ** 3)

    def words(self, number: int) -> str:
        return f"A {WORDS[number % 14]} and a {WORDS[number // 14 % 14]}, take {number}"

    def key(self) -> uuid.UUID:
        return uuid.UUID(int=self.dice.getrandbits(128), version=4)


def _person(name: str) -> User:
    return User.objects.create_user(f"history-{uuid.uuid4().hex[:8]}@example.org", name=name)


def _account(team: Team, provider: str) -> ProviderAccount:
    row: Any = ProviderAccount.objects.create(
        team=team,
        provider=provider,
        name=provider.title(),
        base_url=f"https://{provider}.example",
        key="made-up",
        enabled=False,
        concurrency=1,
    )
    return ProviderAccount.objects.get(pk=row.pk)
