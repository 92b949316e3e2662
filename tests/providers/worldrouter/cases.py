from generations.providers.types import (
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
from tests.providers.native_asks import asked, given
from tests.providers.stub import Answer


def named(status, code):
    return spoken(status, detail={"code": code, "message": "no"})


def no(code, status=200):
    return spoken(status, ErrCode=code, ErrMsg="no", Resp=None)


CASES = Cases(
    provider="worldrouter",
    asks=(
        ask("v6", "pixverse-v6", duration=1, quality="360p", aspect_ratio="16:9", audio=False),
        ask(
            "c1",
            "pixverse-c1",
            handle=Handle("img_id", "1001"),
            duration=15,
            quality="1080p",
            audio=True,
        ),
        asked(
            "worldrouter",
            "extend",
            "v6",
            given("source", "400000000000001", "remote_id"),
            prompt="on",
            duration=3,
            quality="360p",
            audio=False,
        ),
    ),
    key_header="Authorization",
    key_value=f"Bearer {KEY}",
    submitted=payload("worldrouter/submitted"),
    remote_id="400000000000001",
    job=Job("400000000000001"),
    looks={
        Remote.RUNNING: payload("worldrouter/running"),
        Remote.SUCCEEDED: payload("worldrouter/done"),
        Remote.FAILED: payload("worldrouter/failed"),
        Remote.MODERATED: payload("worldrouter/moderated"),
    },
    strange=payload("worldrouter/strange"),
    refusals=(
        (payload("worldrouter/bad_value"), Refused),
        (payload("worldrouter/bad_value", 400), Refused),
        (named(400, "unsupported_model"), Refused),
        (spoken(400, error={"code": "unsupported_model", "message": "no"}), Refused),
        (named(403, "media_resource_access_denied"), Refused),
        (spoken(413, ErrCode=413001, ErrMsg="too large"), Refused),
        (Answer(413, b"too large"), Refused),
        (no(500063), Moderated),
        (payload("worldrouter/no_balance", 402), NoBalance),
        (Answer(402, b""), NoBalance),
        (named(429, "pixverse_too_many_pending_tasks"), Busy),
        (no(500044), Busy),
        (no(500090), Broken),
        (spoken(403, detail="Forbidden"), Broken),
        (spoken(404, detail="Not Found"), Broken),
        (spoken(422, detail=[{"loc": ["body"], "msg": "bad"}]), Broken),
        (no(99999), Uncertain),
    ),
    probe=payload("worldrouter/not_found"),
    uploaded=payload("worldrouter/uploaded"),
    handle=("img_id", "1001"),
)
