"""A small web server on this machine that misbehaves as asked, for the fetcher."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Page = Callable[[BaseHTTPRequestHandler], None]


class World:
    """Pages by path; every request's path and headers are remembered."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.over = threading.Event()
        world = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                names = {name.lower(): value for name, value in self.headers.items()}
                world.seen.append((self.path, names))
                world.pages[self.path.partition("?")[0]](self)

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *args: None  # type: ignore[method-assign]

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.server.server_address[1]}{path}"

    def page(self, path: str, page: Page) -> str:
        self.pages[path] = page
        return self.url(path)

    def file(self, path: str, body: bytes, status: int = 200, **headers: str) -> str:
        given = {name.replace("_", "-"): value for name, value in headers.items()}

        def page(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **given}.items():
                if value:
                    handler.send_header(name, value)
            if not ({"Content-Length": "x", **given}["Content-Length"]):
                handler.send_header("Connection", "close")
                handler.close_connection = True
            handler.end_headers()
            handler.wfile.write(body)
            if given.get("Content-Length", str(len(body))) != str(len(body)):
                handler.close_connection = True

        return self.page(path, page)


@contextmanager
def running() -> Iterator[World]:
    world = World()
    thread = threading.Thread(target=world.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield world
    finally:
        world.over.set()
        world.server.shutdown()
        world.server.server_close()
        thread.join()
