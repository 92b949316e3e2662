"""What some of the rows cost by month, by the lines there are."""

from django.db import migrations
from django.db.models import Case, F, IntegerField, Q, Sum, Value, When
from django.db.models.functions import TruncMonth

SAID = ("clips", "micros", "published_clips", "published_micros", "published_paid_micros")
WHOSE = ("team_id", "play", "project_id", "user_id", "account_id", "model", "operation")
# As in spend/conditions.py when this was written.
CONDITIONS = {
    1: Q(succeeded__gt=0),
    2: Q(failed__gt=0) | Q(moderated__gt=0),
    4: ~Q(micros=0),
    8: ~Q(over_micros=0) | ~Q(under_micros=0),
    16: ~Q(over_micros=0),
    32: ~Q(under_micros=0),
    64: Q(clips__gt=F("published_clips")) | ~Q(micros=F("published_paid_micros")),
    128: ~Q(cheapest_paid_micros=F("cheapest_micros")),
    256: ~Q(micros=F("settled_micros")),
}
BATCH = 2000


def sum_the_lines(apps, schema_editor):
    line, some = (apps.get_model("generations", name) for name in ("SpendLine", "SpendSome"))
    bits = Value(0)
    for bit, where in CONDITIONS.items():
        bits += Case(When(where, then=Value(bit)), default=Value(0), output_field=IntegerField())
    rows = line.objects.order_by().annotate(holds=bits, month=TruncMonth("day"))
    sums = rows.values(*WHOSE, "holds", "month").annotate(
        **{f"sum_{name}": Sum(name) for name in SAID}
    )
    made = []
    for one in list(sums):
        if not one["holds"]:
            continue
        figures = {name: one.pop(f"sum_{name}") for name in SAID}
        made.append(some(day=one.pop("month"), **one, **figures))
    some.objects.all().delete()
    some.objects.bulk_create(made, batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [("generations", "0003_audited_months")]

    operations = [
        migrations.RunPython(sum_the_lines, migrations.RunPython.noop, elidable=True),
    ]
