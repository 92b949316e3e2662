"""The Pixazo gateway, as its contract sheet has it: flat JSON, polling addresses, USD."""

import json
import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from generations.sandbox.check import Wrong, read
from generations.sandbox.dialects.base import Call, Dialect, Route, Trouble, route
from generations.sandbox.dialects.pixazo.rules import ENDPOINTS, Endpoint, check_address
from generations.sandbox.jobs import Job, Order, State
from generations.sandbox.money import Account
from generations.sandbox.sizes import ratio_of
from generations.sandbox.wire import Refused, Reply, Request, answer

STATUS = {
    State.QUEUED: "QUEUED",
    State.RUNNING: "PROCESSING",
    State.DONE: "COMPLETED",
    State.FAILED: "FAILED",
    State.MODERATED: "FAILED",
    State.ERROR: "ERROR",
}
STRANGE_STATUS = "POSTPROCESSING"
REASONS = {
    State.FAILED: "model failed to generate the video",
    State.MODERATED: "content moderation: the prompt or image was rejected",
    State.ERROR: "internal system error",
}


def bad(words: str) -> Reply:
    """A field error. The sheet announces these without showing one; this shape is the sandbox's."""
    return answer(400, {"error": "Bad Request", "message": words})


def stock(status: int, words: str) -> Reply:
    """The stock body of the gateway software that the header name points at."""
    return answer(status, {"statusCode": status, "message": words})


def stamp(moment: float | None) -> str | None:
    if moment is None:
        return None
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


class Pixazo(Dialect):
    name = "pixazo"
    unit = "usd"
    limit = 20
    balance = Decimal(500)
    poor = Decimal("0.01")
    keeps = frozenset({State.FAILED, State.MODERATED})
    media_type = "application/octet-stream"

    def make_routes(self) -> list[Route]:
        routes = [route("GET", r"/v2/requests/status/([^/]+)", self.status)]
        for endpoint in ENDPOINTS:
            path = f"/{endpoint.api_id}/v1/{endpoint.path}"
            routes.append(route("POST", path, self._opener(endpoint)))
        # Any other model, C1 and lipsync included: their fields are not published.
        routes.append(route("POST", r"/([^/]+)/v1/.+", self.no_such_model))
        return routes

    def key_of(self, request: Request) -> str:
        key = request.header("Ocp-Apim-Subscription-Key")
        if not key:
            words = "Access denied due to missing subscription key."
            raise Refused(stock(401, words))
        if not key.startswith("sandbox-"):
            raise Refused(stock(401, "Access denied due to invalid subscription key."))
        return key

    def trouble(self, what: Trouble, account: Account, order: Order) -> Reply:
        match what:
            case Trouble.REFUSED:
                return bad("the model refused the request")
            case Trouble.MODERATED:
                return stock(422, "content rejected by moderation")
            case Trouble.BUSY:
                return stock(429, "Rate limit is exceeded. Try again later.")
            case Trouble.LOCKED:
                return stock(403, "Forbidden")
            case Trouble.POOR:
                words = "Your wallet does not have enough balance."
                return answer(402, {"error": "Insufficient Balance", "message": words})
        return stock(500, "Internal server error")

    def lost(self) -> Reply:
        return stock(404, "Resource not found")

    def no_such_job(self) -> Reply:
        return stock(404, "Resource not found")

    def new_id(self, account: Account, order: Order, number: int) -> str:
        # The model's name, then the look of a time-ordered UUID v7.
        clock = f"{int(time.time() * 1000):012x}"
        tail = f"{clock[:8]}-{clock[8:]}-7{number % 4096:03x}-8000-{number:012x}"
        return f"{order.extra['api_id']}_{tail}"

    def media_path(self, job: Job) -> str:
        return f"v1/{job.remote_id}/output.mp4"

    # Operations

    def no_such_model(self, call: Call) -> Reply:
        words = f"Model '{call.match[1]}' not found or is disabled"
        return answer(400, {"error": "Model not found", "message": words})

    def _opener(self, endpoint: Endpoint) -> Any:
        def open_(call: Call) -> Reply:
            return self.open(call, endpoint)

        return open_

    def open(self, call: Call, endpoint: Endpoint) -> Reply:
        body = call.request.json()
        if body is None:
            return bad("body is not a JSON object")
        try:
            taken = endpoint.defaults | {
                name: value
                for name, value in read(body, endpoint.fields).items()
                if value is not None
            }
            if address := taken.get("image_url"):
                check_address(address)
        except Wrong as wrong:
            return bad(wrong.text)
        hook = call.request.header("X-Webhook-URL")
        if hook and urlsplit(hook).scheme not in ("http", "https"):
            return bad("X-Webhook-URL must be an address")
        return self.submit(call, self._order(endpoint, taken, hook), self.created)

    def _order(self, endpoint: Endpoint, taken: dict[str, Any], hook: str) -> Order:
        seconds, audio = int(taken["duration"]), bool(taken.get("generate_audio_switch"))
        menu = {
            "operation": endpoint.operation,
            "model": endpoint.model,
            "quality": taken["resolution"],
            "seconds": seconds,
            "audio": audio,
        }
        return Order(
            endpoint.operation,
            endpoint.model,
            taken["prompt"],
            seconds,
            taken["resolution"],
            ratio_of(taken.get("aspect_ratio", "16:9")),
            self.price(menu),
            audio,
            taken.get("seed"),
            token=hook,
            hook=hook,
            image_url=taken.get("image_url", ""),
            extra={"api_id": endpoint.api_id},
        )

    def created(self, job: Job) -> Reply:
        address = f"{job.origin}/{self.name}/v2/requests/status/{job.remote_id}"
        said = {"request_id": job.remote_id, "status": "QUEUED", "polling_url": address}
        return answer(202, said)

    def status(self, call: Call) -> Reply:
        job = self.world.jobs.find(self.name, call.match[1])
        if job is None or job.key != call.account.key:
            return self.no_such_job()
        self.asked(job)
        return answer(200, self._view(job, call.request.origin))

    def _view(self, job: Job, origin: str) -> dict[str, Any]:
        done = job.state is State.DONE
        ended = None if job.finished is None else self.world.clock.wall(job.finished)
        status = STATUS[job.state]
        if job.state is State.RUNNING and job.has("unknown-status"):
            status = STRANGE_STATUS
        failed = job.state.final and not done
        output = {"media_url": [self.link(job, origin)], "media_type": self.media_type}
        return {
            "request_id": job.remote_id,
            "status": status,
            "model_id": job.order.extra["api_id"],
            "error": (job.reason or REASONS[job.state]) if failed else None,
            "output": output if done else None,
            "created_at": stamp(job.created),
            "updated_at": stamp(ended or job.created),
            "completed_at": stamp(ended),
        }

    def hook_body(self, job: Job, kind: str) -> str | None:
        if kind == "progress":
            return None
        view = self._view(job, job.origin)
        if kind == "forged":
            address = f"{job.origin}/media/forged/forged.mp4"
            view["status"], view["completed_at"] = "COMPLETED", view["created_at"]
            view["output"] = {"media_url": [address], "media_type": self.media_type}
        return json.dumps(view)
