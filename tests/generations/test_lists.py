"""Lists of a provider account, read through the sandbox: what is kept, and what it refuses."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_q.models import OrmQ

from generations import lists, tasks
from generations.catalogue.types import Brief, Input
from generations.models import Listing, ProviderAccount
from generations.providers.types import Entry

story_db = pytest.mark.django_db(transaction=True)
DOWN = "http://127.0.0.1:9/pixverse"


def rung() -> int:
    """How many readings wait in the queue."""
    return sum(row.func() == "generations.tasks.read_list" for row in OrmQ.objects.all())


def read(account: ProviderAccount, name: str) -> Listing:
    """What a page and a worker do one after the other."""
    row = lists.ask(account, name)
    tasks.read_list(row.pk)
    row.refresh_from_db()
    return row


def change(account: ProviderAccount, **facts) -> ProviderAccount:
    ProviderAccount.objects.filter(pk=account.pk).update(**facts)
    account.refresh_from_db()
    return account


@story_db
@pytest.mark.parametrize(
    ("provider", "name", "some"),
    [
        ("pixverse", "templates", "Warm Hug"),
        ("pixverse", "image_templates", "Couple Card"),
        ("pixverse", "voices", "Harper"),
        ("pixverse", "restyles", "Watercolour"),
        ("useapi", "templates", "Warm Hug"),
        ("useapi", "image_templates", "Couple Card"),
        ("useapi", "voices", "Harper"),
        ("useapi", "restyles", "Watercolour"),
    ],
)
def test_a_list_is_read_and_kept(story, provider, name, some):
    row = read(story.account(provider), name)
    assert row.trouble == ""
    assert row.asked_at is None
    assert not lists.is_old(row)
    found = next(one for one in row.entries if one["label"] == some)
    known = lists.entry(story.project.team, provider, name, found["id"])
    assert known == Entry(**found)
    assert lists.entry(story.project.team, provider, name, "nobody") is None
    if provider == "useapi":
        assert known.preview or name == "image_templates"


@story_db
@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"base_url": DOWN}, "could not be reached"),
        ({"key": "a-stolen-key"}, "does not let this account in"),
        ({"enabled": False}, "is switched off"),
        ({"paused_until": timezone.now() + dt.timedelta(hours=1)}, "asked us to wait"),
    ],
    ids=["down", "wrong key", "switched off", "paused"],
)
@pytest.mark.parametrize("provider", ["pixverse", "useapi"])
def test_what_goes_wrong_is_said_and_the_old_list_stays(story, settings, provider, facts, words):
    settings.ALLOW_PRIVATE_ADDRESSES = True
    account = story.account(provider)
    old = read(account, "voices")
    change(account, **facts)
    row = read(account, "voices")
    assert words in row.trouble
    assert account.key not in row.trouble
    assert row.entries == old.entries
    assert row.read_at == old.read_at
    assert row.asked_at is None
    # Asking again forgets the trouble, and mends it once the cause is gone.
    change(account, base_url=f"{story.sandbox.url}/{provider}", key="sandbox-again")
    if provider == "useapi":
        change(account, key="user:1-sandbox-again")
    change(account, enabled=True, paused_until=None)
    assert lists.ask(account, "voices").trouble == ""
    assert read_again(account, "voices").trouble == ""


def read_again(account: ProviderAccount, name: str) -> Listing:
    row = Listing.objects.get(account=account, name=name)
    tasks.read_list(row.pk)
    row.refresh_from_db()
    return row


@story_db
def test_one_reading_at_a_time(story):
    account = story.account("pixverse")
    first = lists.ask(account, "voices")
    again = lists.ask(account, "voices")
    assert rung() == 1
    assert again.asked_at == first.asked_at
    assert lists.is_reading(again)
    late = timezone.now() - lists.READING - dt.timedelta(seconds=1)
    Listing.objects.filter(pk=first.pk).update(asked_at=late)
    first.refresh_from_db()
    assert not lists.is_reading(first)
    lists.ask(account, "voices")
    assert rung() == 2
    first.refresh_from_db()
    assert lists.is_reading(first)


@story_db
def test_a_repeated_message_reads_nothing(story):
    row = read(story.account("pixverse"), "voices")
    when = row.read_at
    tasks.read_list(row.pk)
    tasks.read_list(10_000)
    row.refresh_from_db()
    assert row.read_at == when


@story_db
def test_a_late_answer_is_not_written_over_a_newer_one(story, monkeypatch):
    row = lists.ask(story.account("pixverse"), "voices")
    real = lists._read

    def slow(one):
        # Meanwhile somebody believed this reading lost, and asked again.
        Listing.objects.filter(pk=one.pk).update(asked_at=timezone.now() + dt.timedelta(seconds=1))
        return real(one)

    monkeypatch.setattr(lists, "_read", slow)
    lists.read(row.pk)
    row.refresh_from_db()
    assert row.read_at is None
    assert row.asked_at is not None


@story_db
def test_an_entry_costs_one_query(story):
    row = read(story.account("pixverse"), "voices")
    some = row.entries[0]["id"]
    team = story.project.team
    lists.entry(team, "pixverse", "voices", some)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert lists.entry(team, "pixverse", "voices", some).label == row.entries[0]["label"]
    assert len(seen) == 1


@story_db
def test_a_list_belongs_to_its_team(story, django_user_model):
    from generations.demo import make_sandbox_team

    row = read(story.account("pixverse"), "voices")
    other = make_sandbox_team(django_user_model.objects.create_user("x@example.org", "pw"), "Other")
    assert lists.entry(other.team, "pixverse", "voices", row.entries[0]["id"]) is None


@story_db
def test_who_has_which_list(story):
    team = story.project.team
    for name in lists.FIELDS:
        assert [one.provider for one in lists.accounts(team, name)] == ["pixverse", "useapi"]
    change(story.account("pixverse"), enabled=False)
    assert [one.provider for one in lists.accounts(team, "voices")] == ["useapi"]


def brief(images: int, **options) -> Brief:
    files = tuple(Input("image", str(n), "image/png", 1000, 640, 360) for n in range(images))
    return Brief("template", "pixverse", "", options, files)


@pytest.mark.parametrize(
    ("facts", "images", "quality", "field", "words"),
    [
        ({}, 4, "720p", "", ""),
        ({"images": "1"}, 1, "720p", "", ""),
        ({"images": "1"}, 2, "720p", "image", "takes 1 picture: take 1 away"),
        ({"images": "2"}, 1, "720p", "image", "takes 2 pictures: add 1 more"),
        ({"images": "2"}, 0, "720p", "image", "takes 2 pictures"),
        ({"images": "2"}, 5, "720p", "image", "takes 2 pictures: take 3 away"),
        ({"images": "4", "least_images": "2"}, 1, "720p", "image", "takes 2 to 4 pictures"),
        ({"images": "4", "least_images": "2"}, 3, "720p", "", ""),
        ({"images": "3"}, 2, "720p", "", ""),
        ({"images": "many"}, 2, "720p", "", ""),
        ({"qualities": "360p, 540p"}, 1, "720p", "quality", "is made in 360p or 540p only"),
        ({"qualities": "540p"}, 1, "720p", "quality", "is made in 540p only"),
        ({"qualities": "360p, 540p"}, 1, "540p", "", ""),
        ({"qualities": "360p, 540p"}, 1, None, "", ""),
    ],
)
def test_a_template_refuses_what_it_does_not_take(facts, images, quality, field, words):
    options = {"quality": quality} if quality else {}
    found = lists.problems(Entry("1", "Warm Hug", facts=facts), brief(images, **options))
    if not field:
        assert found == []
        return
    (problem,) = found
    assert problem.field == field
    assert problem.text.startswith("“Warm Hug” ")
    assert words in problem.text


@story_db
def test_what_the_sandbox_refuses_is_refused_before(story):
    """The facts of its own list are the ones by which the simulated PixVerse refuses."""
    row = read(story.account("useapi"), "templates")
    by_name = {one["label"]: Entry(**one) for one in row.entries}
    assert [p.field for p in lists.problems(by_name["Warm Hug"], brief(1))] == ["image"]
    assert [p.field for p in lists.problems(by_name["Small Screen"], brief(1, quality="720p"))] == [
        "quality"
    ]
    assert lists.problems(by_name["Group Jump"], brief(3, quality="1080p")) == []


def test_entries_fit_every_database():
    row = lists._storable(
        Entry("7", "a\0b\ud800" + "x" * 300, preview="https://a.example/" + "x" * 3000)
    )
    assert row["label"].startswith("ab?x")
    assert len(row["label"]) == 200
    assert row["preview"] == ""
