"""Deleting with undo, what may not be deleted, and what becomes of the files."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditLine
from generations.dispatch import tick
from generations.models import Asset, Generation, GuestLink, State, TeamStorage
from generations.results import bin as bins
from generations.results import listing
from generations.titles import in_a_line

URL = "/t/crew/results/"
HTMX = {"HX-Request": "true"}


def put(client, *some, **more):
    return client.post(f"{URL}bulk/", {"do": "delete", "g": [one.uuid for one in some], **more})


def binned(*some) -> list[bool]:
    rows = dict(Generation.objects.values_list("pk", "deleted_at"))
    return [rows[one.pk] is not None for one in some]


def test_delete_takes_it_from_every_list_and_undo_brings_it_back(home, visit, clip):
    mine = clip(user=home.people["creator"], file=b"film")
    client = visit("creator")
    answer = client.post(f"{URL}bulk/", {"do": "delete", "g": [mine.uuid]}, headers=HTMX)
    text = answer.content.decode()
    assert f'id="g-{mine.uuid}" hx-swap-oob="delete"' in text
    assert binned(mine) == [True]
    place = f"/t/crew/p/{home.project.uuid}/"
    for page in (URL, place, f"{place}pick/?kind=video"):
        assert str(mine.uuid) not in client.get(page).content.decode(), page
    assert str(mine.uuid) in client.get(f"{URL}bin/").content.decode()
    batch = re.search(r'name="batch" value="([^"]+)"', text)[1]
    client.post(f"{URL}restore/", {"batch": batch})
    assert binned(mine) == [False]
    assert str(mine.uuid) in client.get(URL).content.decode()
    kinds = list(mine.events.values_list("kind", flat=True))
    assert kinds == ["binned", "restored"]
    verbs = AuditLine.objects.filter(target=in_a_line(mine)).values_list("verb", flat=True)
    assert list(verbs.order_by("pk")) == ["result.deleted", "result.restored"]


def test_the_head_counts_what_is_left(home, visit, clip):
    maker = home.people["creator"]
    some = [clip(user=maker) for _ in range(3)]
    client = visit("creator")
    shown = {"do": "delete", "g": [some[0].uuid], "query": f"person={maker.pk}"}
    text = client.post(f"{URL}bulk/", shown, headers=HTMX).content.decode()
    head = re.search(r'<span[^>]*id="count"[^>]*hx-swap-oob="true"[^>]*>([^<]*)<', text)
    assert head and head[1] == "2 results"
    starred = client.post(f"{URL}bulk/", {"do": "star", "g": [some[1].uuid]}, headers=HTMX)
    assert 'id="count"' not in starred.content.decode()


def test_days_are_said_as_they_are_promised(home, visit, clip, settings):
    settings.BIN_DAYS = 30
    mine = clip(user=home.people["creator"], file=b"film")
    client = visit("creator")
    put(client, mine)
    page = client.get(f"{URL}bin/").content.decode()
    assert "can be taken back for 30 days" in page
    assert "Its file is removed in 30 days." in page
    mine.refresh_from_db()
    mine.deleted_at -= dt.timedelta(days=29, hours=1)
    assert bins.days_left(mine) == 1
    mine.deleted_at -= dt.timedelta(days=1)
    assert bins.days_left(mine) == 0


def test_makers_delete_their_own_and_producers_anything(home, visit, clip):
    mine, others = clip(user=home.people["creator"]), clip()
    answer = visit("creator").post(
        f"{URL}bulk/", {"do": "delete", "g": [mine.uuid, others.uuid]}, headers=HTMX
    )
    assert "Only its maker or a producer may delete a result." in answer.content.decode()
    assert binned(mine, others) == [True, False]
    put(visit("producer"), others)
    assert binned(others) == [True]
    # One's undo takes back what one deleted oneself.
    row = Generation.objects.get(pk=others.pk)
    visit("creator").post(f"{URL}restore/", {"batch": row.deleted_at.isoformat()})
    visit("creator").post(f"{URL}restore/", {"g": [others.uuid]})
    assert binned(others) == [True]
    visit("producer").post(f"{URL}restore/", {"g": [others.uuid], "here": "bin"})
    assert binned(others) == [False]


@pytest.mark.parametrize("state", [State.QUEUED, State.RUNNING, State.ARCHIVING])
def test_what_is_being_made_stays(visit, clip, state):
    live = clip(state=state)
    answer = put(visit("owner"), live)
    assert answer.status_code == 302
    assert binned(live) == [False]


def test_what_nobody_can_tell_about_stays(reader, clip):
    lost = clip(state=State.UNCERTAIN)
    outcome = bins.delete(reader("owner"), [lost])
    assert outcome.reasons == ["Nobody knows yet what became of it. Resolve it first."]


def test_what_goes_into_a_clip_under_way_stays_until_that_is_done(reader, clip):
    source = clip()
    given = {"role": "source", "clip": str(source.uuid), "upload": ""}
    live = clip(state=State.RUNNING, brief_json={**source.brief_json, "inputs": [given]})
    outcome = bins.delete(reader("owner"), [source])
    assert "is being made needs it" in outcome.reasons[0]
    Generation.objects.filter(pk=live.pk).update(state=State.SUCCEEDED)
    assert bins.delete(reader("owner"), [source]).done


def test_what_guests_see_stays_until_their_link_is_over(home, reader, clip):
    shown = clip()
    link = GuestLink.objects.create(
        project=home.project,
        by=home.people["owner"],
        name="The client",
        digest="d" * 64,
        expires_at=timezone.now() + dt.timedelta(days=3),
    )
    link.items.create(generation=shown)
    outcome = bins.delete(reader("owner"), [shown])
    assert outcome.reasons == ["Guests see it by the link “The client”. Revoke that link first."]
    GuestLink.objects.filter(pk=link.pk).update(revoked_at=timezone.now())
    assert bins.delete(reader("owner"), [shown]).done


def test_files_go_after_their_days_and_the_facts_stay(home, reader, clip, settings):
    old, young = clip(file=b"old film"), clip(file=b"young film")
    owner = reader("owner")
    bins.delete(owner, [old, young])
    past = timezone.now() - dt.timedelta(days=settings.BIN_DAYS, hours=2)
    Generation.objects.filter(pk=old.pk).update(deleted_at=past)
    names = [Asset.objects.get(generation=one).file.name for one in (old, young)]
    TeamStorage.objects.update_or_create(team=home.team, defaults={"results": 1000})
    call_command("empty_bin", verbosity=0)
    call_command("empty_bin", verbosity=0)
    assert [default_storage.exists(one) for one in names] == [False, True]
    asset = Asset.objects.get(generation=old)
    assert (asset.file.name, asset.digest, asset.size) == ("", "1" * 64, 8)
    assert TeamStorage.objects.get(team=home.team).results == 1000 - 8
    assert old.events.get(kind="emptied").text.startswith("Its file was removed")
    old.refresh_from_db()
    assert old.charged_micros == 200_000
    outcome = bins.restore(owner, [old])
    assert outcome.reasons == ["Its time in the bin is over, and its file is gone."]
    assert old.pk not in bins.page(owner)[0]


def test_its_page_says_so_and_takes_it_back(home, reader, visit, clip, settings):
    row = clip(file=b"a film")
    page = reverse("generation", args=[home.team.slug, row.project.uuid, row.uuid])
    bins.delete(reader("owner"), [row])
    said = {who: visit(who).get(page).content.decode() for who in ("producer", "creator", "viewer")}
    for who, text in said.items():
        assert "In the bin since" in text
        assert "Its file is removed in" in text
        assert ("Take back from the bin" in text) == (who == "producer"), "the owner made it"
        assert "?remix=" not in text
    wanted = {"g": row.uuid, "here": "result"}
    answer = visit("producer").post(reverse("results_restore", args=[home.team.slug]), wanted)
    assert answer.headers["Location"] == page
    assert "In the bin" not in visit("producer").get(page).content.decode()


def test_the_page_of_a_file_that_was_removed_shows_no_player(home, reader, visit, clip, settings):
    row = clip(file=b"a film")
    bins.delete(reader("owner"), [row])
    past = timezone.now() - dt.timedelta(days=settings.BIN_DAYS, hours=2)
    Generation.objects.filter(pk=row.pk).update(deleted_at=past)
    call_command("empty_bin", verbosity=0)
    page = reverse("generation", args=[home.team.slug, row.project.uuid, row.uuid])
    text = visit("owner").get(page).content.decode()
    assert "The clip was removed for good" in text
    assert "Its file was removed after its days there" in text
    assert "1" * 64 in text, "the facts of the file stay"
    assert "there is nothing left to review" in text
    for gone in ("<video", "Take back from the bin", "/download/", "days_left"):
        assert gone not in text


def test_a_file_is_not_removed_at_the_very_moment_it_may_be_taken_back(reader, clip, settings):
    one = clip(file=b"film")
    bins.delete(reader("owner"), [one])
    past = timezone.now() - dt.timedelta(days=settings.BIN_DAYS, minutes=5)
    Generation.objects.filter(pk=one.pk).update(deleted_at=past)
    assert bins.empty() == 0


def test_the_bin_goes_on_page_by_page_also_within_one_press(reader, clip, monkeypatch):
    monkeypatch.setattr(bins, "PAGE", 3)
    some = [clip() for _ in range(8)]
    owner = reader("owner")
    bins.delete(owner, some[:5])
    bins.delete(owner, some[5:])
    seen, after = [], ""
    while True:
        keys, after = bins.page(owner, after)
        seen += keys
        if not after:
            break
    assert seen == [one.pk for one in some[5:] + some[:5]]
    assert len(listing.with_parts(owner, seen)) == 8


def test_members_see_the_bin_of_their_projects_alone(reader, clip, second):
    hidden = clip(project=second)
    bins.delete(reader("owner"), [hidden])
    assert bins.page(reader("creator")) == ([], "")
    assert bins.page(reader("auditor"))[0] == [hidden.pk]


def test_dispatch_rings_once_an_hour(monkeypatch):
    rung = []
    monkeypatch.setattr(tick.queue, "ring", lambda task, *ids: rung.append(task))
    dispatch = tick.Dispatch()
    assert dispatch.bin() == 0
    dispatch.emptied_at -= tick.BIN_S
    assert (dispatch.bin(), dispatch.bin(), rung) == (1, 0, ["empty_bin"])
