from __future__ import annotations

import gzip
import hashlib
import os
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from generations.media import fetch as module
from generations.media.fetch import Fetched, FetchFailed, fetch, origin

from .world import World, running

BODY = os.urandom(700_000)


@pytest.fixture
def world() -> Iterator[World]:
    with running() as one:
        yield one


def get(url: str, target: Path, **how: Any) -> Fetched:
    return fetch(url, target, **{"allow_private": True, "max_bytes": 10_000_000, **how})


def failure(url: str, tmp_path: Path, **how: Any) -> FetchFailed:
    """The failure, after which nothing is left on the disk."""
    folder = tmp_path / "down"
    folder.mkdir()
    with pytest.raises(FetchFailed) as caught:
        get(url, folder / "clip.mp4", **how)
    assert list(folder.iterdir()) == []
    return caught.value


def test_a_file_arrives_whole(world: World, tmp_path: Path) -> None:
    url = world.file("/a.mp4", BODY, Content_Type="Video/MP4; codecs=x")
    told: list[tuple[int, int | None]] = []
    found = get(url, tmp_path / "a", on_progress=lambda *now: told.append(now))
    digest = hashlib.sha256(BODY).hexdigest()
    assert found == Fetched(size=len(BODY), digest=digest, content_type="video/mp4")
    assert (tmp_path / "a").read_bytes() == BODY
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert told[-1] == (len(BODY), len(BODY))
    assert world.seen[0][1]["accept-encoding"] == "identity"


