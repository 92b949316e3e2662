"""Audit charges: what ended since the last time, or everything again."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from generations.auditing import cases, masks
from generations.models import Discrepancy


class Command(BaseCommand):
    help = "Look at charges from all sides and keep what does not agree."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", help="a day, as 2026-11-01: audit all that ended from then")
        parser.add_argument("--rebuild", action="store_true", help="audit everything again")

    def handle(self, *args: Any, **options: Any) -> None:
        since = _day(options["since"]) if options["since"] else None
        done = 0
        while some := cases.catch_up():
            done += some
        if since is not None or options["rebuild"]:
            done = cases.rebuild(since) + masks.rebuild(since)
        else:
            masks.catch_up()
        open_ones = Discrepancy.objects.filter(is_open=True).count()
        self.stdout.write(f"{done} charges audited; {open_ones} discrepancies are open.")


def _day(text: str) -> dt.datetime:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text} is no day; write it as 2026-11-01.") from None
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))
