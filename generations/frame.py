"""What stands around every page: the links of the rail and the budget meters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from accounts.ledger import Standing, standings_at
from accounts.models import Scope, Team, TeamRole
from accounts.purses import share_used
from generations import waiting
from generations.budgets import board
from generations.models import Project, ProjectMembership, ProjectRole


@dataclass(frozen=True, slots=True)
class RailLink:
    """``go`` is the key that leads there, after ``g``."""

    label: str
    icon: str
    url: str
    current: bool
    count: int = 0
    go: str = ""


@dataclass(frozen=True, slots=True)
class Meter:
    """One budget as a bar: shares in percent of the limit, amounts in micro-dollars.

    ``reached``: the threshold that was passed, which colours it. ``whose``: "Project" or "Yours";
    empty is the team's.
    """

    play: bool
    month: str
    limit_micros: int | None
    held_micros: int
    spent_micros: int
    left_micros: int | None
    percent: int = 0
    reached: int = 0
    whose: str = ""

    @property
    def spent_share(self) -> float:
        return _share(self.spent_micros, self.limit_micros)

    @property
    def held_share(self) -> float:
        return min(_share(self.held_micros, self.limit_micros), 100 - self.spent_share)


# Label, icon, address, and the beginnings of the addresses' names that belong to it.
LINKS = (
    (
        "Studio",
        "sparkles",
        "studio",
        ("studio", "generation", "live", "quote", "generate", "masks"),
    ),
    ("Results", "layout-grid", "results", ("result", "compare", "review")),
    ("Projects", "folders", "projects", ("project",)),
    ("Uploads", "upload", "uploads", ("upload",)),
    ("Prompts", "bookmark", "prompts", ("prompt",)),
    ("To resolve", "alert-triangle", "uncertain", ("uncertain", "resolve")),
    ("Budgets", "wallet", "budgets", ("budget",)),
    ("Spend", "chart-bar", "spend", ("spend",)),
    ("Audit", "shield-check", "audit", ("audit",)),
    ("Team", "users", "team", ("team", "member", "invite")),
    ("Providers", "plug-connected", "providers", ("provider", "account", "price", "rate")),
)

# After "g", from everywhere; static/js/keys.js reads them off the links.
GO = {"studio": "s", "results": "r", "projects": "j", "uploads": "u", "prompts": "p", "spend": "m"}
# The audit is the team's whole money: not for members.
SEES_AUDIT = (TeamRole.OWNER, TeamRole.AUDITOR)


def rail_links(request: HttpRequest) -> list[RailLink]:
    """Links to the pages that exist for this person here; none outside a team."""
    team = getattr(request, "team", None)
    if team is None:
        return []
    match = request.resolver_match
    here = match.url_name or "" if match else ""
    found, waits = [], waiting.counts(request, team)
    for label, icon, name, beginnings in LINKS:
        url = _url(request, team, name)
        if url is None or (name == "spend" and not sees_money(request, team)):
            continue
        count = waits.get(name, 0)
        # Has a place in the rail only while something waits there for this person.
        if name in waits and not (count or here == name):
            continue
        if name == "audit" and getattr(request, "role", None) not in SEES_AUDIT:
            continue
        found.append(
            RailLink(label, icon, url, here.startswith(beginnings), count, GO.get(name, ""))
        )
    return found


def remember_project(request: HttpRequest, project: Project) -> None:
    """So that Studio in the rail leads back here from the team's other pages."""
    key = f"project:{project.team_id}"
    if request.session.get(key) != str(project.uuid):
        request.session[key] = str(project.uuid)


def by_htmx(request: HttpRequest) -> bool:
    """Is a part of a page asked for, not a whole one?"""
    return request.headers.get("HX-Request") == "true"


def budget_meters(request: HttpRequest) -> list[Meter]:
    """The month's budget, real and play money apart; nothing for who only looks.

    On the team's pages it is the team's; where one makes clips, the budget that ends first: the
    team's, the project's or one's own.
    """
    team = getattr(request, "team", None)
    if team is None or not sees_money(request, team):
        return []
    places = [("", Scope.TEAM, "")]
    if project := getattr(request, "project", None):
        places.append(("Project", Scope.PROJECT, str(project.uuid)))
        places.append(("Yours", Scope.PERSON, str(request.user.pk)))
    stands = standings_at(team, [(scope, key) for _, scope, key in places])
    found = []
    for play in (False, True):
        whose, now = _tightest(
            [(place[0], one[play]) for place, one in zip(places, stands, strict=True)]
        )
        if now.limit_micros is None and not (now.held_micros or now.spent_micros):
            continue
        parts = (now.limit_micros, now.held_micros, now.spent_micros, now.left_micros)
        shares = (share_used(now), board.reached(now, team.alert_percents))
        found.append(Meter(play, _month(now.month), *parts, *shares, whose))
    return found


def _tightest(stands: list[tuple[str, Standing]]) -> tuple[str, Standing]:
    """The one of which least is left; the first, the team's, where none has a limit."""
    limited = [one for one in stands if one[1].left_micros is not None]
    return min(limited, key=lambda one: one[1].left_micros or 0) if limited else stands[0]


def sees_money(request: HttpRequest, team: Team) -> bool:
    """As the project says; on the team's own pages, whoever may spend in some project of it."""
    here: bool | None = getattr(request, "sees_money", None)
    if here is not None:
        return here
    if getattr(request, "role", None) in (TeamRole.OWNER, TeamRole.AUDITOR):
        return True
    # Rail and meters both ask; once is enough.
    found: bool | None = getattr(request, "spends_somewhere", None)
    if found is None:
        mine = ProjectMembership.objects.filter(user=request.user.pk, project__team=team)
        found = mine.exclude(role=ProjectRole.VIEWER).exists()
        request.spends_somewhere = found  # type: ignore[attr-defined]
    return found


def _share(part: int, whole: int | None) -> float:
    return round(min(100.0, 100 * part / whole), 2) if whole else 0.0


def _month(text: str) -> str:
    names = "January February March April May June July August September October November December"
    return names.split()[int(text[5:7]) - 1]


def _url(request: HttpRequest, team: Team, name: str) -> str | None:
    args: list[Any] = [team.slug]
    if name == "studio":
        project = getattr(request, "project", None)
        last = project.uuid if project else request.session.get(f"project:{team.pk}")
        if not last:
            return None
        args.append(last)
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return None
