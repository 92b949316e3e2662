"""PixVerse's own Platform API. Source: contract sheet pixverse, sections 1 to 4, 7 and 9."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from generations.catalogue.types import Media

from ..adapter import Adapter
from ..faults import Fault, Reason, object_in, page, raise_for
from ..menu import catalogue
from ..types import (
    Accepted,
    Access,
    Ask,
    Balance,
    Broken,
    Callback,
    Entry,
    Forged,
    Handle,
    Job,
    Masks,
    MediaFile,
    Report,
    Request,
    Response,
    Spoken,
    Uncertain,
    Usage,
)
from . import faults, requests, signature, usage
from .answers import GOOD, amount, charge, envelope, identity, masks, report, whole
from .lists import LISTS, SPEAKER, entries, entry_id
from .parts import bare
from .requests import ROOT, TRACE

VIDEOS = f"{ROOT}/video/result/"
PICTURES = f"{ROOT}/image/result/"


class PixVerse(Adapter):
    """Amounts are in PixVerse's credits. Ids are text here and bare whole numbers on the wire."""

    id = "pixverse"
    reports_charge = True
    lists_charges = True
    own_voices = "own_voices"
    callback_answer = (200, "ok")  # exactly this, else PixVerse sends it again up to 8 times

    def headers(self, access: Access) -> dict[str, str]:
        return {"API-KEY": access.key}

    def submit(self, ask: Ask) -> Request:
        """POST 2.3 to 2.22. The trace id is our token: a repeated one makes no new video."""
        return requests.submit(ask)

    def accepted(self, response: Response) -> Accepted:
        """``Resp.video_id``, or ``image_id`` of a picture, which has a result route of its own.

        ``credits`` is the price taken for this job (section 2).
        """
        payload = _good(response, faults.SUBMITTING, pays=True)
        taken = charge(payload, catalogue(self.id).unit)
        if remote_id := identity(payload, "video_id"):
            return Accepted(remote_id, charge=taken)
        if remote_id := identity(payload, "image_id"):
            return Accepted(remote_id, charge=taken, poll_url=f"{PICTURES}{remote_id}")
        raise Uncertain("PixVerse's answer names no video")

    def check(self, job: Job) -> Request:
        """GET 2.26, or 2.27 for a picture, with a trace id of its own for each look."""
        remote_id = bare(job.remote_id, "video id")
        root = PICTURES if PICTURES in job.poll_url else VIDEOS
        return Request("GET", f"{root}{remote_id}", headers=_fresh())

    def report(self, response: Response) -> Report:
        """Read 2.26 (statuses: section 4). Raises Busy, Broken, Gone, Uncertain."""
        payload = _good(response, faults.LOOKING)
        found = report(payload, charge(payload, catalogue(self.id).unit))
        if found is None:
            raise Uncertain("PixVerse's answer has no status")
        return found

    def upload(self, image: MediaFile) -> Request:
        """POST 2.1 or 2.2, multipart. Free. How long the id lives is unknown."""
        part = (image.name, image.body, image.mime)
        if image.kind == Media.IMAGE:
            path, files = f"{ROOT}/image/upload", {"image": part}
        else:
            path, files = f"{ROOT}/media/upload", {"file": part}
        return Request("POST", path, headers=_fresh(), files=files)

    def handle(self, response: Response) -> Handle:
        """``img_id``, or ``ImgID`` as the official MCP expects it; ``media_id`` of the rest."""
        payload = _good(response, faults.UPLOADING)
        if img_id := identity(payload, "img_id", "ImgID"):
            return Handle("img_id", img_id)
        if media_id := identity(payload, "media_id"):
            return Handle("media_id", media_id)
        raise Uncertain("PixVerse's answer names no file")

    def listing(self, name: str, page: int, access: Access) -> Request | None:
        """GET 2.11, 2.15 and section 10. ``image_templates`` are those of image_template."""
        found = LISTS.get(name)
        if found is None:
            return None
        path = f"{ROOT}{found.path}"
        return Request("GET", path, headers=_fresh(), params=found.query(page))

    def read_listing(self, name: str, response: Response) -> tuple[list[Entry], bool]:
        """A page. Code 712008, which the list's page names, ends it. Raises Broken, Busy."""
        found = envelope(response)
        if found is not None and found.code == faults.LAST_PAGE:
            return [], False
        return entries(name, _good(response, faults.LOOKING))

    def masks(self, source: Handle, keyframe: int, token: str) -> Request:
        """POST 2.16."""
        return requests.mask_selection(source, keyframe, token)

    def read_masks(self, response: Response) -> Masks:
        """Read 2.16. A frame on which nothing was found holds no masks: try another one."""
        payload = _good(response, faults.SUBMITTING, pays=True)
        found = masks(payload, charge(payload, catalogue(self.id).unit))
        if found is None:
            raise Uncertain("PixVerse's answer names no key frame")
        return found

    def voice(self, name: str, audio: Handle, token: str) -> Request:
        """POST 2.12. The trace id is our token, as with jobs."""
        return requests.voice(name, audio, token)

    def read_voice(self, response: Response) -> Spoken:
        """Read 2.12, whose fields are unknown: the id, where it is called as in the list."""
        payload = _good(response, faults.SUBMITTING, pays=True)
        return Spoken(entry_id(payload, SPEAKER), charge(payload, catalogue(self.id).unit))

    def drop_voice(self, id: str) -> Request:
        """DELETE 2.12."""
        return Request("DELETE", f"{ROOT}/video/tts_speaker/{quote(id, safe='')}", headers=_fresh())

    def read_drop(self, response: Response) -> None:
        """Read 2.12: only whether it was done. Raises Gone where it has no such voice."""
        _good(response, faults.LOOKING, pays=True)

    def balance(self, access: Access) -> Request:
        """GET 2.23. Free, so it is the probe as well."""
        return Request("GET", f"{ROOT}/account/balance", headers=_fresh())

    def read_balance(self, response: Response) -> Balance:
        """Monthly and bought credits together: what can be spent. Raises Broken, Busy."""
        payload = _good(response, faults.LOOKING)
        found = {name: amount(payload.get(name)) for name in ("credit_monthly", "credit_package")}
        parts = {name: one for name, one in found.items() if one is not None}
        if not parts:
            raise Broken("PixVerse's answer holds no balance")
        words = {name: str(one) for name, one in parts.items()}
        return Balance(sum(parts.values(), Decimal(0)), catalogue(self.id).unit, words)

    def usage(self, since: dt.datetime, until: dt.datetime, cursor: str) -> Request:
        """POST 2.24: reads, makes nothing."""
        body = usage.question(since, until, cursor)
        return Request("POST", f"{ROOT}/account/billing/usage-detail", headers=_fresh(), json=body)

    def read_usage(self, response: Response) -> tuple[list[Usage], str]:
        """Read 2.24, whose fields are not published. Raises Broken where they are others."""
        found = usage.lines(_good(response, faults.LOOKING))
        if found is None:
            raise Broken("PixVerse's usage list has fields that PixStudio does not know")
        return found

    def callback(self, headers: Mapping[str, str], body: bytes, access: Access) -> Callback:
        """Section 7. Repeats are told apart by id and status. Raises Forged, Broken."""
        genuine = signature.is_genuine(
            access.settings.get("webhook_secret", ""),
            headers.get("webhook-timestamp", ""),
            headers.get("webhook-nonce", ""),
            headers.get("webhook-signature", ""),
            body,
            time.time(),
        )
        if not genuine:
            raise Forged("the signature is wrong or too old")
        content = object_in(body)
        remote_id, status = identity(content, "id"), whole(content.get("status"))
        if not remote_id:
            raise Broken("PixVerse's webhook names no video")
        token = headers.get(TRACE.lower(), "")
        return Callback(remote_id, f"{remote_id}:{status}", token, status)


def _fresh() -> dict[str, str]:
    return {TRACE: str(uuid4())}


def _good(response: Response, table: Sequence[Fault], *, pays: bool = False) -> dict[str, Any]:
    """The payload of a success; HTTP 200 alone does not mean one. Raises by the table."""
    found = envelope(response)
    if found is None:
        raise_for(table, response, Reason(page(response)), pays=pays)
    if found.code != GOOD:
        rows = (*table, *faults.family(found.code))
        raise_for(rows, response, Reason(found.said, found.code), pays=pays)
    if not 200 <= response.status < 300:
        raise_for(table, response, Reason(found.said), pays=pays)
    return found.payload
