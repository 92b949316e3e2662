"""The bin: results put away, taken back, and their files removed when their time is over.

The row, its money and the facts of its file stay for ever: only the file goes.
"""

from __future__ import annotations

import datetime as dt
import logging
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.text import Truncator

from accounts import audit
from accounts.models import Team, User
from generations.access import Need
from generations.media import room
from generations.media.storing import forget
from generations.models import Asset, Event, Generation, GuestLinkItem, State
from generations.models.generations import FINAL
from generations.prompts.who import Reader
from generations.titles import in_a_line

log = logging.getLogger(__name__)

PAGE = 24
BATCH = 100
# Between what may be taken back and what is removed: nobody takes back what goes away just now.
MARGIN = dt.timedelta(hours=1)
LIVE = tuple(state for state in State if state not in FINAL)


@dataclass(slots=True)
class Outcome:
    """What was done, and why the others were left: one sentence for each reason."""

    done: list[Generation] = field(default_factory=list)
    left: list[tuple[Generation, str]] = field(default_factory=list)
    at: dt.datetime | None = None

    @property
    def reasons(self) -> list[str]:
        return list(dict.fromkeys(reason for _, reason in self.left))


def may_delete(reader: Reader, g: Generation) -> bool:
    """Producers may delete anything of their projects, creators what they made themselves."""
    may = reader.projects.get(g.project_id, Need.LOOK)
    return may >= Need.PRODUCE or (may >= Need.CREATE and g.user_id == reader.member.user_id)


def may_restore(reader: Reader, g: Generation) -> bool:
    """Is it in the bin, its time there not over, and one's to touch?"""
    return bool(g.deleted_at and g.deleted_at >= _cutoff()) and may_delete(reader, g)


def delete(reader: Reader, some: Sequence[Generation]) -> Outcome:
    """Put results into the bin, but for those that may not be, each with its reason."""
    user, team = reader.member.user, reader.member.team
    outcome = Outcome(at=timezone.now())
    with transaction.atomic():
        keys = [one.pk for one in some]
        locked = Generation.objects.select_for_update().filter(pk__in=keys, deleted_at=None)
        rows = list(locked.order_by("pk").select_related(None))
        why = protected(rows)
        for one in rows:
            if not may_delete(reader, one):
                outcome.left.append((one, "Only its maker or a producer may delete a result."))
            elif reason := why.get(one.pk):
                outcome.left.append((one, reason))
            else:
                outcome.done.append(one)
        done = [one.pk for one in outcome.done]
        Generation.objects.filter(pk__in=done).update(deleted_at=outcome.at, deleted_by=user)
        _tell(outcome.done, "binned", f"Put into the bin by {user}.")
        _note(user, team, "result.deleted", outcome.done)
    return outcome


def restore(reader: Reader, some: Sequence[Generation]) -> Outcome:
    """Take results back, but for those whose file is gone or that are not one's to touch."""
    user, team = reader.member.user, reader.member.team
    outcome = Outcome()
    with transaction.atomic():
        keys = [one.pk for one in some]
        locked = Generation.objects.select_for_update().filter(pk__in=keys)
        for one in locked.exclude(deleted_at=None).order_by("pk"):
            if not may_delete(reader, one):
                outcome.left.append((one, "Only its maker or a producer may take a result back."))
            elif one.deleted_at and one.deleted_at < _cutoff():
                outcome.left.append((one, "Its time in the bin is over, and its file is gone."))
            else:
                outcome.done.append(one)
        done = [one.pk for one in outcome.done]
        Generation.objects.filter(pk__in=done).update(deleted_at=None, deleted_by=None)
        _tell(outcome.done, "restored", f"Taken back from the bin by {user}.")
        _note(user, team, "result.restored", outcome.done)
    return outcome


def protected(rows: Sequence[Generation]) -> dict[int, str]:
    """Why some of these may not go: a sentence for each such row. Two queries."""
    why = {}
    for one in rows:
        if one.state == State.UNCERTAIN:
            why[one.pk] = "Nobody knows yet what became of it. Resolve it first."
        elif not one.is_final:
            why[one.pk] = "It is still being made. Cancel it, or wait until it is done."
    needed = _inputs_of_live({one.team_id for one in rows})
    for one in rows:
        if str(one.uuid) in needed:
            why.setdefault(one.pk, "A clip that is being made needs it. Wait until that is done.")
    items = GuestLinkItem.objects.filter(
        generation__in=[one.pk for one in rows],
        link__revoked_at=None,
        link__expires_at__gt=timezone.now(),
    )
    for key, name in items.values_list("generation_id", "link__name"):
        short = Truncator(name).chars(40)
        why.setdefault(key, f"Guests see it by the link “{short}”. Revoke that link first.")
    return why


