"""Read what is left at every provider that tells it, by free calls, and keep it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from generations.auditing import answers, balances, usage
from generations.models import ProviderAccount


class Command(BaseCommand):
    help = "Read the balances that are an hour old and match the usage lists with our books."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--now", action="store_true", help="also balances that are fresh")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = ProviderAccount.objects.filter(enabled=True).order_by("pk")
        due = set(rows.values_list("pk", flat=True) if options["now"] else balances.due())
        for account in rows.filter(pk__in=due):
            if not account.catalogue.has_balance:
                continue
            row = balances.read(account)
            told = f"{row.amount.normalize():,f} {row.unit}" if row else "could not be read now"
            self.stdout.write(f"{account.team.slug} {account.name}: {told}")
            if row and (answered := answers.answer_open(account)).asked:
                self.stdout.write(
                    f"  open questions: {answered.asked}, of which the list says charged for "
                    f"{answered.charged} and given back for {answered.given_back}"
                )
            if row and (matched := usage.match_lately(account)):
                self.stdout.write(
                    f"  usage list: {matched.lines} lines, {matched.agree} jobs agree, "
                    f"{matched.differ} do not"
                )
