"""How each provider account of a team knows one file, in words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import Team
from generations.models import Handle, ProviderAccount, Upload

# How a provider gets a file that it keeps no copy of.
WITHOUT_COPY = {
    "link": "fetches it by a signed link, each time",
    "data_uri": "is sent the file along with each request",
}
KIND = {"image": "pictures", "video": "videos", "audio": "sounds"}


@dataclass(frozen=True, slots=True)
class Handed:
    """One account. ``tone`` colours its state; ``made_at`` is when the copy there was made."""

    account: ProviderAccount
    state: str
    tone: str = ""
    made_at: dt.datetime | None = None
    until: dt.datetime | None = None
    value: str = ""


def handed(upload: Upload, team: Team) -> list[Handed]:
    """Every enabled account, and those that still know the file. Two queries."""
    known = {one.account_id: one for one in upload.handles.all()}
    accounts = team.provider_accounts.order_by("name", "pk")
    return [
        _one(row, upload, known.get(row.pk)) for row in accounts if row.enabled or row.pk in known
    ]


def _one(account: ProviderAccount, upload: Upload, known: Handle | None) -> Handed:
    rules = account.catalogue.media.get(upload.kind)
    if known is None:
        if rules is None:
            return Handed(account, f"takes no {KIND[upload.kind]}")
        return Handed(account, WITHOUT_COPY.get(rules.form, "not handed over yet"))
    over = known.expires_at is not None and known.expires_at < timezone.now()
    state = "expired, will be made again when it is needed" if over else "good"
    if not over and known.expires_at is None:
        state = "good for as long as the provider keeps it"
    tone = "warn" if over else "ok"
    return Handed(account, state, tone, known.made_at, known.expires_at, known.value)
