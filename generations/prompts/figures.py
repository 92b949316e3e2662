"""What a table says of outcomes, line by line: each line is a piece (pieces.py)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse

from generations.templatetags.studio import model_name, price, seconds

from .outcomes import Line, Outcome


@dataclass(frozen=True, slots=True)
class Figures:
    """One line: a version's sum, with ``number`` and ``url`` of its results, or one model's.

    Shares are in percent and ready to be read, as amounts and times are. ``costs``: whoever looks
    may see money.
    """

    number: int | None
    url: str
    label: str
    model: str
    play: bool
    uses: int
    success: str
    moderation: str
    approval: str
    reviewed: str
    costs: bool
    second: str
    approved_second: str
    typical: str


def of(
    slug: str, outcomes: Iterable[Outcome], names: Mapping[str, str], *, sees_costs: bool
) -> list[list[Figures]]:
    """For each version and money its sum and then its lines. ``names`` are the providers'."""
    results = reverse("results", args=[slug])
    found = []
    for one in outcomes:
        url = f"{results}?version={one.version.pk}&state=any"
        total = _figures(one.total, "", costs=sees_costs, sum_of=one, url=url)
        lines = [
            _figures(line, names.get(line.label, line.label), costs=sees_costs)
            for line in one.lines
        ]
        found.append([total, *lines])
    return found


def _figures(
    line: Line, label: str, *, costs: bool, sum_of: Outcome | None = None, url: str = ""
) -> Figures:
    is_reviewed = line.approval is not None
    return Figures(
        number=sum_of.version.number if sum_of else None,
        url=url,
        label=label,
        model=model_name(line.model) if line.model else "",
        play=bool(sum_of and sum_of.play),
        uses=line.uses,
        success=_percent(line.success),
        moderation=_percent(line.moderation),
        approval=_percent(line.approval),
        reviewed=f"{line.approved} of {line.reviewed}" if is_reviewed else "",
        costs=costs,
        second=price(line.second_micros) if costs else "",
        approved_second=price(line.approved_second_micros) if costs else "",
        typical=seconds(line.typical_s),
    )


def _percent(share: int | None) -> str:
    return "–" if share is None else f"{share} %"
