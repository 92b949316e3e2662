"""A generation's page: clip, brief, timeline, money, and what one may do."""

import pytest

from generations.lifecycle.rows import note
from generations.models import Asset, Attempt, Generation, State

HTMX = {"HX-Request": "true"}


def text(answer):
    return answer.content.decode()


def keep(one):
    Asset.objects.create(
        generation=one,
        file="a.mp4",
        poster="a.webp",
        preview="p.mp4",
        mime="video/mp4",
        digest="f" * 64,
        size=2_400_000,
        duration_ms=5000,
        width=1280,
        height=720,
    )


def test_it_tells_everything(browser, at, make):
    one = make("a kite", state=State.SUCCEEDED, charged_micros=225_000)
    keep(one)
    note(one, "running", "PixVerse took it.")
    answer = text(browser.get(at("generation", one.uuid)))
    for words in ("a kite", "720p", "16:9", "PixVerse took it.", "$0.225", "2.4 MB", "f" * 64):
        assert words in answer
    assert at("clip", one.uuid) in answer
    assert at("clip_download", one.uuid) in answer
    assert f"remix={one.uuid}&amp;elsewhere=1" in answer
    assert "hx-get" not in answer
    assert "style=" not in answer


def test_it_moves_until_it_is_final(browser, at, make):
    one = make(state=State.RUNNING)
    page = text(browser.get(at("generation", one.uuid)))
    assert "every 1500ms" in page
    live = at("generation_live", one.uuid)
    assert browser.get(live, {"v": one.version}, headers=HTMX).status_code == 204
    Generation.objects.filter(pk=one.pk).update(
        state=State.FAILED, cause="failed", charged_micros=0, version=one.version + 1
    )
    answer = text(browser.get(live, {"v": one.version}, headers=HTMX))
    assert "It failed at" in answer
    assert "Not charged." in answer
    assert "every" not in answer


def test_exchanges_are_for_owners(browser, signed_in, creator, at, make, account):
    one = make(state=State.RUNNING)
    Attempt.objects.create(
        generation=one, account=account["pixverse"], exchange={"got": "raw words"}
    )
    assert "raw words" in text(browser.get(at("generation", one.uuid)))
    assert "raw words" not in text(signed_in(creator).get(at("generation", one.uuid)))


def test_a_viewer_sees_no_money_and_no_buttons(signed_in, viewer, at, make):
    one = make(state=State.FAILED, cause="failed", charged_micros=0)
    answer = text(signed_in(viewer).get(at("generation", one.uuid)))
    assert "$" not in answer
    assert "Remix" not in answer
    assert "charged" not in answer.lower()


def test_cancelling_gives_the_money_back(browser, at, make):
    one = make()
    answer = browser.post(at("cancel", one.uuid), follow=True)
    assert Generation.objects.get().state == State.CANCELLED
    assert "the held money is back" in text(answer)
    again = browser.post(at("cancel", one.uuid), follow=True)
    assert "cannot be taken back" in text(again)


def test_in_the_feed_cancelling_makes_the_page_look(browser, at, make):
    answer = browser.post(at("cancel", make().uuid), headers=HTMX)
    assert (answer.status_code, answer["HX-Trigger"]) == (204, "look")


def test_only_the_maker_or_a_producer_cancels(signed_in, creator, at, make):
    one = make()
    assert signed_in(creator).post(at("cancel", one.uuid)).status_code == 403
    assert Generation.objects.get().state == State.QUEUED
    own = make(user=creator)
    signed_in(creator).post(at("cancel", own.uuid))
    assert Generation.objects.get(pk=own.pk).state == State.CANCELLED


@pytest.mark.parametrize(
    ("state", "cause", "words", "next_step"),
    [
        (State.QUEUED, "slots", "Waiting for a free place", "Cancel"),
        (State.FAILED, "refused", "refused the request", "Edit and try again"),
        (State.MODERATED, "moderated", "refused the content", "Edit and try again"),
        (State.FAILED, "no_balance", "No balance left", "elsewhere=1"),
        (State.FAILED, "lost_file", "could not be fetched", "Fetch it again"),
        (State.UNCERTAIN, "lost_reply", "was lost", "Resolve it yourself"),
        (State.CANCELLED, "cancelled", "Nothing was sent", "Edit and try again"),
    ],
)
def test_a_card_says_what_happened_and_the_next_step(
    browser, at, make, state, cause, words, next_step
):
    make(state=state, cause=cause, charged_micros=None if state == State.QUEUED else 0)
    answer = text(browser.get(at("studio")))
    card = answer.split('class="card2"')[1].split("</article>")[0]
    assert words in card
    assert next_step in card


def test_strangers_find_nothing(client, django_user_model, at, make):
    one = make()
    client.force_login(django_user_model.objects.create_user("otto@example.org", "x" * 12))
    assert client.get(at("generation", one.uuid)).status_code == 404
    assert client.get(at("live")).status_code == 404
