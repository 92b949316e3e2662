"""The ledger of a month, line by line, with what was held and charged after each."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Max

from accounts.models import Kind, Movement, Team
from generations.models import Generation, ProviderAccount

from .month_sums import moved

PAGE = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """A movement, and how the team's month stood after it: micro-dollars."""

    movement: Movement
    held_micros: int
    charged_micros: int
    generation: Generation | None
    account: str


@dataclass(frozen=True, slots=True)
class Page:
    """The newest first. ``older``: where the next page begins; 0 where there is none."""

    entries: list[Entry]
    older: int


def step(one: Movement) -> tuple[int, int]:
    """What a movement changed of what is held, and of what is charged."""
    match one.kind:
        case Kind.HOLD:
            return one.micros, 0
        case Kind.SETTLE:
            return -one.micros, one.micros
        case Kind.RELEASE:
            return -one.micros, 0
    return 0, one.micros


def kinds(team: Team, month: str) -> list[bool]:
    """Which money moved in a month: False for real, True for play. One query."""
    rows = Movement.objects.filter(team=team, month=month).order_by()
    return [one["play"] for one in rows.values("play").annotate(last=Max("pk")).order_by("play")]


def page(team: Team, month: str, *, play: bool, before: int | None = None) -> Page:
    """Movements of one kind of money, those before a place in the order. Four queries at most.

    They were written one after the other (``purses.queue_at``), so their order is that of the
    balances. The newest balance is what the team's budget of the month says.
    """
    rows = Movement.objects.filter(team=team, month=month, play=play)
    asked = rows if before is None else rows.filter(pk__lt=before)
    found = list(asked.select_related("user").order_by("-pk")[: PAGE + 1])
    some = found[:PAGE]
    if not some:
        return Page([], 0)
    clips = Generation.objects.filter(uuid__in={one.subject for one in some})
    about = {str(one.uuid): one for one in clips.select_related("project")}
    accounts = ProviderAccount.objects.filter(team=team).values_list("uuid", "name")
    names = {str(uuid): name for uuid, name in accounts}
    held = charged = 0
    for sums in moved(rows.filter(pk__lt=some[-1].pk)):
        held, charged = sums.held_micros, sums.micros
    made = []
    for one in reversed(some):
        of_held, of_charged = step(one)
        held, charged = held + of_held, charged + of_charged
        name = names.get(one.account, "")
        made.append(Entry(one, held, charged, about.get(one.subject), name))
    return Page(made[::-1], some[-1].pk if len(found) > PAGE else 0)
