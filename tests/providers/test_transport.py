"""The transport and its guard: what is sent, what is kept, and where nothing may go."""

import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from generations.providers import trace, transport
from generations.providers.guard import Forbidden, guarded_session, is_public
from generations.providers.transport import Transport
from generations.providers.types import Broken, Busy, Request, Uncertain, Unreachable
from generations.providers.urls import join, own, same_origin, segment
from tests.providers.stub import Answer

SECRET = 'k"ey/of+an account='


@pytest.fixture
def way(stub):
    return Transport(f"{stub.url}/base/", (SECRET,), allow_private=True)


# fmt: off
PRIVATE = [
    "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1",
    "169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1", "203.0.113.9", "224.0.0.1",
    "240.0.0.1", "255.255.255.255", "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:a00:1",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "fe80::1",
    "fe80::1%1", "fc00::1", "fd12::1", "fec0::1", "ff02::1", "2001:db8::1", "2001::1", "100::1",
]
# fmt: on


@pytest.mark.parametrize("address", PRIVATE)
def test_private(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public(address):
    assert is_public(address)


SPELLINGS = ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "0177.0.0.1", "[::1]", "127.1"]


@pytest.mark.parametrize("host", [*SPELLINGS, "[::ffff:127.0.0.1]", "0"])
def test_no_spelling_of_a_private_address_gets_through(stub, host):
    with guarded_session(allow_private=False) as session, pytest.raises(Forbidden):
        session.get(f"http://{host}:{stub.server_port}/", timeout=2)
    assert not stub.seen


def test_a_name_that_changes_its_mind_is_caught_at_the_connection(stub, monkeypatch):
    """Rebinding: public when looked at, private when dialled."""
    real, asked = socket.getaddrinfo, []

    def fickle(host, port, *args, **kw):
        asked.append(host)
        address = "8.8.8.8" if len(asked) == 1 else "127.0.0.1"
        return real(address, port, *args, **kw)

    monkeypatch.setattr(socket, "getaddrinfo", fickle)
    with guarded_session(allow_private=False) as session, pytest.raises(Forbidden):
        session.get(f"http://rebind.example:{stub.server_port}/", timeout=2)
    assert len(asked) == 2
    assert not stub.seen


def test_a_redirect_into_the_house_is_caught(stub):
    """Where a caller follows redirects, each hop passes the guard."""
    with guarded_session(allow_private=False) as session:
        response = requests.Response()
        response.status_code = 302
        response.headers["Location"] = f"http://127.0.0.1:{stub.server_port}/"
        request = requests.Request("GET", "http://8.8.8.8/").prepare()
        response.url, response.request = "http://8.8.8.8/", request
        response.raw = type("Raw", (), {"release_conn": lambda *_: None, "read": lambda *_: b""})()
        with pytest.raises(Forbidden):
            list(session.resolve_redirects(response, request))
    assert not stub.seen


@pytest.mark.parametrize("url", ["ftp://8.8.8.8/", "file:///etc/hostname", "gopher://8.8.8.8/"])
def test_http_only(url):
    with (
        guarded_session(allow_private=False) as session,
        pytest.raises(requests.exceptions.InvalidSchema),
    ):
        session.get(url)


