"""The platform's signed webhook.

The page does not say how the payload is url-encoded, so a registered webhook names its reading:
`sorted` (key=value pairs, keys sorted; the default), `body` (pairs in the body's order) or `raw`
(the whole JSON text percent-encoded).
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from urllib.parse import quote

from generations.sandbox.courier import Hook


def payload(body: str, reading: str) -> str:
    if reading == "raw":
        return quote(body, safe="")
    # Numbers keep the very text they have in the body.
    pairs = json.loads(body, parse_int=str, parse_float=str, object_pairs_hook=list)
    words = {True: "true", False: "false"}
    said = [(name, words[value] if isinstance(value, bool) else value) for name, value in pairs]
    if reading == "sorted":
        said.sort()
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in said)


def headers(hook: Hook) -> dict[str, str]:
    secret, _, reading = hook.secret.rpartition("|")
    moment, nonce = str(int(time.time())), secrets.token_hex(16)
    text = f"{moment}\n{nonce}\n{payload(hook.body, reading)}"
    if hook.kind == "forged":
        secret = "not-the-secret"  # noqa: S105 - a forger does not know it
    digest = hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()
    return {
        "Webhook-Timestamp": moment,
        "Webhook-Nonce": nonce,
        "Webhook-Signature": base64.b64encode(digest).decode(),
        "Ai-Trace-Id": hook.trace,
    }
