"""What all rooms of the platform share: reading bodies, finding inputs, writing orders."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from generations.sandbox.check import Wrong
from generations.sandbox.dialects.base import Call, Route
from generations.sandbox.dialects.native import code_of, fault, fine
from generations.sandbox.jobs import Job, Order, State
from generations.sandbox.materials import Source, of_job, of_upload
from generations.sandbox.shelf import Upload
from generations.sandbox.wire import Refused, Reply

if TYPE_CHECKING:
    from generations.sandbox.dialects.pixverse import PixVerse

FREE = "pixverse"  # the model's name in the tariff where no model is chosen


class Room:
    def __init__(self, house: "PixVerse") -> None:
        self.house, self.world = house, house.world

    def routes(self) -> list[Route]:
        raise NotImplementedError

    def ask(self, call: Call, reader: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
        """The body as the reader understands it."""
        body = call.request.json()
        if body is None:
            raise Refused(fault(400013, "body is not a JSON object"))
        try:
            return reader(body)
        except Wrong as wrong:
            raise Refused(fault(code_of(wrong), wrong.text)) from wrong

    # Inputs

    def picture(self, call: Call, number: Any) -> Upload:
        upload = self.world.shelf.find(self.house.name, number)
        if upload is None or upload.key != call.account.key:
            raise Refused(fault(400032))
        return upload

    def media(self, call: Call, number: Any, kind: str) -> Upload:
        upload = self.world.shelf.find(self.house.name, number, kind)
        if upload is None or upload.key != call.account.key:
            raise Refused(fault(500008, f"{kind} {number}"))
        return upload

    def source(self, call: Call, taken: dict[str, Any]) -> Source:
        """The clip that goes in: an upload, or an earlier result of the same account."""
        if taken["video_media_id"] is not None:
            return of_upload(self.media(call, taken["video_media_id"], "video"))
        job = self.world.jobs.find(self.house.name, str(taken["source_video_id"]))
        if job is None or job.key != call.account.key or job.order.film.get("suffix"):
            raise Refused(fault(500008, "source_video_id"))
        if job.state is not State.DONE:
            raise Refused(fault(400017, "the source video is not ready"))
        return of_job(job)

    # Orders

    def order(self, call: Call, operation: str, quality: str, seconds: float, **more: Any) -> Order:
        """An order without a model; `price` is what the tariff asks beside quality and length."""
        asked = {"quality": "any", "seconds": 0} | more.pop("price")
        price = self.house.price({"operation": operation, "model": FREE, **asked})
        return Order(
            operation,
            FREE,
            more.pop("prompt", ""),
            seconds,
            quality,
            more.pop("ratio", 1.0),
            price,
            token=call.request.header("Ai-trace-id"),
            extra={"negative_prompt": "", "style": ""},
            **more,
        )

    def submit(self, call: Call, order: Order) -> Reply:
        return self.house.submit(call, order, self.house.created)

    def found(self, call: Call, *, still: bool) -> Job:
        """The job of this address; raises Refused for a stranger or the other kind."""
        job = self.world.jobs.find(self.house.name, call.match[1])
        if job is None or job.key != call.account.key:
            raise Refused(fault(500008))
        if bool(job.order.film.get("suffix")) is not still:
            raise Refused(fault(500008))
        return job


def page(call: Call, number: str, size: str, usual: str | None = None) -> slice:
    """The asked part of a list; the sizes are 10, 20, 50 and 100."""
    query = call.request.query
    which, many = query.get(number, usual and "1"), query.get(size, usual)
    if not which or not many:
        raise Refused(fault(400011, f"{number} and {size}"))
    if not which.isdigit() or int(which) < 1 or many not in ("10", "20", "50", "100"):
        raise Refused(fault(400017, f"{number} and {size}"))
    start = (int(which) - 1) * int(many)
    return slice(start, start + int(many))


def listing(rows: list[dict[str, Any]], part: slice) -> Reply:
    return fine({"total": len(rows), "data": rows[part]}, "Success")
