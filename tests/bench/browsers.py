"""Many browsers that ask the live partial every 2 s, in a process of their own.

Reads a plan as JSON from standard input: ``port``, ``seconds``, ``period`` and ``browsers`` (path
and cookie each). Open loop: each asks when its time has come, and waiting for a free connection
counts. Connections are kept alive as browsers keep them; one that the server has closed meanwhile
is opened again, which is counted too.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time


class Browser:
    def __init__(self, port: int, path: str, cookie: str) -> None:
        self.port = port
        self.ask = (
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n"
            "HX-Request: true\r\nAccept: */*\r\nConnection: keep-alive\r\n\r\n"
        ).encode()
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None
        self.opened = 0

    async def look(self) -> tuple[int, int]:
        """Status and length of the answer; once more on a fresh connection if it was closed."""
        kept = self.writer is not None
        try:
            return await self._look()
        except (OSError, asyncio.IncompleteReadError):
            self.close()
            if not kept:
                raise
            return await self._look()

    async def _look(self) -> tuple[int, int]:
        if self.reader is None or self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
            self.opened += 1
        self.writer.write(self.ask)
        head = await self.reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        status = int(lines[0].split(" ")[1])
        names = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
        length = 0 if status == 204 else int(names.get("content-length", 0))
        if length:
            await self.reader.readexactly(length)
        if names.get("connection") == "close":
            self.close()
        return status, length

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None


async def main(plan: dict) -> dict:
    start = time.monotonic() + 0.5
    took: list[float] = []
    statuses: dict[str, int] = {}
    lengths: list[int] = []
    browsers = [Browser(plan["port"], *one) for one in plan["browsers"]]

    async def sit(browser: Browser, offset: float) -> None:
        due = start + offset
        while due < start + plan["seconds"]:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            try:
                async with asyncio.timeout(10):
                    status, length = await browser.look()
            except (OSError, TimeoutError, asyncio.IncompleteReadError) as trouble:
                browser.close()
                status, length = type(trouble).__name__, 0
            # The first round opens the connections and warms the server.
            if due >= start + plan["period"]:
                took.append(time.monotonic() - due)
                statuses[str(status)] = statuses.get(str(status), 0) + 1
                lengths.append(length)
            due += plan["period"]

    step = plan["period"] / len(browsers)
    await asyncio.gather(*(sit(one, step * number) for number, one in enumerate(browsers)))
    opened = sum(one.opened for one in browsers)
    for one in browsers:
        one.close()
    middle = sorted(lengths)[len(lengths) // 2]
    return {"took": took, "statuses": statuses, "opened": opened, "bytes": middle}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(json.load(sys.stdin)))))