def _inputs_of_live(teams: set[int]) -> set[str]:
    """The earlier clips that go into what is being made now."""
    rows = Generation.objects.filter(team__in=teams, state__in=LIVE)
    briefs = rows.values_list("brief_json", flat=True)
    return {one["clip"] for brief in briefs for one in brief.get("inputs", ()) if one.get("clip")}


def binned(reader: Reader) -> QuerySet[Generation]:
    """What lies in the bin and can be taken back; the last that was put there first."""
    rows = Generation.objects.filter(team=reader.member.team_id, deleted_at__gt=_cutoff())
    if not reader.sees_all:
        rows = rows.filter(project__in=list(reader.projects))
    return rows.order_by("-deleted_at", "pk")


def page(reader: Reader, after: str = "") -> tuple[list[int], str]:
    """The keys of one page, and where the next begins ("" at the end). One query."""
    rows = binned(reader)
    at, _, pk = after.partition("_")
    when = moment(at)
    if when and pk.isdigit() and len(pk) < 19:
        rows = rows.filter(deleted_at__lte=when)
        rows = rows.filter(Q(deleted_at__lt=when) | Q(pk__gt=int(pk)))
    found = list(rows.values_list("pk", "deleted_at")[: PAGE + 1])
    keys = [key for key, _ in found[:PAGE]]
    if len(found) <= PAGE:
        return keys, ""
    last, at_last = found[PAGE - 1]
    if at_last is None:
        return keys, ""
    return keys, f"{at_last.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%S.%fZ}_{last}"


def moment(text: str) -> dt.datetime | None:
    """As an address or a form says it; None for what is none."""
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def days_left(g: Generation) -> int:
    """Days until its file is removed; a day that has begun counts, as it was promised."""
    if g.deleted_at is None:
        return 0
    left = g.deleted_at + dt.timedelta(days=settings.BIN_DAYS) - timezone.now()
    return max(0, math.ceil(left / dt.timedelta(days=1)))


def _cutoff() -> dt.datetime:
    return timezone.now() - dt.timedelta(days=settings.BIN_DAYS)


def empty(most: int = 10_000) -> int:
    """Remove the files of what lies in the bin for too long; of how many results.

    May run at any time, also twice at once: a file that is gone already is no trouble.
    """
    removed = 0
    until = _cutoff() - MARGIN
    for team in Team.objects.order_by("pk").only("pk").iterator():
        over = Generation.objects.filter(team=team, deleted_at__lt=until).exclude(asset=None)
        over = over.exclude(asset__file="").order_by("pk").select_related("asset", "team")
        last = 0
        while removed < most and (rows := list(over.filter(pk__gt=last)[:BATCH])):
            last = rows[-1].pk
            why = protected(rows)
            removed += sum(_remove(one) for one in rows if one.pk not in why)
    return removed


def _remove(g: Generation) -> bool:
    """Files first: whoever is killed in between leaves a row that is met again."""
    asset: Asset = g.asset
    forget([str(one.name) for one in (asset.file, asset.poster, asset.preview) if one.name])
    with transaction.atomic():
        rows = Asset.objects.filter(pk=asset.pk).exclude(file="")
        if not rows.update(file="", poster="", preview=""):
            return False
        room.came(g.team, results=-asset.size)
        days = settings.BIN_DAYS
        _tell([g], "emptied", f"Its file was removed after {days} days in the bin.")
    log.info("removed the file of %s", g.uuid)
    return True


def _tell(some: Iterable[Generation], kind: str, text: str) -> None:
    Event.objects.bulk_create(Event(generation=one, kind=kind, text=text) for one in some)


def _note(user: User, team: Team, verb: str, some: Sequence[Generation]) -> None:
    """One audit line for the lot; the first of them by name, so that it is found again."""
    if some:
        first, others = in_a_line(some[0]), len(some) - 1
        target = f"{first} and {others} more" if others else first
        named = [str(one.uuid) for one in some[:20]]
        audit.record(user, verb, target, team=team, results=len(some), generations=named)
