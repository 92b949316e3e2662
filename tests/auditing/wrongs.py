"""Many clips at a sandbox that charges wrongly at random, and what the audit must say of each.

Real requests, real rows, real money; only the files are made up, for no audit looks into them.
"""

from __future__ import annotations

import random
import time
import uuid
from dataclasses import dataclass, field

from django.utils import timezone

from accounts.budgets import set_budget
from generations import lifecycle, offers
from generations.auditing import cases
from generations.catalogue.types import Brief
from generations.dispatch.poller import Poller
from generations.lifecycle import saving
from generations.models import Asset, Discrepancy, Generation, State

TELLS = ("pixverse", "worldrouter", "useapi")
SILENT = ("pixazo", "easyrouter")
WRONG = ("wrong-charge", "overcharge", "undercharge", "other-seconds", "charge-twice")
ENDS = ("charge-failed", "fail", "moderate")
OVER = {"overcharged", "price_drift", "other_seconds"}
# What may be found for a fault at a provider that reports; nothing else may be.
CAUSES = {
    "wrong-charge": {"charged_twice"},
    "charge-twice": {"charged_twice"},
    "overcharge": OVER,
    "other-seconds": OVER,
    "undercharge": {"undercharged", "price_drift", "other_seconds"},
}
OPEN = {"uncertain"}


@dataclass
class Run:
    """Clip -> the fault that was asked for; "" for none."""

    faults: dict[int, str] = field(default_factory=dict)


def wrongs(
    project, user, world, count: int, seed: int, providers=TELLS + SILENT, patience: float = 120.0
) -> Run:
    """``count`` clips, a third of them with a fault, worked to their ends and audited."""
    prepare(project)
    set_budget(user, project.team, scope="team", play=True, limit_micros=None)
    dice, run = random.Random(seed), Run()
    for number in range(count):
        provider = providers[number % len(providers)]
        fault = dice.choice(WRONG + ENDS) if dice.random() < 0.33 else ""
        one = ask(project, user, provider, dice.choice((4, 5, 8)), number, fault)
        run.faults[one.pk] = fault
        lifecycle.submit(one.pk)
    finish(run, patience)
    while cases.catch_up():
        pass
    return run


def prepare(project) -> None:
    """Keys that the sandbox lets ask for as much as they like."""
    for row in project.team.provider_accounts.all():
        row.key = "user:1-sandbox-wide" if row.provider == "useapi" else "sandbox-wide"
        row.concurrency = 100_000
        row.save(update_fields=["key", "concurrency"])


def ask(project, user, provider: str, seconds: int, number: int, fault: str) -> Generation:
    model, options = "v6", {"quality": "360p", "duration": seconds, "audio": False}
    if provider == "pixazo":
        model, options = (
            "v5.6",
            {"quality": "720p", "duration": 5 if seconds < 8 else 10, "audio": False},
        )
    options["aspect_ratio"] = "16:9"
    brief = Brief("text_to_video", model, f"boat {number} [{fault}]", options)
    account = project.team.provider_accounts.get(provider=provider)
    offer = offers.quote(project, brief).of(str(account.uuid))
    assert offer.can, [problem.text for problem in offer.problems]
    (one,) = lifecycle.request(
        project=project, user=user, brief=brief, account=account, form_token=uuid.uuid4()
    )
    return one


def finish(run: Run, patience: float) -> None:
    mine = Generation.objects.filter(pk__in=run.faults)
    end = time.monotonic() + patience
    while time.monotonic() < end:
        for pk in mine.filter(state=State.QUEUED).values_list("pk", flat=True):
            lifecycle.submit(pk)
        if mine.filter(state=State.RUNNING, due_at__lte=timezone.now()).exists():
            Poller().run(0.5)
        for pk in mine.filter(state=State.ARCHIVING).values_list("pk", flat=True):
            lifecycle.archive(pk)
        if not mine.live().exclude(state=State.UNCERTAIN).exists():
            return
        time.sleep(0.02)
    left = mine.live().values_list("state", "cause", "said")
    raise TimeoutError(list(left)[:5])


def no_files(claim, client, place) -> Asset:
    """In place of a download: what was asked for has come."""
    options = claim.generation.brief_json["options"]
    return Asset(
        generation=claim.generation,
        file=f"clips/{claim.generation.uuid}.mp4",
        mime="video/mp4",
        digest="0" * 64,
        size=1,
        duration_ms=1000 * options["duration"] + 40,
        width=640,
        height=360,
        has_audio=options["audio"],
    )


def without_files(monkeypatch) -> None:
    monkeypatch.setattr(saving, "_bring", no_files)


def verdicts(run: Run) -> tuple[list[str], list[str]]:
    """What was missed, and what was raised without a reason."""
    missed, false = [], []
    found: dict[int, set[str]] = {}
    for pk, cause in Discrepancy.objects.filter(generation__in=run.faults).values_list(
        "generation", "cause"
    ):
        found.setdefault(pk, set()).add(cause)
    rows = Generation.objects.select_related("account").in_bulk(run.faults)
    for pk, fault in run.faults.items():
        row = rows[pk]
        wanted = expected(row, fault)
        have = found.get(pk, set())
        line = f"{row.account.provider} {row.state} [{fault}]: {sorted(have)}"
        if wanted and not have:
            missed.append(line)
        if have - wanted:
            false.append(line)
    return missed, false


def expected(row: Generation, fault: str) -> set[str]:
    if row.question:
        # A hold that nobody can settle is an open question, whatever was taken.
        return OPEN | {"charged_on_failure"}
    if row.account.provider in SILENT:
        return set()
    if fault == "charge-failed" and row.account.provider == "worldrouter":
        return {"charged_on_failure"}
    return CAUSES.get(fault, set()) if row.state == State.SUCCEEDED else set()
