"""The WorldRouter gateway, as its contract sheet has it: native routes, Bearer keys."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from generations.sandbox.check import Field, Why, Wrong, read
from generations.sandbox.dialects.base import Call, Dialect, Route, Trouble, bearer, route
from generations.sandbox.dialects.native import (
    MEDIA_MIME,
    fault,
    fine,
    media_trouble,
    number,
    status_of,
    timely_id,
)
from generations.sandbox.dialects.worldrouter import rules
from generations.sandbox.fetching import Unreadable, look
from generations.sandbox.jobs import Job, Order, State
from generations.sandbox.materials import Source, of_job, of_upload
from generations.sandbox.money import Account, taken
from generations.sandbox.probing import Unplayable, probe
from generations.sandbox.shelf import Upload
from generations.sandbox.sizes import ratio_of
from generations.sandbox.wire import Part, Refused, Reply, Request, answer, text

ROOT = "/openapi/v2"
IMAGE_LIMIT = 20 * 1024 * 1024  # of the whole multipart body
MEDIA_LIMIT = 200 * 1024 * 1024
NANO = 1_000_000_000
LONGEST_SOURCE, WIDEST_SOURCE = 40, 1920


def gateway(status: int, code: str, message: str, **more: int) -> Reply:
    """The gateway's own errors: an object under `detail`."""
    return answer(status, {"detail": {"code": code, "message": message, **more}})


def upstream(code: int, more: str = "") -> Reply:
    """PixVerse's numbers, handed on with HTTP 400."""
    return fault(code, more, status=400)


def denied(what: str) -> Reply:
    return gateway(403, "media_resource_access_denied", f"this {what} is another owner's")


