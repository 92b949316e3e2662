"""A provider's own list of charges, matched job by job with ours."""

from __future__ import annotations

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts.models import Kind, Movement
from generations.catalogue.quote import to_micros
from generations.lifecycle import client_of
from generations.lifecycle.settling import LISTED
from generations.models import Attempt, Discrepancy, Generation, ProviderAccount, Resolution
from generations.providers.registry import adapter
from generations.providers.types import ProviderError, Usage

from .cases import FROM_LIST, clear, raise_case
from .gather import end_of, rate_on, reported_amount
from .rules import Amount, End, Mismatch, same

log = logging.getLogger(__name__)

# A list may be behind: what was sent so lately need not stand in it.
BEHIND = dt.timedelta(minutes=10)
# What failed is given back some time later: so far beyond the end of a period it is looked for.
GIVEN_BACK = dt.timedelta(days=1)
SPAN = dt.timedelta(days=29)
LATELY = dt.timedelta(hours=25)
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Matched:
    """What a matching came to: lines read, jobs that agree, discrepancies, lines of no job."""

    lines: int = 0
    agree: int = 0
    differ: int = 0
    no_job: int = 0


def has_list(account: ProviderAccount) -> bool:
    """Does this provider tell, line by line, what it charged?"""
    return adapter(account.provider).lists_charges


def match_lately(account: ProviderAccount) -> Matched | None:
    """Match the last day; None where there is no list, or it cannot be read now."""
    if not has_list(account):
        return None
    now = timezone.now()
    try:
        return match(account, now - LATELY, now)
    except ProviderError as trouble:
        log.warning("the usage list of %s could not be read: %s", account.name, trouble)
        return None


def match(account: ProviderAccount, since: dt.datetime, until: dt.datetime) -> Matched:
    """Read the list of a period and keep what does not agree. Raises ProviderError."""
    now = timezone.now()
    lines = list(read(account, since, min(until + GIVEN_BACK, now)))
    jobs: dict[str, list[Usage]] = defaultdict(list)
    for one in lines:
        if one.remote_id:
            jobs[one.remote_id].append(one)
    ours = _attempts(account, list(jobs))
    agree = differ = 0
    for remote_id, rows in jobs.items():
        attempt = ours.get(remote_id)
        if attempt is None:
            verdict = _not_ours(account, remote_id, rows, until)
        elif attempt.sent_at < since:
            continue  # its first line may stand before the period
        else:
            verdict = _compare(attempt, rows)
        agree += verdict is True
        differ += verdict is False
    differ += _not_listed(account, since, min(until, now - BEHIND), set(jobs))
    return Matched(len(lines), agree, differ, sum(not one.remote_id for one in lines))


def read(account: ProviderAccount, since: dt.datetime, until: dt.datetime) -> Iterator[Usage]:
    """The list, piece by piece, for a question may span 30 days; a line on a seam counts once."""
    client, seen = client_of(account), set()
    while since < until:
        end = min(since + SPAN, until)
        for one in client.usage(since, end):
            if not one.id or one.id not in seen:
                seen.add(one.id)
                yield one
        since = end


def _attempts(account: ProviderAccount, ids: list[str]) -> dict[str, Attempt]:
    found: dict[str, Attempt] = {}
    rows = Attempt.objects.filter(account=account).select_related("generation__account")
    for at in range(0, len(ids), CHUNK):
        some = rows.filter(remote_id__in=ids[at : at + CHUNK])
        found |= {one.remote_id: one for one in some}
    return found


