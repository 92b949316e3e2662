"""Tables and rows for files: the same numbers as the page, exact, in plain columns; and CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from .rows import usd
from .tables import Cell, Line, Table

# A spreadsheet takes a cell that begins so for a formula, and would run what somebody typed.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


class _Line:
    """Lets csv.writer hand each line over instead of keeping it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Line by line, as each row comes. With a mark in front, so that Excel reads it as UTF-8."""
    writer = csv.writer(_Line())
    yield "\ufeff"
    for row in rows:
        yield writer.writerow([_plain(value) for value in row])


def table_rows(table: Table) -> Iterator[list[Any]]:
    """A table as rows: head, lines, total. Amounts in dollars, lengths in seconds.

    Of a table with rows within others only those, each with what it belongs to in a column of its
    own and without their sums: whoever adds a column up counts nothing twice.
    """
    heads = [_head(one.label, one.kind) for one in table.heads]
    if table.inner:
        yield [table.first.label, table.inner, *heads]
        above = ""
        for line in table.lines:
            if line.inner:
                yield [above, line.label, *_values(line)]
            else:
                above = line.label
        return
    yield [table.first.label, *heads]
    for line in [*table.lines, *table.foot]:
        yield [line.label, *_values(line)]


def _values(line: Line) -> list[Any]:
    return [_value(cell) for cell in line.cells]


def _value(cell: Cell) -> Any:
    if isinstance(cell.value, int) and cell.kind == "usd":
        return usd(cell.value)
    if isinstance(cell.value, int) and cell.kind == "seconds":
        return Decimal(cell.value) / 1000
    return cell.value


def _head(label: str, kind: str) -> str:
    unit = {"usd": " (USD)", "seconds": " (s)"}.get(kind, "")
    return f"{label}{unit}"


def _plain(value: Any) -> Any:
    """What stands in a CSV: plain decimals, and no text that a spreadsheet would run."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    if isinstance(value, str) and value.startswith(DANGEROUS):
        return f"'{value}"
    return "" if value is None else value
