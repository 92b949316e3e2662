"""Pixazo: one address per product, one for every look. Source: contract sheet pixazo.

There is no upload, no balance call, no list of jobs and no signature on webhooks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlsplit

from ..adapter import Adapter
from ..faults import Fault, Reason, object_in, object_of, page, plain, raise_for
from ..menu import offering, picture, told
from ..types import (
    Accepted,
    Access,
    Ask,
    Broken,
    Busy,
    Callback,
    Charge,
    Gone,
    Job,
    Moderated,
    NoBalance,
    Refused,
    Remote,
    Report,
    Request,
    Response,
    Uncertain,
    Unsupported,
)

STATUS = "/v2/requests/status/"
NOBODYS = "pixverse_00000000-0000-7000-8000-000000000000"
FREE = Charge(Decimal(0), "USD")

FIELDS = {
    "duration": "duration",
    "quality": "resolution",
    "aspect_ratio": "aspect_ratio",
    "audio": "generate_audio_switch",
    "seed": "seed",
    "negative_prompt": "negative_prompt",
    "multi_clip": "generate_multi_clip_switch",
}

STATES = {
    "QUEUED": Remote.WAITING,
    "PROCESSING": Remote.RUNNING,
    "COMPLETED": Remote.SUCCEEDED,
    "FAILED": Remote.FAILED,
    "ERROR": Remote.FAILED,
}

FAULTS = (
    Fault(Refused, 400, seen="1: bad field, or model unknown or disabled"),
    Fault(Broken, 401, ours="Pixazo does not accept the key", seen="1"),
    Fault(NoBalance, 402, seen="1: in the common list and in the sample"),
    Fault(Broken, 403, ours="Pixazo forbids this to the key", seen="1"),
    Fault(Broken, 404, ours="Pixazo does not know the address", seen="1"),
    Fault(Moderated, 422, seen="1: undocumented, read so by a public client"),
    Fault(Busy, 429, seen="1"),
)
LOOKING = (Fault(Gone, 404, seen="2, E4: what an unknown id gets is not said"), *FAULTS)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where one product is asked for; ``number`` is the JSON type of its duration."""

    path: str
    number: type[int] | type[str] = int


ENDPOINTS = {
    "pixverse-v6-image-to-video": Endpoint(
        "/pixverse-v6-image-to-video/v1/pixverse-v6-image-to-video-request"
    ),
    "pixverse-v6-text-to-video": Endpoint(
        "/pixverse-v6-text-to-video/v1/pixverse-v6-text-to-video-request"
    ),
    "pixverse": Endpoint("/pixverse/v1/pixverse-request"),
    "pixverse-i2v": Endpoint("/pixverse-i2v/v1/pixverse-i2v-request", str),
}


