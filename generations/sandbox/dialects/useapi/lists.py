"""Effects, voices and restyles, as useapi lists them."""

from typing import Any

from generations.sandbox.dialects.base import Call, Route
from generations.sandbox.dialects.native import number
from generations.sandbox.dialects.useapi import accounts
from generations.sandbox.dialects.useapi.room import Room, refuse
from generations.sandbox.effects import EFFECTS, RESTYLES, VOICES, Effect
from generations.sandbox.wire import Reply, answer

FIXED = 10
LISTED = "2026-05-12T00:00:00.000Z"


class Lists(Room):
    def routes(self) -> list[Route]:
        return [
            self.get("/videos/effects", self.effects),
            self.get("/videos/voices", self.voices),
            self.get("/videos/restyles", self.restyles),
        ]

    def effects(self, call: Call) -> Reply:
        known = [one for one in EFFECTS.values() if one.active]
        place = f"{call.request.origin}/media/sample"
        return self._page(call, [self._effect(one, place) for one in known])

    def _effect(self, one: Effect, place: str) -> dict[str, Any]:
        if one.still:
            cost = self.house.price(_menu("image_template", "any", 0))
        else:
            cost = self.house.price(_menu("template", one.qualities[0], one.seconds))
        return {
            "template_id": one.number,
            "display_name": one.name,
            "display_prompt": one.words,
            "effect_type": str(one.images),
            "template_type": 2 if one.still else 1,
            "template_model": "image_v5" if one.still else "v5",
            "template_paid": 0,
            "supported_features": [],
            "duration": 0 if one.still else one.seconds,
            "qualities": list(one.qualities),
            "score": 1,
            "hot_count": 0,
            "thumbnail": f"{place}/{one.number}.png",
            "created_at": LISTED,
            "updated_at": LISTED,
            "video_base_cost": number(cost - FIXED),
            "fixed_cost": FIXED,
        }

    def voices(self, call: Call) -> Reply:
        accounts.asked_for(call)
        rows = [
            {
                "speaker_id": speaker,
                "url": f"{call.request.origin}/media/sample/voice-{speaker}.mp3",
                "display_name": name,
            }
            for speaker, name in VOICES.items()
            if speaker.isdigit()
        ]
        return answer(200, {"tts_list": rows})

    def restyles(self, call: Call) -> Reply:
        rows = [
            {
                "restyle_id": one,
                "display_name": name,
                "restyle_prompt": f"in the style of {name.lower()}",
                "thumbnail_path": f"sample/{one}.png",
                "thumbnail_url": f"{call.request.origin}/media/sample/{one}.png",
                "marker": "",
                "created_at": LISTED,
                "updated_at": LISTED,
            }
            for one, name in RESTYLES.items()
        ]
        return self._page(call, rows)

    def _page(self, call: Call, rows: list[dict[str, Any]]) -> Reply:
        accounts.asked_for(call)
        query = call.request.query
        limit, offset = query.get("limit", "100"), query.get("offset", "0")
        if not (limit.isdigit() and offset.isdigit()):
            raise refuse("limit and offset must be numbers")
        return answer(200, {"items": rows[int(offset) : int(offset) + int(limit)]})


def _menu(operation: str, quality: str, seconds: int) -> dict[str, Any]:
    return {
        "operation": operation, "model": "pixverse", "quality": quality, "seconds": seconds,
    }  # fmt: skip
