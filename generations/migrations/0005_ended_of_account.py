"""An account's failures are counted from an index alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("generations", "0004_corrected_rows")]

    operations = [
        migrations.AddIndex(
            model_name="generation",
            index=models.Index(
                fields=["account", "state", "finished_at", "cause", "charged_micros"],
                name="ended_of_account",
                condition=models.Q(finished_at__isnull=False),
            ),
        ),
    ]
