"""Masks through the sandbox: found once, paid once, good for the swap that comes after."""

from __future__ import annotations

import datetime as dt
import threading
import uuid

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone
from PIL import Image

from accounts import ledger
from accounts.budgets import set_budget
from accounts.models import AuditLine, Scope
from generations import lifecycle, offers
from generations.catalogue.types import Brief, Input
from generations.dispatch.tick import Dispatch
from generations.lifecycle import finding, framing, selecting
from generations.media import uploads
from generations.models import Found, Handle, Selection, State, Trouble
from generations.providers.client import Client
from tests.films import film
from tests.story import picture

pytestmark = pytest.mark.django_db(transaction=True)

# 2 credits at the sandbox's half a cent.
PRICE = 10_000


@pytest.fixture
def scene(story):
    """The story, and a sandbox that behaves again afterwards."""
    yield story
    story.sandbox.world.rules.clear()


def ask(story, source, keyframe=3, **more) -> Selection:
    given = {"user": story.user, "form_token": uuid.uuid4(), **more}
    return lifecycle.request_selection(
        project=story.project,
        account=story.account("pixverse"),
        source=source,
        keyframe=keyframe,
        **given,
    )


def row(selection) -> Selection:
    return Selection.objects.select_related("account", "project", "user").get(pk=selection.pk)


def work(selection, rounds=1) -> Selection:
    for _ in range(rounds):
        Selection.objects.filter(pk=selection.pk, state=Found.QUEUED).update(lease_until=None)
        account = row(selection).account
        account.paused_until = None
        account.save(update_fields=["paused_until"])
        lifecycle.select(selection.pk)
    return row(selection)


def money(selection) -> dict[str, int]:
    return {one.kind: one.micros for one in ledger.movements(str(selection.uuid))}


def taken(story) -> int:
    """How many credits the sandbox's own books took for masks."""
    return sum(one.remote_id == "mask_selection" for one in story.sandbox.world.books.charges)


def fault(story, word, left=1):
    story.sandbox.world.rules.add("pixverse", [word], left, 1.0)


def swap(source, selection, mask, face) -> Brief:
    options = {"quality": "360p", "keyframe": selection.keyframe, "mask": mask}
    return Brief("swap", "pixverse", "", options, (source, face), at=str(selection.account.uuid))


def offer_for(story, brief):
    return offers.quote(story.project, brief).of(str(story.account("pixverse").uuid))


def make(story, brief):
    return lifecycle.request(
        project=story.project,
        user=story.user,
        brief=brief,
        account=story.account("pixverse"),
        form_token=uuid.uuid4(),
    )[0]


def test_select_pick_and_swap_to_the_end(scene):
    source = film(scene).as_input("source")
    before = taken(scene)
    [offer] = lifecycle.selection_offers(scene.project, source, 3)
    assert offer.price.micros == PRICE
    selection = ask(scene, source, seen_micros=PRICE)
    assert money(selection) == {"hold": PRICE}
    selection = work(selection)

    assert selection.state == Found.DONE
    assert selection.finished_at
    assert [one["label"] for one in selection.masks] == ["person", "object", "background"]
    assert not any(one["link"] for one in selection.masks)
    with default_storage.open(selection.picture.name) as file, Image.open(file) as frame:
        assert (frame.format, frame.size) == ("WEBP", (320, 180))
    for one in selection.masks:
        with default_storage.open(one["picture"]) as file, Image.open(file) as mask:
            assert mask.getchannel("A").getextrema() == (0, 255)
    assert money(selection) == {"hold": PRICE, "settle": PRICE}
    assert selection.charged_micros == PRICE
    assert taken(scene) - before == 1

    face = uploads.store(scene.project, scene.user, "face.png", picture()).as_input()
    brief = swap(source, selection, "1", face)
    assert offer_for(scene, brief).can
    generation = scene.work(make(scene, brief))
    assert generation.state == State.SUCCEEDED, (generation.cause, generation.said)
    assert Handle.objects.get(upload__kind="video").value == selection.handle["value"]
    assert ledger.check() == []
    standing = ledger.standing(scene.project.team, play=True)
    paid = PRICE + generation.charged_micros
    assert (standing.held_micros, standing.spent_micros) == (0, paid)
    key = scene.account("pixverse").key
    credits = sum(one.amount for one in scene.sandbox.world.books.charges if one.key == key)
    assert credits * 5_000 == paid, "the sandbox's own books"


