"""Searches kept under a name: one's own, and those shared with the team."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import TeamRole
from generations.models import SavedSearch
from generations.prompts.who import Reader

from .asked import Asked

MOST = 50
# As its column holds.
LONGEST = 1000


class TooMany(Exception):
    """The sentence says what to do."""


def seen_by(reader: Reader) -> QuerySet[SavedSearch]:
    """One's own and the shared ones, by name. Their makers come along."""
    mine = Q(user=reader.member.user_id) | Q(shared=True)
    rows = SavedSearch.objects.filter(mine, team=reader.member.team_id)
    return rows.select_related("user").order_by("name", "pk")


def may_change(reader: Reader, search: SavedSearch) -> bool:
    """Its maker may, and an owner where it is shared."""
    mine = search.user_id == reader.member.user_id
    return mine or (search.shared and reader.member.role == TeamRole.OWNER)


def save(reader: Reader, name: str, asked: Asked, *, shared: bool) -> SavedSearch:
    """Under a name that one has already, it takes the place of the old one. Raises TooMany."""
    mine = SavedSearch.objects.filter(team=reader.member.team, user=reader.member.user)
    if mine.exclude(name=name).count() >= MOST:
        raise TooMany(f"You have {MOST} saved searches. Remove one that you no longer need.")
    row, _ = mine.update_or_create(
        team=reader.member.team,
        user=reader.member.user,
        name=name,
        defaults={"query": asked.query, "shared": shared},
    )
    return row