class Pixazo(Adapter):
    """Contract sheet pixazo, sections 1 to 4. Money in USD."""

    id = "pixazo"

    def headers(self, access: Access) -> dict[str, str]:
        """The key as Azure's gateway wants it (section 1)."""
        return {"Ocp-Apim-Subscription-Key": access.key, "Cache-Control": "no-cache"}

    def submit(self, ask: Ask) -> Request:
        """POST to the product's own address (E1, E2, E3, E5). Raises Unsupported."""
        found = offering(self.id, ask)
        endpoint = ENDPOINTS.get(ask.remote_model)
        if endpoint is None:
            raise Unsupported(f"pixazo has no address for {ask.remote_model}", field="model")
        body = {"prompt": ask.brief.prompt, **told(ask, found, FIELDS, self.id)}
        body["duration"] = endpoint.number(str(body["duration"]))
        if ask.brief.image is not None:
            body["image_url"] = picture(ask, self.id, "link")
        headers = {"X-Webhook-URL": ask.callback_url} if ask.callback_url else {}
        return Request("POST", endpoint.path, headers=headers, json=body, pays=True)

    def accepted(self, response: Response) -> Accepted:
        """Any 2xx with ``request_id`` (section 11.13); it may hold the result at once (11.14).

        Raises Refused, Moderated, Busy, NoBalance, Broken, Uncertain.
        """
        if not 200 <= response.status < 300:
            raise_for(FAULTS, response, _reason(response), pays=True)
        body = object_of(response) or {}
        remote_id = plain(body.get("request_id"))
        if not remote_id:
            raise Uncertain("Pixazo's answer names no request")
        report = _read(body)
        links = _links(body.get("output"))
        if links and not report.final:
            report = Report(Remote.SUCCEEDED, report.word, links=links)
        return Accepted(
            remote_id=remote_id,
            charge=report.charge,
            poll_url=plain(body.get("polling_url")),
            report=report if report.final else None,
        )

    def check(self, job: Job) -> Request:
        """GET the status (E4): by its usual path, or by the polling URL where that differs.

        A polling URL on another host than the account's is for the transport to refuse.
        """
        path = STATUS + quote(job.remote_id, safe="")
        try:
            named = urlsplit(job.poll_url)
        except ValueError:
            return Request("GET", path)
        usual = named.scheme not in ("http", "https") or named.path.endswith(path)
        return Request("GET", path if usual else job.poll_url)

    def report(self, response: Response) -> Report:
        """Read a status (section 3). Raises Busy, Broken, Gone, Uncertain."""
        if not 200 <= response.status < 300:
            raise_for(LOOKING, response, _reason(response), pays=False)
        body = object_of(response)
        if body is None or "status" not in body:
            raise Uncertain("Pixazo's answer has no status")
        return _read(body)

    def probe(self, access: Access) -> Request:
        """The status of a made-up request: free, and the only call documented beside a paid one."""
        return Request("GET", STATUS + NOBODYS)

    def read_probe(self, response: Response) -> None:
        """401 is a bad key; 400, 403 and 404 speak of the request, so the key was accepted.

        What an unknown id gets is not documented (E4). Raises Broken, Busy.
        """
        if response.status not in (200, 400, 403, 404):
            raise_for(FAULTS, response, _reason(response), pays=False)

    def callback(self, headers: Mapping[str, str], body: bytes, access: Access) -> Callback:
        """Unsigned (section 4), so a hint only; repeats share ``event``. Raises Broken."""
        data = object_in(body)
        remote_id = plain(data.get("request_id"))
        if not remote_id:
            raise Broken("Pixazo's webhook names no request")
        word = plain(data.get("status")).upper()
        return Callback(remote_id=remote_id, event=f"{remote_id}:{word}", word=word)


def _read(body: dict[str, Any]) -> Report:
    """A status object, as it comes from a look, a webhook or at once."""
    links = _links(body.get("output"))
    word = plain(body.get("status")).upper()
    state = STATES.get(word)
    said = plain(body.get("error"))
    if state is Remote.FAILED:
        # No text is documented: what speaks of moderation is only named so, the money is the same.
        moderated = word == "FAILED" and "moderation" in said.lower()
        said = f"{word}: {said or 'Pixazo gives no reason'}"
        charge = FREE if word == "ERROR" else None
        return Report(Remote.MODERATED if moderated else state, word, charge=charge, said=said)
    if state is Remote.SUCCEEDED and links:
        return Report(state, word, links=links)
    if state is Remote.SUCCEEDED:
        return Report(Remote.RUNNING, word, said="finished, but without a file", known=False)
    return Report(state or Remote.RUNNING, word, known=state is not None)


def _links(output: object) -> tuple[str, ...]:
    """``media_url`` is a list; one public client met a bare string (E4)."""
    found = output.get("media_url") if isinstance(output, dict) else None
    several = found if isinstance(found, list) else [found]
    return tuple(one for one in several if isinstance(one, str) and one)


def _reason(response: Response) -> Reason:
    """``message``, then ``error``, then ``detail``, then plain text (section 1)."""
    body = object_of(response)
    if body is None:
        return Reason(page(response))
    return Reason(plain(body), code=plain(body.get("error")) if "message" in body else "")
