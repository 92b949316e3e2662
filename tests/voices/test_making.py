"""Voices of one's own through the sandbox: made once, looked up where lost, withdrawn for good."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from accounts.models import AuditLine
from generations import lifecycle
from generations.dispatch.tick import Dispatch
from generations.lifecycle import voice_making
from generations.media import uploads
from generations.models import Found, Listing, ProviderAccount, Voice
from generations.providers.client import Client
from generations.providers.types import Charge, Exchange, Spoken
from tests.sandbox.media import speech
from tests.story import picture

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene(story):
    """The story, and a sandbox that behaves again afterwards."""
    yield story
    story.sandbox.world.rules.clear()


def recording(story):
    return uploads.store(story.project, story.user, "me.wav", speech())


def ask(story, name="Narrator", **more) -> Voice:
    given = {
        "project": story.project,
        "user": story.user,
        "account": story.account("pixverse"),
        "name": name,
        "form_token": uuid.uuid4(),
        **more,
    }
    given.setdefault("upload", recording(story))
    return lifecycle.request_voice(**given)


def row(voice) -> Voice:
    return Voice.objects.select_related("account", "project", "upload", "user").get(pk=voice.pk)


def work(voice, rounds=1) -> Voice:
    for _ in range(rounds):
        account = row(voice).account
        account.paused_until = None
        account.save(update_fields=["paused_until"])
        lifecycle.make_voice(voice.pk)
    return row(voice)


def there(story) -> list[str]:
    """The names that the sandbox itself knows."""
    notes = story.sandbox.world.notes.values()
    return [one["name"] for one in notes if one["id"].startswith("voice ") and "name" in one]


def fault(story, word, left=1):
    story.sandbox.world.rules.add("pixverse", [word], left, 1.0)


def verbs() -> list[str]:
    rows = AuditLine.objects.filter(verb__startswith="voice.").order_by("pk")
    return list(rows.values_list("verb", flat=True))


def test_made_listed_and_withdrawn(scene):
    voice = work(ask(scene, "  Old   Sailor "))
    assert (voice.state, voice.name, voice.said) == (Found.DONE, "Old Sailor", "")
    assert there(scene) == ["Old Sailor"]
    assert voice.upload.handles.get().form == "media_id"
    assert voice.exchange["status"] == 200
    assert Listing.objects.get(account=voice.account, name="voices").asked_at, "read it anew"
    key = voice.account.key
    assert not [one for one in scene.sandbox.world.books.charges if one.key == key]

    lifecycle.withdraw_voice(voice, scene.user)
    assert there(scene) == []
    assert row(voice).withdrawn_at
    lifecycle.withdraw_voice(row(voice), scene.user)
    assert verbs() == ["voice.requested", "voice.withdrawn"]
    assert work(ask(scene, "Old Sailor")).state == Found.DONE, "the name is free again"


def test_a_lost_answer_is_found_by_its_name_and_never_sent_again(scene):
    names = [f"Narrator [{word}]" for word in ("lost-reply", "5xx-made", "garbled", "no-id")]
    for name in names:
        voice = work(ask(scene, name))
        assert voice.state == Found.UNCERTAIN
        voice = work(voice, 3)
        assert (voice.state, voice.said) == (Found.DONE, ""), name
        note = scene.sandbox.world.notes[f"voice {voice.remote_id}"]
        assert note["name"] == name
    assert there(scene) == names, "each made once"


def test_one_that_never_came_is_looked_up_for_a_while_then_a_person_says(scene):
    # The connection dies before anything is made: nobody can tell that from a lost answer.
    voice = work(ask(scene, "Ghost [reset]"), 4)
    assert (voice.state, there(scene)) == (Found.UNCERTAIN, [])
    assert voice.lease_until > timezone.now()
    Voice.objects.filter(pk=voice.pk).update(sent_at=timezone.now() - voice_making.LOOKING)
    voice = work(voice)
    assert (voice.state, voice.lease_until) == (Found.UNCERTAIN, None)
    assert there(scene) == []
    with pytest.raises(lifecycle.CannotVoice, match="already"):
        ask(scene, "Ghost [reset]")

    lifecycle.resolve_voice(voice, scene.user, verdict="look")
    assert row(voice).lease_until
    with pytest.raises(lifecycle.CannotResolve, match="id"):
        lifecycle.resolve_voice(voice, scene.user, verdict="made")
    lifecycle.resolve_voice(voice, scene.user, verdict="never_made")
    assert row(voice).state == Found.FAILED
    with pytest.raises(lifecycle.CannotResolve, match="meanwhile"):
        lifecycle.resolve_voice(voice, scene.user, verdict="made", speaker="77")
    assert verbs() == ["voice.requested", "voice.resolved"]


def test_a_person_names_its_id(scene):
    voice = work(ask(scene, "Ghost [reset]"))
    lifecycle.resolve_voice(voice, scene.user, verdict="made", speaker=" 500123 ")
    assert (row(voice).state, row(voice).remote_id) == (Found.DONE, "500123")
    other = work(ask(scene, "Other [reset]"))
    with pytest.raises(lifecycle.CannotResolve, match="another voice"):
        lifecycle.resolve_voice(other, scene.user, verdict="made", speaker="500123")


REFUSALS = {
    "refuse": "refused it",
    "moderate-now": "refused the recording",
    "no-balance": "too low",
    "locked": "did not let us in",
}


def test_a_refusal_is_certain(scene):
    for word, says in REFUSALS.items():
        voice = work(ask(scene, f"Narrator [{word}]"))
        assert voice.state == Found.FAILED
        assert says in voice.said
        ProviderAccount.objects.update(trouble="")
        assert ask(scene, f"Narrator [{word}]").pk != voice.pk, "the name is free again"
    assert there(scene) == []


def test_too_many_at_once_waits_and_comes_again(scene):
    voice = work(ask(scene, "Patient [busy]"))
    assert voice.state == Found.QUEUED
    first = voice.token
    voice = work(voice, 2)
    assert voice.state == Found.DONE
    assert voice.token != first
    assert there(scene) == ["Patient [busy]"]


def test_a_name_that_the_account_has_from_elsewhere_is_refused_before_sending(scene):
    account = scene.account("pixverse")
    scene.sandbox.world.note("voice 9", key=account.key, name="Narrator")
    voice = work(ask(scene))
    assert (voice.state, voice.sent_at) == (Found.FAILED, None)
    assert "already" in voice.said
    assert there(scene) == ["Narrator"]


def test_a_double_click_is_one_voice_and_a_name_is_given_once(scene):
    token = uuid.uuid4()
    first, second = ask(scene, form_token=token), ask(scene, form_token=token)
    assert first.pk == second.pk
    with pytest.raises(lifecycle.CannotVoice, match="already"):
        ask(scene)
    assert Voice.objects.count() == 1


def test_what_cannot_be_asked_for(scene):
    still = uploads.store(scene.project, scene.user, "me.png", picture())
    long = uploads.store(scene.project, scene.user, "long.wav", speech(31))
    for more, says in (
        ({"name": "   "}, "Give the voice a name"),
        ({"name": "x" * 81}, "80 letters"),
        ({"name": "a\u202eb"}, "cannot be shown"),
        ({"name": "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789"}, "looks like a key"),
        ({"account": scene.account("useapi")}, "makes no voices"),
        ({"upload": still}, "recording"),
        ({"upload": long}, "30 s at most"),
    ):
        with pytest.raises(lifecycle.CannotVoice, match=says):
            ask(scene, **more)
    assert not Voice.objects.exists()


def test_a_worker_that_dies_before_sending_starts_anew_after_it_looks(scene, monkeypatch):
    voice = ask(scene)

    def die(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(voice_making.Making, "intend", die)
    with pytest.raises(KeyboardInterrupt):
        lifecycle.make_voice(voice.pk)
    monkeypatch.undo()
    _stale(voice)
    Dispatch().voices()
    assert row(voice).state == Found.QUEUED
    assert work(voice).state == Found.DONE

    voice = ask(scene, "Second")
    monkeypatch.setattr(Client, "voice", die)
    with pytest.raises(KeyboardInterrupt):
        lifecycle.make_voice(voice.pk)
    monkeypatch.undo()
    _stale(voice)
    Dispatch().voices()
    assert row(voice).state == Found.UNCERTAIN
    assert work(voice, 3).state == Found.UNCERTAIN, "nothing is sent again by itself"
    assert there(scene) == ["Narrator"]


def _stale(voice):
    assert row(voice).state == Found.SENDING
    past = timezone.now() - dt.timedelta(seconds=1)
    Voice.objects.filter(pk=voice.pk).update(lease_until=past)


def test_dispatch_rings_what_is_due(scene):
    voice = ask(scene)
    OrmQ.objects.all().delete()
    assert Dispatch().voices() == 0, "somebody has just been rung"
    Voice.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    assert Dispatch().voices() == 1
    assert Dispatch().voices() == 0
    assert [one.func() for one in OrmQ.objects.all()] == ["generations.tasks.voice"]
    lifecycle.cancel_voice(voice, scene.user)
    with pytest.raises(lifecycle.CannotVoice, match="under way"):
        lifecycle.cancel_voice(voice, scene.user)
    assert work(voice).state == Found.FAILED
    assert there(scene) == []


def test_withdrawing_where_the_answer_is_lost_or_it_is_gone(scene):
    voice = work(ask(scene))
    fault(scene, "reset")
    with pytest.raises(lifecycle.CannotVoice, match="no clear answer"):
        lifecycle.withdraw_voice(voice, scene.user)
    assert row(voice).withdrawn_at is None
    fault(scene, "lost-reply")
    lifecycle.withdraw_voice(voice, scene.user)
    assert row(voice).withdrawn_at, "the list lacks it"

    voice = work(ask(scene, "Second"))
    scene.sandbox.world.forget(f"voice {voice.remote_id}")
    lifecycle.withdraw_voice(voice, scene.user)
    assert row(voice).withdrawn_at, "somebody had deleted it at the provider"


def test_a_charge_that_no_sheet_names_is_said(scene, monkeypatch):
    exchange = Exchange("POST", "", "", 200, "", 0)
    spoken = Spoken("500777", Charge(Decimal("2.5"), "credits"))
    monkeypatch.setattr(Client, "voice", lambda *_: (spoken, exchange))
    voice = work(ask(scene))
    assert voice.state == Found.DONE
    assert "took 2.5 credits" in voice.said
