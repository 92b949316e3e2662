"""What adapters take and give: requests and answers as plain values, and one kind of error each."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from generations.catalogue.types import Brief, Input


@dataclass(frozen=True, slots=True)
class Access:
    """How to reach one account. ``repr`` hides the key and the secret settings."""

    base_url: str
    key: str = field(repr=False)
    settings: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP exchange to be made. ``path`` hangs on the base URL unless it is a whole URL.

    ``pays`` marks a request after which a lost answer is uncertain: it is never sent twice.
    ``files`` is for multipart parts: name -> (file name, bytes, mime).
    """

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, Any] | None = None
    files: Mapping[str, tuple[str, bytes, str]] | None = None
    body: bytes | None = field(default=None, repr=False)
    pays: bool = False


@dataclass(frozen=True, slots=True)
class Response:
    """A whole answer. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    def json(self) -> Any:
        """The body as JSON: whole numbers exact, others as Decimal. May raise ValueError."""
        return json.loads(self.body, parse_float=Decimal)

    def text(self, limit: int = 2000) -> str:
        return self.body[:limit].decode("utf-8", "replace")


def _storable(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return value.replace("\0", "").encode("utf-8", "replace").decode()


@dataclass(frozen=True, slots=True)
class Exchange:
    """The trace of one request and its answer, keys redacted, for the attempt's record."""

    method: str
    url: str
    sent: str
    status: int | None
    got: str
    ms: int
    trouble: str = ""

    def to_json(self) -> dict[str, Any]:
        """As plain data that every database stores: no NUL, no half characters."""
        return {name: _storable(getattr(self, name)) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A file's bytes, checked by us before. ``ms`` in milliseconds, 0 for a picture."""

    name: str
    mime: str
    width: int
    height: int
    body: bytes = field(repr=False)
    kind: str = "image"
    ms: int = 0


@dataclass(frozen=True, slots=True)
class Handle:
    """A file as one provider account knows it.

    ``form`` is img_id, media_id, path, link, data_uri, or remote_id for a clip that it made itself.
    """

    form: str
    value: str
    expires_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """Everything an adapter needs to ask for one clip. ``token`` is ours, stored before sending.

    ``handles`` stand in the order of the brief's inputs.
    """

    brief: Brief
    remote_model: str
    token: str
    handles: tuple[Handle, ...] = ()
    callback_url: str = ""
    settings: Mapping[str, str] = field(default_factory=dict, repr=False)

    def of(self, role: str) -> list[tuple[Input, Handle]]:
        """The inputs in one role with their handles, in order."""
        pairs = zip(self.brief.inputs, self.handles, strict=True)
        return [(one, handle) for one, handle in pairs if one.role == role]


@dataclass(frozen=True, slots=True)
class Charge:
    """What the provider says that it took, in its own unit."""

    amount: Decimal
    unit: str


class Remote(StrEnum):
    """The state of a job at a provider, in our words."""

    WAITING = "waiting"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    MODERATED = "moderated"


@dataclass(frozen=True, slots=True)
class Report:
    """One look at a job. ``word`` is the provider's own; ``known``: is it in the sheet?

    ``seed`` is the one it took, where it tells.
    """

    state: Remote
    word: str
    links: tuple[str, ...] = ()
    charge: Charge | None = None
    said: str = ""
    progress: int | None = None
    known: bool = True
    seed: int | None = None

    @property
    def final(self) -> bool:
        return self.state in (Remote.SUCCEEDED, Remote.FAILED, Remote.MODERATED)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took the job. ``poll_url`` where it names one; ``report`` if it is final."""

    remote_id: str
    charge: Charge | None = None
    poll_url: str = ""
    report: Report | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A job to be looked at, as its attempt remembers it."""

    remote_id: str
    poll_url: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True)
class Balance:
    """What is left at the provider, in its own unit, with the parts it names."""

    amount: Decimal
    unit: str
    parts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Usage:
    """One line of a provider's own list of charges. ``amount`` below zero: given back.

    ``remote_id`` is empty for what is no job; ``kind`` is the provider's word for what it was.
    """

    id: str
    remote_id: str
    kind: str
    amount: Decimal
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a provider's list: a template, a voice, a restyle. ``id`` as text.

    ``facts`` is what else it says and the form shows or checks ("images": "2", "quality": "540p").
    """

    id: str
    label: str
    preview: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mask:
    """One thing that can be swapped on the key frame."""

    id: str
    label: str
    picture: str


@dataclass(frozen=True, slots=True)
class Masks:
    """The answer to a mask selection: the key frame, what was found on it, what it cost."""

    keyframe: int
    picture: str
    masks: tuple[Mask, ...]
    charge: Charge | None = None


@dataclass(frozen=True, slots=True)
class Spoken:
    """The answer to the making of a voice. ``id`` is empty where the answer names none."""

    id: str
    charge: Charge | None = None


@dataclass(frozen=True, slots=True)
class Callback:
    """What a webhook says: a hint, never a verdict. ``event`` tells repeats apart."""

    remote_id: str
    event: str
    token: str = ""
    word: str = ""


class ProviderError(Exception):
    """Something at a provider's door. ``said`` is its own words, safe to show to a member.

    ``exchange`` is the trace, set by the transport; ``code`` the provider's own code if any.
    """

    def __init__(self, said: str = "", *, code: str = "", field: str = "") -> None:
        super().__init__(said or type(self).__name__)
        self.said = said
        self.code = code
        self.field = field
        self.exchange: Exchange | None = None


class Refused(ProviderError):
    """Certain: it will never work as asked, nothing was made. Release the hold."""


class Moderated(Refused):
    """Certain: refused for its content, nothing was made."""


class Unsupported(Refused):
    """Ours: an option that this provider cannot be told. Nothing was sent."""


class Busy(ProviderError):
    """Certain: nothing was made, try later. ``slots`` means that too many jobs are running."""

    def __init__(
        self,
        said: str = "",
        *,
        code: str = "",
        retry_after: float | None = None,
        slots: bool = False,
    ) -> None:
        super().__init__(said, code=code)
        self.retry_after = retry_after
        self.slots = slots


class Unreachable(Busy):
    """Certain: no connection was made, so nothing was sent."""


class NoBalance(ProviderError):
    """Certain: too little money at the provider. The account is flagged, the hold released."""


class Broken(ProviderError):
    """Certain: our key, their door, or a case nobody described. A person must look."""


class Barred(Broken):
    """Certain: the account itself is not let in (its key, subscription or standing)."""


class Uncertain(ProviderError):
    """The answer was lost after sending. Never sent again by itself; the hold stays."""


class Gone(ProviderError):
    """A look at a job got "not found" where the sheet does not say what that means."""


class Forged(ProviderError):
    """A webhook whose signature is wrong or too old."""
