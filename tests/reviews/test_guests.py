"""Links for guests: who makes them, what they show, what guests may do, and when they end."""

import datetime as dt
import hashlib
import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import AuditLine, Notice
from generations.models import Comment, Generation, GuestLink, Project
from generations.reviewing import guests
from pixstudio.logging import redact
from tests import house

from .conftest import text

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def guest():
    return Client()


@pytest.fixture
def named(guest):
    """A guest who has said who they are."""

    def enter(path):
        assert guest.post(f"{path}name/", {"name": "Greta"}).status_code == 302
        return guest

    return enter


def at_clip(path, row, more=""):
    return f"{path}c/{row.uuid}/{more}"


def test_it_is_shown_once_and_only_its_digest_is_kept(visit, home, clip, guest):
    path = f"/t/crew/p/{home.project.uuid}/guest-links/"
    typed = {"name": "Acme", "days": "7", "may_comment": "on", "g": str(clip.uuid)}
    answer = text(visit("producer").post(f"{path}new/", typed | {"passphrase": "open sesame"}))
    token = re.search(r"/guest/([\w-]+)/", answer)[1]
    link = GuestLink.objects.get(name="Acme")
    assert link.digest == hashlib.sha256(token.encode()).hexdigest()
    assert token not in str(list(GuestLink.objects.values_list()))
    assert "open sesame" not in link.passphrase
    assert (link.may_comment, link.may_decide, link.may_download) == (True, False, False)
    assert (link.expires_at - timezone.now()).days in (6, 7)
    assert [one.generation for one in link.items.all()] == [clip]
    line = AuditLine.objects.latest("pk")
    assert (line.verb, line.target, line.actor) == ("guest_link.made", "Acme", link.by)
    listed = text(visit("owner").get(path))
    assert "Acme" in listed
    assert token not in listed
    assert "Nobody has looked yet" in listed


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": ""}, "Give the link a name"),
        ({"g": ""}, "Choose at least one result"),
        ({"passphrase": "abc"}, "at least 6 characters"),
        ({"days": "4000"}, "valid choice"),
    ],
)
def test_bad_input_makes_none_and_loses_nothing(visit, home, clip, typed, words):
    before = GuestLink.objects.count()
    full = {"name": "Acme & Söhne", "days": "30", "g": str(clip.uuid), "may_download": "on"}
    answer = visit("owner").post(f"/t/crew/p/{home.project.uuid}/guest-links/new/", full | typed)
    page = text(answer)
    assert words in page
    assert 'name="may_download" checked' in page
    assert typed.get("name") == "" or "Acme &amp; Söhne" in page
    assert GuestLink.objects.count() == before


def test_results_of_elsewhere_go_into_no_link(visit, home):
    theirs = house.build("rivals")
    path = f"/t/crew/p/{home.project.uuid}/guest-links/new/"
    typed = {"name": "Acme", "days": "7", "g": str(theirs.ids["generation"])}
    assert "Choose at least one result" in text(visit("owner").post(path, typed))


def test_a_guest_sees_the_clips_and_nothing_else(home, clip, another, share, guest):
    other = another(prompt="The second kite")
    unseen = another(prompt="An unseen kite")
    _, path = share(clip, other)
    pages = text(guest.get(path)) + text(guest.get(at_clip(path, clip)))
    assert "Clip 1" in pages
    assert "Clip 2" in pages
    for secret in ("kite", "$", "Film", "Gus", "Olga", "pixazo", "Pixazo", str(unseen.uuid)):
        assert secret not in pages, secret
    for more in ("", "file", "poster", "download/"):
        assert guest.get(at_clip(path, unseen, more)).status_code == 404


def test_one_clip_opens_at_once(clip, share, guest):
    _, path = share(clip)
    assert guest.get(path).headers["Location"] == at_clip(path, clip)


