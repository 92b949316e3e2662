"""Refunds and late charges in the provider's unit too: lines and sums of those that there are.

What was told in dollars only counts by the rate at which it was sold, as in spend/figures.py when
this was written; where nobody knows it, it stays out of the units.
"""

import uuid
from collections import defaultdict
from decimal import Decimal
from itertools import batched

from django.db import migrations, models
from django.db.models import F, Q
from django.utils import timezone

WHOSE = ("team_id", "play", "project_id", "user_id", "account_id", "model", "operation", "unit")
FIGURES = (
    "unit_millionths",
    "untold_micros",
    "corrected_millionths",
    "untold_corrected_micros",
)
NOTHING = dict.fromkeys(FIGURES, 0)
CHUNK = 500


def count_again(apps, schema_editor):
    movement = apps.get_model("accounts", "Movement")
    line, *sums = (
        apps.get_model("generations", name) for name in ("SpendLine", "SpendDay", "SpendMonth")
    )
    late = Q(kind="adjust") & ~Q(key__endswith=":over")
    told_in_dollars = Q(kind="settle", units__isnull=True, micros__gt=0)
    rows = movement._base_manager.filter(late | told_in_dollars)
    every = set(rows.values_list("subject", flat=True).iterator())
    subjects = sorted(one for one in every if _is_uuid(one))
    for some in batched(subjects, CHUNK):
        moved = defaultdict(list)
        for one in movement._base_manager.filter(subject__in=some).order_by("pk"):
            moved[one.subject].append(one)
        for row in line.objects.filter(subject__in=some).order_by("subject", "day"):
            _mend(row, moved[str(row.subject)], sums)


def _is_uuid(subject):
    try:
        return str(uuid.UUID(subject)) == subject
    except ValueError:
        return False


def _mend(row, moved, sums):
    """One line, and the day and month that it is in."""
    day = row.day
    until = [one for one in moved if timezone.localdate(one.at) <= day]
    before = [one for one in moved if timezone.localdate(one.at) < day]
    now, then = _figures(until), _figures(before)
    change = {name: now[name] - then[name] - getattr(row, name) for name in FIGURES}
    change = {name: more for name, more in change.items() if more}
    if not change:
        return
    grown = {name: F(name) + more for name, more in change.items()}
    type(row).objects.filter(pk=row.pk).update(**grown)
    whose = {name: getattr(row, name) for name in WHOSE}
    for model, first in zip(sums, (day, day.replace(day=1)), strict=True):
        model.objects.filter(**whose, day=first).update(**grown)


def _figures(moved):
    settled = [one for one in moved if one.kind == "settle"]
    if not settled and not any(one.kind == "release" for one in moved):
        return NOTHING
    held = [one for one in moved if one.kind == "hold"]
    unit, rate = next(((one.unit, one.rate) for one in (*settled, *held) if one.unit), ("", None))
    adjusted = [one for one in moved if one.kind == "adjust"]
    over = [one for one in adjusted if one.key.endswith(":over")]
    paid = sum(one.micros for one in (*settled, *over))
    units = sum((one.units or 0 for one in settled), Decimal(0))
    if all(one.units is None for one in settled):
        units = _by_rate(paid, rate)
    corrected, untold = Decimal(0), 0
    for one in adjusted:
        if one in over:
            continue
        told = one.units if one.unit == unit else None
        more = _by_rate(one.micros, rate) if told is None else told
        if more is None:
            untold += one.micros
        else:
            corrected += more
    return {
        "unit_millionths": _millionths(units or Decimal(0)) + _millionths(corrected),
        "untold_micros": paid if units is None else 0,
        "corrected_millionths": _millionths(corrected),
        "untold_corrected_micros": untold,
    }


def _by_rate(micros, rate):
    return Decimal(micros) / 1_000_000 / rate if rate else None


def _millionths(units):
    return int((units * 1_000_000).to_integral_value())


def _columns():
    return [
        migrations.AddField(model_name=model, name=name, field=models.BigIntegerField(default=0))
        for model in ("spendday", "spendline", "spendmonth")
        for name in ("corrected_millionths", "untold_corrected_micros")
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_corrects"),
        ("generations", "0006_topped_up_since"),
    ]

    operations = [
        *_columns(),
        migrations.RunPython(count_again, migrations.RunPython.noop, elidable=True),
    ]
