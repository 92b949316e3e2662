"""How many charges of a month were told and agree, by what was audited until now."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone


def count_what_was_audited(apps, schema_editor):
    audited, months = (apps.get_model("generations", one) for one in ("Audited", "AuditedMonth"))
    rows = audited.objects.filter(agrees__isnull=False).order_by()
    counts = rows.annotate(month=TruncMonth("at")).values_list("account_id", "month")
    counts = counts.annotate(told=Count("agrees"), agree=Count("agrees", filter=Q(agrees=True)))
    months.objects.bulk_create(
        months(account_id=account, month=timezone.localdate(month), told=told, agree=agree)
        for account, month, told, agree in list(counts)
    )


class Migration(migrations.Migration):
    dependencies = [("generations", "0002_sums_of_some_rows")]

    operations = [
        migrations.CreateModel(
            name="AuditedMonth",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField()),
                ("told", models.IntegerField(default=0)),
                ("agree", models.IntegerField(default=0)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="generations.provideraccount",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="auditedmonth",
            constraint=models.UniqueConstraint(
                fields=("account", "month"), name="one_count_a_month"
            ),
        ),
        migrations.RunPython(count_what_was_audited, migrations.RunPython.noop),
    ]
