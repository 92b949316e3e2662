"""How each version of a prompt fares: real sums over the clips that were made from it.

Play money and real money are never summed together. An amount is in micro-dollars.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When

from generations.models import Asset, Generation, PromptVersion, State, Verdict

from .who import Reader

# The median looks at the newest of a prompt's clips only: old ones say little of today's pace.
LATEST = 500
EXAMPLES = 6
SUMMED = (
    "uses",
    "done",
    "failed",
    "moderated",
    "reviewed",
    "approved",
    "paid",
    "ms",
    "approved_ms",
)


@dataclass(slots=True)
class Line:
    """Sums of some clips. ``ms`` is what was delivered where money may be seen, as ``paid`` is,
    and ``approved_ms`` what of it reviewers approved.

    Clips that were cancelled before they were sent, and those still under way, are uses only.
    """

    label: str = ""
    model: str = ""
    uses: int = 0
    done: int = 0
    failed: int = 0
    moderated: int = 0
    reviewed: int = 0
    approved: int = 0
    paid: int = 0
    ms: int = 0
    approved_ms: int = 0
    times: list[float] = field(default_factory=list)

    @property
    def ended(self) -> int:
        return self.done + self.failed + self.moderated

    @property
    def success(self) -> int | None:
        """In percent of those that ended; None before any did."""
        return round(100 * self.done / self.ended) if self.ended else None

    @property
    def moderation(self) -> int | None:
        return round(100 * self.moderated / self.ended) if self.ended else None

    @property
    def second_micros(self) -> int | None:
        """What a finished second cost, with what failures and refusals cost."""
        return round(1000 * self.paid / self.ms) if self.ms else None

    @property
    def approval(self) -> int | None:
        """In percent of those that a reviewer decided; None before anybody did."""
        return round(100 * self.approved / self.reviewed) if self.reviewed else None

    @property
    def approved_second_micros(self) -> int | None:
        """What an approved second cost, with all that it took to come there."""
        return round(1000 * self.paid / self.approved_ms) if self.approved_ms else None

    @property
    def typical_s(self) -> float | None:
        return median(self.times) if self.times else None

    def add(self, row: Mapping[str, Any]) -> None:
        for name in SUMMED:
            setattr(self, name, getattr(self, name) + (row[name] or 0))


@dataclass(slots=True)
class Outcome:
    """A version with one kind of money: all of it, and by provider and model."""

    version: PromptVersion
    play: bool
    total: Line = field(default_factory=Line)
    lines: list[Line] = field(default_factory=list)


def clips_of(reader: Reader, versions: Iterable[PromptVersion]) -> QuerySet[Generation]:
    """The clips made from these versions, in projects that the reader sees."""
    rows = Generation.objects.filter(prompt_version__in=[one.pk for one in versions])
    return rows if reader.sees_all else rows.filter(project__in=list(reader.projects))


def outcomes(reader: Reader, versions: Iterable[PromptVersion]) -> list[Outcome]:
    """The newest version first; nothing for one that was never used. Two queries."""
    known = {one.pk: one for one in versions}
    if not known:
        return []
    rows = clips_of(reader, known.values())
    pays = _pays(reader)
    done = Q(state=State.SUCCEEDED)
    # Not as a join: PostgreSQL would read every file of the team for a few thousand of them.
    length = Subquery(Asset.objects.filter(generation=OuterRef("pk")).values("duration_ms"))
    sums = rows.values("prompt_version", "play", "account__provider", "model").annotate(
        uses=Count("pk"),
        done=Count("pk", filter=done),
        failed=Count("pk", filter=Q(state=State.FAILED)),
        moderated=Count("pk", filter=Q(state=State.MODERATED)),
        reviewed=Count("pk", filter=done & ~Q(review=Verdict.NONE)),
        approved=Count("pk", filter=done & Q(review=Verdict.APPROVED)),
        paid=Sum("charged_micros", filter=pays),
        ms=Sum(length, filter=pays & done),
        approved_ms=Sum(length, filter=pays & done & Q(review=Verdict.APPROVED)),
    )
    times = _times(rows)
    found: dict[tuple[int, bool], Outcome] = {}
    for row in sums.order_by("-prompt_version", "play", "-uses", "account__provider", "model"):
        key = (row["prompt_version"], row["play"])
        one = found.setdefault(key, Outcome(known[key[0]], key[1]))
        line = Line(row["account__provider"], row["model"])
        line.add(row)
        line.times = times[(*key, line.label, line.model)]
        one.total.add(row)
        one.total.times += line.times
        one.lines.append(line)
    return sorted(found.values(), key=lambda one: (-one.version.number, one.play))


def _pays(reader: Reader) -> Q:
    """Clips whose money the reader may see: it stays with the project that paid."""
    if reader.pays_in is None:
        return Q()
    return Q(paid_by__in=reader.pays_in) | Q(paid_by=None, project__in=reader.pays_in)


def examples(reader: Reader, version: PromptVersion) -> list[Generation]:
    """The best finished results of a version: approved before all, then by rating, then newest."""
    rows = clips_of(reader, [version]).filter(state=State.SUCCEEDED, asset__isnull=False)
    liked = Case(
        When(review=Verdict.APPROVED, then=Value(2)),
        When(review=Verdict.NONE, then=Value(1)),
        default=Value(0),
    )
    rows = rows.filter(deleted_at=None).annotate(liked=liked)
    rows = rows.select_related("asset", "project").only(*_SHOWN)
    return list(rows.order_by("-liked", "-rating", "-starred", "-pk")[:EXAMPLES])


# What an example shows.
_SHOWN = (
    *("uuid", "review", "rating", "created_at", "asset__poster"),
    *("project__uuid", "project__name", "project__team"),
)


def _times(rows: QuerySet[Generation]) -> dict[tuple[Any, ...], list[float]]:
    """Seconds from sending to done, by version, money, provider and model."""
    done = rows.filter(state=State.SUCCEEDED, submitted_at__isnull=False)
    found: dict[tuple[Any, ...], list[float]] = defaultdict(list)
    names = ("prompt_version", "play", "account__provider", "model")
    times = ("submitted_at", "made_at", "finished_at")
    # Ordered by a sum, for by the key itself PostgreSQL would read all clips until enough fit.
    latest = done.order_by((F("pk") + 0).desc()).values_list(*names, *times)
    for *key, sent, made, over in latest[:LATEST]:
        end = made or over
        if end:
            found[tuple(key)].append((end - sent).total_seconds())
    return found
