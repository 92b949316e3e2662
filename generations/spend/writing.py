"""Many rows of one table at once: no model is made of any, which is most of what they cost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import batched
from typing import Any

from django.core.management.color import no_style
from django.db import connection
from django.db.models import Field, Max, Model, fields

BATCH = 5000
# What the database takes as it is.
_PLAIN = (fields.CharField, fields.TextField, fields.IntegerField, fields.BooleanField)

type Values = Sequence[Any]
type Prepare = Callable[[Any], Any]


def write(model: type[Model], names: Sequence[str], rows: Iterable[Values]) -> None:
    """Add rows, as tuples of the columns ``names``; another row's key is told by its value.

    The other columns get their defaults. Nothing of the model's own is called: no ``save``.
    """
    told: list[Any] = [model._meta.get_field(name) for name in names]
    rest = [one for one in model._meta.concrete_fields if one not in told and not _is_auto(one)]
    usual = [_default(one) for one in rest]
    prepares = [_prepare(one) for one in (*told, *rest)]
    table = connection.ops.quote_name(model._meta.db_table)
    columns = [connection.ops.quote_name(one.column) for one in (*told, *rest)]
    into = f"{table} ({', '.join(columns)})"
    for some in batched(rows, BATCH):
        values = (
            [
                prepare(value)
                for prepare, value in zip(
                    prepares, (*row, *(default() for default in usual)), strict=True
                )
            ]
            for row in some
        )
        _send(into, len(columns), values)


def next_key(model: type[Model]) -> int:
    """The first key that is free, for who tells keys: call ``keys_told`` afterwards."""
    last: int | None = model._base_manager.aggregate(last=Max("pk"))["last"]
    return (last or 0) + 1


def keys_told(*models: type[Model]) -> None:
    """Let the database go on after the keys that were told."""
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), list(models)):
            cursor.execute(sql)


def _send(into: str, width: int, rows: Iterable[Values]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * width)
        sql: Any = f"INSERT INTO {into} VALUES ({marks})"  # noqa: S608 - names are the model's
        given: Any = rows
        cursor.executemany(sql, given)


def _is_auto(field: Field[Any, Any]) -> bool:
    return isinstance(field, fields.AutoFieldMixin)


def _default(field: Field[Any, Any]) -> Callable[[], Any]:
    default: Callable[[], Any] = field.get_default
    if callable(field.default):
        return default
    value = default()
    return lambda: value


def _prepare(field: Field[Any, Any]) -> Prepare:
    final: Any = field
    while final.remote_field:
        final = final.target_field
    if isinstance(final, _PLAIN) or _is_auto(final):
        return _same
    return partial(final.get_db_prep_save, connection=connection)


def _same(value: Any) -> Any:
    return value
