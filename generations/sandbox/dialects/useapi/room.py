"""What all rooms of useapi share: reading bodies, finding clips, writing orders."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from generations.sandbox.check import Field, Wrong
from generations.sandbox.dialects.base import Call, Route, route
from generations.sandbox.dialects.useapi import accounts, rules, uploads
from generations.sandbox.jobs import Job, Order, State
from generations.sandbox.materials import Source, of_job, of_upload
from generations.sandbox.wire import Refused, Reply, answer

if TYPE_CHECKING:
    from generations.sandbox.dialects.useapi import UseApi

PREFIX = "(?:/v2/pixverse)?"
OFF_PEAK_PACE = 20


def refuse(words: str, status: int = 400) -> Refused:
    return Refused(answer(status, {"error": words}))


class Room:
    def __init__(self, house: "UseApi") -> None:
        self.house, self.world = house, house.world

    def routes(self) -> list[Route]:
        raise NotImplementedError

    @staticmethod
    def get(pattern: str, handle: Callable[[Call], Reply]) -> Route:
        return route("GET", PREFIX + pattern, handle)

    @staticmethod
    def post(pattern: str, handle: Callable[[Call], Reply]) -> Route:
        return route("POST", PREFIX + pattern, handle)

    # Bodies

    def ask(
        self,
        call: Call,
        fields: dict[str, Field],
        reader: Callable[[dict[str, Any]], dict[str, Any]],
    ) -> dict[str, Any]:
        return self.understood(self.body(call, fields), reader)

    def body(self, call: Call, fields: dict[str, Field]) -> dict[str, Any]:
        """The body, as JSON or as a multipart form of texts."""
        if call.request.content_type == "multipart/form-data":
            parts = call.request.parts().values()
            form = {part.name: part.content.decode("utf-8", "replace") for part in parts}
            return rules.from_form(form, fields)
        body = call.request.json()
        if body is None:
            raise refuse("body is not a JSON object")
        # An id of a template or a style may be written as text.
        for name in ("template_id", "restyle_id"):
            if isinstance(body.get(name), str) and body[name].isdigit():
                body[name] = int(body[name])
        return body

    @staticmethod
    def understood(
        body: dict[str, Any], reader: Callable[[dict[str, Any]], dict[str, Any]]
    ) -> dict[str, Any]:
        try:
            return reader(body)
        except Wrong as wrong:
            raise refuse(wrong.text) from wrong

    # Inputs

    def source(self, call: Call, taken: dict[str, Any]) -> Source:
        """The clip that goes in. An earlier result brings the e-mail of its account."""
        if path := taken.get("video_path"):
            return of_upload(uploads.find(self.world.shelf, path, "video"))
        job = self.clip(call, taken["video_id"])
        taken["email"] = taken.get("email") or job.order.extra["email"]
        return of_job(job)

    def clip(self, call: Call, remote_id: str) -> Job:
        job = self.house.mine(call, remote_id)
        if job is None or job.order.film.get("suffix"):
            raise refuse(f"video {remote_id} not found", 404)
        if job.state is not State.DONE:
            raise refuse(f"video {remote_id} is not completed")
        return job

    # Orders

    def order(
        self,
        call: Call,
        taken: dict[str, Any],
        *,
        quality: str,
        seconds: float,
        ratio: float,
        price: dict[str, Any],
        factors: tuple[str, ...] = (),
        **more: Any,
    ) -> Order:
        """`price` is what the tariff is asked; `taken` has the fields that every body may have."""
        off_peak = bool(taken.get("off_peak_mode"))
        switches = {"preview": taken.get("preview_mode"), "off_peak": off_peak}
        factors += tuple(name for name, on in switches.items() if on)
        asked = {"quality": "any", "seconds": 0} | price
        return Order(
            price["operation"],
            price["model"],
            more.pop("prompt", None) or "",
            seconds,
            quality,
            ratio,
            self.house.price(asked, *factors),
            seed=taken.get("seed"),
            token=taken["replyRef"],
            hook="" if off_peak else taken["replyUrl"],
            extra=_extra(call, taken, off_peak=off_peak) | more.pop("extra", {}),
            **more,
        )

    def submit(self, call: Call, order: Order) -> Reply:
        return self.house.submit(call, order, self.house.created)


def _extra(call: Call, taken: dict[str, Any], *, off_peak: bool) -> dict[str, Any]:
    return {
        "email": accounts.pick(call.account, taken.get("email")),
        "max_jobs": taken["maxJobs"],
        "off_peak": off_peak,
        "pace": OFF_PEAK_PACE if off_peak else 1,
        "model": taken.get("model") or "",
        "reply_url": taken["replyUrl"],
        "aspect_ratio": taken.get("aspect_ratio") or "",
    }
