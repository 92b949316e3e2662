"""The rows behind an address of the gallery, page by page, without counting them all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Min, Q, QuerySet
from django.utils import timezone

from generations.models import Generation, GenerationTag, PromptVersion
from generations.prompts.who import Reader

from .asked import BY_COST, DEAREST, MOVING, OLDEST, RATED, REVIEWS, STATES, Asked
from .marks import BEST

PAGE = 24
# As far as results are counted: a whole count would read every row of a large team.
COUNTED = 100
MOST_WORDS = 8
MOST_NEWS = 50
# The tags that are offered are those of so many of the newest results.
RECENT = 400
# What no index knows is looked for among so many rows at a time, so that no look takes long.
WINDOW = 10_000
UNKNOWN_TO_INDEXES = ("q", "model", "operation", "provider", "account", "min", "max", "from", "to")
# As many rows as are first found by days, or under way, and then narrowed by all the rest.
FEW = 4_000


@dataclass(frozen=True, slots=True)
class Page:
    """Some results, the place where the next ones begin ("" at the end), and how many there are.

    ``count`` is as far as they were counted, ``more`` says that there may be more than that.
    ``back``: not all was looked through, and from ``older`` on it goes on.
    """

    rows: list[Generation]
    older: str
    count: int = 0
    more: bool = False
    back: bool = False


def rows(reader: Reader, asked: Asked) -> QuerySet[Generation]:
    """What the reader may see of what is asked for, in no order."""
    found = _in_state(_within(reader, asked), reader, asked.told("state"))
    if asked.person:
        found = found.filter(user=asked.person)
    if asked.account:
        found = found.filter(account__in=_accounts(reader, uuid=asked.account))
    if provider := asked.told("provider"):
        found = found.filter(account__in=_accounts(reader, provider=provider))
    for name in ("model", "operation"):
        if told := asked.told(name):
            found = found.filter(**{name: told})
    if review := asked.told("review"):
        found = found.filter(review=REVIEWS[review][1])
    if asked.told("star"):
        found = found.filter(starred__in=[True])
    if tag := asked.told("tag"):
        # Not as a join: SQLite would look up the tags of each result of the team.
        tagged = GenerationTag.objects.filter(name=tag.lower())
        found = found.filter(pk__in=tagged.values("generation"))
    if asked.prompt:
        # As with tags: by the index of versions first, and not of each result of the team.
        versions = PromptVersion.objects.filter(
            prompt__uuid=asked.prompt, prompt__in=reader.visible()
        )
        keys = list(versions.values_list("pk", flat=True))
        made = Generation.objects.filter(prompt_version__in=keys)
        found = found.filter(pk__in=made.values("pk"))
    if asked.version:
        found = found.filter(prompt_version=asked.version)
    return _in_words(_in_numbers(found, asked), asked.told("q"))


def _in_state(found: QuerySet[Generation], reader: Reader, state: str) -> QuerySet[Generation]:
    """What is under way is little, and found by the index of states first."""
    condition = STATES[state][1]
    if state not in ("moving", "unknown"):
        return found.filter(condition)
    live = Generation.objects.filter(condition, team=reader.member.team_id)
    return found.filter(condition, pk__in=list(live.values_list("pk", flat=True)[:FEW]))


def _within(reader: Reader, asked: Asked) -> QuerySet[Generation]:
    """Of a project, or of all that the reader sees; where money is asked for, that they may see."""
    found = Generation.objects.kept()
    seen = None if reader.sees_all else set(reader.projects)
    if asked.about_money and (pays := reader.pays_in) is not None:
        seen = set(pays)
    if asked.project:
        here = [row.pk for row in reader.rows if row.uuid == asked.project]
        return found.filter(project__in=here if seen is None else seen.intersection(here))
    if seen is None:
        return found.filter(team=reader.member.team_id)
    if len(seen) == 1:
        return found.filter(project=seen.pop())
    return found.filter(team=reader.member.team_id, project__in=seen)


def _accounts(reader: Reader, **which: Any) -> list[int]:
    accounts = reader.member.team.provider_accounts.filter(**which)
    return list(accounts.values_list("pk", flat=True))


def _in_numbers(found: QuerySet[Generation], asked: Asked) -> QuerySet[Generation]:
    if asked.least is not None:
        found = found.filter(charged_micros__gte=asked.least)
    if asked.most is not None:
        found = found.filter(charged_micros__lte=asked.most)
    return found.filter(_days(asked))


def _days(asked: Asked) -> Q:
    found = Q()
    if asked.since:
        found &= Q(created_at__gte=_midnight(asked.since))
    if asked.until:
        found &= Q(created_at__lt=_midnight(asked.until + dt.timedelta(days=1)))
    return found


def _in_words(found: QuerySet[Generation], words: str) -> QuerySet[Generation]:
    """Those whose prompt has every word."""
    for word in words.split()[:MOST_WORDS]:
        found = found.filter(prompt__icontains=word)
    return found


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def page(reader: Reader, asked: Asked, after: str = "") -> Page:
    """One page from a place on. Four queries, and a few more for what only several indexes know."""
    some = rows(reader, asked)
    wanted = PAGE + 1 if after else COUNTED + 1
    edge = ""
    if asked.sort in BY_COST:
        keys = _by_cost(_rated(some, asked), after, wanted, dearest=asked.sort == DEAREST)
    elif asked.sort == RATED:
        keys = _best(some, asked, after, wanted)
    elif asked.rating and not (asked.told("tag") or asked.prompt):
        keys = _of_ratings(some, asked, after, wanted)
    else:
        # What has a tag or a prompt is found by that, and looked at once, whatever its rating.
        some, edge = _window(_rated(some, asked), reader, asked, after)
        keys = _in_order(some, after, wanted, oldest=asked.sort == OLDEST)
    here = keys[:PAGE]
    full = len(keys) > PAGE
    return Page(
        rows=with_parts(reader, [pk for pk, _ in here]),
        older=here[-1][1] if full else edge,
        count=min(len(keys), COUNTED),
        more=len(keys) > COUNTED or bool(edge and len(keys) < wanted),
        back=bool(edge) and not full,
    )


def _in_order(
    some: QuerySet[Generation], after: str, wanted: int, *, oldest: bool
) -> list[tuple[int, str]]:
    """Keys by age, each with the place after it."""
    if after.isdigit():
        some = some.filter(**{"pk__gt" if oldest else "pk__lt": int(after)})
    found = some.order_by("pk" if oldest else "-pk").values_list("pk", flat=True)[:wanted]
    return [(pk, str(pk)) for pk in found]


def _window(
    some: QuerySet[Generation], reader: Reader, asked: Asked, after: str
) -> tuple[QuerySet[Generation], str]:
    """Only the next WINDOW rows, where no index knows what is asked for; and where they end.

    The end is found by an index alone, and is as far away on every page: no deep OFFSET.
    """
    if asked.told("tag") or asked.prompt or asked.told("state") in ("moving", "unknown"):
        return some, ""
    if not any(asked.told(name) for name in UNKNOWN_TO_INDEXES):
        return some, ""
    oldest = asked.sort == OLDEST
    every = Generation.objects.kept().filter(team=reader.member.team_id)
    if asked.since or asked.until:
        # Of few days all keys are found at once, and lie near each other.
        keys = list(every.filter(_days(asked)).values_list("pk", flat=True)[: FEW + 1])
        if len(keys) <= FEW:
            return some.filter(pk__range=(min(keys, default=0), max(keys, default=0))), ""
    if asked.project:
        here = [row.pk for row in reader.rows if row.uuid == asked.project]
        every = Generation.objects.kept().filter(project__in=here)
    if after.isdigit():
        every = every.filter(**{"pk__gt" if oldest else "pk__lt": int(after)})
    ends = every.order_by("pk" if oldest else "-pk").values_list("pk", flat=True)
    end = list(ends[WINDOW : WINDOW + 1])
    if not end:
        return some, ""
    return some.filter(**{"pk__lte" if oldest else "pk__gte": end[0]}), str(end[0])


def _rated(some: QuerySet[Generation], asked: Asked) -> QuerySet[Generation]:
    return some.filter(rating__gte=asked.rating) if asked.rating else some


def _of_ratings(
    some: QuerySet[Generation], asked: Asked, after: str, wanted: int
) -> list[tuple[int, str]]:
    """By age over several ratings: each in the order of its index, then put together."""
    oldest = asked.sort == OLDEST
    found = [
        key
        for rating in range(asked.rating, BEST + 1)
        for key in _in_order(some.filter(rating=rating), after, wanted, oldest=oldest)
    ]
    return sorted(found, reverse=not oldest)[:wanted]


def _by_cost(
    some: QuerySet[Generation], after: str, wanted: int, *, dearest: bool
) -> list[tuple[int, str]]:
    """In the order of an index: among equals the newest is next to the cheaper ones."""
    some = some.filter(charged_micros__isnull=False)
    if place := _place(after):
        micros, pk = place
        beyond = Q(charged_micros__lt=micros) if dearest else Q(charged_micros__gt=micros)
        same = Q(pk__gt=pk) if dearest else Q(pk__lt=pk)
        # The first condition lets the index begin at the place.
        edge = Q(charged_micros__lte=micros) if dearest else Q(charged_micros__gte=micros)
        some = some.filter(edge, beyond | Q(same, charged_micros=micros))
    order = ("-charged_micros", "pk") if dearest else ("charged_micros", "-pk")
    found = some.order_by(*order).values_list("pk", "charged_micros")[:wanted]
    return [(pk, f"{micros}.{pk}") for pk, micros in found]


def _best(
    some: QuerySet[Generation], asked: Asked, after: str, wanted: int
) -> list[tuple[int, str]]:
    """The best rated, the newest of them first: rating by rating, each in the order of an index."""
    best, below = _place(after) or (BEST, None)
    found: list[tuple[int, str]] = []
    for rating in range(min(best, BEST), asked.rating - 1, -1):
        these = some.filter(rating=rating)
        if below is not None and rating == best:
            these = these.filter(pk__lt=below)
        keys = these.order_by("-pk").values_list("pk", flat=True)[: wanted - len(found)]
        found += [(pk, f"{rating}.{pk}") for pk in keys]
        if len(found) >= wanted:
            break
    return found


def _place(after: str) -> tuple[int, int] | None:
    value, _, pk = after.partition(".")
    if not (value.lstrip("-").isdigit() and pk.isdigit() and len(after) < 40):
        return None
    return int(value), int(pk)


def is_place(after: str) -> bool:
    """Can this be where a page begins?"""
    return after.isascii() and len(after) < 40 and after.replace(".", "", 1).isdigit()


# What a card shows: all of a row would cost three times as much.
_SHOWN = (
    "uuid",
    "team_id",
    "project_id",
    "user_id",
    "account_id",
    "brief_json",
    "operation",
    "model",
    "prompt",
    "state",
    "play",
    "charged_micros",
    "starred",
    "rating",
    "review",
    "deleted_at",
    "deleted_by_id",
    "created_at",
    *(f"asset__{name}" for name in ("file", "poster", "preview", "kind", "mime", "digest")),
    *(f"asset__{name}" for name in ("size", "duration_ms", "width", "height", "has_audio")),
)


def with_parts(reader: Reader, keys: list[int], *more: str) -> list[Generation]:
    """The rows of these keys in their order, with all that a card needs. Three queries.

    ``more`` are relations that are needed beside. A join would make a person anew for each row.
    """
    some = Generation.objects.filter(pk__in=keys).select_related("asset").only(*_SHOWN)
    projects = {row.pk: row for row in reader.rows}
    found = {}
    for one in some.prefetch_related("tags", "user", *more):
        if one.project_id in projects:
            one.project = projects[one.project_id]
        found[one.pk] = one
    return [found[key] for key in keys if key in found]


@dataclass(frozen=True, slots=True)
class Mark:
    """What a page that stands open knows: when it was drawn, and the oldest clip under way then."""

    at: dt.datetime
    low: int

    @property
    def text(self) -> str:
        return f"{self.at.timestamp():.6f}-{self.low}"

    @classmethod
    def of(cls, text: str) -> Mark | None:
        at, _, low = text.partition("-")
        try:
            seconds = float(at) if len(at) < 24 else -1.0
            moment = dt.datetime.fromtimestamp(seconds, dt.UTC)
        except (ValueError, OverflowError, OSError):
            return None
        ok = seconds > 0 and low.isascii() and low.isdigit() and len(low) < 19
        return cls(moment, int(low)) if ok else None


def mark(reader: Reader, top: int) -> Mark:
    """From now on. ``top`` is the newest result on the page. One query."""
    live = Generation.objects.filter(team=reader.member.team_id, state__in=MOVING)
    low = live.aggregate(low=Min("pk"))["low"]
    return Mark(timezone.now(), min(low, top) if low else top)


def news(reader: Reader, asked: Asked, known: Mark) -> int:
    """How many that fit came since, as far as MOST_NEWS and one more. One query."""
    came = Q(created_at__gt=known.at)
    if not asked.told("state"):
        came = Q(state_at__gt=known.at)
    fresh = _rated(rows(reader, asked), asked).filter(came, pk__gte=known.low)
    return len(fresh.order_by("-pk").values_list("pk", flat=True)[: MOST_NEWS + 1])


def recent_tags(reader: Reader) -> list[str]:
    """The tags of the newest results that the reader may see. One query, by indexes alone."""
    some = _within(reader, Asked({})).order_by("-pk").values("pk")[:RECENT]
    tags = GenerationTag.objects.filter(generation__in=some)
    return sorted(set(tags.values_list("name", flat=True)))


def chosen(reader: Reader, keys: Iterable[Any]) -> QuerySet[Generation]:
    """Those of these uuids that the reader may see, kept or binned."""
    some = Generation.objects.filter(team=reader.member.team_id, uuid__in=list(keys))
    return some if reader.sees_all else some.filter(project__in=list(reader.projects))


def sees_money(reader: Reader) -> bool:
    """Anywhere at all?"""
    pays = reader.pays_in
    return pays is None or bool(pays)
