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
from tests.providers.captured import ask
from tests.providers.contract import KEY, Cases, payload, spoken
from tests.providers.stub import Answer

ID = "task_EXAMPLE0000000000000000000000001"
PICTURE = Handle("data_uri", "data:image/png;base64,AA==")

CASES = Cases(
    provider="easyrouter",
    asks=(
        ask(
            "v6",
            "PixVerse/v6",
            duration=4,
            quality="540p",
            aspect_ratio="21:9",
            audio=True,
            seed=0,
            negative_prompt="fog",
        ),
        ask("v5", "PixVerse/v5", handle=PICTURE, duration=8, quality="1080p", audio=False),
        ask("v4.5", "PixVerse/v4.5", handle=PICTURE, duration=5, quality="1080p"),
    ),
    key_header="Authorization",
    key_value=f"Bearer {KEY}",
    submitted=payload("easyrouter/submitted"),
    remote_id=ID,
    job=Job(ID),
    looks={
        Remote.WAITING: payload("easyrouter/unknown"),
        Remote.RUNNING: payload("easyrouter/running"),
        Remote.SUCCEEDED: payload("easyrouter/done"),
        Remote.FAILED: payload("easyrouter/failed"),
        Remote.MODERATED: payload("easyrouter/moderated"),
    },
    strange=payload("easyrouter/strange"),
    refusals=(
        (payload("easyrouter/refused", 400), Refused),
        (spoken(400, error={"message": "no", "type": "new_api_error", "code": ""}), Refused),
        (Answer(413, b"too large"), Refused),
        (payload("easyrouter/sensitive", 400), Moderated),
        (payload("easyrouter/bad_key", 401), Barred),
        (payload("easyrouter/no_balance_402", 402), NoBalance),
        (payload("easyrouter/no_balance_402", 403), NoBalance),
        (payload("easyrouter/no_balance_403", 403), NoBalance),
        (payload("easyrouter/no_model", 403), Broken),
        (payload("easyrouter/too_many", 429), Busy),
        (payload("easyrouter/build_failed", 500), Broken),
        (spoken(501, code="no", message="no", data=None), Broken),
        (payload("easyrouter/refused", 500), Uncertain),
    ),
    probe=payload("easyrouter/not_found", 400),
)
