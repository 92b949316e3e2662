"""A balance or top-up that was typed in by mistake is marked so; nothing is taken away."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def _mark(model):
    person = models.ForeignKey(
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
    )
    fields = {
        "mistaken_at": models.DateTimeField(editable=False, null=True),
        "mistaken_by": person,
        "mistaken_note": models.CharField(blank=True, default="", max_length=200),
    }
    return [
        migrations.AddField(model_name=model, name=name, field=field)
        for name, field in fields.items()
    ]


class Migration(migrations.Migration):
    dependencies = [("generations", "0007_units_of_corrections")]

    operations = [*_mark("balancesnapshot"), *_mark("topup")]
