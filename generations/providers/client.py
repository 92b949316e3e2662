"""One provider account as the rest of the house sees it: adapter and transport together.

Whatever happens, what leaves here is a ``ProviderError`` with its ``exchange`` and without keys.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from pixstudio.logging import hide

from . import registry
from .faults import Reason, raise_for, retry_after
from .menu import catalogue
from .transport import Transport
from .types import (
    Accepted,
    Access,
    Ask,
    Balance,
    Broken,
    Busy,
    Callback,
    Charge,
    Entry,
    Exchange,
    Handle,
    Job,
    Masks,
    MediaFile,
    ProviderError,
    Report,
    Request,
    Response,
    Spoken,
    Uncertain,
    Unsupported,
    Usage,
)
from .urls import own

log = logging.getLogger(__name__)


class Client:
    """May be shared by threads: each has its own connections."""

    def __init__(self, provider_id: str, access: Access, *, allow_private: bool = False) -> None:
        """Raises KeyError for a provider that is not in the registry."""
        self.provider = provider_id
        self._adapter = registry.adapter(provider_id)
        room = catalogue(provider_id)
        self._access = replace(access, base_url=access.base_url or room.base_url)
        hidden = {one.name for one in room.settings if one.secret}
        secrets = (access.key, *(text for name, text in access.settings.items() if name in hidden))
        for secret in secrets:
            hide(secret)
        self._transport = Transport(self._access.base_url, secrets, allow_private)

    def __repr__(self) -> str:
        return f"<Client of {self.provider}>"

    def submit(self, ask: Ask) -> tuple[Accepted, Exchange]:
        """Ask for one clip: at most one POST, ever.

        Raises Unsupported (nothing was sent), Refused, Moderated, Busy, Unreachable, NoBalance
        or Broken (all certain: nothing was made), or Uncertain.
        """
        ask = replace(ask, settings={**self._access.settings, **ask.settings})
        hide = (ask.callback_url,) if ask.callback_url else ()
        request = self._written(lambda: self._checked(ask))
        response, exchange = self._send(replace(request, pays=True), hide)
        accepted = self._read(
            lambda got: self._adapter.placed(ask, self._adapter.accepted(got)),
            response,
            exchange,
            pays=True,
            hide=hide,
        )
        if not _sound(accepted.remote_id):
            raise self._told(Uncertain("the answer names no job"), exchange)
        report = accepted.report and _bounded(accepted.report)
        sound = replace(accepted, charge=_amount(accepted.charge), report=report)
        return sound, exchange

    def knows(self, remote_id: str) -> bool:
        """Is this written as an id of this provider? Sends nothing."""
        try:
            self._adapter.check(Job(remote_id))
        except Exception:  # noqa: BLE001 - whatever it is, it is no id
            return False
        return _sound(remote_id)

    def takes_by_id(self, role: str) -> bool:
        """May a clip that this account made be told by its own id in this role?"""
        rules = catalogue(self.provider).media.get("video")
        return rules is not None and role in rules.by_id

    def check(self, job: Job) -> tuple[Report, Exchange]:
        """Look at a job, by its poll URL only if that is at the provider's own origin.

        Raises Busy, Broken, Gone or Uncertain: none of them final.
        """
        ours = replace(job, poll_url=own(self._access.base_url, job.poll_url))
        request = self._written(lambda: self._adapter.check(ours))
        response, exchange = self._send(request)
        for _ in range(_MOST_PAGES):
            turn = partial(self._adapter.further, ours, request)
            following = self._read(turn, response, exchange)
            if following is None:
                break
            request, before = following, response.body
            response, exchange = self._send(request)
            if response.body == before:
                break  # a server that pages otherwise gives the same page again
        report = self._read(lambda got: self._adapter.report_on(ours, got), response, exchange)
        report = _bounded(report)
        return replace(report, said=self._transport.redact(report.said)), exchange

    def upload(self, image: MediaFile) -> tuple[Handle | None, Exchange | None]:
        """Hand over a picture; (None, None) where the provider takes no uploads.

        Raises Refused, Moderated, Busy, Unreachable, Broken or Uncertain.
        """
        request = self._written(lambda: self._adapter.upload_to(image, self._access))
        if request is None:
            return None, None
        response, exchange = self._send(request)
        return self._read(self._adapter.handle, response, exchange), exchange

    def balance(self) -> tuple[Balance, Exchange] | None:
        """What is left at the provider; None where it documents no call. Raises Busy, Broken."""
        request = self._written(lambda: self._adapter.balance(self._access))
        if request is None:
            return None
        response, exchange = self._send(request)
        return self._read(self._adapter.read_balance, response, exchange), exchange

    def usage(self, since: dt.datetime, until: dt.datetime, most: int = 20_000) -> list[Usage]:
        """The provider's own lines of what it charged; empty where it has no such list.

        Raises Busy, Unreachable or Broken, also when it is too long to be read in one go.
        """
        found: list[Usage] = []
        cursor = ""
        while True:
            request = self._written(partial(self._adapter.usage, since, until, cursor))
            if request is None:
                return found
            response, exchange = self._send(request)
            rows, after = self._read(self._adapter.read_usage, response, exchange)
            found += rows
            if not after or after == cursor:
                return found
            if len(found) >= most:
                raise self._told(Broken(f"more than {most} lines: choose a shorter time"), exchange)
            cursor = after

    def probe(self) -> Exchange:
        """Try the key by a free call; returns if it is good. Raises Broken or Busy."""
        request = self._written(lambda: self._adapter.probe(self._access))
        response, exchange = self._send(request)
        self._read(self._adapter.read_probe, response, exchange)
        return exchange

    def search(self, job: Job) -> str | None:
        """The remote id of a job whose answer was lost, if it can be found by its token."""
        request = self._written(lambda: self._adapter.search(job, self._access))
        if request is None:
            return None
        response, exchange = self._send(request)
        return self._read(lambda got: self._adapter.found(got, job), response, exchange)

    def listing(self, name: str, most: int = 2000) -> list[Entry]:
        """A whole list (templates, voices, restyles), page by page; empty where there is none.

        Raises Busy, Unreachable or Broken.
        """
        found: list[Entry] = []
        for page in range(1, 100):
            request = self._written(partial(self._adapter.listing, name, page, self._access))
            if request is None or len(found) >= most:
                break
            response, exchange = self._send(request)
            rows, more = self._read(
                lambda got: self._adapter.read_listing(name, got), response, exchange
            )
            found += rows
            if not more:
                break
        return found

    def masks(self, source: Handle, keyframe: int, token: str) -> tuple[Masks, Exchange]:
        """What can be swapped on a frame: a paying call. Raises what ``submit`` raises."""
        request = self._written(lambda: self._adapter.masks(source, keyframe, token))
        if request is None:
            raise self._told(Unsupported(f"{self.provider} swaps nothing"), _unsent())
        response, exchange = self._send(replace(request, pays=True))
        found = self._read(self._adapter.read_masks, response, exchange, pays=True)
        return replace(found, charge=_amount(found.charge)), exchange

    def own_voices(self) -> list[Entry]:
        """The voices that the account had made itself. Raises Busy, Unreachable or Broken."""
        name = self._adapter.own_voices
        return self.listing(name) if name else []

    def voice(self, name: str, audio: Handle, token: str) -> tuple[Spoken, Exchange]:
        """Have a voice made of a recording: at most one POST. Raises what ``submit`` raises."""
        request = self._written(lambda: self._adapter.voice(name, audio, token))
        if request is None:
            raise self._told(Unsupported(f"{self.provider} makes no voices"), _unsent())
        response, exchange = self._send(replace(request, pays=True))
        made = self._read(self._adapter.read_voice, response, exchange, pays=True)
        sound = made.id if _sound(made.id) else ""
        return Spoken(sound, _amount(made.charge)), exchange

    def drop_voice(self, id: str) -> Exchange:
        """Withdraw a voice at the provider; returns if it is gone for certain.

        Raises Refused, Busy, Unreachable, Broken, Gone (it has no such voice) or Uncertain.
        """
        request = self._written(lambda: self._adapter.drop_voice(id))
        if request is None:
            raise self._told(Unsupported(f"{self.provider} makes no voices"), _unsent())
        # It pays nothing, but its answer may be lost as well: then a look at the list tells.
        response, exchange = self._send(replace(request, pays=True))
        self._read(self._adapter.read_drop, response, exchange, pays=True)
        return exchange

    def content(self, job: Job) -> Request | None:
        """The authorised request for a second source of the file: ``headers`` hold the key."""
        request = self._written(lambda: self._adapter.content(job))
        if request is None:
            return None
        headers = {**self._adapter.headers(self._access), **request.headers}
        return replace(request, path=self.url(request), headers=headers)

    def url(self, request: Request) -> str:
        """The whole address of a request. Raises Broken if it is not at the provider's origin."""
        return self._transport.url(request)

    def callback(self, headers: Mapping[str, str], body: bytes) -> Callback:
        """Read a webhook. Raises Forged, Broken if unreadable, Unsupported if none is sent."""
        lower = {name.lower(): value for name, value in headers.items()}
        error: ProviderError
        try:
            return self._adapter.callback(lower, body, self._access)
        except ProviderError as caught:
            error = caught
        except Exception as caught:  # noqa: BLE001 - a stranger's body must not break the door
            error = Broken(f"a webhook that cannot be read ({type(caught).__name__})")
        raise self._told(error, None)

    def _checked(self, ask: Ask) -> Request:
        """The adapter's request for what the catalogue allows. Raises Unsupported."""
        brief = ask.brief
        found = catalogue(self.provider).offering(brief.operation, brief.model)
        if found is None or found.remote_model != ask.remote_model:
            text = f"{self.provider} does not offer {brief.operation} with {brief.model}"
            raise Unsupported(text, field="model")
        for problem in found.problems(brief):
            raise Unsupported(f"{self.provider} {problem.text}", field=problem.field)
        if len(ask.handles) != len(brief.inputs):
            raise Unsupported("not every file was handed over", field="image")
        return self._adapter.submit(ask)

    def _written[T](self, write: Callable[[], T]) -> T:
        """What the adapter wants sent. Raises its ProviderError, or Broken: nothing was sent."""
        error: ProviderError
        try:
            return write()
        except ProviderError as caught:
            error = caught
        except Exception as caught:  # noqa: BLE001 - nothing was sent, and that must stay certain
            error = Broken(f"the request cannot be written ({type(caught).__name__})")
        raise self._told(error, _unsent())

    def _send(self, request: Request, hide: tuple[str, ...] = ()) -> tuple[Response, Exchange]:
        headers = {**self._adapter.headers(self._access), **request.headers}
        return self._transport.send(request, headers, hide)

    def _read[T](
        self,
        read: Callable[[Response], T],
        response: Response,
        exchange: Exchange,
        *,
        pays: bool = False,
        hide: tuple[str, ...] = (),
    ) -> T:
        """What the adapter makes of an answer; what it cannot read is judged by the status."""
        error: ProviderError
        try:
            return read(response)
        except ProviderError as caught:
            error = caught
        except Exception as caught:  # noqa: BLE001 - the money rule holds for any body at all
            log.warning("%s: an answer of an unknown shape: %r", self.provider, type(caught))
            error = _by_status(response, pays=pays)
        raise self._told(error, exchange, hide)

    def _told(
        self, error: ProviderError, exchange: Exchange | None, hide: tuple[str, ...] = ()
    ) -> ProviderError:
        """The error with its trace, its texts free of keys, and nothing of ours behind it."""
        error.said = self._transport.redact(error.said, hide)
        error.args = tuple(self._transport.redact(str(one), hide) for one in error.args)
        error.exchange = error.exchange or exchange
        error.__cause__, error.__context__ = None, None
        return error


