"""A tiny HTTP server that answers what a test tells it to, over real sockets."""

from __future__ import annotations

import socket
import struct
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Answer:
    """``how``: whole, reset (before a byte), cut (inside the body), silent, endless."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    how: str = "whole"


@dataclass
class Seen:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Stub(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = Answer()
        self.seen: list[Seen] = []
        self.released = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_port}"

    def start(self) -> Stub:
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def stop(self) -> None:
        self.released.set()
        self.shutdown()
        self.server_close()

    def methods(self, patience: float = 5) -> list[str]:
        """What was asked. On a busy machine a client may give up before that is read here."""
        end = time.monotonic() + patience
        while not self.seen and time.monotonic() < end:
            time.sleep(0.01)
        return [one.method for one in self.seen]

    def handle_error(self, request, client_address) -> None:
        """A client that hung up is what several tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Stub

    def _any(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        names = {name.lower(): value for name, value in self.headers.items()}
        self.server.seen.append(Seen(self.command, self.path, names, self.rfile.read(length)))
        answer = self.server.answer
        if answer.how == "silent":
            self.server.released.wait(5)
            self.close_connection = True
        elif answer.how == "reset":
            self._reset()
        else:
            self._write(answer)

    do_GET = do_POST = do_PUT = do_DELETE = _any

    def _write(self, answer: Answer) -> None:
        size = len(answer.body) + (99 if answer.how == "cut" else 0)
        self.send_response(answer.status)
        for name, value in {"Content-Type": "application/json", **answer.headers}.items():
            self.send_header(name, value)
        if answer.how == "endless":
            self.send_header("Connection", "close")
        else:
            self.send_header("Content-Length", str(size))
        self.end_headers()
        self.wfile.write(answer.body)
        if answer.how == "endless":
            for _ in range(64):
                self.wfile.write(b" " * 65536)
        if answer.how != "whole":
            self.close_connection = True

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        pass
