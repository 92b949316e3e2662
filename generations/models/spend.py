"""What clips cost, kept so that pages can sum it: facts frozen at the request, lines, sums.

All of it can be made again from generations and movements (``manage.py rollup --rebuild``). A day
is one of the studio's time zone, as the months of budgets are.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from accounts.models import Team

from .generations import Generation
from .projects import Project
from .providers import ProviderAccount


class SpendFacts(models.Model):
    """What a clip is measured against, as it was when the clip was asked for. Never changed.

    ``published_micros``: the provider's published price for this brief, None where it publishes
    none. ``cheapest_micros``: the least that an account of the team would have taken then, of the
    same kind of money. ``on_failure``, ``on_moderation``: is that charged? yes, no or unknown.
    """

    generation = models.OneToOneField(
        Generation, on_delete=models.PROTECT, primary_key=True, related_name="measured"
    )
    published_micros = models.BigIntegerField(null=True)
    book_source = models.CharField(max_length=300, blank=True)
    book_read_on = models.DateField(null=True)
    cheapest_micros = models.BigIntegerField(null=True)
    cheapest_account = models.ForeignKey(
        ProviderAccount, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    on_failure = models.CharField(max_length=7, default="unknown")
    on_moderation = models.CharField(max_length=7, default="unknown")

    def __str__(self) -> str:
        return f"{self.published_micros} published, {self.cheapest_micros} cheapest"


class Figures(models.Model):
    """What can be summed. Amounts in micro-dollars, ``…_millionths`` in the row's unit.

    ``published_paid_micros`` is what was paid for the ``published_clips``, so that the two can be
    compared; ``over_micros`` and ``under_micros`` keep what the difference of sums would hide.

    For balances: ``charges`` is how many took money, ``settled_micros`` what of ``micros`` is no
    later correction, and ``untold_micros`` what of that no rate tells in units. Of the units,
    ``corrected_millionths`` are later corrections; ``untold_corrected_micros`` are those that no
    rate tells in units. ``lost`` were made, and their files never came.
    """

    clips = models.IntegerField(default=0)
    succeeded = models.IntegerField(default=0)
    failed = models.IntegerField(default=0)
    moderated = models.IntegerField(default=0)
    micros = models.BigIntegerField(default=0)
    unit_millionths = models.BigIntegerField(default=0)
    delivered_ms = models.BigIntegerField(default=0)
    published_clips = models.IntegerField(default=0)
    published_micros = models.BigIntegerField(default=0)
    published_paid_micros = models.BigIntegerField(default=0)
    over_micros = models.BigIntegerField(default=0)
    under_micros = models.BigIntegerField(default=0)
    differing = models.IntegerField(default=0)
    cheapest_clips = models.IntegerField(default=0)
    cheapest_micros = models.BigIntegerField(default=0)
    cheapest_paid_micros = models.BigIntegerField(default=0)
    charges = models.IntegerField(default=0)
    settled_micros = models.BigIntegerField(default=0)
    untold_micros = models.BigIntegerField(default=0)
    corrected_millionths = models.BigIntegerField(default=0)
    untold_corrected_micros = models.BigIntegerField(default=0)
    lost = models.IntegerField(default=0)

    class Meta:
        abstract = True


class Where(models.Model):
    """By what sums are narrowed. No index of its own for each: the key of a table is one."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    play = models.BooleanField(default=False)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    account = models.ForeignKey(
        ProviderAccount, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    model = models.CharField(max_length=40)
    operation = models.CharField(max_length=30)

    class Meta:
        abstract = True


class Whose(Figures, Where):
    """By what all figures are told apart."""

    provider = models.CharField(max_length=20)
    unit = models.CharField(max_length=32, blank=True)

    class Meta:
        abstract = True


class SpendLine(Whose):
    """What one clip, or one mask selection, added to one day.

    ``subject`` is its uuid, as in the ledger; ``prompt`` is the digest of its words.
    """

    subject = models.UUIDField()
    generation = models.ForeignKey(
        Generation, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    prompt = models.CharField(max_length=32)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject", "day"], name="one_line_a_subject_and_day")
        ]
        indexes: ClassVar = [
            models.Index(fields=["team", "play", "day", "id"], name="line_day"),
            models.Index(fields=["team", "play", "project", "day", "id"], name="line_project"),
            models.Index(fields=["team", "play", "user", "day", "id"], name="line_person"),
            models.Index(fields=["team", "play", "account", "day", "id"], name="line_account"),
            # Enough by themselves to say which prompts cost most: of years, and of some days.
            models.Index(
                fields=["team", "play", "prompt", "day", "id", "micros"], name="line_prompt"
            ),
            models.Index(fields=["team", "play", "day", "prompt", "micros"], name="line_words"),
        ]

    def __str__(self) -> str:
        return f"{self.micros} on {self.day}"


# What a sum is made by: one row for each that differs in any of these.
WHOSE = ["team", "play", "day", "project", "user", "account", "model", "operation", "unit"]


class SpendDay(Whose):
    """The lines of one day, summed by everything but clip and prompt."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=WHOSE,
                name="one_sum_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.micros} on {self.day}"


class SpendMonth(Whose):
    """The lines of one month; ``day`` is its first."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=WHOSE,
                name="one_sum_a_month",
            )
        ]
        # From one person, model or operation that occurs to the next.
        indexes: ClassVar = [
            models.Index(fields=["team", "play", "user"], name="month_person"),
            models.Index(fields=["team", "play", "model"], name="month_model"),
            models.Index(fields=["team", "play", "operation"], name="month_operation"),
        ]

    def __str__(self) -> str:
        return f"{self.micros} in {self.day:%Y-%m}"


class SpendSome(Where):
    """Those lines of one month for which the same conditions hold; ``day`` is its first.

    ``holds`` has a bit for each condition (``spend/conditions.py``). Only what is said of some of
    the rows is summed.
    """

    holds = models.SmallIntegerField()
    clips = models.IntegerField(default=0)
    micros = models.BigIntegerField(default=0)
    published_clips = models.IntegerField(default=0)
    published_micros = models.BigIntegerField(default=0)
    published_paid_micros = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=[*(name for name in WHOSE if name != "unit"), "holds"],
                name="one_sum_of_some_a_month",
            )
        ]

    def __str__(self) -> str:
        return f"{self.micros} of some in {self.day:%Y-%m}"


class SpendPrompt(models.Model):
    """The most that a prompt can have cost, whatever the days: its lines above zero, summed.

    So those that cost most in some years are among the first of these, and no page has to sum
    all of them to know (``spend/queries.py``).
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    play = models.BooleanField(default=False)
    prompt = models.CharField(max_length=32)
    most_micros = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["team", "play", "prompt"], name="one_sum_a_prompt")
        ]
        indexes: ClassVar = [
            models.Index(fields=["team", "play", "-most_micros", "prompt"], name="dearest_prompt")
        ]

    def __str__(self) -> str:
        return f"{self.most_micros} at most"
