"""What some of the rows cost by month (over the book, failed and so on); 0004 sums what there is."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def key(to):
    return models.ForeignKey(
        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=to
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("generations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SpendSome",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("play", models.BooleanField(default=False)),
                ("model", models.CharField(max_length=40)),
                ("operation", models.CharField(max_length=30)),
                ("holds", models.SmallIntegerField()),
                ("clips", models.IntegerField(default=0)),
                ("micros", models.BigIntegerField(default=0)),
                ("published_clips", models.IntegerField(default=0)),
                ("published_micros", models.BigIntegerField(default=0)),
                ("published_paid_micros", models.BigIntegerField(default=0)),
                ("team", key("accounts.team")),
                ("project", key("generations.project")),
                ("user", key(settings.AUTH_USER_MODEL)),
                ("account", key("generations.provideraccount")),
            ],
        ),
        migrations.AddConstraint(
            model_name="spendsome",
            constraint=models.UniqueConstraint(
                fields=(
                    *("team", "play", "day", "project", "user", "account", "model"),
                    *("operation", "holds"),
                ),
                name="one_sum_of_some_a_month",
            ),
        ),
        migrations.AddIndex(
            model_name="spendmonth",
            index=models.Index(fields=["team", "play", "user"], name="month_person"),
        ),
        migrations.AddIndex(
            model_name="spendmonth",
            index=models.Index(fields=["team", "play", "model"], name="month_model"),
        ),
        migrations.AddIndex(
            model_name="spendmonth",
            index=models.Index(fields=["team", "play", "operation"], name="month_operation"),
        ),
    ]
