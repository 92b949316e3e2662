"""One result as its card in the gallery says it, whatever project it is of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.text import Truncator

from generations.access import Need
from generations.catalogue.types import PICTURES, Media
from generations.models import Asset, Generation, State, Upload
from generations.prompts.who import Reader
from generations.templatetags.studio import model_name
from generations.titles import CALLED, title

from . import bin as bins
from .asked import MOVING
from .zips import file_of

TONES = {State.SUCCEEDED: "ok", State.FAILED: "bad", State.MODERATED: "bad"}


@dataclass(frozen=True, slots=True)
class Card:
    """``asset`` is its file while that is kept; ``remix`` leads to the studio, filled in.

    ``short`` is the title as links and boxes are called by it.
    """

    g: Generation
    title: str
    short: str
    asset: Asset | None
    url: str
    still: str
    film: str
    marks: str
    remix: str
    may_mark: bool
    may_delete: bool
    sees_money: bool
    days_left: int

    @property
    def is_picture(self) -> bool:
        return self.asset.kind == Media.IMAGE if self.asset else self.g.operation in PICTURES

    @property
    def tone(self) -> str:
        if self.g.state in MOVING:
            return "live"
        return "warn" if self.g.state == State.UNCERTAIN else TONES.get(State(self.g.state), "")

    @property
    def traits(self) -> str:
        options = self.g.brief_json["options"]
        named = [model_name(self.g.model), options.get("quality"), options.get("aspect_ratio")]
        return " · ".join(str(one) for one in named if one)

    @property
    def seconds(self) -> int:
        return round(self.asset.duration_ms / 1000) if self.asset else 0

    @property
    def tags(self) -> list[str]:
        return sorted(one.name for one in self.g.tags.all())


def cards(reader: Reader, some: Sequence[Generation]) -> list[Card]:
    """In their order. Two queries at most, for the names of files where there is no prompt."""
    names, pays = _names(some), reader.pays_in
    slug = reader.member.team.slug
    return [
        _card(reader, one, slug, names, sees=pays is None or one.project_id in pays) for one in some
    ]


def _card(reader: Reader, g: Generation, slug: str, names: dict[str, str], *, sees: bool) -> Card:
    args = [slug, g.project.uuid, g.uuid]
    url = reverse("generation", args=args)
    asset = file_of(g)
    still = ""
    if asset and asset.poster:
        still = f"{url}poster"
    elif asset and asset.kind == Media.IMAGE:
        still = f"{url}file"
    may = reader.projects.get(g.project_id, Need.LOOK)
    studio = reverse("studio", args=args[:2])
    called = title(g, names)
    return Card(
        g=g,
        title=called,
        short=Truncator(called).chars(80),
        asset=asset,
        url=url,
        still=still,
        film=f"{url}preview.mp4" if asset and asset.preview else "",
        marks=f"{url}marks/",
        remix=f"{studio}?{urlencode({'remix': g.uuid})}" if may >= Need.CREATE else "",
        may_mark=may >= Need.CREATE,
        may_delete=bins.may_delete(reader, g),
        sees_money=sees,
        days_left=bins.days_left(g),
    )


def _names(some: Iterable[Generation]) -> dict[str, str]:
    """The names of the files that went into those without a prompt, over all their projects."""
    bare = [one for one in some if not one.prompt]
    given = [each for one in bare for each in one.brief_json.get("inputs", ())]
    files = {one["upload"] for one in given if one.get("upload")}
    clips = {one["clip"] for one in given if one.get("clip")}
    here = Q(project__in={one.project_id for one in bare})
    found: dict[str, str] = {}
    if files:
        rows = Upload.objects.filter(here, uuid__in=files).values_list("uuid", "name")
        found |= {str(key): name for key, name in rows}
    if clips:
        past = Generation.objects.filter(here, uuid__in=clips)
        for key, prompt, operation in past.values_list("uuid", "prompt", "operation"):
            word = CALLED.get(operation, ("Clip",))[0].partition(" ")[0].lower()
            short = Truncator(prompt).chars(60)
            found[str(key)] = f"“{short}”" if prompt else f"an earlier {word}"
    return found
