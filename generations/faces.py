"""What the card of a generation shows in its project, to somebody with certain rights.

A card is a piece (pieces.py): its template sees a ``Face`` alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.template.loader import render_to_string

from .causes import Explained
from .feed import Action, Card, Viewer
from .models import Generation, State
from .pictures import Picture, picture
from .templatetags.studio import bare, price, since
from .uses import Use

ICONS = {State.UNCERTAIN: "zoom-question", State.CANCELLED: "ban", State.MODERATED: "shield"}


@dataclass(frozen=True, slots=True)
class Menu:
    """The ways on from a result, behind its "Use". ``look`` is the class of the button.

    ``takes`` says that one may make something of it, ``prompt`` and ``seed`` that it has one.
    """

    uuid: str
    short: str
    url: str
    studio: str
    uses: tuple[Use, ...]
    look: str
    takes: bool
    prompt: bool
    seed: bool


@dataclass(frozen=True, slots=True)
class Face:
    """All that a card shows, and nothing else: faces that are equal look alike.

    ``at`` names the account beside the state while that matters, else ``where`` does so below;
    ``middle`` is what stands on a clip under way, ``icon`` what stands for a file that there is
    not. ``charge``, ``more`` (than the price) and ``money`` are empty for those who see none.
    """

    uuid: str
    by: int
    url: str
    state: str
    label: str
    at: str
    where: str
    tone: str
    word: str
    short: str
    title: str
    traits: str
    picture: Picture
    middle: str
    icon: str
    review: str
    comments: int
    charge: str
    more: str
    estimate: bool
    who: str
    since: str
    play: bool
    remix: str
    menu: Menu | None
    words: Explained | None
    money: str
    action: Action | None
    oob: bool


def of(card: Card, viewer: Viewer, *, oob: bool = False) -> Face:
    """``oob``: it takes the place of the one that stands on the page."""
    g, asset, words = card.g, card.asset, card.explained
    return Face(
        uuid=str(g.uuid),
        by=g.user_id,
        url=card.url,
        state=g.state,
        label=State(g.state).label,
        at=bare(g.account.name) if _at_matters(card) else "",
        where="" if _at_matters(card) else bare(g.account.name),
        tone=card.tone,
        word=card.word,
        short=card.short,
        title=card.title,
        traits=" · ".join(card.traits),
        picture=picture(asset, card.url),
        middle=_middle(card) if card.moving else "",
        icon="" if asset or card.moving else ICONS.get(State(g.state), "alert-circle"),
        review=g.review,
        comments=card.comments,
        charge=_charge(g) if viewer.sees_money else "",
        more=over_price(g) if viewer.sees_money else "",
        estimate=card.moving and not g.question and g.charged_micros is None,
        who=g.user.name or g.user.email,
        since=since(g.created_at),
        play=g.play,
        remix=f"{card.studio}?remix={g.uuid}" if viewer.may_create else "",
        menu=menu(card, viewer, "linkbtn"),
        words=words,
        money=words.money if words and viewer.sees_money else "",
        action=card.action,
        oob=oob,
    )


def menu(card: Card, viewer: Viewer, look: str) -> Menu | None:
    """None where nothing can be made of it."""
    g = card.g
    if not card.uses:
        return None
    takes = viewer.may_create and g.deleted_at is None
    parts = (str(g.uuid), card.short, card.url, card.studio, card.uses, look)
    return Menu(*parts, takes=takes, prompt=bool(g.prompt), seed=g.seed is not None)


def _at_matters(card: Card) -> bool:
    return card.moving or card.g.state == State.UNCERTAIN


def _middle(card: Card) -> str:
    return render_to_string("generations/_middle.html", {"card": card, "g": card.g})


def _charge(g: Generation) -> str:
    if g.state == State.UNCERTAIN or g.question:
        return f"{price(g.price_micros)} held"
    return price(g.price_micros if g.charged_micros is None else g.charged_micros)


def over_price(g: Generation) -> str:
    """By how much more than its price was charged: "twice the price", "$0.12 over the price"."""
    price_micros, charged = g.price_micros, g.charged_micros or 0
    if charged <= price_micros:
        return ""
    if price_micros and charged == 2 * price_micros:
        return "twice the price"
    return f"{price(charged - price_micros)} over the price"
