"""Removes the files of results that lay in the bin for longer than BIN_DAYS."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from generations.results import bin as bins


class Command(BaseCommand):
    help = (
        "Remove the files of results deleted longer ago than BIN_DAYS. What they cost and the "
        "facts of their files stay. Dispatch does the same once an hour."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        count = bins.empty()
        if options["verbosity"]:
            files = "file was" if count == 1 else "files were"
            self.stdout.write(f"{count} {files} removed.")