def test_the_environment_and_cookies_have_no_say(stub, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")
    stub.answer = Answer(headers={"Set-Cookie": "a=b"})
    with guarded_session(allow_private=True) as session:
        for _ in range(2):
            assert session.get(stub.url, timeout=2).status_code == 200
    assert "cookie" not in stub.seen[1].headers


def test_the_base_path_is_kept_and_ids_stay_raw(way, stub):
    way.send(Request("GET", "/videos/user:7-pixverse:bot@example.org-video:4"), {})
    way.send(Request("GET", f"{stub.url}/base/poll/1"), {})
    assert [one.path for one in stub.seen] == [
        "/base/videos/user:7-pixverse:bot@example.org-video:4",
        "/base/poll/1",
    ]


@pytest.mark.parametrize(
    "path", ["https://elsewhere.example/x", "http://127.0.0.1:1/x", "http://u:p@127.0.0.1/x"]
)
def test_another_origin_is_refused_unsent(way, stub, path):
    with pytest.raises(Broken, match="not the provider's own"):
        way.send(Request("GET", path), {"API-KEY": SECRET})
    assert not stub.seen


def test_urls():
    assert join("https://a.example/p/", "/x") == "https://a.example/p/x"
    assert same_origin("https://A.example:443/x", "https://a.example/y")
    assert not same_origin("https://a.example", "http://a.example")
    assert not same_origin("https://a.example", "https://a.example@b.example")
    assert not same_origin("https://a.example", "https://[bad")
    assert own("https://a.example/p", "https://a.example/q") == "https://a.example/q"
    assert own("https://a.example", "https://b.example/q") == ""
    assert own("https://a.example", "/videos/1") == "/videos/1"
    assert own("https://a.example", "//b.example/q") == ""
    assert segment("user:7@x-1") == "user:7@x-1"
    assert segment("a/b?c#d") == "a%2Fb%3Fc%23d"
    for bad in ("", ".", ".."):
        with pytest.raises(ValueError, match="no id"):
            segment(bad)


def test_ids_of_64_bits_and_files(way, stub):
    way.send(Request("POST", "/x", json={"img_id": 412345678901234567}, pays=True), {})
    assert stub.seen[0].body == b'{"img_id": 412345678901234567}'
    request = Request("POST", "/y", files={"image": ("a.png", b"\x89PNG", "image/png")})
    _, exchange = way.send(request, {})
    assert stub.seen[1].headers["content-type"].startswith("multipart/form-data; boundary=")
    assert b'name="image"; filename="a.png"' in stub.seen[1].body
    assert exchange.sent == "image: a.png (image/png, 4 bytes)"


def test_one_session_per_thread_kept_alive(way, stub):
    mine = transport.session(allow_private=True)
    assert transport.session(allow_private=True) is mine
    assert transport.session(allow_private=False) is not mine
    assert not mine.trust_env
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(transport.session, allow_private=True).result()
        pool.submit(transport.close).result()
    assert other is not mine
    transport.close()
    assert transport.session(allow_private=True) is not mine


def test_looks_share_a_connection_and_payments_do_not(stub, way):
    ports = []
    real = stub.RequestHandlerClass.setup

    def counted(handler):
        ports.append(handler.client_address[1])
        real(handler)

    stub.RequestHandlerClass = type("Counted", (stub.RequestHandlerClass,), {"setup": counted})
    for _ in range(3):
        way.send(Request("GET", "/look"), {})
    assert len(ports) == 1
    for _ in range(2):
        way.send(Request("POST", "/pay", json={}, pays=True), {})
    assert len(ports) == 3


def test_many_threads(way, stub):
    with ThreadPoolExecutor(16) as pool:
        sent = list(pool.map(lambda _: way.send(Request("GET", "/look"), {})[0].status, range(64)))
        assert sent == [200] * 64
        gate = threading.Barrier(16)
        list(pool.map(lambda _: (gate.wait(5), transport.close()), range(16)))


@pytest.mark.parametrize("pays", [True, False])
@pytest.mark.parametrize("how", ["reset", "cut", "silent", "endless"])
def test_lost(way, stub, impatient, how, pays):
    stub.answer = Answer(how=how)
    with pytest.raises(Uncertain if pays else Busy) as caught:
        way.send(Request("POST", "/x", json={"a": 1}, pays=pays), {})
    assert type(caught.value) is (Uncertain if pays else Busy)
    assert len(stub.seen) == 1
    exchange = caught.value.exchange
    assert (exchange.method, exchange.status, exchange.got) == ("POST", None, "")
    assert exchange.trouble


@pytest.mark.parametrize("pays", [True, False])
@pytest.mark.parametrize("base", ["http://127.0.0.1:1", "http://nobody.invalid"])
def test_nobody_there(base, pays):
    with pytest.raises(Unreachable) as caught:
        Transport(base, allow_private=True).send(Request("POST", "/", json={}, pays=pays), {})
    assert caught.value.exchange.trouble


def test_plain_http_where_tls_was_meant_stays_uncertain_when_it_pays(stub):
    """The handshake failed with an error that may come later too: only a certificate is proof."""
    way = Transport(stub.url.replace("http:", "https:"), allow_private=True)
    with pytest.raises(Uncertain):
        way.send(Request("POST", "/", json={}, pays=True), {})
    assert not stub.seen


@pytest.mark.parametrize(
    ("base", "headers"),
    [
        ("", {}),
        ("nonsense", {}),
        ("http://", {}),
        ("http://127.0.0.1:99999", {}),
        ("http://127.0.0.1:1", {"API-KEY": "line\nbreak"}),
        ("http://127.0.0.1:1", {"API-KEY": "Schlüssel✓"}),
    ],
)
def test_what_cannot_be_written_is_broken(base, headers):
    with pytest.raises(Broken) as caught:
        Transport(base, allow_private=True).send(Request("POST", "/x", pays=True), headers)
    assert caught.value.exchange.status is None


def test_redaction():
    texts = [
        f"key {SECRET} here",
        trace.redact("https://x.example/?a=1&token=abc&X-Amz-Signature=def&b=2"),
        trace.redact("Authorization: Bearer abcdefgh12345"),
        trace.redact("{'API-KEY': 'abc', \"Ocp-Apim-Subscription-Key\": \"def\"}"),
    ]
    assert trace.redact(texts[0], (SECRET,)) == "key [hidden] here"
    assert texts[1] == "https://x.example/?a=1&token=[hidden]&X-Amz-Signature=[hidden]&b=2"
    assert texts[2] == "Authorization: Bearer [hidden]"
    assert texts[3] == "{'API-KEY': '[hidden]', \"Ocp-Apim-Subscription-Key\": \"[hidden]\"}"
    for spelled in trace._spellings(SECRET):
        assert trace.redact(f"<{spelled}>", (SECRET, "")) == "<[hidden]>"


def test_the_trace_is_short_and_clean(way, stub):
    stub.answer = Answer(200, b"x" * 50_000)
    body = {"image": "data:image/png;base64," + "A" * 9000, "prompt": "a b " * 100, "k": SECRET}
    hook = "https://studio.example/callbacks/sesame"
    request = Request("POST", "/x", json={**body, "replyUrl": hook})
    response, exchange = way.send(request, {"API-KEY": SECRET}, hide=(hook,))
    assert len(response.body) == 50_000
    assert len(exchange.got) == 4000
    assert "(9022 characters)" in exchange.sent
    assert "a b " * 100 in exchange.sent
    assert "sesame" not in exchange.sent
    assert exchange.sent.count("[hidden]") == 2
    assert SECRET.encode() not in repr(exchange).encode()
    assert exchange.to_json()["status"] == 200
