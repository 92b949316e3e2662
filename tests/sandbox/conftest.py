import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from generations.sandbox.server import Sandbox
from tests.sandbox.speakers import SPEAKERS, png, speaker


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory):
    with Sandbox(port=0, speed=400, data_dir=tmp_path_factory.mktemp("sandbox")) as running:
        yield running


@pytest.fixture(params=sorted(SPEAKERS))
def anyone(request, sandbox):
    with (one := speaker(sandbox, request.param)).session:
        yield one


@pytest.fixture(params=sorted(name for name, kind in SPEAKERS.items() if kind.hooks))
def hooked(request, sandbox):
    with (one := speaker(sandbox, request.param)).session:
        yield one


def _one(name):
    @pytest.fixture(name=name)
    def fixture(sandbox):
        with (one := speaker(sandbox, name)).session:
            yield one

    return fixture


pixverse, worldrouter, pixazo = _one("pixverse"), _one("worldrouter"), _one("pixazo")
easyrouter, useapi = _one("easyrouter"), _one("useapi")


class Outside:
    """A web server that is not the sandbox: it hosts a picture and receives webhooks."""

    def __init__(self):
        self.received = []
        self.says = [(200, b"ok")]
        outside = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args):
                pass

            def do_GET(self):
                self.reply(*((200, png()) if self.path == "/picture.png" else (404, b"")))

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outside.received.append((self.path, dict(self.headers.items()), body))
                self.reply(*(outside.says.pop(0) if len(outside.says) > 1 else outside.says[0]))

            def reply(self, status, body):
                self.send_response(status)
                self.send_header("Content-Type", "image/png")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()


@pytest.fixture
def outside():
    one = Outside()
    yield one
    one.server.shutdown()
    one.server.server_close()
