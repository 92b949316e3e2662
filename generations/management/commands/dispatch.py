"""``manage.py dispatch``: rings what is due, about once a second, and watches the cluster."""

from __future__ import annotations

import logging
import signal
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections

from generations.dispatch.tick import Dispatch
from generations.dispatch.watchdog import Watchdog

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Ring what is due for the workers, and end a cluster that hangs. Runs until stopped."

    stopped = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="one round, then exit")
        parser.add_argument(
            "--no-watchdog", action="store_true", help="do not watch the cluster's health"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        signal.signal(signal.SIGTERM, self._stop)
        dispatch = Dispatch()
        watchdog = None if options["no_watchdog"] or options["once"] else Watchdog()
        while not self.stopped:
            started = time.monotonic()
            try:
                dispatch.tick()
                if watchdog is not None:
                    watchdog.watch()
            except DatabaseError:
                log.exception("a round of dispatch failed; the next one tries again")
                close_old_connections()
            if options["once"]:
                return
            time.sleep(max(0.1, 1.0 - (time.monotonic() - started)))

    def _stop(self, *_: object) -> None:
        self.stopped = True
