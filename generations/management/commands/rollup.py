"""Compares the sums behind the Spend pages with the movements, or makes them again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.reckoning import one_moment
from generations.auditing import marks
from generations.models import SpendDay, SpendLine, SpendMonth
from generations.spend import rollup


class Command(BaseCommand):
    help = "Compare the sums of the Spend pages with the movements (exit code 1 when any differs)."

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--check", action="store_true", help="compare only; the default")
        what.add_argument("--rebuild", action="store_true", help="make all of them again")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["rebuild"]:
            rollup.rebuild()
            marks.remake()
        with one_moment():
            drifts = [*rollup.check(), *(drift for _, drift in marks.check())]
        for drift in drifts:
            self.stderr.write(str(drift))
        if drifts:
            words = "Run it with --rebuild to make the sums again."
            raise CommandError(f"The sums do not add up: {len(drifts)} differences. {words}")
        counts = [f"{model.objects.count()}" for model in (SpendLine, SpendDay, SpendMonth)]
        self.stdout.write("The sums add up: {} lines, {} days, {} months.".format(*counts))
