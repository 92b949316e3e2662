"""The clips behind a figure: page by page for people, all of them for an export."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.models import User
from generations.models import Generation, ProviderAccount, SpendLine

from .asked import Asked
from .conditions import CONDITIONS, SAID
from .queries import lines, sums, under_way
from .tables import model_words, operation_words
from .totals import Total, total

PAGE = 50
# So many lines of an export are read at once.
BATCH = 500
# Clips under way are few: as many as the accounts let run at once.
MOST_HELD = 300


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines, and the address of the older ones; "" where there are none."""

    lines: list[SpendLine]
    older: str


def page(asked: Asked, after: str) -> Page:
    """The lines after a place in the order (``2026-11-30.17``). One query, however deep."""
    rows = chosen(asked, _place(after))
    rows = rows.select_related("generation__project", "generation__measured")
    rows = rows.select_related("user", "account", "project", "generation__project")
    rows = rows.select_related("generation__measured__cheapest_account")
    found = list(rows.defer(*_HEAVY)[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    older = asked.rows() if last else ""
    if last:
        older += f"{'&' if '?' in older else '?'}after={last.day.isoformat()}.{last.pk}"
    return Page(found[:PAGE], older)


# What is long and not shown; a key is decrypted whenever it is read.
_HEAVY = tuple(
    f"{account}__{name}"
    for account in ("account", "generation__measured__cheapest_account")
    for name in ("key", "secrets", "extra")
) + tuple(f"generation__{name}" for name in ("brief_json", "price", "links", "report", "said"))


def chosen(asked: Asked, after: tuple[dt.date, int] | None = None) -> QuerySet[SpendLine]:
    """The lines of the view that are asked for, the newest first: all, or those after a place."""
    view = asked.view
    if after:
        # Its day as the end: of an "or" no database makes a beginning in an index, and SQLite
        # takes the first of two ends.
        day, pk = after
        rows = lines(view.days(view.start, min(view.end, day))).filter(
            Q(day__lt=day) | Q(pk__lt=pk)
        )
    else:
        rows = lines(view)
    condition = CONDITIONS.get(asked.told("only"))
    return rows.filter(condition.where) if condition else rows


def sum_of(asked: Asked) -> Total:
    """The sums of all the lines that are asked for, not of a page of them: only what is said."""
    only = CONDITIONS.get(asked.told("only"))
    return total(figures for _, figures in sums(asked.view, only=only, of=SAID))


def held(asked: Asked) -> list[Generation]:
    """The clips whose money is held now, the oldest first."""
    found = []
    for rows in under_way(asked.view):
        rows = rows.select_related("project", "user", "account").order_by("created_at")
        found += list(rows.defer("account__key", "account__secrets")[:MOST_HELD])
    return sorted(found, key=lambda one: one.created_at)


EXPORTED = (
    "Day",
    "Clip",
    "Project",
    "Person",
    "Provider account",
    "Provider",
    "Model",
    "Operation",
    "Prompt",
    "Clips",
    "Succeeded",
    "Failed",
    "Refused",
    "Charged (USD)",
    "Of it corrected later (USD)",
    "Charged in its unit",
    "Unit",
    "Published (USD)",
    "Over the book (USD)",
    "Under the book (USD)",
    "Cheapest (USD)",
    "Cheapest account",
    "Delivered (s)",
    "Published price from",
    "Read on",
    "Address",
)
# Which of them are summed in the last row of an export.
_SUMMED = (9, 10, 11, 12, 13, 14, 17, 18, 19, 20, 22)
_READ = (
    "day",
    "subject",
    "project",
    "generation__project__uuid",
    "user",
    "account",
    "provider",
    "model",
    "operation",
    "generation__prompt",
    "clips",
    "succeeded",
    "failed",
    "moderated",
    "micros",
    "settled_micros",
    "unit_millionths",
    "unit",
    "published_clips",
    "published_micros",
    "published_paid_micros",
    "over_micros",
    "under_micros",
    "cheapest_clips",
    "cheapest_micros",
    "cheapest_paid_micros",
    "delivered_ms",
    "generation",
    "generation__measured__cheapest_account",
    "generation__measured__book_source",
    "generation__measured__book_read_on",
)


def exported(asked: Asked, base: str) -> Iterator[list[Any]]:
    """Every line as a row of EXPORTED, then the totals. ``base`` is our own address."""
    people = dict(User.objects.filter(pk__in=_people(asked)).values_list("pk", "name"))
    places = {one.pk: one.name for one in _accounts(asked)}
    names = {one.pk: one.label for one in asked.choices["project"]}
    sums: list[Any] = [Decimal(0) if n in _SUMMED else "" for n in range(len(EXPORTED))]
    sums[0] = "Total"
    for values in _all(asked):
        row = _row(asked, dict(zip(_READ, values, strict=True)), people, places, names, base)
        for n in _SUMMED:
            sums[n] += row[n] or 0
        yield row
    yield sums


def _all(asked: Asked) -> Iterator[tuple[Any, ...]]:
    """Every line, the newest first, some at a time: first which, then all about those.

    In one query PostgreSQL would join every clip ever made before the first line could leave.
    """
    some = chosen(asked)
    while keys := list(some.values_list("day", "pk")[:BATCH]):
        pks = [pk for _, pk in keys]
        found = SpendLine.objects.filter(pk__in=pks).values_list("pk", *_READ)
        read = {values[0]: values[1:] for values in found}
        yield from (read[pk] for pk in pks)
        some = chosen(asked, keys[-1])


def _row(
    asked: Asked,
    one: dict[str, Any],
    people: dict[int, str],
    places: dict[int, str],
    names: dict[int, str],
    base: str,
) -> list[Any]:
    book, best = bool(one["published_clips"]), bool(one["cheapest_clips"])
    address = ""
    if one["generation"]:
        address = base + reverse(
            "generation", args=[asked.slug, one["generation__project__uuid"], one["subject"]]
        )
    return [
        one["day"],
        str(one["subject"]),
        names.get(one["project"], ""),
        people.get(one["user"], ""),
        places.get(one["account"], ""),
        one["provider"],
        model_words(one["model"]),
        operation_words(one["operation"]),
        one["generation__prompt"] or "",
        one["clips"],
        one["succeeded"],
        one["failed"],
        one["moderated"],
        usd(one["micros"]),
        usd(one["micros"] - one["settled_micros"]),
        usd(one["unit_millionths"]),
        one["unit"],
        usd(one["published_micros"]) if book else None,
        usd(one["over_micros"]),
        usd(one["under_micros"]),
        usd(one["cheapest_micros"]) if best else None,
        places.get(one["generation__measured__cheapest_account"], ""),
        Decimal(one["delivered_ms"]) / 1000,
        one["generation__measured__book_source"] or "",
        one["generation__measured__book_read_on"] or "",
        address,
    ]


def usd(micros: int) -> Decimal:
    """Micro-dollars as dollars, exactly."""
    return Decimal(micros) / 1_000_000


def _people(asked: Asked) -> list[int]:
    return [one.pk for one in asked.choices["person"]]


def _accounts(asked: Asked) -> QuerySet[ProviderAccount]:
    return ProviderAccount.objects.filter(team=asked.view.team_id).only("name")


def _place(after: str) -> tuple[dt.date, int] | None:
    day, _, pk = after.partition(".")
    try:
        return dt.date.fromisoformat(day), int(pk)
    except ValueError:
        return None
