"""The one place that speaks HTTP to providers. It repeats nothing and follows nothing.

After a request that pays, an answer that was lost is Uncertain; where no connection was made,
nothing was sent, and that is certain. Source: design.md, sections 3 and 4.
"""

from __future__ import annotations

import os
import ssl
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field

import requests
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from . import trace
from .guard import Forbidden, guarded_session
from .types import Broken, Busy, Exchange, ProviderError, Request, Response, Uncertain, Unreachable
from .urls import join, same_origin

CONNECT_S = 3.0
LOOK_S = 10.0
SUBMIT_S = 30.0
MOST_BYTES = 2 * 1024 * 1024
CHUNK = 64 * 1024
MOVED = (301, 307, 308)

_local = threading.local()


def session(*, allow_private: bool) -> requests.Session:
    """This thread's own session in this process, made on first use: so after any fork."""
    mine: dict[tuple[int, bool], requests.Session] = _local.__dict__.setdefault("sessions", {})
    key = (os.getpid(), allow_private)
    if key not in mine:
        mine[key] = guarded_session(allow_private)
    return mine[key]


def close() -> None:
    """Close this thread's sessions with their kept-alive connections."""
    mine: dict[tuple[int, bool], requests.Session] = _local.__dict__.pop("sessions", {})
    for one in mine.values():
        one.close()


class _Lost(Exception):
    """The answer could not be read to its end."""


@dataclass(frozen=True, slots=True)
class Transport:
    """The way to one account. ``secrets`` are hidden in every trace and error text."""

    base_url: str
    secrets: tuple[str, ...] = field(default=(), repr=False)
    allow_private: bool = False

    def send(
        self, request: Request, headers: dict[str, str], hide: tuple[str, ...] = ()
    ) -> tuple[Response, Exchange]:
        """Make one exchange, once. ``hide`` adds secrets of this request alone.

        Raises Unreachable or Broken (nothing was sent), Uncertain (``request.pays``) or Busy
        (the answer was lost), Broken for a moved address; each carries its ``exchange``.
        """
        started = time.monotonic()
        response: Response | None = None
        trouble = ""
        try:
            response = self._send(request, headers, started)
            error = _moved(response)
        except Exception as caught:  # noqa: BLE001 - whatever it is, the money rule must hold
            error = _meaning(caught, pays=request.pays)
            trouble = f"{type(caught).__name__}: {caught}"
        exchange = self._trace(request, response, trouble, started, hide)
        if error is None and response is not None:
            return response, exchange
        error = error or Broken()
        error.exchange = exchange
        raise error

    def url(self, request: Request) -> str:
        """The whole address of a request. Raises Broken if it is not at the provider's origin."""
        whole = join(self.base_url, request.path)
        if not same_origin(self.base_url, whole):
            raise Broken("the address is not the provider's own")
        return whole

    def redact(self, text: str, hide: tuple[str, ...] = ()) -> str:
        return trace.redact(text, (*self.secrets, *hide))

    def _send(self, request: Request, headers: dict[str, str], started: float) -> Response:
        prepared = self._prepared(request, headers)
        patience = SUBMIT_S if request.pays or request.files or request.body else LOOK_S
        if request.pays:
            # A kept-alive connection may be closed by the other side in the very moment that we
            # write; a fresh one makes "refused" and "lost" two different things.
            with guarded_session(self.allow_private) as fresh:
                return _exchange(fresh, prepared, patience, started)
        kept = session(allow_private=self.allow_private)
        return _exchange(kept, prepared, patience, started)

    def _prepared(self, request: Request, headers: dict[str, str]) -> requests.PreparedRequest:
        """Raises Broken if it cannot be written: nothing was sent."""
        url = self.url(request)
        try:
            for value in headers.values():
                value.encode("latin-1")
            return session(allow_private=self.allow_private).prepare_request(
                requests.Request(
                    request.method,
                    url,
                    headers=headers,
                    params=dict(request.params) or None,
                    json=request.json,
                    data=request.body,
                    files=dict(request.files) if request.files else None,
                )
            )
        except (requests.RequestException, ValueError, TypeError):
            text = "the request cannot be written: check the base URL and the key"
        raise Broken(text)

    def _trace(
        self,
        request: Request,
        response: Response | None,
        trouble: str,
        started: float,
        hide: tuple[str, ...],
    ) -> Exchange:
        return Exchange(
            method=request.method,
            url=self.redact(join(self.base_url, request.path), hide),
            sent=self.redact(trace.sent(request), hide),
            status=response.status if response else None,
            got=self.redact(response.text(trace.LONGEST_GOT), hide) if response else "",
            ms=round((time.monotonic() - started) * 1000),
            trouble=self.redact(trouble, hide)[:500],
        )


def _exchange(
    door: requests.Session, prepared: requests.PreparedRequest, patience: float, started: float
) -> Response:
    # The adapter itself, for ``Session.send`` would read a redirect's body whole.
    way = door.get_adapter(prepared.url or "")
    answer = way.send(prepared, stream=True, timeout=(CONNECT_S, patience), verify=True)
    with closing(answer):
        body = _body(answer, deadline=started + CONNECT_S + 2 * patience)
        names = {name.lower(): value for name, value in answer.headers.items()}
        return Response(answer.status_code, names, body)


def _body(answer: requests.Response, deadline: float) -> bytes:
    """The body as it comes, never more than MOST_BYTES, nor after the deadline."""
    found = bytearray()
    while piece := answer.raw.read1(CHUNK, decode_content=True):
        found += piece
        if len(found) > MOST_BYTES:
            raise _Lost("the answer is too large")
        if time.monotonic() > deadline:
            raise _Lost("the answer took too long")
    return bytes(found)


def _moved(response: Response) -> ProviderError | None:
    """A moved address did nothing with the request; it is never followed with our key."""
    if response.status not in MOVED:
        return None
    return Broken("the address has moved: check the base URL", code=str(response.status))


def _meaning(caught: Exception, *, pays: bool) -> ProviderError:
    if isinstance(caught, ProviderError):
        return caught
    if isinstance(caught, Forbidden):
        return Broken("the base URL leads to a private address, which is not allowed")
    if _never_sent(caught):
        return Unreachable("no connection could be made; nothing was sent")
    if pays:
        return Uncertain("the answer was lost after sending")
    return Busy("the answer was lost")


def _never_sent(caught: Exception) -> bool:
    if isinstance(caught, (requests.ConnectTimeout, requests.exceptions.InvalidURL)):
        return True
    reason = getattr(caught.args[0], "reason", None) if caught.args else None
    if isinstance(reason, (NewConnectionError, ConnectTimeoutError)):
        return True
    # A certificate that is not theirs ends the handshake before the request.
    inner = reason.args[0] if isinstance(reason, HTTPError) and reason.args else None
    return isinstance(inner, ssl.SSLCertVerificationError)
