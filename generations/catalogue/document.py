"""docs/operations.md: all operations in plain words, with who sells them and for how much. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from .briefs import Brief
from .offerings import Offering
from .prices import PriceRow
from .quote import find_unknown
from .sellers import Provider
from .wording import input_words, media_words, option_words, price_words
from .words import MASK_SELECTION, Media, Operation

COMMAND = "manage.py catalogue --markdown > docs/operations.md"
HEAD = f"""# Operations

What can be asked of which provider, with which options, and what it costs. Written by
`{COMMAND}` from the data files in
`generations/providers/`; a test keeps it true.

How to read the tables: a question mark stands behind what may be left out. Amounts are in the
provider's own unit; the USD rate of a unit is the team's to enter, unless it is told below.
Prices that nobody publishes are the team's to enter, too ([how](architecture.md#operations)). The
words for what goes in are those of the [vocabulary](vocabulary.md).
"""
PLAIN = {
    "text_to_video": "A clip from a text.",
    "image_to_video": "A clip that begins with a picture. The picture gives the shape.",
    "transition": "A clip that leads from a first picture to a last one.",
    "multi_transition": "A clip through two to seven pictures, in order, with seconds and a prompt "
    "for each way between two.",
    "fusion": "A clip with the people and things of several references; the prompt speaks of each "
    "by its `@name`.",
    "extend": "A clip is continued. The seconds are those that are added.",
    "modify": "A clip is changed as the prompt says; masks say where.",
    "restyle": "A clip in another style, from a list or from a prompt.",
    "swap": "Something in a clip is replaced by what is on a picture. What can be replaced is "
    "found first, in a step that is charged on its own.",
    "motion_control": "The figure on a picture moves as the one in a clip does.",
    "upscale": "A clip in a higher resolution.",
    "lip_sync": "Lips in a clip follow a voice track, or a text that a voice speaks.",
    "avatar": "A picture speaks: from a voice track, or from a text and a voice.",
    "sound_effect": "A clip gets a sound, as told or as the picture suggests.",
    "template": "A ready effect made with your pictures.",
    "image": "A picture from a text, with pictures to go by.",
    "image_template": "A ready effect that makes a picture of your pictures.",
}


def document(providers: Mapping[str, Provider]) -> str:
    """The whole page."""
    parts = [HEAD, *_providers(providers.values())]
    for operation in Operation:
        parts += _section(operation, providers.values())
    return "\n".join(parts).rstrip() + "\n"


def _providers(providers: Iterable[Provider]) -> Iterator[str]:
    some = list(providers)
    yield "## Charged or not\n"
    yield "When a job fails or is refused by moderation after it was accepted. Unknown means that"
    yield "it may be: then the provider's report decides, or a person.\n"
    yield "| Provider | On failure | On moderation | Source |"
    yield "|---|---|---|---|"
    for one in some:
        page = f"[{one.name}](providers/{one.id}.md)"
        policy = (page, one.charged_on_failure.value, one.charged_on_moderation.value)
        yield _row(*policy, one.policy_source)
    yield "\n## Units and files\n"
    yield "| Provider | Counts in | USD for one | Images | Videos | Audio |"
    yield "|---|---|---|---|---|---|"
    for one in some:
        rate = "not published" if one.usd_per_unit is None else f"{one.usd_per_unit.normalize():f}"
        files = (
            media_words(one.media[kind]) if kind in one.media else "none"
            for kind in (Media.IMAGE, Media.VIDEO, Media.AUDIO)
        )
        unit = f"{one.unit_label}, whole ones" if one.whole_units else one.unit_label
        yield _row(one.name, unit, rate, *files)
    yield ""


def _section(operation: Operation, providers: Iterable[Provider]) -> Iterator[str]:
    name = operation.value
    sold = [
        (provider, offering)
        for provider in providers
        for offering in provider.offerings
        if offering.operation == name
    ]
    if not sold:
        return
    yield f"## {name.replace('_', ' ').capitalize()}\n"
    yield f"{PLAIN[name]} In data and commands: `{name}`.\n"
    sources: dict[str, int] = {}
    table: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for provider, offering in sold:
        table[_cells(provider, offering, sources)].append(_model(offering))
    yield "| Provider | Models | Goes in | Options | Price |"
    yield "|---|---|---|---|---|"
    for (provider_name, goes_in, options, price), models in table.items():
        yield _row(provider_name, ", ".join(models), goes_in, options, price)
    if name in (Operation.SWAP, Operation.MODIFY):
        yield ""
        yield from _masks({provider.id: provider for provider, _ in sold}.values())
    if sources:
        yield ""
        for source, number in sources.items():
            yield f"{number}. {source}"
    yield ""


def _cells(
    provider: Provider, offering: Offering, sources: dict[str, int]
) -> tuple[str, str, str, str]:
    note = [f"*{offering.note}*"] if offering.note else []
    prices = [
        f"{text} [{_number(row, sources)}]" if row else text
        for text, row in price_words(provider, offering)
    ]
    return (
        provider.name,
        "<br>".join(input_words(offering)),
        "<br>".join([*option_words(offering), *note]),
        "<br>".join(prices),
    )


def _number(row: PriceRow, sources: dict[str, int]) -> int:
    """The footnote of a source."""
    read = f", read {row.read_on.isoformat()}" if row.read_on else ""
    return sources.setdefault(f"{row.source}{read}", len(sources) + 1)


def _model(offering: Offering) -> str:
    return "–" if offering.model == "pixverse" else f"`{offering.model}`"


def _masks(providers: Iterable[Provider]) -> Iterator[str]:
    """What finding masks costs, where there is that step."""
    for provider in providers:
        if not any("mask" in one.options for one in provider.offerings):
            continue
        brief = Brief(MASK_SELECTION, "pixverse", "")
        row = next((one for one in provider.prices if one.operation == MASK_SELECTION), None)
        unknown = find_unknown(provider, brief)
        if row:
            words = f"{row.amount.normalize():f} {provider.unit_label} each time ({row.source})"
        else:
            words = f"not published, {unknown.reason}" if unknown else "not published"
        yield f"Finding masks at {provider.name}: {words}."


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', '/') or '–' for cell in cells)} |"
