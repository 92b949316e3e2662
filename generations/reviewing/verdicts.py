"""Approved, or changes requested: each verdict is a line that is written once."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from accounts import audit
from generations.lifecycle.rows import touch
from generations.models import Generation, Project, Review, State, Verdict
from generations.titles import in_a_line

from .who import Who, refuse_unfinished, tell_maker

NOTE_LENGTH = 500
DID = {
    Verdict.APPROVED: "approved a clip",
    Verdict.CHANGES: "asks for changes",
    Verdict.NONE: "took a verdict back",
}
VERBS = {
    Verdict.APPROVED: "review.approved",
    Verdict.CHANGES: "review.changes",
    Verdict.NONE: "review.taken_back",
}


@transaction.atomic
def decide(row: Generation, verdict: Verdict, who: Who, note: str = "") -> Review | None:
    """Write the verdict down; the newest one counts. None where that is what stands already.

    Raises NotNow. Line, the clip's own verdict, audit line and notice stand or fall together.
    """
    refuse_unfinished(row)
    # Of two who decide at once, the second sees what the first said.
    now = Generation.objects.select_for_update().values_list("review", flat=True).get(pk=row.pk)
    last = row.reviews.order_by("-pk").first() if now else None
    if verdict == now and (last is None or _is_same(last, who, note)):
        return None
    made = Review.objects.create(
        generation=row, user=who.user, guest=who.guest, link=who.link, verdict=verdict, note=note
    )
    Generation.objects.filter(pk=row.pk).update(review=verdict)
    row.review = verdict
    # Prose, for a bare word that looks like a key is refused there.
    facts = {"guest": f"{who.guest}, with the link {who.link.name}"} if who.link else {}
    facts["generation"] = str(row.uuid)
    audit.record(who.user, VERBS[verdict], in_a_line(row), team=row.team, **facts)
    url = reverse("generation", args=[row.team.slug, row.project.uuid, row.uuid])
    tell_maker(row, who, "reviewed", f"reviewed:{made.pk}", DID[verdict], url)
    touch(row)
    return made


def history(row: Generation) -> list[Review]:
    """What was said of it, the newest first."""
    return list(row.reviews.select_related("user", "link").order_by("-pk"))


def waiting(project: Project) -> QuerySet[Generation]:
    """The finished results of a project of which nobody has said anything."""
    return Generation.objects.filter(
        project=project,
        deleted_at=None,
        state=State.SUCCEEDED,
        review=Verdict.NONE,
        asset__isnull=False,
    )


def next_after(row: Generation) -> Generation | None:
    """The next older one that waits, and after the oldest the newest; None if none but it does."""
    others = waiting(row.project).exclude(pk=row.pk).order_by("-pk")
    return others.filter(pk__lt=row.pk).first() or others.first()


def _is_same(last: Review, who: Who, note: str) -> bool:
    same = (last.user_id, last.guest) == (who.user.pk if who.user else None, who.guest)
    return same and (not note or last.note == note)
