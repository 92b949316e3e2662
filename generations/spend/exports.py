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
    """A table as rows: head, lines, total. Amounts in dollars, lengths in seconds."""
    yield [table.first.label, *(_head(one.label, one.kind) for one in table.heads)]
    above = ""
    for line in table.lines:
        label = f"{above}: {line.label}" if line.inner else line.label
        above = above if line.inner else line.label
        yield _values(line, label)
    if table.total:
        yield _values(table.total, table.total.label)


def _values(line: Line, label: str) -> list[Any]:
    return [label, *(_value(cell) for cell in line.cells)]


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
