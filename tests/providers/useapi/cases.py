from generations.providers.menu import catalogue
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
from tests.providers.asks import sample_ask
from tests.providers.captured import PAYLOADS, ask
from tests.providers.contract import KEY, Cases, payload, spoken
from tests.providers.stub import Answer

OF_EACH = {one.operation: one for one in catalogue("useapi").offerings}
ID = "user:7-pixverse:bot@example.org-video:4411"


def webhook(settings):
    return {}, (PAYLOADS / "useapi/webhook.json").read_bytes()


CASES = Cases(
    provider="useapi",
    asks=(
        ask(
            "v6",
            "v6",
            callback_url="https://studio.example/callbacks/secret",
            duration=15,
            quality="1080p",
            aspect_ratio="9:16",
            audio=True,
            seed=1,
        ),
        ask(
            "c1",
            "pixverse-c1",
            handle=Handle("path", "upload/5b1c.png"),
            duration=1,
            quality="360p",
            audio=False,
        ),
        ask("v5-fast", "v5-fast", aspect_ratio="1:1", duration=5, quality="540p", audio=False),
        *(sample_ask("useapi", one) for one in OF_EACH.values()),
    ),
    key_header="Authorization",
    key_value=f"Bearer {KEY}",
    submitted=payload("useapi/submitted"),
    remote_id=ID,
    job=Job(ID, token="job-17"),
    looks={
        Remote.WAITING: payload("useapi/waiting"),
        Remote.RUNNING: payload("useapi/still_running", 404),
        Remote.SUCCEEDED: payload("useapi/done"),
        Remote.FAILED: payload("useapi/failed"),
        Remote.MODERATED: payload("useapi/moderated"),
    },
    strange=payload("useapi/strange"),
    refusals=(
        (payload("useapi/refused", 400), Refused),
        (payload("useapi/error_object", 400), Refused),
        (payload("useapi/bad_key", 401), Barred),
        (payload("useapi/no_subscription", 402), Barred),
        (spoken(403, error="no", code=403), Broken),
        (spoken(404, error="no", code=404), Broken),
        (payload("useapi/no_balance", 412), NoBalance),
        (payload("useapi/refused_moderated", 422), Moderated),
        (payload("useapi/busy", 429), Busy),
        (payload("useapi/pending_error", 596), Barred),
        (Answer(596, b""), Broken),
        (Answer(504, b""), Uncertain),
    ),
    probe=payload("useapi/features"),
    settings={"email": "bot@example.org", "max_jobs": "3"},
    uploaded=payload("useapi/uploaded"),
    handle=("path", "upload/5b1c.png"),
    webhook=webhook,
)
