"""An XLSX file made while it is sent: of any length, with little memory, and at once.

Libraries for it finish the file before its first byte can leave. What is needed here of the
format is little: text, numbers, dates, a bold head that stays, widths. A sheet that is full goes
on in another.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Generator, Iterable, Iterator
from decimal import Decimal
from itertools import chain
from typing import Any
from xml.sax.saxutils import escape, quoteattr

# What the format allows: rows of a sheet, characters of a cell (a little less), a sheet's name.
MOST_ROWS = 1_048_576
LONGEST = 32_000
NAME = 31
# So much is sent at once; the first piece is small, so that the download begins.
PIECE = 64_000
# Styles by their place in _STYLES.
HEAD, USD, COUNT, SECONDS, DATE = 1, 2, 3, 4, 5

type Row = list[Any]

# XML has no word for these at all.
_UNSAYABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NEVER = dt.date(1899, 12, 30)
_TOP = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_FORMATS = ("$#,##0.00####;[Red]-$#,##0.00####", "#,##0", "#,##0.0", "yyyy-mm-dd")
_STYLES = (
    f'{_TOP}<styleSheet xmlns="{_MAIN}"><numFmts count="{len(_FORMATS)}">'
    + "".join(
        f'<numFmt numFmtId="{164 + n}" formatCode={quoteattr(one)}/>'
        for n, one in enumerate(_FORMATS)
    )
    + '</numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/>'
    '<sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill '
    'patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border><border><left/>'
    '<right/><top/><bottom style="thin"/><diagonal/></border></borders><cellStyleXfs count="1">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="6">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="1" xfId="0" applyFont="1" applyBorder="1"/>'
    + "".join(
        f'<xf numFmtId="{164 + n}" fontId="0" fillId="0" borderId="0" xfId="0" '
        'applyNumberFormat="1"/>'
        for n in range(len(_FORMATS))
    )
    + '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/>'
    "</cellStyles></styleSheet>"
)


def pieces(sheets: Iterable[tuple[str, Iterable[Row]]]) -> Iterator[bytes]:
    """The file, piece by piece. Of each sheet the first row is its head."""
    out = _Out()
    file: Any = out
    names: list[str] = []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as book:
        book.writestr("xl/styles.xml", _STYLES)
        yield out.taken()
        for name, rows in sheets:
            kept = iter(rows)
            head, more = next(kept, []), 1
            while True:
                names.append(_name(name, more))
                with book.open(f"xl/worksheets/sheet{len(names)}.xml", "w") as sheet:
                    rest = yield from _sheet(sheet, out, head, kept)
                if rest is None:
                    break
                kept, more = chain([rest], kept), more + 1
        for path, text in _around(names):
            book.writestr(path, text)
    yield out.taken()


class _Out:
    """What the archive was told and nobody took yet. It cannot go back, so it never asks to."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []

    def write(self, some: bytes) -> int:
        self.kept.append(bytes(some))
        return len(some)

    def flush(self) -> None:
        pass

    def taken(self) -> bytes:
        some = b"".join(self.kept)
        self.kept.clear()
        return some


def _sheet(
    sheet: Any, out: _Out, head: Row, rows: Iterator[Row]
) -> Generator[bytes, None, Row | None]:
    """Returns the first row for which there was no room, None where all had."""
    sheet.write(_begin(head).encode())
    kinds = [USD if "(USD)" in str(one) else SECONDS for one in head]
    waiting: list[str] = []
    number, size = 1, 0
    for row in rows:
        if number == MOST_ROWS:
            sheet.write("".join((*waiting, _END)).encode())
            return row
        number += 1
        line = _row(number, row, kinds)
        waiting.append(line)
        size += len(line)
        if size > PIECE:
            sheet.write("".join(waiting).encode())
            waiting, size = [], 0
            yield out.taken()
    sheet.write("".join((*waiting, _END)).encode())
    yield out.taken()
    return None


_END = "</sheetData></worksheet>"


def _begin(head: Row) -> str:
    widths = "".join(
        f'<col min="{n}" max="{n}" width="{34 if n == 1 else max(11, len(str(one)) + 2)}" '
        'customWidth="1"/>'
        for n, one in enumerate(head, 1)
    )
    cells = "".join(_text(str(one), HEAD) for one in head)
    return (
        f'{_TOP}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane '
        'xSplit="1" ySplit="1" topLeftCell="B2" activePane="bottomRight" state="frozen"/>'
        f"</sheetView></sheetViews>{f'<cols>{widths}</cols>' if widths else ''}<sheetData>"
        f'<row r="1">{cells}</row>'
    )


def _row(number: int, row: Row, kinds: list[int]) -> str:
    cells = "".join(map(_cell, row, (*kinds, *[SECONDS] * (len(row) - len(kinds)))))
    return f'<row r="{number}">{cells}</row>'


def _cell(value: Any, kind: int) -> str:
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, Decimal):
        return f'<c s="{kind}"><v>{value:f}</v></c>'
    if isinstance(value, int):
        return f'<c s="{COUNT}"><v>{value:d}</v></c>'
    if isinstance(value, dt.date):
        day = dt.date(value.year, value.month, value.day)
        return f'<c s="{DATE}"><v>{(day - _NEVER).days}</v></c>'
    return _text(str(value)[:LONGEST], 0)


def _text(text: str, style: int) -> str:
    said = escape(_UNSAYABLE.sub("", text))
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{said}</t></is></c>'


def _name(name: str, more: int) -> str:
    """As Excel allows: short, without its own signs; the second of two ends in 2."""
    plain = re.sub(r"[\[\]:*?/\\]", " ", name)
    end = f" {more}" if more > 1 else ""
    return plain[: NAME - len(end)] + end


def _around(names: list[str]) -> Iterator[tuple[str, str]]:
    """What says which sheets there are: last, for only then it is known."""
    numbers = range(1, len(names) + 1)
    sheets = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>'
        for n, name in enumerate(names, 1)
    )
    yield (
        "xl/workbook.xml",
        f'{_TOP}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>',
    )
    links = "".join(_link(n, "worksheet", f"worksheets/sheet{n}.xml") for n in numbers)
    links += _link(len(names) + 1, "styles", "styles.xml")
    top = f'{_TOP}<Relationships xmlns="{_PACKAGE}/relationships">'
    yield "xl/_rels/workbook.xml.rels", f"{top}{links}</Relationships>"
    yield "_rels/.rels", f"{top}{_link(1, 'officeDocument', 'xl/workbook.xml')}</Relationships>"
    parts = [("xl/workbook.xml", "sheet.main"), ("xl/styles.xml", "styles")]
    parts += [(f"xl/worksheets/sheet{n}.xml", "worksheet") for n in numbers]
    types = "".join(
        f'<Override PartName="/{path}" ContentType="{_TYPE}.{what}+xml"/>' for path, what in parts
    )
    yield (
        "[Content_Types].xml",
        f'{_TOP}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
        f'"application/vnd.openxmlformats-package.relationships+xml"/>{types}</Types>',
    )


def _link(number: int, what: str, target: str) -> str:
    return f'<Relationship Id="rId{number}" Type="{_OFFICE}/{what}" Target="{target}"/>'
