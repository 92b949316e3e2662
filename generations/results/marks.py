"""Star, rating and tags: shared by the team, set by whoever may create in the project."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils.text import Truncator

from accounts.audit import looks_secret
from generations.access import Need
from generations.models import Generation, GenerationTag
from generations.prompts.who import Reader

BEST = 5
LONGEST_TAG = 30
MOST_TAGS = 20


class BadTag(Exception):
    """The sentence says what is wrong with the tag, and what to do."""


def may_mark(reader: Reader, g: Generation) -> bool:
    return reader.projects.get(g.project_id, Need.LOOK) >= Need.CREATE


def star(some: Iterable[Generation], *, on: bool) -> int:
    """How many changed."""
    rows = Generation.objects.filter(pk__in=[one.pk for one in some], starred=not on)
    return rows.update(starred=on)


def rate(some: Iterable[Generation], rating: int) -> int:
    """0 takes the rating away. How many changed. Raises ValueError for what is no rating."""
    if not 0 <= rating <= BEST:
        raise ValueError(f"{rating} is no rating")
    rows = Generation.objects.filter(pk__in=[one.pk for one in some])
    return rows.exclude(rating=rating).update(rating=rating)


def tags_of(text: str) -> list[str]:
    """The tags between commas, in small letters. Raises BadTag."""
    found = list(dict.fromkeys(filter(None, (" ".join(one.split()) for one in text.split(",")))))
    for one in found:
        if len(one) > LONGEST_TAG:
            short = Truncator(one).chars(24)
            raise BadTag(f"“{short}” is too long: a tag has {LONGEST_TAG} letters at most.")
        if looks_secret(one):
            raise BadTag("This looks like a key or a password. Choose another tag.")
    if not found:
        raise BadTag("Write a tag, or several with commas between them.")
    if len(found) > MOST_TAGS:
        raise BadTag(f"{MOST_TAGS} tags at most at a time.")
    return list(dict.fromkeys(one.lower() for one in found))


@transaction.atomic
def tag(some: Sequence[Generation], names: Iterable[str]) -> None:
    """Put these tags on each. Raises BadTag, and changes nothing, where one would have too many."""
    wanted, keys = set(names), [one.pk for one in some]
    # Two people tagging at once wait for each other: the bound holds.
    list(Generation.objects.select_for_update().filter(pk__in=keys).order_by("pk").only("pk"))
    known: dict[int, set[str]] = {key: set() for key in keys}
    rows = GenerationTag.objects.filter(generation__in=keys)
    for key, name in rows.values_list("generation_id", "name"):
        known[key].add(name)
    if any(len(has | wanted) > MOST_TAGS for has in known.values()):
        raise BadTag(f"A result has {MOST_TAGS} tags at most. Take one away first.")
    GenerationTag.objects.bulk_create(
        GenerationTag(generation_id=key, name=name)
        for key, has in known.items()
        for name in sorted(wanted - has)
    )


def untag(some: Iterable[Generation], names: Iterable[str]) -> int:
    """Take these tags away; how many there were."""
    rows = GenerationTag.objects.filter(
        generation__in=[one.pk for one in some], name__in=list(names)
    )
    return rows.delete()[0]
