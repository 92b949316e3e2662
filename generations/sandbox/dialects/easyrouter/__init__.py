"""The EasyRouter gateway, as its contract sheet has it: one OpenAI-style video object."""

import base64
import binascii
import string
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlsplit

from generations.sandbox.check import Why, Wrong
from generations.sandbox.dialects.base import Call, Dialect, Route, Trouble, bearer, route
from generations.sandbox.dialects.easyrouter import rules
from generations.sandbox.fetching import Unreadable, look
from generations.sandbox.jobs import Job, Order, State, stable
from generations.sandbox.money import Account
from generations.sandbox.sizes import ratio_of
from generations.sandbox.wire import Refused, Reply, Request, answer

REFRESH = 15.0  # the gateway asks PixVerse this often, and a GET only reads what it then wrote
DEADLINE = 1440 * 60.0
STATUS = {
    State.QUEUED: ("queued", 10),
    State.RUNNING: ("in_progress", 30),
    State.DONE: ("completed", 100),
    State.FAILED: ("failed", 100),
    State.MODERATED: ("failed", 100),
    State.ERROR: ("failed", 100),
}
REASONS = {
    State.FAILED: "generation failed",
    State.MODERATED: "content moderation failed",
    State.ERROR: "generation failed",
}
INTERNAL = {"queued": "QUEUED", "in_progress": "IN_PROGRESS", "unknown": "NOT_START"}
SATURATED = "当前分组上游负载已饱和，请稍后再试"
LETTERS = string.ascii_letters + string.digits


def task_error(status: int, code: str, message: str) -> Reply:
    return answer(status, {"code": code, "message": message, "data": None})


def gate_error(status: int, message: str, code: str = "") -> Reply:
    said = {"message": f"{message} (request id: sandbox)", "type": "new_api_error", "code": code}
    return answer(status, {"error": said})


def content_error(status: int, message: str) -> Reply:
    kind = "server_error" if status >= 500 else "invalid_request_error"
    return answer(status, {"error": {"message": message, "type": kind}})


