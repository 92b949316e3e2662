"""The tables of the Spend pages. One table serves the page and its exports, so they say the same.

A cell's value is what is exported: a count, micro-dollars, milliseconds, percent or a text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, NamedTuple

from accounts.money import decimals_of

from .asked import Asked
from .queries import prompts, sums
from .summing import Summed
from .totals import Difference, Total, total

type Value = int | Decimal | str | None

# Decimals of dollars on a page at most; files have all six.
MOST_PLACES = 4


@dataclass(frozen=True, slots=True)
class Column:
    """``kind``: count, usd, seconds, percent, units or text.

    ``under``: on a page it stands below the figure before it; in files it is a column of its own.
    """

    name: str
    label: str
    kind: str
    of: Callable[[Total], Value]
    only: str = ""
    signed: bool = False
    under: bool = False


class Cell(NamedTuple):
    """``url`` leads to the rows behind the figure; ``tone`` is ok, warn or bad for a difference.

    ``places``: decimals of an amount, so that those of a column stand under each other.
    """

    value: Value
    kind: str
    url: str = ""
    tone: str = ""
    signed: bool = False
    places: int = 2
    under: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A row; ``inner`` ones are parts of the one above. ``url`` narrows the page to it."""

    label: str
    cells: tuple[Cell, ...]
    url: str = ""
    inner: bool = False
    sums: Total | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head: ``url`` sorts by it, ``order`` is how it is sorted now."""

    label: str
    kind: str
    url: str = ""
    order: str = ""
    under: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """``inner``: what the rows within others are, where there are any."""

    name: str
    title: str
    first: Head
    heads: tuple[Head, ...]
    lines: list[Line] = field(default_factory=list)
    total: Line | None = None
    note: str = ""
    inner: str = ""

    @property
    def every_head(self) -> tuple[Head, ...]:
        return (self.first, *self.heads)

    @property
    def foot(self) -> tuple[Line, ...]:
        """The total as the last row; nothing where there is none."""
        return (self.total,) if self.total else ()


COLUMNS = (
    Column("clips", "Clips", "count", lambda one: one["clips"]),
    Column("failed", "Failed", "count", lambda one: one["failed"] + one["moderated"], "failed"),
    Column("paid", "Charged", "usd", lambda one: one.paid),
    Column("delivered", "Delivered", "seconds", lambda one: one["delivered_ms"]),
    Column("second", "Per second", "usd", lambda one: one.per_second, "succeeded"),
    Column("book", "Over the book", "usd", lambda one: one.book.micros, "differing", signed=True),
    Column("best", "Over the cheapest", "usd", lambda one: one.best.micros, "dearer", signed=True),
)
AUDIT = (
    Column("clips", "Clips", "count", lambda one: one["clips"]),
    Column("paid", "Paid", "usd", lambda one: one.paid),
    Column("compared", "Of it published", "usd", lambda one: one.book.paid),
    Column("book", "By the book", "usd", lambda one: one.book.against),
    Column(
        "difference", "Difference", "usd", lambda one: one.book.micros, "differing", signed=True
    ),
    Column("percent", "Difference, %", "percent", lambda one: one.book.percent, under=True),
    Column("over", "Over", "usd", lambda one: one["over_micros"], "over"),
    Column("under", "Under", "usd", lambda one: one["under_micros"], "under"),
    Column("cheapest", "Cheapest capable", "usd", lambda one: one.best.against),
    Column(
        "dearer", "Over the cheapest", "usd", lambda one: one.best.micros, "dearer", signed=True
    ),
    Column("rest", "Not published", "usd", lambda one: one.unpublished_micros, "unpublished"),
    Column("unknown", "Not published, clips", "count", lambda one: one.unpublished_clips,
           "unpublished", under=True),
)  # fmt: skip
TITLES = {
    "person": ("By person", "Person"),
    "project": ("By project", "Project"),
    "account": ("By provider account", "Account"),
    "model": ("By model", "Model"),
    "operation": ("By operation", "Operation"),
    "prompt": ("By prompt", "Prompt"),
}
GROUPED = {"person": "user"}
# Columns that say something only where there is a price to compare with: which comparison it is.
AGAINST = dict.fromkeys(("compared", "book", "difference", "percent", "over", "under"), "book")
AGAINST |= dict.fromkeys(("best", "cheapest", "dearer"), "best")


def model_words(name: str) -> str:
    """V6, V5 fast; a feature without models of its own is PixVerse's."""
    first, *rest = name.split("-")
    return "PixVerse" if name == "pixverse" else " ".join([first.upper(), *rest])


def operation_words(name: str) -> str:
    return name.replace("_", " ").capitalize()


SHOWN: dict[str, Callable[[Any], str]] = {"model": model_words, "operation": operation_words}