def test_the_file_comes_in_ranges_and_only_through_the_link(clip, share, guest):
    link, path = share(clip)
    file = at_clip(path, clip, "file")
    answer = guest.get(file, headers={"Range": "bytes=8-15"})
    assert answer.status_code == 206
    assert b"".join(answer.streaming_content) == bytes(8)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert guest.get(at_clip(path, clip, "download/")).status_code == 404
    GuestLink.objects.filter(pk=link.pk).update(may_download=True)
    answer = guest.get(at_clip(path, clip, "download/"))
    assert 'attachment; filename="client-1.mp4"' in answer.headers["Content-Disposition"]
    guests.revoke(link.by, link)
    assert guest.get(file).status_code == 410


def test_pages_are_for_nobody_else(clip, share, guest):
    _, path = share(clip)
    answer = guest.get(at_clip(path, clip))
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert '<meta name="robots" content="noindex, nofollow">' in text(answer)


def test_over_is_over(visit, home, clip, share, guest):
    link, path = share(clip)
    GuestLink.objects.filter(pk=link.pk).update(expires_at=timezone.now() - dt.timedelta(1))
    answer = guest.get(path)
    assert answer.status_code == 410
    assert "has expired" in text(answer)
    revoked, other = share(clip)
    place = f"/t/crew/p/{home.project.uuid}/guest-links/"
    visit("producer").post(f"{place}{revoked.uuid}/revoke/")
    assert AuditLine.objects.latest("pk").verb == "guest_link.revoked"
    for path in (other, at_clip(other, clip), at_clip(other, clip, "file")):
        answer = guest.get(path)
        assert answer.status_code == 410
        assert "was withdrawn" in text(answer)
    assert "Over (" in text(visit("producer").get(place))
    unknown = guest.get("/guest/nobody-made-this-one/")
    assert unknown.status_code == 404
    assert "not one of ours" in text(unknown)


def test_a_clip_that_was_moved_or_binned_is_gone_for_guests(home, clip, another, share, guest):
    rows = [clip, another(), another()]
    _, path = share(*rows)
    Generation.objects.filter(pk=rows[0].pk).update(deleted_at=timezone.now())
    away = Project.objects.create(team=home.team, name="Away", created_by=home.people["owner"])
    Generation.objects.filter(pk=rows[1].pk).update(project=away)
    for gone in rows[:2]:
        for more in ("", "file"):
            assert guest.get(at_clip(path, gone, more)).status_code == 404
    kept = text(guest.get(at_clip(path, rows[2])))
    assert "Clip 3" in kept, "numbers stay as they were shared"


def test_a_passphrase_stands_before_everything(clip, share, guest):
    _, path = share(clip, passphrase="open sesame")
    assert "A passphrase is needed" in text(guest.get(path))
    for more in ("", "file", "poster"):
        assert guest.get(at_clip(path, clip, more)).status_code == 403
    assert guest.post(at_clip(path, clip, "comments/"), {"text": "Hi"}).status_code == 403
    wrong = guest.post(f"{path}open/", {"passphrase": "Open Sesame"})
    assert "not the passphrase" in text(wrong)
    assert "Open Sesame" not in text(wrong)
    assert guest.get(at_clip(path, clip)).status_code == 403
    assert guest.post(f"{path}open/", {"passphrase": "open sesame"}).status_code == 302
    assert guest.get(at_clip(path, clip, "file")).status_code == 200
    assert Client().get(at_clip(path, clip, "file")).status_code == 403, "in this browser only"


def test_a_passphrase_is_not_guessed(settings, clip, share):
    cache.clear()
    settings.ACCOUNT_RATE_LIMITS = {"guest_pass": "3/h/key"}
    _, path = share(clip, passphrase="open sesame")
    tries = [Client().post(f"{path}open/", {"passphrase": f"guess {n}"}) for n in range(4)]
    assert [one.status_code for one in tries] == [200, 200, 200, 429]
    right = Client().post(f"{path}open/", {"passphrase": "open sesame"})
    assert right.status_code == 429
    _, other = share(clip, passphrase="open sesame")
    assert Client().post(f"{other}open/", {"passphrase": "open sesame"}).status_code == 302