def test_without_a_length(world: World, tmp_path: Path) -> None:
    url = world.file("/a.mp4", BODY, Content_Length="")
    assert get(url, tmp_path / "a").size == len(BODY)


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n") -> Any:
    def page(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for chunk in chunks:
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        handler.wfile.write(end)
        handler.close_connection = True

    return page


def test_chunked(world: World, tmp_path: Path) -> None:
    url = world.page("/a", chunked(BODY[:1000], BODY[1000:]))
    assert get(url, tmp_path / "a").digest == hashlib.sha256(BODY).hexdigest()


def test_chunked_and_cut(world: World, tmp_path: Path) -> None:
    assert failure(world.page("/a", chunked(BODY, end=b"")), tmp_path).retry


def test_cut_before_its_length(world: World, tmp_path: Path) -> None:
    url = world.file("/a", BODY, Content_Length=str(len(BODY) + 5))
    found = failure(url, tmp_path)
    assert found.retry
    assert not found.expired


def test_connection_reset(world: World, tmp_path: Path) -> None:
    def page(handler: BaseHTTPRequestHandler) -> None:
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        handler.connection.close()
        handler.close_connection = True

    assert failure(world.page("/a", page), tmp_path).retry


def test_nobody_listens(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert failure(f"http://127.0.0.1:{port}/a", tmp_path).retry


def test_empty_body(world: World, tmp_path: Path) -> None:
    assert failure(world.file("/a", b""), tmp_path).retry


@pytest.mark.parametrize("length", ["nonsense", "-5"])
def test_a_length_that_is_no_number_escapes_nothing(
    world: World, tmp_path: Path, length: str
) -> None:
    url = world.file("/a", b"12345", Content_Length=length, Connection="close")
    try:
        assert get(url, tmp_path / "a").size == 5
    except FetchFailed as failed:
        assert failed.retry


def test_encoded_bytes_are_stored_as_they_came(world: World, tmp_path: Path) -> None:
    packed = gzip.compress(bytes(1_000_000))
    url = world.file("/a", packed, Content_Encoding="gzip")
    assert get(url, tmp_path / "a", max_bytes=10_000).size == len(packed)


@pytest.mark.parametrize(
    ("status", "retry", "expired"),
    [
        (400, False, False),
        (401, False, False),
        (403, False, True),
        (404, False, True),
        (410, False, True),
        (408, True, False),
        (429, True, False),
        (500, True, False),
        (503, True, False),
        (206, False, False),
        (304, False, False),
    ],
)
def test_status(world: World, tmp_path: Path, status: int, retry: bool, expired: bool) -> None:
    url = world.file("/a", b"" if status == 304 else b"words", status=status)
    found = failure(url + "?signature=topsecret", tmp_path)
    assert (found.retry, found.expired) == (retry, expired)
    assert str(status) in found.text
    assert "topsecret" not in f"{found.text} {found!r} {found.__cause__}"


def test_too_large_by_its_length_is_not_read(world: World, tmp_path: Path) -> None:
    found = failure(world.file("/a", BODY), tmp_path, max_bytes=1000)
    assert not found.retry
    assert "0.001 MB" in found.text


def test_too_large_without_a_length(world: World, tmp_path: Path) -> None:
    url = world.file("/a", BODY, Content_Length="")
    assert not failure(url, tmp_path, max_bytes=1000).retry


def test_too_slow_to_answer(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "IDLE_S", 0.1)
    url = world.page("/a", lambda handler: world.over.wait(2) and None)
    found = failure(url, tmp_path)
    assert found.retry
    assert "in time" in found.text


def dripping(world: World, pause: float) -> Any:
    def page(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000000")
        handler.end_headers()
        handler.close_connection = True
        try:
            while not world.over.wait(pause):
                handler.wfile.write(b"x")
                handler.wfile.flush()
        except OSError:
            pass

    return page


def test_silence_in_the_middle(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "IDLE_S", 0.1)
    assert failure(world.page("/a", dripping(world, 5)), tmp_path).retry


def test_a_drip_does_not_outlast_the_deadline(world: World, tmp_path: Path) -> None:
    found = failure(world.page("/a", dripping(world, 0.02)), tmp_path, deadline_s=0.3)
    assert found.retry
    assert "too long" in found.text


def test_a_full_disk_is_tried_again(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    found = failure(world.file("/a", BODY), tmp_path)
    assert found.retry
    assert "No space left" in found.text


def test_redirects_are_followed_thrice(world: World, tmp_path: Path) -> None:
    world.file("/0", BODY)
    for step in (1, 2, 3, 4):
        world.file(f"/{step}", b"", status=302, Location=f"/{step - 1}")
    assert get(world.url("/3"), tmp_path / "a").size == len(BODY)
    assert "too often" in failure(world.url("/4"), tmp_path).text


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "ftp://a.example/x", "http://", "http://[::1", "gopher:x"]
)
def test_redirect_to_something_else(world: World, tmp_path: Path, location: str) -> None:
    url = world.file("/a", b"", status=302, Location=location)
    assert not failure(url, tmp_path).retry


def test_a_redirects_body_is_not_read(world: World, tmp_path: Path) -> None:
    world.file("/b", BODY)
    url = world.file("/a", b"x", status=302, Location="/b", Content_Length="9000000000")
    assert get(url, tmp_path / "a", deadline_s=2).size == len(BODY)


def test_headers_stay_at_the_links_own_origin(world: World, tmp_path: Path) -> None:
    with running() as other:
        there = other.file("/b", BODY)
        world.file("/near", b"", status=307, Location="/far")
        world.file("/far", b"", status=307, Location=there)
        key = {"Authorization": "Bearer topsecret", "API-KEY": "topsecret"}
        get(world.url("/near"), tmp_path / "a", headers=key)
        assert [one["api-key"] for _, one in world.seen] == ["topsecret"] * 2
        (_, far), *_ = other.seen
        assert "topsecret" not in str(far)


def test_headers_do_not_come_back_through_another_origin(world: World, tmp_path: Path) -> None:
    """Another host could else choose which of our addresses gets the key; the origin still may."""
    world.file("/a", b"", status=302, Location=world.url("/b", "localhost"))
    world.file("/b", BODY)
    get(world.url("/a"), tmp_path / "a", headers={"API-KEY": "topsecret"})
    assert "api-key" in world.seen[0][1]
    assert "api-key" not in world.seen[1][1]


def test_environment_proxies_are_ignored(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert get(world.file("/a", BODY), tmp_path / "a").size == len(BODY)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://provider.example/a",
        "//provider.example/a",
        "provider.example/a",
        "http:///a",
        "http://[::1/a",
        "http://provider.example:port/a",
        "https://user:topsecret@provider.example/a",
        "data:video/mp4;base64,AAAA",
        "",
    ],
)
def test_links_that_are_none(tmp_path: Path, url: str) -> None:
    found = failure(url, tmp_path)
    assert not found.retry
    assert "topsecret" not in found.text


LOOPS = [
    "127.0.0.1",
    "127.1",
    "127.9.9.9",
    "2130706433",
    "0x7f000001",
    "0x7f.0.0.1",
    "017700000001",
    "0177.0.0.1",
    "0.0.0.0",
    "0",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "100.127.255.254",
    "169.254.169.254",
    "[::ffff:169.254.169.254]",
    "[fe80::1]",
    "[fd00:ec2::254]",
    "[fec0::1]",
    "198.18.0.1",
    "192.0.2.1",
    "224.0.0.1",
    "255.255.255.255",
    "240.0.0.1",
    "[ff02::1]",
]


@pytest.mark.parametrize("host", LOOPS)
def test_private_addresses_are_refused(
    tmp_path: Path, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = watched(monkeypatch)
    found = failure(f"http://{host}:9/latest/meta-data", tmp_path, allow_private=False)
    assert not found.retry
    assert "not public" in found.text
    assert sent == []


def watched(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What leaves through any socket."""
    sent: list[bytes] = []
    real = socket.socket.sendall

    def sendall(self: socket.socket, data: bytes, *flags: int) -> None:
        sent.append(data)
        real(self, data, *flags)

    monkeypatch.setattr(socket.socket, "sendall", sendall)
    return sent


def naming(monkeypatch: pytest.MonkeyPatch, answers: dict[str, list[str]], port: int) -> None:
    """Names that resolve as told: one address a look-up, the last one for ever after."""
    real = socket.getaddrinfo

    def look(host: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name not in answers:
            return real(host, *args, **kwargs)
        left = answers[name]
        address = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", look)


def test_a_name_of_a_private_address_is_refused(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = world.server.server_address[1]
    naming(monkeypatch, {"cdn.example": ["127.0.0.1"]}, port)
    url = f"http://cdn.example:{port}/a"
    assert "not public" in failure(url, tmp_path, allow_private=False).text
    assert world.seen == []


def test_a_name_that_turns_private_when_dialled_is_refused(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: public for the check, loopback for the connection."""
    world.file("/a", BODY)
    port = world.server.server_address[1]
    naming(monkeypatch, {"cdn.example": ["93.184.215.14", "127.0.0.1"]}, port)
    sent = watched(monkeypatch)
    url = f"http://cdn.example:{port}/a"
    assert "not public" in failure(url, tmp_path, allow_private=False).text
    assert (world.seen, sent) == ([], [])


def test_a_redirect_to_a_private_address_is_refused(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first hop is let through as if it were public; the second is looked at as well."""
    from generations.providers import guard

    port = world.server.server_address[1]
    naming(monkeypatch, {"cdn.example": ["127.0.0.1"]}, port)
    real, looked = guard.is_public, []

    def is_public(address: str) -> bool:
        looked.append(address)
        return real(address) if len(looked) > 2 else True

    monkeypatch.setattr(guard, "is_public", is_public)
    world.file("/a", b"", status=302, Location=world.url("/secret", "localhost"))
    world.file("/secret", b"keys")
    url = f"http://cdn.example:{port}/a"
    assert "not public" in failure(url, tmp_path, allow_private=False).text
    assert [path for path, _ in world.seen] == ["/a"]


def test_an_unknown_name_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def look(*args: Any, **kwargs: Any) -> Any:
        raise socket.gaierror(-3, "Temporary failure")

    monkeypatch.setattr(socket, "getaddrinfo", look)
    found = failure("https://cdn.example/a", tmp_path, allow_private=False)
    assert found.retry


def test_several_at_once(world: World, tmp_path: Path) -> None:
    url = world.file("/a", BODY)
    found: list[Fetched] = []
    threads = [
        threading.Thread(target=lambda n=n: found.append(get(url, tmp_path / f"{n}")))
        for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {one.size for one in found} == {len(BODY)}
    assert len(found) == 4


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.example", "https://A.example:443/x?y", True),
        ("http://a.example:80/", "http://a.example.", True),
        ("http://a.example", "https://a.example", False),
        ("http://a.example:81", "http://a.example", False),
        ("http://b.example", "http://a.example", False),
    ],
)
def test_origins(one: str, other: str, same: bool) -> None:
    assert (origin(one) == origin(other)) is same
