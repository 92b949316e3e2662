"""Clips made by a model: from text, pictures, references, and from a clip's end."""

from typing import Any

from generations.sandbox import effects
from generations.sandbox.check import Field, Why, Wrong, read
from generations.sandbox.dialects.base import Call, Route, route
from generations.sandbox.dialects.native import fault
from generations.sandbox.dialects.pixverse import made, rules
from generations.sandbox.dialects.pixverse.room import Room
from generations.sandbox.jobs import Order
from generations.sandbox.shelf import Upload
from generations.sandbox.sizes import ratio_of
from generations.sandbox.wire import Refused, Reply

ROOT = "/openapi/v2/video"
LONGEST_SOURCE = 40
TEMPLATE = {
    "template_id": Field(int, required=True),
    "img_id": Field(int),
    "img_ids": Field(list, of=int),
    "model": Field(str, required=True, among=rules.MODELS),
    "prompt": Field(str, required=True, blank=True, longest=2048),
    "duration": Field(int, required=True, among=range(1, 16)),
    "quality": Field(str, required=True, among=rules.QUALITIES),
    "sound_effect_switch": Field(bool, default=False),
    "seed": rules.SHARED["seed"],
    "webhook_id": Field(int),
}


class Films(Room):
    def routes(self) -> list[Route]:
        return [
            route("POST", ROOT + "/text/generate", self.text_to_video),
            route("POST", ROOT + "/img/generate", self.image_to_video),
            route("POST", ROOT + "/transition/generate", self.transition),
            route("POST", ROOT + "/multi_transition/generate", self.multi_transition),
            route("POST", ROOT + "/fusion/generate", self.fusion),
            route("POST", ROOT + "/extend/generate", self.extend),
        ]

    def text_to_video(self, call: Call) -> Reply:
        taken = self.ask(call, lambda body: rules.understand(body, rules.TEXT))
        order = self._order(call, "text_to_video", taken, ratio_of(taken["aspect_ratio"]))
        return self.submit(call, order)

    def image_to_video(self, call: Call) -> Reply:
        if "template_id" in (call.request.json() or {}):
            return self.template(call)
        taken = self.ask(call, lambda body: rules.understand(body, rules.IMAGE))
        upload = self.picture(call, taken["img_id"])
        order = self._order(call, "image_to_video", taken, shape(upload))
        order.image = upload.name
        return self.submit(call, order)

    def template(self, call: Call) -> Reply:
        taken = self.ask(call, _template)
        effect = effects.EFFECTS.get(taken["template_id"])
        if effect is None or effect.still:
            raise Refused(fault(500008, "template_id"))
        if not effect.active:
            raise Refused(fault(500070))
        if taken["quality"] not in effect.qualities:
            raise Refused(fault(500071))
        numbers = taken["img_ids"] or [taken["img_id"]]
        if not effect.takes(len(numbers)):
            raise Refused(fault(400017, effect.words))
        pictures = [self.picture(call, number) for number in numbers]
        quality = taken["quality"]
        order = self.order(
            call,
            "template",
            quality,
            effect.seconds,
            prompt=f"{effect.name} {taken['prompt']}".strip(),
            ratio=shape(pictures[0]),
            audio=taken["sound_effect_switch"],
            seed=taken["seed"],
            price={"quality": quality, "seconds": effect.seconds},
            film=album(pictures),
        )
        self.house.hooked(call, order, taken["webhook_id"])
        return self.submit(call, order)

    def transition(self, call: Call) -> Reply:
        taken = self.ask(call, rules.transition)
        names = ("first_frame_img", "last_frame_img")
        pictures = [self.picture(call, taken[name]) for name in names]
        order = self._order(call, "transition", taken, shape(pictures[0]))
        order.film = album(pictures)
        return self.submit(call, order)

    def multi_transition(self, call: Call) -> Reply:
        taken = self.ask(call, made.multi_transition)
        pictures = [self.picture(call, step["img_id"]) for step in taken["steps"]]
        order = self._order(call, "multi_transition", taken, shape(pictures[0]))
        lengths = [step["duration"] for step in taken["steps"][:-1]]
        order.film = album(pictures) | {"lengths": lengths}
        return self.submit(call, order)

    def fusion(self, call: Call) -> Reply:
        taken = self.ask(call, made.fusion)
        told = taken["image_references"]
        pictures = [self.picture(call, one["img_id"]) for one in told]
        clips = [self.source(call, one) for one in taken["video_references"]]
        if sum(clip.seconds for clip in clips) > made.OMNI_SECONDS + 0.1:
            raise Refused(fault(400017, "video_references are longer than 15 s together"))
        ratio = taken["aspect_ratio"]
        if ratio == "auto" and not clips:
            raise Refused(fault(400017, "aspect_ratio auto needs a video"))
        wide = clips[0].width / clips[0].height if ratio == "auto" else ratio_of(ratio)
        if clips:
            taken["duration"] = max(clip.started for clip in clips)
        seconds = sum(clip.started for clip in clips)
        measures = {"seconds": 0, "source": seconds} if clips else {}
        order = self._order(call, "fusion", taken, wide, measures)
        names = [f"@{one['ref_name']}" for one in told]
        if pictures:
            shown = {"images": [one.name for one in pictures], "names": names}
            order.film = {"kind": "collage", **shown}
        else:
            order.film = {"kind": "change", "effect": "tint", "source": clips[0].told}
        return self.submit(call, order)

    def extend(self, call: Call) -> Reply:
        taken = self.ask(call, made.extend)
        clip = self.source(call, taken)
        if clip.seconds >= LONGEST_SOURCE or max(clip.width, clip.height) > 1920:
            raise Refused(fault(400017, "the source must be shorter than 40 s, at most 1920 px"))
        order = self._order(call, "extend", taken, clip.width / clip.height)
        order.film = {"kind": "onward", "source": clip.told, "size": clip.size}
        return self.submit(call, order)

    def _order(
        self,
        call: Call,
        operation: str,
        taken: dict[str, Any],
        ratio: float,
        measures: dict[str, Any] | None = None,
    ) -> Order:
        audio = bool(taken.get(rules.AUDIO))
        factors = ("fast",) if taken.get("motion_mode") == "fast" else ()
        menu = {
            "operation": operation,
            "model": taken["model"],
            "quality": taken["quality"],
            "seconds": taken["duration"],
            "audio": audio,
        } | (measures or {})
        order = Order(
            operation,
            taken["model"],
            taken["prompt"],
            taken["duration"],
            taken["quality"],
            ratio,
            self.house.price(menu, *factors),
            audio or any(taken.get(name) for name in rules.INLINE),
            taken.get("seed"),
            token=call.request.header("Ai-trace-id"),
            extra={
                "negative_prompt": taken.get("negative_prompt") or "",
                "style": taken.get("style") or "",
            },
        )
        self.house.hooked(call, order, taken.get("webhook_id"))
        return order


def _template(body: dict[str, Any]) -> dict[str, Any]:
    taken = read(body, TEMPLATE)
    if (taken["img_id"] is None) == (not taken["img_ids"]):
        raise Wrong("img_id", Why.MISSING, "exactly one of img_id and img_ids")
    return taken


def shape(picture: Upload) -> float:
    return picture.width / picture.height


def album(pictures: list[Upload]) -> dict[str, Any]:
    """The recipe of a clip that shows these pictures one after the other."""
    names = [one.name for one in pictures]
    return {"kind": "sequence" if len(names) > 1 else "still", "images": names}
