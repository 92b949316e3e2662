"""What an address of the Spend pages asks for. All of it stands in the URL, to be sent on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus

from django.http import Http404
from django.urls import reverse

from accounts.models import Team, User
from generations.models import Project, ProviderAccount
from generations.models.spend import SpendMonth

from .period import CUSTOM, MONTH, Period, period
from .queries import View, occurring
from .scope import Scope

# Parameters in the order in which they stand in an address, with what they are when untold.
DEFAULTS = {
    "period": MONTH,
    "from": "",
    "to": "",
    "money": "",
    "project": "",
    "person": "",
    "account": "",
    "model": "",
    "operation": "",
    "prompt": "",
    "only": "",
    "own": "",
    "by": "person",
    "sort": "-paid",
    "stack": "account",
}
BY = ("person", "project", "account", "model", "operation", "prompt")
STACKS = ("account", "person")
# What narrows the rows behind a figure to some of them.
ONLY = {
    "succeeded": "Made",
    "failed": "Failed or refused",
    "charged": "Charged",
    "differing": "Not as published",
    "over": "Over it",
    "under": "Under it",
    "unpublished": "No published price",
    "dearer": "Not the cheapest",
    "corrected": "Corrected",
    "held": "Held now",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to narrow to: ``key`` stands in the address, ``pk`` in the rows.

    ``more`` is the provider of an account.
    """

    key: str
    pk: Any
    label: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for, checked: the view of it, and how it is to be shown."""

    slug: str
    params: dict[str, str]
    period: Period
    view: View
    scope: Scope
    choices: dict[str, list[Choice]] = field(default_factory=dict)
    has_real: bool = True
    has_play: bool = True

    def told(self, name: str) -> str:
        """What the address says, or the usual where it says nothing."""
        return self.params.get(name, DEFAULTS[name])

    @property
    def play(self) -> bool:
        return self.view.play

    @property
    def filtered(self) -> bool:
        return any(
            self.told(name) for name in ("project", "person", "account", "model", "operation")
        )

    def url(self, name: str, *args: str, **changes: str) -> str:
        """An address of the Spend pages with the same view, but for the changes."""
        told = self.params | {key.rstrip("_"): value for key, value in changes.items()}
        if told.get("period", MONTH) != CUSTOM:
            told = {key: value for key, value in told.items() if key not in ("from", "to")}
        kept = [
            f"{key}={_quoted(value)}"
            for key, usual in DEFAULTS.items()
            if (value := told.get(key)) and value != usual
        ]
        path = _path(name, self.slug, *args)
        return f"{path}?{'&'.join(kept)}" if kept else path

    def rows(self, **changes: str) -> str:
        """The address of the clips behind a figure."""
        return self.url("spend_rows", **{"by": "", "sort": "", "stack": "", **changes})

    def day_rows(self, start: dt.date, end: dt.date, **changes: str) -> str:
        days = {"from_": start.isoformat(), "to": end.isoformat()}
        return self.rows(period=CUSTOM, **days, **changes)

    def label(self, name: str, pk: Any) -> str:
        """The name of a project, a person, an account, by what stands in the rows."""
        return next((one.label for one in self.choices[name] if one.pk == pk), str(pk))

    def key(self, name: str, pk: Any) -> str:
        return next((one.key for one in self.choices[name] if one.pk == pk), "")


# The same few values stand in hundreds of addresses.
_quoted = lru_cache(maxsize=4000)(quote_plus)


@lru_cache(maxsize=1000)
def _path(name: str, *args: str) -> str:
    """A page has hundreds of addresses, and they lead to few paths."""
    return reverse(name, args=args)


def _only_play(team: Team, kinds: set[bool]) -> bool:
    """Is there play money alone: no account for real money, or none that spent any?"""
    if kinds == {True, False}:
        return not SpendMonth.objects.filter(team=team, play=False).exists()
    return kinds == {True}


def asked(team: Team, scope: Scope, given: Mapping[str, str], today: dt.date) -> Asked:
    """Check what an address asks for. Raises Http404 for what is not there, or not to be seen."""
    params = {name: given[name].strip()[:64] for name in DEFAULTS if given.get(name, "").strip()}
    when = period(params, today)
    accounts = list(
        ProviderAccount.objects.filter(team=team)
        .order_by("name")
        .only("uuid", "name", "play", "provider")
    )
    kinds = {one.play for one in accounts}
    play = params.get("money") == "play" or ("money" not in params and _only_play(team, kinds))
    params["money"] = "play" if play else "real"
    _tidy(params)
    if scope.is_own:
        params |= {"own": "yes"}
        params.pop("person", None)
    view = View(team.pk, play, when.start, when.end, scope.projects, user=scope.user)
    choices = _choices(team, scope, view, [one for one in accounts if one.play == play])
    wanted = {
        "project": _one(choices, "project", params),
        "account": _one(choices, "account", params),
        "model": _one(choices, "model", params) or "",
        "operation": _one(choices, "operation", params) or "",
        "user": scope.user or _one(choices, "person", params),
    }
    view = View(
        team.pk,
        play,
        when.start,
        when.end,
        scope.projects,
        prompt=params.get("prompt", ""),
        **wanted,
    )
    return Asked(
        team.slug, params, when, view, scope, choices, not kinds or False in kinds, True in kinds
    )


def _tidy(params: dict[str, str]) -> None:
    """Words that are not known are as good as untold."""
    for name, known in (("by", BY), ("stack", STACKS), ("only", tuple(ONLY))):
        if params.get(name) not in known:
            params.pop(name, None)


def _one(choices: dict[str, list[Choice]], name: str, params: dict[str, str]) -> Any:
    if not (key := params.get(name, "")):
        return None
    found = next((one.pk for one in choices[name] if one.key == key), None)
    if found is None:
        raise Http404(f"No such {name} in this view.")
    return found


def _choices(
    team: Team, scope: Scope, view: View, accounts: list[ProviderAccount]
) -> dict[str, list[Choice]]:
    projects = Project.objects.filter(team=team).order_by("name").only("uuid", "name")
    if scope.projects is not None:
        projects = projects.filter(pk__in=scope.projects)
    seen = occurring(view)
    people = User.objects.filter(pk__in=seen["user"]).order_by("name", "pk").only("name", "email")
    return {
        "project": [Choice(str(one.uuid), one.pk, one.name) for one in projects],
        "account": [Choice(str(one.uuid), one.pk, one.name, one.provider) for one in accounts],
        "person": [Choice(str(one.pk), one.pk, str(one)) for one in people],
        "model": [Choice(name, name, name) for name in seen["model"]],
        "operation": [Choice(name, name, name) for name in seen["operation"]],
    }