def test_a_clip_of_the_account_itself_needs_no_upload(scene):
    scene.account("pixverse").prices.all().delete()
    account = scene.account("pixverse")
    account.ceiling_micros = 300_000
    account.save()
    generation = scene.work(scene.ask("pixverse"))
    asset = generation.asset
    source = Input(
        "source", "", asset.mime, asset.size, asset.width, asset.height, "video",
        asset.duration_ms, clip=str(generation.uuid), account=str(account.uuid),
    )  # fmt: skip
    selection = work(ask(scene, source, keyframe=1))
    assert selection.state == Found.DONE
    assert selection.handle["form"] == "remote_id"
    assert not Handle.objects.exists()
    assert selection.is_good
    # Only a ceiling was held; what the provider reported is settled.
    assert money(selection) == {"hold": 300_000, "settle": PRICE, "release": 290_000}
    assert ledger.check() == []


@pytest.mark.parametrize("word", ["refuse", "moderate-now", "no-balance", "locked"])
def test_what_is_certain_gives_the_money_back(scene, word):
    fault(scene, word)
    before = taken(scene)
    selection = work(ask(scene, film(scene).as_input("source")))
    assert selection.state == Found.FAILED
    assert selection.said.endswith(".")
    assert money(selection) == {"hold": PRICE, "release": PRICE}
    assert selection.charged_micros == 0
    assert taken(scene) == before
    flagged = {"no-balance": Trouble.NO_BALANCE, "locked": Trouble.BAD_KEY}
    assert scene.account("pixverse").trouble == flagged.get(word, "")
    assert ledger.check() == []


def test_busy_waits_under_a_new_token_and_then_goes_on(scene):
    fault(scene, "flood", left=2)
    selection = ask(scene, film(scene).as_input("source"))
    tokens = set()
    for _ in range(2):
        selection = work(selection)
        assert (selection.state, selection.sent_at) == (Found.QUEUED, None)
        assert selection.lease_until > timezone.now()
        tokens.add(selection.token)
    selection = work(selection)
    tokens.add(selection.token)
    assert selection.state == Found.DONE
    assert len(tokens) == 3
    assert money(selection) == {"hold": PRICE, "settle": PRICE}


def test_nobody_waits_for_ever(scene):
    selection = ask(scene, film(scene).as_input("source"))
    past = timezone.now() - dt.timedelta(minutes=11)
    Selection.objects.filter(pk=selection.pk).update(created_at=past)
    selection = work(selection)
    assert selection.state == Found.FAILED
    assert money(selection) == {"hold": PRICE, "release": PRICE}


def test_an_account_that_asked_to_wait_is_left_alone(scene):
    selection = ask(scene, film(scene).as_input("source"))
    account = scene.account("pixverse")
    account.paused_until = timezone.now() + dt.timedelta(seconds=20)
    account.save()
    lifecycle.select(selection.pk)
    assert row(selection).lease_until == account.paused_until
    assert row(selection).state == Found.QUEUED


@pytest.mark.parametrize("word", ["lost-reply", "5xx-made", "garbled"])
@pytest.mark.parametrize("verdict", ["charged", "never_ran"])
def test_a_lost_reply_keeps_the_hold_until_somebody_says(scene, word, verdict):
    fault(scene, word)
    before = taken(scene)
    selection = work(ask(scene, film(scene).as_input("source")))
    assert selection.state == Found.UNCERTAIN
    assert money(selection) == {"hold": PRICE}
    # However long one works on, it is not sent again.
    Dispatch().selections()
    assert work(selection, rounds=2).state == Found.UNCERTAIN
    assert taken(scene) - before == 1

    with pytest.raises(lifecycle.CannotResolve, match="note"):
        lifecycle.resolve_selection(selection, scene.user, verdict=verdict, note=" ")
    with pytest.raises(lifecycle.CannotResolve, match="Choose"):
        lifecycle.resolve_selection(selection, scene.user, verdict="found", note="x")
    lifecycle.resolve_selection(selection, scene.user, verdict=verdict, note="usage page")
    back = {"hold": PRICE, "release": PRICE}
    expected = {"hold": PRICE, "settle": PRICE} if verdict == "charged" else back
    assert money(selection) == expected
    assert row(selection).charged_micros == expected.get("settle", 0)
    with pytest.raises(lifecycle.CannotResolve, match="meanwhile"):
        lifecycle.resolve_selection(selection, scene.user, verdict=verdict, note="again")
    assert ledger.check() == []
    assert AuditLine.objects.filter(verb="selection.resolved").count() == 1


