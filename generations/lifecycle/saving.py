"""Taking a finished clip into our keeping before its link dies. Never makes anything again."""

from __future__ import annotations

import datetime as dt
import logging
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts import audit
from accounts.models import User
from generations import queue
from generations.catalogue.types import Brief, Media, Operation
from generations.causes import Cause
from generations.media import archive as keeping
from generations.media.fetch import FetchFailed, fetch
from generations.media.links import allow_private
from generations.media.sniff import BadFile
from generations.models import Asset, Attempt, Generation, State
from generations.pace import back_off
from generations.providers.client import Client
from generations.providers.types import Job, ProviderError, Remote
from generations.spend import books
from generations.titles import in_a_line

from .rows import load, note, step, touch
from .sending import client_of
from .settling import bill

log = logging.getLogger(__name__)

# A link that never gives a file is given up after so many tries, or when its life is over.
MAX_TRIES = 60
LINK_LIFE_S = 24 * 3600.0
_TIMED = frozenset(
    {
        Operation.TEXT_TO_VIDEO,
        Operation.IMAGE_TO_VIDEO,
        Operation.TRANSITION,
        Operation.FUSION,
        Operation.EXTEND,
    }
)


@dataclass(frozen=True, slots=True)
class Claim:
    generation: Generation
    lease: uuid.UUID
    attempt: Attempt


def archive(pk: int) -> None:
    """Fetch, verify and keep the clip; then settle. A failed download is tried again alone."""
    claim = _claim(pk)
    if claim is None:
        return
    if _hopeless(claim.generation):
        with transaction.atomic():
            _give_up(claim, claim.generation.said or "no worker came to its end with it")
        return
    client = client_of(claim.generation.account)
    with keeping.workplace() as place:
        try:
            asset = _bring(claim, client, place)
        except (FetchFailed, BadFile) as trouble:
            _failed(claim, client, trouble)
            return
        except (OSError, ProviderError) as trouble:
            log.warning("%s could not be saved", claim.generation.uuid, exc_info=True)
            _failed(claim, client, FetchFailed(type(trouble).__name__, retry=True, expired=False))
            return
        if not _keep(claim, asset):
            keeping.discard(asset)


@transaction.atomic
def _claim(pk: int) -> Claim | None:
    now = timezone.now()
    until = now + dt.timedelta(seconds=settings.ARCHIVE_LEASE_S)
    lease = uuid.uuid4()
    rows = Generation.objects.filter(pk=pk, state=State.ARCHIVING)
    free = rows.filter(lease_until=None) | rows.filter(lease_until__lt=now)
    # Counted here: a try that ends with the worker's death is a try as well.
    if not free.update(lease=lease, lease_until=until, due_at=until, tries=F("tries") + 1):
        return None
    generation = load(pk)
    attempt = generation.attempt
    return Claim(generation, lease, attempt) if attempt else None


def _hopeless(generation: Generation) -> bool:
    life = generation.account.catalogue.pace.link_life_s or LINK_LIFE_S
    since = generation.made_at or generation.created_at
    over = (timezone.now() - since).total_seconds() > life
    return generation.tries > MAX_TRIES or (over and generation.tries > 1)


def _bring(claim: Claim, client: Client, place: Path) -> Asset:
    """Download from the first source that gives a good file. Raises FetchFailed or BadFile."""
    trouble: FetchFailed | BadFile | None = None
    # All sources together end before the queue ends the worker (pixstudio/checks.py).
    end = time.monotonic() + settings.DOWNLOAD_S
    for url, headers in _sources(claim, client):
        target = place / uuid.uuid4().hex
        try:
            fetched = fetch(
                url,
                target,
                allow_private=allow_private(claim.generation.account),
                headers=headers,
                max_bytes=settings.RESULT_MAX_BYTES,
                deadline_s=max(1.0, end - time.monotonic()),
            )
            return keeping.keep(claim.generation, target, fetched, url)
        except (FetchFailed, BadFile) as failed:
            # The provider's own link comes first, and what it says decides what to do next.
            trouble = trouble or failed
    raise trouble or FetchFailed("the provider gave no link", retry=True, expired=True)


def _sources(claim: Claim, client: Client) -> list[tuple[str, dict[str, str]]]:
    sources: list[tuple[str, dict[str, str]]] = [(url, {}) for url in claim.generation.links]
    second = client.content(_job(claim.attempt))
    if second is not None:
        sources.append((client.url(second), dict(second.headers)))
    return sources


def _job(attempt: Attempt) -> Job:
    return Job(attempt.remote_id, attempt.poll_url, str(attempt.token))


