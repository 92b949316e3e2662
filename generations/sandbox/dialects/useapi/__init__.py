"""useapi.net's PixVerse v2, as its contract sheet has it: a consumer account behind REST.

Served under `/useapi/v2/pixverse`, and for convenience under `/useapi` alone.
"""

import json
import time
from decimal import Decimal
from typing import Any
from urllib.parse import quote, unquote

from generations.sandbox.dialects.base import WIDE, Call, Dialect, Route, Trouble, bearer, route
from generations.sandbox.dialects.native import EPOCH, number
from generations.sandbox.dialects.useapi import accounts, uploads, views
from generations.sandbox.dialects.useapi.cuts import Cuts
from generations.sandbox.dialects.useapi.films import Films
from generations.sandbox.dialects.useapi.lists import Lists
from generations.sandbox.dialects.useapi.pictures import Pictures
from generations.sandbox.jobs import Job, Order, State, stable
from generations.sandbox.money import Account
from generations.sandbox.wire import Refused, Reply, Request, answer, text

PREFIX = "/v2/pixverse"
SPENT = "All Credits have been used up. Please upgrade your membership or purchase credits."
MODERATED = "Your prompt has triggered our AI moderator, please re-enter your prompt"
PENDING = (
    "Your PixVerse account has pending error. Please address this issue at "
    "https://useapi.net/docs/api-pixverse-v2/post-pixverse-accounts-email "
    "before making any new API calls."
)


