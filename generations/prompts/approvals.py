"""Before a version may be the house's, a producer says so: asked for, approved, declined.

An approval belongs to one version and stays with it: to go back to an earlier approved version
needs no new one. What is forked or comes out of a file begins without.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts import audit, notices
from accounts.models import User
from generations.access import Need
from generations.models import HOUSE, Prompt, PromptApproval, PromptVersion

from . import versions, who
from .comments import address

APPROVED, DECLINED, WITHDRAWN = "approved", "declined", "withdrawn"
SHOWN = 100


class CannotAsk(Exception):
    """The text says why, and what to do instead."""


def ask(user: User, version: PromptVersion, reason: str) -> PromptApproval:
    """Ask the producers to approve a version. Raises CannotAsk."""
    if versions.is_approved(version):
        raise CannotAsk(f"Version {version.number} is approved already.")
    prompt = version.prompt
    try:
        with transaction.atomic():
            made = PromptApproval.objects.create(version=version, asked_by=user, reason=reason)
            _record(user, "prompt.asked", version, reason)
            notices.tell(
                who.deciders(prompt),
                prompt.team,
                "prompt_approval",
                f"prompt_approval:{made.pk}",
                f"{user} asks you to approve “{prompt.title}”, version {version.number}.",
                address(prompt, version),
                but=user,
            )
    except IntegrityError:
        raise CannotAsk(f"Version {version.number} waits for approval already.") from None
    return made


def decide(
    user: User, approval: PromptApproval, *, approved: bool, note: str, house: bool = False
) -> bool:
    """Approve, and with ``house`` let the label point there at once; or decline.

    False where it was decided or withdrawn meanwhile.
    """
    version, verdict = approval.version, APPROVED if approved else DECLINED
    with transaction.atomic():
        if not _close(approval, user, verdict, note):
            return False
        _record(user, f"prompt.{verdict}", version, note)
        if approved and house:
            versions.set_label(user, version.prompt, HOUSE, version)
        said = "approved" if approved else "declined"
        words = f"{user} {said} “{version.prompt.title}”, version {version.number}."
        notices.tell(
            who.seers(version.prompt, {approval.asked_by_id, version.author_id}),
            version.prompt.team,
            "prompt_decided",
            f"prompt_decided:{approval.pk}",
            f"{words} {note}".strip(),
            address(version.prompt, version),
            but=user,
        )
    return True


def approve(user: User, version: PromptVersion, note: str, *, house: bool) -> bool:
    """A producer approves what nobody asked for, or what waits; False: it was approved before."""
    with transaction.atomic():
        if versions.is_approved(version):
            return False
        waiting, _ = PromptApproval.objects.get_or_create(
            version=version, verdict="", defaults={"asked_by": user}
        )
        waiting.version = version
        return decide(user, waiting, approved=True, note=note, house=house)


def withdraw(user: User, approval: PromptApproval) -> bool:
    """Whoever asked takes it back, while it waits."""
    with transaction.atomic():
        if not _close(approval, user, WITHDRAWN, ""):
            return False
        _record(user, "prompt.withdrawn", approval.version, "")
    return True


def of(found: Iterable[PromptVersion]) -> dict[int, PromptApproval]:
    """What is to be said of each version: its approval, else its newest request. One query."""
    rows = PromptApproval.objects.filter(version__in=[one.pk for one in found])
    said: dict[int, PromptApproval] = {}
    for one in rows.exclude(verdict=WITHDRAWN).select_related("asked_by", "decided_by"):
        before = said.get(one.version_id)
        if before is None or (before.verdict != APPROVED and before.pk < one.pk):
            said[one.version_id] = one
    return said


def waiting(reader: who.Reader) -> list[PromptApproval]:
    """All that waits in the prompts that somebody sees, the longest waiting first.

    ``may_decide`` says whether this reader does. One query.
    """
    rows = _waiting(reader).select_related(
        "version__prompt__project", "version__prompt__team", "version__author", "asked_by"
    )
    found = list(rows.order_by("pk")[:SHOWN])
    for one in found:
        vars(one)["may_decide"] = reader.may(one.version.prompt) >= Need.PRODUCE
    return found


def count(reader: who.Reader) -> int:
    """How many wait in the prompts that somebody sees."""
    return _waiting(reader).count()


def _waiting(reader: who.Reader) -> QuerySet[PromptApproval]:
    rows = PromptApproval.objects.filter(
        verdict="",
        version__prompt__team=reader.member.team_id,
        version__prompt__archived_at=None,
    )
    if reader.sees_all:
        return rows
    here = Q(version__prompt__project__in=list(reader.projects))
    return rows.filter(here | Q(version__prompt__project=None))


def _close(approval: PromptApproval, user: User, verdict: str, note: str) -> bool:
    """True if we, and nobody else, ended it."""
    rows = PromptApproval.objects.filter(pk=approval.pk, verdict="")
    done = {"verdict": verdict, "decided_by": user, "decided_at": timezone.now(), "note": note}
    return rows.update(**done) == 1


def _record(user: User, verb: str, version: PromptVersion, words: str) -> None:
    prompt: Prompt = version.prompt
    said = {"note": words} if words else {}
    audit.record(user, verb, prompt.title, team=prompt.team, number=version.number, **said)
