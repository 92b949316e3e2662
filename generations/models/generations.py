"""One clip asked for, its attempts at providers, its timeline and the file in our keeping."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import Team
from generations.catalogue.types import Brief

from .projects import Project
from .providers import ProviderAccount


class State(models.TextChoices):
    QUEUED = "queued", "Queued"
    SUBMITTING = "submitting", "Submitting"
    RUNNING = "running", "Running"
    ARCHIVING = "archiving", "Saving"
    SUCCEEDED = "succeeded", "Done"
    FAILED = "failed", "Failed"
    MODERATED = "moderated", "Refused by moderation"
    CANCELLED = "cancelled", "Cancelled"
    UNCERTAIN = "uncertain", "Outcome unknown"


class Verdict(models.TextChoices):
    """What a reviewer said of a result."""

    NONE = "", "Not reviewed"
    APPROVED = "approved", "Approved"
    CHANGES = "changes", "Changes requested"


# Not in the bin.
KEPT = models.Q(deleted_at__isnull=True)
FINAL = frozenset({State.SUCCEEDED, State.FAILED, State.MODERATED, State.CANCELLED})

# Every allowed change of state; nothing else may happen (tests/generations/test_states.py).
MOVES: dict[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.SUBMITTING, State.CANCELLED, State.FAILED}),
    State.SUBMITTING: frozenset(
        {State.QUEUED, State.RUNNING, State.FAILED, State.MODERATED, State.UNCERTAIN}
    ),
    State.RUNNING: frozenset({State.ARCHIVING, State.FAILED, State.MODERATED, State.UNCERTAIN}),
    State.ARCHIVING: frozenset({State.SUCCEEDED, State.FAILED}),
    State.UNCERTAIN: frozenset({State.RUNNING, State.ARCHIVING, State.FAILED, State.MODERATED}),
    State.SUCCEEDED: frozenset(),
    # Only a person's "fetch again", for a clip that was made and paid but could not be fetched.
    State.FAILED: frozenset({State.ARCHIVING}),
    State.MODERATED: frozenset(),
    State.CANCELLED: frozenset(),
}


class Generations(models.QuerySet["Generation"]):
    def move(
        self, pk: int, old: State, new: State, under: uuid.UUID | None = None, **fields: Any
    ) -> bool:
        """True if we, and nobody else, moved it. Raises ValueError for a move not in the table.

        ``under``: only while this lease holds, for whoever lost it must not move any more.
        """
        if new not in MOVES[old]:
            raise ValueError(f"{old} never becomes {new}")
        now = timezone.now()
        rows = self.filter(pk=pk, state=old)
        if under is not None:
            rows = rows.filter(lease=under)
        return rows.update(state=new, state_at=now, **fields) == 1

    def live(self) -> Generations:
        return self.exclude(state__in=FINAL)

    def kept(self) -> Generations:
        """Without what lies in the bin."""
        return self.filter(KEPT)


class Generation(models.Model):
    """One clip. The row is the truth; queue messages only say that somebody should look at it.

    ``due_at`` is when to look next, ``lease``/``lease_until`` who is at work on it. ``price`` is
    the offer as sold; ``charged_micros`` is None until it is settled. ``cause`` is a word from
    ``generations.causes`` and ``said`` the provider's own words. ``question`` is "charge" while a
    person must say whether a failure was charged, else None. ``made_at``: the provider was seen
    to be done.

    ``paid_by`` is the project that paid where the clip was moved to another since (None: the one
    it is in). ``made_from`` is the earlier clip that went in first and ``shot`` the first of the
    chain (None: the clip itself). ``rating`` 0 is none; ``review`` is what the newest line of
    ``reviews`` says. ``deleted_at``: in the bin, whence it can be taken back.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="generations")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="generations")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="generations"
    )
    account = models.ForeignKey(
        ProviderAccount, on_delete=models.PROTECT, related_name="generations"
    )
    remix_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="remixes"
    )
    made_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="made_into"
    )
    shot = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="of_shot"
    )
    paid_by = models.ForeignKey(
        Project,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    prompt_version = models.ForeignKey(
        "generations.PromptVersion",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="generations",
        db_index=False,
    )
    form_token = models.UUIDField()
    take = models.PositiveSmallIntegerField(default=1)
    play = models.BooleanField(default=False)
    brief_json = models.JSONField()
    operation = models.CharField(max_length=30)
    model = models.CharField(max_length=40)
    prompt = models.TextField()
    price = models.JSONField()
    price_micros = models.BigIntegerField()
    pinned = models.BooleanField(default=False)

    state = models.CharField(max_length=12, choices=State, default=State.QUEUED)
    state_at = models.DateTimeField(default=timezone.now)
    cause = models.CharField(max_length=24, blank=True, default="")
    said = models.CharField(max_length=500, blank=True, default="")
    progress = models.PositiveSmallIntegerField(null=True)
    charged_micros = models.BigIntegerField(null=True)
    question = models.CharField(max_length=12, null=True, blank=True)  # noqa: DJ001 - see its index
    version = models.BigIntegerField(default=0)

    due_at = models.DateTimeField(null=True, default=timezone.now)
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    links = models.JSONField(default=list)
    report = models.JSONField(default=dict)

    starred = models.BooleanField(default=False)
    rating = models.PositiveSmallIntegerField(default=0)
    review = models.CharField(max_length=10, choices=Verdict, blank=True, default="")
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )

    created_at = models.DateTimeField(default=timezone.now, editable=False)
    submitted_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = Generations.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["project", "-id"]),
            models.Index(fields=["project", "version"]),
            models.Index(fields=["project", "state"]),
            # Whole, not partial: SQLite takes a partial index only where it can prove that the
            # query keeps to it, and cannot for states that come as parameters.
            models.Index(fields=["state", "due_at"]),
            models.Index(fields=["account", "state", "due_at"]),
            # A team's clips under way and open questions, among all that it ever made.
            models.Index(fields=["team", "state"]),
            # What is still under way, or of which nobody knows what it cost.
            models.Index(
                fields=["team", "state"],
                name="not_charged_yet",
                condition=models.Q(charged_micros__isnull=True),
            ),
            # Next to none has a question. SQLite learns that from an index of those alone, which it
            # takes for any comparison, since a null has none; else it reads all clips of the team.
            models.Index(
                fields=["team", "question"],
                name="open_questions",
                condition=models.Q(question__isnull=False),
            ),
            # Failures of an account and whether they were charged: enough by itself, for their rows
            # lie all over the table. What is under way is not in it, so no poll writes to it.
            models.Index(
                fields=["account", "state", "finished_at", "cause", "charged_micros"],
                name="ended_of_account",
                condition=models.Q(finished_at__isnull=False),
            ),
            # What an account was asked for since its balance was last read.
            models.Index(fields=["account", "submitted_at"]),
            # How the versions of a prompt fare, and the latest results of each.
            models.Index(fields=["prompt_version", "state", "-id"], name="generation_of_version"),
            # The gallery: of a team or a project, without what lies in the bin. As a condition of
            # the index, for PostgreSQL takes no order from behind a column that is null.
            models.Index(fields=["team", "-id"], name="gallery_team", condition=KEPT),
            models.Index(fields=["project", "-id"], name="gallery_project", condition=KEPT),
            models.Index(fields=["team", "created_at"], name="gallery_day", condition=KEPT),
            models.Index(
                fields=["team", "charged_micros", "-id"], name="gallery_cost", condition=KEPT
            ),
            models.Index(
                fields=["team", "deleted_at", "id"],
                name="gallery_bin",
                condition=models.Q(deleted_at__isnull=False),
            ),
            models.Index(fields=["team", "user", "-id"], name="gallery_person"),
            models.Index(fields=["team", "review", "-id"], name="gallery_review"),
            models.Index(fields=["team", "starred", "-id"], name="gallery_starred"),
            models.Index(fields=["team", "rating", "-id"], name="gallery_rating"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "form_token", "take"], name="one_generation_a_press"
            )
        ]

    def __str__(self) -> str:
        return f"{self.uuid} {self.state}"

    @property
    def brief(self) -> Brief:
        return Brief.from_json(self.brief_json)

    @property
    def off_peak(self) -> bool:
        """Was it asked for at the provider's own, much later time?"""
        return bool(self.brief_json["options"].get("off_peak"))

    @property
    def seed(self) -> int | None:
        """The one that was told, else the one that its provider says it took."""
        told = self.brief_json["options"].get("seed", self.report.get("seed"))
        return told if isinstance(told, int) else None

    @property
    def is_final(self) -> bool:
        return self.state in FINAL

    @property
    def attempt(self) -> Attempt | None:
        return self.attempts.order_by("-number").first()


