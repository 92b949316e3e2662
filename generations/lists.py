"""Lists that providers offer to choose from: templates, voices, restyles. Read by workers, kept
with their age, and asked before money is spent.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Team
from generations import queue
from generations.catalogue.loader import providers
from generations.catalogue.types import Brief, Problem, Provider
from generations.media.links import allow_private
from generations.models import Listing, ProviderAccount
from generations.providers import registry
from generations.providers.client import Client
from generations.providers.types import Barred, Broken, Busy, Entry, ProviderError, Unreachable

log = logging.getLogger(__name__)

# Where an entry's id goes: the option, and what people call one of the list.
FIELDS = {
    "templates": "template",
    "image_templates": "template",
    "voices": "voice",
    "restyles": "restyle",
}
FRESH = dt.timedelta(days=1)
# A reading that has not ended by then is believed to be lost, and may be asked for again.
READING = dt.timedelta(seconds=60)
_LONGEST_ID, _LONGEST_LINK = 100, 2000

type Known = tuple[dt.datetime, dict[str, Entry]]
_remembered: dict[int, Known] = {}


def has_list(provider: Provider, name: str) -> bool:
    """Does some offering of it take an id of this list?"""
    return any(
        option.listed == name for one in provider.offerings for option in one.options.values()
    )


def accounts(team: Team, name: str) -> QuerySet[ProviderAccount]:
    """The team's accounts that are switched on and have such a list."""
    having = [key for key, one in providers().items() if has_list(one, name)]
    return team.provider_accounts.filter(enabled=True, provider__in=having).order_by("name")


def makes_voices(provider: str) -> bool:
    """Can an account there have voices of its own made?"""
    return bool(registry.adapter(provider).own_voices)


def voice_makers(team: Team) -> QuerySet[ProviderAccount]:
    """The team's accounts that are switched on and make voices."""
    making = [key for key in providers() if makes_voices(key)]
    return team.provider_accounts.filter(enabled=True, provider__in=making).order_by("name")


def listing(account: ProviderAccount, name: str) -> Listing | None:
    """The list as it was last read; None if nobody ever asked for it."""
    return Listing.objects.filter(account=account, name=name).first()


def is_reading(row: Listing) -> bool:
    """Is a worker at it, as far as anybody knows?"""
    return row.asked_at is not None and row.asked_at > timezone.now() - READING


def is_old(row: Listing) -> bool:
    return row.read_at is None or row.read_at < timezone.now() - FRESH


def ask(account: ProviderAccount, name: str) -> Listing:
    """Have a worker read the list, unless one is at it. The row as it is then."""
    now = timezone.now()
    row, _ = Listing.objects.get_or_create(account=account, name=name)
    free = Q(asked_at=None) | Q(asked_at__lte=now - READING)
    if Listing.objects.filter(free, pk=row.pk).update(asked_at=now, trouble=""):
        row.asked_at, row.trouble = now, ""
        transaction.on_commit(lambda: queue.ring("read_list", row.pk))
    else:
        row.refresh_from_db(fields=["asked_at", "trouble"])
    return row


def read(pk: int) -> None:
    """Read a list that was asked for, and keep it; or say why that failed. Uses the network.

    Free and harmless to do twice: whoever claimed it last writes what came.
    """
    row = Listing.objects.select_related("account").filter(pk=pk).exclude(asked_at=None).first()
    if row is None:
        return
    claim, mine = timezone.now(), Listing.objects.filter(pk=pk)
    if not mine.filter(asked_at=row.asked_at).update(asked_at=claim):
        return
    found, trouble = _read(row)
    facts: dict[str, Any] = {"trouble": trouble[:300], "asked_at": None}
    if not trouble:
        rows = [_storable(one) for one in found if len(one.id) <= _LONGEST_ID]
        facts |= {"entries": rows, "read_at": timezone.now()}
    mine.filter(asked_at=claim).update(**facts)


def row_of(row: Listing, id: str) -> Entry | None:
    """One entry of a list as it was last read."""
    return next((Entry(**one) for one in row.entries if one["id"] == id), None)


