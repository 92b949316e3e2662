from __future__ import annotations

import socket
import time
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest

from generations.media import links
from generations.media.links import (
    NoAddress,
    address_for,
    allow_private,
    callback_link,
    input_link,
    is_private_url,
    read_callback,
    read_input,
)

SANDBOX = "http://127.0.0.1:8765"


@pytest.fixture(autouse=True)
def addresses(settings: Any) -> None:
    settings.PUBLIC_URL = "https://studio.example.org"
    settings.LOCAL_URL = "http://127.0.0.1:8000"
    settings.SANDBOX_URL = SANDBOX
    settings.ALLOW_PRIVATE_ADDRESSES = False


def at(base_url: str) -> Any:
    return SimpleNamespace(uuid=uuid4(), base_url=base_url)


FAR = at("https://app-api.provider.example")
NEAR = at(f"{SANDBOX}/pixverse")
UPLOAD: Any = SimpleNamespace(uuid=uuid4(), mime="image/jpeg")


@pytest.fixture(autouse=True)
def no_lookups(monkeypatch: pytest.MonkeyPatch) -> None:
    def look(host: str, *args: Any, **kwargs: Any) -> Any:
        known = {"inside.corp.example": "10.1.2.3", "outside.example": "93.184.215.14"}
        if host not in known:
            raise socket.gaierror(-2, "unknown")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (known[host], 0))]

    monkeypatch.setattr(socket, "getaddrinfo", look)


def test_addresses_of_far_and_near_accounts(settings: Any) -> None:
    assert address_for(FAR) == "https://studio.example.org"
    assert address_for(NEAR) == "http://127.0.0.1:8000"
    settings.LOCAL_URL = ""
    assert address_for(NEAR) == ""


@pytest.mark.parametrize(
    "base_url",
    [
        "http://localhost:1",
        "http://10.0.0.9",
        "http://[::1]:9/x",
        "http://gate.local",
        "http://box",
    ],
)
def test_private_accounts_get_the_local_address(base_url: str) -> None:
    assert address_for(at(base_url)) == "http://127.0.0.1:8000"


def test_names_are_looked_up_only_where_private_ones_are_allowed(settings: Any) -> None:
    inside = at("https://inside.corp.example")
    assert address_for(inside) == "https://studio.example.org"
    settings.ALLOW_PRIVATE_ADDRESSES = True
    assert address_for(inside) == "http://127.0.0.1:8000"
    assert address_for(at("https://outside.example")) == "https://studio.example.org"


@pytest.mark.parametrize(
    "public",
    [
        "",
        "http://localhost:8000",
        "http://127.0.0.1:8000",
        "https://192.168.1.5",
        "https://100.64.1.1",
        "https://[::1]",
        "https://[fd00::1]",
        "https://studio.local",
        "https://studio.internal",
        "https://studio",
        "ftp://studio.example.org",
        "studio.example.org",
        "https://[::1",
    ],
)
def test_an_address_that_is_not_public_serves_no_provider(settings: Any, public: str) -> None:
    settings.PUBLIC_URL = public
    assert address_for(FAR) == ""
    assert callback_link(FAR, uuid4()) == ""
    with pytest.raises(NoAddress):
        input_link(UPLOAD, FAR)


@pytest.mark.parametrize("public", ["https://93.184.215.14", "http://studio.example.org:8080"])
def test_public_addresses(settings: Any, public: str) -> None:
    settings.PUBLIC_URL = public
    assert address_for(FAR) == public


def signed_part(link: str) -> str:
    return link.split("/in/")[1].split("/")[0]


def test_input_links_can_be_read_for_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    link = input_link(UPLOAD, FAR)
    assert link.startswith("https://studio.example.org/in/")
    assert link.endswith(f"/{UPLOAD.uuid.hex[:8]}.jpg")
    signed = signed_part(link)
    assert read_input(signed) == UPLOAD.uuid
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + links.INPUT_LIFE_S - 60)
    assert read_input(signed) == UPLOAD.uuid
    monkeypatch.setattr(time, "time", lambda: now + links.INPUT_LIFE_S + 60)
    assert read_input(signed) is None


def test_tampered_links_are_not_read() -> None:
    signed = signed_part(input_link(UPLOAD, FAR))
    body, stamp, signature = signed.split(".")
    for forged in (
        "",
        "x",
        "..",
        body,
        f"{uuid4().hex}.{stamp}.{signature}",
        f"{body}.{stamp[::-1]}.{signature}",
        f"{body}.{stamp}.{signature[:-1]}",
        f"{signed}x",
    ):
        assert read_input(forged) is None


def test_a_callback_signature_opens_no_file() -> None:
    signed = callback_link(FAR, uuid4()).rstrip("/").rsplit("/", 1)[-1]
    assert read_input(signed) is None
    assert read_callback(signed_part(input_link(UPLOAD, FAR))) is None


def test_callbacks(monkeypatch: pytest.MonkeyPatch) -> None:
    token = uuid4()
    link = callback_link(NEAR, token)
    start, _, signed = link.rstrip("/").rpartition("/")
    assert start == f"http://127.0.0.1:8000/hooks/{NEAR.uuid}"
    monkeypatch.setattr(time, "time", lambda: 9e9)
    assert UUID(read_callback(signed)) == token
    assert read_callback(signed[:-1]) is None
    assert read_callback(str(token)) is None
    assert read_callback(f"{uuid4()}.{signed.split('.')[1]}") is None


@pytest.mark.parametrize(
    ("base_url", "may"),
    [
        (f"{SANDBOX}/pixverse", True),
        ("http://127.0.0.1:8766/pixverse", False),
        ("https://127.0.0.1:8765/pixverse", False),
        ("http://localhost:8765/pixverse", False),
        ("http://127.0.0.1:8765@evil.example/", False),
        ("https://app-api.provider.example", False),
        ("http://127.0.0.1:port/", False),
        ("", False),
    ],
)
def test_only_the_sandbox_may_be_private(base_url: str, may: bool, settings: Any) -> None:
    assert allow_private(at(base_url)) is may
    settings.ALLOW_PRIVATE_ADDRESSES = True
    assert allow_private(at(base_url))


def test_no_sandbox_allows_nothing(settings: Any) -> None:
    settings.SANDBOX_URL = ""
    assert not allow_private(NEAR)
    assert not allow_private(at(""))


@pytest.mark.parametrize(
    ("url", "private"),
    [
        ("http://10.0.0.1/x", True),
        ("http://[::ffff:10.0.0.1]/x", True),
        ("http://localhost", True),
        ("https://inside.corp.example", True),
        ("https://outside.example", False),
        ("https://93.184.215.14", False),
        ("https://nowhere.example", False),
        ("", True),
        ("http://[::1", True),
        ("http://" + "a" * 70 + ".example", False),
    ],
)
def test_private_urls(url: str, private: bool) -> None:
    assert is_private_url(url) is private
