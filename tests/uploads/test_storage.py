"""Bytes are counted as files come and go; the quota stops uploads and never results."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.models import AuditLine
from generations.media import archive, removed, room, uploads
from generations.media.errors import BadFile
from generations.models import Asset, Generation, Project, TeamStorage, Upload
from generations.uploads import change

from .conftest import png, sent


def kept(home) -> tuple[int, int]:
    row = TeamStorage.objects.get(team=home.team)
    return row.uploads, row.results


def limit(home, size):
    TeamStorage.objects.filter(team=home.team).update(limit=size)


def other_project(home) -> Project:
    return Project.objects.create(team=home.team, name="Second", created_by=home.people["owner"])


def on_disk() -> int:
    folders = default_storage.listdir("uploads")[0]
    return sum(len(default_storage.listdir(f"uploads/{one}")[1]) for one in folders)


def test_uploads_are_counted_once_and_counted_out(home, boat):
    before = kept(home)[0]
    assert before == boat.size
    row = uploads.store(home.project, home.people["owner"], "b.png", png(9))
    assert kept(home)[0] == before + row.size
    again = uploads.take(home.project, home.people["creator"], "c.png", png(9))
    assert (again.row, again.was_here) == (row, True)
    assert kept(home)[0] == before + row.size
    removed.remove(row)
    assert kept(home)[0] == before


def test_another_project_shares_the_stored_file(home, boat):
    """One file on the disk, counted once, and there until the last row goes."""
    second = other_project(home)
    with boat.file.open("rb") as file:
        body = file.read()
    twin = uploads.store(second, home.people["owner"], "same.png", body)
    assert twin != boat
    assert (twin.file.name, twin.thumb.name) == (boat.file.name, boat.thumb.name)
    assert kept(home)[0] == boat.size
    boat.handles.all().delete()
    removed.remove(boat)
    assert kept(home)[0] == twin.size
    hour_later(boat.uuid)
    removed.sweep()
    assert default_storage.exists(twin.file.name)
    removed.remove(twin)
    assert kept(home)[0] == 0


def hour_later(key):
    """As if what was deleted had been deleted long ago."""
    name = removed._name(key)
    with default_storage.open(name) as file:
        text = file.read().decode()
    default_storage.delete(name)
    old = text.replace('"at": ', '"at": 1, "was": ', 1)
    default_storage.save(name, ContentFile(old.encode()))


def test_files_of_what_was_deleted_go_after_an_hour(home):
    row = uploads.store(home.project, home.people["owner"], "b.png", png(9))
    names = [row.file.name, row.thumb.name]
    key = row.uuid
    removed.remove(row)
    assert removed.sweep() == 0
    assert all(map(default_storage.exists, names))
    hour_later(key)
    assert removed.bring_back(key) is None
    assert removed.sweep() == 1
    assert not any(map(default_storage.exists, [*names, removed._name(key)]))


def test_over_the_quota_is_refused_and_leaves_nothing(home, boat):
    limit(home, boat.size + 10)
    rows, files = Upload.objects.count(), on_disk()
    with pytest.raises(room.NoRoom) as refused:
        uploads.store(home.project, home.people["owner"], "big.png", png(9, 256))
    assert "big.png" in refused.value.text
    assert "Delete uploads that nothing uses" in refused.value.text
    assert Upload.objects.count() == rows
    assert kept(home)[0] == boat.size
    assert on_disk() == files
    # What is here already needs no room.
    with boat.file.open("rb") as file:
        assert uploads.store(home.project, home.people["owner"], "x.png", file.read()) == boat


def test_results_are_never_refused_but_counted(home, boat):
    limit(home, 1)
    clip = Generation.objects.get(uuid=home.ids["generation"])
    Asset.objects.filter(generation=clip).delete()
    before = kept(home)[1]
    asset = Asset(
        generation=clip,
        file="assets/x.mp4",
        mime="video/mp4",
        digest="1" * 64,
        size=5_000_000,
        duration_ms=5000,
        width=640,
        height=360,
    )
    archive.enter(asset)
    assert kept(home)[1] == before + 5_000_000
    with pytest.raises(BadFile):
        uploads.store(home.project, home.people["owner"], "y.png", png(7))


def test_a_copy_of_a_result_for_a_brief_is_never_refused(home, boat):
    limit(home, 1)
    clip = Generation.objects.get(uuid=home.ids["generation"])
    name = default_storage.save("assets/x.png", ContentFile(png(5)))
    rows = Asset.objects.filter(generation=clip)
    rows.update(mime="image/png", kind="image", file=name, size=len(png(5)))
    copy = uploads.from_clip(clip, clip.user)
    assert kept(home)[0] == boat.size + copy.size


@pytest.mark.django_db(transaction=True)
def test_uploads_at_once_cannot_pass_the_quota_together(home, boat):
    size = len(png(1))
    limit(home, boat.size + 3 * size)

    def put(shade):
        try:
            return uploads.store(home.project, home.people["owner"], f"{shade}.png", png(shade))
        except room.NoRoom:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        found = [one for one in pool.map(put, range(1, 7)) if one]
    used = sum(one.size for one in found)
    assert 0 < used <= 3 * size
    assert kept(home)[0] == boat.size + used


def test_the_command_counts_again(home, boat):
    results = Asset.objects.get(generation__uuid=home.ids["generation"]).size
    TeamStorage.objects.filter(team=home.team).update(uploads=7, results=9)
    with pytest.raises(CommandError, match="Counted wrong: 1"):
        call_command("count_storage", "--check", stdout=StringIO())
    assert kept(home) == (7, 9)
    said = StringIO()
    call_command("count_storage", stdout=said)
    assert kept(home) == (boat.size, results)
    assert f"uploads 7 → {boat.size} bytes" in said.getvalue()
    call_command("count_storage", "--check", stdout=StringIO())


def test_the_owner_sets_the_limit_and_an_audit_line_says_so(home, visit, at):
    owner = visit("owner")
    owner.post(at("uploads_limit"), {"gb": "2.5"})
    assert TeamStorage.objects.get(team=home.team).limit == 2_500_000_000
    line = AuditLine.objects.get(verb="storage.limit")
    assert (line.facts["before"], line.facts["after"]) == ("none", "2.5 GB")
    page = owner.get(at("uploads")).content.decode()
    assert "of 2.5 GB" in page
    assert 'value="2.5"' in page
    wrong = owner.post(at("uploads_limit"), {"gb": "-1"}).content.decode()
    assert 'aria-invalid="true"' in wrong
    owner.post(at("uploads_limit"), {"gb": ""})
    assert TeamStorage.objects.get(team=home.team).limit is None


def test_a_refused_upload_says_why_on_the_page(home, boat, visit, at):
    limit(home, boat.size)
    creator = visit("creator")
    data = {"file": sent(), "project": home.project.uuid}
    page = creator.post(at("uploads_add"), data, follow=True).content.decode()
    assert "finds no room" in page
    data = {"file": sent(), "project": home.project.uuid}
    answer = creator.post(at("uploads_add"), data, headers={"accept": "application/json"})
    assert answer.status_code == 422
    assert "finds no room" in answer.json()["error"]


@pytest.mark.parametrize(
    ("size", "said"),
    [(0, "0 B"), (999, "999 B"), (1400, "1.4 kB"), (20_000_000_000, "20 GB"), (999_600, "1 MB")],
)
def test_bytes_for_people(size, said):
    assert room.said(size) == said


def test_undo_of_a_deletion_is_counted_even_over_the_limit(home, visit):
    row = uploads.store(home.project, home.people["owner"], "b.png", png(9))
    change.describe(row, "b.png", "Ads", ["summer"])
    key, pk, before = row.uuid, row.pk, kept(home)[0]
    removed.remove(row)
    limit(home, 1)
    back = removed.bring_back(key)
    assert (back.pk, back.folder) == (pk, "Ads")
    assert [one.name for one in back.tags.all()] == ["summer"]
    assert kept(home)[0] == before
    assert back.created_at < timezone.now()
    # Pressed twice, it is there once.
    assert removed.bring_back(key) in (None, back)
    assert kept(home)[0] == before
