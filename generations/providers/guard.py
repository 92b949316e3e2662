"""Sessions that reach public addresses only: the address really dialled is what is looked at.

Shared by the transport to providers and by the fetcher of finished files. Whatever a name
resolves to (rebinding included) and whichever redirect is followed, each new connection passes
here before a byte is sent.
"""

from __future__ import annotations

import ipaddress
import socket
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, NameResolutionError
from urllib3.util import Retry

POOL = 64
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Forbidden(requests.ConnectionError):
    """The address is private, local or reserved. Nothing was sent, no connection was made."""


class _Blocked(HTTPError):
    """Forbidden, on its way through urllib3 (which would wrap a subclass of OSError)."""


def is_public(address: str) -> bool:
    """Is this IP address on the public internet? IPv4 inside IPv6 is judged as the IPv4 it is."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if ip in NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if ip.is_site_local:
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def _refuse_private(connection: HTTPConnection) -> None:
    """Raise _Blocked if any address of the host is not public: before a connection is tried."""
    host = connection.host.strip("[]")
    try:
        found = socket.getaddrinfo(host, connection.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as trouble:
        error = socket.gaierror(str(trouble))
        raise NameResolutionError(host, connection, error) from trouble
    if not all(is_public(str(row[4][0])) for row in found):
        raise _Blocked(host)


def _refuse_peer(sock: socket.socket, host: str) -> socket.socket:
    """The name may resolve anew when dialled: what counts is who is at the other end."""
    if not is_public(sock.getpeername()[0]):
        sock.close()
        raise _Blocked(host)
    return sock


class _Connection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        _refuse_private(self)
        return _refuse_peer(super()._new_conn(), self.host)


class _SecureConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        _refuse_private(self)
        return _refuse_peer(super()._new_conn(), self.host)


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class _Guarded(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        pools = {"http": _Pool, "https": _SecurePool}
        self.poolmanager.pool_classes_by_scheme = pools

    def send(self, request: requests.PreparedRequest, *args: Any, **kw: Any) -> requests.Response:
        try:
            return super().send(request, *args, **kw)
        except _Blocked:
            host = urlsplit(request.url or "").hostname
        raise Forbidden(f"{host} is not a public address", request=request)


def guarded_session(allow_private: bool) -> requests.Session:  # noqa: FBT001 - agreed interface
    """A session for one thread: http and https only, no environment, no cookies, no retries.

    Unless ``allow_private``, a connection to a private, loopback, link-local, shared (CGNAT),
    reserved or so wrapped address raises Forbidden. Redirects are the caller's to allow; each hop
    is checked the same way. Close it when done.
    """
    session = requests.Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers["User-Agent"] = "PixStudio"
    kind = HTTPAdapter if allow_private else _Guarded
    for scheme in ("http://", "https://"):
        session.mount(scheme, kind(POOL, POOL, max_retries=Retry(0, read=False)))
    return session
