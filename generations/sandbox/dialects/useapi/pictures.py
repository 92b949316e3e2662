"""Pictures: made, listed, shown."""

from typing import Any

from generations.sandbox.check import Field, Why, Wrong, read
from generations.sandbox.dialects.base import Call, Route
from generations.sandbox.dialects.useapi import accounts, fields, uploads, views
from generations.sandbox.dialects.useapi.models import PAINTERS
from generations.sandbox.dialects.useapi.room import Room, refuse
from generations.sandbox.jobs import Job
from generations.sandbox.shelf import Upload
from generations.sandbox.sizes import pixels, ratio_of
from generations.sandbox.wire import Refused, Reply, answer

FIELDS = {
    **fields.FOR_ALL,
    **fields.SEED,
    "model": Field(str, default="qwen-image", among=PAINTERS),
    "prompt": Field(str, required=True, longest=5000),
    "quality": Field(str),
    "aspect_ratio": Field(str),
    "detail_level": Field(str, among=("low", "medium", "high")),
    "create_count": Field(int, default=1, among=range(1, 5)),
    **{f"image_path_{n}": Field(str) for n in range(1, 15)},
}


class Pictures(Room):
    def routes(self) -> list[Route]:
        return [
            self.post("/images/create", self.create),
            self.get("/images", self.images),
            self.get(r"/images/([^/]+)", self.image),
        ]

    def create(self, call: Call) -> Reply:
        taken = self.ask(call, FIELDS, _understand)
        pictures = [uploads.find(self.world.shelf, path) for path in taken["pictures"]]
        wide = _shape(taken["aspect_ratio"], pictures)
        film: dict[str, Any] = {"suffix": "webp", "size": list(pixels(taken["quality"], wide))}
        if pictures:
            names = [f"@image{n}" for n in range(1, len(pictures) + 1)]
            film |= {"kind": "collage", "images": [one.name for one in pictures], "names": names}
        detail = taken["detail_level"]
        made: list[str] = []

        def said(job: Job) -> Reply:
            made.append(job.remote_id)
            return answer(200, {"success_ids": list(made)})

        for number in range(taken["create_count"]):
            if number:
                taken["seed"] = None
            order = self.order(
                call,
                taken,
                quality=taken["quality"],
                seconds=0,
                ratio=wide,
                price={
                    "operation": "image", "model": taken["model"], "quality": taken["quality"],
                },
                factors=(f"detail_{detail}",) if detail else (),
                prompt=taken["prompt"],
                film=film,
            )  # fmt: skip
            try:
                reply = self.house.submit(call, order, said)
            except Refused:
                if not made:
                    raise
                break
        return reply

    def images(self, call: Call) -> Reply:
        email = accounts.asked_for(call)
        query = call.request.query
        limit, offset = query.get("limit", "50"), query.get("offset", "0")
        if not (limit.isdigit() and offset.isdigit()):
            raise refuse("limit and offset must be numbers")
        mine = [
            job
            for job in self.house.listed(call)
            if job.order.film.get("suffix") and job.order.extra["email"] == email
        ]
        start, end = int(offset), int(offset) + int(limit)
        rows = [views.image(self.house, job, call.request.origin) for job in mine[start:end]]
        return answer(200, {"data": rows, "next_offset": end, "total": len(mine)})

    def image(self, call: Call) -> Reply:
        """One picture, also while it is made."""
        job = self.house.mine(call, call.match[1])
        if job is None or not job.order.film.get("suffix"):
            raise Refused(answer(404, {"error": "Image not found", "code": 404}))
        self.house.asked(job)
        return answer(200, views.image(self.house, job, call.request.origin))


def _shape(ratio: str, pictures: list[Upload]) -> float:
    if ratio != "auto":
        return ratio_of(ratio)
    return pictures[0].width / pictures[0].height if pictures else 1.0


def _understand(body: dict[str, Any]) -> dict[str, Any]:
    taken = read(body, FIELDS)
    name, painter = taken["model"], PAINTERS[taken["model"]]
    taken["quality"] = taken["quality"] or painter.qualities[0]
    taken["aspect_ratio"] = taken["aspect_ratio"] or painter.ratios[0]
    if taken["quality"] not in painter.qualities:
        raise Wrong("quality", Why.VALUE, f"quality {taken['quality']} is not supported for {name}")
    if taken["aspect_ratio"] not in painter.ratios:
        words = f"aspect_ratio {taken['aspect_ratio']} is not supported for {name}"
        raise Wrong("aspect_ratio", Why.VALUE, words)
    if (name == "gpt-image-2.0") != (taken["detail_level"] is not None):
        raise Wrong("detail_level", Why.VALUE, "detail_level is for gpt-image-2.0, and required")
    given = [taken[f"image_path_{n}"] for n in range(1, 15)]
    found = [path for path in given if path]
    if given[: len(found)] != found:
        raise Wrong("image_path_1", Why.VALUE, "image_path_N must be numbered without gaps")
    if len(found) > painter.references:
        words = f"at most {painter.references} images for {name}"
        raise Wrong(f"image_path_{painter.references + 1}", Why.VALUE, words)
    return {**taken, "pictures": found}
