"""What the gallery's filters offer, and how the chosen ones are named."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.db.models import Q

from accounts.models import Membership
from generations.catalogue.loader import providers
from generations.models import PromptVersion, ProviderAccount
from generations.prompts.who import Reader
from generations.templatetags.studio import model_name

from .asked import REVIEWS, SORTS, STATES, Asked

RATINGS = {
    "1": "Rated at all",
    "2": "2 or better",
    "3": "3 or better",
    "4": "4 or better",
    "5": "5",
}
NOT_SEEN = "not to be seen here"
# The prompts that are offered are those that were changed last.
MOST_PROMPTS = 100

# Key in the address, words on the page.
type Options = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Select:
    """One field with fixed choices. ``every`` is what it says while nothing is chosen."""

    name: str
    label: str
    every: str
    options: Options
    value: str


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing that is asked for, and the address without it."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Choices:
    projects: Options
    people: Options
    providers: Options
    accounts: Options
    models: Options
    operations: Options
    prompts: Options

    @classmethod
    def of(cls, reader: Reader, asked: Asked) -> Choices:
        """Three queries."""
        team = reader.member.team
        people = Membership.objects.filter(team=team).select_related("user")
        accounts = list(
            ProviderAccount.objects.filter(team=team)
            .order_by("name", "pk")
            .values_list("uuid", "name", "provider")
        )
        sellers = sorted({provider for _, _, provider in accounts})
        models, operations = _made_by(tuple(sellers))
        named = providers()
        return cls(
            [(str(row.uuid), row.name) for row in reader.rows],
            sorted(
                ((str(one.user_id), str(one.user)) for one in people),
                key=lambda one: one[1].lower(),
            ),
            [(one, named[one].name if one in named else one) for one in sellers],
            [(str(uuid), name) for uuid, name, _ in accounts],
            [(one, model_name(one)) for one in models],
            [(one, one.replace("_", " ").capitalize()) for one in operations],
            _prompts(reader, asked),
        )

    def selects(self, asked: Asked) -> list[Select]:
        """The fields behind "Filters", those with a choice."""

        def one(name: str, label: str, every: str, options: Options) -> Select:
            return Select(name, label, every, options, asked.told(name))

        states = [(key, label) for key, (label, _) in STATES.items() if key]
        found = [
            one("state", "State", STATES[""][0], states),
            one(
                "review",
                "Review",
                "Any verdict",
                [(key, label) for key, (label, _) in REVIEWS.items()],
            ),
            one("rating", "Rating", "Any rating", list(RATINGS.items())),
            one("person", "Made by", "Anybody", self.people),
            one("provider", "Provider", "Any provider", self.providers),
            one("account", "Provider account", "Any account", self.accounts),
            one("model", "Model", "Any model", self.models),
            one("operation", "Operation", "Any operation", self.operations),
            one("prompt", "Prompt", "Any prompt", self.prompts),
        ]
        # Not every result has a prompt of the library: one alone is a choice.
        return [each for each in found if len(each.options) > (each.name != "prompt") or each.value]

    def named(self, name: str, key: str) -> str:
        options = {
            "project": self.projects,
            "person": self.people,
            "provider": self.providers,
            "account": self.accounts,
            "operation": self.operations,
            "prompt": self.prompts,
        }
        return dict(options.get(name, ())).get(key, NOT_SEEN)


def chips(reader: Reader, asked: Asked, choices: Choices) -> list[Chip]:
    """All that narrows the list. One query where a version of a prompt does."""
    found = []
    for name, key in asked.params.items():
        label = _chip(reader, asked, choices, name, key)
        if label:
            found.append(Chip(label, asked.but(name)))
    return found


def _chip(reader: Reader, asked: Asked, choices: Choices, name: str, key: str) -> str:
    known = {
        "q": f"“{key}”",
        "model": f"Model: {model_name(key)}",
        "state": STATES[asked.told("state")][0],
        "review": REVIEWS[asked.told("review")][0] if asked.told("review") else "",
        "rating": f"Rating: {RATINGS.get(key, key)}",
        "star": "Starred",
        "tag": f"#{key.lower()}",
        "min": f"From ${key.removeprefix('$')}",
        "max": f"Up to ${key.removeprefix('$')}",
        "from": f"Since {key}",
        "to": f"Until {key}",
        "sort": SORTS[asked.sort] if asked.sort else "",
    }
    if name in known:
        return known[name]
    if name == "version":
        return _version(reader, asked)
    label = {"person": "Made by", "account": "At"}.get(name, name.capitalize())
    return f"{label}: {choices.named(name, key)}"


def _prompts(reader: Reader, asked: Asked) -> Options:
    """The one that is asked for, and the newest. One query."""
    rows = (
        reader.visible()
        .annotate(is_asked=Q(uuid=asked.prompt))
        .filter(Q(is_asked=True) | Q(archived_at=None))
    )
    newest = rows.order_by("-is_asked", "-changed_at", "-pk")
    found = newest.values_list("uuid", "title", "is_asked")[: MOST_PROMPTS + 1]
    most = MOST_PROMPTS + any(is_asked for _, _, is_asked in found)
    return [(str(uuid), title) for uuid, title, _ in found[:most]]


def _version(reader: Reader, asked: Asked) -> str:
    if asked.version is None:
        return ""
    rows = PromptVersion.objects.filter(pk=asked.version, prompt__in=reader.visible())
    found = rows.values_list("prompt__title", "number").first()
    return f"Prompt: {found[0]} v{found[1]}" if found else f"Prompt: {NOT_SEEN}"


@cache
def _made_by(sellers: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """The models and operations of these providers, in order."""
    every = providers()
    offered = [one for name in sellers if name in every for one in every[name].offerings]
    models = sorted({one.model for one in offered})
    return models, sorted({one.operation for one in offered})
