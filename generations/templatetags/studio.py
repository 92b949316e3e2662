"""Template filters and tags used on every page (builtins: need no load)."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Hashable, Iterable
from decimal import Decimal
from functools import cache
from operator import attrgetter
from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from accounts.money import decimals_of, format_usd
from generations import pieces
from generations.frame import Meter, RailLink, budget_meters, rail_links
from generations.models import ProviderAccount

register = template.Library()
# Names that are not written as a word or a code.
MODELS = {
    "pixverse": "PixVerse",
    "gpt": "GPT",
    "minimax": "MiniMax",
    "happyhorse": "HappyHorse",
}
ICONS = settings.BASE_DIR / "static" / "vendor" / "tabler-icons"


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """An icon as inline SVG, hidden from readers: a word must stand beside it.

    Raises FileNotFoundError for one that we do not have.
    """
    svg = (ICONS / f"{name}.svg").read_text(encoding="utf-8")
    every = re.findall(r"<(?:path|circle|rect|line)\b[^>]*?/>", svg, re.S)
    shown = " ".join(shape for shape in every if 'd="M0 0h24v24H0z"' not in shape)
    shapes = mark_safe(shown)  # noqa: S308 - our own vendored file
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
        ' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{}</svg>',
        shapes,
    )


@register.filter
def usd(micros: int | None, places: int = 2) -> str:
    """Micro-dollars as dollars, exact, with cents; a dash where there is no figure.

    ``places``: decimals at least, so that the amounts of a column stand under each other.
    """
    return "–" if micros is None else format_usd(micros, places).replace("-", "−")


@register.filter
def decimals(rows: Iterable[Any], names: str) -> int:
    """How many decimals the amounts of these rows need, each by its name: ``a_micros b.c``."""
    told = [attrgetter(name) for name in names.split()]
    return decimals_of(one(row) for row in rows for one in told)


@register.filter
def price(micros: int | None) -> str:
    """The price of a clip: three places at least, so that a column of them lines up."""
    text = usd(micros)
    return f"{text}0" if micros and text[-3:-2] == "." else text


@register.filter
def limit(micros: int | None) -> str:
    """A limit: whole dollars where it is whole."""
    return usd(micros).removesuffix(".00")


@register.filter
def left(micros: int) -> str:
    """What is left of a limit, in words: $2.00 left, or over by $3.027."""
    return f"over by {usd(-micros)}" if micros < 0 else f"{usd(micros)} left"


@register.filter
def units(amount: Any) -> str:
    """An amount in a provider's own unit, without needless zeros."""
    return "–" if amount in (None, "") else f"{Decimal(str(amount)).normalize():,f}"


@register.filter
def unit_of(unit: str, account: ProviderAccount) -> str:
    """How a unit of an account's provider is called: ``worldrouter`` is a WorldRouter credit."""
    return account.catalogue.unit_words(unit)


@register.filter
def sandbox_page(account: ProviderAccount) -> str:
    """The sandbox's own page, which lists its jobs and what it took; "" for a real account."""
    return account.base_url.rpartition("/")[0] + "/" if account.play else ""


@register.filter
def seconds(value: float | None) -> str:
    """A span in words: 40 s, 1 min 40 s, 2 h 5 min."""
    if value is None:
        return "–"
    whole = round(value)
    hours, minutes, rest = whole // 3600, whole % 3600 // 60, whole % 60
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    if minutes:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    return f"{rest} s"


@register.filter
def clock(value: float | None) -> str:
    """A span as on a clock: 1:40, 2:05:00. cards.js says the same."""
    whole = int(value or 0)
    if whole >= 3600:
        return f"{whole // 3600}:{whole % 3600 // 60:02d}:{whole % 60:02d}"
    return f"{whole // 60}:{whole % 60:02d}"


@register.filter
def timecode(ms: int | None) -> str:
    """A moment of a clip: 0:02.13, with hundredths. player.js says the same."""
    whole, rest = divmod(int(ms or 0), 1000)
    return f"{whole // 60}:{whole % 60:02d}.{rest // 10:02d}"


@register.filter
def ago(when: dt.datetime | None) -> str:
    """How long ago, short: just now, 4 min ago, 3 h ago, 2 d ago. page.js says the same."""
    if when is None:
        return "–"
    passed = int((timezone.now() - when).total_seconds())
    for size, word in ((86400, "d"), (3600, "h"), (60, "min")):
        if passed >= size:
            return f"{passed // size} {word} ago"
    return "just now"


@register.filter
def since(when: dt.datetime) -> SafeString:
    """A moment as how long ago it was; page.js keeps that true while the page stands open."""
    words = f'<time datetime="{when.isoformat()}" data-ago>{ago(when)}</time>'
    return mark_safe(words)  # noqa: S308 - nothing of anybody's in it


@register.filter
def box(one: Any) -> SafeString:
    """Width and height of a picture, so that its place is kept until it is there."""
    return format_html('width="{}" height="{}"', one.width, one.height)


@register.filter
def model_name(model: str) -> str:
    """V6, V5.6, V5 fast, C1; PixVerse, Seedance 2.0, GPT image 2.0."""
    first, *rest = model.split("-")
    known = MODELS.get(first)
    coded = len(first) > 1 and first[1].isdigit()
    return " ".join([known or (first.upper() if coded else first.capitalize()), *rest])


@register.filter
def bare(name: str) -> str:
    """An account's name without "(sandbox)", where a tag beside it says so."""
    return name.removesuffix(" (sandbox)")


@register.filter
def words(name: str) -> str:
    """A word of the catalogue for people: "aspect_ratio" becomes "Aspect ratio"."""
    return str(name).replace("_", " ").capitalize()


@register.filter
def without_amounts(text: str) -> str:
    """A line of the timeline for those who may not see money."""
    return re.sub(r"\$[\d.,]*\d", "an amount", text)


@register.filter
def pretty(record: Any) -> str:
    """A record as readable JSON."""
    return json.dumps(record, indent=2, ensure_ascii=False, default=str)


@register.simple_tag(takes_context=True)
def piece(context: Context, name: str, one: Hashable) -> SafeString:
    """A template that sees ``one`` alone (pieces.py), with the token of this request."""
    return pieces.draw(name, one, str(context.get("csrf_token", "")))


@register.simple_tag(takes_context=True)
def rail(context: Context) -> list[RailLink]:
    """The links of the rail for this request: only pages that exist and that one may see."""
    request = context.get("request")
    return rail_links(request) if request is not None else []


@register.simple_tag(takes_context=True)
def meters(context: Context) -> list[Meter]:
    """The month's budget, real and play money apart; empty where nothing is to be shown."""
    request = context.get("request")
    return budget_meters(request) if request is not None else []