@transaction.atomic
def _keep(claim: Claim, asset: Asset) -> bool:
    """State, file and money in one transaction; False if another worker was faster."""
    generation = claim.generation
    paid = bill(generation, claim.attempt)
    charged = generation.charged_micros if generation.charged_micros is not None else paid.micros
    facts = {"digest": asset.digest, "size": asset.size, "micros": charged, "why": paid.note}

    def money() -> None:
        keeping.enter(asset)
        paid.enter(generation)
        if asked := _other_length(generation.brief, asset.duration_ms):
            seconds = asset.duration_ms / 1000
            note(generation, "other_length", f"It is {seconds:.1f} s long; {asked} were asked.")

    return step(
        generation,
        State.ARCHIVING,
        State.SUCCEEDED,
        f"The {_word(asset)} is saved and checked.",
        facts,
        money,
        under=claim.lease,
        finished_at=timezone.now(),
        due_at=None,
        lease=None,
        lease_until=None,
        cause="",
        said="",
        charged_micros=charged,
    )


def _word(asset: Asset) -> str:
    return "picture" if asset.kind == Media.IMAGE else "clip"


def _other_length(brief: Brief, ms: int) -> str:
    """What was asked for, where the clip has another length; empty where nobody can say.

    Only these operations make what ``duration`` says; ``extend`` gives the new part, or the old
    one with it.
    """
    asked = int(brief.options.get("duration") or 0)
    if not asked or brief.operation not in _TIMED or brief.of("video_reference"):
        return ""
    fine = [asked * 1000]
    if brief.operation == Operation.EXTEND:
        fine += [asked * 1000 + one.ms for one in brief.of("source")]
    return "" if any(abs(ms - one) <= 500 for one in fine) else f"{asked} s"


def _failed(claim: Claim, client: Client, trouble: FetchFailed | BadFile) -> None:
    """Later again, with a fresh link where the old one died; in the end say that it is lost."""
    generation = claim.generation
    links = generation.links
    if isinstance(trouble, BadFile) or trouble.expired:
        links = _fresh_links(claim, client) or links
    with transaction.atomic():
        if generation.tries >= MAX_TRIES:
            _give_up(claim, str(trouble))
            return
        due = timezone.now() + dt.timedelta(
            seconds=back_off(generation.tries, base=1.0, most=300.0)
        )
        rows = Generation.objects.filter(pk=generation.pk, state=State.ARCHIVING, lease=claim.lease)
        if rows.update(
            due_at=due,
            lease=None,
            lease_until=None,
            links=links,
            cause=Cause.FETCHING,
            said=str(trouble)[:500],
        ):
            touch(generation)


def _fresh_links(claim: Claim, client: Client) -> list[str]:
    try:
        report, _ = client.check(_job(claim.attempt))
    except ProviderError as trouble:
        log.info("no fresh link for %s: %s", claim.generation.uuid, trouble)
        return []
    return list(report.links) if report.state is Remote.SUCCEEDED else []


def _give_up(claim: Claim, said: str) -> None:
    """The provider made it and is paid for it; only the file is missing."""
    generation = claim.generation
    paid = bill(generation, claim.attempt)
    charged = generation.charged_micros if generation.charged_micros is not None else paid.micros
    text = "The clip was made, but its link gave no good file. A person may fetch it again."
    step(
        generation,
        State.ARCHIVING,
        State.FAILED,
        text,
        {"said": said},
        lambda: paid.enter(generation),
        under=claim.lease,
        cause=Cause.LOST_FILE,
        said=said[:500],
        finished_at=timezone.now(),
        due_at=None,
        lease=None,
        lease_until=None,
        charged_micros=charged,
    )


def refetch(generation: Generation, user: User) -> bool:
    """Try again to fetch a clip that was made and paid. Nothing is made or paid anew."""
    if generation.cause != Cause.LOST_FILE:
        return False
    now = timezone.now()
    with transaction.atomic():
        moved = step(
            generation,
            State.FAILED,
            State.ARCHIVING,
            f"{user} asked to fetch it again.",
            # Its file is not lost any more: the day's sums must not say so.
            money=lambda: books.enter(generation),
            due_at=now,
            tries=0,
            lease=None,
            lease_until=None,
            cause="",
            said="",
            finished_at=None,
        )
        if moved:
            facts = {"generation": str(generation.uuid)}
            audit.record(
                user, "generation.refetch", in_a_line(generation), team=generation.team, **facts
            )
            transaction.on_commit(lambda: queue.ring("archive", generation.pk))
    return moved
