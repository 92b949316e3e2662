"""One result as its card in the gallery says it, whatever project it is of.

A card is a piece (pieces.py): its template sees a ``Card`` alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.text import Truncator

from generations.access import Need
from generations.models import Asset, Generation, State
from generations.pictures import Picture, picture
from generations.prompts.who import Reader
from generations.templatetags.studio import model_name, price, since
from generations.titles import names_of, title

from . import bin as bins
from .asked import MOVING
from .zips import file_of

TONES = {State.SUCCEEDED: "ok", State.FAILED: "bad", State.MODERATED: "bad"}
ICONS = {State.UNCERTAIN: "zoom-question", State.CANCELLED: "ban", State.MODERATED: "shield"}
SHORT = 80


@dataclass(frozen=True, slots=True)
class Bin:
    """What a card in the bin says: whose deed, when, and for how many days its file stays.

    ``days`` is None where there is no file.
    """

    by: str
    since: str
    days: int | None


@dataclass(frozen=True, slots=True)
class Card:
    """All that the card of a result shows, and nothing else: cards that are equal look alike.

    ``short`` is the title as links and boxes are called by it. ``remix`` leads to the studio,
    filled in; ``tags`` are names with their addresses. ``oob``: it takes the place of the one that
    stands on the page.
    """

    uuid: str
    state: str
    label: str
    tone: str
    icon: str
    title: str
    short: str
    traits: str
    project: str
    who: str
    since: str
    url: str
    picture: Picture
    remix: str
    marks: str
    may_mark: bool
    play: bool
    price: str
    tags: tuple[tuple[str, str], ...]
    starred: bool
    rating: int
    review: str
    bin: Bin | None
    oob: bool


def cards(reader: Reader, some: Sequence[Generation], *, oob: bool = False) -> list[Card]:
    """In their order. Two queries at most, for the names of files where there is no prompt."""
    names, pays = names_of(some), reader.pays_in
    ways = Ways(reader)
    return [
        _card(ways, one, names, sees=pays is None or one.project_id in pays, oob=oob)
        for one in some
    ]


class Ways:
    """The addresses that the cards of a page share, each made once."""

    def __init__(self, reader: Reader) -> None:
        self.reader, self.slug = reader, reader.member.team.slug
        self.tags = reverse("results", args=[self.slug])
        self._studios: dict[UUID, str] = {}

    def studio(self, project: UUID) -> str:
        known = self._studios.get(project)
        if known is None:
            known = self._studios[project] = reverse("studio", args=[self.slug, project])
        return known

    def tagged(self, name: str) -> str:
        return f"{self.tags}?{urlencode({'tag': name})}"


def _card(ways: Ways, g: Generation, names: dict[str, str], *, sees: bool, oob: bool) -> Card:
    url = reverse("generation", args=[ways.slug, g.project.uuid, g.uuid])
    asset = file_of(g)
    tone = _tone(g)
    charged = g.charged_micros if sees else None
    may = ways.reader.projects.get(g.project_id, Need.LOOK)
    called = title(g, names)
    return Card(
        uuid=str(g.uuid),
        state=g.state,
        label="" if g.state == State.SUCCEEDED else State(g.state).label,
        tone=tone,
        icon=_icon(g, tone, asset),
        title=called,
        short=called if len(called) <= SHORT else Truncator(called).chars(SHORT),
        traits=_traits(g),
        project=g.project.name,
        who=g.user.name or g.user.email,
        since=since(g.created_at),
        url=url,
        picture=picture(asset, url),
        remix=f"{ways.studio(g.project.uuid)}?remix={g.uuid}" if may >= Need.CREATE else "",
        marks=f"{url}marks/",
        may_mark=may >= Need.CREATE,
        play=g.play,
        price="" if charged is None else price(charged),
        tags=tuple((name, ways.tagged(name)) for name in sorted(one.name for one in g.tags.all())),
        starred=g.starred,
        rating=g.rating,
        review=g.review,
        bin=_binned(g, asset),
        oob=oob,
    )


def _tone(g: Generation) -> str:
    if g.state in MOVING:
        return "live"
    return "warn" if g.state == State.UNCERTAIN else TONES.get(State(g.state), "")


def _icon(g: Generation, tone: str, asset: Asset | None) -> str:
    """What stands in the middle where there is no picture."""
    if asset:
        return "movie"
    if g.deleted_at:
        return "trash"
    return "hourglass" if tone == "live" else ICONS.get(State(g.state), "alert-circle")


def _traits(g: Generation) -> str:
    options = g.brief_json["options"]
    named = [model_name(g.model), options.get("quality"), options.get("aspect_ratio")]
    return " · ".join(str(one) for one in named if one)


def _binned(g: Generation, asset: Asset | None) -> Bin | None:
    if g.deleted_at is None:
        return None
    by = g.deleted_by
    left = bins.days_left(g) if asset else None
    return Bin((by.name or by.email) if by else "", since(g.deleted_at), left)
