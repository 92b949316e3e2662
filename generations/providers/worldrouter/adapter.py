"""WorldRouter: PixVerse's native routes behind a gateway. Source: contract sheet worldrouter.

Bearer key, own model names, own errors in words beside PixVerse's in numbers; no balance, no
webhooks, no list of jobs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

from generations.catalogue.types import Media

from ..adapter import Adapter
from ..faults import Fault, Reason, object_of, page, plain, raise_for
from ..menu import catalogue
from ..pixverse.answers import GOOD, charge, envelope, identity, report
from ..pixverse.faults import family
from ..pixverse.parts import bare
from ..types import (
    Accepted,
    Access,
    Ask,
    Broken,
    Charge,
    Handle,
    Job,
    MediaFile,
    Report,
    Request,
    Response,
    Uncertain,
)
from . import faults, requests
from .requests import ROOT, TRACE

NOBODYS = "1"


class WorldRouter(Adapter):
    """Amounts are in WorldRouter's credits. Ids are text here and whole numbers on the wire."""

    id = "worldrouter"
    reports_charge = True

    def headers(self, access: Access) -> dict[str, str]:
        return {"Authorization": f"Bearer {access.key}"}

    def submit(self, ask: Ask) -> Request:
        """POST E1 and E4 to E7."""
        return requests.submit(ask)

    def accepted(self, response: Response) -> Accepted:
        """``Resp.video_id``. Its ``credits`` are left alone: an estimate or a hold, the sheet
        cannot say which; usage is recorded when a status 1 is seen (section 7).
        """
        payload = _good(response, faults.SUBMITTING, pays=True)
        remote_id = identity(payload, "video_id")
        if not remote_id:
            raise Uncertain("WorldRouter's answer names no video")
        return Accepted(remote_id)

    def check(self, job: Job) -> Request:
        """GET E8."""
        remote_id = bare(job.remote_id, "video id")
        return Request("GET", f"{ROOT}/video/result/{remote_id}", headers=_fresh())

    def report(self, response: Response) -> Report:
        """Read E8 (statuses: section 3). Raises Busy, Broken, Gone, Uncertain."""
        payload = _good(response, faults.LOOKING)
        taken = _charge(payload)
        found = report(payload, taken)
        if found is None:
            raise Uncertain("WorldRouter's answer has no status")
        # Credits are told of recorded usage, so with a failure they contradict the page: say so.
        return replace(found, charge=taken) if found.final else found

    def upload(self, image: MediaFile) -> Request:
        """POST E2 or E3, multipart. Whether it costs is not stated; nothing says that it does."""
        part = (image.name, image.body, image.mime)
        if image.kind == Media.IMAGE:
            path, files = f"{ROOT}/image/upload", {"image": part}
        else:
            path, files = f"{ROOT}/media/upload", {"file": part}
        return Request("POST", path, headers=_fresh(), files=files)

    def handle(self, response: Response) -> Handle:
        """``Resp.img_id`` or ``media_id``; how long they live is unknown."""
        payload = _good(response, faults.UPLOADING)
        for form in ("img_id", "media_id"):
            if found := identity(payload, form):
                return Handle(form, found)
        raise Uncertain("WorldRouter's answer names no file")

    def probe(self, access: Access) -> Request:
        """A look at a video that is not ours. No balance route is documented, and this is the
        only documented one that makes nothing: a bad key is stopped by the gateway (401), a good
        one gets past it, and is told that there is no such video, or that it is another's.
        """
        return Request("GET", f"{ROOT}/video/result/{NOBODYS}", headers=_fresh())

    def read_probe(self, response: Response) -> None:
        """Returns if the gateway let the key in. Raises Broken, Busy.

        A 404 without PixVerse's envelope is a wrong base URL (a ``/v1`` too much), no good key.
        """
        reason = _reason(response)
        if reason.code == faults.FOREIGN or response.status == 402:
            return
        if reason.code.isdigit() and response.status not in (401, 403, 429):
            fault = next(
                (row for row in faults.UPSTREAM if row.fits(response.status, reason)), None
            )
            if fault is None or fault.error is not Broken:
                return
        raise_for(faults.PROBING, response, reason, pays=False)


def _fresh() -> dict[str, str]:
    return {TRACE: str(uuid4())}


def _charge(payload: dict[str, Any]) -> Charge | None:
    """An amount counts only in the unit that the answer itself names."""
    unit = catalogue(WorldRouter.id).unit
    return charge(payload, unit) if payload.get("credits_unit") == unit else None


def _reason(response: Response) -> Reason:
    """Two families of errors, read in this order: ``detail``, ``error``, ``ErrCode``."""
    body = object_of(response)
    if body is None:
        return Reason(page(response))
    for wrapper in ("detail", "error"):
        inner = body.get(wrapper)
        if isinstance(inner, dict):
            return Reason(plain(inner), plain(inner.get("code")))
        if inner:
            return Reason(plain(inner))
    found = envelope(response)
    return Reason(found.said, found.code) if found else Reason()


def _good(response: Response, table: Sequence[Fault], *, pays: bool = False) -> dict[str, Any]:
    """The payload of a success; HTTP 200 alone does not mean one. Raises by the table."""
    found = envelope(response)
    if found is None or found.code != GOOD or not 200 <= response.status < 300:
        reason = _reason(response)
        raise_for((*table, *family(reason.code)), response, reason, pays=pays)
    return found.payload
