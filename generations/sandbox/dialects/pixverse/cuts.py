"""Clips that are changed, pictures that are made to speak, and the masks for swapping."""

import io
from typing import Any

from PIL import Image, ImageDraw

from generations.sandbox import effects, materials
from generations.sandbox.dialects.base import Call, Route, route
from generations.sandbox.dialects.native import fault, fine, number
from generations.sandbox.dialects.pixverse import changes
from generations.sandbox.dialects.pixverse.films import shape
from generations.sandbox.dialects.pixverse.room import FREE, Room
from generations.sandbox.fetching import look
from generations.sandbox.jobs import Order
from generations.sandbox.materials import Source
from generations.sandbox.money import started
from generations.sandbox.sizes import WIDEST, even, pixels
from generations.sandbox.wire import Refused, Reply

ROOT = "/openapi/v2/video"
# The regions that the simulated eye finds in any picture: left, top, right, bottom.
REGIONS = {
    "person": (0.30, 0.15, 0.58, 0.92),
    "object": (0.64, 0.48, 0.90, 0.86),
    "background": (0.02, 0.02, 0.98, 0.30),
}


class Cuts(Room):
    def routes(self) -> list[Route]:
        return [
            route("POST", ROOT + "/lip_sync/generate", self.lip_sync),
            route("POST", ROOT + "/sound_effect/generate", self.sound_effect),
            route("POST", ROOT + "/restyle/generate", self.restyle),
            route("POST", ROOT + "/mask/selection", self.mask),
            route("POST", ROOT + "/swap/generate", self.swap),
            route("POST", ROOT + "/mimic/generate", self.mimic),
            route("POST", ROOT + "/modify/generate", self.modify),
            route("POST", ROOT + "/upscale/generate", self.upscale),
            route("POST", ROOT + "/avatar/generate", self.avatar),
        ]

    def _change(self, call: Call, operation: str, clip: Source, **more: Any) -> Reply:
        """A clip as long as its source; `more` is what differs from a plain copy."""
        film = {"kind": "change", "source": clip.told} | more.pop("film", {})
        quality = more.pop("quality", None)
        if quality is None:
            film.setdefault("size", clip.size)
        more.setdefault("audio", clip.sound)
        more.setdefault("price", {"source": clip.started, "quality": quality or "any"})
        order = self.order(
            call,
            operation,
            quality or clip.quality,
            clip.seconds,
            ratio=clip.width / clip.height,
            film=film,
            **more,
        )
        return self.submit(call, order)

    def lip_sync(self, call: Call) -> Reply:
        taken = self.ask(call, changes.lip_sync)
        clip = self.source(call, taken)
        price, said, _ = self._speech(call, taken)
        return self._change(call, "lip_sync", clip, prompt=said, audio=True, price=price)

    def _speech(self, call: Call, taken: dict[str, Any]) -> tuple[dict[str, Any], str, float]:
        """What the tariff counts, the words, and how long they take."""
        if (track := taken["audio_media_id"]) is not None:
            seconds = self.media(call, track, "audio").seconds
            return {"source": started(seconds)}, "", seconds
        speaker, words = taken["lip_sync_tts_speaker_id"], taken["lip_sync_tts_content"]
        mine = self.world.notes.get(f"voice {speaker}", {}).get("key") == call.account.key
        if not mine and speaker not in effects.VOICES and speaker != "auto":
            raise Refused(fault(400017, "lip_sync_tts_speaker_id"))
        return {"speech": words}, words, max(1.0, len(words) / 15)

    def sound_effect(self, call: Call) -> Reply:
        taken = self.ask(call, lambda body: changes.changed(body, changes.SOUND))
        clip, said = self.source(call, taken), taken["sound_effect_content"]
        return self._change(call, "sound_effect", clip, prompt=said, audio=True)

    def restyle(self, call: Call) -> Reply:
        taken = self.ask(call, changes.restyle)
        clip, said = self.source(call, taken), taken["restyle_prompt"]
        if said is None:
            if taken["restyle_id"] not in effects.RESTYLES:
                raise Refused(fault(500008, "restyle_id"))
            said = effects.RESTYLES[taken["restyle_id"]]
        film = {"effect": "poster"}
        return self._change(call, "restyle", clip, prompt=said, seed=taken["seed"], film=film)

    def upscale(self, call: Call) -> Reply:
        taken = self.ask(call, lambda body: changes.changed(body, changes.UPSCALE))
        clip = self.source(call, taken)
        size = even(clip.width * 2, clip.height * 2, WIDEST)
        return self._change(call, "upscale", clip, film={"size": list(size)})

    def modify(self, call: Call) -> Reply:
        taken = self.ask(call, changes.modify)
        clip = self.source(call, taken)
        for mask_id in taken["mask_ids"]:
            if not self._knows(call, clip, mask_id, taken["keyframe_ids"]):
                raise Refused(fault(500008, f"mask {mask_id}"))
        pictures = [self.picture(call, one).name for one in taken["img_ids"]]
        film = {"effect": "tint", "images": pictures}
        more = {"prompt": taken["prompt"], "quality": taken["quality"], "film": film}
        return self._change(call, "modify", clip, **more)

    # Masks

    def mask(self, call: Call) -> Reply:
        taken = self.ask(call, lambda body: changes.changed(body, changes.MASK))
        clip, which = self.source(call, taken), taken["keyframe_id"]
        if clip.codec not in ("h264", "hevc"):
            raise Refused(fault(400017, "the video must be h.264 or h.265"))
        if not 1 <= which <= round(clip.seconds * clip.fps):
            raise Refused(fault(400017, "invalid keyframe"))
        if "[nobody" in clip.original:
            raise Refused(fault(400017, "no object was detected at this keyframe"))
        price = self.house.price(
            {"operation": "mask_selection", "model": FREE, "quality": "any", "seconds": 0}
        )
        order = Order("mask_selection", FREE, "", 0, "any", 1.0, price)
        work = lambda: self._masks(call, clip, which, number(price))  # noqa: E731 - it is handed on
        return self.world.desk.at_once(self.house, call.account, order, work)

    def _masks(self, call: Call, clip: Source, which: int, credits: int | float) -> Reply:
        path = self.world.life.source_path(clip.told)
        keyframe = materials.frame(path, which).to_image()
        made = [
            {
                "mask_id": str(place),
                "mask_name": name,
                "mask_url": self._keep(call, _mask(keyframe.size, box), f"mask {name}"),
            }
            for place, (name, box) in enumerate(REGIONS.items())
        ]
        self.world.note(f"masks {call.account.key} {clip.mark} {which}", key=call.account.key)
        resp = {
            "keyframe_id": which,
            "keyframe_url": self._keep(call, keyframe, "keyframe"),
            "credits": credits,
            "mask_info": made,
        }
        return fine(resp, "Success")

    def _keep(self, call: Call, picture: Image.Image, name: str) -> str:
        """Put a picture of ours on the shelf, where no client can order with it; its address."""
        out = io.BytesIO()
        picture.save(out, "PNG", compress_level=1)
        owner = f"{self.house.name}-mask"
        upload = self.world.shelf.keep(owner, call.account.key, name, look(out.getvalue()))
        return f"{call.request.origin}/media/upload/{upload.name}"

    def _knows(self, call: Call, clip: Source, mask_id: str, which: int | None) -> bool:
        """Was this mask shown for this clip (and this keyframe, when one is named)?"""
        start = f"masks {call.account.key} {clip.mark} "
        asked = [name for name in list(self.world.notes) if name.startswith(start)]
        fits = any(which is None or name == f"{start}{which}" for name in asked)
        return fits and mask_id in map(str, range(len(REGIONS)))

    def swap(self, call: Call) -> Reply:
        taken = self.ask(call, lambda body: changes.changed(body, changes.SWAP))
        clip, picture = self.source(call, taken), self.picture(call, taken["img_id"])
        if not self._knows(call, clip, taken["mask_id"], taken["keyframe_id"]):
            raise Refused(fault(500008, "mask_id"))
        box = list(REGIONS.values())[int(taken["mask_id"])]
        film = {"effect": "swap", "images": [picture.name], "box": list(box)}
        return self._change(call, "swap", clip, quality=taken["quality"], film=film)

    # People

    def mimic(self, call: Call) -> Reply:
        taken = self.ask(call, lambda body: changes.changed(body, changes.MIMIC))
        clip, picture = self.source(call, taken), self.picture(call, taken["img_id"])
        if "[nobody" in picture.original:
            raise Refused(fault(701002))
        if "[nobody" in clip.original:
            raise Refused(fault(701003))
        quality = taken["quality"]
        size = list(pixels(quality, shape(picture)))
        film = {"kind": "perform", "images": [picture.name], "size": size}
        return self._change(call, "motion_control", clip, quality=quality, film=film)

    def avatar(self, call: Call) -> Reply:
        taken = self.ask(call, changes.avatar)
        picture = self.picture(call, taken["img_id"])
        price, said, seconds = self._speech(call, taken)
        quality = taken["quality"]
        order = self.order(
            call,
            "avatar",
            quality,
            seconds,
            prompt=said,
            ratio=shape(picture),
            audio=True,
            price=price | {"quality": quality},
            film={"kind": "still", "images": [picture.name]},
        )
        return self.submit(call, order)


def _mask(size: tuple[int, int], box: tuple[float, ...]) -> Image.Image:
    """White where the region is."""
    (w, h), (left, top, right, bottom) = size, box
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).ellipse((left * w, top * h, right * w, bottom * h), fill=255)
    return mask
