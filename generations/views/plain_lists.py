"""A provider's list within the form itself, for browsers in which no script opens the dialog.

The form says what is looked for and what was picked; the answer is the whole page again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from generations import lists as kept
from generations.access import ProjectRequest
from generations.catalogue.loader import providers
from generations.forms.brief import Asked
from generations.forms.fields import Drawn
from generations.models import ProviderAccount
from generations.providers.types import Entry

from .listed import ICONS, PAGE, TITLES, Choice, Place, account_in, choice, fits, wanted_row
from .picking import LONGEST_SEARCH

# What the form says of its list; none of it is part of a brief.
NAMES = ("look_in", "looked_in", "look_for", "look_at", "look_from", "picked", "clear")


@dataclass(frozen=True, slots=True)
class Pick:
    """One choice. ``value`` is what the form posts: whose it is, and its id there."""

    choice: Choice
    value: str
    chosen: bool


class Looking:
    """Where in which list the form stands; taken out of ``values``, what was picked put in.

    ``field`` is whose list shall be open, empty for none; ``opened`` if another was, or none.
    ``changed`` is the field whose entry is another now, so that nobody has seen its price yet.
    """

    def __init__(self, values: dict[str, str]) -> None:
        told = {name: values.pop(name, "") for name in NAMES}
        self.field = _name(told["look_in"])
        self.opened = told["looked_in"] != self.field
        self.words = " ".join(told["look_for"].replace("\0", "").split())[:LONGEST_SEARCH]
        self.account = told["look_at"]
        self.start = _number(told["look_from"]) // PAGE * PAGE
        self.changed = ""
        self._take(values, told["looked_in"] or self.field, told["picked"])
        if name := _name(told["clear"]):
            values |= {name: "", f"at_{name}": ""}

    def _take(self, values: dict[str, str], name: str, picked: str) -> None:
        at, _, id = picked.partition(":")
        if name not in kept.FIELDS.values() or at not in providers() or not id or "\0" in id:
            return
        if (values.get(name, ""), values.get(f"at_{name}", "")) != (id, at):
            values |= {name: id, f"at_{name}": at, "at": at}
            self.changed = name

    def said(self, asked: Asked) -> str:
        """Why nothing is made yet; empty when nothing else was picked."""
        if not self.changed:
            return ""
        one = asked.entries.get(self.changed)
        what = f"“{one.label}”" if one else "Another one"
        return f"{what} was chosen. Look at the price, then press Generate again."


def shelf(request: ProjectRequest, asked: Asked, drawn: Drawn, looking: Looking) -> dict[str, Any]:
    """The list that stands open in the form, if one does. Has it read if it is old or was lost."""
    option = asked.menu.fields.get(looking.field)
    if option is None or not option.listed:
        return {}
    name, at = option.listed, asked.at(looking.field)
    some = list(kept.accounts(request.team, name))
    place = Place(request, name, account_in(some, looking.account, at))
    row = wanted_row(place, opened=looking.opened)
    rows = [Entry(**one) for one in row.entries] if row else []
    found = [one for one in rows if fits(one, looking.words)]
    start = looking.start if looking.start < len(found) else 0
    shown = found[start : start + PAGE]
    return {
        "shelf": {
            "field": looking.field,
            "under_more": any(one.name == looking.field for one in drawn.more),
            "title": TITLES[name],
            "icon_name": ICONS[name],
            "place": place,
            "accounts": some,
            "row": row,
            "reading": bool(row and row.read_at is None and kept.is_reading(row)),
            "words": looking.words,
            "picks": [_pick(place, one, asked, looking.field) for one in shown],
            "count": len(found),
            "all": len(rows),
            "first": start + 1,
            "last": start + len(shown),
            "before": start - PAGE if start else None,
            "after": start + PAGE if start + PAGE < len(found) else None,
        }
    }


def _pick(place: Place, one: Entry, asked: Asked, field: str) -> Pick:
    at = _provider(place.account)
    chosen = (asked.values.get(field, ""), asked.at(field)) == (one.id, at)
    return Pick(choice(place, one), f"{at}:{one.id}", chosen)


def _provider(account: ProviderAccount | None) -> str:
    return account.provider if account else ""


def _name(text: str) -> str:
    return text if text.isidentifier() else ""


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