@transaction.atomic
def _compare(attempt: Attempt, rows: list[Usage]) -> bool | None:
    """True: both books agree; False: they do not; None: too early to tell."""
    generation = attempt.generation
    if not generation.is_final:
        return None
    unit = generation.account.catalogue.unit
    net = sum((one.amount for one in rows), Decimal(0))
    theirs = _amount(generation, net, unit)
    facts: dict[str, str | int] = {"witness": FROM_LIST, "theirs": f"{net.normalize():f} {unit}"}
    found: Mismatch | None = None
    risk = 0
    if end_of(generation) is End.MADE:
        ours = _settled(generation) or reported_amount(generation, attempt, End.MADE)
        if ours is not None and not same(theirs, ours):
            twice = sum(one.amount > 0 for one in rows) > 1
            found = Mismatch.CHARGED_TWICE if twice else Mismatch.LISTED_OTHERWISE
            risk = abs((theirs.micros or 0) - (ours.micros or 0))
            told = "nothing" if ours.units is None else f"{ours.units.normalize():f} {ours.unit}"
            facts["ours"] = told
    elif generation.charged_micros is None:
        return None  # its open question is in the audit already, with all of the money
    elif net > 0 and (not generation.charged_micros or _by_list(generation)):
        found, risk = Mismatch.CHARGED_ON_FAILURE, theirs.micros or 0
        facts |= {"policy": "unknown", "end": end_of(generation).value}
    listed = Discrepancy.objects.filter(generation=generation, facts__witness=FROM_LIST)
    clear(listed.exclude(cause=found or ""), "The provider's list agrees now.")
    if found is not None:
        raise_case(generation, found, risk, facts)
    return found is None


def _amount(generation: Generation, units: Decimal, unit: str) -> Amount:
    rate = rate_on(generation.account, generation.finished_at or generation.created_at)
    return Amount(units, unit, None if rate is None else to_micros(units, rate))


def _by_list(generation: Generation) -> bool:
    """Was its charge entered from this very list? Then nobody has judged it yet."""
    rows = Movement.objects.filter(key=f"settle:{generation.uuid}", kind=Kind.SETTLE)
    return rows.filter(note=LISTED).exists()


def _settled(generation: Generation) -> Amount | None:
    """What our ledger says in the provider's own unit."""
    row = Movement.objects.filter(key=f"settle:{generation.uuid}", kind=Kind.SETTLE).first()
    return Amount(row.units, row.unit, generation.charged_micros) if row else None


def _not_ours(
    account: ProviderAccount, remote_id: str, rows: Iterable[Usage], until: dt.datetime
) -> bool | None:
    """A job that nobody asked for here. An uncertain clip of ours may yet turn out to be it."""
    some = list(rows)
    net = sum((one.amount for one in some), Decimal(0))
    first = min((one.at for one in some if one.at), default=None)
    if first is not None and first > until:
        return None
    same_case = {"account": account, "subject": f"remote:{remote_id}"[:220]}
    if net <= 0:
        clear(Discrepancy.objects.filter(**same_case), "It was given back.")
        return None
    rate = rate_on(account, first or timezone.now())
    facts = {
        "witness": FROM_LIST,
        "theirs": f"{net.normalize():f} {account.catalogue.unit}",
        "kind": some[0].kind,
        "remote_id": remote_id,
    }
    fields = {"risk_micros": 0 if rate is None else to_micros(net, rate), "facts": facts}
    row, made = Discrepancy.objects.get_or_create(
        **same_case,
        cause=Mismatch.NOT_OURS.value,
        defaults={
            **fields,
            "team_id": account.team_id,
            "play": account.play,
            "at": first or timezone.now(),
        },
    )
    if not made and row.resolution == Resolution.NONE:
        Discrepancy.objects.filter(pk=row.pk).update(**fields)
    return False


def _not_listed(
    account: ProviderAccount, since: dt.datetime, until: dt.datetime, listed: set[str]
) -> int:
    """Clips that we settled and that their list does not name; how many."""
    rows = Attempt.objects.filter(
        account=account, sent_at__gte=since, sent_at__lt=until, generation__charged_micros__gt=0
    ).exclude(remote_id="")
    found = 0
    for attempt in rows.select_related("generation__account"):
        if attempt.remote_id in listed or not attempt.generation.is_final:
            continue
        facts: dict[str, str | int] = {"witness": FROM_LIST, "remote_id": attempt.remote_id}
        # Nothing is lost: we may have counted what was never taken.
        raise_case(attempt.generation, Mismatch.NOT_LISTED, 0, facts)
        found += 1
    return found
