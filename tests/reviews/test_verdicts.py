"""Approved, changes requested, taken back: by whom, when, and what follows from it."""

import pytest
from django.utils import timezone

from accounts.models import AuditLine, Notice
from accounts.models.frozen import Frozen
from generations.models import Generation, Review, State
from generations.reviewing import verdicts
from generations.reviewing.who import NotNow, Who

from .conftest import text

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def stands(clip):
    return Generation.objects.get(pk=clip.pk).review


@pytest.mark.parametrize("role", ["viewer", "creator", "producer", "auditor", "owner"])
def test_whoever_may_look_may_decide(visit, home, clip, at, role):
    version = home.project.version
    answer = visit(role).post(at("review_decide"), {"verdict": "approved", "note": "Ship it"})
    assert answer.headers["Location"] == f"{at('generation')}#review"
    assert stands(clip) == "approved"
    line = clip.reviews.get()
    assert (line.user, line.verdict, line.note) == (home.people[role], "approved", "Ship it")
    audit = AuditLine.objects.latest("pk")
    assert (audit.verb, audit.actor) == ("review.approved", home.people[role])
    home.project.refresh_from_db()
    assert home.project.version > version
    told = Notice.objects.filter(kind="reviewed", user=clip.user).count()
    assert told == (0 if role == "owner" else 1), "the maker is told, but not of their own"


def test_a_change_of_mind_is_a_new_line(visit, clip, at):
    viewer, owner = visit("viewer"), visit("owner")
    viewer.post(at("review_decide"), {"verdict": "approved"})
    owner.post(at("review_decide"), {"verdict": "changes", "note": "Too dark"})
    assert stands(clip) == "changes"
    page = text(owner.get(at("generation")))
    assert "Changes requested</b> by Olga" in page
    assert "“Too dark”" in page
    assert "Everything said (2)" in page
    owner.post(at("review_decide"), {"verdict": ""})
    assert stands(clip) == ""
    assert [one.verdict for one in clip.reviews.all()] == ["approved", "changes", ""]
    assert "Nobody has said anything" in text(owner.get(at("generation")))


def test_lines_are_written_once(visit, clip, at):
    visit("viewer").post(at("review_decide"), {"verdict": "approved"})
    with pytest.raises(Frozen):
        Review.objects.update(verdict="changes")
    with pytest.raises(Frozen):
        clip.reviews.get().delete()


def test_a_double_press_is_one_line(visit, clip, at):
    for _ in range(2):
        visit("viewer").post(at("review_decide"), {"verdict": "approved", "note": "Good"})
    assert clip.reviews.count() == 1
    visit("creator").post(at("review_decide"), {"verdict": "approved"})
    assert clip.reviews.count() == 2, "another person says it too"
    visit("creator").post(at("review_decide"), {"verdict": ""})
    visit("creator").post(at("review_decide"), {"verdict": ""})
    assert clip.reviews.count() == 3, "nothing is there to take back twice"


@pytest.mark.parametrize(
    ("typed", "words"),
    [({"verdict": "approved", "note": "x" * 501}, "At most 500"), ({"verdict": "no"}, "valid")],
)
def test_what_cannot_be_taken_is_said_and_kept(visit, clip, at, typed, words):
    for headers in ({}, HTMX):
        answer = visit("viewer").post(at("review_decide"), typed, headers=headers)
        assert answer.status_code == 200
        assert words in text(answer)
        assert typed.get("note", "") in text(answer)
    assert not clip.reviews.exists()


def test_the_panel_alone_comes_to_htmx_and_the_mark_beside_the_title(visit, at):
    answer = text(visit("viewer").post(at("review_decide"), {"verdict": "approved"}, headers=HTMX))
    assert answer.lstrip().startswith('<section class="panel review"')
    assert 'hx-swap-oob="true"' in answer


def test_nothing_is_decided_of_what_is_not_there(home, clip, another, visit, at):
    running = another(state=State.RUNNING)
    running.asset.delete()
    running = Generation.objects.get(pk=running.pk)
    with pytest.raises(NotNow, match="no finished result"):
        verdicts.decide(running, verdicts.Verdict.APPROVED, Who(home.people["owner"]))
    answer = visit("owner").post(at("review_decide", of=running), {"verdict": "approved"})
    assert answer.status_code == 302
    Generation.objects.filter(pk=clip.pk).update(deleted_at=timezone.now())
    answer = visit("owner").post(at("review_decide"), {"verdict": "approved"})
    assert answer.status_code == 404 or "in the bin" in text(answer)
    assert not Review.objects.exists()


def test_an_archived_project_is_only_looked_at(home, clip, visit, at):
    home.project.archived_at = timezone.now()
    home.project.save()
    page = text(visit("owner").get(at("generation")))
    assert "Restore it to review" in page
    assert at("review_decide") not in page
    visit("owner").post(at("review_decide"), {"verdict": "approved"})
    visit("owner").post(at("review_comment"), {"text": "Late"})
    assert not clip.reviews.exists()
    assert not clip.comments.exists()


def test_the_next_to_review(clip, another, visit, at):
    newer, newest = another(), another()
    done = another(review="approved")
    viewer = visit("viewer")
    assert viewer.get(at("review_next", of=newest)).headers["Location"] == at(
        "generation", of=newer
    )
    assert viewer.get(at("review_next", of=done)).headers["Location"] == at("generation", of=newest)
    assert viewer.get(at("review_next")).headers["Location"] == at("generation", of=newest)
    Generation.objects.update(review="approved")
    answer = viewer.get(at("review_next"), follow=True)
    assert "Nothing else in this project waits" in text(answer)


def test_the_card_says_what_stands_and_how_many_comments_are_open(clip, visit, at, home):
    viewer = visit("viewer")
    viewer.post(at("review_decide"), {"verdict": "changes"})
    viewer.post(at("review_comment"), {"text": "Late"})
    page = text(viewer.get(f"/t/crew/p/{home.project.uuid}/"))
    assert "Changes requested</span>" in page
    assert '1<span class="hush"> open comment</span>' in page
