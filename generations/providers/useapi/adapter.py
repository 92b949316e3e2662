"""useapi.net: a front to the team's own PixVerse web account. Source: contract sheet useapi.

Ids hold the account's e-mail and travel raw in the path. Files are uploaded beforehand. What each
operation is sent stands in ``requests.py``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from urllib.parse import quote

from ..adapter import Adapter
from ..faults import object_in, object_of, plain, raise_for
from ..menu import offering
from ..types import (
    Accepted,
    Access,
    Ask,
    Balance,
    Broken,
    Callback,
    Entry,
    Gone,
    Handle,
    Job,
    MediaFile,
    Refused,
    Remote,
    Report,
    Request,
    Response,
    Uncertain,
    Unsupported,
)
from .answers import (
    FAULTS,
    LOOKING,
    STILL_RUNNING,
    charge_of,
    made,
    read,
    reason_of,
    row_of,
    without_email,
    word_of,
)
from .lists import page_of, rows_of
from .requests import written

RAW = ":@+!$&'()*,;=~"  # beside letters, digits and _.-: what an e-mail may hold, never encoded
UNIT = "plan credits"
PLAN = ("plan_name", "gen_simultaneously", "off_peak_discount", "preview_mode_discount")
CREDITS = ("credit_daily", "credit_monthly", "credit_package")

LIST = "/videos/"  # the marker of a job that only the list of videos shows
NEWEST = "40"  # its default; a larger number might be refused
EMAIL = re.compile(r"^user:\w+-pixverse:(.+)-(?:video|image):\w+$")


class UseApi(Adapter):
    """Contract sheet useapi, sections 1, 2.2 to 2.19 and 4. Money in plan credits."""

    id = "useapi"
    reports_charge = True

    def headers(self, access: Access) -> dict[str, str]:
        """The whole token, with its ``user:`` in front (section 1)."""
        return {"Authorization": f"Bearer {access.key}"}

    def submit(self, ask: Ask) -> Request:
        """2.4 to 2.13 and 2.18; ``replyRef`` is our token. Raises Unsupported.

        A job off peak calls nobody (5.3), and upscale has no ``email`` (2.12).
        """
        path, body = written(ask, offering(self.id, ask))
        if ask.settings.get("email") and path != "/videos/upscale":
            body["email"] = ask.settings["email"]
        if ask.settings.get("max_jobs"):
            body["maxJobs"] = _max_jobs(ask.settings["max_jobs"])
        if ask.callback_url and not _off_peak(ask):
            body["replyUrl"] = ask.callback_url
        body["replyRef"] = ask.token
        return Request("POST", path, json=body, pays=True)

    def accepted(self, response: Response) -> Accepted:
        """The id of the clip or picture, and ``cost_credits`` where it is told (2.4, 2.18).

        Raises Refused, Moderated, Busy, NoBalance, Broken, Uncertain.
        """
        if not 200 <= response.status < 300:
            raise_for(FAULTS, response, reason_of(response), pays=True)
        body = object_of(response) or {}
        remote_id = made(body)
        if not remote_id:
            raise Uncertain(reason_of(response).said or "useapi.net's answer names no video")
        return Accepted(remote_id, charge=charge_of(body, UNIT))

    def placed(self, ask: Ask, accepted: Accepted) -> Accepted:
        """A job off peak is looked up in the list (5.3), a template's picture as a video (2.16)."""
        if _off_peak(ask):
            return replace(accepted, poll_url=LIST)
        if _is_picture(accepted.remote_id) and ask.brief.operation != "image":
            return replace(accepted, poll_url=f"/videos/{_raw(accepted.remote_id)}")
        return accepted

    def check(self, job: Job) -> Request:
        """GET /videos/{id} or /images/{id}, the id raw: an encoded one is refused (7.5).

        A job off peak: the newest of GET /videos/, for the account that its id names.
        """
        if job.poll_url == LIST:
            hit = EMAIL.match(job.remote_id)
            email = {"email": hit[1]} if hit else {}
            return Request("GET", LIST, params={**email, "limit": NEWEST})
        kind = "videos" if job.poll_url or not _is_picture(job.remote_id) else "images"
        return Request("GET", f"/{kind}/{_raw(job.remote_id)}")

    def further(self, job: Job, request: Request, response: Response) -> Request | None:
        """The next page of the list of videos while the job is not found (2.16, 7.17).

        ``next_offset`` where it is told, else the position; a page that is not full is the last.
        """
        body = object_of(response) if 200 <= response.status < 300 else None
        if job.poll_url != LIST or body is None or row_of(body, job.remote_id):
            return None
        rows, following = body.get("data"), plain(body.get("next_offset"))
        count = len(rows) if isinstance(rows, list) else 0
        if not count or (count < int(NEWEST) and not following):
            return None
        before = request.params.get("offset", "0")
        offset = following or str(int(before if before.isdecimal() else 0) + count)
        return replace(request, params={**request.params, "offset": offset})

    def report(self, response: Response) -> Report:
        """Read a video (4.1, 4.2); 404 is a running one. Raises Busy, Broken, Gone, Uncertain."""
        if response.status == 404:
            return STILL_RUNNING
        if not 200 <= response.status < 300:
            raise_for(LOOKING, response, reason_of(response), pays=False)
        body = object_of(response)
        if not body:
            raise Uncertain("useapi.net's answer is no video")
        return read(body)

    def report_on(self, job: Job, response: Response) -> Report:
        """As ``report``; a picture answers 404 only if it is gone (2.18), a list never does."""
        if job.poll_url == LIST:
            if not 200 <= response.status < 300:
                raise_for(LOOKING, response, reason_of(response), pays=False)
            row = row_of(object_of(response), job.remote_id)
            return read(row) if row else Report(Remote.WAITING, "not listed")
        if response.status == 404 and _is_picture(job.remote_id) and not job.poll_url:
            raise Gone(reason_of(response).said or "useapi.net does not know the picture")
        return self.report(response)

    def upload(self, image: MediaFile) -> Request:
        """POST /files: the bytes as they are (2.3), for the only account there is."""
        return Request("POST", "/files/", headers={"Content-Type": image.mime}, body=image.body)

    def upload_to(self, image: MediaFile, access: Access) -> Request:
        """POST /files?email=: always named, since a newer page calls it required (2.3)."""
        headers = {"Content-Type": image.mime}
        return Request("POST", "/files/", headers=headers, params=_email(access), body=image.body)

    def handle(self, response: Response) -> Handle:
        """``result[0].path`` (2.3); its life is unknown. Raises as the sheet's statuses say."""
        if not 200 <= response.status < 300:
            raise_for(FAULTS, response, reason_of(response), pays=False)
        body = object_of(response) or {}
        result = body.get("result")
        first = result[0] if isinstance(result, list) and result else body
        entry = first if isinstance(first, dict) else {}
        if trouble := without_email(plain(entry.get("err_msg"))):
            raise Refused(trouble, field="image")
        path = plain(entry.get("path"))
        if not path:
            raise Uncertain("useapi.net's answer names no file")
        return Handle("path", path)

    def balance(self, access: Access) -> Request:
        """GET /features/?email= (2.2)."""
        return Request("GET", "/features/", params=_email(access))

    def read_balance(self, response: Response) -> Balance:
        """The sum of the three kinds of credits, with the plan and its factors beside them.

        Raises Broken, Busy.
        """
        if not 200 <= response.status < 300:
            raise_for(FAULTS, response, reason_of(response), pays=False)
        body = object_of(response) or {}
        parts = {name: body[name] for name in CREDITS if _is_number(body.get(name))}
        if not parts:
            raise Broken("useapi.net's answer names no credits")
        total = sum((Decimal(one) for one in parts.values()), Decimal(0))
        plan = {name: text for name in PLAN if (text := plain(body.get(name)))}
        return Balance(total, UNIT, {name: str(one) for name, one in parts.items()} | plan)

    def callback(self, headers: Mapping[str, str], body: bytes, access: Access) -> Callback:
        """Unsigned and repeated while it runs (4.4): a hint. Raises Broken."""
        found = object_in(body)
        remote_id, token = made(found), plain(found.get("replyRef"))
        if not remote_id and not token:
            raise Broken("useapi.net's webhook names no video")
        word = word_of(found)
        return Callback(remote_id, f"{remote_id or token}:{word}", token=token, word=word)

    def search(self, job: Job, access: Access) -> Request:
        """GET /scheduler/ (2.19): the jobs that still run, with our ``replyRef``.

        The list of finished videos is not documented to hold ``replyRef``, so a job that ended
        before we looked is not found; the webhook or a person finds it.
        """
        return Request("GET", "/scheduler/")

    def found(self, response: Response, job: Job) -> str | None:
        """The id of the job whose ``replyRef`` is our token. Raises Busy, Broken."""
        if not 200 <= response.status < 300:
            raise_for(FAULTS, response, reason_of(response), pays=False)
        try:
            rows = response.json()
        except (ValueError, RecursionError):
            rows = None
        for row in rows if isinstance(rows, list) else []:
            if isinstance(row, dict) and job.token and row.get("replyRef") == job.token:
                return plain(row.get("id")) or plain(row.get("video_id")) or None
        return None

    def listing(self, name: str, page: int, access: Access) -> Request | None:
        """GET /videos/effects, voices or restyles, or the accounts with their room (2.19)."""
        return page_of(name, page, _email(access))

    def read_listing(self, name: str, response: Response) -> tuple[list[Entry], bool]:
        if not 200 <= response.status < 300:
            raise_for(LOOKING, response, reason_of(response), pays=False)
        return rows_of(name, response)


def _off_peak(ask: Ask) -> bool:
    return ask.brief.options.get("off_peak") is True


def _is_picture(remote_id: str) -> bool:
    return "-image:" in remote_id


def _raw(remote_id: str) -> str:
    return quote(remote_id, safe=RAW)


def _email(access: Access) -> dict[str, str]:
    email = access.settings.get("email", "")
    return {"email": email} if email else {}


def _max_jobs(text: str) -> int:
    if text not in set("12345678"):
        raise Unsupported("jobs at once must be a number from 1 to 8", field="max_jobs")
    return int(text)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)
