"""`manage.py sandbox`: the five providers, simulated, on one port."""

import os
import signal
import threading
from argparse import ArgumentDefaultsHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from generations.sandbox.server import Sandbox


class Command(BaseCommand):
    help = "Simulate the five providers over real HTTP; see docs/sandbox.md."
    # It needs no database and no settings of ours, so nothing is checked before it starts.
    requires_system_checks = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        kwargs.setdefault("formatter_class", ArgumentDefaultsHelpFormatter)
        return super().create_parser(prog_name, subcommand, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        data = os.environ.get("PIXSTUDIO_DATA", "data")
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--port", type=int, default=8100, help="port; 0 takes a free one")
        parser.add_argument(
            "--speed", type=float, default=1.0, help="sandbox seconds per real second"
        )
        parser.add_argument(
            "--data-dir",
            type=Path,
            default=Path(data),
            help="keeps sandbox.sqlite3 and sandbox-media/",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not 0 < options["speed"] <= 10_000:
            raise CommandError("--speed must be above 0 and at most 10000")
        try:
            sandbox = Sandbox(
                options["port"], options["speed"], options["data_dir"], options["host"]
            )
        except (OSError, OverflowError) as error:
            place = f"{options['host']}:{options['port']}"
            raise CommandError(f"the sandbox cannot start at {place}: {error}") from error
        over = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: over.set())
        sandbox.start()
        self.stdout.write(f"Sandbox ready at {sandbox.url}/ (speed {options['speed']:g})")
        self.stdout.flush()
        over.wait()
        sandbox.stop()
