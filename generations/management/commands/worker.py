"""``manage.py worker``: the cluster in a process group of its own, to be ended as a whole."""

from __future__ import annotations

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand

from generations.dispatch import watchdog


class Command(BaseCommand):
    help = (
        "Run the worker cluster (django-q2) so that the watchdog of `dispatch` can end it. "
        "Something must start it again: `manage.py run`, systemd or the container."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if os.getpgrp() != os.getpid():
            os.setpgid(0, 0)
        watchdog.remember_cluster()
        command = [sys.executable, sys.argv[0], "qcluster"]
        os.execv(sys.executable, command)  # noqa: S606 - our own interpreter and script
