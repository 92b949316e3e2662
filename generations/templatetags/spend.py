"""Figures of the Spend pages as people read them; a table's cell knows what it is."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from html import escape

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.money import decimals_of, format_usd
from generations.models import SpendLine
from generations.spend.asked import Asked
from generations.spend.charts import Bar, Chart
from generations.spend.tables import Cell, Line, model_words, operation_words

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
        return signed(value, cell.places) if cell.signed else _usd(value, cell.places)
    if cell.kind == "seconds":
        return _length(value)
    return f"{value:,}"


@register.simple_tag
def cells(line: Line) -> SafeString:
    """All cells of a row. In one piece and escaped by hand, for a page has thousands of them."""
    return SafeString("".join(map(_drawn, line.cells)))


def _drawn(cell: Cell) -> str:
    text = escape(figure(cell))
    if cell.url:
        text = f'<a href="{escape(cell.url)}">{text}</a>'
    if cell.tone:
        text = f'<span class="tag {cell.tone}">{text}</span>'
    return f'<td class="n">{text}</td>'


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


@register.filter
@cache
def swatch(slot: int) -> SafeString:
    """The colour of a series, before its name. Drawn once: a chart of years has hundreds."""
    square = '<rect class="s{}" width="10" height="10" rx="3"/>'
    drawn = f'<svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">{square}</svg>'
    return format_html(drawn, slot)


@register.filter
def half(count: int) -> int:
    return count // 2


@register.filter
def by_series(chart: Chart) -> list[tuple[Bar, list[int]]]:
    """Each bar with its amounts in the order of the legend."""
    found = []
    for bar in chart.bars:
        parts = {part.series: part.micros for part in bar.parts}
        found.append((bar, [parts.get(one, 0) for one in chart.series]))
    return found


@register.filter
def chart_decimals(chart: Chart) -> int:
    """How many decimals the table behind the bars needs."""
    parts = (part.micros for bar in chart.bars for part in bar.parts)
    return decimals_of([*parts, *(bar.micros for bar in chart.bars)])


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
def differs(line: SpendLine) -> int:
    """What was charged over (or, below zero, under) the published price."""
    return line.over_micros - line.under_micros