def table(asked: Asked, by: str, have: Summed) -> Table:
    """What was charged by one thing, sorted as asked. Queries only where ``have`` does not say."""
    title, first = TITLES[by]
    name, _, order = asked.told("sort").rpartition("-")[2], None, asked.told("sort").startswith("-")
    columns: tuple[Column, ...] = COLUMNS
    if by == "account":
        units = Column("units", "In its own unit", "units", lambda one: None)
        columns = (*COLUMNS[:3], units, *COLUMNS[3:])
    lines = [
        _line(asked, columns, one, {by: key}, label=label)
        for key, label, one in _groups(asked, by, have)
    ]
    if by == "account":
        lines = [_with_units(asked, line, columns, have) for line in lines]
    lines.sort(key=lambda line: line.label.casefold())
    if name != "name":
        place = next((n for n, one in enumerate(columns) if one.name == name), 2)
        lines.sort(key=lambda line: _sortable(line.cells[place].value), reverse=order)
    elif order:
        lines.reverse()
    note = "The 100 prompts that cost most." if by == "prompt" and len(lines) == 100 else ""
    every = _line(asked, columns, have.total, {}, label="Total")
    heads = tuple(_head(asked, one.name, one.label, one.kind) for one in columns)
    *lines, every = _aligned([*lines, every])
    return Table(by, title, _head(asked, "name", first, "text"), heads, lines, every, note)


def audit(asked: Asked, have: Summed) -> Table:
    """Per person, and within it per account: paid, published, cheapest, and what has no price."""
    heads = tuple(Head(one.label, one.kind, under=one.under) for one in AUDIT)
    lines = []
    people = have.by("person").items()
    for user, every in sorted(people, key=lambda one: -one[1].paid):
        person = asked.key("person", user)
        label = asked.label("person", user)
        lines.append(_line(asked, AUDIT, every, {"person": person}, label=label))
        accounts = [(key[1], one) for key, one in have.pairs.items() if key[0] == user]
        for account, one in sorted(accounts, key=lambda pair: -pair[1].paid):
            key, name = asked.key("account", account), asked.label("account", account)
            hint = have.units(account=account, user=user)
            more = {"person": person, "account": key}
            lines.append(_line(asked, AUDIT, one, more, label=name, inner=True, hint=hint))
    every_line = _line(asked, AUDIT, have.total, {}, label="Total")
    title = "Per person, against each provider’s published price"
    *lines, every_line = _aligned([*lines, every_line])
    return Table("audit", title, Head("Person", "text"), heads, lines, every_line, inner="Account")


def _groups(asked: Asked, by: str, have: Summed) -> Iterable[tuple[str, str, Total]]:
    """Key for the address, label and sums of each group."""
    if by == "prompt":
        for key, words, figures in prompts(asked.view):
            yield key, " ".join(words.split()) or "No prompt", total([figures])
        return
    if by in have.places:
        groups = have.by(by)
    else:
        found = sums(asked.view, GROUPED.get(by, by))
        groups = {pk: total([figures]) for (pk,), figures in found}
    shown = SHOWN.get(by)
    for pk, one in groups.items():
        label = shown(pk) if shown else asked.label(by, pk)
        yield asked.key(by, pk), label, one


def _line(
    asked: Asked,
    columns: tuple[Column, ...],
    one: Total,
    narrow: dict[str, str],
    *,
    label: str,
    inner: bool = False,
    hint: str = "",
) -> Line:
    rows = asked.rows(**narrow)
    cells = tuple(_cell(column, one, rows) for column in columns)
    url = asked.url("spend", **narrow) if narrow and not asked.scope.is_own else ""
    return Line(label, cells, url, inner, one, hint)


def _cell(column: Column, one: Total, rows: str) -> Cell:
    value, tone = column.of(one), ""
    if column.name in AGAINST:
        difference: Difference = getattr(one, AGAINST[column.name])
        value = value if difference.is_known else None
        tone = difference.tone if column.signed and difference.clips and value is not None else ""
    # Put together by hand, for there are many: an address of rows always says which money.
    url = f"{rows}&only={column.only}" if column.only else rows
    return Cell(value, column.kind, url if value else "", tone, column.signed, under=column.under)


def _with_units(asked: Asked, line: Line, columns: tuple[Column, ...], have: Summed) -> Line:
    account = next(one.pk for one in asked.choices["account"] if one.label == line.label)
    cells = tuple(
        Cell(have.units(account=account), "units") if column.name == "units" else cell
        for column, cell in zip(columns, line.cells, strict=True)
    )
    return Line(line.label, cells, line.url, line.inner, line.sums, line.hint)


def _head(asked: Asked, name: str, label: str, kind: str) -> Head:
    now = asked.told("sort")
    order = {name: "ascending", f"-{name}": "descending"}.get(now, "")
    first = name if name == "name" else f"-{name}"
    other = f"-{name}" if name == "name" else name
    url = "" if kind == "units" else asked.url("spend", sort=other if now == first else first)
    return Head(label, kind, f"{url}#table" if url else "", order)


def _aligned(lines: list[Line]) -> list[Line]:
    """With as many decimals in each amount as the longest of its column needs, four at most."""
    places = [_decimals(column) for column in zip(*(one.cells for one in lines), strict=True)]
    return [replace(line, cells=tuple(map(_with_decimals, line.cells, places))) for line in lines]


def _decimals(column: Sequence[Cell]) -> int:
    amounts = (one.value for one in column if one.kind == "usd" and isinstance(one.value, int))
    return min(MOST_PLACES, decimals_of(amounts))


def _with_decimals(cell: Cell, places: int) -> Cell:
    return cell if cell.places == places else cell._replace(places=places)


def _sortable(value: Value) -> Decimal:
    unknown = value is None or isinstance(value, str)
    return Decimal("-Infinity") if unknown else Decimal(value or 0)