def _unsent() -> Exchange:
    return Exchange("", "", "", None, "", 0, trouble="nothing was sent")


def _by_status(response: Response, *, pays: bool) -> ProviderError:
    text = "an answer that cannot be read"
    if response.status == 429:
        return Busy(text, retry_after=retry_after(response))
    if response.status < 300:
        return Uncertain(text) if pays else Busy(text)
    try:
        raise_for((), response, Reason(text), pays=pays)
    except ProviderError as error:
        return error


# Pages of a list that one look reads at most.
_MOST_PAGES = 25
# More than anybody charges for a clip, in any unit: a figure above it is no charge.
_MOST = 1_000_000_000


def _sound(text: str) -> bool:
    """Fit to be stored and sent again: not empty, not endless, no control characters."""
    return 0 < len(text) <= 200 and text.isprintable()


def _amount(charge: Charge | None) -> Charge | None:
    """A figure that can be meant; one that cannot is none, and is told to the operator."""
    if charge is None or (charge.amount.is_finite() and 0 <= charge.amount <= _MOST):
        return charge
    log.error("a provider reports an absurd charge: %s %s", charge.amount, charge.unit)
    return None


def _bounded(report: Report) -> Report:
    """A report whose every value can be stored."""
    links = tuple(one for one in report.links if len(one) <= 4000 and one.isprintable())
    word = "".join(one for one in report.word if one.isprintable())[:60]
    return replace(report, charge=_amount(report.charge), links=links, word=word)
