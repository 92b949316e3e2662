import json

from generations.providers.types import (
    Barred,
    Broken,
    Busy,
    Handle,
    Job,
    Moderated,
    NoBalance,
    Refused,
    Remote,
    Uncertain,
)
from tests.providers.captured import PAYLOADS, ask
from tests.providers.contract import KEY, Cases, payload, spoken
from tests.providers.stub import Answer

ID = "pixverse-v6-image-to-video_019d0000-0000-7000-8000-000000000001"


def webhook(settings):
    return {}, (PAYLOADS / "pixazo/done.json").read_bytes()


def error(status):
    return spoken(status, error="No", message="no")


CASES = Cases(
    provider="pixazo",
    asks=(
        ask(
            "v5.6",
            "pixverse",
            callback_url="https://studio.example/callbacks/secret",
            duration=5,
            quality="720p",
            aspect_ratio="16:9",
            audio=False,
            negative_prompt="fog",
        ),
        ask(
            "v6",
            "pixverse-v6-image-to-video",
            handle=Handle("link", "https://studio.example/media/boat.png?signed"),
            duration=15,
            quality="1080p",
            audio=True,
            seed=7,
        ),
        ask(
            "v5.6",
            "pixverse-i2v",
            handle=Handle("link", "https://studio.example/media/boat.png?signed"),
            duration=10,
            quality="720p",
        ),
    ),
    key_header="Ocp-Apim-Subscription-Key",
    key_value=KEY,
    submitted=payload("pixazo/submitted", 202),
    remote_id=ID,
    job=Job(ID, json.loads((PAYLOADS / "pixazo/submitted.json").read_text())["polling_url"]),
    looks={
        Remote.WAITING: payload("pixazo/waiting"),
        Remote.RUNNING: payload("pixazo/running"),
        Remote.SUCCEEDED: payload("pixazo/done"),
        Remote.FAILED: payload("pixazo/failed"),
        Remote.MODERATED: payload("pixazo/moderated"),
    },
    strange=payload("pixazo/cancelled"),
    refusals=(
        (payload("pixazo/no_model", 400), Refused),
        (Answer(400, b"no such field"), Refused),
        (payload("pixazo/no_balance", 402), NoBalance),
        (payload("pixazo/bad_key", 401), Barred),
        (error(403), Broken),
        (payload("pixazo/not_found", 404), Broken),
        (error(418), Broken),
        (error(422), Moderated),
        (payload("pixazo/too_many", 429), Busy),
        (error(500), Uncertain),
    ),
    probe=payload("pixazo/not_found", 404),
    webhook=webhook,
)
