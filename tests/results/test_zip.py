"""Results as one archive: made while it is sent, with a table of what is in it."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest

from generations.media.zips import CHUNK
from generations.models import Asset, GenerationTag, State
from generations.results import zips

URL = "/t/crew/results/zip/"


def opened(answer) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert archive.testzip() is None
    return archive


def table(archive: zipfile.ZipFile) -> list[dict[str, str]]:
    text = archive.read("manifest.csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_archive_holds_the_files_byte_for_byte(visit, clip):
    big = bytes(range(256)) * (CHUNK // 100)
    some = [clip(file=big, prompt="A red Kite, over dunes!"), clip(file=b"small")]
    GenerationTag.objects.create(generation=some[0], name="hero")
    answer = visit("creator").post(URL, {"g": [one.uuid for one in some]})
    assert answer.headers["Content-Type"] == "application/zip"
    assert "crew-results-" in answer.headers["Content-Disposition"]
    archive = opened(answer)
    first, second, last = archive.namelist()
    assert archive.read(first) == big
    assert archive.read(second) == b"small"
    assert {one.compress_type for one in archive.infolist()} == {zipfile.ZIP_STORED}
    day = f"{some[0].created_at:%Y-%m-%d}"
    assert first == f"{day}-film-a-red-kite-over-dunes-v5-6-{some[0].uuid.hex[:8]}.mp4"
    row = table(archive)[0]
    assert last == "manifest.csv"
    assert (row["File"], row["Tags"], row["Charged (USD)"]) == (first, "hero", "0.20")
    assert row["Address"].endswith(f"/g/{some[0].uuid}/")


def test_nothing_is_held_in_memory_whole(reader, clip):
    """Each piece is small, and the first comes before the last file was opened."""
    parts = [clip(file=bytes(CHUNK * 3)) for _ in range(3)]
    rows = [Asset.objects.get(generation=one).generation for one in parts]
    pieces = list(zips.archive(reader("owner"), rows, ""))
    assert max(map(len, pieces)) < CHUNK * 2
    assert len(pieces) > 9


def test_viewers_take_files_along_but_see_no_money(visit, clip):
    one = clip(file=b"film", prompt="=cmd|' /C calc'!A0")
    (row,) = table(opened(visit("viewer").post(URL, {"g": [one.uuid]})))
    assert row["Charged (USD)"] == ""
    assert row["Prompt"].startswith("'=")


def test_a_lost_file_is_named_and_the_rest_comes(visit, clip):
    gone, here = clip(file=b"gone"), clip(file=b"here")
    asset = Asset.objects.get(generation=gone)
    asset.file.storage.delete(asset.file.name)
    archive = opened(visit("owner").post(URL, {"g": [gone.uuid, here.uuid]}))
    assert len(archive.namelist()) == 2
    notes = [row["Note"] for row in table(archive)]
    assert ["could not be read" in one for one in notes] == [True, False]


def test_what_has_no_file_or_is_too_much_is_refused_with_a_sentence(visit, clip, monkeypatch):
    client = visit("owner")
    answer = client.post(URL, {"g": [clip(state=State.FAILED).uuid], "query": "q=x"}, follow=True)
    assert "Choose results that are done" in answer.content.decode()
    assert answer.redirect_chain == [("/t/crew/results/?q=x", 302)]
    monkeypatch.setattr(zips, "MOST", 1)
    some = [clip(file=b"1").uuid, clip(file=b"2").uuid]
    assert "1 results at most" in client.post(URL, {"g": some}, follow=True).content.decode()
    monkeypatch.setattr(zips, "MOST_BYTES", 0)
    assert "0 GB at most" in client.post(URL, {"g": some[:1]}, follow=True).content.decode()


@pytest.mark.parametrize("role", ["creator", "viewer"])
def test_what_one_may_not_see_does_not_come_along(visit, clip, second, role):
    hidden, mine = clip(file=b"hidden", project=second), clip(file=b"mine")
    archive = opened(visit(role).post(URL, {"g": [hidden.uuid, mine.uuid]}))
    assert len(archive.namelist()) == 2
    assert archive.read(archive.namelist()[0]) == b"mine"