class EasyRouter(Dialect):
    name = "easyrouter"
    unit = "usd"
    limit = 20
    balance = Decimal(500)
    poor = Decimal("0.01")

    def make_routes(self) -> list[Route]:
        return [
            route("GET", r"/v1/videos/([^/]+)", self.status),
            route("POST", r"/v1/videos", self.create),
            route("GET", r"/v1/videos/([^/]+)/content", self.content),
            route("HEAD", r"/v1/videos/([^/]+)/content", self.content),
        ]

    def key_of(self, request: Request) -> str:
        key = bearer(request)
        if not key.startswith(("sk-sandbox-", "sandbox-")):
            raise Refused(gate_error(401, "Invalid token"))
        return key

    def trouble(self, what: Trouble, account: Account, order: Order) -> Reply:
        match what:
            case Trouble.REFUSED:
                return task_error(400, "invalid_request", "request refused")
            case Trouble.MODERATED:
                return task_error(400, "sensitive_words_detected", "sensitive words detected")
            case Trouble.BUSY:
                return task_error(429, "rate_limit_exceeded", SATURATED)
            case Trouble.LOCKED:
                return gate_error(403, "no access to this model")
            case Trouble.POOR:
                return task_error(402, "insufficient_user_quota", "insufficient user quota")
        return task_error(500, "get_channel_failed", "internal error")

    def lost(self) -> Reply:
        return gate_error(404, "Invalid URL")

    def no_such_job(self) -> Reply:
        return task_error(400, "task_not_exist", "task_not_exist")

    def new_id(self, account: Account, order: Order, number: int) -> str:
        dice = (stable(f"{account.created}:{number}:{n}") for n in range(32))
        return "task_" + "".join(LETTERS[throw % len(LETTERS)] for throw in dice)

    def media_path(self, job: Job) -> str:
        return quote(f"pixverse/mp4/{job.number}.mp4", safe="")

    # Operations

    def create(self, call: Call) -> Reply:
        body = call.request.json()
        if body is None:
            return task_error(400, "invalid_request", "body is not a JSON object")
        try:
            taken = rules.understand(body)
            order = self._order(call, taken)
        except Wrong as wrong:
            if wrong.why is Why.TYPE and wrong.field in rules.METADATA:
                # Metadata is mapped onto typed fields only after the money was reserved.
                return task_error(500, "build_request_failed", wrong.text)
            return task_error(400, "invalid_request", wrong.text)
        return self.submit(call, order, lambda job: answer(200, self._created(job, body["model"])))

    def _order(self, call: Call, taken: dict[str, Any]) -> Order:
        picture = taken["picture"]
        audio = taken["generate_audio_switch"]
        operation = "image_to_video" if picture else "text_to_video"
        menu = {
            "operation": operation,
            "model": taken["version"],
            "quality": taken["quality"],
            "seconds": taken["duration"],
            "audio": audio,
        }
        factors = ("fast",) if taken["motion_mode"] == "fast" else ()
        order = Order(
            operation,
            taken["version"],
            taken["prompt"],
            taken["duration"],
            taken["quality"],
            ratio_of(taken["aspect_ratio"] or "16:9"),
            self.price(menu, *factors),
            audio,
            taken["seed"],
            extra={"deadline": DEADLINE},
        )
        if picture.startswith("data:"):
            self._take_data(call.account, order, picture)
        elif picture:
            if urlsplit(picture).scheme not in ("http", "https"):
                raise Wrong("image", Why.VALUE, "image must be a URL or a base64 data URI")
            order.image_url = picture
        return order

    def _take_data(self, account: Account, order: Order, address: str) -> None:
        head, _, data = address.partition(",")
        try:
            if not head.endswith(";base64"):
                raise ValueError(head)
            picture = look(base64.b64decode(data, validate=True))
        except (ValueError, binascii.Error, Unreadable) as trouble:
            raise Wrong("image", Why.VALUE, "invalid image data") from trouble
        upload = self.world.shelf.keep(self.name, account.key, "data", picture)
        order.image, order.ratio = upload.name, upload.width / upload.height

    def _created(self, job: Job, model: str) -> dict[str, Any]:
        return {
            "id": job.remote_id,
            "task_id": job.remote_id,
            "object": "video",
            "model": model,
            "status": "queued",
            "progress": 0,
            "created_at": int(job.created),
        }

    def _find(self, call: Call) -> Job | None:
        job = self.world.jobs.find(self.name, call.match[1])
        return job if job and job.key == call.account.key else None

    def seen(self, job: Job) -> State | None:
        """What the gateway saw at its last look at PixVerse; None before the first."""
        first = job.born + job.digest("look") % 1000 / 1000 * REFRESH
        now = self.world.clock.now()
        if now < first:
            return None
        looked = first + (now - first) // REFRESH * REFRESH
        if job.finished is not None and job.finished <= looked:
            return job.state
        return State.RUNNING if job.starts <= looked else State.QUEUED

    def status(self, call: Call) -> Reply:
        job = self._find(call)
        if job is None:
            return self.no_such_job()
        self.asked(job)
        state = self.seen(job)
        status, progress = STATUS[state] if state else ("unknown", 0)
        if state is State.RUNNING and job.has("unknown-status"):
            status = "finalizing"
        said: dict[str, Any] = {
            "id": job.remote_id,
            "status": status,
            "progress": progress,
            "created_at": int(job.created),
        }
        if state is State.DONE:
            said |= {
                "completed_at": int(self.world.clock.wall(job.finished or 0)),
                "size": f"{job.width}x{job.height}",
                "metadata": {"url": self.link(job, call.request.origin)},
            }
        elif state and state.final:
            words = "upstream timeout" if job.reason == "timeout" else REASONS[state]
            said["error"] = {"code": "", "message": words}
        return answer(200, said)

    def content(self, call: Call) -> Reply:
        job = self._find(call)
        if job is None:
            return content_error(404, "Task not found")
        state = self.seen(job)
        if state is not State.DONE:
            word = STATUS[state][0] if state else "unknown"
            name = INTERNAL.get(word, "FAILURE")
            return content_error(400, f"Task is not completed yet, current status: {name}")
        if job.has("dead-link") or self.world.link_is_dead(job):
            job.touched = True
            return content_error(502, "failed to fetch video content")
        reply = self.world.file(call.request, job)
        reply.headers["Cache-Control"] = "public, max-age=86400"
        return reply
