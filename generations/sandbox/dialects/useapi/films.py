"""Clips made by a model: from text, pictures, frames, references, and from a clip's end."""

from typing import Any

from generations.sandbox import effects
from generations.sandbox.dialects.base import Call, Route
from generations.sandbox.dialects.useapi import fields, rules, uploads
from generations.sandbox.dialects.useapi.models import Model
from generations.sandbox.dialects.useapi.room import Room, refuse
from generations.sandbox.jobs import Order
from generations.sandbox.shelf import Upload
from generations.sandbox.sizes import pixels, ratio_of
from generations.sandbox.wire import Reply

REFERENCE_BYTES, REFERENCE_SIDE, REFERENCE_SECONDS = 50 * 1024 * 1024, 6000, 15


class Films(Room):
    def routes(self) -> list[Route]:
        return [
            self.post(r"/videos/create(?:-v4)?", self.create),
            self.post(r"/videos/create-frames(?:-v4)?", self.frames),
            self.post("/videos/create-transition", self.transition),
            self.post("/videos/create-fusion", self.fusion),
            self.post(r"/videos/extend(?:-v4)?", self.extend),
        ]

    def create(self, call: Call) -> Reply:
        body = self.body(call, fields.CREATE)
        if "template_id" in body:
            return self.template(call, self.understood(body, rules.template))
        taken = self.understood(body, rules.create)
        self._speaker(taken)
        if path := taken["picture"]:
            upload = uploads.find(self.world.shelf, path)
            order = self._order(call, "image_to_video", taken, upload.width / upload.height)
            order.image = upload.name
        else:
            order = self._order(call, "text_to_video", taken, ratio_of(taken["aspect_ratio"]))
        return self.submit(call, order)

    def template(self, call: Call, taken: dict[str, Any]) -> Reply:
        effect = effects.EFFECTS.get(taken["template_id"])
        if effect is None:
            raise refuse(f"template_id {taken['template_id']} not found")
        quality = taken["quality"] or effect.qualities[0]
        if quality not in effect.qualities:
            raise refuse(f"quality {quality} is not supported by this template")
        if not effect.takes(len(taken["pictures"])):
            raise refuse(f"this template takes {effect.images} images")
        pictures = [uploads.find(self.world.shelf, path) for path in taken["pictures"]]
        shape = pictures[0].width / pictures[0].height
        film: dict[str, Any] = {
            "kind": "sequence" if len(pictures) > 1 else "still",
            "images": [one.name for one in pictures],
        }
        price = {"operation": "template", "quality": quality, "seconds": effect.seconds}
        if effect.still:
            film |= {"suffix": "webp", "size": list(pixels("1080p", shape))}
            film["kind"] = "collage" if len(pictures) > 1 else "still"
            price = {"operation": "image_template", "quality": "any", "seconds": 0}
        taken |= {"model": "", "aspect_ratio": ""}
        order = self.order(
            call,
            taken,
            quality=quality,
            seconds=0 if effect.still else effect.seconds,
            ratio=shape,
            price={"model": "pixverse", **price},
            prompt=f"{effect.name} {taken['prompt']}".strip(),
            audio=bool(taken["heard"]),
            film=film,
        )
        return self.submit(call, order)

    def frames(self, call: Call) -> Reply:
        taken = self.ask(call, fields.FRAMES, rules.frames)
        self._speaker(taken)
        paths = (taken["first_frame_path"], taken["last_frame_path"])
        pictures = [uploads.find(self.world.shelf, path) for path in paths]
        order = self._order(call, "transition", taken, pictures[0].width / pictures[0].height)
        order.film = {"kind": "sequence", "images": [one.name for one in pictures]}
        return self.submit(call, order)

    def transition(self, call: Call) -> Reply:
        taken = self.ask(call, fields.TRANSITION, rules.transition)
        self._speaker(taken)
        pictures = [uploads.find(self.world.shelf, path) for path in taken["frames"]]
        shape = pictures[0].width / pictures[0].height
        order = self._order(call, "multi_transition", taken, shape)
        names = [one.name for one in pictures]
        order.film = {"kind": "sequence", "images": names, "lengths": taken["lengths"]}
        return self.submit(call, order)

    def fusion(self, call: Call) -> Reply:
        taken = self.ask(call, fields.FUSION, rules.fusion)
        shelf = self.world.shelf
        pictures = [uploads.find(shelf, path) for path in taken["frames"]]
        clips = [uploads.find(shelf, path, "video") for path in taken["videos"]]
        tracks = [uploads.find(shelf, path, "audio") for path in taken["audios"]]
        if taken["row"].name.startswith("seedance-2.0"):
            _seedance(clips, tracks)
        order = self._order(call, "fusion", taken, ratio_of(taken["aspect_ratio"]))
        order.audio = order.audio or bool(tracks)
        names = [f"@image{n}" for n in range(1, len(pictures) + 1)]
        images = [one.name for one in pictures]
        order.film = {"kind": "collage", "images": images, "names": names}
        return self.submit(call, order)

    def extend(self, call: Call) -> Reply:
        taken = self.ask(call, fields.EXTEND, rules.extend)
        clip = self.source(call, taken)
        order = self._order(call, "extend", taken, clip.width / clip.height)
        order.film = {"kind": "onward", "source": clip.told}
        return self.submit(call, order)

    def _speaker(self, taken: dict[str, Any]) -> None:
        speaker = taken["lip_sync_tts_speaker_id"]
        if speaker is not None and speaker not in effects.VOICES:
            raise refuse(f"lip_sync_tts_speaker_id {speaker} is not known")

    def _order(self, call: Call, operation: str, taken: dict[str, Any], ratio: float) -> Order:
        row: Model = taken["row"]
        return self.order(
            call,
            taken,
            quality=taken["quality"],
            seconds=taken["duration"],
            ratio=ratio,
            price={
                "operation": operation,
                "model": row.name,
                "quality": taken["quality"],
                "seconds": taken["duration"],
                "audio": taken["audio"],
            },
            prompt=taken["prompt"],
            audio=taken["heard"],
        )


def _seedance(clips: list[Upload], tracks: list[Upload]) -> None:
    """The limits of seedance-2.0 for what it refers to."""
    for kind, films in (("video", clips), ("audio", tracks)):
        for one in films:
            if not 1.95 <= one.seconds <= REFERENCE_SECONDS + 0.1:
                raise refuse(f"every {kind} reference must be 2-15 s")
        if sum(one.seconds for one in films) > REFERENCE_SECONDS + 0.1:
            raise refuse(f"{kind} references must be 15 s together at most")
    for one in clips:
        if one.size > REFERENCE_BYTES or max(one.width, one.height) > REFERENCE_SIDE:
            raise refuse("a video reference is too big")
        if not 23.9 <= one.fps <= 60.1:
            raise refuse("a video reference must have 24-60 frames a second")