class UseApi(Dialect):
    name = "useapi"
    unit = "plan credits"
    limit = 5
    balance = Decimal(15_000)
    poor = Decimal(2)

    def make_routes(self) -> list[Route]:
        at = f"(?:{PREFIX})?"
        rooms = (Films(self), Cuts(self), Pictures(self), Lists(self))
        return [
            *(entry for room in rooms for entry in room.routes()),
            route("GET", at + r"/videos/([^/]+)", self.video),
            route("DELETE", at + r"/(?:videos|images)/([^/]+)", self.delete),
            route("GET", at + r"/videos", self.videos),
            route("POST", at + r"/files", self.upload),
            route("GET", at + r"/features", self.features),
            route("GET", at + r"/accounts", self.accounts),
            route("GET", at + r"/accounts/([^/]+)", self.one_account),
            route("POST", at + r"/accounts/([^/]+)", self.put_account),
            route("GET", at + r"/scheduler", self.scheduler),
            route("GET", at + r"/scheduler/available", self.available),
            route("DELETE", at + r"/scheduler/([^/]+)", self.untrack),
        ]

    def key_of(self, request: Request) -> str:
        key = bearer(request)
        name = key.removeprefix("user:")
        digits, _, rest = name.partition("-")
        known = name.startswith("sandbox-") or (digits.isdigit() and rest.startswith("sandbox-"))
        if not key.startswith("user:") or not known:
            raise Refused(answer(401, {"error": "Unauthorized"}))
        return key

    def fresh_account(self, key: str) -> Account:
        account = super().fresh_account(key)
        account.extra["accounts"] = {accounts.DEFAULT: {"maxJobs": min(account.limit, WIDE)}}
        return account

    def trouble(self, what: Trouble, account: Account, order: Order) -> Reply:
        match what:
            case Trouble.REFUSED:
                return answer(400, {"error": "request refused"})
            case Trouble.MODERATED:
                return answer(422, {"error": MODERATED})
            case Trouble.BUSY:
                return answer(429, {"error": "Reached the limit for concurrent generations."})
            case Trouble.POOR:
                return answer(412, {"error": SPENT})
            case Trouble.LOCKED:
                return answer(596, {"error": PENDING})
        return text(500, "Internal Server Error")

    def lost(self) -> Reply:
        return answer(404, {"error": "Not Found", "code": 404})

    def no_such_job(self) -> Reply:
        return answer(404, {"error": "Video not found", "code": 404})

    def new_id(self, account: Account, order: Order, number: int) -> str:
        since = int(time.time() * 1000) - EPOCH
        kind = "image" if order.film.get("suffix") else "video"
        front = f"{self.front(account)}-pixverse:{order.extra['email']}"
        return f"{front}-{kind}:{since}{number % 1000:03}"

    @staticmethod
    def front(account: Account) -> str:
        return f"user:{stable(account.key) % 90_000 + 10_000}"

    def media_path(self, job: Job) -> str:
        kind = job.order.film.get("suffix", "mp4")
        return quote(f"pixverse/{kind}/{job.remote_id.rpartition(':')[2]}.{kind}", safe="")

    # Limits: a gate inside useapi, then the plan's own

    def counts(self, job: Job) -> bool:
        return not job.order.extra["off_peak"] and not job.order.extra.get("untracked")

    def full(self, account: Account, order: Order, running: int) -> Reply | None:
        if order.extra["off_peak"]:
            return None
        email = order.extra["email"]
        gate = order.extra["max_jobs"] or account.extra["accounts"][email]["maxJobs"]
        if account.limit >= WIDE and not order.extra["max_jobs"]:
            gate = account.limit
        if running >= gate:
            words = f"Account {email} is busy executing {gate} tasks."
            return answer(429, {"error": words})
        return super().full(account, order, running)

    # Operations: see the rooms

    def created(self, job: Job) -> Reply:
        kind = "image_id" if job.order.film.get("suffix") else "video_id"
        return answer(200, {kind: job.remote_id, "cost_credits": number(job.charged)})

    def mine(self, call: Call, remote_id: str) -> Job | None:
        """The caller's job of this id, if there is one; raises Refused for a strange spelling."""
        if "%" in remote_id:
            raise Refused(answer(400, {"error": f"Invalid video id {remote_id}", "code": 400}))
        job = self.world.jobs.find(self.name, remote_id)
        if job is None or job.key != call.account.key or job.order.extra.get("deleted"):
            return None
        return job

    def listed(self, call: Call) -> list[Job]:
        mine = self.world.jobs.of(self.name, call.account.key)
        return [job for job in mine if not job.order.extra.get("deleted")]

    def video(self, call: Call) -> Reply:
        job = self.mine(call, call.match[1])
        if job is None or job.order.operation == "image":
            return self.no_such_job()
        self.asked(job)
        strange = job.state is State.RUNNING and job.has("unknown-status")
        if not job.state.final and not strange:
            return self.no_such_job()
        view = views.image if job.order.film.get("suffix") else views.video
        return answer(200, view(self, job, call.request.origin))

    def videos(self, call: Call) -> Reply:
        email = accounts.asked_for(call)
        query = call.request.query
        limit, offset = query.get("limit", "40"), query.get("offset", "0")
        if not (limit.isdigit() and offset.isdigit()):
            return answer(400, {"error": "limit and offset must be numbers", "code": 400})
        part = slice(int(offset), int(offset) + int(limit))
        rows = [
            job
            for job in self.listed(call)
            if job.order.extra["email"] == email and not job.order.film.get("suffix")
        ]
        return answer(
            200, {"data": [views.video(self, job, call.request.origin) for job in rows[part]]}
        )

    def delete(self, call: Call) -> Reply:
        job = self.mine(call, call.match[1])
        if job is None or not job.state.final:
            return self.no_such_job()
        job.order.extra["deleted"] = True
        self.world.store.put(job.row)
        return Reply(204)

    def untrack(self, call: Call) -> Reply:
        """Frees the place and silences the webhook; the clip is made all the same."""
        job = self.mine(call, call.match[1])
        if job is None or job.state.final or not self.counts(job):
            return self.no_such_job()
        job.order.extra["untracked"], job.order.hook = True, ""
        self.world.store.put(job.row)
        return Reply(204)

    def upload(self, call: Call) -> Reply:
        accounts.asked_for(call)
        return uploads.take(self.world.shelf, call.account, call.request)

    def features(self, call: Call) -> Reply:
        email = accounts.asked_for(call)
        return answer(200, accounts.features(call.account, email, self.world.tariff))

    def accounts(self, call: Call) -> Reply:
        known = call.account.extra["accounts"]
        return answer(200, {email: accounts.shown(call.account, email) for email in known})

    def one_account(self, call: Call) -> Reply:
        email = unquote(call.match[1])
        if email not in call.account.extra["accounts"]:
            return answer(404, {"error": f"Account {email} not configured", "code": 404})
        return answer(200, accounts.shown(call.account, email))

    def put_account(self, call: Call) -> Reply:
        reply = accounts.put(call.account, unquote(call.match[1]), call.request.json() or {})
        self.world.books.save(call.account)
        return reply

    # Scheduler

    def _tracked(self, call: Call) -> list[dict[str, Any]]:
        open_ = self.world.jobs.open[self.name, call.account.key].values()
        return [views.tracked(self, job) for job in list(open_) if self.counts(job)]

    def scheduler(self, call: Call) -> Reply:
        return answer(200, self._tracked(call))

    def available(self, call: Call) -> Reply:
        executing = self._tracked(call)
        rows = []
        for email, row in call.account.extra["accounts"].items():
            busy = sum(f"-pixverse:{email}-" in job["id"] for job in executing)
            room = max(0, row["maxJobs"] - busy)
            rows.append(
                {"email": email, "maxJobs": row["maxJobs"], "executing": busy, "available": room}
            )
        return answer(200, {"executing": executing, "available": rows})

    # Webhooks

    def hook_body(self, job: Job, kind: str) -> str | None:
        still = job.order.film.get("suffix")
        said = (views.image if still else views.video)(self, job, job.origin)
        if still and job.order.token:
            said["replyRef"] = job.order.token
        if kind == "forged":
            said |= {
                "video_status": 1,
                "video_status_name": "COMPLETED",
                "video_status_final": True,
                "output_width": 1280,
                "output_height": 720,
                "url": f"{job.origin}/media/forged/forged.mp4",
            }
        return json.dumps(said)