class Outcome(models.TextChoices):
    SENT = "", "No answer yet"
    ACCEPTED = "accepted", "Accepted"
    REFUSED = "refused", "Refused"
    BUSY = "busy", "Busy"
    NO_BALANCE = "no_balance", "No balance"
    BROKEN = "broken", "Broken"
    UNCERTAIN = "uncertain", "Answer lost"


class Attempt(models.Model):
    """One submission to one account. Committed before the request leaves; remote ids live here."""

    generation = models.ForeignKey(Generation, on_delete=models.PROTECT, related_name="attempts")
    account = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField(default=1)
    token = models.UUIDField(default=uuid.uuid4, unique=True)
    sent_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True, default="")
    remote_id = models.CharField(max_length=200, blank=True, default="")
    poll_url = models.CharField(max_length=500, blank=True, default="")
    exchange = models.JSONField(default=dict)
    last_look = models.JSONField(default=dict)
    charge_amount = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    charge_unit = models.CharField(max_length=32, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "remote_id"],
                name="one_attempt_a_remote_id",
                condition=~models.Q(remote_id=""),
            ),
            models.UniqueConstraint(fields=["generation", "number"], name="attempts_are_numbered"),
        ]

    def __str__(self) -> str:
        return f"{self.token} {self.outcome}"


class Event(models.Model):
    """One line of a generation's timeline; ``text`` is written for people."""

    generation = models.ForeignKey(Generation, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=30)
    text = models.CharField(max_length=500)
    facts = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.text


class Asset(models.Model):
    """A finished file in our keeping, verified when it came.

    ``fps``: pictures a second of a video; None where nobody knows.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    generation = models.OneToOneField(Generation, on_delete=models.PROTECT, related_name="asset")
    file = models.FileField(max_length=200)
    poster = models.FileField(max_length=200, blank=True)
    preview = models.FileField(max_length=200, blank=True)
    kind = models.CharField(max_length=6, default="video")
    mime = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    size = models.BigIntegerField()
    duration_ms = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    has_audio = models.BooleanField(default=False)
    fps = models.FloatField(null=True)
    source = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return self.digest
