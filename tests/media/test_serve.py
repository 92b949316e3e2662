from __future__ import annotations

import os
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models.fields.files import FieldFile
from django.http import Http404
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from generations.media.serve import _range, serve
from generations.models import Asset

# Closing an answer makes Django look at its connections.
pytestmark = pytest.mark.django_db
BODY = os.urandom(600_000)
SIZE = len(BODY)
TAG = '"d1ge5t"'


@pytest.fixture
def file() -> FieldFile:
    name = default_storage.save("assets/clip.mp4", ContentFile(BODY))
    return Asset(file=name).file


def ask(file: FieldFile, method: str = "get", **headers: str) -> Any:
    more = {key: headers.pop(key) for key in ("download_name",) if key in headers}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = getattr(RequestFactory(), method)("/x", headers=named)
    return serve(request, file, mime="video/mp4", etag="d1ge5t", **more)


def body(answer: Any) -> bytes:
    found = b"".join(answer.streaming_content) if answer.streaming else answer.content
    answer.close()
    return found


def test_whole(file: FieldFile) -> None:
    answer = ask(file)
    assert (answer.status_code, body(answer)) == (200, BODY)
    assert dict(answer.headers) == {
        "Content-Type": "video/mp4",
        "Content-Length": str(SIZE),
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, max-age=31536000, immutable",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "ETag": TAG,
    }


def test_it_streams_in_chunks(file: FieldFile) -> None:
    chunks = [len(one) for one in ask(file).streaming_content]
    assert chunks == [262_144, 262_144, SIZE - 2 * 262_144]


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-", 0, SIZE - 1),
        ("bytes=10-19", 10, 19),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE - 1),
        (f"bytes=100-{SIZE + 500}", 100, SIZE - 1),
        ("bytes=300000-599999", 300_000, 599_999),
        ("bytes=-1", SIZE - 1, SIZE - 1),
        ("bytes=-500", SIZE - 500, SIZE - 1),
        (f"bytes=-{SIZE * 2}", 0, SIZE - 1),
        (" bytes = 5 - 6 ", 5, 6),
    ],
)
def test_one_range(file: FieldFile, asked: str, first: int, last: int) -> None:
    answer = ask(file, Range=asked)
    assert answer.status_code == 206
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{SIZE}"
    assert answer.headers["Content-Length"] == str(last - first + 1)
    assert body(answer) == BODY[first : last + 1]


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", f"bytes={SIZE + 9}-{SIZE + 10}", "bytes=-0"])
def test_impossible_range(file: FieldFile, asked: str) -> None:
    answer = ask(file, Range=asked)
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{SIZE}"
    assert body(answer) == b""


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=a-b",
        "bytes=9-5",
        "bytes=0-1,5-6",
        "lines=0-1",
        "bytes=--5",
        "bytes=1-2-3",
        "bytes=" + "9" * 5000 + "-",
        "bytes=\u0661-",
    ],
)
def test_what_is_no_single_range_gets_everything(file: FieldFile, asked: str) -> None:
    answer = ask(file, Range=asked)
    assert (answer.status_code, body(answer)) == (200, BODY)


@pytest.mark.parametrize(
    ("condition", "status"),
    [(TAG, 206), ('"other"', 200), (f"W/{TAG}", 200), ("Wed, 21 Oct 2015 07:28:00 GMT", 200)],
)
def test_if_range(file: FieldFile, condition: str, status: int) -> None:
    answer = ask(file, Range="bytes=0-9", If_Range=condition)
    assert answer.status_code == status
    assert len(body(answer)) == (10 if status == 206 else SIZE)


@pytest.mark.parametrize(
    ("known", "status"),
    [
        (TAG, 304),
        (f"W/{TAG}", 304),
        (f'"a", {TAG}', 304),
        ("*", 304),
        ('"a"', 200),
        ("d1ge5t", 200),
    ],
)
def test_if_none_match(file: FieldFile, known: str, status: int) -> None:
    answer = ask(file, If_None_Match=known)
    assert answer.status_code == status
    assert answer.headers["ETag"] == TAG
    body(answer)


