"""The server itself, and the handle by which tests hold it.

sandbox = Sandbox(port=0, speed=50, data_dir=path)
sandbox.start(); sandbox.url; sandbox.stop()
"""

import contextlib
import logging
import socket
import struct
import threading
from decimal import Decimal
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from generations.sandbox import report
from generations.sandbox.control import Control
from generations.sandbox.wire import Hangup, Refused, Reply, Request, text
from generations.sandbox.world import World

log = logging.getLogger(__name__)
BODY_LIMIT = 256 * 1024 * 1024
CHUNK = 64 * 1024
REASONS = {status.value: status.phrase for status in HTTPStatus} | {596: "Pending error"}


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 1024

    def __init__(self, address: tuple[str, int], world: World) -> None:
        self.world = world
        self.control = Control(world)
        self.live: set[socket.socket] = set()
        super().__init__(address, Handler)

    def shutdown_request(self, request: Any) -> None:
        self.live.discard(request)
        # An orderly shutdown before the close would turn a reset into an ordinary end.
        if getattr(request, "fileno", lambda: -1)() >= 0 and not _resets(request):
            super().shutdown_request(request)
        else:
            self.close_request(request)

    def drop_everybody(self) -> None:
        for connection in list(self.live):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        log.debug("sandbox: connection from %s ended", client_address, exc_info=True)

    def reply_to(self, request: Request) -> Reply:
        path = request.path
        place, _, rest = path[1:].partition("/")
        try:
            if dialect := self.world.dialects.get(place):
                return dialect.answer(request, "/" + rest)
            if place == "media":
                return self.world.media(request, rest.partition("/")[0])
            return self.control.answer(request)
        except Refused as refused:
            return refused.reply


def _resets(connection: socket.socket) -> bool:
    linger = connection.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8)
    return linger == struct.pack("ii", 1, 0)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = CHUNK
    timeout = 300
    server: Server
    connection: socket.socket

    def setup(self) -> None:
        super().setup()
        self.server.live.add(self.connection)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Quiet: the control page shows what happened."""

    def do_GET(self) -> None:
        body = self._body()
        if body is None:
            return
        host = self.headers.get("Host") or "{}:{}".format(*self.server.server_address[:2])
        request = Request(self.command, self.path, self.headers, body, f"http://{host}")
        try:
            reply = self.server.reply_to(request)
        except Hangup as hangup:
            self._hang_up(hangup.how)
            return
        except Exception:  # noqa: BLE001 - a bug of the sandbox must not look like a dead network
            log.exception("sandbox: bug while answering %s %s", self.command, self.path)
            reply = text(500, "The sandbox itself is broken; see its log.")
        self._send(reply)

    do_POST = do_PUT = do_DELETE = do_HEAD = do_GET

    def _body(self) -> bytes | None:
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            return b"".join(self._chunks())
        length = int(self.headers.get("Content-Length") or 0)
        if length > BODY_LIMIT:
            self.close_connection = True
            self._send(text(413, "body too large"))
            return None
        return self.rfile.read(length) if length else b""

    def _chunks(self) -> Any:
        while size := int(self.rfile.readline().split(b";")[0], 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def _send(self, reply: Reply) -> None:
        length = reply.length if reply.file else len(reply.body)
        lines = [
            f"HTTP/1.1 {reply.status} {REASONS.get(reply.status, 'Unknown')}",
            f"Content-Type: {reply.content_type}",
            f"Content-Length: {length}",
            *(f"{name}: {value}" for name, value in reply.headers.items()),
        ]
        if self.close_connection:
            lines.append("Connection: close")
        self.wfile.write("\r\n".join([*lines, "", ""]).encode("latin-1"))
        if self.command == "HEAD":
            self.wfile.flush()
            return
        if reply.cut:
            length //= 2
            self.close_connection = True
        if reply.file:
            self.wfile.flush()
            with reply.file.open("rb") as file:
                self.connection.sendfile(file, reply.start, length)
        else:
            self.wfile.write(reply.body[:length])
            self.wfile.flush()

    def _hang_up(self, how: str) -> None:
        self.close_connection = True
        if how == "reset":
            # Linger of zero seconds: closing sends RST instead of FIN.
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)


class Sandbox:
    """A running sandbox in this process, and its own books for inspection."""

    def __init__(
        self,
        port: int = 8100,
        speed: float = 1.0,
        data_dir: Path | str = "data",
        host: str = "127.0.0.1",
    ) -> None:
        self.world = World(Path(data_dir), speed)
        try:
            self.server = Server((host, port), self.world)
        except OSError:
            self.world.store.close()
            raise
        self._thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True
        )

    @property
    def url(self) -> str:
        host, port = self.server.server_address[:2]
        return f"http://{str(host)}:{port}"

    def start(self) -> None:
        self.world.start()
        self._thread.start()

    def stop(self) -> None:
        if self._thread.is_alive():
            self.server.shutdown()
            self._thread.join()
        self.server.server_close()
        self.server.drop_everybody()
        self.world.stop()

    def __enter__(self) -> "Sandbox":
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    # Inspection

    def jobs(self, provider: str = "", **where: str) -> list[dict[str, Any]]:
        return report.jobs(self.world, provider=provider, **where)

    def submissions(self, provider: str = "") -> int:
        return len(self.jobs(provider))

    def charges(self, provider: str = "") -> list[dict[str, Any]]:
        return report.charges(self.world, provider)

    def balance(self, provider: str, key: str) -> Decimal:
        return self.world.dialects[provider].account(key).balance

    def hooks(self, provider: str = "") -> list[dict[str, Any]]:
        return report.hooks(self.world, provider)

    # Control

    def fault(
        self, *words: str, provider: str = "*", times: int | None = 1, probability: float = 1.0
    ) -> None:
        """Let these faults strike the next submissions (`times=None`: all of them)."""
        self.world.rules.add(provider, list(words), times, probability)
        self.world.save_rules()

    def register_webhook(self, key: str, url: str, **facts: str) -> dict[str, Any]:
        return self.world.register_webhook("pixverse", key, url, **facts)

    def expire_links(self) -> None:
        self.world.expire_links()

    def reset(self) -> None:
        self.world.reset()
