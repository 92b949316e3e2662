"""``manage.py catalogue``: what providers can do and charge, for scripts and for documents."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from generations.catalogue.document import document
from generations.catalogue.listing import Wanted, lines
from generations.catalogue.loader import providers
from generations.catalogue.types import Operation
from generations.catalogue.wording import input_words, option_words, price_words


class Command(BaseCommand):
    help = "Print what the catalogue knows: operations, models, options, prices and their gaps."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        form = parser.add_mutually_exclusive_group()
        form.add_argument(
            "--json",
            action="store_true",
            help="every combination of listed values with its price or the reason why none is "
            "known, as one JSON array, a line each",
        )
        form.add_argument("--markdown", action="store_true", help="docs/operations.md")
        parser.add_argument("--provider", default="", choices=["", *providers()])
        operations = [one.value for one in Operation]
        parser.add_argument("--operation", default="", choices=["", *operations])
        parser.add_argument("--model", default="", metavar="NAME")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = Wanted(options["provider"], options["operation"], options["model"])
        if options["markdown"]:
            if wanted != Wanted():
                raise CommandError("The document has all of it: leave the filters out.")
            self.stdout.write(document(providers()), ending="")
            return
        if not any(wanted.offerings(one) for one in providers().values()):
            raise CommandError("Nothing in the catalogue is like that. Loosen the filters.")
        for line in _json(wanted) if options["json"] else _table(wanted):
            self.stdout.write(line)


def _json(wanted: Wanted) -> Iterator[str]:
    """A JSON array, an element a line, so that it can be read as it comes."""
    found = lines(providers(), wanted)
    before = json.dumps(next(found), ensure_ascii=False)
    yield "["
    for one in found:
        yield f"{before},"
        before = json.dumps(one, ensure_ascii=False)
    yield before
    yield "]"


def _table(wanted: Wanted) -> Iterator[str]:
    for provider in providers().values():
        for offering in wanted.offerings(provider):
            yield f"{provider.name}: {offering.operation.replace('_', ' ')}, {offering.model}"
            yield f"  takes    {', '.join(input_words(offering)) or 'nothing'}"
            yield f"  options  {', '.join(option_words(offering)) or 'none'}"
            for number, (text, _) in enumerate(price_words(provider, offering)):
                yield f"  {'price' if number == 0 else '':<8} {text}"
