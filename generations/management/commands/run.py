"""``manage.py run``: the whole studio under one command (what ``make run`` starts)."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
import urllib.request
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import setup
from pixstudio.supervisor import Child, Supervisor


class Command(BaseCommand):
    help = (
        "Prepare the database and start web, worker, dispatch and sandbox. "
        "Stop it with Ctrl+C. Data stands in $PIXSTUDIO_DATA (default: ./data)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="where the web listens")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--sandbox-port", type=int, default=8100)
        parser.add_argument(
            "--speed", type=float, default=5.0, help="how much faster the sandbox's clock runs"
        )
        parser.add_argument("--no-sandbox", action="store_true", help="real providers only")

    def handle(self, *args: Any, **options: Any) -> None:
        port, sandbox_port = options["port"], options["sandbox_port"]
        for one in [port] if options["no_sandbox"] else [port, sandbox_port]:
            _check_free(options["host"], one)
        sandbox = "" if options["no_sandbox"] else f"http://127.0.0.1:{sandbox_port}"
        env = {
            **os.environ,
            "PIXSTUDIO_DATA": str(settings.DATA_DIR),
            "SANDBOX_URL": sandbox,
            "LOCAL_URL": f"http://127.0.0.1:{port}",
            # Studios on one machine share a host name, and so would share a cookie.
            "SESSION_COOKIE_NAME": f"pixstudio_{port}",
            "PYTHONUNBUFFERED": "1",
        }
        self._prepare()
        supervisor = Supervisor(_children(options, sandbox_port), env, self._say)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: setattr(supervisor, "stopping", True))
        supervisor.start()
        self._greet(port, sandbox)
        supervisor.watch()

    def _prepare(self) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)

    def _greet(self, port: int, sandbox: str) -> None:
        address = settings.PUBLIC_URL or f"http://localhost:{port}"
        if not _answers(f"http://127.0.0.1:{port}/healthz"):
            self._say("The web process does not answer yet; look at the lines above.")
        self._say("")
        self._say(f"  PixStudio runs at   {address}/")
        if sandbox:
            self._say(f"  The sandbox is at   {sandbox}/   (play money, made-up providers)")
        if code := setup.setup_code():
            self._say("  Nobody has an account yet. Open the address and use this one-time code")
            self._say(f"  to become the administrator:   {code}")
        else:
            self._say("  Sign in with your e-mail address and password.")
        self._say("  Ctrl+C stops everything.")
        self._say("")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _children(options: dict[str, Any], sandbox_port: int) -> list[Child]:
    python, manage = sys.executable, sys.argv[0]
    web = [python, "-m", "gunicorn", "pixstudio.wsgi", "--bind"]
    web += [f"{options['host']}:{options['port']}", "--worker-class", "gthread"]
    web += ["--workers", "2", "--threads", "8", "--reuse-port", "--log-level", "warning"]
    children = [
        Child("web", web),
        Child("worker", [python, manage, "worker"]),
        Child("dispatch", [python, manage, "dispatch"]),
    ]
    if not options["no_sandbox"]:
        sandbox = [python, manage, "sandbox", "--port", str(sandbox_port)]
        sandbox += ["--speed", str(options["speed"]), "--data-dir", str(settings.DATA_DIR)]
        children.append(Child("sandbox", sandbox, outside=True))
    return children


def _check_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as trouble:
            raise CommandError(
                f"Port {port} is taken ({trouble.strerror}). Choose others: "
                "make run PORT=8001 SANDBOX_PORT=8101 DATA=data2"
            ) from trouble


def _answers(url: str, patience: float = 30.0) -> bool:
    end = time.monotonic() + patience
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own address
                return True
        except OSError:
            time.sleep(0.2)
    return False
