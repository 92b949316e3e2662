"""Clips that are changed: motion control, modify, restyle, upscale, lip sync."""

from typing import Any

from generations.sandbox import effects
from generations.sandbox.check import read
from generations.sandbox.dialects.base import Call, Route
from generations.sandbox.dialects.useapi import fields, rules, uploads
from generations.sandbox.dialects.useapi.room import Room, refuse
from generations.sandbox.materials import Source, of_upload
from generations.sandbox.money import started
from generations.sandbox.sizes import WIDEST, even, pixels
from generations.sandbox.wire import Reply

UPSCALED = ("v5", "v5.5", "v5.6", "v5-fast", "v6")
MOTION_BYTES, MOTION_SIDE = 50 * 1024 * 1024, 1920
SPEECH_SECONDS = 60


class Cuts(Room):
    def routes(self) -> list[Route]:
        return [
            self.post("/videos/motion-control", self.motion),
            self.post("/videos/modify", self.modify),
            self.post(r"/videos/restyle(?:-v4)?", self.restyle),
            self.post("/videos/upscale", self.upscale),
            self.post("/videos/lipsync", self.lipsync),
        ]

    def _change(
        self, call: Call, taken: dict[str, Any], operation: str, clip: Source, **more: Any
    ) -> Reply:
        film = {"kind": "change", "source": clip.told} | more.pop("film", {})
        quality = more.pop("quality", None)
        if quality is None:
            film.setdefault("size", clip.size)
        price = {"operation": operation, "model": "pixverse", "quality": quality or "any"}
        price |= {"source": clip.started} | more.pop("price", {})
        more.setdefault("audio", clip.sound)
        order = self.order(
            call,
            taken,
            quality=quality or clip.quality,
            seconds=clip.seconds,
            ratio=clip.width / clip.height,
            price=price,
            film=film,
            **more,
        )
        return self.submit(call, order)

    def motion(self, call: Call) -> Reply:
        taken = self.ask(call, fields.MOTION, lambda body: read(body, fields.MOTION))
        picture = uploads.find(self.world.shelf, taken["frame_1_path"])
        upload = uploads.find(self.world.shelf, taken["video_1_path"], "video")
        if not 0.95 <= upload.seconds <= 30.1:
            raise refuse("video_1_path must be 1-30 s")
        if upload.size > MOTION_BYTES or max(upload.width, upload.height) > MOTION_SIDE:
            raise refuse("video_1_path must be 50 MB and 1920x1920 px at most")
        quality = taken["quality"]
        size = list(pixels(quality, picture.width / picture.height))
        film = {"kind": "perform", "images": [picture.name], "size": size}
        more = {"quality": quality, "price": {"model": "v5.6"}, "film": film}
        return self._change(call, taken, "motion_control", of_upload(upload), **more)

    def modify(self, call: Call) -> Reply:
        taken = self.ask(call, fields.MODIFY, lambda body: rules.changed(body, fields.MODIFY))
        clip = self.source(call, taken)
        more = {"quality": taken["quality"], "price": {"model": "v5.5"}}
        more |= {"film": {"effect": "tint"}, "prompt": taken["prompt"]}
        return self._change(call, taken, "modify", clip, **more)

    def restyle(self, call: Call) -> Reply:
        taken = self.ask(call, fields.RESTYLE, rules.restyle)
        clip, style = self.source(call, taken), taken["restyle_id"]
        if style is not None and style not in effects.RESTYLES:
            raise refuse(f"restyle_id {style} not found")
        said = " ".join(filter(None, (taken["prompt"], effects.RESTYLES.get(style, ""))))
        return self._change(call, taken, "restyle", clip, prompt=said, film={"effect": "poster"})

    def upscale(self, call: Call) -> Reply:
        taken = self.ask(call, fields.UPSCALE, lambda body: read(body, fields.UPSCALE))
        job = self.clip(call, taken["video_id"])
        model = job.order.extra["model"]
        if model not in UPSCALED:
            raise refuse(f"videos of {model or 'templates'} cannot be upscaled")
        clip = self.source(call, taken)
        taken["model"] = model
        size = list(even(clip.width * 2, clip.height * 2, WIDEST))
        extra = {"original": job.remote_id, "upscaled": 1}
        return self._change(call, taken, "upscale", clip, film={"size": size}, extra=extra)

    def lipsync(self, call: Call) -> Reply:
        taken = self.ask(call, fields.LIPSYNC, rules.lipsync)
        clip = self.source(call, taken)
        taken["model"] = "v5"
        price: dict[str, Any] = {"source": 0, "speech": taken["prompt"] or ""}
        if taken["audio_path"]:
            track = uploads.find(self.world.shelf, taken["audio_path"], "audio")
            if track.seconds > SPEECH_SECONDS + 0.1:
                raise refuse("audio must be 60 s at most")
            price["source"] = started(track.seconds)
        elif taken["speaker_id"] not in effects.VOICES:
            raise refuse(f"speaker_id {taken['speaker_id']} is not known")
        said = taken["prompt"]
        return self._change(call, taken, "lip_sync", clip, prompt=said, audio=True, price=price)
