"""Makers of people, teams and bills."""

from __future__ import annotations

from itertools import count

from accounts.ledger import Bill
from accounts.models import Membership, Team, TeamRole, User

MONTH = "2026-11"
_number = count(1)


def person(name: str = "Ada", **fields) -> User:
    email = fields.pop("email", f"{name.lower()}{next(_number)}@example.org")
    return User.objects.create_user(email, "correct horse battery", name=name, **fields)


def team(*owners: User, slug: str = "") -> Team:
    slug = slug or f"team-{next(_number)}"
    made = Team.objects.create(slug=slug, name=slug.title())
    for owner in owners:
        join(made, owner, TeamRole.OWNER)
    return made


def join(team: Team, user: User, role: TeamRole = TeamRole.MEMBER) -> Membership:
    return Membership.objects.create(team=team, user=user, role=role)


def bill(team: Team, user: User, subject: str, **fields) -> Bill:
    given = {"project": "film", "account": "pixazo", "play": False, "month": MONTH}
    return Bill(team=team, user=user, subject=subject, **{**given, **fields})
