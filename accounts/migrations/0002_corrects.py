"""Which closed month a later adjustment corrects; those that are written already are told too."""

from django.db import migrations, models


def tell(apps, schema_editor):
    movement, closed = (apps.get_model("accounts", name) for name in ("Movement", "MonthClose"))
    for one in closed.objects.order_by("pk"):
        # The plain manager: history itself refuses to be changed.
        rows = movement._base_manager.filter(team=one.team_id)
        held = rows.filter(month=one.month, kind="hold").values("subject")
        late = rows.filter(kind="adjust", month__gt=one.month, subject__in=held)
        late.update(corrects=one.month)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="movement",
            name="corrects",
            field=models.CharField(blank=True, default="", max_length=7),
        ),
        migrations.RunPython(tell, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name="movement",
            index=models.Index(
                condition=models.Q(("corrects__gt", "")),
                fields=["team", "corrects"],
                name="movement_corrects",
            ),
        ),
    ]