def test_an_answer_that_comes_after_it_was_called_lost_is_taken(scene, monkeypatch):
    selection = ask(scene, film(scene).as_input("source"))
    real = Client.masks

    def slow(client, *args):
        answer = real(client, *args)
        Selection.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
        Dispatch().selections()
        assert row(selection).state == Found.UNCERTAIN
        return answer

    monkeypatch.setattr(Client, "masks", slow)
    assert work(selection).state == Found.DONE
    assert money(selection) == {"hold": PRICE, "settle": PRICE}


def test_a_worker_that_died_before_sending_has_sent_nothing(scene):
    selection = ask(scene, film(scene).as_input("source"))
    claimed, other = finding.Finding(row(selection)), finding.Finding(row(selection))
    assert claimed.claim()
    assert not other.claim(), "one worker at a time"
    Selection.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    Dispatch().selections()
    assert row(selection).state == Found.QUEUED
    # The dead one comes back: its lease is gone, so it does not send.
    assert not claimed.intend_with(finding.Handle("media_id", "1"))
    assert work(selection).state == Found.DONE


def test_dispatch_rings_for_what_waits(scene, monkeypatch):
    rung = []
    selection = ask(scene, film(scene).as_input("source"))
    monkeypatch.setattr("generations.queue.ring", lambda task, *ids: rung.append((task, *ids)))
    assert Dispatch().selections() == 0, "a worker was rung for just now"
    Selection.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    assert [Dispatch().selections(), Dispatch().selections()] == [1, 0]
    assert rung == [("select", selection.pk)]


def test_two_presses_are_one_selection(scene):
    source, token = film(scene).as_input("source"), uuid.uuid4()
    first = ask(scene, source, form_token=token)
    assert ask(scene, source, form_token=token).pk == first.pk
    # A colleague's press, or a second tab, while it is under way: nothing is paid twice.
    assert ask(scene, source).pk == first.pk
    work(first)
    assert ask(scene, source).pk == first.pk
    assert ask(scene, source, keyframe=4).pk != first.pk
    assert ledger.check() == []


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="one writer at a time there")
def test_two_presses_in_the_same_moment(scene):
    """A double click, and others who press for the same frame at the same time."""
    source, token, found = film(scene).as_input("source"), uuid.uuid4(), []
    tokens = iter([token, token, uuid.uuid4(), uuid.uuid4()])

    def press():
        found.append(ask(scene, source, form_token=next(tokens)).pk)
        connection.close()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(found) == 4
    assert len(set(found)) == 1
    assert Selection.objects.count() == 1


def test_who_pressed_a_moment_ago_is_seen_behind_the_lock(scene, monkeypatch):
    """The look before the transaction found nothing; another press was committed since."""
    source = film(scene).as_input("source")
    first = ask(scene, source)
    real, looks = selecting.selection_on, []

    def late(*told):
        looks.append(told)
        return None if len(looks) == 1 else real(*told)

    monkeypatch.setattr(selecting, "selection_on", late)
    assert ask(scene, source).pk == first.pk
    assert Selection.objects.count() == 1
    assert money(first) == {"hold": PRICE}


def test_one_that_waits_is_taken_back_with_its_money(scene):
    selection = ask(scene, film(scene).as_input("source"))
    before = taken(scene)
    lifecycle.cancel_selection(row(selection), scene.user)
    selection = work(selection)
    assert (selection.state, selection.charged_micros) == (Found.FAILED, 0)
    assert money(selection) == {"hold": PRICE, "release": PRICE}
    assert taken(scene) == before, "nothing was sent"
    assert AuditLine.objects.filter(verb="selection.cancelled").count() == 1
    with pytest.raises(lifecycle.CannotCancel):
        lifecycle.cancel_selection(selection, scene.user)
    again = work(ask(scene, film(scene).as_input("source")))
    with pytest.raises(lifecycle.CannotCancel):
        lifecycle.cancel_selection(again, scene.user)
    assert ledger.check() == []


def test_what_cannot_be_paid_is_not_asked(scene):
    source = film(scene).as_input("source")
    with pytest.raises(lifecycle.PriceChanged):
        ask(scene, source, seen_micros=1)
    team = scene.project.team
    set_budget(scene.user, team, scope=Scope.TEAM, play=True, limit_micros=PRICE - 1)
    with pytest.raises(ledger.OverBudget):
        ask(scene, source)
    scene.account("pixverse").prices.filter(operation="mask_selection").delete()
    with pytest.raises(lifecycle.CannotMake, match="price is not known"):
        ask(scene, source)
    assert not Selection.objects.exists()
    assert ledger.check() == []


