"""What every provider room implements: pure translation, brief to request and answer to report.

Adapters know HTTP words and nothing of our database; they open no socket (``client.py`` does,
through the one transport). What cannot be told accurately is refused with Unsupported: an
adapter *takes* each option with ``Options`` and calls ``done()``.
"""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar

from generations.catalogue.types import Brief, Value

from .types import (
    Accepted,
    Access,
    Ask,
    Balance,
    Callback,
    Entry,
    Handle,
    Job,
    Masks,
    MediaFile,
    Report,
    Request,
    Response,
    Spoken,
    Unsupported,
    Usage,
)


class Options(dict[str, Value]):
    """The options of a brief; an adapter must take every one of them."""

    @classmethod
    def of(cls, brief: Brief) -> Options:
        return cls(brief.options)

    def done(self, provider: str) -> None:
        """Raise Unsupported if an option was left, so that none is silently dropped."""
        if self:
            left = ", ".join(sorted(self)).replace("_", " ")
            raise Unsupported(f"{provider} cannot be told: {left}", field=min(self))


class Adapter(ABC):
    """One provider. Instances hold no state."""

    id: ClassVar[str]
    callback_answer: ClassVar[tuple[int, str]] = (200, "ok")
    # Does the provider tell what it took for a clip? By its sheet, not by what was seen.
    reports_charge: ClassVar[bool] = False
    # Has it a list of what it charged, job by job, that ``usage`` asks for?
    lists_charges: ClassVar[bool] = False
    # The list of the voices that the account had made itself; empty where none can be made.
    own_voices: ClassVar[str] = ""

    @abstractmethod
    def headers(self, access: Access) -> dict[str, str]:
        """The headers of every call to this account, the key among them."""

    @abstractmethod
    def submit(self, ask: Ask) -> Request:
        """The request that makes the clip (``pays=True``). Raises Unsupported."""

    @abstractmethod
    def accepted(self, response: Response) -> Accepted:
        """Read the answer to ``submit``.

        Raises Refused, Moderated, Busy, NoBalance, Broken or Uncertain.
        """

    def placed(self, ask: Ask, accepted: Accepted) -> Accepted:
        """The answer, with what only the ask tells: where the job is to be looked at."""
        return accepted

    @abstractmethod
    def check(self, job: Job) -> Request:
        """The request that looks at a job."""

    def further(self, job: Job, request: Request, response: Response) -> Request | None:
        """The next page, where ``check`` asked for a list and the job is not on this page."""
        return None

    @abstractmethod
    def report(self, response: Response) -> Report:
        """Read the answer to ``check``. Raises Busy, Broken, Gone, Uncertain: none is final."""

    def report_on(self, job: Job, response: Response) -> Report:
        """``report`` for one job, for a provider whose answer holds several; as ``report``."""
        return self.report(response)

    def upload(self, image: MediaFile) -> Request | None:
        """The free request that hands over a picture beforehand; None where there is none."""
        return None

    def upload_to(self, image: MediaFile, access: Access) -> Request | None:
        """``upload`` for one account: the client calls this (useapi names an e-mail in it)."""
        return self.upload(image)

    def handle(self, response: Response) -> Handle:
        """Read the answer to ``upload``. Raises Refused, Moderated, Busy, Broken, Uncertain."""
        raise Unsupported(f"{self.id} takes no uploads")

    def balance(self, access: Access) -> Request | None:
        """A free request for what is left; None where the provider documents none."""
        return None

    def read_balance(self, response: Response) -> Balance:
        """Read the answer to ``balance``. Raises Broken, Busy."""
        raise Unsupported(f"{self.id} has no balance call")

    def usage(self, since: dt.datetime, until: dt.datetime, cursor: str) -> Request | None:
        """A free request for a page of what was charged; None where there is no such list."""
        return None

    def read_usage(self, response: Response) -> tuple[list[Usage], str]:
        """The lines of a page, and the cursor of the next ("": the last). Raises Broken, Busy."""
        raise Unsupported(f"{self.id} has no list of charges")

    def probe(self, access: Access) -> Request:
        """A free request that tells a good key from a bad one (default: the balance)."""
        request = self.balance(access)
        if request is None:
            raise Unsupported(f"{self.id} documents no free call")
        return request

    def read_probe(self, response: Response) -> None:
        """Read the answer to ``probe``; returns if the key is good. Raises Broken, Busy."""
        self.read_balance(response)

    def callback(self, headers: Mapping[str, str], body: bytes, access: Access) -> Callback:
        """Read a webhook (header names lower case). Raises Forged, or Broken if unreadable."""
        raise Unsupported(f"{self.id} sends no webhooks")

    def search(self, job: Job, access: Access) -> Request | None:
        """A free request that may find a job whose answer was lost; None where there is none."""
        return None

    def found(self, response: Response, job: Job) -> str | None:
        """The remote id of the job whose token we gave, if the answer to ``search`` shows it."""
        return None

    def content(self, job: Job) -> Request | None:
        """A second source of the finished file, with our key; None where there is none."""
        return None

    def listing(self, name: str, page: int, access: Access) -> Request | None:
        """The free request for a page (from 1) of a list: templates, voices or restyles.

        None where there is no such list, or no such page.
        """
        return None

    def read_listing(self, name: str, response: Response) -> tuple[list[Entry], bool]:
        """The rows of a page, and whether there may be a next one. Raises Broken, Busy."""
        raise Unsupported(f"{self.id} has no list of {name}")

    def masks(self, source: Handle, keyframe: int, token: str) -> Request | None:
        """The paying, synchronous request for what can be swapped on a frame; None: no swap."""
        return None

    def read_masks(self, response: Response) -> Masks:
        """Read the answer to ``masks``. Raises what ``accepted`` raises."""
        raise Unsupported(f"{self.id} swaps nothing")

    def voice(self, name: str, audio: Handle, token: str) -> Request | None:
        """The request that makes a voice of a recording, told once; None: no such thing."""
        return None

    def read_voice(self, response: Response) -> Spoken:
        """Read the answer to ``voice``. Raises what ``accepted`` raises."""
        raise Unsupported(f"{self.id} makes no voices")

    def drop_voice(self, id: str) -> Request | None:
        """The free request that withdraws such a voice for good."""
        return None

    def read_drop(self, response: Response) -> None:
        """Read the answer to ``drop_voice``. Raises Refused, Busy, Broken, Gone or Uncertain."""
        raise Unsupported(f"{self.id} makes no voices")
