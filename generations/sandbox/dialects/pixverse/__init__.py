"""The official PixVerse Platform API, as its contract sheet has it."""

import json
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from generations.sandbox.courier import Hook
from generations.sandbox.dialects.base import Call, Dialect, Route, Trouble, route
from generations.sandbox.dialects.native import fault, fine, number, stamp, status_of, timely_id
from generations.sandbox.dialects.pixverse import hooks, uploads
from generations.sandbox.dialects.pixverse.cuts import Cuts
from generations.sandbox.dialects.pixverse.films import Films
from generations.sandbox.dialects.pixverse.lists import Lists
from generations.sandbox.jobs import Job, Order, State
from generations.sandbox.money import Account
from generations.sandbox.wire import Refused, Reply, Request, answer, text

ROOT = "/openapi/v2"
STUCK_AFTER = 600.0  # a job still generating after ten minutes takes no place any more
CODES = {
    Trouble.REFUSED: 400017,
    Trouble.MODERATED: 500063,
    Trouble.BUSY: 500044,
    Trouble.POOR: 500090,
    Trouble.LOCKED: 400012,
}


class PixVerse(Dialect):
    name = "pixverse"
    unit = "credits"
    limit = 5
    balance = Decimal(16000)
    poor = Decimal(3)
    dedupes = True

    def make_routes(self) -> list[Route]:
        self.rooms = (Films(self), Cuts(self), Lists(self))
        return [
            route("GET", ROOT + r"/video/result/([^/]+)", self.result),
            route("POST", ROOT + r"/image/upload", self.upload),
            route("POST", ROOT + r"/media/upload", self.upload_media),
            *(entry for room in self.rooms for entry in room.routes()),
        ]

    def key_of(self, request: Request) -> str:
        key = request.header("API-KEY")
        if not key.startswith("sandbox-"):
            # The numeric code is not published; clients treat 10001 to 10005 as this.
            said = {"ErrCode": 10001, "ErrMsg": "Invalid API-KEY", "Resp": None}
            raise Refused(answer(200, said))
        if not request.header("Ai-trace-id"):
            raise Refused(fault(400011, "Ai-trace-id"))
        return key

    def trouble(self, what: Trouble, account: Account, order: Order) -> Reply:
        if what is Trouble.BROKEN:
            return text(500, "Internal Server Error")
        return fault(CODES[what])

    def lost(self) -> Reply:
        return text(404, "404 page not found")

    def no_such_job(self) -> Reply:
        return fault(500008)

    def new_id(self, account: Account, order: Order, number: int) -> str:
        # 18 digits: beyond what a double can hold, as the real ones are.
        return str(timely_id(400_000_000_000_000_000, 1000, number))

    def media_path(self, job: Job) -> str:
        kind = job.order.film.get("suffix", "mp4")
        return quote(f"openapi/{kind}/{job.remote_id}.{kind}", safe="")

    def counts(self, job: Job) -> bool:
        return self.world.clock.now() - job.born < STUCK_AFTER

    # Operations: see the rooms

    def hooked(self, call: Call, order: Order, webhook_id: int | None) -> None:
        """Let the order call back at the address that was registered under this id."""
        if webhook_id is None:
            return
        hook = self.world.webhooks.get(webhook_id)
        if hook is None or hook["key"] != call.account.key:
            raise Refused(fault(400017, "webhook_id"))
        order.hook, order.hook_secret = hook["url"], f"{hook['secret']}|{hook['reading']}"

    def created(self, job: Job) -> Reply:
        return fine({"video_id": int(job.remote_id), "credits": number(job.charged)}, "Success")

    def result(self, call: Call) -> Reply:
        job = self.rooms[0].found(call, still=False)
        self.asked(job)
        return fine(self.view(job, call.request.origin), "Success")

    def view(self, job: Job, origin: str) -> dict[str, Any]:
        done = job.state is State.DONE
        changed = job.created if job.finished is None else self.world.clock.wall(job.finished)
        return {
            "id": int(job.remote_id),
            "status": status_of(job),
            "url": self.link(job, origin) if done else "",
            "outputWidth": job.width if done else 0,
            "outputHeight": job.height if done else 0,
            "resolution_ratio": int(job.order.quality.rstrip("p")),
            "size": job.size if done else 0,
            "seed": job.order.seed,
            "style": job.order.extra["style"],
            "prompt": job.order.prompt,
            "negative_prompt": job.order.extra["negative_prompt"],
            "create_time": stamp(job.created),
            "modify_time": stamp(changed),
            "has_audio": job.order.audio,
            "credits": number(job.charged),
            "customer_paths": {},
        }

    def upload(self, call: Call) -> Reply:
        upload = uploads.take(self.world.shelf, call.account, call.request)
        url = f"{call.request.origin}/media/upload/{upload.name}"
        return fine({"img_id": upload.number, "img_url": url})

    def upload_media(self, call: Call) -> Reply:
        upload = uploads.take_media(self.world.shelf, call.account, call.request)
        url = f"{call.request.origin}/media/upload/{upload.name}"
        resp = {"media_id": upload.number, "media_type": upload.kind, "url": url}
        if upload.kind == "video":
            resp |= {"width": upload.width, "height": upload.height}
        return fine(resp)

    # Webhooks

    def hook_body(self, job: Job, kind: str) -> str | None:
        if kind == "progress":
            return None
        lie = kind == "forged"
        good = lie or job.state is State.DONE
        url = f"{job.origin}/media/forged/forged.mp4" if lie else self.link(job) if good else ""
        return json.dumps(
            {
                "id": job.remote_id,
                "status": 1 if lie else status_of(job),
                "url": url,
                "size": round(job.size / 1_000_000, 3) if good else 0,
                "has_audio": job.order.audio,
                "credits": number(job.charged),
            }
        )

    def hook_headers(self, hook: Hook) -> dict[str, str]:
        return hooks.headers(hook)

    def hook_accepts(self, status: int, said: str) -> bool:
        return status == 200 and said == "ok"

    def hook_retries(self) -> tuple[float, ...]:
        return (2.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0, 14400.0)
