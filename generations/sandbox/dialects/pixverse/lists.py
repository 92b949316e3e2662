"""Lists, image templates, and the account: what is no clip."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from generations.sandbox import effects
from generations.sandbox.check import Field, Why, Wrong, read
from generations.sandbox.dialects.base import Call, Route, route
from generations.sandbox.dialects.native import fault, fine, number
from generations.sandbox.dialects.pixverse import changes
from generations.sandbox.dialects.pixverse.films import shape
from generations.sandbox.dialects.pixverse.room import FREE, Room, listing, page
from generations.sandbox.jobs import Job, Order, stable
from generations.sandbox.sizes import pixels
from generations.sandbox.wire import Refused, Reply

ROOT = "/openapi/v2"
PICTURE = {
    "img_ids": Field(list, required=True, of=int),
    "template_id": Field(int, required=True),
}
MOMENT, LONGEST = "%Y-%m-%d %H:%M:%S", 30 * 86400
# Our operations' names in the usage detail.
KINDS = {
    "template": "image_to_video", "motion_control": "mimic", "mask_selection": "swap_mask",
    "image_template": "image_to_image",
}  # fmt: skip
CREATION_TYPES = (
    "text_to_video", "image_to_video", "transition", "lip_sync", "extend", "sound_effect",
    "fusion", "restyle", "multi_transition", "swap", "agent", "swap_mask", "avatar",
    "image_to_image", "mimic", "modify", "upscale",
)  # fmt: skip
USAGE = {
    "start_time": Field(str),
    "end_time": Field(str),
    "limit": Field(int, default=20, among=range(1, 101)),
    "cursor": Field(str),
    "credits_status": Field(str, among=("consume", "refund")),
    "creation_type": Field(list, default=[], of=str),
}


class Lists(Room):
    def routes(self) -> list[Route]:
        speakers = ROOT + "/video/tts_speaker"
        return [
            route("GET", speakers, self.speakers),
            route("POST", speakers, self.make_speaker),
            route("DELETE", speakers + r"/([^/]+)", self.drop_speaker),
            route("GET", ROOT + "/video/lip_sync/tts_list", self.tts_list),
            route("GET", ROOT + "/video/restyle/list", self.restyles),
            route("GET", ROOT + "/video/effects/templates/list", self.templates),
            route("POST", ROOT + "/image/template/generate", self.image_template),
            route("GET", ROOT + r"/image/result/([^/]+)", self.image_result),
            route("GET", ROOT + "/account/balance", self.balance),
            route("POST", ROOT + "/account/billing/usage-detail", self.usage),
        ]

    # Voices and styles

    def _voices(self, call: Call, kind: str) -> list[dict[str, Any]]:
        rows = [{"speaker_id": one, "name": name} for one, name in effects.VOICES.items()]
        own = [
            {"speaker_id": note["id"].removeprefix("voice "), "name": note["name"]}
            for note in list(self.world.notes.values())
            if note["id"].startswith("voice ") and note.get("key") == call.account.key
        ]
        return {"system": rows, "custom": own, "all": rows + own}[kind]

    def speakers(self, call: Call) -> Reply:
        kind = call.request.query.get("speaker_type", "all")
        if kind not in ("system", "custom", "all"):
            raise Refused(fault(400017, "speaker_type"))
        return listing(self._voices(call, kind), page(call, "page_num", "page_size", "50"))

    def tts_list(self, call: Call) -> Reply:
        return listing(self._voices(call, "system"), page(call, "page_num", "page_size"))

    def make_speaker(self, call: Call) -> Reply:
        taken = self.ask(call, lambda body: read(body, changes.VOICE))
        self.media(call, taken["audio_media_id"], "audio")
        return self._spoken(call, taken["name"], lambda: self._speaker(call, taken["name"]))

    def _speaker(self, call: Call, name: str) -> Reply:
        speaker = str(500_000 + len(self.world.notes))
        self.world.note(f"voice {speaker}", key=call.account.key, name=name)
        # The fields of the answer are published nowhere; "[no-id]" answers without the id.
        named = {} if "[no-id]" in name else {"speaker_id": speaker}
        return fine(named | {"name": name})

    def drop_speaker(self, call: Call) -> Reply:
        mark = f"voice {call.match[1]}"
        note = self.world.notes.get(mark, {})
        if note.get("key") != call.account.key:
            raise Refused(fault(500008))
        # The words in the name were for its making: only rules from outside strike here.
        return self._spoken(call, "", lambda: self._dropped(mark))

    def _dropped(self, mark: str) -> Reply:
        self.world.forget(mark)
        return fine({})

    def _spoken(self, call: Call, words: str, work: Callable[[], Reply]) -> Reply:
        """The faults of any call that changes something; it costs nothing, as far as is known."""
        order = Order("custom_voice", FREE, words, 0, "any", 1.0, Decimal(0))
        return self.world.desk.at_once(self.house, call.account, order, work)

    def restyles(self, call: Call) -> Reply:
        rows = [{"restyle_id": one, "restyle_name": name} for one, name in effects.RESTYLES.items()]
        return listing(rows, page(call, "page_num", "page_size", "50"))

    def templates(self, call: Call) -> Reply:
        kind = call.request.query.get("type", "")
        if kind not in ("", "1", "2"):
            raise Refused(fault(400017, "type"))
        part = page(call, "page", "pageSize", "50")
        rows = [
            {
                "template_id": effect.number,
                "display_name": effect.name,
                "display_prompt": effect.words,
            }
            for effect in effects.EFFECTS.values()
            if not kind or effect.still == (kind == "2")
        ]
        return fine({"effect_items": rows[part]}, "Success")

    # Pictures

    def image_template(self, call: Call) -> Reply:
        taken = self.ask(call, lambda body: read(body, PICTURE))
        effect = effects.EFFECTS.get(taken["template_id"])
        if effect is None or not effect.still:
            raise Refused(fault(500008, "template_id"))
        pictures = [self.picture(call, one) for one in taken["img_ids"]]
        if not effect.takes(len(pictures)):
            raise Refused(fault(400017, effect.words))
        film = {
            "kind": "collage" if len(pictures) > 1 else "still",
            "images": [one.name for one in pictures],
            "suffix": "png",
            "size": list(pixels("1080p", shape(pictures[0]))),
        }
        order = self.order(
            call, "image_template", "1080p", 0, prompt=effect.name, price={}, film=film
        )
        order.extra["template_id"] = effect.number
        return self.house.submit(call, order, self._made)

    def _made(self, job: Job) -> Reply:
        return fine({"image_id": int(job.remote_id), "credits": number(job.charged)}, "Success")

    def image_result(self, call: Call) -> Reply:
        job = self.found(call, still=True)
        self.house.asked(job)
        said = self.house.view(job, call.request.origin)
        same = ("status", "url", "seed", "prompt", "create_time", "modify_time", "outputWidth",
                "outputHeight", "credits", "customer_paths")  # fmt: skip
        picture = {name: said[name] for name in same}
        more = {"prompt_translate": "", "template_id": job.order.extra["template_id"]}
        return fine({"image_id": said["id"], **picture, **more}, "Success")

    # The account

    def balance(self, call: Call) -> Reply:
        left = int(call.account.balance)
        package = min(left, 1000)
        resp = {
            "account_id": stable(call.account.key) % 900_000 + 100_000,
            "credit_monthly": left - package,
            "credit_package": package,
        }
        return fine(resp)

    def usage(self, call: Call) -> Reply:
        taken = self.ask(call, _usage)
        rows = [row for row in self._lines(call) if _fits(row, taken)][::-1]
        start, limit = taken["start"], taken["limit"]
        more = start + limit < len(rows)
        cursor = _pack(start + limit, taken) if more else ""
        part = [{k: v for k, v in row.items() if k != "at"} for row in rows[start : start + limit]]
        return fine({"items": part, "next_cursor": cursor, "has_more": more}, "Success")

    def _lines(self, call: Call) -> list[dict[str, Any]]:
        rows = []
        for charge in list(self.world.books.charges):
            if (charge.provider, charge.key) != (self.house.name, call.account.key):
                continue
            job = self.world.jobs.find(self.house.name, charge.remote_id)
            kind = job.order.operation if job else charge.remote_id
            rows.append(
                {
                    "at": charge.at,
                    "id": charge.number,
                    "creation_id": int(charge.remote_id) if job else 0,
                    "creation_type": KINDS.get(kind, kind),
                    "credits_status": "refund" if charge.kind == "refund" else "consume",
                    "credits": number(abs(charge.amount)),
                    "create_time": datetime.fromtimestamp(charge.at, UTC).strftime(MOMENT),
                }
            )
        return rows


def _usage(body: dict[str, Any]) -> dict[str, Any]:
    taken = read(body, USAGE)
    start = 0
    if taken["cursor"]:
        place, *saved = taken["cursor"].split("|")
        if not place.isdigit() or len(saved) != 5:
            raise Wrong("cursor", Why.VALUE, "cursor is not one of ours")
        names = ("start_time", "end_time", "limit", "credits_status", "creation_type")
        taken |= dict(zip(names, saved, strict=True))
        taken["limit"], start = int(saved[2]), int(place)
        taken["creation_type"] = [one for one in saved[4].split(",") if one]
    for name in ("start_time", "end_time"):
        if not taken[name]:
            raise Wrong(name, Why.MISSING, f"{name} is required")
        try:
            moment = datetime.strptime(taken[name], MOMENT).replace(tzinfo=UTC)
        except ValueError as error:
            raise Wrong(name, Why.VALUE, f"{name} must be YYYY-MM-DD HH:mm:ss") from error
        taken[name.removesuffix("_time") + "_at"] = moment.timestamp()
    if not 0 <= taken["end_at"] - taken["start_at"] <= LONGEST:
        raise Wrong("end_time", Why.VALUE, "at most 30 days, and not backwards")
    if strange := set(taken["creation_type"]) - set(CREATION_TYPES):
        raise Wrong("creation_type", Why.VALUE, f"creation_type: {sorted(strange)[0]!r}")
    return {**taken, "start": start}


def _pack(place: int, taken: dict[str, Any]) -> str:
    """A cursor that holds the whole question."""
    kinds = ",".join(taken["creation_type"])
    told = (taken["start_time"], taken["end_time"], taken["limit"], taken["credits_status"] or "")
    return "|".join(map(str, (place, *told, kinds)))


def _fits(row: dict[str, Any], taken: dict[str, Any]) -> bool:
    return (
        taken["start_at"] <= row["at"] < taken["end_at"] + 1
        and taken["credits_status"] in (None, "", row["credits_status"])
        and (not taken["creation_type"] or row["creation_type"] in taken["creation_type"])
    )
