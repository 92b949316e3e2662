"""EasyRouter: an OpenAI-like video surface. Source: contract sheet easyrouter.

No uploads (the picture travels inside), no webhooks, no balance call, no list of tasks.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from ..adapter import Adapter
from ..faults import Fault, Reason, object_of, page, plain, raise_for
from ..menu import offering, picture, told
from ..types import (
    Accepted,
    Access,
    Ask,
    Broken,
    Busy,
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
)

VIDEOS = "/v1/videos"
NOBODYS = "task_00000000000000000000000000000000"
NO_TASK = "task_not_exist"

# The resolution is told by metadata.quality alone: of the three fields it is the one that lists
# all four tiers and whose precedence over ``size`` is documented (section 2).
METADATA = {
    "quality": "quality",
    "aspect_ratio": "aspect_ratio",
    "audio": "generate_audio_switch",
    "seed": "seed",
    "negative_prompt": "negative_prompt",
}

STATES = {
    "queued": Remote.WAITING,
    "unknown": Remote.WAITING,  # a literal: the task was not yet asked about upstream (section 3)
    "in_progress": Remote.RUNNING,
    "completed": Remote.SUCCEEDED,
    "failed": Remote.FAILED,
}

POOR = "EasyRouter's balance is too small"
FAULTS = (
    Fault(NoBalance, code="insufficient_user_quota", ours=POOR, seen="1: stock says it with 403"),
    Fault(NoBalance, 403, words="insufficient user quota", ours=POOR, seen="1, 11.7"),
    Fault(NoBalance, 402, ours=POOR, seen="1"),
    Fault(Moderated, 400, code="sensitive_words_detected", seen="stock software, not in the sheet"),
    Fault(Refused, 400, seen="6: caught before upstream, no charge"),
    Fault(Refused, 413, ours="EasyRouter finds the request too large", seen="1"),
    Fault(Broken, 401, ours="EasyRouter does not accept the key", seen="1"),
    Fault(Broken, 403, ours="EasyRouter forbids this model to the key", seen="1"),
    Fault(Broken, 404, ours="EasyRouter does not know the address", seen="1"),
    Fault(Busy, 429, seen="1"),
    Fault(Broken, 500, code="build_request_failed", seen="2: the reservation is returned"),
    Fault(Broken, 501, ours="EasyRouter cannot make videos with this model", seen="1"),
)
LOOKING = (
    Fault(Gone, 400, code=NO_TASK, seen="2, E2: not found, or of another user"),
    Fault(Broken, 400, seen="2, E2"),
    *FAULTS,
)


class EasyRouter(Adapter):
    """Contract sheet easyrouter, sections 1 to 3. Prices are unknown; credits, if ever told."""

    id = "easyrouter"

    def headers(self, access: Access) -> dict[str, str]:
        return {"Authorization": f"Bearer {access.key}"}

    def submit(self, ask: Ask) -> Request:
        """POST /v1/videos (E1): a picture makes it image to video. Raises Unsupported."""
        found = offering(self.id, ask)
        fields = told(ask, found, {"duration": "duration", **METADATA}, self.id)
        body: dict[str, Any] = {
            "model": ask.remote_model,
            "prompt": ask.brief.prompt,
            "duration": fields.pop("duration"),
            "metadata": fields,
        }
        if ask.brief.image is not None:
            body["image"] = picture(ask, self.id, "data_uri", "link")
        return Request("POST", VIDEOS, json=body, pays=True)

    def accepted(self, response: Response) -> Accepted:
        """The task's id. Raises Refused, Busy, NoBalance, Broken, Uncertain."""
        if not 200 <= response.status < 300:
            raise_for(FAULTS, response, _reason(response), pays=True)
        body = object_of(response) or {}
        remote_id = plain(body.get("id")) or plain(body.get("task_id"))
        if not remote_id:
            raise Uncertain("EasyRouter's answer names no task")
        report = _read(body)
        return Accepted(remote_id, report=report if report.final else None)

    def check(self, job: Job) -> Request:
        """GET /v1/videos/{id} (E2)."""
        return Request("GET", f"{VIDEOS}/{quote(job.remote_id, safe='')}")

    def report(self, response: Response) -> Report:
        """Read a task (section 3). Raises Busy, Broken, Gone, Uncertain."""
        if not 200 <= response.status < 300:
            raise_for(LOOKING, response, _reason(response), pays=False)
        body = object_of(response)
        if body is None or "status" not in body:
            raise Uncertain("EasyRouter's answer has no status")
        return _read(body)

    def content(self, job: Job) -> Request:
        """GET /v1/videos/{id}/content (E3): the file through EasyRouter, with the key."""
        return Request("GET", f"{VIDEOS}/{quote(job.remote_id, safe='')}/content")

    def probe(self, access: Access) -> Request:
        """The status of a made-up task: free, and answered differently to a bad key."""
        return Request("GET", f"{VIDEOS}/{NOBODYS}")

    def read_probe(self, response: Response) -> None:
        """400 ``task_not_exist`` is a good key, 401 a bad one. Raises Broken, Busy."""
        reason = _reason(response)
        if response.status != 200 and (response.status, reason.code) != (400, NO_TASK):
            raise_for(LOOKING, response, reason, pays=False)


def _read(body: dict[str, Any]) -> Report:
    word = plain(body.get("status"))
    state = STATES.get(word.lower())
    progress = body.get("progress")
    steps = progress if type(progress) is int and 0 <= progress <= 100 else None
    if state is Remote.FAILED:
        # The text is the only sign of a moderated task (section 3). Refunded: see the policy.
        said = plain(body.get("error"))
        moderated = "content moderation failed" in said.lower()
        return Report(Remote.MODERATED if moderated else state, word, said=said, progress=steps)
    if state is Remote.SUCCEEDED:
        # Without a link there is still E3, the content route.
        return Report(state, word, links=_links(body), progress=steps)
    return Report(state or Remote.RUNNING, word, progress=steps, known=state is not None)


def _links(body: dict[str, Any]) -> tuple[str, ...]:
    """Read only of a completed task: stock may put a failure's text there (E2)."""
    metadata = body.get("metadata")
    url = metadata.get("url") if isinstance(metadata, dict) else None
    return (url,) if isinstance(url, str) and url.startswith(("https://", "http://")) else ()


def _reason(response: Response) -> Reason:
    """The three error shapes of section 1: flat, wrapped in ``error``, and not JSON at all."""
    body = object_of(response)
    if body is None:
        return Reason(page(response))
    inner = body.get("error")
    where = inner if isinstance(inner, dict) else body
    return Reason(plain(where), code=plain(where.get("code")))