class WorldRouter(Dialect):
    name = "worldrouter"
    unit = "worldrouter credits"
    limit = 10
    balance = Decimal(10_000)
    poor = Decimal(1)
    charges_success = True
    dedupes = True

    def make_routes(self) -> list[Route]:
        return [
            route("GET", ROOT + r"/video/result/([^/]+)", self.result),
            route("POST", ROOT + r"/video/text/generate", self.text_to_video),
            route("POST", ROOT + r"/video/img/generate", self.image_to_video),
            route("POST", ROOT + r"/video/transition/generate", self.transition),
            route("POST", ROOT + r"/video/fusion/generate", self.fusion),
            route("POST", ROOT + r"/video/extend/generate", self.extend),
            route("POST", ROOT + r"/image/upload", self.upload),
            route("POST", ROOT + r"/media/upload", self.upload_media),
        ]

    def key_of(self, request: Request) -> str:
        key = bearer(request)
        if not key.startswith("sandbox-"):
            raise Refused(gateway(401, "invalid_api_key", "invalid API key"))
        return key

    def trouble(self, what: Trouble, account: Account, order: Order) -> Reply:
        match what:
            case Trouble.REFUSED:
                return upstream(400013)
            case Trouble.MODERATED:
                return upstream(500063)
            case Trouble.BUSY:
                words = "too many pending PixVerse tasks"
                return gateway(429, "pixverse_too_many_pending_tasks", words)
            case Trouble.LOCKED:
                return gateway(403, "forbidden", "this key may not use PixVerse")
            case Trouble.POOR:
                return gateway(
                    402,
                    "pixverse_balance_too_low",
                    "team balance too low",
                    required_available_nano=int(order.price * NANO),
                    available_nano=int(account.balance * NANO),
                )
        return text(500, "Internal Server Error")

    def lost(self) -> Reply:
        return answer(404, {"detail": "Not Found"})

    def no_such_job(self) -> Reply:
        return fault(500008)

    def new_id(self, account: Account, order: Order, number: int) -> str:
        return str(timely_id(400_000_000_000_000, 100, number))

    def media_path(self, job: Job) -> str:
        return quote(f"pixverse/mp4/{job.remote_id}.mp4", safe="")

    # Operations

    def text_to_video(self, call: Call) -> Reply:
        taken = self._understand(call, rules.TEXT)
        ratio = ratio_of(taken["aspect_ratio"])
        order = self._order(call, "text_to_video", taken, ratio)
        return self.submit(call, order, self.created)

    def image_to_video(self, call: Call) -> Reply:
        taken = self._understand(call, rules.IMAGE)
        upload = self._upload(call, taken["img_id"], "image")
        order = self._order(call, "image_to_video", taken, upload.width / upload.height)
        order.image = upload.name
        return self.submit(call, order, self.created)

    def transition(self, call: Call) -> Reply:
        taken = self._understand(call, rules.TRANSITION)
        names = ("first_frame_img", "last_frame_img")
        first, last = (self._upload(call, taken[name], "image") for name in names)
        order = self._order(call, "transition", taken, first.width / first.height)
        order.film = {"kind": "sequence", "images": [first.name, last.name]}
        return self.submit(call, order, self.created)

    def fusion(self, call: Call) -> Reply:
        taken = self._understand(call, rules.FUSION, rules.fusion)
        told = taken["image_references"]
        pictures = [self._upload(call, one["img_id"], "image").name for one in told]
        order = self._order(call, "fusion", taken, ratio_of(taken["aspect_ratio"]))
        names = [f"@{one['ref_name']}" for one in told]
        order.film = {"kind": "collage", "images": pictures, "names": names}
        return self.submit(call, order, self.created)

    def extend(self, call: Call) -> Reply:
        taken = self._understand(call, rules.EXTEND, rules.extend)
        clip = self._source(call, taken)
        if clip.seconds >= LONGEST_SOURCE or max(clip.width, clip.height) > WIDEST_SOURCE:
            raise Refused(upstream(400017, "the source is too long or too large"))
        order = self._order(call, "extend", taken, clip.width / clip.height)
        order.film = {"kind": "onward", "source": clip.told, "size": clip.size}
        return self.submit(call, order, self.created)

    def _upload(self, call: Call, number: Any, kind: str) -> Upload:
        upload = self.world.shelf.find(self.name, number, kind)
        if upload is None:
            raise Refused(upstream(400032 if kind == "image" else 500008))
        if upload.key != call.account.key:
            raise Refused(denied("media"))
        return upload

    def _source(self, call: Call, taken: dict[str, Any]) -> Source:
        if taken["video_media_id"] is not None:
            return of_upload(self._upload(call, taken["video_media_id"], "video"))
        job = self.world.jobs.find(self.name, str(taken["source_video_id"]))
        if job is None:
            raise Refused(upstream(500008))
        if job.key != call.account.key:
            raise Refused(denied("video"))
        if job.state is not State.DONE:
            raise Refused(upstream(400017, "the source video is not ready"))
        return of_job(job)

    def _understand(
        self,
        call: Call,
        fields: dict[str, Field],
        more: Callable[[dict[str, Any]], None] | None = None,
    ) -> dict[str, Any]:
        body = call.request.json()
        if body is None:
            raise Refused(upstream(400013))
        try:
            taken = read(body, fields)
            if taken["model"] not in rules.MODELS:
                words = f"model {taken['model']!r} is not supported on this route"
                raise Refused(gateway(400, "unsupported_model", words))
            if more is not None:
                more(taken)
        except Wrong as wrong:
            too_long = wrong.why is Why.LONG and wrong.field == "prompt"
            raise Refused(upstream(400018 if too_long else 400013, wrong.text)) from wrong
        return taken

    def _order(self, call: Call, operation: str, taken: dict[str, Any], ratio: float) -> Order:
        model = rules.MODELS[taken["model"]]
        menu = {
            "operation": operation,
            "model": model,
            "quality": taken["quality"],
            "seconds": taken["duration"],
            "audio": taken["generate_audio_switch"],
        }
        return Order(
            operation,
            model,
            taken["prompt"],
            taken["duration"],
            taken["quality"],
            ratio,
            self.price(menu),
            taken["generate_audio_switch"],
            taken["seed"],
            token=call.request.header("Ai-trace-id"),
        )

    def created(self, job: Job) -> Reply:
        return fine({"video_id": int(job.remote_id), **self._credits(job)})

    def _credits(self, job: Job) -> dict[str, Any]:
        # On create this is an announcement: the usage is recorded when the job has succeeded.
        amount = sum(taken(job.order, job.faults), Decimal(0))
        return {"credits": number(amount), "credits_unit": "worldrouter"}

    def result(self, call: Call) -> Reply:
        job = self.world.jobs.find(self.name, call.match[1])
        if job is None:
            return self.no_such_job()
        if job.key != call.account.key:
            return denied("video")
        self.asked(job)
        resp: dict[str, Any] = {"id": int(job.remote_id), "status": status_of(job)}
        if job.state is State.DONE:
            resp |= {
                "url": self.link(job, call.request.origin),
                "outputWidth": job.width,
                "outputHeight": job.height,
                "has_audio": job.order.audio,
                **self._credits(job),
            }
        elif job.state.final and job.charged:
            resp |= self._credits(job)
        return fine(resp, "Success")

    def upload(self, call: Call) -> Reply:
        part = self._part(call, "image", IMAGE_LIMIT)
        try:
            picture = look(part.content)
        except Unreadable:
            return upstream(500031)
        if picture.format not in rules.FORMATS:
            return upstream(500032)
        if max(picture.width, picture.height) > 10_000:
            return upstream(500030)
        upload = self.world.shelf.keep(self.name, call.account.key, part.file_name, picture)
        url = f"{call.request.origin}/media/upload/{upload.name}"
        return fine({"img_id": upload.number, "img_url": url})

    def upload_media(self, call: Call) -> Reply:
        """The gateway lets 200 MiB pass; PixVerse behind it takes far less."""
        part = self._part(call, "file", MEDIA_LIMIT)
        if part.content_type not in MEDIA_MIME:
            return upstream(500032, part.content_type)
        try:
            film = probe(part.content)
        except Unplayable:
            return upstream(500031)
        if found := media_trouble(film, len(part.content)):
            return upstream(*found)
        facts = (self.name, call.account.key, part.file_name)
        upload = self.world.shelf.keep_film(*facts, part.content, film, part.content_type)
        url = f"{call.request.origin}/media/upload/{upload.name}"
        return fine({"media_id": upload.number, "media_type": upload.kind, "url": url})

    def _part(self, call: Call, name: str, limit: int) -> Part:
        if len(call.request.body) > limit:
            raise Refused(gateway(413, "413001", "request body is over the limit"))
        parts = call.request.parts()
        if set(parts) != {name}:
            raise Refused(upstream(400013, f"one file named {name} is expected"))
        return parts[name]