def test_who_they_are_is_asked_once(clip, share, guest, named):
    _, path = share(clip)
    before = text(guest.get(at_clip(path, clip)))
    assert "Your name" in before
    assert "comments/" not in before
    assert "first" in text(guest.post(at_clip(path, clip, "comments/"), {"text": "Hi"}))
    assert not clip.comments.exists()
    typed = {"name": " ", "clip": str(clip.uuid)}
    assert "guest-name-error" in text(guest.post(f"{path}name/", typed))
    after = text(named(path).get(at_clip(path, clip)))
    assert "You are Greta" in after
    assert 'id="guest-name"' not in after
    assert at_clip(path, clip, "comments/") in after


def test_guests_comment_and_decide(home, clip, share, named, visit):
    link, path = share(clip)
    guest = named(path)
    guest.post(at_clip(path, clip, "comments/"), {"text": "Too slow", "at_ms": "900"})
    one = clip.comments.get()
    assert (one.user, one.guest, one.link, one.at_ms) == (None, "Greta", link, 900)
    answer = guest.post(at_clip(path, clip, "review/"), {"verdict": "changes", "note": "Faster"})
    assert answer.headers["Location"] == at_clip(path, clip)
    clip.refresh_from_db()
    assert clip.review == "changes"
    line = AuditLine.objects.latest("pk")
    assert (line.verb, line.actor) == ("review.changes", None)
    assert line.facts["guest"] == "Greta, with the link Client"
    assert Notice.objects.filter(user=clip.user, text__startswith="Greta (guest)").count() == 2
    page = text(visit("viewer").get(f"/t/crew/p/{home.project.uuid}/g/{clip.uuid}/"))
    assert "by Greta, a guest" in page
    assert "Too slow" in page
    link.refresh_from_db()
    assert link.seen_at


def test_guests_delete_only_what_they_wrote_here(home, clip, share, named):
    _, path = share(clip)
    guest = named(path)
    guest.post(at_clip(path, clip, "comments/"), {"text": "Mine"})
    mine = clip.comments.get()
    member = clip.comments.create(user=home.people["owner"], text="Ours")
    place = at_clip(path, clip, "comments/")
    assert guest.post(f"{place}{member.uuid}/remove/").status_code == 404
    elsewhere = Client()
    elsewhere.post(f"{path}name/", {"name": "Greta"})
    assert elsewhere.post(f"{place}{mine.uuid}/remove/").status_code == 404
    assert guest.post(f"{place}{mine.uuid}/remove/").status_code == 302
    assert Comment.objects.get(pk=mine.pk).deleted_at


def test_what_a_link_does_not_allow_is_refused(clip, share, named):
    _, path = share(clip, may_comment=False, may_decide=False)
    guest = named(path)
    page = text(guest.get(at_clip(path, clip)))
    assert "comments/" not in page
    assert "review/" not in page
    for more, typed in (("comments/", {"text": "Hi"}), ("review/", {"verdict": "approved"})):
        answer = guest.post(at_clip(path, clip, more), typed, headers=HTMX)
        assert answer.status_code == 200
    assert not clip.comments.exists()
    assert not clip.reviews.exists()


def test_bad_input_of_a_guest_loses_nothing(clip, share, named):
    _, path = share(clip)
    answer = named(path).post(at_clip(path, clip, "comments/"), {"text": "x" * 2001})
    assert "At most 2000" in text(answer)
    assert "x" * 2001 in text(answer)


def test_an_archived_project_can_still_be_watched(home, clip, share, named):
    _, path = share(clip)
    guest = named(path)
    Project.objects.filter(pk=home.project.pk).update(archived_at=timezone.now())
    assert "closed" in text(guest.get(at_clip(path, clip)))
    guest.post(at_clip(path, clip, "comments/"), {"text": "Hi"})
    assert not clip.comments.exists()


def test_the_token_is_never_logged():
    assert redact("GET /guest/abc-DEF_0123456789/c/x/") == "GET /guest/[redacted]/c/x/"


def test_the_queries_do_not_grow(clip, another, share, named, django_assert_max_num_queries):
    _, few = share(clip, another())
    _, many = share(clip, *(another() for _ in range(9)))
    guest = named(few)
    guest.get(few)
    guest.get(many)
    with django_assert_max_num_queries(12) as asked:
        guest.get(few)
    with django_assert_max_num_queries(len(asked)):
        guest.get(many)