@pytest.mark.parametrize(("asked", "status", "length"), [("", 200, SIZE), ("bytes=5-9", 206, 5)])
def test_head(file: FieldFile, asked: str, status: int, length: int) -> None:
    answer = ask(file, "head", Range=asked)
    assert (answer.status_code, body(answer)) == (status, b"")
    assert answer.headers["Content-Length"] == str(length)


def test_download_names(file: FieldFile) -> None:
    plain = ask(file, download_name="a boat.mp4")
    assert plain.headers["Content-Disposition"] == 'attachment; filename="a boat.mp4"'
    foreign = ask(file, download_name='Möwe"\r\nX: y.mp4')
    shown = foreign.headers["Content-Disposition"]
    assert shown.startswith("attachment; filename*=utf-8''M%C3%B6we")
    assert "\n" not in shown
    plain.close()
    foreign.close()


def test_without_a_tag(file: FieldFile) -> None:
    request = RequestFactory().get("/x", headers={"If-Range": '"x"', "Range": "bytes=0-1"})
    answer = serve(request, file, mime="video/mp4")
    assert answer.status_code == 200
    assert "ETag" not in answer.headers
    answer.close()


def test_the_file_is_closed_when_nobody_reads(file: FieldFile) -> None:
    opened: list[Any] = []
    real = file.storage.open

    def remember(*args: Any) -> Any:
        opened.append(real(*args))
        return opened[-1]

    storage = SimpleNamespace(open=remember, size=file.storage.size)
    lazy = SimpleNamespace(name=file.name, size=SIZE, storage=storage)
    answer = ask(lazy)  # type: ignore[arg-type]
    answer.close()
    half = ask(lazy)  # type: ignore[arg-type]
    next(iter(half.streaming_content))
    half.close()
    assert [one.closed for one in opened] == [True, True]


def test_lost_and_blank_files(file: FieldFile) -> None:
    default_storage.delete(file.name)
    with pytest.raises(Http404):
        ask(file)
    with pytest.raises(Http404):
        ask(Asset().poster)


def test_a_file_that_is_lost_between_two_looks(file: FieldFile) -> None:
    def gone(*args: Any) -> Any:
        raise FileNotFoundError

    lazy = SimpleNamespace(name="x", size=5, storage=SimpleNamespace(open=gone))
    with pytest.raises(Http404):
        ask(lazy)  # type: ignore[arg-type]


def test_another_storage(settings: Any) -> None:
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": memory}
    name = default_storage.save("clip.mp4", ContentFile(BODY))
    assert body(ask(Asset(file=name).file, Range="bytes=-7")) == BODY[-7:]


def test_an_empty_file() -> None:
    name = default_storage.save("empty", ContentFile(b""))
    empty = Asset(file=name).file
    answer = ask(empty)
    assert (answer.status_code, answer.headers["Content-Length"], body(answer)) == (200, "0", b"")
    assert ask(empty, Range="bytes=0-").status_code == 416


@given(st.text(max_size=20), st.integers(0, 50))
def test_any_range_stays_inside(text: str, size: int) -> None:
    request: Any = SimpleNamespace(headers={"Range": f"bytes={text}"})
    inside(_range(request, size, ""), size)


@given(st.integers(0, 99), st.integers(0, 99), st.integers(0, 50))
def test_numbers_stay_inside(first: int, last: int, size: int) -> None:
    for text in (f"bytes={first}-{last}", f"bytes={first}-", f"bytes=-{last}"):
        request: Any = SimpleNamespace(headers={"Range": text})
        inside(_range(request, size, ""), size)


def inside(found: tuple[int, int] | None, size: int) -> None:
    if found and found[0] <= found[1]:
        assert 0 <= found[0] <= found[1] < size
