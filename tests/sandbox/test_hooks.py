"""Webhooks are really sent, signed where the sheet says so, and misbehave on demand."""

import base64
import hashlib
import hmac
import json
import time
from urllib.parse import quote

from tests.sandbox.speakers import speaker


def wait_for(outside, count, seconds=10.0):
    deadline = time.monotonic() + seconds
    while len(outside.received) < count:
        assert time.monotonic() < deadline, outside.received
        time.sleep(0.02)
    return outside.received


def says_done(name, body):
    said = json.loads(body)
    word = {"pixverse": "status", "pixazo": "status", "useapi": "video_status"}[name]
    return said[word] in (1, "COMPLETED")


def finals(who, outside):
    """What arrived, without useapi's progress calls."""
    return [row for row in outside.received if who.name != "useapi" or b'"GENER' not in row[2]]


def test_a_hook_arrives(hooked, outside):
    hooked.done("Tell me", **hooked.hook(outside.url + "/hook"))
    wait_for(outside, 2 if hooked.name == "useapi" else 1)
    path, headers, body = finals(hooked, outside)[-1]
    assert path == "/hook"
    assert headers["Content-Type"] == "application/json"
    assert says_done(hooked.name, body)
    if hooked.name == "useapi":
        assert json.loads(body)["replyRef"] == "ref-1"
        assert json.loads(outside.received[0][2])["video_status_final"] is False
    time.sleep(0.05)
    logged = [row for row in hooked.sandbox.hooks(hooked.name) if outside.url in row["url"]]
    assert logged[-1]["delivered"]
    assert logged[-1]["status"] == 200


def signature(secret, headers, payload):
    text = f"{headers['Webhook-Timestamp']}\n{headers['Webhook-Nonce']}\n{payload}"
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest())


def test_pixverse_signs(pixverse, outside):
    hook = pixverse.sandbox.register_webhook(pixverse.key, outside.url, secret="s3cret")
    raw = pixverse.sandbox.register_webhook(pixverse.key, outside.url, reading="raw")
    pixverse.done("Signed", webhook_id=hook["webhook_id"])
    _, headers, body = wait_for(outside, 1)[0]
    said = json.loads(body, parse_int=str, parse_float=str)
    assert isinstance(said["id"], str)
    words = {True: "true", False: "false"}
    pairs = [(k, words[v] if isinstance(v, bool) else v) for k, v in sorted(said.items())]
    payload = "&".join(f"{quote(k, safe='')}={quote(v, safe='')}" for k, v in pairs)
    assert headers["Webhook-Signature"].encode() == signature("s3cret", headers, payload)
    assert len(headers["Webhook-Nonce"]) == 32
    assert abs(int(headers["Webhook-Timestamp"]) - time.time()) < 60
    pixverse.done("Signed as a whole", webhook_id=raw["webhook_id"])
    _, headers, body = wait_for(outside, 2)[1]
    wanted = signature(raw["secret"], headers, quote(body.decode(), safe=""))
    assert headers["Webhook-Signature"].encode() == wanted


def test_hooks_are_tried_again_until_taken(hooked, outside):
    # PixVerse wants the very word; the others are content with a 2xx.
    outside.says = [(500, b"no"), (200, b"ok")]
    hooked.done("Insist", **hooked.hook(outside.url))
    wait_for(outside, 2)
    if hooked.name == "pixverse":
        outside.says = [(200, b"OK"), (200, b"ok")]
        hooked.done("Literally", **hooked.hook(outside.url))
        wait_for(outside, 4)


def test_duplicated_hook(hooked, outside):
    hooked.done("Thrice [dup-hook]", **hooked.hook(outside.url))
    wait_for(outside, 4 if hooked.name == "useapi" else 3)
    assert len({row[2] for row in finals(hooked, outside)}) == 1


def test_forged_hook(hooked, outside):
    reply = hooked.text("Lies [forged-hook] [never]", **hooked.hook(outside.url))
    assert reply.ok, reply.text
    wait_for(outside, 2 if hooked.name == "useapi" else 1)
    _, headers, body = next(row for row in outside.received if says_done(hooked.name, row[2]))
    assert b"forged" in body
    assert hooked.state(hooked.status(hooked.remote_id(reply))) == "running"
    if hooked.name == "pixverse":
        (hook,) = (h for h in hooked.sandbox.world.webhooks.values() if h["url"] == outside.url)
        said = sorted(json.loads(body, parse_int=str, parse_float=str).items())
        words = {True: "true", False: "false"}
        pairs = [(k, words[v] if isinstance(v, bool) else v) for k, v in said]
        payload = "&".join(f"{quote(k, safe='')}={quote(v, safe='')}" for k, v in pairs)
        true = signature(hook["secret"], headers, payload)
        assert headers["Webhook-Signature"].encode() != true


def test_no_hook_and_late_hook(hooked, outside):
    hooked.done("Silence [no-hook]", **hooked.hook(outside.url))
    time.sleep(0.1)
    assert outside.received == []
    hooked.done("Late [late-hook]", **hooked.hook(outside.url))
    wait_for(outside, 2 if hooked.name == "useapi" else 1)
    known = [row for row in hooked.sandbox.hooks(hooked.name) if outside.url in row["url"]]
    assert known[-1]["kind"] == "final"


def test_a_foreign_webhook_id_is_refused(sandbox, outside):
    mine, other = speaker(sandbox, "pixverse"), speaker(sandbox, "pixverse")
    with mine.session, other.session:
        reply = mine.text("x", **other.hook(outside.url))
    assert reply.json()["ErrCode"] == 400017
