"""Figures of the Spend pages as people read them; a table's cell knows what it is."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from html import escape

from django import template
from django.utils.safestring import SafeString

from accounts.money import format_usd
from generations.models import SpendLine
from generations.spend.asked import Asked
from generations.spend.tables import MOST_PLACES, Cell, Head, Line, model_words, operation_words

register = template.Library()
_MINUS = "\N{MINUS SIGN}"


@register.filter
def figure(cell: Cell) -> str:
    """A cell's value with its unit; a dash where there is none."""
    value = cell.value
    if value in (None, ""):
        return "–"
    if cell.kind == "percent":
        return percent(Decimal(str(value)))
    if not isinstance(value, int):
        return str(value)
    if cell.kind == "usd":
        value = _rounded(value)
        return signed(value, cell.places) if cell.signed else _usd(value, cell.places)
    if cell.kind == "seconds":
        return _length(value)
    return f"{value:,}"


@register.simple_tag
def heads(every: Iterable[Head]) -> SafeString:
    """The heads of columns: each sorts by its column where it has an address."""
    return SafeString("".join(_head(one) for one in every if not one.under))


def _head(head: Head) -> str:
    label = escape(head.label)
    if head.url:
        arrow = {"descending": " ↓", "ascending": " ↑"}.get(head.order, "")
        label = f'<a href="{escape(head.url)}">{label}{arrow}</a>'
    kind = "" if head.kind == "text" else ' class="n"'
    order = f' aria-sort="{head.order}"' if head.order else ""
    return f'<th scope="col"{kind}{order}>{label}</th>'


@register.simple_tag
def sum_rows(lines: Iterable[Line]) -> SafeString:
    """The rows of a table. In one piece and escaped by hand, for a page has thousands of cells."""
    return SafeString("".join(map(_row, lines)))


def _row(line: Line) -> str:
    label, hint = escape(line.label), ""
    if line.url:
        label = f'<a href="{escape(line.url)}">{label}</a>'
    if line.hint:
        hint = f"<small>{escape(line.hint)}</small>"
    kind = ' class="inner"' if line.inner else ""
    return f'<tr{kind}><th scope="row">{label}{hint}</th>{_cells(line)}</tr>'


def _cells(line: Line) -> str:
    links: dict[str, str] = {}
    below = [*line.cells[1:], None]
    return "".join(
        [
            _drawn(cell, links, under if under and under.under else None)
            for cell, under in zip(line.cells, below, strict=True)
            if not cell.under
        ]
    )


def _drawn(cell: Cell, links: dict[str, str], under: Cell | None = None) -> str:
    """``links`` keeps the addresses that were escaped: many cells of a row lead to the same."""
    text = escape(figure(cell)) if isinstance(cell.value, str) else figure(cell)
    if url := cell.url:
        link = links.get(url) or links.setdefault(url, escape(url))
        text = f'<a href="{link}">{text}</a>'
    if cell.tone:
        text = f'<span class="tag {cell.tone}">{text}</span>'
    if under and under.value not in (None, "", 0):
        what = {"count": " clip" if under.value == 1 else " clips"}.get(under.kind, "")
        text = f"{text}<small>{figure(under)}{what}</small>"
    exact = _exact(cell)
    return f'<td class="n" title="{exact}">{text}</td>' if exact else f'<td class="n">{text}</td>'


@register.filter
def signed(micros: int, places: int = 2) -> str:
    """A difference: ``+$3.91``, ``−$0.20``, ``exact``."""
    text = _usd(micros, places)
    return f"+{text}" if micros > 0 else text if micros else "exact"


@register.filter
def percent(share: Decimal | None) -> str:
    """``+14.2 %``; a dash where there is nothing to compare with."""
    if share is None:
        return "–"
    return f"{share:+} %".replace("-", _MINUS) if share else "0 %"


@register.filter
def model_of(name: str) -> str:
    return model_words(name)


@register.filter
def operation_of(name: str) -> str:
    return operation_words(name)


@register.filter
def length_of(ms: int) -> str:
    """A length of film from milliseconds: 4.2 s, 12 min 5 s, 3 h 20 min."""
    return _length(ms)


def _rounded(micros: int) -> int:
    """As a page shows it; what would be rounded to nothing stays as it is."""
    return round(micros, MOST_PLACES - 6) or micros


def _exact(cell: Cell) -> str:
    """An amount that the page does not show in full."""
    value = cell.value
    if cell.kind != "usd" or not isinstance(value, int) or _rounded(value) == value:
        return ""
    return _usd(value, 2)


def _usd(micros: int, places: int) -> str:
    return format_usd(micros, places).replace("-", _MINUS)


def _length(ms: int) -> str:
    seconds = ms / 1000
    if seconds < 60:
        return f"{seconds:.1f}".removesuffix(".0") + " s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600:,} h {whole % 3600 // 60} min"


@register.filter
def get(found: dict[str, str], name: str) -> str:
    """What stands under a name; "" where nothing does."""
    return found.get(name, "")


@register.filter
def param(asked: Asked, name: str) -> str:
    """What an address of these pages says, its usual value where it says nothing."""
    return asked.told(name)


@register.filter
def only(asked: Asked, name: str) -> str:
    """The address of some of the clips behind a figure."""
    return asked.rows(only=name)


@register.simple_tag
def sheet(asked: Asked, what: str, kind: str) -> str:
    """The address of an export of what is shown."""
    return asked.url("spend_export", what, kind)


@register.simple_tag
def held_rows(asked: Asked) -> str:
    return asked.rows(only="held")


@register.simple_tag
def page_of(asked: Asked) -> str:
    """Back from the clips to the sums."""
    return asked.url("spend", only="")


@register.filter
def in_unit(line: SpendLine) -> str:
    """What was charged in the provider's own unit."""
    amount = (Decimal(line.unit_millionths) / 1_000_000).normalize()
    return f"{amount:,f} {line.account.catalogue.unit_words(line.unit)}"


@register.filter
def corrected(line: SpendLine) -> int:
    """What refunds and late charges changed after its money was settled."""
    return line.micros - line.settled_micros


@register.filter
def differs(line: SpendLine) -> int:
    """What was charged over (or, below zero, under) the published price."""
    return line.over_micros - line.under_micros