def test_what_no_account_can_look_at_says_why(scene):
    source = film(scene, seconds=2).as_input("source")
    assert [one.terms.provider for one in lifecycle.selection_offers(scene.project, source, 1)] == [
        "pixverse"
    ]
    with pytest.raises(lifecycle.CannotMake, match="whole number"):
        ask(scene, source, keyframe=0)
    account = scene.account("pixverse")
    account.enabled = False
    account.save()
    with pytest.raises(lifecycle.CannotMake, match="switched off"):
        ask(scene, source)
    with pytest.raises(lifecycle.CannotMake, match="finds no masks"):
        lifecycle.request_selection(
            project=scene.project, user=scene.user, account=scene.account("pixazo"),
            source=source, keyframe=1, form_token=uuid.uuid4(),
        )  # fmt: skip


def test_a_frame_with_nothing_on_it_is_done_and_paid(scene, monkeypatch):
    real = Client.masks

    def nothing(client, *args):
        masks, exchange = real(client, *args)
        return finding.Masks(masks.keyframe, masks.picture, (), masks.charge), exchange

    monkeypatch.setattr(Client, "masks", nothing)
    source = film(scene).as_input("source")
    selection = work(ask(scene, source))
    assert (selection.state, selection.masks) == (Found.DONE, [])
    assert selection.finished_at
    assert selection.charged_micros == PRICE
    assert not selection.is_good


def test_pictures_are_fetched_again_and_in_the_end_done_without(scene, monkeypatch):
    real, broken = framing.fetch, [True]

    def fetch(link, *args, **kwargs):
        if broken[0]:
            raise framing.FetchFailed("not now", retry=True)
        return real(link, *args, **kwargs)

    monkeypatch.setattr(framing, "fetch", fetch)
    selection = work(ask(scene, film(scene).as_input("source")))
    assert selection.state == Found.DONE
    assert selection.is_under_way
    assert money(selection)["settle"] == PRICE, "money does not wait for pictures"
    broken[0] = False
    selection = work(selection)
    assert selection.finished_at
    assert all(one["picture"] for one in selection.masks)

    broken[0] = True
    second = work(ask(scene, film(scene).as_input("source"), keyframe=5))
    past = timezone.now() - dt.timedelta(minutes=5)
    Selection.objects.filter(pk=second.pk).update(sent_at=past)
    second = work(second)
    assert second.finished_at
    assert second.is_good
    assert not any(one["picture"] for one in second.masks)


def test_masks_are_void_when_the_video_was_handed_over_anew(scene):
    source = film(scene).as_input("source")
    selection = work(ask(scene, source))
    face = uploads.store(scene.project, scene.user, "face.png", picture()).as_input()
    brief = swap(source, selection, "0", face)
    generation = make(scene, brief)
    Handle.objects.filter(upload__kind="video").update(
        expires_at=timezone.now() - dt.timedelta(seconds=1)
    )
    # On the way already: it is not sent with masks of another copy.
    generation = scene.work(generation)
    assert generation.state == State.FAILED
    assert "Find them again" in generation.said
    assert generation.charged_micros == 0
    assert "find the masks again" in offer_for(scene, brief).problems[0].text
    with pytest.raises(lifecycle.CannotMake, match="find the masks again"):
        make(scene, brief)
    # And finding them again is a new selection, with a new copy.
    again = work(ask(scene, source))
    assert again.pk != selection.pk
    assert again.handle != selection.handle
    assert offer_for(scene, swap(source, again, "0", face)).can


@pytest.mark.parametrize(
    "change",
    [{"mask": "7"}, {"keyframe": 9}, {"mask_2": "0"}],
)
def test_a_mask_that_was_never_found_is_not_sold(scene, change):
    source = film(scene).as_input("source")
    selection = work(ask(scene, source))
    options = {"quality": "360p", "keyframe": selection.keyframe, "mask": "1", **change}
    at = str(selection.account.uuid)
    brief = Brief("modify", "pixverse", "@selection0 is red", options, (source,), at=at)
    offer = offer_for(scene, brief)
    if change == {"mask_2": "0"}:
        assert offer.can
    else:
        assert [one.field for one in offer.problems] == ["mask"]
    plain = {"quality": "360p"}
    assert offer_for(scene, Brief("modify", "pixverse", "Make it red", plain, (source,))).can
