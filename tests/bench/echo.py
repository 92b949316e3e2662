"""A provider that answers every look 100 ms later: ``python -m tests.bench.echo PORT EVERY``.

It speaks PixVerse's status call. Every EVERYth answer says that the clip is done (0: none).
"""

from __future__ import annotations

import asyncio
import json
import sys

LATENCY = 0.1
PATH = b"/openapi/v2/video/result/"


def _body(remote_id: str, *, done: bool) -> bytes:
    url = f"https://media.example.org/{remote_id}.mp4" if done else ""
    clip = {
        "create_time": "2025-01-01T00:00:00Z",
        "id": int(remote_id),
        "modify_time": "2025-01-01T00:00:09Z",
        "negative_prompt": "",
        "outputHeight": 360,
        "outputWidth": 640,
        "prompt": "a paper boat crosses a puddle at dusk, seen from above",
        "resolution_ratio": 0,
        "seed": 1,
        "size": 200_000 if done else 0,
        "status": 1 if done else 5,
        "credits": 10,
        "style": "",
        "url": url,
    }
    return json.dumps({"ErrCode": 0, "ErrMsg": "success", "Resp": clip}).encode()


class Echo(asyncio.Protocol):
    every = 0
    looks = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.got = b""

    def data_received(self, data: bytes) -> None:
        self.got += data
        while (end := self.got.find(b"\r\n\r\n")) >= 0:
            line = self.got.split(b" ", 2)[1]
            self.got = self.got[end + 4 :]
            remote_id = line.removeprefix(PATH).decode() or "1"
            Echo.looks += 1
            done = bool(Echo.every) and Echo.looks % Echo.every == 0
            body = _body(remote_id, done=done)
            head = (
                f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
            )
            asyncio.get_running_loop().call_later(
                LATENCY, self._answer, head.encode() + b"\r\n\r\n" + body
            )

    def _answer(self, answer: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(answer)


async def serve(port: int) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Echo, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    Echo.every = int(sys.argv[2])
    asyncio.run(serve(int(sys.argv[1])))
