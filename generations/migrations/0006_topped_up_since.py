"""What was topped up since the last known balance, and which balance is the last: by the rows."""

from django.db import migrations, models
from django.db.models import Sum
from django.utils import timezone


def count_again(apps, schema_editor):
    account, snapshot, topup = (
        apps.get_model("generations", name)
        for name in ("ProviderAccount", "BalanceSnapshot", "TopUp")
    )
    for one in account.objects.order_by("pk"):
        last = snapshot.objects.filter(account=one).order_by("at", "pk").last()
        if last is None:
            continue
        since = topup.objects.filter(account=one, at__gt=last.at, unit=last.unit)
        sums = since.aggregate(sum=Sum("amount"))
        account.objects.filter(pk=one.pk).update(
            balance=last.amount, balance_at=last.at, topped_up=sums["sum"] or 0
        )


class Migration(migrations.Migration):
    dependencies = [("generations", "0005_ended_of_account")]

    operations = [
        migrations.AddField(
            model_name="provideraccount",
            name="topped_up",
            field=models.DecimalField(decimal_places=6, default=0, max_digits=18),
        ),
        # Nobody kept when the rows there are were entered.
        migrations.AddField(
            model_name="balancesnapshot",
            name="created_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="balancesnapshot",
            name="created_at",
            field=models.DateTimeField(default=timezone.now, editable=False, null=True),
        ),
        migrations.RunPython(count_again, migrations.RunPython.noop, elidable=True),
    ]
