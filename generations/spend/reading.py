"""Clips and their movements as the figures need them: the same for one and for all of them."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.models import Kind, Movement
from generations.catalogue.types import MASK_SELECTION
from generations.models import Generation, Selection

from .figures import Clip, Figures, Moved, history

_BOTH = ("pk", "uuid", "play", "project", "user", "account", "account__provider", "price")
_ASKED = ("team", "paid_by", "model", "operation", "prompt", "state", "cause", "finished_at")
_MADE = ("asset__kind", "asset__duration_ms")
_FACTS = ("published_micros", "cheapest_micros", "on_failure", "on_moderation")
_COLUMNS = (*_BOTH, *_ASKED, *_MADE, *(f"measured__{name}" for name in _FACTS))
_MOVED = ("subject", "kind", "micros", "units", "unit", "rate", "at", "key")
# What a feature without models of its own is called.
_NO_MODEL = "pixverse"


@dataclass(frozen=True, slots=True)
class Read:
    """One clip or mask selection: where its figures belong, and what it added to each day."""

    subject: UUID
    generation: int | None
    key: dict[str, Any]
    provider: str
    prompt: str
    days: dict[dt.date, Figures]

    def line(self, day: dt.date) -> dict[str, Any]:
        """The columns of its line of a day, but for the figures."""
        own = {"subject": self.subject, "generation_id": self.generation, "prompt": self.prompt}
        return self.key | own | {"provider": self.provider, "day": day}


def digest(prompt: str) -> str:
    """The same words, the same digest; clips of one prompt are found by it."""
    return hashlib.sha256(prompt.strip().encode()).hexdigest()[:32]


def read(model: type[Generation | Selection], pks: Sequence[int]) -> Iterator[Read]:
    """Those of these keys, and what they added to which days. Two queries."""
    rows = _clips(pks) if issubclass(model, Generation) else _selections(pks)
    moved: dict[str, list[Any]] = defaultdict(list)
    subjects = [str(row["uuid"]) for row in rows]
    found = Movement.objects.filter(subject__in=subjects).order_by("pk")
    for one in found.values_list(*_MOVED, named=True):
        moved[one.subject].append(one)
    for row in rows:
        mine = moved[str(row["uuid"])]
        days = history(row["clip"], [_moved(one) for one in mine])
        clip = row["pk"] if row["clip"].counts else None
        provider, prompt = row["account__provider"], digest(row["prompt"])
        yield Read(row["uuid"], clip, _key(row, mine), provider, prompt, days)


def _clips(pks: Sequence[int]) -> list[dict[str, Any]]:
    rows = Generation.objects.filter(pk__in=pks).values(*_COLUMNS)
    return [{**row, "clip": _clip(row)} for row in rows]


def _clip(row: dict[str, Any]) -> Clip:
    finished = row["finished_at"]
    video = row["asset__kind"] == "video"
    return Clip(
        state=row["state"],
        cause=row["cause"],
        finished=finished and timezone.localdate(finished),
        delivered_ms=row["asset__duration_ms"] if video else 0,
        published=row["measured__published_micros"],
        cheapest=row["measured__cheapest_micros"],
        on_failure=row["measured__on_failure"] or "unknown",
        on_moderation=row["measured__on_moderation"] or "unknown",
    )


def _selections(pks: Sequence[int]) -> list[dict[str, Any]]:
    rows = Selection.objects.filter(pk__in=pks).values(*_BOTH, "project__team", "state")
    asked = {"operation": MASK_SELECTION, "model": _NO_MODEL, "prompt": ""}
    return [
        {
            **row,
            **asked,
            "team": row["project__team"],
            "clip": Clip(state=row["state"], cause="", finished=None, counts=False),
        }
        for row in rows
    ]


def _moved(one: Any) -> Moved:
    day, over = timezone.localdate(one.at), one.key.endswith(":over")
    return Moved(day, one.kind, one.micros, one.units, one.unit, over, one.rate)


def _key(row: dict[str, Any], moved: list[Any]) -> dict[str, Any]:
    """By the unit that was charged; by the one it was sold in where nothing was."""
    charged = next((one.unit for one in moved if one.kind == Kind.SETTLE and one.unit), "")
    ids = {f"{name}_id": row[name] for name in ("team", "project", "user", "account")}
    # Moved since: the money stays with the project that paid.
    ids["project_id"] = row.get("paid_by") or row["project"]
    unit = charged or row["price"].get("unit", "")
    return ids | {name: row[name] for name in ("play", "model", "operation")} | {"unit": unit}
