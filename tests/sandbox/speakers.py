"""Small plain clients, one per dialect, written from the contract sheets."""

import io
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import av
import requests
from PIL import Image

from generations.sandbox.server import Sandbox

PATIENCE = 20.0


def png(width: int = 300, height: int = 400, file_format: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), (40, 120, 200)).save(out, file_format)
    return out.getvalue()


def probe(content: bytes) -> dict[str, Any]:
    with av.open(io.BytesIO(content)) as container:
        video = container.streams.video[0]
        frames = sum(1 for _ in container.decode(video=0))
        return {
            "codec": video.codec_context.name,
            "pix_fmt": video.codec_context.pix_fmt,
            "size": (video.codec_context.width, video.codec_context.height),
            "seconds": container.duration / 1_000_000,
            "frames": frames,
            "audio": [stream.codec_context.name for stream in container.streams.audio],
        }


@dataclass
class Speaker:
    sandbox: Sandbox
    key: str
    name = ""
    hooks = True
    session: requests.Session = field(default_factory=requests.Session)
    base: str = ""  # for a sandbox in another process

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        headers = self.headers() | more.pop("headers", {})
        url = (
            path
            if path.startswith("http")
            else f"{self.base or self.sandbox.url}/{self.name}{path}"
        )
        return self.session.request(method, url, headers=headers, timeout=20, **more)

    def mine(self) -> list[dict[str, Any]]:
        return self.sandbox.jobs(self.name, key=self.key)

    def charged(self) -> float:
        return sum(
            float(row["amount"])
            for row in self.sandbox.charges(self.name)
            if row["key"] == self.key
        )

    def ended(self, remote_id: Any) -> requests.Response:
        """Ask until there is an end; the answer that says so."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            reply = self.status(remote_id)
            if self.state(reply) not in ("running", "strange"):
                return reply
            time.sleep(0.02)
        raise AssertionError(f"{self.name}: no end: {reply.text}")

    def done(self, prompt: str, **changes: Any) -> tuple[Any, requests.Response]:
        reply = self.text(prompt, **changes)
        assert reply.ok, reply.text
        remote_id = self.remote_id(reply)
        return remote_id, self.ended(remote_id)

    # To be said by each

    def headers(self) -> dict[str, str]: ...
    def text(self, prompt: str, **changes: Any) -> requests.Response: ...
    def image(self, prompt: str, picture: bytes, address: str, **changes: Any): ...
    def remote_id(self, reply: requests.Response) -> Any: ...
    def status(self, remote_id: Any) -> requests.Response: ...
    def state(self, reply: requests.Response) -> str: ...
    def link(self, reply: requests.Response) -> str: ...
    def hook(self, url: str) -> dict[str, Any]:
        """The arguments of `text` that ask for a webhook at this address."""
        return {}


NATIVE = {1: "done", 5: "running", 7: "moderated", 8: "failed"}


class PixVerse(Speaker):
    name = "pixverse"
    root = "/openapi/v2"
    model = "v6"

    def headers(self):
        return {"API-KEY": self.key, "Ai-trace-id": str(uuid.uuid4())}

    def body(self, prompt, changes):
        body = {"model": self.model, "prompt": prompt, "duration": 1, "quality": "360p"} | changes
        return {name: value for name, value in body.items() if value is not None}

    def text(self, prompt, headers=None, **changes):
        body = self.body(prompt, {"aspect_ratio": "16:9", "generate_audio_switch": False} | changes)
        path = self.root + "/video/text/generate"
        return self.call("POST", path, json=body, headers=headers or {})

    def upload(self, picture, name="a.png", content_type="image/png"):
        files = {"image": (name, picture, content_type)}
        return self.call("POST", self.root + "/image/upload", files=files)

    def image(self, prompt, picture, address, **changes):
        img_id = self.upload(picture).json()["Resp"]["img_id"]
        body = self.body(prompt, {"img_id": img_id} | changes)
        return self.call("POST", self.root + "/video/img/generate", json=body)

    def remote_id(self, reply):
        return reply.json()["Resp"]["video_id"]

    def status(self, remote_id):
        return self.call("GET", f"{self.root}/video/result/{remote_id}")

    def state(self, reply):
        if reply.status_code != 200 or reply.json()["ErrCode"]:
            return "unanswered"
        return NATIVE.get(reply.json()["Resp"]["status"], "strange")

    def link(self, reply):
        return reply.json()["Resp"]["url"]

    def hook(self, url):
        return {"webhook_id": self.sandbox.register_webhook(self.key, url)["webhook_id"]}


class WorldRouter(PixVerse):
    name = "worldrouter"
    model = "pixverse-v6"
    hooks = False

    def headers(self):
        return {"Authorization": f"Bearer {self.key}"}


class Pixazo(Speaker):
    name = "pixazo"

    def headers(self):
        return {"Ocp-Apim-Subscription-Key": self.key}

    def text(self, prompt, headers=None, endpoint="pixverse-v6-text-to-video", **changes):
        body = {"prompt": prompt, "resolution": "360p", "duration": 1} | changes
        body = {name: value for name, value in body.items() if value is not None}
        path = f"/{endpoint}/v1/{endpoint}-request"
        return self.call("POST", path, json=body, headers=headers or {})

    def image(self, prompt, picture, address, **changes):
        changes = {"image_url": address} | changes
        return self.text(prompt, endpoint="pixverse-v6-image-to-video", **changes)

    def remote_id(self, reply):
        return reply.json()["polling_url"]

    def status(self, remote_id):
        return self.call("GET", remote_id)

    def state(self, reply):
        if reply.status_code != 200:
            return "unanswered"
        said = reply.json()
        if said["status"] == "FAILED" and "moderation" in said["error"]:
            return "moderated"
        words = {"QUEUED": "running", "PROCESSING": "running", "COMPLETED": "done"}
        return {**words, "FAILED": "failed", "ERROR": "error"}.get(said["status"], "strange")

    def link(self, reply):
        return reply.json()["output"]["media_url"][0]

    def hook(self, url):
        return {"headers": {"X-Webhook-URL": url}}


class EasyRouter(Speaker):
    name = "easyrouter"
    hooks = False

    def headers(self):
        return {"Authorization": f"Bearer {self.key}"}

    def text(self, prompt, **changes):
        body = {"model": "PixVerse/v6", "prompt": prompt, "duration": 1, "size": "360p"} | changes
        body = {name: value for name, value in body.items() if value is not None}
        return self.call("POST", "/v1/videos", json=body)

    def image(self, prompt, picture, address, **changes):
        return self.text(prompt, image=address, **changes)

    def remote_id(self, reply):
        return reply.json()["id"]

    def status(self, remote_id):
        return self.call("GET", f"/v1/videos/{remote_id}")

    def content(self, remote_id):
        return self.call("GET", f"/v1/videos/{remote_id}/content")

    def state(self, reply):
        if reply.status_code != 200:
            return "unanswered"
        said = reply.json()
        if said["status"] == "failed" and "moderation" in said["error"]["message"]:
            return "moderated"
        running = dict.fromkeys(("queued", "in_progress", "unknown"), "running")
        return {**running, "completed": "done", "failed": "failed"}.get(said["status"], "strange")

    def link(self, reply):
        return reply.json()["metadata"]["url"]


class UseApi(Speaker):
    name = "useapi"
    root = "/v2/pixverse"

    def headers(self):
        return {"Authorization": f"Bearer {self.key}"}

    def text(self, prompt, **changes):
        body = {"model": "v6", "prompt": prompt, "duration": 1, "quality": "360p"} | changes
        body = {name: value for name, value in body.items() if value is not None}
        return self.call("POST", self.root + "/videos/create", json=body)

    def upload(self, picture, content_type="image/png"):
        path = self.root + "/files/?email=sandbox@example.org"
        return self.call("POST", path, data=picture, headers={"Content-Type": content_type})

    def image(self, prompt, picture, address, **changes):
        path = self.upload(picture).json()["result"][0]["path"]
        return self.text(prompt, first_frame_path=path, **changes)

    def remote_id(self, reply):
        return reply.json()["video_id"]

    def status(self, remote_id):
        return self.call("GET", f"{self.root}/videos/{remote_id}")

    def state(self, reply):
        if reply.status_code == 404:
            return "running"
        if reply.status_code != 200:
            return "unanswered"
        codes = {1: "done", 9: "running", 10: "running", 7: "moderated", 8: "failed"}
        return codes.get(reply.json()["video_status"], "strange")

    def link(self, reply):
        return reply.json()["url"]

    def hook(self, url):
        return {"replyUrl": url, "replyRef": "ref-1"}


KEYS = {
    PixVerse: "sandbox-{}",
    WorldRouter: "sandbox-{}",
    Pixazo: "sandbox-{}",
    EasyRouter: "sk-sandbox-{}",
    UseApi: "user:sandbox-{}",
}
SPEAKERS = {kind.name: kind for kind in KEYS}


def speaker(sandbox: Sandbox, provider: str, suffix: str = "") -> Speaker:
    """A speaker with a key of its own."""
    kind = SPEAKERS[provider]
    return kind(sandbox, KEYS[kind].format(uuid.uuid4().hex[:8] + suffix))
