"""Comments at a moment of a clip: who may write, change, resolve and delete them."""

import pytest

from accounts.models import Notice
from generations.models import Comment

from .conftest import text

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def say(client, at, words="The kite is late", **more):
    client.post(at("review_comment"), {"text": words, **more})
    return Comment.objects.latest("pk")


def test_it_stands_at_its_moment(visit, home, clip, at):
    one = say(visit("viewer"), at, at_ms="1250")
    assert (one.user, one.at_ms) == (home.people["viewer"], 1250)
    page = text(visit("owner").get(at("generation")))
    assert f'data-at="1250" data-by="{one.user.name}"' in page
    assert "0:01.25" in page
    (told,) = Notice.objects.filter(kind="commented")
    assert told.user == clip.user
    assert told.url.endswith(f"#c-{one.uuid}")


@pytest.mark.parametrize(("typed", "kept"), [("", None), ("999999", 5000), ("0", 0)])
def test_past_the_end_is_the_end_and_nothing_is_the_whole(visit, clip, at, typed, kept):
    assert say(visit("viewer"), at, at_ms=typed).at_ms == kept


def test_they_run_as_the_clip_runs(visit, clip, at):
    for words, when in (("third", "2000"), ("second", "100"), ("first", "")):
        say(visit("viewer"), at, words, at_ms=when)
    page = text(visit("viewer").get(at("generation")))
    assert page.index(">first<") < page.index(">second<") < page.index(">third<")


@pytest.mark.parametrize(
    "typed", [{"text": " "}, {"text": "x" * 2001}, {"text": "a", "at_ms": "-1"}]
)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_bad_input_loses_nothing(visit, clip, at, typed, headers):
    answer = visit("viewer").post(at("review_comment"), typed, headers=headers)
    assert answer.status_code == 200
    assert 'id="comment-error"' in text(answer)
    assert f">{typed['text']}</textarea>" in text(answer)
    assert not clip.comments.exists()


def test_only_its_author_changes_it(visit, at):
    one = say(visit("viewer"), at)
    for role, status in (("owner", 403), ("creator", 403), ("viewer", 302)):
        answer = visit(role).post(at("review_change", one.uuid), {"text": f"By {role}"})
        assert answer.status_code == status
    one.refresh_from_db()
    assert one.text == "By viewer"
    assert one.changed_at
    answer = visit("viewer").post(at("review_change", one.uuid), {"text": ""})
    assert "Write what you want to say." in text(answer)


def test_producers_delete_what_others_wrote(visit, clip, at):
    mine, theirs = say(visit("viewer"), at), say(visit("viewer"), at)
    assert visit("creator").post(at("review_remove", mine.uuid)).status_code == 403
    assert visit("viewer").post(at("review_remove", mine.uuid)).status_code == 302
    assert visit("producer").post(at("review_remove", theirs.uuid)).status_code == 302
    assert visit("producer").post(at("review_remove", theirs.uuid)).status_code == 404
    assert clip.comments.filter(deleted_at=None).count() == 0
    assert "The kite is late" not in text(visit("viewer").get(at("generation")))


def test_resolved_and_opened_again(visit, home, at):
    one = say(visit("owner"), at)
    assert visit("viewer").post(at("review_settle", one.uuid), {"done": "1"}).status_code == 403
    visit("creator").post(at("review_settle", one.uuid), {"done": "1"})
    one.refresh_from_db()
    assert one.resolved_by == home.people["creator"]
    assert "Open again" in text(visit("owner").get(at("generation")))
    visit("owner").post(at("review_settle", one.uuid), {"done": "0"})
    one.refresh_from_db()
    assert one.resolved_at is None


def test_html_in_it_stays_text(visit, at):
    say(visit("viewer"), at, "<b>bold</b>")
    assert "&lt;b&gt;bold" in text(visit("owner").get(at("generation")))


def test_the_queries_do_not_grow_with_comments(
    visit, home, clip, another, at, django_assert_max_num_queries
):
    owner = visit("owner")
    owner.get(at("generation"))
    with django_assert_max_num_queries(60) as few:
        owner.get(at("generation"))
    for number in range(12):
        clip.comments.create(user=home.people["viewer"], text=f"No. {number}", at_ms=number)
        clip.reviews.create(user=home.people["viewer"], verdict="approved")
        another(remix_of=clip, shot=clip)
    # The chain is there now: its versions, and the projects that one sees.
    with django_assert_max_num_queries(len(few) + 2):
        owner.get(at("generation"))
