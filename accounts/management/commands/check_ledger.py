"""Sums every purse again from the movements and fails loudly where something does not add up."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.ledger import check
from accounts.models import Movement, Purse


class Command(BaseCommand):
    help = "Recompute every purse and subject from the movements. Exit code 1 when any differs."

    def handle(self, *args: Any, **options: Any) -> None:
        drifts = check()
        for drift in drifts:
            self.stderr.write(str(drift))
        if drifts:
            raise CommandError(f"The ledger does not add up: {len(drifts)} differences.")
        counts = f"{Movement.objects.count()} movements, {Purse.objects.count()} purses"
        self.stdout.write(f"The ledger adds up: {counts}.")
