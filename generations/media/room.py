"""What a team keeps, in bytes: counted as files come and go, in the transaction of their rows.

The check of a quota is the update that takes the room, as with budgets: uploads that come at once
cannot pass it together. A file that two projects share is counted once. Thumbnails, posters and
previews are not counted.
"""

from __future__ import annotations

from django.db.models import F, Max, Q, Sum

from accounts.models import Team
from generations.models import Asset, TeamStorage, Upload

from .errors import BadFile


class NoRoom(BadFile):
    """The team keeps as much as its owners allow."""

    def __init__(self, row: TeamStorage, name: str, size: int) -> None:
        used, limit = said(row.uploads + row.results), said(row.limit or 0)
        super().__init__(
            f"{name} ({said(size)}) finds no room: the team keeps {used} of {limit}. "
            "Delete uploads that nothing uses, or ask an owner for a higher storage limit."
        )


def of(team: Team) -> TeamStorage:
    """How it stands; nothing kept and no limit where nothing was counted yet."""
    return TeamStorage.objects.filter(team=team).first() or TeamStorage(team=team)


def check(team: Team, name: str, size: int) -> None:
    """Raises NoRoom early, before work is put into a file; ``take`` decides."""
    row = of(team)
    if row.limit is not None and row.uploads + row.results + size > row.limit:
        raise NoRoom(row, name, size)


def take(team: Team, name: str, size: int) -> None:
    """Count an upload in, or raise NoRoom. In the transaction that writes its row."""
    _begun(team)
    rows = TeamStorage.objects.filter(team=team)
    fits = Q(limit=None) | Q(limit__gte=F("uploads") + F("results") + size)
    if not rows.filter(fits).update(uploads=F("uploads") + size):
        raise NoRoom(rows.get(), name, size)


def came(team: Team, *, uploads: int = 0, results: int = 0) -> None:
    """Count in what is never refused; negative: it went. In the transaction of the rows."""
    _begun(team)
    TeamStorage.objects.filter(team=team).update(
        uploads=F("uploads") + uploads, results=F("results") + results
    )


def shared(upload: Upload) -> bool:
    """Does another row of the team keep the same stored file? Asked under ``lock``."""
    others = Upload.objects.filter(project__team=upload.project.team_id, digest=upload.digest)
    return others.filter(file=upload.file.name).exclude(pk=upload.pk).exists()


def lock(team: Team) -> None:
    """Let nobody else count until the transaction ends: who shares a file stays as it is."""
    _begun(team)
    TeamStorage.objects.select_for_update().get(team=team)


def recount(team: Team) -> tuple[TeamStorage, TeamStorage]:
    """Count again from the rows: as it stood, and as it stands now."""
    _begun(team)
    before = TeamStorage.objects.get(team=team)
    files = Upload.objects.filter(project__team=team).values("file").annotate(size=Max("size"))
    uploads = sum(one["size"] for one in files.iterator())
    kept = Asset.objects.filter(generation__team=team).exclude(file="")
    results = kept.aggregate(size=Sum("size"))["size"] or 0
    TeamStorage.objects.filter(team=team).update(uploads=uploads, results=results)
    return before, TeamStorage.objects.get(team=team)


def said(size: int) -> str:
    """Bytes for people, in units of a thousand: 512 B, 1.4 MB, 20 GB."""
    amount, units = float(size), ["B", "kB", "MB", "GB", "TB"]
    while amount >= 999.5 and len(units) > 1:
        amount, units = amount / 1000, units[1:]
    whole = units[0] == "B" or amount >= 99.95
    text = f"{amount:.0f}" if whole else f"{amount:.1f}".removesuffix(".0")
    return f"{text} {units[0]}"


def _begun(team: Team) -> None:
    TeamStorage.objects.get_or_create(team=team)
