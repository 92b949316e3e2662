"""What the marks of a result need, wherever they stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from generations.models import Generation
from generations.results.cards import Card

register = template.Library()


@dataclass(frozen=True, slots=True)
class Marks:
    """The address that changes them, and the tags in order."""

    marks: str
    tags: list[str]


@register.simple_tag
def options(every: Iterable[tuple[str, str]], chosen: str) -> SafeString:
    """The options of a select, one of them chosen: the filters have a hundred of them."""
    return _options(tuple(every), chosen)


@lru_cache(maxsize=1024)
def _options(every: tuple[tuple[str, str], ...], chosen: str) -> SafeString:
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((key, " selected" if key == chosen else "", label) for key, label in every),
    )


def stars_of(rating: int) -> list[tuple[int, bool, int]]:
    """Each of the five: its number, is it lit, and what pressing it sets."""
    return [(one, one <= rating, 0 if one == rating else one) for one in range(1, 6)]


@register.simple_tag
def stars(g: Generation | Card, keep: str) -> SafeString:
    """The star and the five ratings of one result; ``keep`` begins the ids of the buttons.

    Drawn once for each way they can stand: a page has two dozen of them.
    """
    drawn = _stars(keep, g.rating, g.starred)
    return mark_safe(drawn.replace(_PLACE, str(g.uuid)))  # noqa: S308 - a template, and a UUID


_PLACE = "PLACE-OF-THE-UUID"


@cache
def _stars(keep: str, rating: int, starred: bool) -> str:  # noqa: FBT001 - a key of the cache
    context = {"keep": keep, "rating": rating, "starred": starred, "place": _PLACE}
    return render_to_string("results/_stars.html", context | {"stars": stars_of(rating)})


@register.simple_tag
def marks_of(g: Generation) -> Marks:
    """One query for the tags, unless they came along."""
    place = [g.team.slug, g.project.uuid, g.uuid]
    tags = sorted(one.name for one in g.tags.all())
    return Marks(reverse("result_marks", args=place), tags)
