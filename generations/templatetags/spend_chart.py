"""The bars of the Spend pages and the table behind them, each in one piece and escaped by hand.

Two years are 24 bars with hundreds of parts and amounts: as a template they took longer than all
queries of the page.
"""

from __future__ import annotations

from functools import cache
from html import escape

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from accounts.money import decimals_of
from generations.spend.charts import Bar, Chart

from .studio import usd

register = template.Library()


@register.filter
@cache
def swatch(slot: int) -> SafeString:
    """The colour of a series, before its name. Drawn once: a chart of years has hundreds."""
    square = '<rect class="s{}" width="10" height="10" rx="3"/>'
    drawn = f'<svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">{square}</svg>'
    return format_html(drawn, slot)


@register.simple_tag
def bars(chart: Chart) -> SafeString:
    """All bars as items of a list; those in the right half open their words to the left."""
    names = {one.slot: escape(one.label) for one in chart.series}
    half = len(chart.bars) // 2
    drawn = [_bar(bar, names, left=place >= half) for place, bar in enumerate(chart.bars)]
    return _safe("".join(drawn))


def _bar(bar: Bar, names: dict[int, str], *, left: bool) -> str:
    words, charged = escape(bar.words), usd(bar.micros)
    parts = [(one.series.slot, usd(one.micros)) for one in bar.parts]
    said = "".join([f"; {names[slot]} {amount}" for slot, amount in parts])
    shapes = "".join(
        [
            f'<rect class="s{one.series.slot}" x="0" width="10" y="{one.y}" height="{one.height}"/>'
            for one in bar.parts
        ]
    )
    # The top of the bar stands at the top of the list.
    lines = "".join(
        [
            f"<span>{swatch(slot)} {names[slot]}</span><span>{amount}</span>"
            for slot, amount in reversed(parts)
        ]
    )
    return (
        f"<li{' class="marked"' if bar.marked else ''}>"
        f'<a href="{escape(bar.url)}" aria-label="{words}: {charged}{said}">'
        '<svg viewBox="0 0 10 1000" preserveAspectRatio="none" aria-hidden="true">'
        f"{shapes}</svg></a>"
        f'<span class="under num" aria-hidden="true">{escape(bar.label)}</span>'
        f'<span class="tip num{" left" if left else ""}" aria-hidden="true">'
        f"<b>{words}</b><b>{charged}</b>{lines}</span></li>"
    )


@register.simple_tag
def behind(chart: Chart, paid: int) -> SafeString:
    """Body and foot of the table behind the bars; ``paid`` is the sum of all, in micro-dollars."""
    amounts = [part.micros for bar in chart.bars for part in bar.parts]
    places = decimals_of([*amounts, *(bar.micros for bar in chart.bars)])
    rows = "".join([_row(bar, chart, places) for bar in chart.bars])
    sums = "".join([f'<td class="n">{usd(one.micros, places)}</td>' for one in chart.series])
    total = f'{sums}<td class="n">{usd(paid, places)}</td>'
    foot = f'<tfoot><tr><th scope="row">Total</th>{total}</tr></tfoot>'
    return _safe(f"<tbody>{rows}</tbody>{foot}")


def _row(bar: Bar, chart: Chart, places: int) -> str:
    amounts = {part.series.slot: part.micros for part in bar.parts}
    cells = "".join(
        [
            f'<td class="n">{usd(amounts[one.slot], places)}</td>'
            if one.slot in amounts
            else '<td class="n dim">–</td>'
            for one in chart.series
        ]
    )
    total = f"<b>{usd(bar.micros, places)}</b>" if bar.micros else '<span class="dim">–</span>'
    link = f'<a href="{escape(bar.url)}">{escape(bar.words)}</a>'
    return f'<tr><td class="nowrap">{link}</td>{cells}<td class="n">{total}</td></tr>'


def _safe(drawn: str) -> SafeString:
    return mark_safe(drawn)  # noqa: S308 - whatever anybody typed was escaped above
