import base64
import hashlib
import hmac
import time
from urllib.parse import quote

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
from tests.providers.captured import PAYLOADS, ask
from tests.providers.contract import Cases, payload, spoken
from tests.providers.native_asks import asked, given

SECRET = "whsec-31337-of-the-console"
NONCE = "n" * 32
PAIRS = {
    "credits": "45",
    "has_audio": "true",
    "id": "412345678901234567",
    "size": "10.50",
    "status": "1",
    "url": "https://media.pixverse.ai/r a.mp4",
}


def no(code, text="no", status=200):
    return spoken(status, ErrCode=code, ErrMsg=text, Resp=None)


def sign(secret, reading, timestamp=None):
    timestamp = str(int(time.time())) if timestamp is None else str(timestamp)
    text = f"{timestamp}\n{NONCE}\n{reading}".encode()
    made = hmac.new(secret.encode(), text, hashlib.sha256).digest()
    return {
        "Webhook-Timestamp": timestamp,
        "Webhook-Nonce": NONCE,
        "Webhook-Signature": base64.b64encode(made).decode(),
        "Ai-Trace-Id": "job-17",
        "Content-Type": "application/json",
    }


def webhook(settings):
    reading = "&".join(f"{key}={quote(PAIRS[key], safe='')}" for key in sorted(PAIRS))
    body = (PAYLOADS / "pixverse/webhook.json").read_bytes()
    return sign(settings["webhook_secret"], reading), body


SWAP = given("source", "987650001", "media_id"), given("image", "123450003")
CASES = Cases(
    provider="pixverse",
    asks=(
        ask("v6", "v6", duration=5, quality="720p", aspect_ratio="21:9", audio=True, seed=7),
        ask("v5", "v5", handle=Handle("img_id", "123450001"), duration=8, quality="1080p"),
        asked("pixverse", "swap", "pixverse", *SWAP, keyframe=1, mask="0", quality="720p"),
    ),
    key_header="API-KEY",
    settings={"webhook_id": "77", "webhook_secret": SECRET},
    submitted=payload("pixverse/submitted"),
    remote_id="412345678901234567",
    job=Job("412345678901234567"),
    looks={
        Remote.WAITING: payload("pixverse/waiting"),
        Remote.RUNNING: payload("pixverse/running"),
        Remote.SUCCEEDED: payload("pixverse/done"),
        Remote.FAILED: payload("pixverse/failed"),
        Remote.MODERATED: payload("pixverse/moderated"),
    },
    strange=payload("pixverse/strange"),
    refusals=(
        (no(400013), Refused),
        (no(400013, status=400), Refused),
        (no(400032), Refused),
        (no(400999), Refused),
        (no(712999), Refused),
        (no(500063), Moderated),
        (payload("pixverse/upload_moderated", 500), Moderated),
        (no(500044), Busy),
        (no(500069), Busy),
        (no(500090), NoBalance),
        (no(400012), Broken),
        (no(500020), Broken),
        (no(500999), Broken),
        (no(10001), Broken),
        (no(1, "Invalid API-KEY"), Broken),
        (no(99999), Uncertain),
        (no(500100), Uncertain),
        (no(31), Uncertain),
    ),
    probe=payload("pixverse/balance"),
    uploaded=payload("pixverse/uploaded"),
    handle=("img_id", "123450001"),
    webhook=webhook,
    signed=True,
)
