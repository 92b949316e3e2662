"""A provider's own list of charges answers what nobody else could tell: was it charged?

Only what stands in the list is believed. A refund settles the question at once. A charge is
believed a day after the end, for until then it may still be given back. A job that the list does
not name stays open: that it is missing proves nothing, and a person has to say.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from django.utils import timezone

from generations.lifecycle import resolving
from generations.models import Attempt, Generation, ProviderAccount, State
from generations.providers.types import Charge, ProviderError, Usage

from . import usage
from .cases import FROM_LIST, raise_case
from .rules import Mismatch

log = logging.getLogger(__name__)

# Until then a charge without a refund may still be given back, and the list may be behind.
BELIEVED = dt.timedelta(hours=24)
# What is open for longer is no longer looked for: a question may span thirty days.
LOOKED_BACK = dt.timedelta(days=28)
# Clocks differ, and a list may tell when a job began.
SLACK, AHEAD = dt.timedelta(hours=1), dt.timedelta(days=1)
MOST = 500


class Says(Enum):
    """What the lines of one job come to."""

    NOTHING = "nothing"
    TOO_EARLY = "too early"
    GIVEN_BACK = "given back"
    CHARGED = "charged"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Answered:
    """How many open questions there were, how many the list answered, and how many it left."""

    asked: int = 0
    charged: int = 0
    given_back: int = 0


def says(lines: Iterable[Usage], ended: dt.datetime | None, now: dt.datetime) -> Says:
    """What the list says of one job that ended then (None: nobody knows)."""
    rows = list(lines)
    if not rows:
        return Says.NOTHING
    net = sum((one.amount for one in rows), Decimal(0))
    if net < 0:
        return Says.UNCLEAR  # more came back than was taken: other lines are missing
    if net == 0:
        return Says.GIVEN_BACK
    if ended is None or now - ended < BELIEVED:
        return Says.TOO_EARLY
    return Says.CHARGED


def answer_open(account: ProviderAccount) -> Answered:
    """Settle or release what the list answers. Harmless when run again or by two at once."""
    if not usage.has_list(account):
        return Answered()
    now = timezone.now()
    asked = _asked(account, now)
    if not asked:
        return Answered()
    since = min(attempt.sent_at for _, attempt in asked) - SLACK
    try:
        lines = _by_job(usage.read(account, since, now + AHEAD))
    except ProviderError as trouble:
        log.warning("the usage list of %s could not be read: %s", account.name, trouble)
        return Answered(len(asked))
    found = [_answer(row, attempt, lines[attempt.remote_id], now) for row, attempt in asked]
    return Answered(len(asked), found.count(Says.CHARGED), found.count(Says.GIVEN_BACK))


def _asked(account: ProviderAccount, now: dt.datetime) -> list[tuple[Generation, Attempt]]:
    """Open questions about jobs whose id at the provider is known, each with its last sending."""
    rows = Generation.objects.filter(account=account, created_at__gte=now - LOOKED_BACK)
    # By team and question there is an index of what is open, among all that was ever made.
    mine = {"team": account.team_id}
    charge = rows.filter(**mine, question="charge")[:MOST]
    lost = rows.filter(**mine, state=State.UNCERTAIN)[:MOST]
    found = {one.pk: one for one in [*charge, *lost]}
    newest: dict[int, Attempt] = {}
    for one in Attempt.objects.filter(generation__in=found).order_by("number"):
        newest[one.generation_id] = one
    return [(found[pk], one) for pk, one in newest.items() if one.remote_id]


def _by_job(lines: Iterable[Usage]) -> dict[str, list[Usage]]:
    found: dict[str, list[Usage]] = defaultdict(list)
    for one in lines:
        found[one.remote_id].append(one)
    return found


def _answer(row: Generation, attempt: Attempt, lines: list[Usage], now: dt.datetime) -> Says:
    """Enter what the list says of one job; TOO_EARLY where nothing could be entered."""
    answer = says(lines, row.finished_at if row.question else None, now)
    told = [f"{one.amount.normalize():f}" for one in lines]
    if answer is Says.GIVEN_BACK:
        entered = resolving.answer_by_list(row, None, told)
    elif answer is Says.CHARGED:
        net = sum((one.amount for one in lines), Decimal(0))
        unit = row.account.catalogue.unit
        entered = resolving.answer_by_list(row, Charge(net, unit), told)
        if entered:
            _charged_on_failure(row, f"{net.normalize():f} {unit}")
    else:
        if answer is Says.NOTHING and row.finished_at and now - row.finished_at >= BELIEVED:
            resolving.not_listed(row)
        return answer
    return answer if entered else Says.TOO_EARLY


def _charged_on_failure(row: Generation, theirs: str) -> None:
    """It is settled, and somebody may still ask for the money back."""
    row.refresh_from_db()
    facts = {"witness": FROM_LIST, "theirs": theirs, "policy": "unknown", "end": row.state}
    raise_case(row, Mismatch.CHARGED_ON_FAILURE, row.charged_micros or 0, facts)