def entry(team: Team, at: str, name: str, id: str) -> Entry | None:
    """One row of a provider's list, from the newest reading of the team's accounts there.

    One query while the list is the same as the last time.
    """
    rows = Listing.objects.filter(account__team=team, account__provider=at, name=name)
    read_at = rows.exclude(read_at=None).order_by("-read_at").values_list("pk", "read_at")
    known = (_entries(pk, when) for pk, when in read_at if when is not None)
    return next((found for entries in known if (found := entries.get(id))), None)


def problems(one: Entry, brief: Brief) -> list[Problem]:
    """What the entry itself refuses of a brief, so that it is said before money is spent."""
    return [*_pictures(one, brief), *_quality(one, brief)]


def pictures(one: Entry) -> tuple[int, int] | None:
    """The fewest and most pictures that a template takes; None where nobody says."""
    most = _number(one, "images")
    if most is None:
        return None
    # The provider's own rule: up to two is exact, more means two up to that many.
    least = _number(one, "least_images") or (2 if most > 2 else most)
    return least, most


def qualities(one: Entry) -> list[str]:
    return [text for part in one.facts.get("qualities", "").split(",") if (text := part.strip())]


def _pictures(one: Entry, brief: Brief) -> Iterator[Problem]:
    takes, given = pictures(one), len(brief.of("image"))
    if takes is None or takes[0] <= given <= takes[1]:
        return
    words = f"“{one.label}” takes {_many(*takes)}"
    if given < takes[0]:
        yield Problem("image", f"{words}: add {takes[0] - given} more" if given else words)
    else:
        yield Problem("image", f"{words}: take {given - takes[1]} away")


def _quality(one: Entry, brief: Brief) -> Iterator[Problem]:
    known, asked = qualities(one), brief.options.get("quality")
    if known and asked is not None and asked not in known:
        words = " or ".join(filter(None, [", ".join(known[:-1]), known[-1]]))
        yield Problem("quality", f"“{one.label}” is made in {words} only")


def _many(least: int, most: int) -> str:
    if least == most:
        return "1 picture" if most == 1 else f"{most} pictures"
    return f"{least} to {most} pictures"


def _number(one: Entry, name: str) -> int | None:
    text = one.facts.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 3 else None


def _entries(pk: int, read_at: dt.datetime) -> dict[str, Entry]:
    """The rows of one reading by id; kept in this process until the list is read anew."""
    known = _remembered.get(pk)
    if known is None or known[0] != read_at:
        if len(_remembered) >= 50:
            _remembered.clear()
        kept = Listing.objects.filter(pk=pk).values_list("entries", flat=True).first() or []
        known = _remembered[pk] = read_at, {row["id"]: Entry(**row) for row in kept}
    return known[1]


def _read(row: Listing) -> tuple[list[Entry], str]:
    """The rows, or the sentence that says why there are none."""
    account, now = row.account, timezone.now()
    if not account.enabled:
        return [], f"{account.name} is switched off. An owner can switch it on under Providers."
    if account.paused_until and account.paused_until > now:
        return [], f"{account.name} asked us to wait. Try again in a minute."
    client = Client(account.provider, account.access, allow_private=allow_private(account))
    try:
        return client.listing(row.name), ""
    except ProviderError as trouble:
        log.info("the list %s of account %s was not read: %s", row.name, account.pk, trouble)
        return [], _words(account, trouble)


def _words(account: ProviderAccount, trouble: ProviderError) -> str:
    """For a creator; what the provider said of the account itself is for its owners."""
    name = account.catalogue.name
    status = trouble.exchange.status if trouble.exchange else None
    if isinstance(trouble, Unreachable):
        return f"{name} could not be reached. Try again in a minute."
    if isinstance(trouble, Barred) or status in (401, 403):
        return f"{name} does not let this account in. An owner can mend it under Providers."
    if isinstance(trouble, Busy):
        return f"{name} could not answer now. Try again in a minute."
    if isinstance(trouble, Broken):
        return f"{name} gave an answer that PixStudio does not know. Try again later."
    return f"{name} did not give its list. Try again in a minute."


def _storable(one: Entry) -> dict[str, Any]:
    """As plain data that every database stores: bounded, no NUL, no half characters."""
    return {
        "id": _clean(one.id),
        "label": _clean(one.label)[:200],
        "preview": _clean(one.preview) if len(one.preview) <= _LONGEST_LINK else "",
        "facts": {_clean(name)[:40]: _clean(text)[:500] for name, text in one.facts.items()},
    }


def _clean(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "replace").decode()
