"""Counts again what each team keeps, from the rows of its files."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.models import Team
from generations.media import room


class Command(BaseCommand):
    help = "Recount the bytes that each team keeps. Says what was counted wrong and mends it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--team", help="only this team, by its short name")
        parser.add_argument(
            "--check", action="store_true", help="change nothing; exit code 1 when one differs"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        teams = Team.objects.order_by("slug")
        if options["team"]:
            teams = teams.filter(slug=options["team"])
            if not teams.exists():
                raise CommandError(f"There is no team {options['team']}.")
        wrong = sum(self._count(team, keep=not options["check"]) for team in teams)
        if wrong and options["check"]:
            raise CommandError(f"Counted wrong: {wrong} of {len(teams)} teams.")
        self.stdout.write(f"{len(teams)} teams counted, {wrong} were wrong.")

    def _count(self, team: Team, *, keep: bool) -> bool:
        with transaction.atomic():
            before, now = room.recount(team)
            transaction.set_rollback(not keep)
        differs = (before.uploads, before.results) != (now.uploads, now.results)
        if differs:
            self.stdout.write(
                f"{team.slug}: uploads {before.uploads} → {now.uploads} bytes, "
                f"results {before.results} → {now.results} bytes"
            )
        return differs
