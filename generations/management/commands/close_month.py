"""Close a month of a team, or say what is still open in it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.closing import CannotClose
from accounts.models import Team
from accounts.money import format_usd
from generations.auditing import months


class Command(BaseCommand):
    help = "Freeze a month: its files are written, and nothing moves in it any more."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("team", help="the team, as it stands in addresses")
        parser.add_argument("month", help="as 2026-11")
        parser.add_argument("--check", action="store_true", help="only say what is still open")

    def handle(self, *args: Any, **options: Any) -> None:
        team = Team.objects.filter(slug=options["team"]).first()
        if team is None:
            raise CommandError(f"There is no team {options['team']}.")
        month = options["month"]
        try:
            found = months.still_open(team, month)
        except ValueError:
            raise CommandError(f"{month} is no month; write it as 2026-11.") from None
        self.stdout.write(
            f"{month}: {format_usd(found.held_micros)} held, {found.running} running, "
            f"{found.uncertain} uncertain, {found.discrepancies} discrepancies open."
        )
        if options["check"]:
            return
        try:
            row = months.close(None, team, month)
        except CannotClose as why:
            raise CommandError(str(why)) from None
        for name, sha in sorted(row.counts["files"].items()):
            self.stdout.write(f"{sha}  {name}")
        self.stdout.write(f"Closed. SHA-256 of all files: {row.digest}")
