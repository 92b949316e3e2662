"""What was paid, as files that leave while they are made: CSV, XLSX with a sheet a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from django.conf import settings
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import TeamRequest, team_view
from generations.spend import exports, pictures, rows, spreadsheet
from generations.spend.asked import BY, Asked
from generations.spend.summing import Summed, summed
from generations.spend.tables import TITLES, audit, table

from .spend import asked_by, shown

CSV, TABLES, ROWS = "csv", "tables", "rows"
TYPES = {
    CSV: "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_GET
@team_view()
def spend_export(request: TeamRequest, what: str, kind: str) -> HttpResponse:
    """The view as a file. ``what``: all its tables (``tables``), one of them, or its ``rows``."""
    wanted = asked_by(request)
    if what != ROWS and wanted.scope.is_own:
        raise Http404("One's own spend is exported as rows.")
    if what == TABLES and kind == CSV:
        raise Http404("A CSV has one table.")
    sheets = _sheets(request, wanted, what)
    name = f"spend-{wanted.slug}-{wanted.period.start}-{wanted.period.end}-{what}.{kind}"
    # Either leaves as it is made: of any length, and at once.
    body = exports.csv_lines(sheets[0][1]) if kind == CSV else spreadsheet.pieces(sheets)
    answer = StreamingHttpResponse(body, content_type=TYPES[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return cast("HttpResponse", answer)


def _sheets(
    request: TeamRequest, wanted: Asked, what: str
) -> list[tuple[str, Iterator[list[Any]]]]:
    """Named sheets of rows: one, or for ``tables`` one for each table."""
    if what == ROWS:
        base = settings.PUBLIC_URL or f"{request.scheme}://{request.get_host()}"
        return [("Clips", _headed(rows.exported(wanted, base)))]
    have = summed(wanted, what)
    if what == "audit":
        return [("Against the book", exports.table_rows(audit(wanted, have)))]
    if what == "days":
        return [("Per day", _days(wanted))]
    if what in BY:
        return [(TITLES[what][0], exports.table_rows(table(wanted, what, have)))]
    return [
        ("About", _about(request, wanted)),
        ("Per day", _days(wanted)),
        *((TITLES[by][0], _table(wanted, by, have)) for by in BY),
        ("Against the book", exports.table_rows(audit(wanted, have))),
    ]


def _table(wanted: Asked, by: str, have: Summed) -> Iterator[list[Any]]:
    """Made when its turn comes, while those before it are on their way."""
    yield from exports.table_rows(table(wanted, by, have))


def _headed(found: Iterator[list[Any]]) -> Iterator[list[Any]]:
    yield list(rows.EXPORTED)
    yield from found


def _days(wanted: Asked) -> Iterator[list[Any]]:
    """The chart as rows."""
    drawn = pictures.per_day(wanted)
    labels = [one.label for one in drawn.series]
    yield [drawn.unit.capitalize(), *(f"{label} (USD)" for label in labels), "Total (USD)"]
    for bar in drawn.bars:
        parts = {part.series.label: part.micros for part in bar.parts}
        values = [rows.usd(parts.get(label, 0)) for label in labels]
        yield [bar.start, *values, rows.usd(bar.micros)]
    sums = [rows.usd(one.micros) for one in drawn.series]
    yield ["Total", *sums, rows.usd(sum(bar.micros for bar in drawn.bars))]


def _about(request: TeamRequest, wanted: Asked) -> Iterator[list[Any]]:
    """What a workbook is of, so that it can be made again."""
    yield ["Spend of", request.team.name]
    yield ["From", wanted.period.start]
    yield ["To", wanted.period.end]
    yield ["Days of", settings.TIME_ZONE]
    yield ["Money", "Play money" if wanted.play else "Real money"]
    for name in ("project", "person", "account", "model", "operation", "prompt"):
        if wanted.told(name):
            label = wanted.told(name)
            if name in wanted.choices:
                label = next(one.label for one in wanted.choices[name] if one.key == label)
            yield [TITLES[name][1], shown(name, label)]
    yield ["Made at", f"{timezone.localtime():%Y-%m-%d %H:%M %Z}"]
    yield ["Made by", request.user.name or request.user.email]
