"""The cards of a project: which ones, and what each says to the person who looks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from .access import Need, ProjectRequest
from .catalogue.types import PICTURES, Media
from .causes import Explained, explain
from .forms.modes import WORDS
from .models import Asset, Generation, Project, State
from .models.generations import FINAL
from .pace import Key, usual
from .reviewing import remarks
from .templatetags.studio import model_name
from .titles import Names, names_of, title
from .uses import Offered, Use, offered

PAGE = 24
MOVING = frozenset({State.QUEUED, State.SUBMITTING, State.RUNNING, State.ARCHIVING})
SHOWS = {
    "everything": ("Everything", Q()),
    "mine": ("Mine", Q()),
    "running": ("Running", Q(state__in=[*MOVING, State.UNCERTAIN])),
    "failed": ("Failed", Q(state__in=[State.FAILED, State.MODERATED, State.UNCERTAIN])),
}
# Which operation these are, their picture or its absence says.
_USUAL = frozenset({"text_to_video", "image_to_video"})
TONES = {State.SUCCEEDED: "ok", State.FAILED: "bad", State.MODERATED: "bad"}


@dataclass(frozen=True, slots=True)
class Viewer:
    """What the person who looks may see and do in the project."""

    user_id: int
    may_create: bool
    may_resolve: bool
    sees_money: bool

    @classmethod
    def of(cls, request: ProjectRequest) -> Viewer:
        return cls(
            user_id=request.user.pk,
            may_create=request.may_create,
            may_resolve=request.may >= Need.PRODUCE,
            sees_money=request.sees_money,
        )


@dataclass(frozen=True, slots=True)
class Action:
    """The one next step: a link, or a button that posts."""

    label: str
    url: str
    posts: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """One generation as its card says it. Times in seconds, ``share`` in percent.

    ``url`` is its page's, and begins those of its files; ``studio`` is its project's form.
    """

    g: Generation
    url: str
    studio: str
    asset: Asset | None
    explained: Explained | None
    action: Action | None
    tone: str
    typical_s: float
    elapsed_s: float
    share: float
    title: str
    short: str
    uses: tuple[Use, ...] = ()
    comments: int = 0

    @property
    def is_picture(self) -> bool:
        """Is it a still picture, or will it be one?"""
        return self.asset.kind == Media.IMAGE if self.asset else self.g.operation in PICTURES

    @property
    def word(self) -> str:
        return "picture" if self.is_picture else "clip"

    @property
    def moving(self) -> bool:
        return self.g.state in MOVING

    @property
    def traits(self) -> list[str]:
        """What was asked, in short: "Continue", "V6", "720p", "16:9"."""
        options, g = self.g.brief_json["options"], self.g
        way = "" if g.operation in _USUAL else WORDS.get(g.operation, "")
        # What has no models of its own has this one.
        model = "" if g.model == "pixverse" and way else model_name(g.model)
        named = [way, model, options.get("quality"), options.get("aspect_ratio")]
        return [str(one) for one in named if one]

    @property
    def seconds(self) -> int:
        if self.asset:
            return round(self.asset.duration_ms / 1000)
        return int(self.g.brief_json["options"].get("duration", 0))


def rows(project: Project, user_id: int, show: str) -> QuerySet[Generation]:
    """The generations behind one chip, newest first, with all that a card needs."""
    found = Generation.objects.kept().filter(SHOWS[show][1], project=project)
    if show == "mine":
        # By the index of a team's people: of a project alone PostgreSQL would read every clip.
        found = found.filter(team=project.team_id, user=user_id)
    # A card needs no provider's key, and decrypting it would cost more than the rest.
    found = found.select_related("account", "user", "asset")
    return found.defer("account__key", "account__secrets").order_by("-id")


def page(found: QuerySet[Generation], before: int | None) -> tuple[list[Generation], int | None]:
    """One page of them, and where the next begins (None at the end)."""
    if before is not None:
        found = found.filter(pk__lt=before)
    some = list(found[: PAGE + 1])
    return some[:PAGE], some[PAGE - 1].pk if len(some) > PAGE else None


def counts(project: Project) -> dict[str, int]:
    """How many move, and how many nobody can tell about. One query."""
    moving = Q(state__in=MOVING)
    uncertain = Q(state=State.UNCERTAIN)
    return Generation.objects.filter(
        project=project, state__in=[*MOVING, State.UNCERTAIN]
    ).aggregate(moving=Count("pk", filter=moving), uncertain=Count("pk", filter=uncertain))


def cards(found: Iterable[Generation], project: Project, viewer: Viewer) -> list[Card]:
    some = list(found)
    typical = usual(one.account_id for one in some if one.state in MOVING)
    done = viewer.may_create and any(getattr(one, "asset", None) for one in some)
    ways = offered(project.team) if done else None
    names = names_of(some)
    made = [_card(one, project, viewer, typical, ways, names) for one in some]
    said = remarks.counts(some)
    return [replace(card, comments=said.get(card.g.pk, 0)) for card in made]


def _card(
    g: Generation,
    project: Project,
    viewer: Viewer,
    typical: dict[Key, float],
    ways: Offered | None,
    names: Names,
) -> Card:
    args = [project.team.slug, project.uuid, g.uuid]
    pace = g.account.catalogue.pace.at(off_peak=g.off_peak)
    usual = typical.get((g.account_id, g.operation, g.model, g.off_peak), pace.typical_s)
    begun = g.submitted_at if g.state == State.RUNNING else None
    elapsed = (timezone.now() - (begun or g.created_at)).total_seconds()
    words = explain(g)
    asset: Asset | None = getattr(g, "asset", None)
    if asset and not asset.file:
        # Removed after its days in the bin: the facts stay, but there is nothing to show.
        asset = None
    called = title(g, names)
    return Card(
        g=g,
        url=reverse("generation", args=args),
        studio=reverse("studio", args=args[:2]),
        asset=asset,
        explained=words,
        action=_action(g, words, viewer, args),
        tone=_tone(g, words),
        typical_s=usual,
        elapsed_s=max(0.0, elapsed),
        share=_share(g, elapsed, usual),
        title=called,
        short=Truncator(called).chars(80),
        uses=ways.uses(g, asset) if ways and asset else (),
    )


def _tone(g: Generation, words: Explained | None) -> str:
    if g.state in MOVING:
        return "warn" if words and words.tone == "warn" else "live"
    if g.state == State.UNCERTAIN:
        return "warn"
    return TONES.get(State(g.state), "")


def _share(g: Generation, elapsed: float, usual: float) -> float:
    """Honest: the provider's own figure, else the share of the usual time; never past 95."""
    if g.state == State.ARCHIVING:
        return 95.0
    if g.state != State.RUNNING:
        return 0.0
    told = g.progress if g.progress is not None else 100 * elapsed / max(usual, 1)
    return round(min(95.0, max(1.0, told)), 1)


def _action(
    g: Generation, words: Explained | None, viewer: Viewer, args: list[Any]
) -> Action | None:
    label, kind = (words.action_label, words.action) if words else ("", "")
    if g.state == State.QUEUED:
        label, kind = "Cancel", "cancel"
    team, project, generation = args
    studio = reverse("studio", args=[team, project])
    if g.question and viewer.may_resolve:
        label, kind = words.asks if words else "Say whether it was charged", "resolve"
    if kind == "resolve" and viewer.may_resolve:
        return Action(label, f"{reverse('uncertain', args=[team])}#r-{generation}")
    if not viewer.may_create:
        return None
    if kind in ("cancel", "refetch"):
        if g.user_id != viewer.user_id and not viewer.may_resolve:
            return None
        return Action(label, reverse(kind, args=args), posts=True)
    if kind in ("edit", "retry", "again_elsewhere"):
        more = {"elsewhere": "1"} if kind == "again_elsewhere" else {}
        return Action(label, f"{studio}?{urlencode({'remix': generation, **more})}")
    return None


def is_live(counted: dict[str, int]) -> bool:
    return bool(counted["moving"] or counted["uncertain"])


def final(g: Generation) -> bool:
    return g.state in FINAL
