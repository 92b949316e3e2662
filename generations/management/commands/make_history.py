"""Fills a database with a big team's work of years, to measure pages with."""

from __future__ import annotations

from itertools import batched
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from accounts.models import Movement
from generations.auditing import marks
from generations.models import Generation, PromptVersion, Upload
from generations.spend import rollup

from ._history.clips import Clips
from ._history.files import Files
from ._history.money import Money
from ._history.opinions import say
from ._history.prompts import make_prompts
from ._history.world import World

BATCH = 10_000


class Command(BaseCommand):
    help = "Make a team with years of clips and money (for measuring; never beside real work)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--generations", type=int, default=50_000)
        parser.add_argument("--movements", type=int, default=0, help="at least so many")
        parser.add_argument("--versions", type=int, help="of prompts; a tenth of the clips")
        parser.add_argument("--uploads", type=int, help="a quarter of the clips")
        parser.add_argument("--people", type=int, default=20)
        parser.add_argument("--projects", type=int, default=12)
        parser.add_argument("--months", type=int, default=24)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--yes", action="store_true", help="even beside what is there")

    def handle(self, *args: Any, **options: Any) -> None:
        if Generation.objects.exists() and not options["yes"]:
            raise CommandError("There are clips already. This is for an empty database; or --yes.")
        _hurry()
        world = World(*(options[name] for name in ("people", "projects", "months", "seed")))
        clips, movements = options["generations"], options["movements"]
        versions, uploads = options["versions"], options["uploads"]
        with transaction.atomic():
            known = make_prompts(world, clips // 10 if versions is None else versions)
            files = Files(world, clips // 4 if uploads is None else uploads)
        makes = Clips(world, clips, known)
        money = Money(world, movements / max(1, clips))
        for numbers in batched(range(clips), BATCH):
            with transaction.atomic():
                made = makes.make(len(numbers))
                money.move(made)
                files.use(made)
                say(world, made)
        with transaction.atomic():
            money.purses()
            money.balances()
        lines = rollup.rebuild()
        marks.remake()
        _analyse()
        self.stdout.write(f"Team {world.team.slug} of {world.owner.email}: {_counts()}.")
        self.stdout.write(f"{lines} lines of spend.")


def _hurry() -> None:
    """SQLite keeps its indexes in memory, and need not wait for the disk: nothing here is real."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA cache_size=-1000000")
            cursor.execute("PRAGMA synchronous=OFF")


def _analyse() -> None:
    """Let the database learn what it has now, as a server does by itself in the night.

    PostgreSQL answers from an index alone only where it knows that everybody may see the rows.
    """
    alone = connection.vendor == "postgresql" and not connection.in_atomic_block
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if alone else "ANALYZE")


def _counts() -> str:
    named = {"clips": Generation, "movements": Movement}
    named |= {"versions of prompts": PromptVersion, "uploads": Upload}
    return ", ".join(f"{model._base_manager.count():,} {name}" for name, model in named.items())
