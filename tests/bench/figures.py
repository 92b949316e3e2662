"""One measured figure beside its target, and the table of all of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median

MARK = "FIGURE "


@dataclass
class Figure:
    """``values`` are the runs. The target bounds the median: from above, or below if ``more``.

    Without a target it only stands there: a stretch, or a part of another figure.
    """

    name: str
    values: list[float] = field(default_factory=list)
    unit: str = ""
    target: float | None = None
    more: bool = False

    def emit(self) -> None:
        """To the process that prints the table."""
        print(MARK + json.dumps(asdict(self)), flush=True)

    @property
    def met(self) -> bool | None:
        if self.target is None or not self.values:
            return None
        middle = median(self.values)
        return middle >= self.target if self.more else middle < self.target

    def cells(self) -> tuple[str, str, str, str]:
        word = {True: "met", False: "MISSED", None: ""}[self.met]
        sign = "at least" if self.more else "under"
        target = "" if self.target is None else f"{sign} {_short(self.target)} {self.unit}"
        if not self.values:
            return self.name, "not measured", target, "MISSED" if target else ""
        low, high = min(self.values), max(self.values)
        spread = [low, median(self.values), high] if len(self.values) > 1 else self.values
        shown = " / ".join(map(_short, spread))
        return self.name, f"{shown} {self.unit}".strip(), target.strip(), word


def read(line: str) -> Figure | None:
    return Figure(**json.loads(line[len(MARK) :])) if line.startswith(MARK) else None


def table(figures: Iterable[Figure]) -> str:
    rows = [("figure", "measured (min / median / max)", "target", "")]
    rows += [one.cells() for one in figures]
    widths = [max(len(row[place]) for row in rows) for place in range(4)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(line.rstrip() for line in lines)


def share(values: Sequence[float], part: float) -> float:
    """The value below which ``part`` of them lie; 0 for none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
